"""The search for the largest level at which something still fits: two floats that close in on each other.

It knows only how much is free at the lower one and how much use grows up to the upper one; who uses it is the
business of `filling` and `tasks`.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence

_MARGIN = 2.0**-12
"""No guess is nearer to an end than this part of the bracket, so that both ends keep moving."""

_SAMPLE = 8192
"""Rows of a sample: it tells a level to about 1 / sqrt of this."""

_SAMPLE_ERRORS = (0.01, 0.05)

_HALVE_EVERY = 6
"""Every so many guesses, halve in the order of floats instead: at most 64 halvings, whatever use grows like."""


class Bracket:
    """`low` fits, `high` does not; both are at least 0."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high
        self._guesses = 0
        self._low_pull = self._high_pull = 1.0
        self._last = ""

    @property
    def closed(self) -> bool:
        """Whether no float lies between."""
        return math.nextafter(self.low, math.inf) >= self.high

    def guess(self, free: Sequence[float], growth: Sequence[float]) -> float:
        """A level strictly between, near to where the first resource runs out if use grows in a straight line.

        Args:
            free: Of each resource, what is left at `low`.
            growth: How much more is used at `high`; of some resource more than is free.
        """
        self._guesses += 1
        if self._guesses % _HALVE_EVERY == 0:
            middle = _halfway(self.low, self.high)
        else:
            shares = [
                left * self._low_pull / (left * self._low_pull + (more - left) * self._high_pull)
                for left, more in zip(free, growth, strict=True)
                if more > left
            ]
            share = min(max(min(shares, default=0.5), _MARGIN), 1 - _MARGIN)
            middle = self.low + (self.high - self.low) * share
        return min(max(middle, math.nextafter(self.low, math.inf)), math.nextafter(self.high, 0.0))

    def fits(self, level: float) -> None:
        """`level` fits: the lower end."""
        # An end that stays twice pulls half as strongly (the Illinois rule): the guess moves towards it.
        self._high_pull = self._high_pull / 2 if self._last == "low" else 1.0
        self._low_pull = 1.0
        self.low, self._last = level, "low"

    def exceeds(self, level: float) -> None:
        """`level` does not fit: the upper end."""
        self._low_pull = self._low_pull / 2 if self._last == "high" else 1.0
        self._high_pull = 1.0
        self.high, self._last = level, "high"


def around(low: float, high: float, fits: Callable[[float], bool]) -> Iterator[float]:
    """Levels a little below and above the one where `fits`, which asks a sample only, turns false; nearest first."""
    for _ in range(60):
        if high - low <= high * 1e-4:
            break
        middle = low + (high - low) / 2
        if fits(middle):
            low = middle
        else:
            high = middle
    for error in _SAMPLE_ERRORS:
        yield low * (1 - error)
        yield high * (1 + error)


def sample_stride(rows: int) -> int:
    """Every how many-th row makes a sample; 0 where there are too few rows for one to pay."""
    stride = rows // _SAMPLE
    return stride if stride >= 4 else 0


def _halfway(low: float, high: float) -> float:
    """The float with as many floats on either side: the order of positive floats is that of their bits."""
    bits = [struct.unpack("<q", struct.pack("<d", level))[0] for level in (low, high)]
    return float(struct.unpack("<d", struct.pack("<q", sum(bits) // 2))[0])
