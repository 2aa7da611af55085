"""The first frame, before there is anything to show."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from allocator.core.text import sanitize

if TYPE_CHECKING:
    from allocator.tui.face import Face


class LoadingScreen(Screen[None]):
    """Says which file is read, and for how long; replaced when it is."""

    def __init__(self) -> None:
        super().__init__()
        self._began = monotonic()

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static(self._words(), id="heading", markup=False)

    def on_mount(self) -> None:
        """Count the seconds, where it takes any."""
        self.set_interval(1, self._count)

    def _count(self) -> None:
        if self.is_current:
            self.query_one("#heading", Static).update(Content(self._words()))

    def _words(self) -> str:
        reading, seconds = cast("Face", self.app).reading, int(monotonic() - self._began)
        what = f" {sanitize(reading)}" if reading else ""
        return f"fairheap  opening{what}{f', {seconds} s' if seconds else ''}; q leaves"
