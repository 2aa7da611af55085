"""Fairness of one allocation: what each tenant is entitled to, its max-min fair share, and how even the result is.

Definitions follow the field: entitled is the private slice by weight, whoever asks; the fair share is weighted
max-min of each resource by itself at today's wants. An undefined number is None.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.maxmin import max_min
from allocator.core.policy import TenantView
from allocator.core.resources import Quantities


def entitled(weights: Sequence[int], capacity: Quantities) -> list[dict[str, int]]:
    """Each tenant's private slice: capacity by weight, rounded down to whole units, in the order of `weights`."""
    everyone = sum(weights)
    return [{name: total * weight // everyone for name, total in capacity.items()} for weight in weights]


def fair_shares(tenants: Sequence[TenantView], capacity: Quantities) -> list[dict[str, int]]:
    """Weighted max-min of each resource by itself: no more than is wanted, no less than a guarantee.

    Returns:
        For each tenant, in order, whole units of every resource of `capacity`.
    """
    weights = [tenant.weight for tenant in tenants]
    shares: list[dict[str, int]] = [{} for _ in tenants]
    for name, total in capacity.items():
        wants = [tenant.wanted.get(name, 0) for tenant in tenants]
        floors = [tenant.guarantee.get(name, 0) for tenant in tenants]
        for mine, part in zip(shares, max_min(total, wants, weights, floors), strict=True):
            mine[name] = part
    return shares


def jain_index(values: Sequence[float]) -> float | None:
    """`(sum x)^2 / (n sum x^2)`, from 1/n to 1; None for fewer than two values, or where all are 0.

    Source: Jain, Chiu & Hawe, A Quantitative Measure of Fairness, DEC-TR-301, 1984.
    """
    squares = sum(value * value for value in values)
    if len(values) < 2 or squares == 0:
        return None
    return min(1.0, sum(values) ** 2 / (len(values) * squares))


def min_max_ratio(values: Sequence[float]) -> float | None:
    """The smallest by the largest value, from 0 to 1; None for fewer than two values, or where all are 0."""
    if len(values) < 2 or max(values) == 0:
        return None
    return min(values) / max(values)
