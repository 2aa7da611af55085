"""A run as a film: what runs, waits and stands where at any moment, found without walking through all its jobs.

Made in a worker from the columns of a replay; immutable, so that any thread may read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.replays import Replay
from allocator.simulation.metrics import series
from allocator.simulation.metrics.population import waiting
from allocator.simulation.run import Outcome
from allocator.simulation.workload import NONE, Column
from allocator.tui.time.curves import Steps, Values

_BLOCK = 1024
MOST_LINES = 5
"""Tenants that have a line of their own in a chart."""


class Lasting:
    """Intervals, so kept that those that hold at a time are found in time that grows with how many they are.

    Args:
        start: ms.
        end: ms, after the start.
    """

    def __init__(self, start: Column, end: Column) -> None:
        self._order = np.argsort(start, kind="stable")
        self._start, self._end = start[self._order], end[self._order]
        every = np.arange(0, len(start), _BLOCK)
        self._latest = np.maximum.reduceat(self._end, every) if len(start) else every

    def at(self, now_ms: int) -> Column:
        """Which have begun and not ended, in order of their start."""
        begun = int(np.searchsorted(self._start, now_ms, side="right"))
        blocks = np.flatnonzero(self._latest[: -(-begun // _BLOCK)] > now_ms)
        rows = (blocks[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
        rows = rows[rows < begun]
        found: Column = self._order[rows[self._end[rows] > now_ms]]
        return found


@dataclass(frozen=True)
class Moment:
    """How things stand at one time under one policy."""

    at_ms: int
    waiting: Column
    """Jobs, who waits longest first."""
    waiting_since: Column
    """ms each."""
    running: Column
    """Jobs, what runs longest first; a job that is on several nodes once."""
    running_since: Column
    """ms each."""
    parts: Values
    """(nodes, resources): the part of what is up that is in use; NaN where none is up."""
    heat: Values
    """Of each node: that of the resource of which it is most; NaN where all is down."""
    on_node: Column
    """Jobs, by node."""
    first_on_node: Column
    """(nodes + 1,): the jobs on node i are `on_node[first_on_node[i]:first_on_node[i + 1]]`."""
    arrived: int
    ended: int

    def jobs_on(self, node: int) -> Column:
        """The jobs that have tasks on a node."""
        return self.on_node[self.first_on_node[node] : self.first_on_node[node + 1]]

    def stands_as(self, other: Moment) -> bool:
        """Whether the same jobs run on the same nodes, as full as at the other time."""
        return (
            np.array_equal(self.on_node, other.on_node)
            and np.array_equal(self.first_on_node, other.first_on_node)
            and np.array_equal(self.parts, other.parts, equal_nan=True)
        )


class Film:
    """One policy's run, to be looked at at any time.

    Args:
        replay: The run.
    """

    def __init__(self, replay: Replay) -> None:
        run, scenario = replay.run, replay.scenario
        self.replay = replay
        self.work = run.workload
        self.end_ms = run.stopped_ms
        self.partial = run.ended == "interrupted"
        self.recorded = bool((self.work.recorded_start != NONE).any())
        """Whether its trace says when jobs really started."""
        self.never = int((run.outcome == Outcome.IMPOSSIBLE).sum())
        """How many jobs can never run."""
        self._pieces = run.pieces
        lasts = run.pieces.start < run.pieces.end
        self._lasting = np.flatnonzero(lasts)
        self._ran = Lasting(run.pieces.start[lasts], run.pieces.end[lasts])
        self._waits = waiting(scenario, run)
        self._waited = Lasting(self._waits.start, self._waits.end)
        self._ends = np.sort(run.end[run.end != NONE])
        self.events = tuple(run.events)
        self.event_times = np.array(sorted({event.at_ms for event in run.events}), np.int64)
        self.tenants = self._tenants()
        self.used = {name: Steps(series.utilisation(run, at)) for at, name in self._resources()}
        self._shares = series.dominant_shares(scenario, run)
        self._queued: dict[int | None, Steps] = {}
        self._running: dict[int | None, Steps] = {}
        self._share: dict[int, Steps] = {}
        for tenant in (None, *self.tenants[:MOST_LINES]):
            self.prepare(tenant)

    def _resources(self) -> list[tuple[int, str]]:
        capacity = self.replay.scenario.capacity
        return [(at, name) for at, name in enumerate(self.work.resources) if capacity.get(name)]

    def _tenants(self) -> list[int]:
        """Indices of the tenants that have jobs, whose jobs waited longest together first."""
        lasted = (self._waits.end - self._waits.start).astype(np.float64)
        count = len(self.work.tenants)
        waited = np.bincount(self.work.tenant[self._waits.job], lasted, count)
        jobs = np.bincount(self.work.tenant, minlength=count)
        order = np.lexsort((np.arange(count), -jobs, -waited))
        found: list[int] = order[jobs[order] > 0].tolist()
        return found

    def prepare(self, tenant: int | None) -> None:
        """Make the curves of one tenant, or of all; takes time that grows with the jobs."""
        if tenant in self._queued:
            return
        run = self.replay.run
        self._running[tenant] = Steps(series.running(run, tenant))
        if tenant is not None:
            self._share[tenant] = Steps(self._shares[tenant])
        self._queued[tenant] = Steps(series.queued(self.replay.scenario, run, tenant))

    def queued(self, tenant: int | None) -> Steps | None:
        """How many jobs wait; None where that is not prepared."""
        return self._queued.get(tenant)

    def running(self, tenant: int | None) -> Steps | None:
        """How many jobs run; None where that is not prepared."""
        return self._running.get(tenant)

    def share(self, tenant: int) -> Steps | None:
        """A tenant's dominant share; None where that is not prepared."""
        return self._share.get(tenant)

    def at(self, now_ms: int) -> Moment:
        """How things stand at a time; where the run was cut off, what stood then stands still."""
        run = self.replay.run
        look = now_ms if run.ended == "drained" else min(now_ms, self.end_ms - 1)
        pieces = self._lasting[self._ran.at(look)]
        waits = self._waited.at(look)
        jobs = self._pieces.job[pieces]
        once = np.sort(np.unique(jobs, return_index=True)[1])
        nodes = self._pieces.node[pieces]
        by_node = np.argsort(nodes, kind="stable")
        count = run.capacity.shape[1]
        parts = self._parts(look, pieces, nodes, count)
        return Moment(
            at_ms=now_ms,
            waiting=self._waits.job[waits],
            waiting_since=self._waits.start[waits],
            running=jobs[once],
            running_since=self._pieces.start[pieces][once],
            parts=parts,
            heat=np.fmax.reduce(parts, axis=1) if parts.shape[1] else np.full(count, np.nan),
            on_node=jobs[by_node],
            first_on_node=np.searchsorted(nodes[by_node], np.arange(count + 1)),
            arrived=int(np.searchsorted(self.work.submit, look, side="right")),
            ended=int(np.searchsorted(self._ends, look, side="right")),
        )

    def _parts(self, now_ms: int, pieces: Column, nodes: Column, count: int) -> Values:
        run = self.replay.run
        step = int(np.searchsorted(run.capacity_at, now_ms, side="right")) - 1
        up = run.capacity[max(step, 0)]
        parts = np.full(up.shape, np.nan)
        tasks, jobs = self._pieces.tasks[pieces], self._pieces.job[pieces]
        for at in range(up.shape[1]):
            used: Any = np.bincount(nodes, self.work.demand[jobs, at] * tasks, count)
            there = up[:, at] > 0
            parts[there, at] = used[there] / up[there, at]
        return parts

    def neighbour(self, now_ms: int, by: int, *, arrivals: bool) -> int | None:
        """The time of the next event (1) or the one before (-1), arrivals counted or not; None where there is none."""
        found = [_next(self.event_times, now_ms, by)]
        if arrivals:
            found.append(_next(self.work.submit, now_ms, by))
        times = [time for time in found if time is not None and time <= self.end_ms]
        return (min(times) if by > 0 else max(times)) if times else None


def _next(times: Column, now_ms: int, by: int) -> int | None:
    at = int(np.searchsorted(times, now_ms, side="right" if by > 0 else "left"))
    at -= by < 0
    return int(times[at]) if 0 <= at < len(times) else None
