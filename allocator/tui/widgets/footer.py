"""One line of keys: what matters most first, as many as fit, and always the way to the rest. Each can be clicked."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from allocator.reports.table import columns_of

Item = tuple[str, str, str]
"""Of an action its id, its key as it is written, and two or three words."""
HELP, COMMANDS = "app.help", "app.command"
"""What stands at the right end: the first always, the second where everything fits."""


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
        self._items: list[Item] = []

    def show(self, items: list[Item]) -> None:
        """Show these, the most important first."""
        self._items = items
        self.refresh()

    def _placed(self) -> list[tuple[int, Item]]:
        """Each that fits, and the column where it begins; what does not fit is found through help."""
        width = self.size.width - 1
        ends = [item for id in (COMMANDS, HELP) for item in self._items if item[0] == id]
        plain = [item for item in self._items if item not in ends]
        if sum(map(_width, (*plain, *ends))) > width:
            ends = ends[-1:]
        at, end = 1, 1 + width - sum(map(_width, ends))
        placed = []
        for item in plain:
            if at + _width(item) > end:
                break
            placed.append((at, item))
            at += _width(item)
        for item in ends:
            placed.append((end, item))
            end += _width(item)
        return placed

    def render_line(self, y: int) -> Strip:
        """The line."""
        key, text = (self.get_component_rich_style(f"footer--{name}") for name in ("key", "text"))
        parts: list[Segment] = []
        at = 0
        for start, item in self._placed():
            _, shown, title = item
            parts += [Segment(" " * (start - at), text), Segment(shown, key), Segment(f" {title}  ", text)]
            at = start + _width(item)
        return Strip(parts).crop_extend(0, self.size.width, text)

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        for start, item in self._placed():
            if start <= event.x < start + _width(item) - 1:
                self.post_message(self.Pressed(item[0]))


def _width(item: Item) -> int:
    return columns_of(item[1]) + columns_of(item[2]) + 3
