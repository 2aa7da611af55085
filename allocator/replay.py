"""A scenario with jobs in, a run of them out. The one place that turns columns into results over time.

Brings together what a scenario says, what it generates and what its trace recorded; the simulator runs it. Decides
nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator import registry
from allocator.core.errors import Fault, QuantityError, ScenarioError
from allocator.core.model import Scenario, Tenant
from allocator.core.scaling import pooled, scale_capacity
from allocator.core.text import did_you_mean, sanitize
from allocator.formats.traces import Trace, read_trace
from allocator.registry import Prepared
from allocator.replays import Replay, recorded_replay, replay_of
from allocator.scenario.time_checks import unknown_names
from allocator.simulation.building import build, joined
from allocator.simulation.loads import faster, offered_load
from allocator.simulation.simulator import simulate
from allocator.simulation.workload import Workload

Progress = Callable[[int, int, int], None]
"""Told now and then: how many jobs are done, of how many, and the time of the run in ms."""


@dataclass(frozen=True)
class Staged:
    """A scenario ready to run over time: its jobs as columns, its nodes and tenants known."""

    scenario: Scenario
    """With the nodes and tenants that only its trace knows."""
    workload: Workload
    told: tuple[str, ...] = ()
    """What was read, skipped and assumed on the way, a line each."""


Scale = tuple[str | None, Fraction]
"""A what-if: how many times as much, of one tenant or resource, or of all (None)."""


def stage(scenario: Scenario, pace: Iterable[Scale] = (), capacity: Iterable[Scale] = ()) -> Staged:
    """`scenario` with every job of its file, its generators and its trace.

    Args:
        scenario: With jobs (`timed`).
        pace: How many times as fast the jobs of a tenant arrive.
        capacity: How many times as much of a resource there is; what is generated stays as it was before.

    Raises:
        SnapshotError: Its trace cannot be read.
        ScenarioError: An event names a tenant or a node that neither the scenario nor its trace has.
        QuantityError: A resource that there is none of, more than a quantity can be, or jobs that would never arrive.
        UnknownTenantError: A tenant that has no jobs.
    """
    told: tuple[str, ...] = ()
    recorded: Workload | None = None
    compares = False
    if scenario.trace is not None:
        trace = read_trace(scenario.trace, scenario.capacity or None, scenario.nodes)
        scenario = _with_cluster_of(scenario, trace)
        _check_events(scenario)
        recorded, more = _scaled(scenario, trace.workload)
        told = (*trace.told, *more)
        compares = bool(len(trace.workload.recorded_start))
    workload = build(scenario)
    if recorded is not None:
        workload = joined(workload, recorded) if len(workload) else recorded
    for tenant, factor in pace:
        if tenant is not None:
            scenario.must_have(tenant)
        workload = _paced(workload, factor, tenant)
    if compares and not len(workload.recorded_start):
        told = (*told, "jobs arrive at another pace than recorded: what really happened does not compare")
    for resource, factor in capacity:
        if resource is not None and resource not in scenario.capacity:
            near = did_you_mean(resource, scenario.capacity) or ";"
            raise QuantityError(sanitize(f"no resource '{resource}'{near} there is {', '.join(scenario.capacity)}"))
        scenario = scale_capacity(scenario, factor, resource)
    return Staged(scenario, workload, told)


def _paced(workload: Workload, factor: Fraction, tenant: str | None = None) -> Workload:
    """`faster`, where that can be."""
    last = int(workload.submit[-1]) if len(workload) else 0
    if not factor or last / factor > _LATEST:
        raise QuantityError(f"jobs that arrive {float(factor):.3g} times as fast never do; expected a larger factor")
    return faster(workload, factor, tenant)


_LATEST = 2**53
"""ms: later than any run."""


def _with_cluster_of(scenario: Scenario, trace: Trace) -> Scenario:
    """`scenario` with the nodes and tenants of `trace`, where it does not say otherwise."""
    if not scenario.capacity:
        nodes = tuple(trace.nodes)
        scenario = replace(scenario, nodes=nodes, capacity=pooled(nodes) if nodes else dict(trace.capacity))
    known = {tenant.name for tenant in scenario.tenants}
    told = {tenant.name: tenant for tenant in trace.tenants}
    names = dict.fromkeys([*told, *trace.workload.tenants])
    everyone = (*scenario.tenants, *(told.get(name) or Tenant(name) for name in names if name not in known))
    tenants = tuple(replace(tenant, used_before=trace.usage.get(tenant.name, {})) for tenant in everyone)
    return replace(scenario, tenants=tenants)


def _check_events(scenario: Scenario) -> None:
    """Now that the nodes and tenants of the trace are known, every event names one that there is."""
    faults = [
        Fault("[[events]]", f"events[{number}].{key}", message) for number, key, message in unknown_names(scenario)
    ]
    if faults:
        raise ScenarioError(faults)


def _scaled(scenario: Scenario, workload: Workload) -> tuple[Workload, tuple[str, ...]]:
    """The jobs of the trace at the load that the scenario asks for, and what to say of that."""
    use = scenario.trace
    assert use is not None
    factor = Fraction(use.scale)
    if use.load is not None:
        loads = [load for load in offered_load(scenario, workload).values() if load]
        factor = Fraction(use.load) / Fraction(max(loads)) if loads else Fraction(1)
    if factor == 1:
        return workload, ()
    return _paced(workload, factor), (f"jobs arrive {float(factor):.3g} times as fast as recorded",)


def replay(staged: Staged, prepared: Prepared, progress: Progress | None = None, watch: Collection[int] = ()) -> Replay:
    """The jobs of `staged` under one policy.

    Args:
        staged: From `stage`.
        prepared: The policy.
        progress: Told now and then.
        watch: Jobs of which is noted why they wait; the run is slower then.

    Raises:
        PolicyError: A policy that is not built in failed.
    """
    with registry.blaming(prepared):
        run = simulate(staged.scenario, staged.workload, prepared.policy, watch=watch, progress=progress)
    return replay_of(staged.scenario, prepared, run, staged.told)


def recorded(staged: Staged) -> Replay | None:
    """What really happened to the jobs of `staged`, as a run to compare with; None where no trace says."""
    if not len(staged.workload.recorded_start) or not (staged.workload.recorded_start >= 0).any():
        return None
    return recorded_replay(staged.scenario, staged.workload, staged.told)


def seeded(scenario: Scenario, seed: int) -> Scenario:
    """`scenario` with another seed."""
    return replace(scenario, simulation=replace(scenario.simulation, seed=seed))
