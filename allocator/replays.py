"""What a run over time is, as values: the scenario, the policy, the columns and their measures; and its JSON and rows.

Computes nothing; `replay` makes these, reports and comparisons read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from allocator.core.model import Scenario
from allocator.core.resources import unit
from allocator.core.timeline import Event
from allocator.registry import Prepared
from allocator.results import number
from allocator.simulation.cluster import Cluster
from allocator.simulation.metrics import JAIN_OF, Measures, PoolMeasures, Spread, TenantMeasures, Timing, measure
from allocator.simulation.recorded import recorded
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE, Column, Workload
from allocator.version import __version__

RECORDED = "recorded"
"""The label of what really happened to the jobs of a trace."""
JOB_COLUMNS = ("job", "tenant", "submit_ms", "start_ms", "end_ms", "node", "outcome")
"""Of the rows that `--jobs-out` writes."""
_ROWS = 1 << 14
"""Jobs that are Python objects at a time."""


@dataclass(frozen=True)
class Replay:
    """One policy's run of the jobs of a scenario."""

    scenario: Scenario
    """As it was run: with the nodes and tenants that only a trace knows."""
    policy: Prepared | None
    """None for what really happened."""
    run: Run
    measures: Measures
    notes: tuple[str, ...] = ()
    """What was read, skipped and assumed on the way, a line each."""

    @property
    def label(self) -> str:
        """What a comparison calls it."""
        return self.policy.label if self.policy else RECORDED

    def to_dict(self) -> dict[str, Any]:
        """The JSON of DESIGN section 7; amounts in smallest units, undefined numbers None."""
        measures, settings = self.measures, self.scenario.simulation
        names = self.run.workload.resources
        return {
            "fairheap": __version__,
            "mode": "simulate",
            "title": self.scenario.title,
            "policy": self.policy.described() if self.policy else {"name": RECORDED, "label": RECORDED, "options": {}},
            "seed": settings.seed if self.policy else None,
            "queue": settings.queue if self.policy else None,
            "placement": settings.placement if self.policy else None,
            "units": {name: unit(name) for name in names},
            "capacity": {name: self.scenario.capacity.get(name, 0) for name in names},
            "ended": measures.ended,
            "span_ms": measures.span_ms,
            "makespan_ms": measures.makespan_ms,
            "overall": _timing_dict(measures.overall),
            "tenants": [_tenant_dict(one) for one in measures.tenants],
            "metrics": _metrics_dict(measures),
            "pools": [_pool_dict(one) for one in measures.pools],
            "events": [_event_dict(event) for event in self.run.events],
            "notes": list(self.notes),
        }

    @cached_property
    def node_names(self) -> tuple[str, ...]:
        """What the nodes of the run are called; one without a name where all is one pool."""
        return Cluster.of(self.scenario, self.run.workload.resources).names if self.scenario.nodes else ("",)

    def node_name(self, job: int) -> str:
        """Where the first task of `job` ran last; empty where it never started, or all is one pool."""
        node = int(self.run.node[job])
        return "" if node == NONE else self.node_names[node]

    def job_rows(self) -> Iterator[tuple[str | int, ...]]:
        """A row of `JOB_COLUMNS` for each job, in order of submission; empty where there is none; names are raw."""
        work, run = self.run.workload, self.run
        nodes = self.node_names
        words = {int(outcome): outcome.word for outcome in Outcome}
        for at in range(0, len(work), _ROWS):
            rows = slice(at, at + _ROWS)
            yield from zip(
                map(work.name, range(at, min(at + _ROWS, len(work)))),
                map(work.tenants.__getitem__, work.tenant[rows].tolist()),
                work.submit[rows].tolist(),
                _times(run.start[rows]),
                _times(run.end[rows]),
                ("" if node == NONE else nodes[node] for node in run.node[rows].tolist()),
                map(words.__getitem__, run.outcome[rows].tolist()),
                strict=True,
            )


def replay_of(scenario: Scenario, policy: Prepared | None, run: Run, notes: Sequence[str] = ()) -> Replay:
    """`run` with its measures.

    Args:
        scenario: As it was run.
        policy: None for what really happened.
        run: What came of it.
        notes: What people should know of how it came about.
    """
    return Replay(scenario, policy, run, measure(scenario, run), tuple(notes))


def recorded_replay(scenario: Scenario, workload: Workload, notes: Sequence[str] = ()) -> Replay:
    """What really happened to the jobs of a trace, with its measures."""
    as_one, run = recorded(scenario, workload)
    return replay_of(as_one, None, run, notes)


def _times(column: Column) -> Iterator[int | str]:
    return ("" if time == NONE else time for time in column.tolist())


def _timing_dict(timing: Timing) -> dict[str, Any]:
    return {
        "jobs": asdict(timing.jobs),
        "wait_ms": _spread_dict(timing.wait_ms),
        "bounded_slowdown": _spread_dict(timing.bounded_slowdown),
        "turnaround_ms": _spread_dict(timing.turnaround_ms),
        "longest_wait_ms": timing.longest_wait_ms,
        "with_deadline": timing.with_deadline,
        "deadline_misses": timing.deadline_misses,
    }


def _spread_dict(spread: Spread) -> dict[str, float | None]:
    return {"mean": spread.mean, "p50": spread.p50, "p95": spread.p95, "p99": spread.p99, "max": spread.max}


def _tenant_dict(one: TenantMeasures) -> dict[str, Any]:
    return {
        "name": one.name,
        "weight": number(one.weight),
        **_timing_dict(one.timing),
        "dominant_share": {
            "mean": one.dominant_share_mean,
            "max": one.dominant_share_max,
            "while_active": one.share_while_active,
        },
        "active_ms": one.active_ms,
        "starved_ms": one.starved_ms,
    }


def _pool_dict(one: PoolMeasures) -> dict[str, Any]:
    return {
        "name": one.label,
        "nodes": one.nodes,
        "started": one.started,
        "wait_ms": _spread_dict(one.wait_ms),
        "utilisation": dict(one.utilisation),
        "useful_utilisation": dict(one.useful_utilisation),
    }


def _metrics_dict(measures: Measures) -> dict[str, Any]:
    return {
        "utilisation": dict(measures.utilisation),
        "useful_utilisation": dict(measures.useful_utilisation),
        "jain_index": measures.jain_index,
        "jain_of": JAIN_OF,
        "jain_windows": dict(measures.jain_windows),
        "offered_load": dict(measures.offered_load),
        "saturated": list(measures.saturated),
        "lost_work": dict(measures.lost_work),
        "with_deadline": measures.overall.with_deadline,
        "deadline_misses": measures.overall.deadline_misses,
        "stranded": dict(measures.stranded),
        "throughput_per_hour": measures.throughput_per_hour,
    }


def _event_dict(event: Event) -> dict[str, Any]:
    """What happened, without what does not apply to it."""
    told: dict[str, Any] = {"at_ms": event.at_ms, "kind": event.kind, "priority": event.priority}
    told |= {name: getattr(event, name) for name in ("node", "tenant", "text") if getattr(event, name)}
    if event.capacity:
        told["capacity"] = dict(event.capacity)
    if isinstance(event.value, int | Fraction):
        told["value"] = number(event.value)
    return told
