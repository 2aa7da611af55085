"""Weights as whole numbers over one denominator, exactly as they were written: 0.1 is a tenth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from allocator.bulk.exact import FLOAT_EXACT, Floats, Ints
from allocator.core.errors import QuantityError

_DIGITS = 10**15
"""A decimal of up to 15 digits is the only one of that length that reads as its float: it is what repr writes."""


def exact_weights(values: Sequence[Any] | npt.ArrayLike) -> tuple[Ints | tuple[int, ...] | None, int]:
    """(weights, unit) without a common divisor; None for weights that are all 1.

    The weights are a column, or Python's integers where they pass 2^53 together.

    Raises:
        QuantityError: Not one number above 0 for each tenant.
    """
    found = np.asarray(values)
    if found.ndim != 1:
        raise QuantityError(f"weight: found shape {found.shape}, expected (tenants,)")
    if not found.size:
        return None, 1
    scaled = _in_columns(found)
    if scaled is None:
        return _one_by_one(found.tolist())
    column, unit = scaled
    shared = int(np.gcd.reduce(column, initial=unit)) if unit > 1 or int(column.min()) > 1 else 1
    if shared > 1:
        column, unit = column // shared, unit // shared
    return (None if unit == 1 and int(column.max()) == 1 else column), unit


def _in_columns(found: npt.NDArray[Any]) -> tuple[Ints, int] | None:
    """Whole numbers, or decimals of few places, without reading them one by one; None where that is not certain."""
    if found.dtype.kind in "iu":
        least, most = int(found.min()), int(found.max())
        if least <= 0:
            raise QuantityError(f"weight: found {least}, expected a number above 0")
        return (found.astype(np.int64, copy=False), 1) if most * found.size <= FLOAT_EXACT else None
    if found.dtype != np.float64:
        return None
    column: Floats = found
    if not (column > 0).all() or not np.isfinite(column).all():
        return None
    for places in range(7):
        unit = 10**places
        near = np.rint(column * unit)
        if float(near.max()) * found.size > FLOAT_EXACT or float(near.max()) >= _DIGITS:
            return None
        if bool((near / unit == column).all()):
            return near.astype(np.int64), unit
    return None


def _one_by_one(entries: list[Any]) -> tuple[Ints | tuple[int, ...] | None, int]:
    try:
        exact = {value: _weight(value) for value in dict.fromkeys(entries)}
    except TypeError:
        raise QuantityError("weight: found values that are no numbers, expected numbers above 0") from None
    unit = math.lcm(*(fraction.denominator for fraction in exact.values()))
    scaled = {value: int(fraction * unit) for value, fraction in exact.items()}
    shared = math.gcd(unit, *scaled.values())
    unit //= shared
    weights = tuple([scaled[value] // shared for value in entries])
    if unit == 1 and max(weights) == 1:
        return None, 1
    return (np.array(weights, np.int64) if sum(weights) <= FLOAT_EXACT else weights), unit


def _weight(value: object) -> Fraction:
    exact = Fraction(0)
    if isinstance(value, float) and math.isfinite(value):
        # repr is the shortest text that reads back as this float.
        exact = Fraction(repr(value))
    elif isinstance(value, int | Fraction) and not isinstance(value, bool):
        exact = Fraction(value)
    if exact <= 0:
        raise QuantityError(f"weight: found {value!r}, expected a number above 0")
    return exact
