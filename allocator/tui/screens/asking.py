"""A question with a few answers, each with a letter of its own; the first is chosen by enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from allocator.tui.screens.dialog import Dialog


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer."""

    key: str
    """The letter that chooses it."""
    id: str
    """What the dialog answers."""
    title: str
    """What it says."""


class Asking(Dialog[str]):
    """Asks, and answers with the id of a choice; None where it was left.

    Args:
        title: The question, in a line.
        lines: What one must know to answer it.
        choices: The first is what enter chooses: let it be the one that loses nothing.
    """

    DEFAULT_CSS = """
    Asking #lines { height: auto; max-height: 60vh; margin: 1 0; }
    Asking OptionList, Asking OptionList:focus {
        height: auto; max-height: 10; border: none; padding: 0; background: $surface; }
    """
    HINT = "a letter or enter chooses; esc goes back, nothing is done"

    def __init__(self, title: str, lines: Sequence[str], choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._text = "\n".join(lines)
        self._choices = choices

    def body(self) -> ComposeResult:
        """The lines, then the choices."""
        with VerticalScroll(id="lines", can_focus=self._text.count("\n") > 8):
            yield Static(self._text, markup=False)
        yield OptionList(*(Option(Content(f"{one.key}  {one.title}"), id=one.id) for one in self._choices))

    def on_mount(self) -> None:
        """The choices have the keys."""
        self.query_one("#title", Static).update(Content(self._title))
        self.query_one(OptionList).focus()

    def on_key(self, event: events.Key) -> None:
        """A letter chooses."""
        for one in self._choices:
            if event.character == one.key:
                event.stop()
                self.dismiss(one.id)
                return

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """So do enter and a click."""
        self.dismiss(event.option_id)
