"""A heap as a tree on the screen; drawn when a line of it is asked for, and only anew when something changed."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from allocator.tui.step import tree
from allocator.tui.step.tree import Heap


class HeapTree(Widget):
    """The tree.

    Args:
        unicode: Whether its lines and marks may go beyond ASCII.
    """

    COMPONENT_CLASSES: ClassVar = {
        "heap-tree--next",
        "heap-tree--put",
        "heap-tree--swapped",
        "heap-tree--followed",
        "heap-tree--node",
        "heap-tree--array",
        "heap-tree--dim",
    }
    DEFAULT_CSS = """
    HeapTree { height: 1fr; background: $surface; color: $foreground; }
    HeapTree > .heap-tree--next { text-style: bold reverse; }
    HeapTree > .heap-tree--put { color: $accent; text-style: bold; }
    HeapTree > .heap-tree--swapped { color: $accent; }
    HeapTree > .heap-tree--followed { color: $primary; text-style: underline; }
    HeapTree > .heap-tree--dim { color: $text-muted; }
    """

    def __init__(self, *, unicode: bool, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks = tree.UNICODE if unicode else tree.ASCII
        self._heap: Heap | None = None
        self._drawn: tuple[tuple[int, int], list[Strip]] | None = None
        self._styles: dict[str, Style] = {}

    def show(self, heap: Heap | None) -> None:
        """Show another heap; None while there is none. Only lines that are other than before are drawn anew."""
        before, self._heap, self._drawn = self._drawn, heap, None
        size = (self.size.width, self.size.height)
        if before is None or before[0] != size:
            self.refresh()
            return
        old, new = before[1], self._draw(*size)
        self._drawn = (size, new)
        changed = [Region(0, y, size[0], 1) for y in range(size[1]) if old[y : y + 1] != new[y : y + 1]]
        if changed:
            self.refresh(*changed)

    def notify_style_update(self) -> None:
        """Colours have changed."""
        self._styles.clear()
        self._drawn = None
        super().notify_style_update()

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(f"heap-tree--{name or 'node'}")
        return self._styles[name]

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        size = (self.size.width, self.size.height)
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = (size, self._draw(*size))
        strips = self._drawn[1]
        return strips[y] if y < len(strips) else Strip.blank(size[0], self._style("node"))

    def _draw(self, width: int, height: int) -> list[Strip]:
        if self._heap is None:
            return []
        blank = self._style("node")
        return [
            Strip([Segment(text, self._style(style)) for text, style in tree.runs(line)]).crop_extend(0, width, blank)
            for line in tree.draw(self._heap, width, height, self._marks)
        ]
