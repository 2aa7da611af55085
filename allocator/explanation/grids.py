"""The grids on which changes are searched: numbers that people write, dense enough to be near the least.

Knows no run and no tenant.
"""

from __future__ import annotations

from fractions import Fraction

from allocator.core.model import Scenario
from allocator.core.resources import is_bytes
from allocator.explanation.trials import FURTHEST


def weight_grid(weight: Fraction) -> list[Fraction]:
    """Every number of two significant digits above `weight`, up to `FURTHEST` times it, that one included."""
    step = Fraction(1, 10)
    while step * 100 <= weight:
        step *= 10
    while step * 10 > weight:
        step /= 10
    values = []
    value = (weight // step + 1) * step
    while value < FURTHEST * weight:
        values.append(value)
        if value >= step * 100:
            step *= 10
            value = (value // step) * step
        value += step
    return [*values, FURTHEST * weight]


def grid_step(scenario: Scenario, name: str, scale: int) -> int:
    """The grid on which a capacity is searched: whole things where all is whole, else about a hundredth of `scale`."""
    if is_bytes(name):
        return byte_step(scale)
    amounts = [scenario.capacity.get(name, 0)]
    amounts += [work.demand.get(name, 0) for tenant in scenario.tenants for work in tenant.work]
    if all(amount % 1000 == 0 for amount in amounts):
        return 1000
    return next(step for step in (1000, 100, 10, 1) if step * 100 <= scale or step == 1)


def byte_step(scale: int) -> int:
    """The largest power of two that is at most 1/128 of `scale` bytes."""
    return 1 << max(0, (scale // 128).bit_length() - 1)


def part_of(name: str, amount: int, less: int, divisible: bool) -> int:
    """`amount` with `less` hundredths off, on the grid that people write: a task's whole devices stay whole."""
    if is_bytes(name):
        smallest = byte_step(amount)
    else:
        smallest = 1000 if not divisible and name != "cpu" and amount % 1000 == 0 else 1
    return max(min(smallest, amount), amount * (100 - less) // 100 // smallest * smallest)
