"""What the parts of a scenario must satisfy together: unique tenants, totals that fit, demands that the capacity knows.

Looks at values of the core and tells where they came from; changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from allocator.core.model import Tenant, Work
from allocator.core.resources import LARGEST, Quantities
from allocator.scenario.faults import Collector, Spot
from allocator.scenario.names import Names
from allocator.scenario.positions import Path, show
from allocator.scenario.tenants_csv import COLUMNS
from allocator.scenario.values import FINEST, found


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a tenant was read: at `index` of the scenario's own list, or on the `lines` of a CSV `file`."""

    index: int = 0
    single: bool = True
    """Whether its work stands in the tenant's own table."""
    file: str = ""
    lines: Sequence[int] = ()

    def at(self, *keys: str) -> Path | Spot:
        """The place of something of the tenant's."""
        if self.file:
            return Spot(self.file, self.lines[0] if self.lines else None, keys[-1] if keys else "")
        return ("tenants", self.index, *keys)

    def of_work(self, number: int, *keys: str) -> Path | Spot:
        """The place of something of its work of that number."""
        if self.file:
            return Spot(self.file, self.lines[number], keys[-1] if keys else "")
        return self.at(*keys) if self.single else ("tenants", self.index, "work", number, *keys)

    def name(self) -> str:
        """The tenant's place in words."""
        return f"on line {self.lines[0]} of {self.file}" if self.file else f"at {show(('tenants', self.index))}"


Origins = Sequence[tuple[Tenant, Origin]]


def check_unique(tenants: Origins, collect: Collector) -> None:
    """A name has one tenant."""
    first: dict[str, Origin] = {}
    again: dict[str, list[Path | Spot]] = {}
    for tenant, origin in tenants:
        if tenant.name in first:
            again.setdefault(tenant.name, []).append(origin.at("name"))
        else:
            first[tenant.name] = origin
    for name, places in again.items():
        if name:  # an empty one has its fault already
            for place in places:
                collect.fault(place, f"tenant {found(name)} is declared already {first[name].name()}")


def check_totals(capacity: Quantities, parts: str, tenants: Origins, collect: Collector) -> None:
    """No total passes 2^62 of the smallest unit, and all weights have one common denominator in reach.

    Args:
        capacity: The whole pool.
        parts: The key that the pool was read from.
        tenants: Who shares it.
        collect: Is told of each fault.
    """
    for resource, amount in capacity.items():
        if amount > LARGEST:
            collect.fault((parts,), f"{resource} is more than 2^62 of its smallest unit in total, expected less")
    wanted: dict[str, int] = {}
    over: set[str] = set()
    denominator = 1
    for tenant, origin in tenants:
        for number, work in enumerate(tenant.work):
            for resource, amount in most_of(work).items():
                wanted[resource] = wanted.get(resource, 0) + amount
                if wanted[resource] > LARGEST and resource not in over:
                    over.add(resource)
                    message = f"with this, more than 2^62 of the smallest unit of {resource} is wanted in total"
                    collect.fault(origin.of_work(number, "demand", resource), f"{message}, expected less")
        if denominator <= FINEST and tenant.weight.denominator > 1:
            denominator = math.lcm(denominator, tenant.weight.denominator)
            if denominator > FINEST:
                message = f"found {tenant.weight}; with this, the weights have no common denominator up to 1e18"
                collect.fault(origin.at("weight"), f"{message}; round them")


def check_limits(tenants: Origins, collect: Collector) -> None:
    """No guarantee is above its own limit."""
    for tenant, origin in tenants:
        for resource, least in tenant.guarantee.items():
            if least > tenant.limit.get(resource, least):
                message = f"the guarantee is above the limit of {resource} (tenant '{tenant.name}')"
                collect.fault(origin.at("guarantee", resource), f"{message}; expected at most the limit")


_NO_EFFECT = {
    "guarantee": "so the guarantee has no effect",
    "limit": "so the limit has no effect",
    "capacity": "so this has no effect",
}


def warn_of_unknown(capacity: Iterable[str], named: Iterable[tuple[Path | Spot, str, str]], collect: Collector) -> None:
    """Warn of each resource that is named, and that there is none of: once, where it is needed if it is needed.

    Args:
        capacity: The resources that there are.
        named: The place of each that is named, its name, and what it is there: demand, guarantee, limit, capacity.
        collect: Is told.
    """
    known = list(capacity)
    names = Names(known, "none at all")
    # A column of a CSV file may also be one of the others, misspelt.
    of_csv = Names(known, "none at all", also=COLUMNS)
    absent = [one for one in named if one[1] not in names]
    for place, resource, role in sorted(absent, key=lambda one: one[2] != "demand"):
        near = (of_csv if isinstance(place, Spot) else names).hint(resource)
        what = _NO_EFFECT.get(role, "so nothing that needs it fits")
        collect.warn(place, f"no {found(resource)} in the capacity, {what}{near}", resource)


def resources_of(tenants: Origins) -> Iterator[tuple[Path | Spot, str, str]]:
    """Each resource that a tenant names, as `warn_of_unknown` takes it."""
    for tenant, origin in tenants:
        for number, work in enumerate(tenant.work):
            for resource in work.demand:
                yield origin.of_work(number, "demand", resource), resource, "demand"
        for key, amounts in (("guarantee", tenant.guarantee), ("limit", tenant.limit)):
            for resource in amounts:
                yield origin.at(key, resource), resource, key


def warn_of_pools(labels: Iterable[str], named: Iterable[tuple[Path | Spot, str]], collect: Collector) -> None:
    """Warn of each label that something names and no node has.

    Args:
        labels: Of the nodes.
        named: The place of each label that is named, and the label.
        collect: Is told.
    """
    known = Names(labels)
    for where, name in named:
        if name not in known:
            message = f"no node has the label {found(name)}, so nothing is placed there{known.hint(name)}"
            collect.warn(where, message, ("pool", name))


def pools_of(tenants: Origins) -> Iterator[tuple[Path | Spot, str]]:
    """Each label of nodes that a tenant's work names, with its place."""
    for tenant, origin in tenants:
        for number, work in enumerate(tenant.work):
            for name in work.pools:
                yield origin.of_work(number, "pools"), name


def warn_of_promises(capacity: Quantities, tenants: Origins, collect: Collector) -> None:
    """Warn where guarantees together, or what is held together, are more than there is."""
    guaranteed: dict[str, int] = {}
    held: dict[str, int] = {}
    for tenant, _ in tenants:
        for resource, amount in tenant.guarantee.items():
            guaranteed[resource] = guaranteed.get(resource, 0) + amount
        for work in tenant.work:
            for resource, amount in work.demand.items() if work.held else ():
                held[resource] = held.get(resource, 0) + math.floor((work.held or 0) * amount)
    for resource, amount in capacity.items():
        for word, sums in (("guarantees", guaranteed), ("held tasks", held)):
            if sums.get(resource, 0) > amount:
                share = f"{sums[resource] / amount:.0%} of it" if amount else "and there is none"
                collect.warn(("tenants",), f"{word} together are above the capacity of {resource}: {share}")


def most_of(work: Work) -> Quantities:
    """All that can be counted of what `work` wants: without a limit, what is held."""
    if work.wanted is not None:
        return work.wanted
    return {resource: math.ceil((work.held or 0) * amount) for resource, amount in work.demand.items()}
