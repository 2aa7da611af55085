"""The titles of panels on a line: which is open, what the others say in short, and a click that opens one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from allocator.reports.table import clip, columns_of
from allocator.tui.glyphs import Glyphs


class Titles(Widget):
    """One title or several.

    Args:
        panels: The names of the panels, from left to right.
        glyphs: What is drawn with.
        hint: What the end of the line says, where there is room.
    """

    COMPONENT_CLASSES: ClassVar = {"titles--open", "titles--closed", "titles--said", "titles--line"}
    DEFAULT_CSS = """
    Titles { height: 1; background: $panel; }
    Titles > .titles--open { background: $panel; color: $accent; text-style: bold; }
    Titles > .titles--closed { background: $panel; color: $foreground; text-style: bold; }
    Titles > .titles--said { background: $panel; color: $foreground; }
    Titles > .titles--line { background: $panel; color: $text-muted; }
    """

    class Opened(Message):
        """A title was clicked."""

        def __init__(self, panel: str) -> None:
            self.panel = panel
            super().__init__()

    def __init__(self, panels: Sequence[str], glyphs: Glyphs, hint: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._panels = panels
        self._glyphs = glyphs
        self._hint = hint
        self._open = ""
        self._said: Mapping[str, str] = {}

    def show(self, opened: str, said: Mapping[str, str]) -> None:
        """Show which is open.

        Args:
            opened: The name of the panel that is open, or has the keys.
            said: Of a panel, what stands beside its name; sanitised.
        """
        if (opened, said) != (self._open, self._said):
            self._open, self._said = opened, dict(said)
            self.refresh()

    def _placed(self) -> Iterator[tuple[str, int, str, str]]:
        """Of each panel its name, where it begins, its title, and what is said of it."""
        at = 1
        for panel in self._panels:
            text = f"{self._glyphs.cursor if panel == self._open else ' '}{panel}"
            said = self._said.get(panel, "") if panel == self._open or len(self._panels) == 1 else ""
            said = clip(said, max(0, self.size.width - at - len(text) - 2))
            yield panel, at, text, said
            at += len(text) + 2 + (columns_of(said) + 2 if said else 0)

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.size.width
        line, said = (self.get_component_rich_style(f"titles--{name}") for name in ("line", "said"))
        parts = [Segment(" ", line)]
        for panel, _, text, words in self._placed():
            style = self.get_component_rich_style(f"titles--{'open' if panel == self._open else 'closed'}")
            parts += [Segment(text, style), Segment("  ", line)]
            parts += [Segment(words, said), Segment("  ", line)] if words else []
        gap = width - sum(columns_of(part.text) for part in parts) - len(self._hint) - 1
        if self._hint and gap > 0:
            parts += [Segment(" " * gap, line), Segment(self._hint, line)]
        return Strip(parts).crop_extend(0, width, line)

    def on_click(self, event: events.Click) -> None:
        """Open what was clicked; of a single title the whole line is it."""
        hit = [panel for panel, at, text, _ in self._placed() if at <= event.x < at + len(text) + 1]
        if len(self._panels) == 1:
            hit = [self._panels[0]]
        if hit:
            self.post_message(self.Opened(hit[0]))
