"""A list of names to choose one from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from allocator.core.text import sanitize
from allocator.tui.screens.dialog import Dialog


class Listing(Dialog[str]):
    """Answers with the name that was chosen.

    Args:
        title: What is chosen, in a line.
        names: Raw; at least one.
    """

    DEFAULT_CSS = """
    Listing OptionList { height: auto; max-height: 60vh; border: none; padding: 0; background: $surface; }
    Listing OptionList:focus { border: none; }
    """
    HINT = "enter chooses; esc goes back"

    def __init__(self, title: str, names: Sequence[str]) -> None:
        super().__init__()
        self._title, self._names = title, names

    def body(self) -> ComposeResult:
        """The names."""
        yield OptionList(*(Option(Content(sanitize(name))) for name in self._names))

    def on_mount(self) -> None:
        """The list has the keys."""
        self.query_one("#title", Static).update(Content(self._title))
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click chooses."""
        self.dismiss(self._names[event.option_index])
