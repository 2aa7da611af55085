"""The jobs of a scenario as one workload: what it lists and what it generates. A trace is joined to it elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from allocator.core.errors import Fault, ScenarioError
from allocator.core.model import Scenario
from allocator.core.text import did_you_mean
from allocator.core.timeline import Job
from allocator.simulation.generating import generate
from allocator.simulation.workload import NONE, Column, Workload, column, workload

T = TypeVar("T")


def build(scenario: Scenario) -> Workload:
    """Every job that `scenario` lists or generates; in order of submission, then listed before generated.

    Its tenants and resources are those of the scenario, in the same order; resources that only a generator names
    come last.

    Raises:
        UnknownTenantError: A job of a tenant that the scenario does not have.
        ScenarioError: A job that waits for one that there is none of.
    """
    listed = _listed(scenario)
    if not scenario.generators:
        return listed
    return joined(listed, *(generate(one, index, scenario) for index, one in enumerate(scenario.generators)))


def _listed(scenario: Scenario) -> Workload:
    jobs = scenario.jobs
    owners = [scenario.must_have(job.tenant) for job in jobs]
    tenants = {tenant.name: index for index, tenant in enumerate(scenario.tenants)}
    places = {job.name: place for place, job in enumerate(jobs) if job.name}
    resources = scenario.resources
    return workload(
        tuple(tenants),
        resources,
        submit=[job.submit_ms for job in jobs],
        runtime=[job.runtime_ms for job in jobs],
        estimate=[NONE if job.estimate_ms is None else job.estimate_ms for job in jobs],
        tenant=[tenants[job.tenant] for job in jobs],
        priority=[
            owner.priority if job.priority is None else job.priority for job, owner in zip(jobs, owners, strict=True)
        ],
        tasks=[job.tasks for job in jobs],
        demand=[[job.demand.get(name, 0) for name in resources] for job in jobs],
        deadline=[NONE if job.deadline_ms is None else job.deadline_ms for job in jobs],
        names=[job.name for job in jobs] if places else (),
        after=_waits(jobs, places),
        pools=[job.pools for job in jobs],
    )


def _waits(jobs: Sequence[Job], places: Mapping[str, int]) -> list[list[int]]:
    """The places of the jobs that each waits for."""
    for place, job in enumerate(jobs):
        for name in job.after:
            if name not in places:
                near = did_you_mean(name, places)
                raise ScenarioError([Fault("the scenario", f"jobs[{place}].after", f"no job '{name}'{near}")])
    return [[places[name] for name in job.after] for job in jobs]


def joined(*workloads: Workload) -> Workload:
    """All jobs of `workloads` in one; of one submit time in the order of the arguments, then as they were.

    Tenants and resources of one name are the same, and stand where the name was first met. What only some of the
    workloads know (names, records, labels, what waits for what) is empty, or none, for the jobs of the others.
    """
    tenants = _numbered([one.tenants for one in workloads])
    resources = _numbered([one.resources for one in workloads])
    pool_sets = _numbered([((),), *(one.pool_sets for one in workloads)])

    def known(of: Callable[[Workload], Column], otherwise: int) -> Column:
        """A column that not all have; empty where none has."""
        if not any(len(of(one)) for one in workloads):
            return column([])
        return _end_to_end([of(one) if len(of(one)) else np.full(len(one), otherwise, np.int64) for one in workloads])

    named = [one.names or [""] * len(one) for one in workloads] if any(len(one.names) for one in workloads) else []
    after_start, after_job = _dependencies(workloads)
    submit = _end_to_end([one.submit for one in workloads])
    as_they_are = Workload(
        tenants=tuple(tenants),
        resources=tuple(resources),
        submit=submit,
        runtime=_end_to_end([one.runtime for one in workloads]),
        estimate=_end_to_end([one.estimate for one in workloads]),
        tenant=_end_to_end([_renumbered(one.tenant, one.tenants, tenants) for one in workloads]),
        priority=_end_to_end([one.priority for one in workloads]),
        tasks=_end_to_end([one.tasks for one in workloads]),
        demand=_demand(workloads, resources),
        deadline=_end_to_end([one.deadline for one in workloads]),
        names=[name for each in named for name in each],
        after_start=after_start,
        after_job=after_job,
        pool_sets=tuple(pool_sets),
        pools=known(lambda one: _renumbered(one.pools, one.pool_sets, pool_sets), 0),
        running=known(lambda one: one.running, 0),
        recorded_start=known(lambda one: one.recorded_start, NONE),
        recorded_end=known(lambda one: one.recorded_end, NONE),
    )
    return as_they_are.taken(np.argsort(submit, kind="stable"))


def _dependencies(workloads: Sequence[Workload]) -> tuple[Column, Column]:
    """`after_start` and `after_job` of all jobs, `workloads` end to end; empty where no job waits for another."""
    if not any(len(one.after_job) for one in workloads):
        return column([]), column([])
    counts, jobs, first = [], [], 0
    for one in workloads:
        counts.append(np.diff(one.after_start) if len(one.after_start) else np.zeros(len(one), np.int64))
        jobs.append(first + one.after_job)
        first += len(one)
    return np.concatenate(([0], np.cumsum(_end_to_end(counts)))), _end_to_end(jobs)


def _demand(workloads: Sequence[Workload], resources: Mapping[str, int]) -> Column:
    rows = []
    for one in workloads:
        block = np.zeros((len(one), len(resources)), np.int64)
        block[:, [resources[name] for name in one.resources]] = one.demand
        rows.append(block)
    return np.concatenate(rows) if rows else np.zeros((0, 0), np.int64)


def _numbered(groups: Iterable[Iterable[T]]) -> dict[T, int]:
    """Each value with its place among all, in the order in which they are met."""
    numbers: dict[T, int] = {}
    for group in groups:
        for value in group:
            numbers.setdefault(value, len(numbers))
    return numbers


def _renumbered(indices: Column, values: Sequence[T], numbers: Mapping[T, int]) -> Column:
    """`indices` into `values` as the numbers of what they point at."""
    return column([numbers[value] for value in values])[indices] if len(indices) else indices


def _end_to_end(columns: Sequence[Column]) -> Column:
    return np.concatenate(columns) if columns else column([])
