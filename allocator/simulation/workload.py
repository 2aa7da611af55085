"""A workload as columns: one entry a job, in order of submission. What makes jobs ends here; what runs them begins.

Never holds an object a job: a million jobs are a few arrays. Names are looked up only to print them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

Column = np.ndarray[Any, np.dtype[np.int64]]
"""int64 (jobs,), unless said otherwise."""

NONE = -1
"""In a column of times: there is none."""


@dataclass(frozen=True)
class Workload:
    """Jobs as columns, sorted by (submit, declaration): the row number is the order that decides ties."""

    tenants: tuple[str, ...]
    """Who may submit; in order of declaration."""
    resources: tuple[str, ...]
    submit: Column
    """ms from the start of the run, never less than 0, ascending."""
    runtime: Column
    """ms, 0 or more: how long it would run if nothing stopped it."""
    estimate: Column
    """ms: what its owner says; equal to the run time where nothing is said."""
    tenant: Column
    """Index into `tenants`."""
    priority: Column
    """Lower first."""
    tasks: Column
    """1 or more; all start at once."""
    demand: Column
    """int64 (jobs, resources): what ONE task needs, in smallest units."""
    deadline: Column
    """ms from the start of the run, or NONE."""
    names: Sequence[str] = ()
    """Of each job; empty where none has one."""
    after_start: Column = field(default_factory=lambda: np.zeros(0, np.int64))
    """(jobs + 1,): the jobs that job i waits for are `after_job[after_start[i]:after_start[i + 1]]`; empty where no
    job waits for another."""
    after_job: Column = field(default_factory=lambda: np.zeros(0, np.int64))
    pool_sets: tuple[tuple[str, ...], ...] = ((),)
    """Sets of labels of nodes; the first is any node."""
    pools: Column = field(default_factory=lambda: np.zeros(0, np.int64))
    """Index into `pool_sets`; empty where every job may run anywhere."""
    running: Column = field(default_factory=lambda: np.zeros(0, np.int64))
    """1 for a job that ran already at the start of the run: it is placed before all others, whatever the policy, and
    its run time is what remained; empty where none did."""
    recorded_start: Column = field(default_factory=lambda: np.zeros(0, np.int64))
    """What really happened: ms from the start of the run, NONE where unknown; empty without a record."""
    recorded_end: Column = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.submit)

    def name(self, job: int) -> str:
        """What people call a job: its name, or `job-N` with N counted from 1."""
        named = self.names[job] if self.names else ""
        return named or f"job-{job + 1}"

    def find(self, name: str) -> int | None:
        """The job that people call so, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {self.name(job): job for job in reversed(range(len(self)))}

    @cached_property
    def total_demand(self) -> Column:
        """int64 (jobs, resources): what all tasks of a job need together."""
        return self.demand * self.tasks[:, None]

    def taken(self, rows: Any) -> Workload:
        """The jobs at `rows`, indices or a mask, in that order; dependencies on jobs left out are dropped."""
        index = np.flatnonzero(rows) if getattr(rows, "dtype", None) == np.bool_ else np.asarray(rows, np.int64)
        start, jobs = self._dependencies_of(index)
        return replace(
            self,
            submit=self.submit[index],
            runtime=self.runtime[index],
            estimate=self.estimate[index],
            tenant=self.tenant[index],
            priority=self.priority[index],
            tasks=self.tasks[index],
            demand=self.demand[index],
            deadline=self.deadline[index],
            names=[self.names[row] for row in index.tolist()] if self.names else (),
            after_start=start,
            after_job=jobs,
            pools=_rows(self.pools, index),
            running=_rows(self.running, index),
            recorded_start=_rows(self.recorded_start, index),
            recorded_end=_rows(self.recorded_end, index),
        )

    def after(self, job: int) -> list[int]:
        """The jobs that must have completed before `job` may start."""
        if not len(self.after_start):
            return []
        found: list[int] = self.after_job[self.after_start[job] : self.after_start[job + 1]].tolist()
        return found

    def _dependencies_of(self, index: Column) -> tuple[Column, Column]:
        if not len(self.after_start):
            return self.after_start, self.after_job
        new = np.full(len(self), NONE, np.int64)
        new[index] = np.arange(len(index))
        waiting = np.repeat(np.arange(len(self)), np.diff(self.after_start))
        mine, other = new[waiting], new[self.after_job]
        kept = (mine != NONE) & (other != NONE)
        mine, other = mine[kept], other[kept]
        counts = np.bincount(mine, minlength=len(index))
        return np.concatenate(([0], np.cumsum(counts))), other[np.lexsort((other, mine))]


def _rows(column: Column, index: Column) -> Column:
    return column[index] if len(column) else column


def column(values: Any) -> Column:
    """`values` as an int64 column."""
    return np.asarray(values, dtype=np.int64)


def workload(
    tenants: Sequence[str],
    resources: Sequence[str],
    *,
    submit: Any,
    runtime: Any,
    demand: Any,
    tenant: Any = None,
    estimate: Any = None,
    priority: Any = None,
    tasks: Any = None,
    deadline: Any = None,
    names: Sequence[str] = (),
    after: Sequence[Sequence[int]] = (),
    pools: Sequence[Sequence[str]] = (),
    running: Any = (),
    recorded_start: Any = (),
    recorded_end: Any = (),
) -> Workload:
    """Columns from what is known of each job, in any order: sorted by submit time, then as given.

    Args:
        tenants: Who may submit.
        resources: What `demand` (jobs, resources) counts.
        submit: ms.
        runtime: ms.
        demand: What one task needs, in smallest units.
        tenant: Index of each job's tenant; the first where left out.
        estimate: ms, NONE where nothing is said; the run times where left out.
        priority: 100 where left out.
        tasks: 1 where left out.
        deadline: ms, NONE where there is none.
        names: Of each job.
        after: For each job the jobs (as given, counted from 0) that it waits for.
        pools: For each job the labels of nodes it may run on; empty is any.
        running: 1 for each job that runs already.
        recorded_start: ms or NONE.
        recorded_end: ms or NONE.
    """
    submit = column(submit)
    count = len(submit)
    runtime = column(runtime)
    estimate = runtime if estimate is None else column(estimate)
    sets: dict[tuple[str, ...], int] = {(): 0}
    where = [sets.setdefault(tuple(one), len(sets)) for one in pools] if any(len(one) for one in pools) else []
    waits = any(len(one) for one in after)

    def full(values: Any, default: int) -> Column:
        return np.full(count, default, np.int64) if values is None else column(values)

    as_given = Workload(
        tenants=tuple(tenants),
        resources=tuple(resources),
        submit=submit,
        runtime=runtime,
        estimate=np.where(estimate == NONE, runtime, estimate),
        tenant=full(tenant, 0),
        priority=full(priority, 100),
        tasks=full(tasks, 1),
        demand=column(demand).reshape(count, len(resources)),
        deadline=full(deadline, NONE),
        names=names,
        after_start=column([0, *np.cumsum([len(one) for one in after]).tolist()] if waits else []),
        after_job=column([other for one in after for other in one] if waits else []),
        pool_sets=tuple(sets),
        pools=column(where),
        running=column(running),
        recorded_start=column(recorded_start),
        recorded_end=column(recorded_end),
    )
    return as_given.taken(np.argsort(submit, kind="stable"))
