"""How much work a workload asks for by what there is, and a workload that asks for it in less time."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np

from allocator.core.model import Scenario
from allocator.simulation.workload import NONE, Workload, column


def offered_load(scenario: Scenario, workload: Workload) -> dict[str, float | None]:
    """Of each resource there is any of: work submitted / (capacity x the time in which it was).

    That time is the horizon, or else from the first to the last submit; None where it is 0.
    """
    horizon = scenario.simulation.duration_ms
    asked = work_submitted(scenario, workload)
    last_to_first = int(workload.submit[-1] - workload.submit[0]) if len(workload) else 0
    span = last_to_first if horizon is None else horizon
    return {
        name: asked.get(name, 0.0) / (total * span) if span else None
        for name, total in scenario.capacity.items()
        if total
    }


def work_submitted(scenario: Scenario, workload: Workload) -> dict[str, float]:
    """Of each resource: amount x run time in ms, of all jobs submitted before the horizon."""
    horizon = scenario.simulation.duration_ms
    count = len(workload) if horizon is None else int(np.searchsorted(workload.submit, horizon))
    runtime = workload.runtime[:count].astype(np.float64)
    amounts = workload.demand[:count].astype(np.float64) * workload.tasks[:count, None]
    # fsum is exact, so that no two machines differ in the last digit of a sum, and with it in which resource leads.
    return {
        name: math.fsum((amounts[:, resource] * runtime).tolist()) for resource, name in enumerate(workload.resources)
    }


def faster(workload: Workload, factor: Fraction | float, tenant: str | None = None) -> Workload:
    """`workload` with `factor` times as many jobs a second: submit times divided, from the first one on.

    What really happened is left out of it: jobs that come at other times did not wait as those that came did.

    Args:
        workload: The jobs.
        factor: Above 0; below 1 is slower. Times are rounded down to whole ms.
        tenant: Only the jobs of this tenant, from its first one on; None is all.
    """
    mine = np.ones(len(workload), bool)
    if tenant is not None:
        mine = workload.tenant == (workload.tenants.index(tenant) if tenant in workload.tenants else NONE)
    exact = Fraction(factor)
    if exact == 1 or not mine.any():
        return workload
    first = int(workload.submit[mine][0])
    before = workload.submit.tolist()
    submit = column(
        [
            first + (at - first) * exact.denominator // exact.numerator if its else at
            for at, its in zip(before, mine.tolist(), strict=True)
        ]
    )
    deadline = np.where(workload.deadline == NONE, NONE, workload.deadline + submit - workload.submit)
    order = np.argsort(submit, kind="stable")
    nothing = column([])
    paced = replace(workload, submit=submit, deadline=deadline, recorded_start=nothing, recorded_end=nothing)
    return paced.taken(order)
