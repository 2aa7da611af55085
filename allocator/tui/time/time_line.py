"""The whole run in three lines: how many jobs arrive, what else happens, and where the clock is. A click goes there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from allocator.core.timeline import Event
from allocator.reports import units
from allocator.reports.table import clip, padded
from allocator.simulation.workload import Column
from allocator.tui.glyphs import ASCII, Glyphs
from allocator.tui.time.heading import clock
from allocator.views.replay_events import in_words

_HEIGHTS = " ▁▂▃▄▅▆▇█"
_ASCII_HEIGHTS = " .:-=+*#@"
_MARKS = {"node-down": "x", "node-up": "o", "drain": "d", "capacity": "c", "tenant-join": ">", "tenant-leave": "<"}
_TOLD = 3
"""Events of one time that are told; a line has no room for more."""
_ANY = "!"
"""Of every other kind of event, and of several in one column."""


class TimeLine(Widget):
    """Arrivals, events and the clock, from the start of a run to its end."""

    COMPONENT_CLASSES: ClassVar = {"time-line--arrivals", "time-line--event", "time-line--clock", "time-line--window"}
    DEFAULT_CSS = """
    TimeLine { height: 3; background: $surface; color: $foreground; }
    TimeLine > .time-line--arrivals { color: $primary; }
    TimeLine > .time-line--event { color: $error; text-style: bold; }
    TimeLine > .time-line--clock { color: $accent; text-style: bold; }
    TimeLine > .time-line--window { color: $text-muted; }
    """

    class Picked(Message):
        """A time was clicked, or dragged to."""

        def __init__(self, at_ms: int) -> None:
            self.at_ms = at_ms
            super().__init__()

    def __init__(self, glyphs: Glyphs = ASCII, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._submit: Column = np.zeros(0, np.int64)
        self._events: Sequence[Event] = ()
        self._end, self._window, self._now = 1, (0, 1), 0
        self._drawn: tuple[object, list[str]] = (None, [])
        self._shown: object = None

    def show(self, submit: Column, events: Sequence[Event], end_ms: int, window: tuple[int, int]) -> None:
        """Show a run.

        Args:
            submit: When each job arrives, ascending.
            events: What else happens.
            end_ms: Where the run stopped.
            window: The part that the charts show.
        """
        if (submit is self._submit) and (events, end_ms, window) == (self._events, self._end, self._window):
            return
        self._submit, self._events, self._end, self._window = submit, events, max(1, end_ms), window
        self._drawn = (None, [])
        self.refresh()

    def move(self, now_ms: int) -> None:
        """Put the clock to a time."""
        self._now = now_ms
        shown = (self._column_of(now_ms), clock(now_ms, self._end))
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def _column_of(self, at_ms: int) -> int:
        width = max(1, self.size.width)
        return min(width - 1, at_ms * width // self._end)

    def _lines(self) -> list[str]:
        width = self.size.width
        if self._drawn[0] != width:
            self._drawn = (width, [self._arrivals(width), self._happened(width)])
        return self._drawn[1]

    def _arrivals(self, width: int) -> str:
        edges = np.linspace(0, self._end, width + 1)
        counts = np.diff(np.searchsorted(self._submit, edges))
        most = max(1, int(counts.max(initial=0)))
        levels = np.ceil(counts * 8 / most).astype(np.int64).tolist()
        return "".join(map((_HEIGHTS if self._glyphs.unicode else _ASCII_HEIGHTS).__getitem__, levels))

    def _happened(self, width: int) -> str:
        begin, end = (self._column_of(at) for at in self._window)
        whole = begin == 0 and end >= width - 1
        window = "─" if self._glyphs.unicode else "-"
        marks = [window if not whole and begin <= x <= end else " " for x in range(width)]
        for event in self._events:
            x, mark = self._column_of(event.at_ms), _MARKS.get(event.kind, _ANY)
            marks[x] = mark if marks[x] in (" ", window, mark) else _ANY
        return "".join(marks)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width, base = self.size.width, self.rich_style
        arrivals, event, cursor = (
            self.get_component_rich_style(f"time-line--{name}") for name in ("arrivals", "event", "clock")
        )
        at = self._column_of(self._now)
        if y == 2:
            return self._said(width, at)
        lines = self._lines()
        strip = Strip([Segment(lines[y], (arrivals, event)[y])]) if y < len(lines) else Strip.blank(width, base)
        under = lines[y][at] if y < len(lines) else " "
        bar = "│" if self._glyphs.unicode else "|"
        here = Strip([Segment(under if under.strip() else bar, cursor)])
        return Strip.join([strip.crop(0, at), here, strip.crop(at + 1, width)]).crop_extend(0, width, base)

    def _said(self, width: int, at: int) -> Strip:
        """The clock under its column, the end at the end, and what happened last where there is more room."""
        base = self.rich_style
        event, cursor, window = (
            self.get_component_rich_style(f"time-line--{name}") for name in ("event", "clock", "window")
        )
        now, end = clock(self._now, self._end), units.clock(self._end)
        mark = self._glyphs.up if self._glyphs.unicode else "^"
        text, begin = (f"{now} {mark}", at - len(now) - 1) if at > len(now) else (f"{mark} {now}", at)
        after = width - begin - len(text)
        ended = end if after > len(end) else ""
        rooms = (max(0, begin - 1), max(0, after - len(ended) - 4))
        said = clip(self._happened_last(), max(rooms))
        left, right = (said, "") if rooms[0] > rooms[1] else ("", said)
        parts = [Segment(padded(left, begin), event), Segment(text, cursor)]
        right = padded(f"  {right}" if right else "", max(0, after - len(ended)))
        parts += [Segment(right, event), Segment(ended, window)]
        return Strip(parts).crop_extend(0, width, base)

    def _happened_last(self) -> str:
        """What happened at the newest time until now, with its marks: they are told nowhere else."""
        end = bisect_right(self._events, self._now, key=lambda event: event.at_ms)
        at_ms = self._events[end - 1].at_ms if end else 0
        newest = self._events[bisect_left(self._events, at_ms, hi=end, key=lambda event: event.at_ms) : end]
        words = [f"{_MARKS.get(event.kind, _ANY)} {event.kind}: {in_words(event)}" for event in newest[:_TOLD]]
        words += [f"{len(newest) - _TOLD:,} more"] * (len(newest) > _TOLD)
        return f"{'; '.join(words)} ({units.clock(at_ms)})" if newest else ""

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go there, and follow the mouse."""
        self.capture_mouse()
        self._pick(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow the mouse while its button is down."""
        if self.app.mouse_captured is self:
            self._pick(event.x)

    def on_mouse_up(self) -> None:
        """Follow it no more."""
        self.release_mouse()

    def _pick(self, x: int) -> None:
        width = max(1, self.size.width)
        self.post_message(self.Picked(max(0, min(x, width)) * self._end // width))
