"""Lines over time in braille dots, or letters where there are none; drawn once a window, then only the cursor moves.

A line is told from another by its dashes (its letter in ASCII) and the legend, not by colour alone; of two lines the
second is drawn in rings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from allocator.reports.table import padded
from allocator.tui.glyphs import ASCII, Glyphs
from allocator.tui.time.curves import Steps

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_MARKS = "*+xo@%"
_DASHES = ((1, 0), (4, 2), (1, 1), (6, 3), (2, 3), (1, 3))
"""Columns of dots drawn and left out, of each line."""
_SAMPLES = ("⠤⠤⠤", "⠤⠤⠄", "⠄⠄⠄", "⠤⠤ ", "⠤ ⠤", "⠄ ⠄")
_RING = "o"
"""Of the second line where there are two: dashes of steep lines are hard to see."""
MOST = 6
"""Lines that can be told apart."""
LEFT = 6
"""Columns to the left of the plot, for what the heights mean."""


@dataclass(frozen=True)
class Line:
    """One line of a chart."""

    name: str
    """Sanitised."""
    steps: Steps


class Chart(Widget):
    """Some lines over one window of time, with their values at the cursor in the legend.

    Args:
        glyphs: What is drawn with.
        words: A value as people read it.
        id: Of the widget.
    """

    COMPONENT_CLASSES: ClassVar = {"chart--axis", *(f"chart--line-{number}" for number in range(6))}
    DEFAULT_CSS = """
    Chart { height: 1fr; background: $surface; color: $foreground; }
    Chart > .chart--axis { color: $text-muted; }
    Chart > .chart--line-0 { color: $primary; }
    Chart > .chart--line-1 { color: $accent; }
    Chart > .chart--line-2 { color: $success; }
    Chart > .chart--line-3 { color: $secondary; }
    Chart > .chart--line-4 { color: $warning; }
    Chart > .chart--line-5 { color: $error; }
    """

    class Picked(Message):
        """A time was clicked."""

        def __init__(self, at_ms: int) -> None:
            self.at_ms = at_ms
            super().__init__()

    def __init__(self, glyphs: Glyphs = ASCII, words: Callable[[float], str] = str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs, self._words = glyphs, words
        self._title = ""
        self._lines: tuple[Line, ...] = ()
        self._window, self._now, self._column = (0, 1), 0, -1
        self._most: float | None = None
        self._rest = 0
        self._rows: list[tuple[str, Strip]] = []
        self._drawn: object = None
        self._revision = 0
        self._said: list[str] = []
        self._styles: tuple[Style, ...] = ()

    def show(
        self, title: str, lines: Sequence[Line], window: tuple[int, int], most: float | None = None, rest: int = 0
    ) -> None:
        """Show lines; nothing is drawn again where nothing changed.

        Args:
            title: Sanitised.
            lines: At most six.
            window: From when to when, ms.
            most: The height of the chart; None is the most that is seen.
            rest: How many more there are that have no line; the legend says so.
        """
        if rest != self._rest:
            self._rest = rest
            self._revision += 1
            self.refresh()
        new = (title, tuple(lines), window, most)
        if new != (self._title, self._lines, self._window, self._most):
            self._title, self._lines, self._window, self._most = title, tuple(lines[:MOST]), window, most
            self._revision += 1
            self.refresh()

    def move(self, now_ms: int) -> None:
        """Put the cursor to a time; only its columns, and the legend where it says something else, are drawn again."""
        self._now = now_ms
        column = self._column_of(now_ms)
        if column != self._column:
            for x in (self._column, column):
                self.refresh(Region(x, 1, 1, max(1, self.size.height - 1)))
            self._column = column
        said = self._values()
        if said != self._said:
            self._said = said
            self.refresh(Region(0, 0, self.size.width, 1))

    def _column_of(self, now_ms: int) -> int:
        begin, end = self._window
        width = max(1, self.size.width - LEFT)
        return LEFT + min(width - 1, (now_ms - begin) * width // max(1, end - begin))

    def on_click(self, event: events.Click) -> None:
        """A click is a time."""
        begin, end = self._window
        if event.x >= LEFT:
            self.post_message(self.Picked(begin + (event.x - LEFT) * (end - begin) // max(1, self.size.width - LEFT)))

    # --- drawing -------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Colours have changed."""
        self._revision += 1
        self._styles = ()
        super().notify_style_update()

    def _style(self, line: int) -> Style:
        """Of a line; -1 is of plain words, -2 of the axis. Kept, since asking for one takes as long as drawing."""
        if not self._styles:
            names = ("chart--axis", *(f"chart--line-{number}" for number in range(MOST)))
            axis, *lines = map(self.get_component_rich_style, names)
            self._styles = (*lines, axis, self.rich_style)
        return self._styles[line]

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self._style(-1)
        if y == 0:
            return self._legend().crop_extend(0, width, base)
        key = (self.size, self._revision)
        if key != self._drawn:
            self._draw(width, self.size.height - 1)
            self._drawn = key
            self._column = self._column_of(self._now)
        if y > len(self._rows):
            return Strip.blank(width, base)
        text, strip = self._rows[y - 1]
        at = self._column
        if not LEFT <= at < width:
            return strip
        here = text[at] if text[at] not in " ⠀" else "│" if self._glyphs.unicode else "|"
        cursor = Strip([Segment(here, base + Style(bold=True))])
        return Strip.join([strip.crop(0, at), cursor, strip.crop(at + 1, width)])

    def _values(self) -> list[str]:
        """Of each line at the cursor."""
        now, said = self._now, []
        for line in self._lines:
            value = line.steps.at(now)
            said.append("-" if np.isnan(value) or now > line.steps.times[-1] else self._words(value))
        return said

    def _in_rings(self, line: int) -> bool:
        return self._glyphs.unicode and line == 1 and len(self._lines) == 2

    def _legend(self) -> Strip:
        """The title, and each line's sample, name and value; how many more there are, where not all fit."""
        base = self._style(-1)
        strips = [Strip([Segment(f"{self._title} ", base + Style(bold=True))])]
        self._said = self._values()
        for number, (line, said) in enumerate(zip(self._lines, self._said, strict=True)):
            sample = _RING * 3 if self._in_rings(number) else _SAMPLES[number]
            mark, style = sample if self._glyphs.unicode else _MARKS[number], self._style(number)
            strips.append(Strip([Segment(f" {mark} ", style), Segment(f"{line.name} ", base), Segment(said, base)]))
        for count in range(len(strips), 0, -1):
            more = len(strips) - count + self._rest
            shown = [*strips[:count], Strip([Segment(f"  +{more:,}", base)] if more else [])]
            if count == 1 or sum(strip.cell_length for strip in shown) <= self.size.width:
                return Strip.join(shown)
        return Strip([])

    def _draw(self, width: int, height: int) -> None:
        columns, base = width - LEFT, self._style(-1)
        if columns < 2 or height < 1:
            self._rows = []
            return
        dots = self._glyphs.unicode
        wide, high = (columns * 2, height * 4) if dots else (columns, height)
        edges = np.linspace(*self._window, wide + 1)
        sampled = [line.steps.sample(edges) for line in self._lines]
        seen = [float(np.nanmax(most)) for _, most in sampled if not np.isnan(most).all()]
        top = self._most or max(seen, default=1.0) or 1.0
        mask = [[0] * columns for _ in range(height)]
        owner = [[-1] * columns for _ in range(height)]
        for number, (least, most) in enumerate(sampled):
            self._plot(number, _heights(least, top, high), _heights(most, top, high), mask, owner)
        self._rows = []
        for row in range(height):
            said = self._words(top) if row == 0 else self._words(0) if row == height - 1 else ""
            label = padded(said, LEFT - 1, "right") + ("│" if dots else "|")
            parts, text, letters, mine = [Segment(label, self._style(-2))], label, "", -1
            for x in range(columns):
                who = owner[row][x]
                letter = " " if who < 0 else chr(0x2800 + mask[row][x]) if dots else _MARKS[who]
                if self._in_rings(who):
                    letter = _RING
                if who != mine and letters:
                    parts.append(Segment(letters, self._style(mine)))
                    text, letters = text + letters, ""
                mine, letters = who, letters + letter
            parts.append(Segment(letters, self._style(mine)))
            self._rows.append((text + letters, Strip(parts).adjust_cell_length(width, base)))

    def _plot(
        self, number: int, low: list[int], high: list[int], mask: list[list[int]], owner: list[list[int]]
    ) -> None:
        """Dots of one line; the first line lies above the others."""
        dots, rings = self._glyphs.unicode, self._in_rings(number)
        on, off = (1, 0) if rings else _DASHES[number]
        before: tuple[int, int] | None = None
        for x, (bottom, top) in enumerate(zip(low, high, strict=True)):
            if bottom < 0:
                before = None
                continue
            first, last = top, bottom
            if before is not None:  # joined to the column before
                first, last = min(first, before[1]), max(last, before[0])
            before = (top, bottom)
            if first == last and dots and x % (on + off) >= on:
                continue
            for y in range(first, last + 1):
                row, column = (y >> 2, x >> 1) if dots else (y, x)
                if dots and not rings:
                    mask[row][column] |= _DOTS[y & 3][x & 1]
                if owner[row][column] < 0:
                    owner[row][column] = number


def _heights(values: object, top: float, high: int) -> list[int]:
    """Rows of dots from above; -1 where there is no value."""
    part = np.clip(np.asarray(values, np.float64) / top, 0, 1)
    rows = np.round((1 - part) * (high - 1))
    found: list[int] = np.where(np.isnan(rows), -1, rows).astype(np.int64).tolist()
    return found
