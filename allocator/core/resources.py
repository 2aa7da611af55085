"""Quantities: whole numbers of a resource's smallest unit, read from what people write.

Memory and storage count in bytes, every other resource in thousandths (cpu in millicores). This module reads
quantities; `reports` alone writes them for people.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from allocator.core.errors import QuantityError

Quantities = Mapping[str, int]
"""Resource name to amount, in the resource's smallest unit. A name left out is an amount of 0."""

LARGEST = 2**62
"""No quantity, nor a total of them, may be larger: int64 columns and differences of two stay exact."""

Rounding = Literal["exact", "up", "down"]

_BYTES = {"memory", "storage", "ephemeral-storage"}
_SUFFIXES = {
    "": Fraction(1),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    **{letter: Fraction(1000**power) for power, letter in enumerate("kMGTPE", start=1)},
    "K": Fraction(1000),
    **{f"{letter}i": Fraction(1024**power) for power, letter in enumerate("KMGTPE", start=1)},
    "ki": Fraction(1024),
}
_NUMBER = re.compile(
    r"\s*([+-]?)(\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE]([+-]?\d{1,3}))?\s*([A-Za-z]{0,3})\s*", re.ASCII
)
_ACCEPTED = "a number with an optional suffix such as 500m, 1.5, 2Gi, 16GB or 1e3"


def is_bytes(resource: str) -> bool:
    """Whether `resource` counts in bytes (memory, storage, hugepages); all others count in thousandths."""
    return resource in _BYTES or resource.startswith("hugepages-")


def unit(resource: str) -> Literal["bytes", "milli"]:
    """The name of the smallest unit of `resource`, as the JSON output has it."""
    return "bytes" if is_bytes(resource) else "milli"


def scale(resource: str) -> int:
    """How many smallest units make one of `resource` as people count it: 1 for bytes, 1000 otherwise."""
    return 1 if is_bytes(resource) else 1000


def parse_quantity(resource: str, value: object, rounding: Rounding = "exact") -> int:
    """The amount that `value` says, in the smallest unit of `resource`.

    Args:
        resource: Decides the unit: bytes or thousandths.
        value: An int or float in whole units, or text with a Kubernetes suffix (`500m`, `2Gi`, `1e3`, `16GB`).
        rounding: What to do with a part finer than the smallest unit. Scenarios take "exact" (it is a fault),
            importers round demand "up" and capacity "down".

    Raises:
        QuantityError: Not a number, negative, finer than the unit under "exact", or above `LARGEST`.
    """
    exact = _number(resource, value) * scale(resource)
    if exact < 0:
        raise QuantityError(f"found {_shown(value)}, expected no less than 0")
    if exact > LARGEST:
        raise QuantityError(f"found {_shown(value)}, expected at most 2^62 of the smallest unit")
    if exact.denominator == 1:
        return exact.numerator
    if rounding == "up":
        return math.ceil(exact)
    if rounding == "down":
        return math.floor(exact)
    smallest = "one byte" if is_bytes(resource) else "one thousandth"
    hint = ""
    if is_bytes(resource) and isinstance(value, str) and value.strip().endswith("m"):
        hint = f"; '{value.strip()[:-1]}M' is megabytes, 'm' is thousandths"
    raise QuantityError(f"found {_shown(value)}, finer than {smallest} of {resource}{hint}")


def _number(resource: str, value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise QuantityError(f"found {_shown(value)}, expected {_ACCEPTED}")
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float | Decimal):
        # repr is the shortest text that reads back as this float: 0.1 means a tenth, as it was written.
        value = repr(value) if isinstance(value, float) else str(value)
    found = _NUMBER.fullmatch(value) if len(value) <= 100 else None
    if found is None:
        raise QuantityError(f"found {_shown(value)}, expected {_ACCEPTED}")
    sign, digits, exponent, suffix = found.groups()
    factor = _factor(resource, suffix)
    if factor is None:
        raise QuantityError(f"found {_shown(value)} with suffix '{suffix}', expected {_ACCEPTED}")
    number = Fraction(digits.rstrip(".") or "0") * factor
    if exponent:
        number *= Fraction(10) ** int(exponent)
    return -number if sign == "-" else number


def _factor(resource: str, suffix: str) -> Fraction | None:
    if is_bytes(resource) and suffix.upper().endswith("B"):
        # 16GB and 16GiB are what people write for memory; a bare B is a byte.
        return _SUFFIXES.get(suffix[:-1])
    return _SUFFIXES.get(suffix)


def _shown(value: object) -> str:
    """`value` as a message shows it: short, quoted, never raising on a number of ten thousand digits."""
    if isinstance(value, int) and abs(value) > 10**30:
        return "a number of more than 30 digits"
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
