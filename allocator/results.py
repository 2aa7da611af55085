"""What an allocation is, as values: per tenant and work what was wanted, granted and usable, and the metrics of it all.

Computes nothing but sums and ratios of what it holds; `allocation` makes these, reports and comparisons read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from allocator.core.decision import Outcome
from allocator.core.fairness import jain_index, min_max_ratio
from allocator.core.model import Scenario, Tenant
from allocator.core.resources import Quantities, unit
from allocator.registry import Prepared
from allocator.version import __version__

if TYPE_CHECKING:  # imported where it runs: an allocation of a pool places nothing
    from allocator.simulation.one_shot import OnNodes

JAIN_OF = "dominant share / weight of feasible tenants with unmet want"
NOW = "now"
"""The label of what runs today, before any policy."""


@dataclass(frozen=True, slots=True)
class WorkResult:
    """What one work got. Amounts are in smallest units, of every resource of the scenario."""

    name: str
    priority: int
    tasks_wanted: int | None
    """None where without limit."""
    tasks_held: Fraction | None
    tasks_granted: int | Fraction
    """Usable tasks: whole ones, or the fraction of divisible work that its least resource allows."""
    wanted: Quantities | None
    granted: Quantities
    usable: Quantities
    """What of the grant the work can use: all, unless each resource was granted by itself."""
    satisfaction: float | None
    """The least of granted / wanted over the demanded resources."""
    outcome: Outcome
    short_of: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TenantResult:
    """What one tenant got, of all its work. Amounts are in smallest units, of every resource of the scenario."""

    tenant: Tenant
    tasks_wanted: int | None
    tasks_held: Fraction | None
    tasks_granted: int | Fraction
    wanted: Quantities | None
    granted: Quantities
    usable: Quantities
    entitled: Quantities
    fair_share: Quantities
    satisfaction: float | None
    dominant_resource: str | None
    dominant_share: float
    outcome: Outcome
    short_of: tuple[str, ...]
    reason: str
    work: tuple[WorkResult, ...]

    @property
    def name(self) -> str:
        """The tenant's name, raw."""
        return self.tenant.name

    @property
    def borrowed(self) -> dict[str, int]:
        """Of each resource, what it was granted above its entitled slice."""
        return {name: max(0, amount - self.entitled.get(name, 0)) for name, amount in self.granted.items()}

    @property
    def unmet(self) -> bool:
        """Whether it could run more than it got: the pool, its limit or the policy stopped it."""
        return self.outcome in (Outcome.PARTIAL, Outcome.REFUSED)


