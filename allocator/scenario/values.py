"""The numbers of a scenario, from what TOML or a CSV cell gives to exact values of the core.

Each function takes one value and returns it checked, or raises `QuantityError` with what was found and what is
accepted. Knows nothing of files, lines or tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from allocator.core.draws import MOST_TASKS
from allocator.core.durations import ACCEPTED, parse_duration
from allocator.core.errors import QuantityError
from allocator.core.model import Work
from allocator.core.resources import LARGEST, Quantities, is_bytes, parse_quantity

FINEST = 10**18
"""No denominator may be larger, nor the common one of all weights: comparing shares stays cheap and exact."""

_HEAVIEST = 10**9
_FARTHEST = 10**15
_RATIO = re.compile(r"\s*(\d{1,30}(?:\.\d{1,30})?|\d{1,30}/\d{1,30})\s*", re.ASCII)
_BARE = re.compile(r"\s*\d{1,7}(?:\.\d{0,30})?\s*", re.ASCII)
FEW_BYTES = 2**20
"""A bare number of bytes below this was hardly meant as bytes."""


def found(value: object) -> str:
    """`value` as a person would have written it in TOML, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        text = "a number of more than 30 digits" if isinstance(value, int) and abs(value) > 10**30 else str(value)
        return (text if len(text) <= 60 else f"{text[:57]}...").lower()
    if isinstance(value, str):
        return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else "a date or time"


def quantity(resource: str, value: object) -> int:
    """The amount of `resource`, in its smallest unit."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not number and not isinstance(value, str):
        raise QuantityError(f'found {found(value)}, expected a number, or text such as "500m" or "2Gi"')
    if isinstance(value, Decimal) and not value.is_finite():
        raise QuantityError(f"found {found(value)}, expected a number of at least 0")
    try:
        return parse_quantity(resource, value)
    except QuantityError as error:
        # A Decimal is ours, not the writer's: he wrote 0.0001.
        raise QuantityError(str(error).replace(repr(value), found(value))) from None


def looks_like_gibibytes(resource: str, value: object) -> bool:
    """Whether `value` is a bare number so small that its writer hardly meant bytes."""
    if not is_bytes(resource):
        return False
    if isinstance(value, str):
        return bool(_BARE.fullmatch(value)) and 0 < Decimal(value.strip()) < FEW_BYTES
    return isinstance(value, int | Decimal) and 0 < value < FEW_BYTES


def in_bytes_warning(resource: str, value: object) -> str:
    """What to say of a value that `looks_like_gibibytes`."""
    text = str(value).strip()
    return f'{resource} = {text} is {text} bytes; "{text}Gi" is gibibytes'


def weight(value: object) -> Fraction:
    """A weight, exactly as written: 0.1 is a tenth, "1/3" a third."""
    ratio = _ratio(value)
    if ratio is None or ratio <= 0:
        raise QuantityError(f"found {found(value)}, expected a number above 0")
    if not Fraction(1, _HEAVIEST) <= ratio <= _HEAVIEST or ratio.denominator > FINEST:
        raise QuantityError(f"found {found(value)}, expected 1e-9 to 1e9 with at most 18 decimals")
    return ratio


def tasks(value: object) -> int | None:
    """How many tasks are wanted; None is without limit."""
    if value == "unlimited":
        return None
    ratio = None if isinstance(value, str) else _ratio(value)
    if ratio is None or ratio < 0 or ratio.denominator != 1:
        raise QuantityError(f'found {found(value)}, expected a whole number of at least 0, or "unlimited"')
    if ratio > LARGEST:
        raise QuantityError(f"found {found(value)}, expected at most 2^62")
    return ratio.numerator


def held(value: object) -> Fraction:
    """How many tasks run already, exactly as written."""
    ratio = _ratio(value)
    if ratio is None or ratio < 0:
        raise QuantityError(f"found {found(value)}, expected a number of at least 0")
    if ratio > LARGEST or ratio.denominator > FINEST:
        raise QuantityError(f"found {found(value)}, expected at most 2^62 with at most 18 decimals")
    return ratio


def priority(value: object) -> int:
    """A rank; the lower goes first."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise QuantityError(f"found {found(value)}, expected a whole number")
    if abs(value) > _FARTHEST:
        raise QuantityError(f"found {found(value)}, expected -1e15 to 1e15")
    return value


