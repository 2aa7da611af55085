"""The tables about time of a scenario, each as its head and its keys; equal jobs in a row as one with a count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.core.durations import write_duration
from allocator.core.model import Scenario
from allocator.core.timeline import Event, Job, SimulationSettings, TraceUse
from allocator.scenario.spelling import amounts, exact
from allocator.scenario.time_schema import OF_KIND
from allocator.scenario.workload_tables import written

Pairs = Iterator[tuple[str, object]]


def tables(scenario: Scenario) -> Iterator[tuple[str, Pairs]]:
    """Each table about time: its head, such as `[[jobs]]`, and what it says."""
    settings = list(_settings(scenario.simulation))
    if settings:
        yield "[simulation]", iter(settings)
    for run in _runs(scenario.jobs):
        yield "[[jobs]]", _job(run)
    for generator in scenario.generators:
        yield "[[workloads]]", written(generator)
    if scenario.trace is not None:
        yield "[trace]", _trace(scenario.trace)
    for event in scenario.events:
        yield "[[events]]", _event(event)


def _settings(settings: SimulationSettings) -> Pairs:
    usual = SimulationSettings()
    if settings.duration_ms is not None:
        yield "duration", write_duration(settings.duration_ms)
    for key in ("seed", "queue", "placement", "estimates", "at_limit", "on_failure"):
        if getattr(settings, key) != getattr(usual, key):
            yield key, getattr(settings, key)


def _trace(trace: TraceUse) -> Pairs:
    yield "path", trace.path
    for key in ("format", "tenant", "nodes_from", "fields", "options"):
        if getattr(trace, key):
            yield key, getattr(trace, key)
    if trace.load is not None:
        yield "load", trace.load
    if trace.scale != 1:
        yield "scale", trace.scale
    if trace.from_ms is not None:
        yield "from", write_duration(trace.from_ms)
    if trace.to_ms is not None:
        yield "to", write_duration(trace.to_ms)


def _event(event: Event) -> Pairs:
    yield "at", write_duration(event.at_ms)
    yield "kind", event.kind
    if event.priority != 100:
        yield "priority", event.priority
    if event.node:
        yield "node", event.node
    if event.tenant:
        yield "tenant", event.tenant
    if event.capacity:
        yield "capacity", amounts(event.capacity)
    if event.value is not None:
        yield "value", exact(event.value) if isinstance(event.value, Fraction) else event.value
    if event.text or "text" in OF_KIND[event.kind]:
        yield "text", event.text


@dataclass(frozen=True, slots=True)
class _Run:
    """Jobs that one table can say."""

    first: Job
    name: str
    after: tuple[str, ...]
    count: int = 0
    """0 where it is a single job, without a count."""
    every_ms: int = 0


def _runs(jobs: Sequence[Job]) -> Iterator[_Run]:
    """The jobs, equal ones that arrive in even steps as one: named base-1 to base-n, or all without a name."""
    names = {job.name for job in jobs}
    counted: dict[str, int] = {}
    position = 0
    while position < len(jobs):
        first = jobs[position]
        base = first.name.removesuffix("-1")
        length = 1
        # A table called like one of the jobs would be taken for it where another waits for that.
        if not first.name or (base and base != first.name and base not in names):
            length = _length(jobs, position, base)
        after = _same_number(jobs[position : position + length], counted) if length > 1 else None
        if after is None:
            yield _Run(first, first.name, first.after)
            position += 1
            continue
        if base:
            counted[base] = length
        yield _Run(first, base, after, length, jobs[position + 1].submit_ms - first.submit_ms)
        position += length


def _length(jobs: Sequence[Job], position: int, base: str) -> int:
    """How many jobs from there on are one table's, whatever they wait for."""
    first = jobs[position]
    every = jobs[position + 1].submit_ms - first.submit_ms if position + 1 < len(jobs) else -1
    if every < 0:
        return 1
    length = 1
    while position + length < len(jobs):
        job, later = jobs[position + length], length * every
        expected = replace(
            first,
            name=f"{base}-{length + 1}" if base else "",
            submit_ms=first.submit_ms + later,
            deadline_ms=None if first.deadline_ms is None else first.deadline_ms + later,
            after=job.after,
        )
        if job != expected:
            break
        length += 1
    return length


def _same_number(jobs: Sequence[Job], counted: dict[str, int]) -> tuple[str, ...] | None:
    """What one table of `jobs` waits for; None where no table can say it."""
    kept: list[str] = []
    for place, name in enumerate(jobs[0].after):
        base = name.removesuffix("-1")
        if all(job.after[place : place + 1] == (name,) for job in jobs):
            kept.append(name)
        elif counted.get(base) == len(jobs) and all(
            job.after[place : place + 1] == (f"{base}-{number}",) for number, job in enumerate(jobs, start=1)
        ):
            kept.append(base)
        else:
            return None
    return tuple(kept) if all(len(job.after) == len(kept) for job in jobs) else None


def _job(run: _Run) -> Pairs:
    job = run.first
    yield "tenant", job.tenant
    if run.name:
        yield "name", run.name
    if run.count:
        yield "count", run.count
    if run.every_ms:
        yield "every", write_duration(run.every_ms)
    if job.submit_ms:
        yield "submit", write_duration(job.submit_ms)
    yield "runtime", write_duration(job.runtime_ms)
    if job.estimate_ms is not None:
        yield "estimate", write_duration(job.estimate_ms)
    yield "demand", amounts(job.demand)
    if job.tasks != 1:
        yield "tasks", job.tasks
    if job.priority is not None:
        yield "priority", job.priority
    if job.deadline_ms is not None:
        yield "deadline", write_duration(job.deadline_ms - job.submit_ms)
    if run.after:
        yield "after", run.after
    if job.pools:
        yield "pools", job.pools
