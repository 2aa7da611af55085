"""What all dialogs have in common: a box over the screen that asked, with a title, and a line of keys below.

Escape leaves a dialog with no answer, and each answers once. What a dialog shows is sanitised by whoever opens it, and
never read as markup.
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer], Generic[Answer]):
    """A box with a title; dialogs fill it by `body`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #box { width: 80; max-width: 96%; height: auto; max-height: 94%; background: $surface;
        border: round $primary; padding: 0 1; }
    Dialog #title { height: auto; text-style: bold; color: $primary; }
    Dialog #hint { height: auto; color: $text-muted; }
    Dialog.-tiny > #box { width: 100%; max-width: 100%; height: 100%; max-height: 100%; border: none; }
    """
    TITLE_LINE: ClassVar[str] = ""
    HINT: ClassVar[str] = "esc back"

    def compose(self) -> ComposeResult:
        """Title, body, keys."""
        with Vertical(id="box"):
            yield Static(self.TITLE_LINE, id="title", markup=False)
            yield from self.body()
            yield Static(self.HINT, id="hint", markup=False)

    def body(self) -> ComposeResult:
        """What is between the title and the keys."""
        raise NotImplementedError

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer once: keys may come faster than a dialog goes, and would close the screen below."""
        if self not in self.app.screen_stack:
            return AwaitComplete()
        while self.app.screen is not self:
            self.app.pop_screen()
        return super().dismiss(result)

    def action_leave(self) -> None:
        """No answer."""
        self.dismiss(None)
