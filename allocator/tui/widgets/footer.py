"""One line of keys: what matters most first, as many as fit, and the way to the rest. Each can be clicked."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


class Footer(Widget):
    """Keys with what they do."""

    COMPONENT_CLASSES: ClassVar = {"footer--key", "footer--text"}
    DEFAULT_CSS = """
    Footer { height: 1; dock: bottom; background: $panel; }
    Footer > .footer--key { background: $panel; color: $accent; text-style: bold; }
    Footer > .footer--text { background: $panel; color: $foreground; }
    """

    class Pressed(Message):
        """A key in the footer was clicked."""

        def __init__(self, id: str) -> None:
            self.id = id
            """Of the action."""
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._items: list[tuple[str, str, str]] = []

    def show(self, items: list[tuple[str, str, str]]) -> None:
        """Show these, the most important first.

        Args:
            items: Of each action its id, its key as it is written, and two or three words.
        """
        self._items = items
        self.refresh()

    def _fitting(self) -> list[tuple[str, str, str]]:
        """Those that fit; where some do not, the last one is the way to help."""
        room, shown = self.size.width - 1, []
        for item in self._items:
            room -= len(item[1]) + len(item[2]) + 3
            if room < 0:
                break
            shown.append(item)
        return shown

    def render_line(self, y: int) -> Strip:
        """The line."""
        key, text = (self.get_component_rich_style(f"footer--{name}") for name in ("key", "text"))
        parts = [Segment(" ", text)]
        for _, shown, title in self._fitting():
            parts += [Segment(shown, key), Segment(f" {title}  ", text)]
        return Strip(parts).crop_extend(0, self.size.width, text)

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        at = 1
        for id, shown, title in self._fitting():
            width = len(shown) + len(title) + 3
            if at <= event.x < at + width - 1:
                self.post_message(self.Pressed(id))
                return
            at += width
