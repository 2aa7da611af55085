"""The policies on a line, each with the digit that switches to it; the chosen one is always seen; clicks switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from allocator.core.text import sanitize
from allocator.reports.table import clip, columns_of
from allocator.tui.glyphs import Glyphs

Placed = tuple[int, str, str]
"""Column, name, what is written."""


def placed(names: Sequence[str], chosen: str, width: int, glyphs: Glyphs) -> list[Placed]:
    """As many policies as fit around the chosen one; a mark at an edge where there are more."""
    texts = [
        f"{glyphs.cursor if name == chosen else ' '}{number if number < 10 else '-'} {clip(sanitize(name), 24)}"
        for number, name in enumerate(names, 1)
    ]
    wide = [columns_of(text) + 1 for text in texts]
    first = last = names.index(chosen) if chosen in names else 0
    room = width - 2 - wide[first] if names else 0
    while room > 0 and (first > 0 or last < len(names) - 1):
        before = wide[first - 1] if first else width
        after = wide[last + 1] if last < len(names) - 1 else width
        if after <= room:
            last, room = last + 1, room - after
        elif before <= room:
            first, room = first - 1, room - before
        else:
            break
    at, out = 1, []
    for number in range(first, last + 1 if names else 0):
        out.append((at, names[number], clip(texts[number], max(1, width - 2))))
        at += wide[number]
    return out


class Choices(Widget):
    """The policies.

    Args:
        glyphs: What is drawn with.
    """

    COMPONENT_CLASSES: ClassVar = {"choices--chosen", "choices--other", "choices--more"}
    DEFAULT_CSS = """
    Choices { height: 1; background: $surface; }
    Choices > .choices--chosen { background: $surface; color: $primary; text-style: bold; }
    Choices > .choices--other { background: $surface; color: $foreground; }
    Choices > .choices--more { background: $surface; color: $accent; text-style: bold; }
    """

    class Picked(Message):
        """A policy was clicked."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, glyphs: Glyphs, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._names: Sequence[str] = ()
        self._chosen = ""

    def show(self, names: Sequence[str], chosen: str) -> None:
        """Show these; one that no digit switches to comes last."""
        self._names = list(names) if chosen in names else [*names, chosen]
        self._chosen = chosen
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        chosen, other, more = (
            self.get_component_rich_style(f"choices--{name}") for name in ("chosen", "other", "more")
        )
        shown = placed(self._names, self._chosen, width, self._glyphs)
        before, after = ("«", "»") if self._glyphs.unicode else ("<", ">")
        hidden = bool(shown) and shown[0][1] != self._names[0]
        parts = [Segment(before if hidden else " ", more)]
        for _, name, text in shown:
            parts += [Segment(text, chosen if name == self._chosen else other), Segment(" ", other)]
        strip = Strip(parts).crop_extend(0, width, other)
        if shown and shown[-1][1] != self._names[-1]:
            strip = Strip.join([strip.crop(0, width - 1), Strip([Segment(after, more)])])
        return strip

    def on_click(self, event: events.Click) -> None:
        """Switch to what was clicked."""
        for at, name, text in placed(self._names, self._chosen, self.size.width, self._glyphs):
            if at <= event.x < at + columns_of(text):
                self.post_message(self.Picked(name))
