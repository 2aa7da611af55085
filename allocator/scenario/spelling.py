"""Values of the core as people write them in a scenario: amounts with suffixes, numbers exactly."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

from allocator.core.resources import Quantities, is_bytes
from allocator.scenario.values import FEW_BYTES

_SUFFIXES = {
    **{f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)},
    **{letter: 1000**power for power, letter in enumerate("kMGTPE", start=1)},
}


def amounts(quantities: Quantities) -> dict[str, int | str]:
    """Amounts by resource, each as people write it."""
    return {name: _amount(name, amount) for name, amount in quantities.items()}


def _amount(resource: str, amount: int) -> int | str:
    """`amount` as people write it, exactly: 18Gi, 500m, 4."""
    if not is_bytes(resource):
        return amount // 1000 if amount % 1000 == 0 else f"{amount}m"
    fitting = [(amount // size, suffix) for suffix, size in _SUFFIXES.items() if amount and amount % size == 0]
    if fitting:
        # 16G rather than 15625000Ki: whichever has the shorter number.
        number, suffix = min(fitting)
        return f"{number}{suffix}"
    # Text says that bytes are meant.
    return str(amount) if 0 < amount < FEW_BYTES else amount


def exact(number: Fraction) -> int | Decimal | str:
    """`number` as an integer, a decimal, or where it has no end as a decimal, as the text 1/3."""
    if number.denominator == 1:
        return number.numerator
    with localcontext() as context:
        context.prec = 50
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
    return decimal if Fraction(decimal) == number else f"{number.numerator}/{number.denominator}"
