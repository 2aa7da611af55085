"""Durations: whole milliseconds, read from a number with ms, s, m, h or d."""

from __future__ import annotations

import re
from fractions import Fraction

from allocator.core.errors import QuantityError

LARGEST_MS = 10**13
"""Some 317 years; no time of a run is later, so that sums of them stay far within an int64."""

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_DURATION = re.compile(r"\s*(\d{1,15}(?:\.\d{1,15})?)\s*(ms|s|m|h|d)\s*", re.ASCII)
ACCEPTED = "a duration such as 90s, 15m, 1.5h or 7d"


def parse_duration(value: object) -> int:
    """The whole milliseconds that `value` says, such as `8h`; 0 needs no unit.

    Raises:
        QuantityError: Not a duration, finer than a millisecond, or longer than some 317 years.
    """
    if value == 0 and not isinstance(value, bool):
        return 0
    shown = repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}..."
    found = _DURATION.fullmatch(value) if isinstance(value, str) and len(value) <= 60 else None
    if found is None:
        hint = "; a number needs its unit" if isinstance(value, int | float) and not isinstance(value, bool) else ""
        raise QuantityError(f"found {shown}, expected {ACCEPTED}{hint}")
    exact = Fraction(found[1]) * _UNITS[found[2]]
    if exact.denominator != 1:
        raise QuantityError(f"found {shown}, finer than a millisecond")
    if exact > LARGEST_MS:
        raise QuantityError(f"found {shown}, expected at most {LARGEST_MS // _UNITS['d']:,} days")
    return exact.numerator


def write_duration(ms: int) -> str:
    """`ms` as the largest unit that says it in whole numbers: `8h`, `90m`, `1500ms`."""
    for unit in ("d", "h", "m", "s"):
        if ms and ms % _UNITS[unit] == 0:
            return f"{ms // _UNITS[unit]}{unit}"
    return f"{ms}ms" if ms else "0s"
