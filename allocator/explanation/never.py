"""Why a job can never run: what it comes after, its tenant's limit or slice, or that nothing is large enough for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from allocator.core.resources import Quantities
from allocator.replays import Replay
from allocator.simulation.cluster import Cluster
from allocator.simulation.run import Outcome
from allocator.simulation.workload import NONE


@dataclass(frozen=True, slots=True)
class Never:
    """What stands in the way of one job for good."""

    cause: Literal["after", "limit", "pool", "node", "gang", "slice"]
    """Comes after a job that never completes (`blocker`); needs more than its tenant's limit; all its tasks need more
    than there is; one task needs more than any node has; no nodes hold all its tasks at once; its tenant's slice."""
    needs: Quantities = field(default_factory=dict)
    """Of each resource that is too little, what it needs in all, or one task of it on a node."""
    most: Quantities = field(default_factory=dict)
    """Of the same, the most there ever is for it."""
    blocker: int = NONE
    """A job, or NONE."""


def why_never(replay: Replay, job: int) -> Never:
    """Why `job`, which came out impossible, is so."""
    run, work = replay.run, replay.run.workload
    for other in work.after(job):
        if run.outcome[other] in (Outcome.KILLED, Outcome.IMPOSSIBLE):
            return Never("after", blocker=other)
    cluster = Cluster.of(replay.scenario, work.resources)
    # On nodes taken as one a gang is placed as a single task.
    tasks = 1 if cluster.merged else int(work.tasks[job])
    demand = work.demand[job] * int(work.tasks[job]) // tasks
    each = dict(zip(work.resources, demand.tolist(), strict=True))
    total = {name: amount * tasks for name, amount in each.items()}
    tenant = replay.scenario.tenant(work.tenants[int(work.tenant[job])])
    if tenant and (found := _over("limit", total, tenant.limit)):
        return found
    labels = work.pool_sets[int(work.pools[job])] if len(work.pools) else ()
    room = run.capacity.max(axis=0)[[not labels or pool in labels for pool in cluster.pools]]
    in_all = dict(zip(work.resources, room.sum(axis=0).tolist(), strict=True))
    largest = dict(zip(work.resources, room.max(axis=0, initial=0).tolist(), strict=True))
    if found := _over("pool", total, in_all) or _over("node", each, largest):
        return found
    asked = demand > 0
    held = int((room[:, asked] // demand[asked]).min(axis=1, initial=tasks).sum())
    return Never("gang" if held < tasks else "slice")


def _over(cause: Literal["limit", "pool", "node"], needs: Quantities, most: Quantities) -> Never | None:
    over = [name for name, amount in needs.items() if name in most and amount > most[name]]
    return Never(cause, {name: needs[name] for name in over}, {name: most[name] for name in over}) if over else None
