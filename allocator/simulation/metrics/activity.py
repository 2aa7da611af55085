"""Each tenant over time: its dominant share, how many of its jobs wait and run, as steps. One sort serves every metric.

A row is a stretch of one tenant's time in which nothing of it changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from allocator.core.model import Scenario
from allocator.simulation.metrics.exact import starts_of
from allocator.simulation.metrics.population import Intervals
from allocator.simulation.run import Run
from allocator.simulation.workload import Column


@dataclass(frozen=True)
class Activity:
    """Rows in order of (tenant, time), from each tenant's first job to its last without a gap; none is empty."""

    tenants: int
    tenant: Column
    start: Column
    end: Column
    waits: Any
    """Whether a job of it waits: bool (rows,)."""
    runs: Any
    share: Any
    """float64 (rows,): the largest of its shares of the resources that the pool has at 0."""

    @cached_property
    def lasted(self) -> Column:
        """ms of each row."""
        return self.end - self.start

    @cached_property
    def active(self) -> Any:
        """Whether a job of it waits or runs."""
        return self.waits | self.runs

    @cached_property
    def service(self) -> Any:
        """float64 (tenants,): dominant share times ms."""
        return np.bincount(self.tenant, self.share * self.lasted, self.tenants)

    @cached_property
    def active_ms(self) -> Column:
        """(tenants,): for how long a job of it waited or ran."""
        return np.bincount(self.tenant, self.lasted * self.active, self.tenants).astype(np.int64)

    @cached_property
    def largest(self) -> Any:
        """float64 (tenants,): the largest share that it ever had."""
        found = np.zeros(self.tenants)
        starts = starts_of(self.tenant)
        if len(starts):
            found[self.tenant[starts]] = np.maximum.reduceat(self.share, starts)
        return found

    @cached_property
    def starved_ms(self) -> Column:
        """(tenants,): the longest stretch in which a job of it waits and none runs."""
        found = np.zeros(self.tenants, np.int64)
        starved = np.flatnonzero(self.waits & ~self.runs)
        begins = np.ones(len(starved), np.bool_)
        same = self.tenant[starved[1:]] == self.tenant[starved[:-1]]
        begins[1:] = (starved[1:] != starved[:-1] + 1) | ~same
        starts = np.flatnonzero(begins)
        if len(starts):
            lasted = np.add.reduceat(self.lasted[starved], starts)
            np.maximum.at(found, self.tenant[starved[starts]], lasted)
        return found


def activity(scenario: Scenario, run: Run, waiting: Intervals) -> Activity:
    """What each tenant has and lacks at any time; O(n log n) of the pieces and waits."""
    pieces, work = run.pieces, run.workload
    ran = np.flatnonzero(pieces.end > pieces.start)
    piece_job, wait_job = pieces.job[ran], waiting.job
    time = np.concatenate((pieces.start[ran], pieces.end[ran], waiting.start, waiting.end))
    tenant = work.tenant[np.concatenate((piece_job, piece_job, wait_job, wait_job))]
    order = _order(tenant, time, run.stopped_ms)
    tenant, time = tenant[order], time[order]
    last = np.ones(len(order), np.bool_)
    last[:-1] = (tenant[1:] != tenant[:-1]) | (time[1:] != time[:-1])
    tenant, time = tenant[last], time[last]

    def level(change: Column, *, waits: bool = False) -> Column:
        """The running sum after each instant. Each tenant ends at 0, so the next one begins there."""
        parts = [change, -change]
        none = np.zeros(2 * (len(ran) if waits else len(wait_job)), change.dtype)
        found: Column = np.cumsum(np.concatenate([none, *parts] if waits else [*parts, none])[order])[last]
        return found

    share = np.zeros(len(time))
    for name in scenario.shared:
        if name in work.resources:
            used = level(work.demand[piece_job, work.resources.index(name)] * pieces.tasks[ran])
            np.maximum(share, used / scenario.capacity[name], out=share)
    runs = level(np.ones(len(ran), np.int64)) > 0
    waits = level(np.ones(len(wait_job), np.int64), waits=True) > 0
    goes_on = np.zeros(len(time), np.bool_)
    goes_on[:-1] = tenant[1:] == tenant[:-1]
    rows = np.flatnonzero(goes_on)
    return Activity(len(work.tenants), tenant[rows], time[rows], time[rows + 1], waits[rows], runs[rows], share[rows])


def _order(tenant: Column, time: Column, stopped_ms: int) -> Column:
    if len(tenant) and int(tenant.max()) * (stopped_ms + 1) < 1 << 62:
        return np.argsort(tenant * (stopped_ms + 1) + time, kind="stable")
    return np.lexsort((time, tenant))
