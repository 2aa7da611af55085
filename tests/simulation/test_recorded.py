"""What a trace recorded, as a run."""

from __future__ import annotations

from typing import Any

import pytest

from allocator.core.model import Node, Scenario
from allocator.core.timeline import SimulationSettings
from allocator.simulation.metrics import measure
from allocator.simulation.recorded import recorded
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE, workload

NODES = (Node("n1", {"cpu": 4}, "a"), Node("n2", {"cpu": 4}, "a"), Node("n3", {"cpu": 8}, "b"))


def told(
    *jobs: tuple[int, int, int], stop: int | None = None, nodes: tuple[Node, ...] = NODES, **more: Any
) -> tuple[Scenario, Run]:
    """The run of jobs recorded as (submit, start, end)."""
    jobs_of = workload(
        ["t"],
        ["cpu"],
        submit=[job[0] for job in jobs],
        runtime=[1] * len(jobs),
        demand=[2] * len(jobs),
        recorded_start=[job[1] for job in jobs],
        recorded_end=[job[2] for job in jobs],
        **more,
    )
    scenario = Scenario({"cpu": 16, "gpu": 2}, nodes=nodes, simulation=SimulationSettings(stop))
    return recorded(scenario, jobs_of)


def test_outcomes() -> None:
    """With start and end it completed, with a start alone it runs, with an end alone it was withdrawn."""
    _, run = told((0, 1, 5), (0, 2, NONE), (0, NONE, 4), (0, NONE, NONE))
    assert run.outcome.tolist() == [Outcome.COMPLETED, Outcome.RUNNING, Outcome.KILLED, Outcome.WAITING]
    assert run.stopped_ms == 5
    assert run.start.tolist() == [1, 2, NONE, NONE]


def test_horizon() -> None:
    """What happened after the horizon is not known at it; an end at the horizon is."""
    _, run = told((0, 1, 5), (0, 1, 6), (0, 5, 6), stop=5)
    assert run.outcome.tolist() == [Outcome.COMPLETED, Outcome.RUNNING, Outcome.WAITING]
    assert run.ended == "horizon"


def test_clocks_that_disagree() -> None:
    """A start before the submit time is one at it, and an end before the start is one at that."""
    _, run = told((10, 9, 8))
    assert (run.start.tolist(), run.end.tolist()) == ([10], [10])


def test_what_ran_already_started_at_zero() -> None:
    """A job that ran before the first one kept was submitted has no wait."""
    case = told((0, NONE, 7), (3, 5, 9), running=[1, 0])
    assert case[1].start.tolist() == [0, 5]
    assert measure(*case).overall.wait_ms.mean == 2


@pytest.mark.parametrize(("pools", "expected"), [([("a",), ("b",)], {"a": 0.25, "b": 0.25}), ([("a",), ()], {})])
def test_pools_are_known_where_every_job_says_its_own(pools: list[tuple[str, ...]], expected: dict[str, float]) -> None:
    """Each label has its use where all jobs name one; a job that might have run anywhere makes all nodes one."""
    case = told((0, 0, 10), (0, 0, 10), pools=pools)
    measured = measure(*case)
    assert {pool.label: pool.utilisation["cpu"] for pool in measured.pools} == expected
    assert measured.utilisation["cpu"] == 0.25


def test_resources_that_no_job_needs_are_there() -> None:
    """What the pool has and nobody asked for is measured too."""
    measured = measure(*told((0, 0, 10), nodes=()))
    assert measured.utilisation == {"cpu": 2 / 16, "gpu": 0.0}
