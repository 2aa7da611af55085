"""Sets the stage of a run: from a scenario, its jobs and a policy to everything the loop works with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from allocator.core.model import Scenario, Tenant
from allocator.core.policy import Policy, Ranks, half_life_ms
from allocator.simulation.agenda import Agenda, in_order
from allocator.simulation.claims import Claims
from allocator.simulation.cluster import Cluster
from allocator.simulation.decay import DecayingUse
from allocator.simulation.floor import Gang
from allocator.simulation.happenings import Happenings
from allocator.simulation.intake import Intake
from allocator.simulation.job_order import JobOrder
from allocator.simulation.machines import Machines
from allocator.simulation.order import Order
from allocator.simulation.placement import Placer, gang_of
from allocator.simulation.record import Record
from allocator.simulation.stage import Stage, Times
from allocator.simulation.tenancy import accounts
from allocator.simulation.tenant_order import TenantOrder
from allocator.simulation.workload import Workload


@dataclass(frozen=True)
class Cast:
    """Everything that takes part in a run."""

    agenda: Agenda
    record: Record
    stage: Stage
    machines: Machines
    intake: Intake
    happenings: Happenings
    ran_already: list[int]
    """The jobs that ran when the run began."""


def cast(scenario: Scenario, workload: Workload, policy: Policy) -> Cast:
    """All that the loop needs; nothing has happened yet."""
    settings, resources = scenario.simulation, workload.resources
    tenants = [scenario.tenant(name) or Tenant(name) for name in workload.tenants]
    weight_unit = _weight_unit(tenants, scenario)
    cluster = Cluster.of(scenario, resources)
    placer = Placer(settings.placement, settings.seed)
    machines = Machines(cluster, placer)
    everyone = accounts(tenants, resources, weight_unit, _absent(scenario))
    tenant, priorities = workload.tenant.tolist(), workload.priority.tolist()
    gangs, times = _gangs(cluster, workload), _times(scenario, workload)
    shared = {name: scenario.capacity[name] for name in scenario.shared}
    claims = Claims(policy, workload, times.estimate, priorities, gangs, everyone, weight_unit, shared)
    claims.entitle(scenario.capacity)
    order: Order
    if policy.ranks is Ranks.WORK:
        order = JobOrder(claims, everyone, tenant, gangs)
    else:
        order = TenantOrder(claims, everyone, tenant, gangs, priorities)
    half_life = half_life_ms(policy)
    stage = Stage(
        agenda := Agenda(workload.submit.tolist(), scenario.events),
        record := Record(workload, cluster.merged, machines.up()),
        order,
        claims,
        everyone,
        tenant,
        gangs,
        times,
        machines.floor,
        placer,
        None
        if half_life is None
        else DecayingUse(
            half_life, (account.shown for account in everyone), (tenant.used_before for tenant in tenants)
        ),
    )
    intake = Intake(workload, stage, record, machines.largest(scenario.events))
    happenings = Happenings(
        stage,
        machines,
        intake,
        record,
        scenario.capacity,
        weight_unit,
        priorities,
        [tenants[its].priority == mine for its, mine in zip(tenant, priorities, strict=True)],
        settings.on_failure == "requeue",
    )
    return Cast(agenda, record, stage, machines, intake, happenings, np.flatnonzero(workload.running).tolist())


def widened(workload: Workload, scenario: Scenario) -> Workload:
    """`workload` with a column for every resource of `scenario`, so that all of it is on record."""
    more = tuple(name for name in scenario.resources if name not in workload.resources)
    if not more:
        return workload
    nothing = np.zeros((len(workload), len(more)), np.int64)
    return replace(
        workload, resources=workload.resources + more, demand=np.concatenate([workload.demand, nothing], axis=1)
    )


def _weight_unit(tenants: Sequence[Tenant], scenario: Scenario) -> int:
    """The common denominator of all weights there ever are."""
    later = [event.value for event in scenario.events if event.kind == "weight" and isinstance(event.value, Fraction)]
    return math.lcm(*(tenant.weight.denominator for tenant in tenants), *(weight.denominator for weight in later))


def _absent(scenario: Scenario) -> frozenset[str]:
    """The tenants whose first coming or going is that they join."""
    first: dict[str, str] = {}
    for event in in_order(scenario.events):
        if event.kind in ("tenant-join", "tenant-leave"):
            first.setdefault(event.tenant, event.kind)
    return frozenset(name for name, kind in first.items() if kind == "tenant-join")


def _gangs(cluster: Cluster, workload: Workload) -> list[Gang]:
    """Of each job, what it needs at once; one for all that need the same."""
    made: dict[tuple[object, ...], Gang] = {}
    pools = workload.pools.tolist() if len(workload.pools) else [0] * len(workload)
    gangs = []
    for demand, tasks, pool in zip(map(tuple, workload.demand.tolist()), workload.tasks.tolist(), pools, strict=True):
        gang = made.get((demand, tasks, pool))
        if gang is None:
            labels = workload.pool_sets[pool]
            gang = made[demand, tasks, pool] = gang_of(cluster, len(made), demand, tasks, labels)
        gangs.append(gang)
    return gangs


def _times(scenario: Scenario, workload: Workload) -> Times:
    settings, runtime = scenario.simulation, workload.runtime
    estimate = runtime if settings.estimates == "exact" else workload.estimate
    if settings.at_limit == "extend":
        return Times(estimate.tolist(), runtime.tolist(), [False] * len(workload))
    return Times(estimate.tolist(), np.minimum(runtime, estimate).tolist(), (runtime > estimate).tolist())
