"""Keys: how they are written for people, and which are the user's own."""

from __future__ import annotations

from textual.keys import key_to_character

from allocator.tui.actions import Action

Keymap = dict[str, str]
"""Of each action that has keys of the user's own: its id, and the keys with commas between them."""

_WRITTEN = {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "space": "space",
    "enter": "enter",
    "tab": "tab",
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
    "delete": "del",
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
}


def written(key: str) -> str:
    """A key as people write it: `?`, `^p`, `esc`."""
    if key in _WRITTEN:
        return _WRITTEN[key]
    if key.startswith("ctrl+"):
        return f"^{written(key.removeprefix('ctrl+'))}"
    character = key_to_character(key)
    return character if character and character.isprintable() else key


def keys_of(action: Action, keymap: Keymap) -> tuple[str, ...]:
    """The keys of an action, the user's own before those that it comes with."""
    own = keymap.get(action.id)
    return action.keys if own is None else tuple(key.strip() for key in own.split(",") if key.strip())
