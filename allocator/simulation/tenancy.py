"""What each tenant uses now, what its limit and its guarantee leave, and whether it is there at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from allocator.core.model import Tenant
from allocator.core.resources import Quantities
from allocator.simulation.floor import Gang

Amounts = tuple[tuple[int, int], ...]
"""(resource, amount) of some resources."""


@dataclass(slots=True, eq=False)
class Account:
    """One tenant while time passes."""

    name: str
    index: int
    weight: int
    """Over the common denominator of all weights there ever are."""
    priority: int
    usage: list[int]
    """(resources,): what its running jobs use."""
    shown: dict[str, Any]
    """The use that a policy is shown, by name of the resource: what is used now, or decayed."""
    limit: Amounts
    """The most it may use."""
    guarantee: Amounts
    slice: Amounts = ()
    """The most it may use under a policy that gives slices."""
    entitlement: Quantities | None = None
    present: bool = True
    left: bool = False
    """Whether it was there and left; False before it joins."""
    held: set[int] = field(default_factory=set)
    """Numbers of gangs that limit or slice hold back, as long as its use does not fall."""

    def eligible(self, gang: Gang) -> bool:
        """Whether its limit and its slice let `gang` start."""
        if not (self.limit or self.slice):
            return True
        if gang.number in self.held:
            return False
        if self.lacks(gang):
            self.held.add(gang.number)
            return False
        return True

    def lacks(self, gang: Gang, empty: bool = False) -> list[int]:
        """The resources of which `gang` would take it over its limit or slice; `empty`: even if nothing else ran."""
        total = dict(gang.total)
        return [
            resource
            for resource, most in (*self.limit, *self.slice)
            if (0 if empty else self.usage[resource]) + total.get(resource, 0) > most
        ]

    def owed(self, gang: Gang, planned: Sequence[int] | None = None) -> bool:
        """Whether `gang` needs what is guaranteed, and stays within that beside what runs and what is planned."""
        if not self.guarantee:
            return False
        total = dict(gang.total)
        if not any(total.get(resource) for resource, _ in self.guarantee):
            return False
        return all(
            self.usage[resource] + (planned[resource] if planned else 0) + total.get(resource, 0) <= least
            for resource, least in self.guarantee
        )


def amounts(quantities: Quantities, resources: Sequence[str]) -> Amounts:
    """`quantities` by index of the resource; what no job needs is left out."""
    return tuple((index, quantities[name]) for index, name in enumerate(resources) if name in quantities)


def accounts(
    tenants: Iterable[Tenant], resources: Sequence[str], weight_unit: int, absent: frozenset[str]
) -> list[Account]:
    """An account each; who is in `absent` has yet to join."""
    return [
        Account(
            name=tenant.name,
            index=index,
            weight=int(tenant.weight * weight_unit),
            priority=tenant.priority,
            usage=[0] * len(resources),
            shown=dict.fromkeys(resources, 0),
            limit=amounts(tenant.limit, resources),
            guarantee=amounts(tenant.guarantee, resources),
            present=tenant.name not in absent,
        )
        for index, tenant in enumerate(tenants)
    ]
