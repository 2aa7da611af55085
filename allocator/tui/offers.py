"""What there is to do, seen from one screen: help, the palette and the line of commands list the same. No widget."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.core.text import sanitize
from allocator.tui.actions import EVERYWHERE, Action
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TABLE
from allocator.tui.desk import Desk
from allocator.tui.keymap import Keymap, keys_of, written

EVERY, TABLES = "everywhere", "in every table, and among nodes"


@dataclass(frozen=True, slots=True)
class Offer:
    """One action, and whether it can be done now."""

    action: Action
    group: str
    """Where it can be done, in words."""
    keys: str
    """As people write them, with blanks between them."""
    why_not: str
    """Why it cannot be done now; empty where it can."""

    def rank(self, words: str) -> int:
        """0 where the words are in its name, 1 where they are only in what is said of it."""
        return not all(word in f"{self.action.title} {self.action.verb}".lower() for word in words.lower().split())

    def matches(self, words: str) -> bool:
        """Whether every word is somewhere in what is said of it."""
        action = self.action
        said = (self.keys, action.title, action.help, action.usage, *action.also, self.group, action.id)
        text = " ".join(said).lower()
        return all(word in text for word in words.lower().split())


def offers(screen: str, desk: Desk, keymap: Keymap) -> list[Offer]:
    """Everything: what is of this screen, of every screen, of tables, and of other screens."""
    named = f"on this screen, the {screen} screen"
    own = [_offer(action, named, action.why_not(desk), keymap) for action in ACTIONS.all if screen in action.screens]
    every = [
        _offer(action, EVERY, action.why_not(desk), keymap) for action in ACTIONS.all if EVERYWHERE in action.screens
    ]
    tables = [_offer(action, TABLES, "", keymap) for action in ACTIONS.all if TABLE in action.screens]
    known = {screen, EVERYWHERE, TABLE}
    others = list(dict.fromkeys(name for action in ACTIONS.all for name in action.screens if name not in known))
    there = [
        _offer(action, f"on the {name} screen", f"it is done on the {name} screen", keymap)
        for name in others
        for action in ACTIONS.all
        if name in action.screens and not known.intersection(action.screens)
    ]
    return [*own, *every, *tables, *there]


def _offer(action: Action, group: str, why_not: str, keymap: Keymap) -> Offer:
    keys = " ".join(written(key) for key in keys_of(action, keymap))
    return Offer(action, group, keys, sanitize(why_not))
