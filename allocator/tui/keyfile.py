"""The file with the keys of the user's own: read with every fault at once, and written out as a template."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character

from allocator import homes
from allocator.core.errors import Fault, ScenarioError
from allocator.core.text import did_you_mean
from allocator.scenario.positions import Path, find_lines, show
from allocator.scenario.reading import read_text
from allocator.scenario.syntax import parse
from allocator.tui.actions import EVERYWHERE, Action
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TABLE
from allocator.tui.keymap import Keymap, keys_of, written

KEYS = "keys"
"""The one table of the file."""
_FRIENDLY = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "return": "enter", "del": "delete", ",": "comma"}
_MODIFIERS = ("ctrl", "alt", "shift", "super")
_NAMES = (
    {key.value for key in Keys if key.value.isalnum()} | set(KEY_NAME_REPLACEMENTS.values()) | {"space", *_FRIENDLY}
)
EXPECTED = 'expected a key such as "z", "f5", "ctrl+r" or "pageup", or a list of them'


def path() -> FilePath:
    """Where it is."""
    return homes.settings() / "keymap.toml"


def load() -> Keymap:
    """The keys of the user's own; none where there is no such file.

    Raises:
        ScenarioError: Every fault of the file: ids that are none, keys that are none, a key that means two things.
    """
    file = str(path())
    try:
        os.stat(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError:
        pass  # reading it says why it cannot be read
    text = read_text(file)
    faults: list[tuple[Path, str]] = []
    found: dict[str, tuple[str, ...]] = {}
    places: dict[str, Path] = {}
    for place, id, value in _settings(parse(text, file), faults):
        if id not in ACTIONS:
            near = did_you_mean(id, [action.id for action in ACTIONS.all])
            faults.append((place, f"no action '{id}'{near or '; fairheap config keys lists them'}"))
        elif not ACTIONS[id].keys:
            faults.append((place, f"this has no key, it is typed: {ACTIONS[id].usage}"))
        elif isinstance(keys := _keys(value), str):
            faults.append((place, keys))
        else:
            found[id], places[id] = keys, place
    keymap = {id: ",".join(keys) for id, keys in found.items()}
    faults += [(places[id], words) for id, words in clashes(keymap)]
    if faults:
        lines = find_lines(text, [place for place, _ in faults])
        told = [Fault(file, show(place), words, lines[place]) for place, words in faults]
        raise ScenarioError(sorted(told, key=lambda fault: fault.line or 0))
    return keymap


def _settings(tables: Mapping[str, Any], faults: list[tuple[Path, str]]) -> Iterator[tuple[Path, str, Any]]:
    """Of each setting its place, the id of its action, and its value."""
    for name, value in tables.items():
        if name != KEYS:
            faults.append(((name,), f"unknown{did_you_mean(name, [KEYS]) or ';'} expected [{KEYS}] alone"))
        elif not isinstance(value, dict):
            faults.append(((name,), f"expected a table: [{KEYS}]"))
        else:
            yield from _flat((name,), value)


def _flat(place: Path, table: Mapping[str, Any]) -> Iterator[tuple[Path, str, Any]]:
    """Of each setting its place, its id and its value: `edit.undo` needs no quotes."""
    for name, value in table.items():
        here = (*place, name)
        if isinstance(value, dict):
            yield from _flat(here, value)
        else:
            yield here, ".".join(map(str, here[1:])), value


def _keys(value: object) -> tuple[str, ...] | str:
    """The keys as Textual names them, or what is wrong with them."""
    given = value if isinstance(value, list) else [value]
    if not given:
        return f"found no key; {EXPECTED}"
    named = []
    for one in given:
        key = named_key(one) if isinstance(one, str) else ""
        if not key:
            near = did_you_mean(one, _NAMES) if isinstance(one, str) else ""
            return f"found {one!r}, which is no key{near or ';'} {EXPECTED}"
        named.append(key)
    return tuple(dict.fromkeys(named))


def named_key(text: str) -> str:
    """A key as Textual names it, however people write it; empty where it is none."""
    if len(text) == 1:
        return _FRIENDLY.get(text, text) if text.isprintable() and text != " " else ""
    if text.startswith("^") and len(text) == 2:
        text = f"ctrl+{text[1]}"
    *modifiers, key = text.split("+") if not text.endswith("++") else [*text[:-2].split("+"), "plus"]
    if any(modifier not in _MODIFIERS for modifier in modifiers) or not key:
        return ""
    key = _FRIENDLY.get(key, key)
    if len(key) == 1:
        if modifiers == ["shift"]:
            return key.upper()  # what a terminal sends
        return "+".join((*modifiers, key.lower())) if key.isalnum() else ""
    known = key in _NAMES or (key_to_character(key) is not None and key == key.lower())
    return "+".join((*modifiers, key)) if known else ""


def clashes(keymap: Keymap) -> Iterator[tuple[str, str]]:
    """Of each action whose own key is another's as well: its id, and what the key means too."""
    own = {id: set(keys_of(ACTIONS[id], keymap)) for id in keymap}
    for id, keys in own.items():
        action = ACTIONS[id]
        for other in ACTIONS.all:
            if other is action or not _meet(action, other):
                continue
            shared = {_same(key) for key in keys} & {_same(key) for key in keys_of(other, keymap)}
            before = {_same(key) for key in action.keys} & {_same(key) for key in other.keys}
            for key in sorted(shared - before):
                yield id, f"{written(key)} is the key of {other.id} ({other.title}) already; give that one another"


def _meet(one: Action, other: Action) -> bool:
    wide = {EVERYWHERE, TABLE}
    both = {*one.screens, *other.screens}
    return bool(set(one.screens) & set(other.screens) or wide & both)


def _same(key: str) -> str:
    """A key by one name: `<` and `less_than_sign` are one."""
    return key if "+" in key else written(key)


def template() -> str:
    """A keymap file with every action in it, commented out."""
    return "\n".join(
        [
            "# Keys of your own: take the # away and change the key. `fairheap config keys` lists them.",
            '# A key is written "z", "f5", "ctrl+r", "pageup"; several are a list: ["z", "f5"].',
            "",
            "[keys]",
            *_lines(),
            "",
        ]
    )


def _lines() -> Iterable[str]:
    for action in (action for action in ACTIONS.all if action.keys):
        keys = [f'"{_toml(key)}"' for key in action.keys]
        value = keys[0] if len(keys) == 1 else f"[{', '.join(keys)}]"
        yield f"# {action.help}"
        yield f'# "{action.id}" = {value}'


def _toml(key: str) -> str:
    shown = _same(key)
    return {'"': '\\"', "\\": "\\\\"}.get(shown, shown)
