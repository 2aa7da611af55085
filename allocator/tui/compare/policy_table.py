"""A table in which sideways means another policy, and whose rows the screen puts in order."""

from __future__ import annotations

from textual.message import Message

from allocator.tui.widgets.table import Table


class PolicyTable(Table):
    """Tenants down, policies across."""

    class Aside(Message):
        """To the next column, or the one before."""

        def __init__(self, by: int) -> None:
            self.by = by
            super().__init__()

    class Headed(Message):
        """A heading was clicked."""

        def __init__(self, column: int) -> None:
            self.column = column
            """On screen; 0 is that of the names."""
            super().__init__()

    def action_sideways(self, by: int) -> None:
        """Another policy."""
        self.post_message(self.Aside(by))

    def sort_by(self, column: int | None, descending: bool = False) -> None:
        """The screen does that, for all columns and in the background."""
        self.post_message(self.Headed(column or 0))
