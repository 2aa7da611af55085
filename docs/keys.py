"""The page about the keys of the terminal UI, from the catalogue that its help, palette and `:` line are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from allocator.tui.actions import EVERYWHERE, Action
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TABLE
from allocator.tui.keymap import written

HEAD = ("key", "typed", "what it does", "id")
WHERE = {EVERYWHERE: "On every screen", TABLE: "In every table, and among nodes"}
INTRO = """\
`?` shows the same in the terminal UI, searched as you type; enter does what is chosen there. `:` takes the words of
the second column, and completes them. ctrl+p finds what can be done by a few of its letters. What stands in brackets
can be left out. ctrl+c and ctrl+q leave, as `q` does, and ctrl+z goes back to the shell until `fg`; these three stay
as they are."""
OWN = """\
## Keys of your own

`fairheap config init` writes a keymap file with every action, commented out; `fairheap config` says where it is, such
as `~/.config/fairheap/keymap.toml`, and `fairheap config keys` lists what holds now.

```text
[keys]
"edit.undo" = "backspace"
"app.help" = ["?", "f2"]
```

Keys are named by their character, or `esc`, `enter`, `tab`, `space`, `up`, `pageup`, `home`, `f1` and so on, with
`ctrl+`, `alt+` or `shift+` before it. A file with an unknown id, a key that is none, or one key for two actions of a
screen is told with all its faults, and the keys stay as they come."""


def parts(table: Callable[[Sequence[str], Iterable[Sequence[object]]], str]) -> Iterator[str]:
    """The parts of the page."""
    yield INTRO
    screens = dict.fromkeys(screen for action in ACTIONS.all for screen in action.screens)
    for screen in sorted(screens, key=lambda screen: list(WHERE).index(screen) if screen in WHERE else -1):
        yield f"## {WHERE.get(screen, f'On the {screen} screen')}"
        rows = (_row(action) for action in ACTIONS.all if screen in action.screens)
        yield table(HEAD, rows).replace("`&lt;`", "`<`")  # code is shown as it stands
    yield OWN


def _row(action: Action) -> tuple[str, str, str, str]:
    keys = " ".join(_code(written(key)) for key in action.keys)
    return keys, _code(action.usage) if action.usage else "", action.help, _code(action.id)


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"
