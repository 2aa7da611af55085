"""The line that rows are filtered by."""

from __future__ import annotations

from allocator.tui.widgets.field import Field


class Filter(Field):
    """Out of sight while nothing is filtered and nobody types.

    Args:
        about: What its words are looked for in.
    """

    DEFAULT_CSS = """
    Filter#filter { height: 1; border: none; padding: 0 1; display: none; background: $panel; }
    Filter#filter.-open { display: block; }
    """

    def __init__(self, about: str) -> None:
        super().__init__(id="filter", placeholder=f"words in {about}; enter keeps, esc clears")

    def begin(self) -> None:
        """Have it typed into."""
        self.add_class("-open")
        self.focus()

    def put(self, words: str) -> None:
        """Filter by words that were typed elsewhere; by none, everything is shown."""
        self.value = words
        self.keep()

    def keep(self) -> None:
        """Nobody types any more: it stays in sight for as long as it filters."""
        self.set_class(bool(self.value), "-open")
