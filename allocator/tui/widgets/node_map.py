"""The nodes as a map of how full they are; under it the chosen one in words. Full is told by glyphs, not by colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from allocator.tui.glyphs import ASCII, Glyphs
from allocator.tui.moment_curves import Values

_LEVELS = "·▁▂▃▄▅▆▇█"
_ASCII_LEVELS = ".123456789"
_DOWN = "x"


class NodeMap(Widget, can_focus=True):
    """A letter a node, or a letter for some nodes where there are more than fit."""

    COMPONENT_CLASSES: ClassVar = {"node-map--idle", "node-map--some", "node-map--full", "node-map--down"}
    DEFAULT_CSS = """
    NodeMap { height: 1fr; background: $surface; color: $foreground; }
    NodeMap > .node-map--idle { color: $text-muted; }
    NodeMap > .node-map--some { color: $primary; }
    NodeMap > .node-map--full { color: $accent; }
    NodeMap > .node-map--down { color: $error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1, 0)", show=False),
        Binding("right,l", "move(1, 0)", show=False),
        Binding("up,k", "move(0, -1)", show=False),
        Binding("down,j", "move(0, 1)", show=False),
        Binding("home,g", "jump(0)", show=False),
        Binding("end,G", "jump(-1)", show=False),
    ]

    class Highlighted(Message):
        """Another node is chosen."""

    def __init__(self, glyphs: Glyphs = ASCII, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._heat: Values = np.zeros(0)
        self._words: Sequence[str] = ()
        self.chosen = 0
        """The first node of the chosen cell."""
        self._letters: list[str] = []

    def show(self, heat: Values, words: Sequence[str]) -> None:
        """Show how full each node is.

        Args:
            heat: From 0 to 1 each; NaN where it is down.
            words: Of the chosen node, a line each, sanitised.
        """
        self._heat, self._words = heat, words
        self.chosen = max(0, min(self.chosen, len(heat) - 1))
        self.refresh()

    @property
    def _shape(self) -> tuple[int, int, int]:
        """Columns, rows of the map, and nodes a cell."""
        width = max(1, self.size.width)
        count = max(1, len(self._heat))
        rows = max(1, self.size.height - min(3, max(0, self.size.height - 1)))
        share = -(-count // (width * rows))
        return width, rows, share

    @property
    def share(self) -> int:
        """How many nodes a letter stands for."""
        return self._shape[2]

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, rows, share = self._shape
        base = self.rich_style
        used = min(rows, -(-len(self._heat) // (width * share)))
        if y >= used:
            at = y - used
            text = self._words[at] if at < len(self._words) else ""
            return Strip([Segment(text, base)]).crop_extend(0, width, base)
        first = y * width * share
        parts: list[Segment] = []
        for cell in range(width):
            begin = first + cell * share
            if begin >= len(self._heat):
                break
            letter, name = self._letter(self._heat[begin : begin + share])
            style = self.get_component_rich_style(f"node-map--{name}")
            if begin <= self.chosen < begin + share:
                style += Style(reverse=True)
            if parts and parts[-1].style == style:
                parts[-1] = Segment(parts[-1].text + letter, style)
            else:
                parts.append(Segment(letter, style))
        return Strip(parts).crop_extend(0, width, base)

    def _letter(self, heat: Values) -> tuple[str, str]:
        down = np.isnan(heat)
        if down.all():
            return _DOWN, "down"
        part = float(heat[~down].mean())
        letters = _LEVELS if self._glyphs.unicode else _ASCII_LEVELS
        level = int(part * (len(letters) - 1)) if part < 1 else len(letters) - 1
        if part > 0:
            level = max(1, level)
        return letters[level], "idle" if not level else "full" if part >= 0.995 else "some"

    def action_move(self, right: int, down: int) -> None:
        """Choose a neighbour."""
        width, _, share = self._shape
        self._choose(self.chosen + (right + down * width) * share)

    def action_jump(self, to: int) -> None:
        """Choose the first node, or the last."""
        self._choose(len(self._heat) - 1 if to < 0 else to)

    def _choose(self, node: int) -> None:
        if 0 <= node < len(self._heat) and node != self.chosen:
            self.chosen = node
            self.refresh()
            self.post_message(self.Highlighted())

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        width, _, share = self._shape
        self._choose((event.y * width + event.x) * share)
