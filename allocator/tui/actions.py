"""Everything that can be done, once: footer, help, palette, `:` line, keymap file and documentation are made from this.

An action names a method `action_<name>` of the app or a screen; whether it is enabled is asked of the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


Why = Callable[["Desk"], str]
"""Why an action cannot be done now, in words; empty where it can."""
Words = Callable[["Desk"], Sequence[str]]
"""What may be typed after a verb."""

EVERYWHERE = "app"


def always(_: Desk) -> str:
    """No reason not to."""
    return ""


def anything(_: Desk) -> Sequence[str]:
    """No words that are known beforehand."""
    return ()


@dataclass(frozen=True, slots=True)
class Typed:
    """What a verb of the `:` line takes."""

    what: str
    """One word in capitals, such as `POLICY`; in brackets where it may be left out."""
    method: str
    """Of the screen or the app: `action_<method>`, called with the text that was typed."""
    words: Words = anything
    """What completes it."""
    path: bool = False
    """Whether it is completed with the files there are."""

    @property
    def needed(self) -> bool:
        """Whether the verb means nothing without it."""
        return not self.what.startswith("[")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do."""

    id: str
    """What the keymap file calls it, such as `edit.undo`."""
    keys: tuple[str, ...]
    """The first is shown; none where it is only typed."""
    verb: str
    """What the `:` line calls it; empty where it takes a key to mean anything (moving a cursor)."""
    title: str
    """Two or three words, for the footer and the palette."""
    help: str
    """One sentence."""
    method: str
    """Of the screen or the app, with its arguments: `undo`, `pick_policy(1)`."""
    screens: tuple[str, ...] = (EVERYWHERE,)
    """Where it can be done: names of modes, or everywhere."""
    why_not: Why = always
    footer: int = 0
    """The larger, the sooner it is in the footer; 0 never."""
    typed: Typed | None = None
    """What the verb takes after it, where it takes anything."""

    also: tuple[str, ...] = ()
    """Other words for the verb, for who knows them from elsewhere."""

    direct: bool = False
    """Whether the widget that has the keys does it, unasked."""

    def binding(self) -> Binding:
        """The same for Textual: the app asks why not, then does it or says the reason."""
        method = self.method if self.direct else f"app.do('{self.id}')"
        return Binding(",".join(self.keys), method, self.title, show=False, id=self.id)

    def called(self, verb: str) -> bool:
        """Whether the `:` line calls it so."""
        return bool(verb) and verb in (self.verb, *self.also)

    @property
    def usage(self) -> str:
        """How it is typed; empty where it is not."""
        return f":{self.verb}{f' {self.typed.what}' if self.typed else ''}" if self.verb else ""


class Registry:
    """All actions, in the order in which help lists them."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self.all = tuple(actions)
        self._by_id = {action.id: action for action in self.all}
        assert len(self._by_id) == len(self.all), "ids are unique"

    def __getitem__(self, id: str) -> Action:
        """The action of that id."""
        return self._by_id[id]

    def __contains__(self, id: object) -> bool:
        """Whether there is an action of that id."""
        return id in self._by_id

    def of(self, screen: str) -> tuple[Action, ...]:
        """What can be done on one screen, its own actions first."""
        own = [action for action in self.all if screen in action.screens]
        return (*own, *(action for action in self.all if EVERYWHERE in action.screens and action not in own))

    def bindings(self, screen: str) -> list[BindingType]:
        """The bindings that a screen declares; the app's own are its actions of everywhere."""
        return [action.binding() for action in self.all if screen in action.screens and action.keys]

    def verb(self, word: str, screen: str) -> Action | None:
        """The action that the `:` line calls so on that screen."""
        return next((action for action in self.of(screen) if action.called(word)), None)
