"""A run over time as values: its JSON and its rows, of runs written down by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario
from allocator.core.timeline import Event
from allocator.registry import prepare
from allocator.replays import JOB_COLUMNS, RECORDED, recorded_replay, replay_of
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE, workload
from tests.simulation.metrics.runs import Attempt, Told, done, told_run

FIFO = prepare(PolicyUse("fifo", "first come"), PolicySettings(), ["r0"])
DESIGN = {
    "fairheap": str, "mode": str, "title": str, "policy": dict, "seed": int, "queue": str, "placement": str,
    "units": dict, "capacity": dict, "ended": str, "span_ms": int, "makespan_ms": int, "overall": dict, "tenants": list,
    "metrics": dict,
}  # fmt: skip
SPREAD = {"mean", "p50", "p95", "p99", "max"}
COUNTS = {"arrived", "started", "completed", "waiting", "running", "killed", "impossible"}
METRICS = {
    "utilisation", "useful_utilisation", "jain_index", "jain_of", "offered_load", "lost_work", "deadline_misses",
    "stranded",
}  # fmt: skip


def case() -> tuple[Scenario, Run]:
    """Jobs of two tenants on two nodes of different labels; one was lost once."""
    lost = Told(1, Outcome.COMPLETED, [Attempt(1, 3, {1: 1}, lost=True), Attempt(5, 8, {0: 1, 1: 1})], 8, 1, tasks=2)
    told = [done(0, 0, 4, 5), lost, Told(2, Outcome.KILLED, end=6), Told(3, Outcome.WAITING), Told(9, Outcome.WAITING)]
    return told_run(told, stop=9, nodes=[("a", (10,)), ("b", (10,))], weights=(1, Fraction(1, 3)))


def as_json(**changes: Any) -> dict[str, Any]:
    """The JSON of the case, through text and back."""
    scenario, run = case()
    replay = replay_of(scenario, FIFO, replace(run, **changes), ["read 5 jobs"])
    found: dict[str, Any] = json.loads(json.dumps(replay.to_dict(), allow_nan=False))
    return found


class TestJson:
    """DESIGN section 7, the JSON of a run over time."""

    def test_has_every_key_of_the_contract(self) -> None:
        """Keys and their types, down to the last level; all of it is JSON without NaN."""
        found = as_json()
        assert list(found)[:15] == list(DESIGN)
        for name, kind in DESIGN.items():
            assert isinstance(found[name], kind) or (name == "makespan_ms" and found[name] is None), name
        assert found["mode"] == "simulate"
        assert found["policy"] == {"name": "fifo", "label": "first come", "options": {}}
        for timing in (found["overall"], *found["tenants"]):
            assert set(timing["jobs"]) == COUNTS
            assert set(timing["wait_ms"]) == set(timing["bounded_slowdown"]) == SPREAD
        for tenant in found["tenants"]:
            assert {"name", "weight", "dominant_share", "starved_ms"} <= set(tenant)
            assert "mean" in tenant["dominant_share"]
        assert set(found["metrics"]) >= METRICS

    def test_numbers_are_those_of_the_run(self) -> None:
        """Counts, waits, weights and use, as the columns have them."""
        found = as_json()
        assert found["overall"]["jobs"] == {
            "arrived": 4, "started": 2, "completed": 2, "waiting": 1, "running": 0, "killed": 1, "impossible": 0,
        }  # fmt: skip
        assert found["overall"]["wait_ms"] == {"mean": 0.0, "p50": 0, "p95": 0, "p99": None, "max": 0}
        assert [(one["name"], one["weight"]) for one in found["tenants"]] == [("t0", 1), ("t1", 1 / 3)]
        assert found["metrics"]["utilisation"] == {"r0": (20 + 2 + 6) / 180}
        assert found["metrics"]["lost_work"] == {"r0": 2}
        assert [pool["name"] for pool in found["pools"]] == ["a", "b"]
        assert (found["ended"], found["span_ms"], found["makespan_ms"]) == ("horizon", 9, None)
        assert found["notes"] == ["read 5 jobs"]

    def test_events_are_told_as_they_happened(self) -> None:
        """In their order, each with what applies to it; a weight is a number."""
        events = [
            Event(3, "node-down", node="n1"),
            Event(4, "weight", priority=1, tenant="t1", value=Fraction(1, 2), text="half"),
            Event(5, "capacity", node="n0", capacity={"r0": 5}),
        ]
        assert as_json(events=events)["events"] == [
            {"at_ms": 3, "kind": "node-down", "priority": 100, "node": "n1"},
            {"at_ms": 4, "kind": "weight", "priority": 1, "tenant": "t1", "text": "half", "value": 0.5},
            {"at_ms": 5, "kind": "capacity", "priority": 100, "node": "n0", "capacity": {"r0": 5}},
        ]


class TestRows:
    """What `--jobs-out` writes."""

    def test_a_row_for_every_job(self) -> None:
        """In order of submission, those after the horizon too; empty where there is no start, end or node."""
        assert JOB_COLUMNS == ("job", "tenant", "submit_ms", "start_ms", "end_ms", "node", "outcome")
        assert list(replay_of(*reordered()).job_rows()) == [
            ("job-1", "t0", 0, 0, 4, "n0", "completed"),
            ("job-2", "t1", 1, 1, 8, "n0", "completed"),
            ("job-3", "t0", 2, "", 6, "", "killed"),
            ("job-4", "t0", 3, "", "", "", "waiting"),
            ("job-5", "t0", 9, "", "", "", "waiting"),
        ]

    def test_names_are_raw(self) -> None:
        """Names come as the data has them; whoever writes them guards them."""
        scenario, run = case()
        named = replace(run, workload=replace(run.workload, names=["=1+1", "", "\x1b[2J", "", ""]))
        rows = list(replay_of(scenario, FIFO, named).job_rows())
        assert [row[0] for row in rows] == ["=1+1", "job-2", "\x1b[2J", "job-4", "job-5"]

    def test_a_pool_without_nodes_names_none(self) -> None:
        """Where the scenario has no nodes, no node is named."""
        scenario, run = told_run([done(0, 0, 4)])
        assert [row[5] for row in replay_of(replace(scenario, nodes=()), FIFO, run).job_rows()] == [""]


def reordered() -> tuple[Scenario, Any, Run]:
    """The arguments of `replay_of`."""
    scenario, run = case()
    return scenario, FIFO, run


def test_recorded() -> None:
    """What really happened is a run under no policy, no queue and no placement."""
    jobs = workload(
        ["t"], ["cpu"], submit=[0, 1], runtime=[5, 5], demand=[1, 1], recorded_start=[2, NONE], recorded_end=[7, NONE]
    )
    replay = recorded_replay(Scenario({"cpu": 2}, nodes=(Node("n", {"cpu": 2}),)), jobs, ["read 2 jobs"])
    found = replay.to_dict()
    assert replay.label == RECORDED
    assert found["policy"] == {"name": "recorded", "label": "recorded", "options": {}}
    assert (found["queue"], found["placement"], found["seed"]) == (None, None, None)
    assert found["overall"]["wait_ms"]["mean"] == 2
    assert [row[3] for row in replay.job_rows()] == [2, ""]
