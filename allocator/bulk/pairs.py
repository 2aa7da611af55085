"""Numbers as unevaluated sums of two float64, some 104 bits: quotients of whole numbers beyond 2^53, rounded once.

`rounded` says for which entries those bits decide the rounding; the few others are left to Python's integers.

Source: T. J. Dekker, A floating-point technique for extending the available precision, Numerische Mathematik 18, 1971;
the rounding test is A. Ziv's, ACM TOMS 17(3), 1991.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from allocator.bulk.exact import Bools, Floats, Ints

Pair: TypeAlias = tuple[Floats, Floats]
"""The value is their sum; the second is at most half a unit in the last place of the first."""

_SPLIT = 2.0**27 + 1
_DOUBT = 2.0**-40
"""Far above the relative error of a few operations (below 2^-95 of the value), and rare enough."""


def of_ints(column: Ints | int) -> Pair:
    """Exact, also beyond 2^53."""
    ints = np.atleast_1d(np.asarray(column, np.int64))
    high = ints.astype(np.float64)
    return high, (ints - high.astype(np.int64)).astype(np.float64)


def add(a: Pair, b: Pair) -> Pair:
    """The sum, of numbers that are not negative."""
    total = a[0] + b[0]
    part = total - a[0]
    error = (a[0] - (total - part)) + (b[0] - part)
    return _normal(total, error + a[1] + b[1])


def multiply(a: Pair, b: Pair) -> Pair:
    """The product."""
    high, error = _product(a[0], b[0])
    return _normal(high, error + a[0] * b[1] + a[1] * b[0])


def divide(a: Pair, b: Pair) -> Pair:
    """The quotient; b is above 0."""
    quotient = a[0] / b[0]
    high, error = _product(quotient, b[0])
    rest = ((a[0] - high) - error) + a[1] - quotient * b[1]
    return _normal(quotient, rest / b[0])


def rounded(value: Pair) -> tuple[Floats, Bools]:
    """The value rounded once to float64, and for which entries that is not certain."""
    high, low = value
    return high, (high + low * (1 + _DOUBT)) != high


def _normal(high: Floats, low: Floats) -> Pair:
    total = high + low
    return total, low - (total - high)


def _product(a: Floats, b: Floats) -> Pair:
    """a x b, exactly."""
    high = a * b
    a_high, b_high = a * _SPLIT, b * _SPLIT
    a_high, b_high = a_high - (a_high - a), b_high - (b_high - b)
    a_low, b_low = a - a_high, b - b_high
    return high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low
