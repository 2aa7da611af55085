"""When jobs arrive: a stream of steady randomness, sent through a clock.

Whatever is asked of one process, its n-th arrival is made of the same chance: a `scale` of the times between arrivals
moves all of them, and leaves days, bursts and periods as long as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from allocator.core.draws import ARRIVALS
from allocator.core.generators import Draw
from allocator.simulation.generating import lublin
from allocator.simulation.generating.clocks import Clock, Cycle, Spells, Steady, daily
from allocator.simulation.generating.distributions import geometric, weibull, weibull_shape
from allocator.simulation.generating.portable import Floats
from allocator.simulation.generating.streams import Streams
from allocator.simulation.workload import Column


class Process:
    """One process of arrivals."""

    def __init__(self, draw: Draw, streams: Streams, from_ms: int) -> None:
        """The process that `draw` says, of `core.draws.ARRIVALS`, from that time of the run on.

        Raises:
            QuantityError: The draw is faulty.
        """
        self._kind = draw.kind
        self._given: Mapping[str, Any] = ARRIVALS.complete(draw)
        self._streams = streams
        self._from = from_ms
        self._clock = self._make_clock()
        gaps = [self._given[one.name] for one in ARRIVALS.kind(draw.kind).parameters if one.gap]
        # What is left of `calm` is the speed of its clock.
        self._gap = float(gaps[0]) if gaps else 1.0
        self._positions: Floats = np.zeros(0)

    def times(self, scale: float, until_ms: int, most: int) -> Column:
        """The first arrivals, in ms from the start of the run, ascending.

        Args:
            scale: Multiplies the times between arrivals.
            until_ms: None from then on.
            most: No more than this many.

        Raises:
            WorkloadError: There are too many bursts or periods until then.
        """
        count = min(most, max(1024, len(self._positions)))
        while True:
            if count > len(self._positions):
                self._positions = self._first(count)
            exact = self._clock.times(self._positions[:count] * (self._gap * scale))
            inside = int(np.searchsorted(np.floor(exact), until_ms - self._from, side="left"))
            if inside < count or count == most:
                return self._from + np.floor(exact[:inside]).astype(np.int64)
            # As many as the pace so far asks for, and some more.
            pace = (until_ms - self._from) / max(1.0, float(exact[-1]))
            count = min(most, int(count * min(max(1.1 * pace, 1.2), 16.0)))

    def _first(self, count: int) -> Floats:
        """The first positions; a gap is 1 on average."""
        given, streams = self._given, self._streams
        match self._kind:
            case "at-once":
                return np.zeros(count)
            case "every":
                return np.arange(count, dtype=np.float64)
            case "gamma":
                squared = given["cv"] * given["cv"]
                return np.cumsum(squared * streams.gamma("arrivals", count, 1.0 / squared))
            case "weibull":
                return np.cumsum(weibull(weibull_shape(given["cv"]), streams, "arrivals", count))
            case "batch":
                groups = np.cumsum(geometric(given["size"], streams, "groups", count))
                starts = np.cumsum(streams.exponential("arrivals", count))
                return starts[np.searchsorted(groups, np.arange(count), side="right")]
            case "lublin":
                return np.cumsum(lublin.gaps(given["set"], streams.under("arrivals"), count))
            case _:
                return np.cumsum(streams.exponential("arrivals", count))

    def _make_clock(self) -> Clock:
        given, streams = self._given, self._streams
        match self._kind:
            case "diurnal":
                start = given["starts"] + self._from
                return daily(given["amplitude"], given["peak"], given["week"], start)
            case "lublin":
                weights = np.array(lublin.weights(given["set"]))
                return Cycle(weights, lublin.BUCKET_MS, given["starts"] + self._from)
            case "mmpp":
                lengths = (float(given["burst_length"]), float(given["calm_length"]))
                return Spells(lengths, (1.0, given["burst"] / given["calm"]), None, streams)
            case "on-off":
                return Spells((float(given["on"]), float(given["off"])), (1.0, 0.0), given["tail"], streams)
            case _:
                return Steady()
