"""A curve over time that is drawn at any width without walking through all of it: least and most of blocks are kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocator.simulation.metrics.series import Curve

_BLOCK = 64

Values = np.ndarray[Any, np.dtype[np.float64]]
"""float64; NaN where there is none."""


class Steps:
    """A value that holds until the next time.

    Args:
        curve: Times that ascend and the values from then on.
    """

    def __init__(self, curve: Curve) -> None:
        self.times = curve[0]
        values = np.asarray(curve[1], np.float64)
        self._levels = [(values, values)]
        while len(self._levels[-1][0]) > _BLOCK * _BLOCK:
            least, most = self._levels[-1]
            every = np.arange(0, len(least), _BLOCK)
            self._levels.append((np.fmin.reduceat(least, every), np.fmax.reduceat(most, every)))

    def at(self, now_ms: int) -> float:
        """The value at a time; NaN before the first."""
        row = int(np.searchsorted(self.times, now_ms, side="right")) - 1
        return float(self._levels[0][0][row]) if row >= 0 else float("nan")

    def sample(self, edges: Values) -> tuple[Values, Values]:
        """The least and the most from each edge to the next; NaN after the last time.

        Args:
            edges: ms, ascending, one more than there are columns.
        """
        begin = np.maximum(np.searchsorted(self.times, edges[:-1], side="right") - 1, 0)
        end = np.maximum(np.searchsorted(self.times, edges[1:], side="left"), begin + 1)
        level, size = 0, int(end[-1] - begin[0]) if len(begin) else 0
        while level + 1 < len(self._levels) and size > _BLOCK * 4 * len(begin):
            level, size = level + 1, size // _BLOCK
        begin, end = begin // _BLOCK**level, -(-end // _BLOCK**level)
        pairs = np.column_stack((begin, end)).ravel()
        least, most = (np.append(values, values[-1]) for values in self._levels[level])
        found = np.fmin.reduceat(least, pairs)[::2], np.fmax.reduceat(most, pairs)[::2]
        after = edges[:-1] > self.times[-1]
        for one in found:
            one[after] = np.nan
        return found
