"""Which jobs count where: who arrived, when each waited, and when each ran. Three populations, never mixed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.core.model import Scenario
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE, Column


@dataclass(frozen=True, slots=True)
class Intervals:
    """From when to when something of a job lasted, a row each; never empty ones, none past the end of the run."""

    job: Column
    start: Column
    end: Column


Mask = np.ndarray[Any, np.dtype[np.bool_]]
"""bool (jobs,)."""


def arrived(run: Run) -> Mask:
    """A mask of the jobs: submitted before the run stopped."""
    if run.ended == "drained":
        return np.ones(len(run.start), np.bool_)
    before: Mask = run.workload.submit < run.stopped_ms
    if run.ended == "interrupted":  # in the middle of an instant, some of its jobs handled
        before |= (run.workload.submit == run.stopped_ms) & (run.outcome != Outcome.WAITING)
    return before


def ready(scenario: Scenario, run: Run) -> Column:
    """ms from which each job could be served: submitted, its tenant there, what it comes after done; NONE if never."""
    work = run.workload
    found = work.submit.copy()
    joins = _joins(scenario)
    if joins:
        absent = np.array([joins.get(name, 0) for name in work.tenants], np.int64)
        np.maximum(found, absent[work.tenant], out=found)
    if len(work.after_job):
        waits_for = np.flatnonzero(work.after_start[1:] > work.after_start[:-1])
        done = np.where(run.outcome == Outcome.COMPLETED, run.end, NONE)[work.after_job]
        first = work.after_start[waits_for]
        latest = np.maximum(found[waits_for], np.maximum.reduceat(done, first))
        found[waits_for] = np.where(np.minimum.reduceat(done, first) == NONE, NONE, latest)
    return found


def _joins(scenario: Scenario) -> dict[str, int]:
    """When each tenant joins that is not there from the start."""
    first: dict[str, tuple[str, int]] = {}
    for event in sorted(scenario.events, key=lambda event: (event.at_ms, event.priority)):
        if event.kind in ("tenant-join", "tenant-leave"):
            first.setdefault(event.tenant, (event.kind, event.at_ms))
    return {tenant: at_ms for tenant, (kind, at_ms) in first.items() if kind == "tenant-join"}


def attempts(run: Run) -> Intervals:
    """When each job ran: a row an attempt, however many nodes it was on, in order of (job, start)."""
    pieces = run.pieces
    if run.spread is None:
        return Intervals(pieces.job, pieces.start, pieces.end)
    order = np.lexsort((pieces.start, pieces.job))
    job, start, end = pieces.job[order], pieces.start[order], pieces.end[order]
    first = np.ones(len(job), np.bool_)
    first[1:] = (job[1:] != job[:-1]) | (start[1:] != start[:-1])
    return Intervals(job[first], start[first], end[first])


def waiting(scenario: Scenario, run: Run) -> Intervals:
    """When each job was ready and did not run; jobs that are impossible never wait."""
    since = ready(scenario, run)
    over = np.where(run.outcome == Outcome.KILLED, run.end, run.stopped_ms)
    rows = np.flatnonzero(arrived(run) & (run.outcome != Outcome.IMPOSSIBLE) & (since != NONE))
    until = np.where(run.start == NONE, over, run.start)[rows]
    jobs, starts, ends = [rows], [since[rows]], [until]
    if run.spread is not None:
        # Back in its queue from the end of each lost attempt to the next one, or for good.
        ran = attempts(run)
        again = np.append(ran.start[1:], 0)
        last = np.append(ran.job[1:] != ran.job[:-1], True)[: len(ran.job)]
        again = again[: len(ran.job)]
        back = ~last | (run.outcome[ran.job] == Outcome.WAITING) | (run.outcome[ran.job] == Outcome.KILLED)
        jobs.append(ran.job[back])
        starts.append(ran.end[back])
        ends.append(np.where(last, over[ran.job], again)[back])
    job, start, end = np.concatenate(jobs), np.concatenate(starts), np.concatenate(ends)
    end = np.minimum(end, run.stopped_ms)
    lasted = start < end
    return Intervals(job[lasted], start[lasted], end[lasted])
