"""Something to be read, however long: it scrolls, and is left when it was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from allocator.core.text import sanitize
from allocator.tui.screens.dialog import Dialog


class Telling(Dialog[None]):
    """Tells.

    Args:
        title: What it is about, in a line.
        lines: What there is to say; names in it are made safe here.
    """

    DEFAULT_CSS = """
    Telling > #box { width: 100; }
    Telling VerticalScroll { height: auto; max-height: 70vh; margin: 1 0; }
    """
    HINT = "up and down scroll; enter or esc goes back"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", show=False)]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title = sanitize(title)
        self._text = "\n".join(map(sanitize, lines))

    def body(self) -> ComposeResult:
        """The lines."""
        with VerticalScroll():
            yield Static(self._text, id="told", markup=False)

    def on_mount(self) -> None:
        """The title may hold a name."""
        self.query_one("#title", Static).update(Content(self._title))


class Waiting(Dialog[bool]):
    """Something takes a while; escape gives up waiting, and answers so.

    Args:
        title: What it is.
    """

    HINT = "esc gives up"

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = sanitize(title)

    def body(self) -> ComposeResult:
        """How far it is."""
        yield Static("", id="told", markup=False)

    def on_mount(self) -> None:
        """The title may hold a name."""
        self.query_one("#title", Static).update(Content(self._title))

    def tell(self, words: str) -> None:
        """Say how far it is."""
        if self.is_mounted:
            self.query_one("#told", Static).update(Content(sanitize(words)))

    def action_leave(self) -> None:
        """Give up."""
        self.dismiss(True)
