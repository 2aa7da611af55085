"""How even the service of windows of time is: Jain's index inside each, and the time-weighted mean of these.

A window's value of a tenant is its mean dominant share over the time in which it was active there, by its weight. The
cost does not grow with tenants times windows: a tenant that does not change is the same in all windows that it spans.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from allocator.core.fairness import jain_index
from allocator.simulation.metrics.activity import Activity
from allocator.simulation.metrics.exact import starts_of
from allocator.simulation.workload import Column

MOST_WINDOWS = 1 << 22
"""Some 8 years of minutes; the memory for more is not worth one number."""
_ROWS = 1 << 18
"""Rows that are cut into windows at a time, to bound memory."""


def jain_of_run(activity: Activity, weights: Sequence[Fraction]) -> float | None:
    """Jain's index over one window: the whole span."""
    there = np.flatnonzero(activity.active_ms).tolist()
    values = [float(activity.service[one]) / int(activity.active_ms[one]) / float(weights[one]) for one in there]
    return jain_index(values)


def jain_over_windows(activity: Activity, weights: Sequence[Fraction], window_ms: int, span_ms: int) -> float | None:
    """The mean of Jain's index over windows of `window_ms` from 0 on, each weighing as much as it lasts.

    A tenant counts in the windows in which a job of it waits or runs. Windows with fewer than two such tenants, or in
    which none of them is served, are left out; None where all are, and for more than `MOST_WINDOWS`.
    """
    windows = -(-span_ms // window_ms)
    weight = np.array([float(weight) for weight in weights])
    rows = np.flatnonzero(activity.active)
    largest = (activity.share[rows] / weight[activity.tenant[rows]]).max(initial=0.0)
    if not largest or windows > MOST_WINDOWS:
        return None
    # Whole numbers, so that what is added where it begins and taken off where it ends leaves exactly nothing.
    unit = 2.0 ** (62 - max(1, activity.tenants).bit_length())
    count, total, squares = (np.zeros(windows + 1, np.int64) for _ in range(3))
    for first, after, value in _stretches(activity, rows, weight, window_ms):
        part = value / largest
        for sums, change in ((count, np.ones(len(part))), (total, part * unit), (squares, part * part * unit)):
            steps = np.rint(change).astype(np.int64)
            np.add.at(sums, first, steps)
            np.subtract.at(sums, after, steps)
    for sums in (count, total, squares):
        np.cumsum(sums, out=sums)
    seen = np.flatnonzero((count > 1) & (squares > 0))
    if not len(seen):
        return None
    index = np.minimum(1.0, (total[seen] / unit) ** 2 / (count[seen] * (squares[seen] / unit)))
    lasted = np.minimum((seen + 1) * window_ms, span_ms) - seen * window_ms
    return math.fsum(index * lasted) / int(lasted.sum())


def _stretches(activity: Activity, rows: Column, weight: Any, length: int) -> Iterator[tuple[Column, Column, Any]]:
    """Columns of (first window, window after the last, a tenant's value in each of these)."""
    # The part of a window that the next rows may go on with: tenant, window, service, time.
    tenants, windows = np.zeros(0, np.int64), np.zeros(0, np.int64)
    served, lasted = np.zeros(0), np.zeros(0, np.int64)
    for at in range(0, len(rows), _ROWS):
        some = rows[at : at + _ROWS]
        tenant, start, end, share = (
            column[some] for column in (activity.tenant, activity.start, activity.end, activity.share)
        )
        first, after = -(-start // length), end // length
        whole = first < after
        yield first[whole], after[whole], share[whole] / weight[tenant[whole]]
        # The rest of a row lies in the window of its start, of its end, or in both; `inside` is all in one.
        inside = first > after
        begins, ends = inside | (start < first * length), ~inside & (end > after * length)
        part = np.flatnonzero(np.stack((begins, ends), axis=1).ravel())
        of = part >> 1
        ms = np.stack((np.where(inside, end, first * length) - start, end - after * length), axis=1).ravel()[part]
        tenants = np.concatenate((tenants, tenant[of]))
        windows = np.concatenate((windows, np.where(part & 1, after[of], start[of] // length)))
        served, lasted = np.concatenate((served, share[of] * ms)), np.concatenate((lasted, ms))
        # Rows are in order of (tenant, time), so the parts of one window stand together.
        begin = starts_of(windows, tenants)
        if len(begin):
            served, lasted = np.add.reduceat(served, begin), np.add.reduceat(lasted, begin)
            tenants, windows = tenants[begin], windows[begin]
        if at + _ROWS < len(rows):
            done, rest = slice(0, -1), slice(-1, None)
        else:
            done, rest = slice(None), slice(0, 0)
        yield windows[done], windows[done] + 1, served[done] / lasted[done] / weight[tenants[done]]
        tenants, windows, served, lasted = tenants[rest], windows[rest], served[rest], lasted[rest]
