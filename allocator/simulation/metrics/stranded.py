"""Capacity that is free where nobody can use it: on nodes where no task of any waiting job fits.

At an instant at which some job waits, what is free on a node that is up is stranded if no waiting job has a task that
fits into it (of all resources at once, on the nodes it may use). While nothing waits, nothing is stranded. Limits and
gangs do not count: a task that fits could run there. The figure is stranded / up, each integrated over time: exactly,
at every instant at which anything changes, or, where there are more than `INSTANTS` of these, at the middles of as
many equal parts of the span.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.simulation.metrics.exact import starts_of
from allocator.simulation.metrics.population import Intervals
from allocator.simulation.run import Run
from allocator.simulation.workload import Column

INSTANTS = 500
_SHAPES = 16
"""Kinds of tasks that are tried on all nodes at once."""


def stranded(run: Run, waiting: Intervals, labels: Sequence[str]) -> dict[str, float | None]:
    """By resource; None where there is one pool, and where nothing was up.

    Args:
        run: The columns.
        waiting: When each job waited.
        labels: The label of each node.
    """
    names = run.workload.resources
    if len(labels) < 2 or not run.stopped_ms:
        return dict.fromkeys(names)
    pieces = run.pieces
    at, lasted = _instants(run, waiting)
    step = np.searchsorted(run.capacity_at, at, side="right") - 1
    starting, ending = np.argsort(pieces.start, kind="stable"), np.argsort(pieces.end, kind="stable")
    queued, leaving = np.argsort(waiting.start, kind="stable"), np.argsort(waiting.end, kind="stable")
    begun, done = _counted(pieces.start, starting, at), _counted(pieces.end, ending, at)
    come, gone = _counted(waiting.start, queued, at), _counted(waiting.end, leaving, at)
    kinds = _kinds(run, waiting, labels)
    used = np.zeros(run.capacity.shape[1:], np.int64)
    waits = np.zeros(len(kinds.demand), np.int64)
    lost, up = np.zeros(len(names)), np.zeros(len(names))
    before = (0, 0, 0, 0)
    for index, length in enumerate(lasted.tolist()):
        now = (begun[index], done[index], come[index], gone[index])
        _use(run, used, starting[before[0] : now[0]], 1)
        _use(run, used, ending[before[1] : now[1]], -1)
        np.add.at(waits, kinds.of_row[queued[before[2] : now[2]]], 1)
        np.subtract.at(waits, kinds.of_row[leaving[before[3] : now[3]]], 1)
        before = now
        there = np.maximum(run.capacity[step[index]], 0)
        up += there.sum(axis=0, dtype=np.float64) * length
        present = np.flatnonzero(waits)
        if len(present):
            free = np.maximum(there - used, 0)
            useless = ~_usable(free, kinds, present)
            lost += free[useless].sum(axis=0, dtype=np.float64) * length
    return {name: float(lost[index] / up[index]) if up[index] else None for index, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The different tasks that wait: what one needs, and the nodes it may use; smaller ones first."""

    demand: Column
    """int64 (kinds, resources)."""
    allowed: Any
    """bool (kinds, nodes)."""
    of_row: Column
    """The kind of each row of the intervals."""


def _kinds(run: Run, waiting: Intervals, labels: Sequence[str]) -> _Kinds:
    work = run.workload
    demand = work.demand[waiting.job]
    sets = work.pools[waiting.job] if len(work.pools) else np.zeros(len(waiting.job), np.int64)
    largest = np.maximum(run.capacity.max(axis=(0, 1), initial=1), 1)
    # Small first, so that a few kinds settle most nodes.
    order = np.lexsort((sets, *demand.T, (demand / largest).max(axis=1, initial=0.0)))
    first = starts_of(*(column[order] for column in (sets, *demand.T)))
    kind = np.empty(len(order), np.int64)
    kind[order] = np.repeat(np.arange(len(first)), np.diff(first, append=len(order)))
    chosen = order[first]
    on = np.array([[not one or label in one for label in labels] for one in work.pool_sets], np.bool_)
    return _Kinds(demand[chosen], on[sets[chosen]], kind)


def _usable(free: Column, kinds: _Kinds, present: Column) -> Any:
    """bool (nodes,): whether anything is free and one task of a kind that is present fits."""
    found = np.zeros(len(free), np.bool_)
    left = np.flatnonzero(free.any(axis=1))
    while len(present) and len(left):
        some, present = present[:_SHAPES], present[_SHAPES:]
        fits = (kinds.demand[some, None] <= free[None, left]).all(axis=2) & kinds.allowed[some][:, left]
        any_fits = fits.any(axis=0)
        found[left[any_fits]] = True
        left = left[~any_fits]
        if len(present) and len(left):
            most = free[left].max(axis=0)
            present = present[(kinds.demand[present] <= most).all(axis=1)]
    return found


def _instants(run: Run, waiting: Intervals) -> tuple[Column, Column]:
    """When to look, and for how many ms what is seen then counts."""
    times = (run.pieces.start, run.pieces.end, waiting.start, waiting.end, run.capacity_at)
    at = np.sort(np.concatenate([np.zeros(1, np.int64), *times]))
    at = at[starts_of(at)]
    at = at[at < run.stopped_ms]
    if len(at) <= INSTANTS:
        return at, np.diff(at, append=run.stopped_ms)
    parts = np.arange(INSTANTS, dtype=np.int64)
    return (2 * parts + 1) * run.stopped_ms // (2 * INSTANTS), np.ones(INSTANTS, np.int64)


def _counted(times: Column, order: Column, at: Column) -> list[int]:
    """How many of `times` have come at each of `at`, that instant included."""
    found: list[int] = np.searchsorted(times[order], at, side="right").tolist()
    return found


def _use(run: Run, used: Column, rows: Column, sign: int) -> None:
    pieces = run.pieces
    np.add.at(used, pieces.node[rows], run.workload.demand[pieces.job[rows]] * (sign * pieces.tasks[rows])[:, None])
