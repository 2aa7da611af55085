"""Small words that several views share: names, wants, weights, exact amounts. Sanitises, never truncates a
number: a least change that was rounded would not be one.
"""

from __future__ import annotations

from fractions import Fraction

from allocator.core.resources import Quantities, is_bytes
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import clip
from allocator.results import TenantResult

NAME_WIDTH = 24
_BINARY = ("B", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def name_of(name: str) -> str:
    """A tenant's name as a line may hold it: sanitised, cut where it is long."""
    return clip(sanitize(name), NAME_WIDTH)


def resource_of(resource: str) -> str:
    """The name of a resource as a line may hold it: without its vendor, sanitised, cut where it is long."""
    return clip(sanitize(units.short(resource)), NAME_WIDTH)


def named(resource: str, amount: int) -> str:
    """An amount with its name: `3 cpu`, `18Gi memory`."""
    return f"{units.amount(resource, amount)} {resource_of(resource)}"


def named_list(quantities: Quantities) -> str:
    """Several amounts with their names, those of 0 left out; `nothing` where none is left."""
    return ", ".join(named(name, amount) for name, amount in quantities.items() if amount) or "nothing"


def wanted(result: TenantResult, name: str) -> int | None:
    """What is wanted of one resource; None where some work that needs it is without limit."""
    if any(work.tasks is None and work.demand.get(name) for work in result.tenant.work):
        return None
    return sum((work.tasks or 0) * work.demand.get(name, 0) for work in result.tenant.work)


def exact(resource: str, amount: int) -> str:
    """An amount without its name and without rounding, as a scenario file would take it: `18Gi`, `20864Mi`, `1.25`."""
    if not is_bytes(resource):
        return decimal(Fraction(amount, 1000))
    power = 0
    while amount and amount % 1024 ** (power + 1) == 0 and power < len(_BINARY) - 1:
        power += 1
    # One finer suffix is spared where two decimals say it exactly: 1.5Gi rather than 1536Mi.
    if power < len(_BINARY) - 1 and amount * 4 % 1024 ** (power + 1) == 0 and amount > 1024 ** (power + 1):
        return decimal(Fraction(amount, 1024 ** (power + 1))) + _BINARY[power + 1]
    if not power:
        return str(amount)
    return f"{amount // 1024**power}{_BINARY[power]}"


def decimal(value: Fraction) -> str:
    """A number with a finite decimal form, exactly: `1.25`."""
    text = f"{value.numerator * 10**6 // value.denominator:07d}"
    return f"{text[:-6]}.{text[-6:]}".rstrip("0").rstrip(".")


def weight_in_words(weight: int | Fraction) -> str:
    """A weight: `2`, `0.5`, `1/3`."""
    exact_weight = Fraction(weight)
    if (exact_weight * 10**6).denominator == 1:
        return decimal(exact_weight)
    return str(exact_weight) if exact_weight.denominator < 1000 else f"{float(exact_weight):.6g}"


def factor(value: int | Fraction) -> str:
    """A factor in hundredths, exactly: `1.25`."""
    return decimal(Fraction(value))
