"""The first frame, before there is anything to show."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static


class LoadingScreen(Screen[None]):
    """Says that a file is read; replaced when it is."""

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("fairheap  opening, q leaves", id="heading", markup=False)
