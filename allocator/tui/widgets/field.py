"""A line to type in. What is pasted can hold anything: what could drive the terminal never comes in."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.widgets import Input

from allocator.core.text import sanitize

_EDITING = {
    key.strip(): binding.action
    for binding in Input.BINDINGS
    if isinstance(binding, Binding)
    for key in binding.key.split(",")
}


class Field(Input):
    """An input of one line whose text is always safe to show, and whose keys are done in the order they came in."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        # What was there before is not chosen when it gets the keys: typing would wipe it.
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False, id=id)

    def validate_value(self, value: str) -> str:
        """What is shown, with what could drive the terminal replaced."""
        return sanitize(value)

    async def on_key(self, event: events.Key) -> None:
        """Do what is no letter at once, too: Textual lets it travel to the app and back, and letters overtake it."""
        action = _EDITING.get(event.key)
        if action is not None:
            event.stop()
            event.prevent_default()
            await self.run_action(action)
