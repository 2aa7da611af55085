"""Measures a run: the parts, put together, from the columns of the run alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from allocator.core.model import Scenario
from allocator.simulation.cluster import Cluster
from allocator.simulation.loads import offered_load
from allocator.simulation.metrics.activity import Activity, activity
from allocator.simulation.metrics.measures import Measures, PoolMeasures, TenantMeasures, Timing
from allocator.simulation.metrics.population import arrived, waiting
from allocator.simulation.metrics.stranded import stranded
from allocator.simulation.metrics.timing import timings, waits
from allocator.simulation.metrics.volumes import volumes
from allocator.simulation.metrics.windows import jain_of_run, jain_over_windows
from allocator.simulation.run import Run
from allocator.simulation.workload import NONE

_HOUR_MS = 3_600_000
WINDOWS_MS = {"1m": 60_000, "1h": _HOUR_MS}
"""The windows over which Jain's index is averaged."""
ENOUGH_TO_SATURATE = 100
"""Arrived jobs below which an offered load says little."""


def measure(scenario: Scenario, run: Run) -> Measures:
    """Everything that is measured of `run`, of all tenants of its workload; O(n log n) of its jobs.

    Weights are those at 0, and shares are of the capacity at 0, whatever happened later.
    """
    overall, of_tenant = timings(run)
    queued = waiting(scenario, run)
    labels = Cluster.of(scenario, run.workload.resources).pools
    every = activity(scenario, run, queued)
    weights = [_weight(scenario, name) for name in run.workload.tenants]
    offered = offered_load(scenario, run.workload)
    load = {name: offered.get(name) for name in run.workload.resources}
    enough = overall.jobs.arrived >= ENOUGH_TO_SATURATE
    span = run.stopped_ms
    everything = volumes(run)
    return Measures(
        ended=run.ended,
        span_ms=span,
        makespan_ms=_makespan(run),
        overall=overall,
        tenants=_tenants(run, of_tenant, weights, every),
        pools=_pools(run, labels),
        utilisation=everything.utilisation,
        useful_utilisation=everything.useful,
        lost_work=dict(everything.lost),
        offered_load=load,
        saturated=tuple(name for name, asked in load.items() if enough and asked is not None and asked >= 1),
        jain_index=jain_of_run(every, weights),
        jain_windows={name: jain_over_windows(every, weights, length, span) for name, length in WINDOWS_MS.items()},
        stranded=stranded(run, queued, labels),
        throughput_per_hour=overall.jobs.completed * _HOUR_MS / span if span else None,
    )


def _weight(scenario: Scenario, name: str) -> Fraction:
    tenant = scenario.tenant(name)
    return tenant.weight if tenant else Fraction(1)


def _makespan(run: Run) -> int | None:
    here = arrived(run)
    ended = run.end[here & (run.start != NONE)]
    if run.ended != "drained" or not len(ended):
        return None
    return int(ended.max()) - int(run.workload.submit[here].min())


def _tenants(run: Run, timing: list[Timing], weights: list[Fraction], every: Activity) -> tuple[TenantMeasures, ...]:
    span = run.stopped_ms
    rows = zip(
        run.workload.tenants,
        weights,
        timing,
        every.service.tolist(),
        every.largest.tolist(),
        every.active_ms.tolist(),
        every.starved_ms.tolist(),
        strict=True,
    )
    return tuple(
        TenantMeasures(
            name=name,
            weight=weight,
            timing=of_it,
            dominant_share_mean=service / span if span else None,
            dominant_share_max=largest,
            share_while_active=service / active_ms if active_ms else None,
            active_ms=active_ms,
            starved_ms=starved_ms,
        )
        for name, weight, of_it, service, largest, active_ms, starved_ms in rows
    )


def _pools(run: Run, labels: tuple[str, ...]) -> tuple[PoolMeasures, ...]:
    if not any(labels):
        return ()
    found = []
    for label in dict.fromkeys(labels):
        nodes = [node for node, its in enumerate(labels) if its == label]
        done = volumes(run, nodes)
        jobs = np.flatnonzero(np.isin(run.node, nodes))
        found.append(PoolMeasures(label, len(nodes), len(jobs), waits(run, jobs), done.utilisation, done.useful))
    return tuple(found)