@dataclass(frozen=True)
class Allocation:
    """One policy's answer to a scenario."""

    scenario: Scenario
    policy: Prepared | None
    """None for what runs today."""
    tenants: tuple[TenantResult, ...]
    """In order of declaration."""
    pops: tuple[tuple[int, int], ...] = ()
    """(work, whole tasks) of each grant, in order; work by order of declaration. Empty where nobody kept it: of what
    runs today, and of inputs so large that tasks were not granted one by one."""

    @property
    def label(self) -> str:
        """What a comparison calls it."""
        return self.policy.label if self.policy else NOW

    @cached_property
    def by_name(self) -> dict[str, TenantResult]:
        """The results by tenant."""
        return {result.name: result for result in self.tenants}

    @cached_property
    def granted(self) -> dict[str, int]:
        """What all tenants got together."""
        return total(self.scenario.resources, (result.granted for result in self.tenants))

    @cached_property
    def usable(self) -> dict[str, int]:
        """What all tenants can use of it."""
        return total(self.scenario.resources, (result.usable for result in self.tenants))

    @cached_property
    def unallocated(self) -> dict[str, int]:
        """What is left of each resource; below 0 only for what runs today on too little capacity."""
        capacity = self.scenario.capacity
        return {name: capacity.get(name, 0) - amount for name, amount in self.granted.items()}

    @cached_property
    def utilisation(self) -> dict[str, float | None]:
        """Granted / capacity of each resource; None where there is none of it."""
        return {name: self._ratio(self.granted[name], name) for name in self.scenario.resources}

    @cached_property
    def usable_utilisation(self) -> dict[str, float | None]:
        """Usable / capacity of each resource; None where there is none of it."""
        return {name: self._ratio(self.usable[name], name) for name in self.scenario.resources}

    def _ratio(self, amount: int, name: str) -> float | None:
        there_is = self.scenario.capacity.get(name, 0)
        return amount / there_is if there_is else None

    @cached_property
    def _contended_shares(self) -> list[float]:
        return [float(result.dominant_share / result.tenant.weight) for result in self.tenants if result.unmet]

    @cached_property
    def jain_index(self) -> float | None:
        """Jain's index of `JAIN_OF`; None for fewer than two such tenants."""
        return jain_index(self._contended_shares)

    @cached_property
    def min_max_ratio(self) -> float | None:
        """The smallest by the largest of the same shares."""
        return min_max_ratio(self._contended_shares)

    @cached_property
    def zero_grants(self) -> list[str]:
        """Tenants that could have been granted something and got nothing."""
        return [result.name for result in self.tenants if result.outcome is Outcome.REFUSED]

    @cached_property
    def on_nodes(self) -> OnNodes | None:
        """What the nodes hold of the whole tasks it grants; None without nodes or whole tasks, and where there is too
        much to place.
        """
        works = [work for result in self.tenants for work in result.work]
        kinds = [work for result in self.tenants for work in result.tenant.work]
        granted = any(work.tasks_granted and not kind.divisible for work, kind in zip(works, kinds, strict=True))
        if not self.scenario.nodes or (granted and not self.pops) or all(kind.divisible for kind in kinds):
            return None
        from allocator.simulation.one_shot import on_nodes, too_many

        if too_many(self.scenario, sum(count for _, count in self.pops)):
            return None
        fluid = any(kind.divisible and any(work.granted.values()) for work, kind in zip(works, kinds, strict=True))
        return on_nodes(
            self.scenario, self.pops, [work.outcome in (Outcome.PARTIAL, Outcome.REFUSED) for work in works], fluid
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON of DESIGN section 7; amounts in smallest units, undefined numbers None."""
        today = {"name": NOW, "label": NOW, "options": {}}
        return {
            "fairheap": __version__,
            "mode": "allocate",
            "title": self.scenario.title,
            "policy": self.policy.described(over_time=False) if self.policy else today,
            "units": {name: unit(name) for name in self.scenario.resources},
            "capacity": {name: self.scenario.capacity.get(name, 0) for name in self.scenario.resources},
            "tenants": [_tenant_dict(result) for result in self.tenants],
            "unallocated": self.unallocated,
            "metrics": {
                "utilisation": self.utilisation,
                "jain_index": self.jain_index,
                "jain_of": JAIN_OF,
                "min_max_ratio": self.min_max_ratio,
                "zero_grants": self.zero_grants,
            },
            **({"nodes": _nodes_dict(self)} if self.scenario.nodes and self.policy else {}),
        }


def total(resources: Sequence[str], many: Iterable[Quantities]) -> dict[str, int]:
    """The sum of `many` in every one of `resources`."""
    sums = dict.fromkeys(resources, 0)
    for quantities in many:
        for name, amount in quantities.items():
            sums[name] += amount
    return sums


def _tenant_dict(result: TenantResult) -> dict[str, Any]:
    weight = result.tenant.weight
    return {
        "name": result.name,
        "weight": number(weight),
        "priority": result.tenant.priority,
        **_shared_fields(result),
        "entitled": dict(result.entitled),
        "fair_share": dict(result.fair_share),
        "borrowed": result.borrowed,
        "satisfaction": result.satisfaction,
        "dominant_resource": result.dominant_resource,
        "dominant_share": result.dominant_share,
        **_verdict_fields(result),
        "work": [_work_dict(work) for work in result.work] if len(result.work) > 1 else [],
    }


def _nodes_dict(allocation: Allocation) -> dict[str, Any]:
    """What the pool promises in whole tasks, and what the nodes hold; `placed` is None where nothing was placed."""
    held, scenario = allocation.on_nodes, allocation.scenario
    shown: dict[str, Any] = {"count": len(scenario.nodes), "placement": scenario.simulation.placement}
    if held is None:
        return {**shown, "promised": None, "placed": None, "stranded": None, "tenants": [], "pools": []}
    tenants, first = [], 0
    for result in allocation.tenants:
        mine = slice(first, first + len(result.work))
        first += len(result.work)
        counts = list(zip(result.work, held.promised[mine], held.placed[mine], strict=True))
        works = [{"name": work.name, "promised": promised, "placed": placed} for work, promised, placed in counts]
        sums = {"promised": sum(held.promised[mine]), "placed": sum(held.placed[mine])}
        tenants.append({"name": result.name, **sums, "work": works if len(works) > 1 else []})
    pools = [
        {
            "pool": pool.label,
            "count": pool.nodes,
            "placed": pool.placed,
            "capacity": dict(pool.capacity),
            "left": dict(pool.left),
            "stranded": None if held.divisible else dict(pool.stranded),
        }
        for pool in held.pools
    ]
    return {
        **shown,
        "promised": sum(held.promised),
        "placed": sum(held.placed),
        "stranded": held.stranded,
        "tenants": tenants,
        "pools": pools,
    }


def _work_dict(work: WorkResult) -> dict[str, Any]:
    return {
        "name": work.name,
        "priority": work.priority,
        **_shared_fields(work),
        "satisfaction": work.satisfaction,
        **_verdict_fields(work),
    }


def _shared_fields(result: TenantResult | WorkResult) -> dict[str, Any]:
    return {
        "tasks_wanted": result.tasks_wanted,
        "tasks_held": None if result.tasks_held is None else number(result.tasks_held),
        "tasks_granted": number(result.tasks_granted),
        "wanted": None if result.wanted is None else dict(result.wanted),
        "granted": dict(result.granted),
        "usable": dict(result.usable),
    }


def _verdict_fields(result: TenantResult | WorkResult) -> dict[str, Any]:
    return {"outcome": result.outcome.value, "short_of": list(result.short_of), "reason": result.reason}


def number(value: int | Fraction) -> int | float:
    """A JSON number: whole where it is whole."""
    return int(value) if value == int(value) else float(value)
