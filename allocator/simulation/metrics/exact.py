"""Sums of int64 columns that no size overflows, as Python ints: bytes times milliseconds are large numbers.

A ratio is formed last, by one division.
"""

from __future__ import annotations

import numpy as np

from allocator.simulation.workload import Column

_LOW = 24
"""Bits of the lower half of a number that is summed in two halves."""


def exact_sum(values: Column) -> int:
    """The sum of up to 2^39 whole numbers of any size."""
    return (int((values >> _LOW).sum()) << _LOW) + int((values & ((1 << _LOW) - 1)).sum())


def exact_sums(values: Column, starts: Column) -> list[int]:
    """The sum of each stretch of `values`; stretch k begins at `starts[k]` and none is empty."""
    if not len(starts):
        return []
    high = np.add.reduceat(values >> _LOW, starts).tolist()
    low = np.add.reduceat(values & ((1 << _LOW) - 1), starts).tolist()
    return [(above << _LOW) + below for above, below in zip(high, low, strict=True)]


def exact_dot(first: Column, second: Column) -> int:
    """The sum of the products of two columns of whole numbers, none below 0."""
    if not len(first):
        return 0
    bits = [int(column.max()).bit_length() for column in (first, second)]
    if sum(bits) <= 44:
        rows = 1 << (62 - sum(bits))
        parts = range(0, len(first), rows)
        return sum(int(np.dot(first[at : at + rows], second[at : at + rows])) for at in parts)
    if bits[0] < bits[1]:
        first, second, bits = second, first, bits[::-1]
    # Too wide for one int64: the wider column by halves, and each half by itself.
    half = bits[0] // 2
    return (exact_dot(first >> half, second) << half) + exact_dot(first & ((1 << half) - 1), second)


def ratio(part: int, whole: int) -> float | None:
    """`part / whole` by one division; None where there is no whole."""
    return part / whole if whole > 0 else None


def starts_of(*columns: Column) -> Column:
    """Where each stretch begins in which none of the columns, equally long, changes."""
    differs = np.ones(len(columns[0]), np.bool_)
    differs[1:] = False
    for column in columns:
        differs[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(differs)
