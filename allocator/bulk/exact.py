"""Integer arithmetic on columns whose result is exact, or rounded once. No float decides anything beyond 2^53.

It knows no tenants and no policies; each function says what it does where int64 or float64 would not be enough.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FLOAT_EXACT = 2**53
"""Every whole number up to here is a float64: a quotient of two such is rounded once, as Python rounds it."""

_NEAR = 2.0**51
"""A float product of three roundings below here is less than one unit off."""


def largest(column: Ints) -> int:
    """The largest entry, 0 where there is none."""
    return int(column.max()) if column.size else 0


def common_shift(column: Ints, amount: int) -> int:
    """How many low bits are 0 in every entry and in `amount`: bytes in whole kibibytes or mebibytes have many."""
    bits = int(np.bitwise_or.reduce(column)) | amount
    return (bits & -bits).bit_length() - 1 if bits else 0


def take_rows(table: Ints, rows: npt.NDArray[np.intp] | Ints) -> Ints:
    """(chosen rows, resources): the rows of those indices, a column after the other."""
    picked = np.empty((len(rows), table.shape[1]), np.int64, order="F")
    for resource, column in enumerate(table.T):
        np.take(column, rows, out=picked[:, resource])
    return picked


def total(column: Ints) -> int:
    """The sum of non-negative entries, however large."""
    if largest(column) * column.size < 2**63:
        return int(column.sum())
    # Halves of 32 bits: neither sum can pass 2^63 with fewer than 2^31 rows.
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFFFFFF).sum())


def scaled_floor(level: tuple[int, int], weights: Ints) -> tuple[Ints, Ints]:
    """Quotient and remainder of `P x weight / Q` for each weight, where `level` is (P, Q) and Q < 2^60; exact.

    A quotient above 2^62 is given as 2^62.
    """
    rise, over = level
    if weights.size and int(weights.min()) == int(weights.max()):
        units, rest = divmod(rise * int(weights[0]), over)
        return np.full(len(weights), min(units, 2**62)), np.full(len(weights), rest)
    estimate = weights.astype(np.float64)
    estimate *= rise / over
    far = estimate >= _NEAR
    quotient = np.minimum(estimate, _NEAR, out=estimate).astype(np.int64)
    # The true remainder is within two divisors of zero, so what wraps around 2^64 on the way comes back exactly.
    remainder = (weights.view(np.uint64) * np.uint64(rise)).view(np.int64)
    remainder -= quotient * np.int64(over)
    for wrong, step in ((remainder < 0, -1), (remainder >= over, 1)):
        quotient[wrong] += step
        remainder[wrong] -= step * over
    for row in np.flatnonzero(far).tolist():
        units, remainder[row] = divmod(rise * int(weights[row]), over)
        quotient[row] = min(units, 2**62)
    return quotient, remainder


def product_over(a: Ints, b: Ints, c: Ints) -> Ints:
    """`a x b // c` of non-negative entries, c above 0; exact, but what is above 2^62 is given as 2^62."""
    if largest(a) * largest(b) < 2**63:
        return a * b // c
    estimate = a.astype(np.float64) * b / c
    far = (estimate >= _NEAR) | (c >= 2**61)
    quotient = np.minimum(estimate, _NEAR, out=estimate).astype(np.int64)
    remainder = (a.view(np.uint64) * b.view(np.uint64)).view(np.int64)
    remainder -= quotient * c
    quotient -= remainder < 0
    quotient += remainder >= c
    for row in np.flatnonzero(far).tolist():
        quotient[row] = min(int(a[row]) * int(b[row]) // int(c[row]), 2**62)
    return quotient


def compare_products(a: Ints, b: Ints, c: Ints, d: Ints) -> npt.NDArray[np.int8]:
    """The sign of `a x b - c x d` for non-negative entries, exact: products are taken in 128 bits."""
    left_high, left_low = _wide(a, b)
    right_high, right_low = _wide(c, d)
    more = (left_high > right_high) | ((left_high == right_high) & (left_low > right_low))
    less = (left_high < right_high) | ((left_high == right_high) & (left_low < right_low))
    sign = np.zeros(len(a), np.int8)
    sign[more] = 1
    sign[less] = -1
    return sign


def _wide(a: Ints, b: Ints) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """`a x b` as its upper and lower 64 bits."""
    x, y = a.astype(np.uint64), b.astype(np.uint64)
    shift, mask = np.uint64(32), np.uint64(0xFFFFFFFF)
    x_high, x_low, y_high, y_low = x >> shift, x & mask, y >> shift, y & mask
    low = x_low * y_low
    middle = x_high * y_low + (low >> shift)
    carry = x_low * y_high + (middle & mask)
    return x_high * y_high + (middle >> shift) + (carry >> shift), x * y
