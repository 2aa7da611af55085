"""A line to type in. What is pasted can hold anything: what could drive the terminal never comes in."""

from __future__ import annotations

from textual.widgets import Input

from allocator.core.text import sanitize


class Field(Input):
    """An input of one line whose text is always safe to show."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        # What was there before is not chosen when it gets the keys: typing would wipe it.
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False, id=id)

    def validate_value(self, value: str) -> str:
        """What is shown, with what could drive the terminal replaced."""
        return sanitize(value)
