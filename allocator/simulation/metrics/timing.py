"""How long jobs took: counts, waits, bounded slowdowns, turnarounds and deadlines, of everyone and of each tenant."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocator.simulation.metrics.measures import TAU_MS, JobCounts, Spread, Timing
from allocator.simulation.metrics.population import Mask, arrived
from allocator.simulation.metrics.spreads import spread, spreads
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE, Column


def timings(run: Run) -> tuple[Timing, list[Timing]]:
    """Of all jobs together, and of each tenant's in order of the tenants."""
    work = run.workload
    tenants = len(work.tenants)
    here = arrived(run)
    fresh = here if not len(work.running) else here & (work.running == 0)
    started = np.flatnonzero(fresh & (run.start != NONE))
    ended = np.flatnonzero(fresh & (run.outcome == Outcome.COMPLETED))
    wait, waits_of = spreads(run.start[started] - work.submit[started], work.tenant[started], tenants)
    slowdown, slowdowns_of = spreads(bounded_slowdown(run, ended), work.tenant[ended], tenants)
    turnaround, turnarounds_of = spreads(run.end[ended] - work.submit[ended], work.tenant[ended], tenants)
    counts, longest, (due, missed) = _counts(run, here), _longest_waits(run, fresh), _deadlines(run, here)
    everyone = Timing(
        jobs=JobCounts(*counts.sum(axis=1).tolist()),
        wait_ms=wait,
        bounded_slowdown=slowdown,
        turnaround_ms=turnaround,
        longest_wait_ms=_longest(int(longest.max(initial=NONE))),
        with_deadline=int(due.sum()),
        deadline_misses=int(missed.sum()),
    )
    of_each = zip(waits_of, slowdowns_of, turnarounds_of, counts.T.tolist(), strict=True)
    return everyone, [
        Timing(
            jobs=JobCounts(*numbers),
            wait_ms=its_wait,
            bounded_slowdown=its_slowdown,
            turnaround_ms=its_turnaround,
            longest_wait_ms=_longest(int(longest[tenant])),
            with_deadline=int(due[tenant]),
            deadline_misses=int(missed[tenant]),
        )
        for tenant, (its_wait, its_slowdown, its_turnaround, numbers) in enumerate(of_each)
    ]


def waits(run: Run, jobs: Column) -> Spread:
    """The waits of those of `jobs` (rows) that started and did not run already at 0."""
    if len(run.workload.running):
        jobs = jobs[run.workload.running[jobs] == 0]
    jobs = jobs[run.start[jobs] != NONE]
    return spread(run.start[jobs] - run.workload.submit[jobs])


def bounded_slowdown(run: Run, jobs: Column) -> Any:
    """max(1, response / max(run time, tau)) of completed `jobs` (rows); the run time is that of the last attempt."""
    response = run.end[jobs] - run.workload.submit[jobs]
    ran = run.end[jobs] - run.last_start[jobs]
    return np.maximum(1.0, response / np.maximum(ran, TAU_MS))


def _counts(run: Run, here: Mask) -> Column:
    """int64 (the fields of JobCounts, tenants)."""
    tenant, tenants = run.workload.tenant, len(run.workload.tenants)
    masks = [here, here & (run.start != NONE)]
    order = (Outcome.COMPLETED, Outcome.WAITING, Outcome.RUNNING, Outcome.KILLED, Outcome.IMPOSSIBLE)
    masks += [here & (run.outcome == outcome) for outcome in order]
    return np.array([np.bincount(tenant[mask], minlength=tenants) for mask in masks], np.int64)


def _longest_waits(run: Run, fresh: Mask) -> Column:
    """(tenants,): of the jobs that started or wait; NONE where there is no such job."""
    longest = np.full(len(run.workload.tenants), NONE, np.int64)
    never = run.start == NONE
    rows = np.flatnonzero(fresh & (~never | (run.outcome == Outcome.WAITING)))
    waited = np.where(never, run.stopped_ms, run.start)[rows] - run.workload.submit[rows]
    # A job may be submitted after the last end of a run that drained: it waits for a node that is down for good.
    np.maximum.at(longest, run.workload.tenant[rows], np.maximum(waited, 0))
    return longest


def _longest(wait: int) -> int | None:
    return None if wait == NONE else wait


def _deadlines(run: Run, here: Mask) -> tuple[Column, Column]:
    """(tenants,) each: jobs with a deadline, and how many of them missed it."""
    deadline = run.workload.deadline
    due = here & (deadline != NONE)
    in_time = (run.outcome == Outcome.COMPLETED) & (run.end <= deadline)
    lost = (run.outcome == Outcome.KILLED) | (run.outcome == Outcome.IMPOSSIBLE)
    if run.ended == "drained":
        lost |= run.outcome == Outcome.WAITING
    # What has not ended may still be in time while its deadline lies ahead.
    open_yet = ~lost & (run.outcome != Outcome.COMPLETED) & (deadline > run.stopped_ms)
    missed = due & ~in_time & ~open_yet
    tenant, tenants = run.workload.tenant, len(run.workload.tenants)
    return np.bincount(tenant[due], minlength=tenants), np.bincount(tenant[missed], minlength=tenants)
