"""The values of a scenario: who shares, what they want, what there is. Immutable; checked elsewhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from allocator.core.errors import UnknownTenantError
from allocator.core.generators import Generator
from allocator.core.resources import Quantities
from allocator.core.text import did_you_mean, sanitize
from allocator.core.timeline import Event, Job, SimulationSettings, TraceUse

OnMisfit = Literal["skip", "stop"]
"""What a round does with a pop that is not granted all it asked: pass it over, or end."""


@dataclass(frozen=True)
class Work:
    """One kind of task that a tenant wants, and how many."""

    demand: Quantities
    """What one task needs, in smallest units."""
    name: str = ""
    """Empty where a tenant has a single, unnamed work."""
    tasks: int | None = 1
    """How many are wanted, the held ones included; None is without limit."""
    divisible: bool = True
    """Whether any fraction may be granted (in the proportions of the demand), or whole tasks only."""
    held: Fraction | None = None
    """Tasks that run already; None where the scenario does not say. Whole unless divisible."""
    priority: int | None = None
    """Lower first, inside the tenant and in policies that rank work; None takes the tenant's."""
    pools: tuple[str, ...] = ()
    """Labels of the nodes its tasks may be placed on; empty is any."""

    @cached_property
    def wanted(self) -> Quantities | None:
        """All tasks together, or None where they are without limit."""
        if self.tasks is None and any(self.demand.values()):
            return None
        return {name: amount * (self.tasks or 0) for name, amount in self.demand.items()}


@dataclass(frozen=True)
class Tenant:
    """Who shares: a namespace, a queue, an account, a role."""

    name: str
    work: tuple[Work, ...] = ()
    weight: Fraction = Fraction(1)
    """Above 0; larger gets more."""
    priority: int = 100
    """Lower goes first."""
    guarantee: Quantities = field(default_factory=dict)
    """The least it is owed of the resources named, if it wants them."""
    limit: Quantities = field(default_factory=dict)
    """The most it may be granted of the resources named."""
    used_before: Quantities = field(default_factory=dict)
    """What it used before the start of a run, decayed to then: amount times ms. Only a trace knows; counts only under a
    half-life."""

    @cached_property
    def wanted(self) -> Quantities | None:
        """Everything it wants of each resource, or None where some of its work is without limit."""
        total: dict[str, int] = {}
        for work in self.work:
            if work.wanted is None:
                return None
            for name, amount in work.wanted.items():
                total[name] = total.get(name, 0) + amount
        return total

    def rank(self, work: Work) -> int:
        """The priority of `work`: its own, or else the tenant's."""
        return self.priority if work.priority is None else work.priority


@dataclass(frozen=True)
class Node:
    """A part of the capacity that a task must fit on."""

    name: str
    capacity: Quantities
    pool: str = ""
    """An optional label: a partition, a flavor."""
    load: Quantities = field(default_factory=dict)
    """What others use there already: it counts as load when a node is picked, and is not there to be shared."""

    @cached_property
    def free(self) -> Quantities:
        """What there is to share: the capacity less the load."""
        return {name: amount - self.load.get(name, 0) for name, amount in self.capacity.items()}


@dataclass(frozen=True)
class PolicyUse:
    """One policy as a scenario asks for it."""

    name: str
    label: str = ""
    """What the comparison calls it; empty is the name."""
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class PolicySettings:
    """The `[policy]` table."""

    use: PolicyUse = field(default_factory=lambda: PolicyUse("drf"))
    compare: tuple[PolicyUse, ...] = ()
    """Empty is every built-in policy."""
    on_misfit: OnMisfit = "skip"
    share_of: tuple[str, ...] | None = None
    """The resources that shares are measured in; None is every one. The others still constrain."""
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Options of one policy, by its name; what a `PolicyUse` says itself goes before."""


@dataclass(frozen=True)
class Scenario:
    """What a config file describes, or an importer made of a cluster."""

    capacity: Quantities
    """The whole pool; the sum of what the nodes have to share where there are nodes."""
    tenants: tuple[Tenant, ...] = ()
    """In order of declaration, which decides ties. Names are unique."""
    nodes: tuple[Node, ...] = ()
    policy: PolicySettings = field(default_factory=PolicySettings)
    title: str = ""
    simulation: SimulationSettings = field(default_factory=SimulationSettings)
    jobs: tuple[Job, ...] = ()
    generators: tuple[Generator, ...] = ()
    trace: TraceUse | None = None
    events: tuple[Event, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether there are jobs: then it is run over time."""
        return bool(self.jobs or self.generators or self.trace)

    @property
    def chance(self) -> bool:
        """Whether another seed could change anything."""
        return self.timed and (bool(self.generators) or self.simulation.placement == "power-of-two")

    @cached_property
    def resources(self) -> tuple[str, ...]:
        """Every resource named: those of the capacity first, then those that only demands name."""
        names = dict.fromkeys(self.capacity)
        for tenant in self.tenants:
            for work in tenant.work:
                names.update(dict.fromkeys(work.demand))
        for job in self.jobs:
            names.update(dict.fromkeys(job.demand))
        for generator in self.generators:
            for shape in generator.shapes:
                names.update(dict.fromkeys(shape.demand))
        return tuple(names)

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The resources that shares are measured in: of `share_of`, those that there is any of."""
        chosen = self.policy.share_of
        return tuple(name for name, amount in self.capacity.items() if amount and (chosen is None or name in chosen))

    @cached_property
    def weight_unit(self) -> int:
        """The common denominator of all weights: times this, each is a whole number."""
        return math.lcm(*(tenant.weight.denominator for tenant in self.tenants))

    @cached_property
    def holds(self) -> bool:
        """Whether any work says what runs already, so that a comparison can start from today."""
        return any(work.held is not None for tenant in self.tenants for work in tenant.work)

    def tenant(self, name: str) -> Tenant | None:
        """The tenant of that name, or None."""
        return self._by_name.get(name)

    def must_have(self, name: str) -> Tenant:
        """The tenant of that name.

        Raises:
            UnknownTenantError: There is none; the message names the nearest.
        """
        found = self.tenant(name)
        if found is None:
            known = list(self._by_name)
            near = did_you_mean(name, known)
            listed = ", ".join(known[:8]) + (f", and {len(known) - 8:,} more" if len(known) > 8 else "")
            raise UnknownTenantError(sanitize(f"no tenant '{name}'{near or ';'} there are: {listed or 'none'}"))
        return found

    @cached_property
    def _by_name(self) -> dict[str, Tenant]:
        return {tenant.name: tenant for tenant in self.tenants}
