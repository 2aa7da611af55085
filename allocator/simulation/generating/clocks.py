"""Clocks that run at a changing speed: a steady stream of arrivals, sent through one, has rush hours, bursts or nights.

To thin a stream would do the same in law; a clock uses every arrival, so that jobs keep their numbers whatever the
load, and the day keeps its 24 hours.

Source: Cinlar, Introduction to stochastic processes, 1975, on the time change of a Poisson process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from allocator.core.draws import DAY_MS, WEEK_MS
from allocator.core.errors import WorkloadError
from allocator.simulation.generating.portable import Floats, cosine, exp, log
from allocator.simulation.generating.streams import Streams

_MINUTE_MS = 60_000
_MOST_SPELLS = 1_000_000


class Clock(Protocol):
    """Says when as much has passed on it as on a steady one."""

    def times(self, positions: Floats) -> Floats:
        """The time in ms, from the start of the stream, at which it shows each of `positions`, which ascend."""


class Steady:
    """A clock that runs as all others should."""

    def times(self, positions: Floats) -> Floats:
        """The positions."""
        return positions


class Cycle:
    """A clock whose speed repeats, such as every day; its mean speed is 1."""

    def __init__(self, weights: Floats, step_ms: int, start_ms: int) -> None:
        """A clock of these speeds, one for each step of the cycle, that starts so far into it."""
        shown = np.cumsum(weights)
        self._weights = weights * (len(weights) / float(shown[-1]))
        self._shown = np.concatenate([[0.0], np.cumsum(self._weights)]) * step_ms
        self._step = step_ms
        self._cycle = step_ms * len(weights)
        self._start = start_ms % self._cycle

    def times(self, positions: Floats) -> Floats:
        """As `Clock` says."""
        step = self._start // self._step
        before = self._shown[step] + self._weights[step] * (self._start - step * self._step)
        total = self._shown[-1]
        cycles = np.floor((positions + before) / total)
        rest = np.maximum(positions + before - cycles * total, 0.0)
        into = _within(self._shown, self._weights, rest, self._step)
        passed: Floats = cycles * self._cycle + into - self._start
        return passed


def daily(amplitude: float, peak_ms: int, week: Sequence[float], start_ms: int) -> Cycle:
    """A clock of which each day is a wave with its peak at that time, and each weekday has its weight."""
    minutes = np.arange(DAY_MS // _MINUTE_MS)
    wave = 1.0 + amplitude * cosine((minutes + 0.5) / len(minutes) - peak_ms / DAY_MS)
    days = np.array([float(day) for day in week])
    return Cycle((days[:, None] * wave[None, :]).reshape(-1), _MINUTE_MS, start_ms % WEEK_MS)


class Spells:
    """A clock that runs at two speeds in turn, for random lengths; it starts as if it had always run."""

    def __init__(self, lengths: tuple[float, float], speeds: tuple[float, float], tail: float | None, streams: Streams):
        """A clock of these mean lengths in ms and speeds; lengths are exponential, or Pareto of that exponent."""
        self._lengths, self._speeds, self._tail, self._streams = lengths, speeds, tail, streams
        first = lengths[0] / (lengths[0] + lengths[1])
        self._second_first = bool(streams.uniform("first", 1)[0] > first)

    def times(self, positions: Floats) -> Floats:
        """As `Clock` says.

        Raises:
            WorkloadError: There are too many spells until then.
        """
        count = 64
        while True:
            odd = (np.arange(count) % 2 == 1) != self._second_first
            speeds = np.where(odd, self._speeds[1], self._speeds[0])
            lengths = np.where(odd, self._lengths[1], self._lengths[0]) * self._unit(count)
            shown = np.concatenate([[0.0], np.cumsum(speeds * lengths)])
            if not len(positions) or shown[-1] > positions[-1]:
                begin = np.concatenate([[0.0], np.cumsum(lengths)])
                spell = np.minimum(np.searchsorted(shown, positions, side="right") - 1, count - 1)
                passed: Floats = begin[spell] + (positions - shown[spell]) / speeds[spell]
                return passed
            if count > _MOST_SPELLS:
                raise WorkloadError(f"bursts or periods so short that there would be more than {_MOST_SPELLS:,}")
            count *= 4

    def _unit(self, count: int) -> Floats:
        if self._tail is None:
            return self._streams.exponential("spells", count)
        least = (self._tail - 1.0) / self._tail
        return least * exp(log(self._streams.uniform("spells", count)) * (-1.0 / self._tail))


def _within(shown: Floats, weights: Floats, positions: Floats, step_ms: int) -> Floats:
    """When a clock that shows `shown` at the begin of each step shows `positions`."""
    step = np.minimum(np.searchsorted(shown, positions, side="right") - 1, len(weights) - 1)
    slow = np.maximum(weights[step], 1e-300)
    return step * float(step_ms) + np.minimum((positions - shown[step]) / slow, float(step_ms))
