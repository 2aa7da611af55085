"""A run as curves for a chart: each a pair of columns (times in ms, values), a value holding until the next time.

The first time is 0, the last is where the run stopped (with the value before it), and times strictly ascend.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from allocator.core.model import Scenario
from allocator.simulation.metrics.activity import activity
from allocator.simulation.metrics.population import Intervals, attempts, waiting
from allocator.simulation.run import Run
from allocator.simulation.workload import Column

Curve = tuple[Column, Any]
"""Times, and int64 or float64 values."""


def running(run: Run, tenant: int | None = None) -> Curve:
    """How many jobs run, of all tenants or of one (its index)."""
    return _count(run, attempts(run), tenant)


def queued(scenario: Scenario, run: Run, tenant: int | None = None) -> Curve:
    """How many jobs wait that could be served, of all tenants or of one (its index)."""
    return _count(run, waiting(scenario, run), tenant)


def used(run: Run, resource: int) -> Curve:
    """Units in use of a resource (its index)."""
    pieces = run.pieces
    amount = run.workload.demand[pieces.job, resource] * pieces.tasks
    return _levels(run, np.concatenate((pieces.start, pieces.end)), np.concatenate((amount, -amount)))


def up(run: Run, resource: int) -> Curve:
    """Units that were up of a resource (its index)."""
    there = np.maximum(run.capacity[:, :, resource], 0).sum(axis=1)
    return _levels(run, run.capacity_at, np.diff(there, prepend=0))


def utilisation(run: Run, resource: int) -> Curve:
    """Used / up of a resource (its index), from 0 to 1; NaN while nothing is up."""
    (used_at, in_use), (up_at, there) = used(run, resource), up(run, resource)
    times = np.union1d(used_at, up_at)
    above = in_use[np.searchsorted(used_at, times, side="right") - 1]
    below = there[np.searchsorted(up_at, times, side="right") - 1]
    return times, np.divide(above, below, out=np.full(len(times), np.nan), where=below > 0)


def dominant_shares(scenario: Scenario, run: Run) -> list[Curve]:
    """The dominant share of each tenant, of what the pool has at 0."""
    every = activity(scenario, run, waiting(scenario, run))
    bounds = np.searchsorted(every.tenant, np.arange(len(run.workload.tenants) + 1)).tolist()
    found = []
    for begin, end in pairwise(bounds):
        change = np.diff(every.share[begin:end], prepend=0.0)
        differs = np.flatnonzero(change)
        times, values = every.start[begin:end][differs], every.share[begin:end][differs]
        if begin < end:
            times, values = np.append(times, every.end[end - 1]), np.append(values, 0.0)
        found.append(_framed(run, times, values))
    return found


def _count(run: Run, lasting: Intervals, tenant: int | None) -> Curve:
    mine = slice(None) if tenant is None else np.flatnonzero(run.workload.tenant[lasting.job] == tenant)
    start, end = lasting.start[mine], lasting.end[mine]
    one = np.ones(len(start), np.int64)
    return _levels(run, np.concatenate((start, end)), np.concatenate((one, -one)))


def _levels(run: Run, times: Column, changes: Column) -> Curve:
    """The running sum of `changes`, one value an instant."""
    order = np.argsort(times, kind="stable")
    times, levels = times[order], np.cumsum(changes[order])
    last = np.append(times[1:] != times[:-1], True)[: len(times)]
    return _framed(run, times[last], levels[last])


def _framed(run: Run, times: Column, values: Any) -> Curve:
    """From 0 to where the run stopped, where all that ran then still holds."""
    inside = times < run.stopped_ms
    times, values = times[inside], values[inside]
    zero = np.zeros(1, values.dtype)
    if not len(times) or times[0] > 0:
        times, values = np.append(np.zeros(1, np.int64), times), np.append(zero, values)
    if run.stopped_ms > times[-1]:
        times, values = np.append(times, run.stopped_ms), np.append(values, values[-1])
    return times, values
