"""Quotients of columns of whole numbers, each rounded once, as Python's `/` is: equal ratios, equal floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from allocator.bulk import pairs
from allocator.bulk.exact import FLOAT_EXACT, Floats, Ints, common_shift, largest

Factor = Ints | int


def divide(top: Ints, top_factor: Factor, bottom: Factor, bottom_factor: Factor = 1) -> Floats:
    """`(top x top_factor) / (bottom x bottom_factor)`; no bottom is 0.

    One float division where the products stay within 2^53; beyond it, pairs of floats; where those leave a doubt,
    Python's integers.
    """
    if max(_most(top) * _most(top_factor), _most(bottom) * _most(bottom_factor)) <= FLOAT_EXACT:
        over = np.multiply(top, top_factor, dtype=np.float64)
        return np.divide(over, np.multiply(bottom, bottom_factor, dtype=np.float64), out=over)
    shift = common_shift(top, bottom) if isinstance(bottom, int) else 0
    if shift and isinstance(bottom, int):
        return divide(top >> shift, top_factor, bottom >> shift, bottom_factor)
    above = pairs.multiply(pairs.of_ints(top), pairs.of_ints(top_factor))
    below = pairs.multiply(pairs.of_ints(bottom), pairs.of_ints(bottom_factor))

    def exactly(row: int) -> float:
        return (int(top[row]) * _at(top_factor, row)) / (_at(bottom, row) * _at(bottom_factor, row))

    return _settled(pairs.divide(above, below), exactly)


def sum_of_shares(columns: Sequence[tuple[Ints, int]], top_factor: Factor, bottom_factor: Factor) -> Floats:
    """The sum of column / total over all columns, times top_factor / bottom_factor, rounded once."""
    common = math.lcm(*(total for _, total in columns))

    def exactly(row: int) -> float:
        above = sum(int(column[row]) * (common // total) for column, total in columns)
        return (above * _at(top_factor, row)) / (common * _at(bottom_factor, row))

    size = pairs.of_ints(0)
    for column, total in columns:
        size = pairs.add(size, pairs.divide(pairs.of_ints(column), pairs.of_ints(total)))
    return _settled(_weighed(size, top_factor, bottom_factor), exactly)


def product_of_shares(columns: Sequence[tuple[Ints, int]], top_factor: Factor, bottom_factor: Factor) -> Floats:
    """The product of column / total over all columns, times top_factor / bottom_factor, rounded once."""
    below = math.prod(total for _, total in columns)

    def exactly(row: int) -> float:
        above = math.prod(int(column[row]) for column, _ in columns)
        return (above * _at(top_factor, row)) / (below * _at(bottom_factor, row))

    # A product of many shares may pass the largest float on the way; what is not finite is settled exactly.
    with np.errstate(over="ignore", invalid="ignore"):
        size = pairs.of_ints(1)
        for column, total in columns:
            size = pairs.multiply(size, pairs.divide(pairs.of_ints(column), pairs.of_ints(total)))
        return _settled(_weighed(size, top_factor, bottom_factor), exactly)


def _weighed(size: pairs.Pair, top_factor: Factor, bottom_factor: Factor) -> pairs.Pair:
    return pairs.divide(pairs.multiply(size, pairs.of_ints(top_factor)), pairs.of_ints(bottom_factor))


def _settled(value: pairs.Pair, exactly: Callable[[int], float]) -> Floats:
    """The value rounded once; the rows in doubt by Python's integers."""
    result, doubtful = pairs.rounded(value)
    for row in np.flatnonzero(doubtful | ~np.isfinite(result)).tolist():
        try:
            result[row] = exactly(row)
        except OverflowError:
            result[row] = math.inf
    return result


def _most(part: Factor) -> int:
    return part if isinstance(part, int) else largest(part)


def _at(part: Factor, row: int) -> int:
    return part if isinstance(part, int) else int(part[row])