def job_tasks(value: object) -> int:
    """How many tasks a job has, all of which start together."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise QuantityError(f"found {found(value)}, expected a whole number of at least 1")
    if value > MOST_TASKS:
        raise QuantityError(f"found {found(value)}, expected at most {MOST_TASKS:,}")
    return value


def seed(value: object) -> int:
    """What chance starts from."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise QuantityError(f"found {found(value)}, expected a whole number")
    if not -(2**63) <= value < 2**63:
        raise QuantityError(f"found {found(value)}, expected -2^63 to 2^63 - 1")
    return value


def factor(value: object) -> float:
    """How many times as much, or how heavy a load."""
    ratio = None if isinstance(value, str) else _ratio(value)
    if ratio is None or ratio <= 0:
        raise QuantityError(f"found {found(value)}, expected a number above 0")
    if not Fraction(1, _HEAVIEST) <= ratio <= _HEAVIEST:
        raise QuantityError(f"found {found(value)}, expected 1e-9 to 1e9")
    return float(ratio)


def duration(value: object) -> int:
    """Whole milliseconds, 0 or more."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if isinstance(value, str) or (number and value == 0):
        return parse_duration(value)
    hint = "; a number needs its unit" if number else ""
    raise QuantityError(f"found {found(value)}, expected {ACCEPTED}{hint}")


def span(value: object) -> int:
    """Whole milliseconds, more than 0."""
    ms = duration(value)
    if ms == 0:
        raise QuantityError(f"found {found(value)}, expected more than 0")
    return ms


def horizon(value: object) -> int | None:
    """When a run stops; None where it goes on until all is done."""
    if value == "drain":
        return None
    try:
        return span(value)
    except QuantityError as error:
        more = ', or "drain"' if ACCEPTED in str(error) else ""
        raise QuantityError(f"{error}{more}") from None


def make_work(
    demand: Quantities,
    *,
    name: str,
    tasks: int | None,
    whole: bool,
    held: Fraction | None,
    priority: int | None,
    pools: tuple[str, ...] = (),
    fault: Callable[[str, str], None],
) -> Work:
    """The work that these say; what does not go together is told to `fault` as (key, message).

    Args:
        demand: What one task needs.
        name: Empty for a tenant's only work.
        tasks: How many; None is without limit.
        whole: Whether only whole tasks are granted.
        held: How many run already, if that is known.
        priority: None takes the tenant's.
        pools: Labels of the nodes it may be placed on; empty is any.
        fault: Called for each fault; the work that is returned leaves the faulty part out.
    """
    if held is not None and whole and held.denominator != 1:
        fault("held", f"found {float(held):g}, expected a whole number: only whole tasks are granted here")
        held = None
    if held is not None and tasks is not None and held > tasks:
        number = str(held) if held.denominator == 1 else f"{float(held):g}"
        fault("held", f"found {number}, expected no more than tasks, {tasks}: what is held is wanted too")
        held = None
    return Work(demand, name, tasks, not whole, held, priority, pools)


def _ratio(value: object) -> Fraction | None:
    """`value` as an exact number, or None where it is none, or one of absurd length."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, Decimal):
        # An exponent of a billion would be written out, digit by digit.
        return Fraction(value) if value.is_finite() and abs(value.adjusted()) <= 100 else None
    match = _RATIO.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    above, _, below = match.group(1).partition("/")
    return None if below and not int(below) else Fraction(above) / int(below or 1)
