"""The nodes: a line each where they fit, cells beside each other where they nearly do, else a map of how full they are.

Under them the chosen one in words. Full, and down, are told by glyphs and words, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from allocator.reports import units
from allocator.reports.table import clip, columns_of, padded
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TABLE
from allocator.tui.glyphs import ASCII, Glyphs
from allocator.tui.time.curves import Values

_LEVELS = "·▁▂▃▄▅▆▇█"
_ASCII_LEVELS = ".123456789"
DOWN = "x"
_WORDS = 2
"""Lines that are kept for the chosen node."""
_NAME = 20
_REST = 15
"""Columns of a cell besides its name, where several are beside each other."""
_CELLS = 500
"""Nodes that are told by name, at most."""


class Model(Protocol):
    """The nodes of a moment; sanitised."""

    heat: Values

    def name(self, node: int) -> str:
        """What it is called."""
        ...

    def said(self, node: int) -> str:
        """Who runs there."""
        ...

    def words(self, first: int, share: int, width: int, height: int) -> Sequence[str]:
        """The chosen node, or nodes, in lines."""
        ...


class NodeMap(Widget, can_focus=True):
    """A line a node, a cell, or a letter for one or some of them."""

    COMPONENT_CLASSES: ClassVar = {"node-map--idle", "node-map--some", "node-map--full", "node-map--down"}
    DEFAULT_CSS = """
    NodeMap { height: 1fr; background: $surface; color: $foreground; }
    NodeMap > .node-map--idle { color: $text-muted; }
    NodeMap > .node-map--some { color: $primary; }
    NodeMap > .node-map--full { color: $accent; }
    NodeMap > .node-map--down { color: $error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(TABLE)

    class Highlighted(Message):
        """Another node is chosen."""

    class Chosen(Message):
        """Enter, or a second click: more of the chosen node is wanted."""

    def __init__(self, glyphs: Glyphs = ASCII, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._model: Model | None = None
        self._longest = 0
        self._words: tuple[object, Sequence[str]] = (None, ())
        self.chosen = 0
        """The first node of the chosen cell."""

    def show(self, model: Model) -> None:
        """Show the nodes of another moment."""
        self._model = model
        self._longest = max((columns_of(model.name(one)) for one in range(min(_CELLS, len(model.heat)))), default=0)
        self.chosen = max(0, min(self.chosen, len(model.heat) - 1))
        self.refresh()

    @property
    def _heat(self) -> Values:
        return np.zeros(0) if self._model is None else self._model.heat

    @property
    def _shape(self) -> tuple[int, int, int]:
        """Columns, rows, and nodes a letter; 0 nodes a letter where they have lines or cells."""
        width, height, count = max(1, self.size.width), self.size.height, max(1, len(self._heat))
        cell = min(self._longest, _NAME) + _REST
        for rows in (max(1, height - _WORDS), max(1, height - 1)):
            columns = -(-count // rows)
            if columns == 1 or (columns * cell <= width and count <= _CELLS):
                return columns, -(-count // columns), 0
        rows = max(1, height - _WORDS - 1)
        share = -(-count // (width * rows))
        return width, -(-count // (width * share)), share

    @property
    def share(self) -> int:
        """How many nodes a letter stands for; 0 where each has a line or a cell."""
        return self._shape[2]

    # --- drawing -------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base, model = self.size.width, self.rich_style, self._model
        columns, rows, share = self._shape
        if model is None:
            return Strip.blank(width, base)
        if y >= rows:
            strip = Strip([Segment(self._in_words(model, share, self.size.height - rows, y - rows), base)])
        elif share:
            strip = self._letters(y * columns * share, columns, share)
        else:
            strip = self._cells(model, y, columns)
        return strip.crop_extend(0, width, base)

    def _in_words(self, model: Model, share: int, height: int, line: int) -> str:
        width = self.size.width
        key = (model, self.chosen, share, width, height)
        if self._words[0] != key:
            legend = [self._legend(share)] if share else []
            words = model.words(self.chosen, share or 1, width, height - len(legend))
            self._words = (key, [*legend, *words])
        return clip(self._words[1][line], width) if line < len(self._words[1]) else ""

    def _legend(self, share: int) -> str:
        letters = _LEVELS if self._glyphs.unicode else _ASCII_LEVELS
        down, each = (f"{DOWN} one is down", f"; a letter is {share:,} nodes") if share > 1 else (f"{DOWN} down", "")
        return f"{letters[0]} idle  {letters[1]} to {letters[-1]} fuller  {down}{each}"

    def _cells(self, model: Model, y: int, columns: int) -> Strip:
        room = self.size.width // columns
        parts: list[Segment] = []
        for node in range(y * columns, min((y + 1) * columns, len(model.heat))):
            parts += self._cell(model, node, room, alone=columns == 1)
        return Strip(parts)

    def _cell(self, model: Model, node: int, room: int, *, alone: bool) -> list[Segment]:
        part = float(model.heat[node])
        _, name = self._letter(model.heat[node : node + 1])
        style, base = self.get_component_rich_style(f"node-map--{name}"), self.rich_style
        here = node == self.chosen
        wide = max(4, min(self._longest, _NAME, room - 16))
        bar = 10 if room >= wide + 24 else 6
        said = padded(self._glyphs.cursor if here else "", 1) + padded(model.name(node), wide) + " "
        down = part != part
        filled = DOWN * bar if down else units.bar(part, bar, unicode=self._glyphs.unicode)
        share = "down" if down else units.percent(part)
        parts = [
            Segment(said, base + Style(bold=True, reverse=self.has_focus) if here else base),
            Segment(filled, style),
            Segment(f" {share:>4}", style if down else base),
        ]
        rest = room - columns_of(said) - bar - 5
        words = model.said(node) if alone else ""
        return [*parts, Segment(padded(f"  {words}" if words != share else "", max(0, rest)), base)]

    def _letters(self, first: int, width: int, share: int) -> Strip:
        parts: list[Segment] = []
        for begin in range(first, min(first + width * share, len(self._heat)), share):
            letter, name = self._letter(self._heat[begin : begin + share])
            style = self.get_component_rich_style(f"node-map--{name}")
            if begin <= self.chosen < begin + share:
                style += Style(reverse=True)
            if parts and parts[-1].style == style:
                parts[-1] = Segment(parts[-1].text + letter, style)
            else:
                parts.append(Segment(letter, style))
        return Strip(parts)

    def _letter(self, heat: Values) -> tuple[str, str]:
        down = np.isnan(heat)
        if down.any():
            return DOWN, "down"
        part = float(heat.mean())
        letters = _LEVELS if self._glyphs.unicode else _ASCII_LEVELS
        level = int(part * (len(letters) - 1)) if part < 1 else len(letters) - 1
        if part > 0:
            level = max(1, level)
        return letters[level], "idle" if not level else "full" if part >= 0.995 else "some"

    # --- what a person does --------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """A row of the map up or down."""
        columns, _, share = self._shape
        self._choose(self.chosen + by * columns * max(1, share))

    def action_sideways(self, by: int) -> None:
        """The neighbour."""
        self._choose(self.chosen + by * max(1, self.share))

    def action_page(self, by: int) -> None:
        """Some rows up or down; at most to the first, or the last."""
        columns, rows, share = self._shape
        to = self.chosen + by * columns * max(1, share) * max(1, rows // 2)
        self._choose(max(0, min(to, len(self._heat) - 1)))

    def action_jump(self, to: int) -> None:
        """Choose the first node, or the last."""
        self._choose(len(self._heat) - 1 if to < 0 else to)

    def action_choose(self) -> None:
        """More of the chosen node is wanted."""
        self.post_message(self.Chosen())

    def _choose(self, node: int) -> None:
        share = max(1, self.share)
        node -= node % share
        if 0 <= node < len(self._heat) and node != self.chosen:
            self.chosen = node
            self.refresh()
            self.post_message(self.Highlighted())

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        columns, rows, share = self._shape
        if event.y < rows:
            x = event.x if share else min(columns - 1, event.x * columns // max(1, self.size.width))
            self._choose((event.y * columns + x) * max(1, share))
            if event.chain > 1:
                self.action_choose()
