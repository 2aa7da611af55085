"""Distributions of a column of values, of all of it and of each group: mean, percentiles, largest."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from allocator.simulation.metrics.exact import exact_sums, starts_of
from allocator.simulation.metrics.measures import Spread
from allocator.simulation.workload import Column

ENOUGH = 100
"""Values below which a 99th percentile says nothing."""


def spread(values: Any) -> Spread:
    """The distribution of `values`, whole numbers or floats (count,)."""
    return spreads(values, np.zeros(len(values), np.int64), 1)[0]


def spreads(values: Any, group: Column, groups: int) -> tuple[Spread, list[Spread]]:
    """The distribution of all `values` and of each group's; `group` is the index (count,) of each one's.

    Sums are exact before they are divided, so no order of the jobs changes a digit.
    """
    none = [Spread()] * groups
    if not len(values):
        return Spread(), none
    ascending = np.argsort(values, kind="stable")
    whole = _of_stretches(values[ascending], np.zeros(1, np.int64))[0]
    # Few groups fit in 16 bits, which numpy sorts in linear time.
    narrow = group[ascending].astype(np.uint16 if groups <= 1 << 16 else np.int64)
    order = ascending[np.argsort(narrow, kind="stable")]
    starts = starts_of(group[order])
    for index, found in zip(group[order[starts]].tolist(), _of_stretches(values[order], starts), strict=True):
        none[index] = found
    return whole, none


def _of_stretches(values: Any, starts: Column) -> list[Spread]:
    """The distribution of each stretch of `values`, ascending inside it."""
    whole = values.dtype.kind == "i"
    totals: list[Any] = exact_sums(values, starts) if whole else list(map(math.fsum, np.split(values, starts[1:])))
    found = []
    for start, end, total in zip(starts.tolist(), [*starts[1:].tolist(), len(values)], totals, strict=True):
        count = end - start
        p50, p95, p99 = (_percentile(values, start, count, percent) for percent in (50, 95, 99))
        largest = _plain(values[end - 1])
        found.append(Spread(count, total / count, p50, p95, p99 if count >= ENOUGH else None, largest))
    return found


def _percentile(ascending: Any, start: int, count: int, percent: int) -> float:
    """Linear between the two nearest ranks, as numpy has it by default."""
    rank, part = divmod((count - 1) * percent, 100)
    low = _plain(ascending[start + rank])
    if not part:
        return low
    return low + (_plain(ascending[start + rank + 1]) - low) * part / 100


def _plain(value: Any) -> float:
    plain: float = value.item()
    return plain
