"""The figures of a run that are set beside those of another: one flat list, the same for every run of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from allocator.simulation.metrics.measures import Measures

Kind = Literal["duration", "part", "index", "count", "number"]
"""Milliseconds, a part of a whole, an index from 0 to 1, a number of jobs, or a plain number."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure of one run."""

    name: str
    value: float | None
    """None where undefined."""
    kind: Kind
    better: Literal["more", "less"]
    resource: str = ""
    """The resource it is about, if it is about one."""


def headlines(measures: Measures) -> tuple[Headline, ...]:
    """Every headline figure of a run, in the order in which people read them."""
    overall, jobs = measures.overall, measures.overall.jobs
    wait, slowdown = overall.wait_ms, overall.bounded_slowdown
    starved = max((tenant.starved_ms for tenant in measures.tenants), default=None)
    missed = overall.deadline_misses if overall.with_deadline else None
    found = [
        Headline("jobs completed", jobs.completed, "count", "more"),
        Headline("still waiting", jobs.waiting, "count", "less"),
        Headline("still running", jobs.running, "count", "less"),
        Headline("killed", jobs.killed, "count", "less"),
        Headline("can never run", jobs.impossible, "count", "less"),
        Headline("mean wait", wait.mean, "duration", "less"),
        Headline("median wait", wait.p50, "duration", "less"),
        Headline("p95 wait", wait.p95, "duration", "less"),
        Headline("longest wait", overall.longest_wait_ms, "duration", "less"),
        Headline("mean bounded slowdown", slowdown.mean, "number", "less"),
        Headline("p95 bounded slowdown", slowdown.p95, "number", "less"),
        Headline("longest starvation", starved, "duration", "less"),
        Headline("Jain index", measures.jain_index, "index", "more"),
    ]
    for name in measures.utilisation:
        found += [
            Headline("utilisation", measures.utilisation[name], "part", "more", name),
            Headline("useful utilisation", measures.useful_utilisation[name], "part", "more", name),
            Headline("stranded", measures.stranded[name], "part", "less", name),
        ]
    return (
        *found,
        Headline("deadlines missed", missed, "count", "less"),
        Headline("makespan", measures.makespan_ms, "duration", "less"),
    )
