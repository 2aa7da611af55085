"""What others are held against is held against published numbers, and the checker against runs with a known fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from allocator.core.model import Node, Scenario, Tenant
from allocator.core.policy import Policy
from allocator.core.timeline import Queue, SimulationSettings
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE, Workload, workload
from policies.fifo import Fifo
from policies.sjf import ShortestJobFirst
from tests.simulation import reference
from tests.simulation.checker import faults
from tests.simulation.reference.columns import as_run


def pool(amount: int, queue: Queue) -> Scenario:
    """A pool of one resource that one tenant has to itself."""
    return Scenario({"cpu": amount}, (Tenant("A"),), simulation=SimulationSettings(queue=queue, placement="pool"))


def jobs(*rows: tuple[int, int, int]) -> Workload:
    """Jobs of (submit, run time, demand)."""
    submit, runtime, demand = zip(*rows, strict=True)
    return workload(["A"], ["cpu"], submit=submit, runtime=runtime, demand=demand)


BACKFILL = jobs((0, 10, 6), (0, 10, 8), (1, 8, 4), (2, 5, 9), (3, 20, 2))
CQSIM = jobs(
    (0, 4, 40),
    (1, 2, 80),
    (2, 1, 90),
    (3, 5, 20),
    (4, 3, 60),
    (5, 3, 50),
    (6, 2, 50),
    (8, 1, 50),
    (8, 5, 10),
)
"""Of thousands of seconds."""
TEXTBOOK = jobs((0, 8, 1), (1, 4, 1), (2, 9, 1), (3, 5, 1))


class TestPublishedNumbers:
    """The reference itself."""

    @pytest.mark.parametrize(
        ("work", "amount", "policy", "queue", "starts"),
        [
            # Definitions of Lifka 1995 and Mu'alem & Feitelson 2001.
            (BACKFILL, 10, Fifo(), "strict", [0, 10, 20, 28, 33]),
            (BACKFILL, 10, Fifo(), "easy", [0, 10, 1, 29, 9]),
            (BACKFILL, 10, Fifo(), "conservative", [0, 10, 1, 20, 25]),
            # CQSim's own input, run with and without backfilling.
            (CQSIM, 100, Fifo(), "strict", [0, 4, 6, 7, 7, 10, 12, 13, 14]),
            (CQSIM, 100, Fifo(), "easy", [0, 4, 8, 3, 9, 12, 6, 13, 8]),
            # Silberschatz, Operating System Concepts: first come first served, and shortest job first.
            (TEXTBOOK, 1, Fifo(), "skip", [0, 8, 12, 21]),
            (TEXTBOOK, 1, ShortestJobFirst(), "skip", [0, 8, 17, 12]),
        ],
    )
    def test_when_jobs_start(
        self, work: Workload, amount: int, policy: Policy, queue: Queue, starts: list[int]
    ) -> None:
        """Start times as published."""
        assert reference.simulate(pool(amount, queue), work, policy).start == starts

    @pytest.mark.parametrize(("placement", "node"), [("first-fit", 0), ("best-fit", 0), ("dot-product", 1)])
    def test_where_a_job_goes(self, placement: Any, node: int) -> None:
        """Nodes of 16 cores and 64 GB of which (4, 16), (9, 8) and (2, 32) are free; a job of (2, 8)."""
        free = [(4, 16), (9, 8), (2, 32)]
        nodes = tuple(
            Node(f"n{index}", {"cpu": 16, "mem": 64}, load={"cpu": 16 - cpu, "mem": 64 - mem})
            for index, (cpu, mem) in enumerate(free)
        )
        settings = SimulationSettings(placement=placement)
        scenario = Scenario({"cpu": 15, "mem": 56}, (Tenant("A"),), nodes, simulation=settings)
        work = workload(["A"], ["cpu", "mem"], submit=[0], runtime=[1], demand=[[2, 8]])
        assert reference.simulate(scenario, work, Fifo()).node == [node]


def column_with(name: str, job: int, value: int) -> Callable[[Run], Run]:
    """A run with another value in a column."""

    def changed(run: Run) -> Run:
        values = getattr(run, name).copy()
        values[job] = value
        return replace(run, **{name: values})

    return changed


def piece_with(name: str, piece: int, value: int) -> Callable[[Run], Run]:
    """A run with another value in a column of its pieces."""

    def changed(run: Run) -> Run:
        values = getattr(run.pieces, name).copy()
        values[piece] = value
        return replace(run, spread=replace(run.pieces, **{name: values}))

    return changed


class TestTheCheckerFindsFaults:
    """A sound run of EASY, changed in one place."""

    @pytest.fixture
    def run(self) -> Run:
        """Jobs start at 0, 10, 1, 29, 9."""
        scenario = pool(10, "easy")
        return as_run(scenario, BACKFILL, reference.simulate(scenario, BACKFILL, Fifo()))

    def test_it_finds_nothing_in_a_sound_run(self, run: Run) -> None:
        """None."""
        assert faults(pool(10, "easy"), run, rank=range(5)) == []

    @pytest.mark.parametrize(
        "change",
        [
            column_with("outcome", 2, Outcome.KILLED),
            column_with("outcome", 2, Outcome.WAITING),
            column_with("end", 2, NONE),
            column_with("start", 2, 0),
            column_with("node", 2, NONE),
            piece_with("tasks", 2, 2),
            piece_with("start", 3, 15),
            piece_with("end", 1, 25),
            piece_with("lost", 0, 1),
            lambda run: replace(run, stopped_ms=30),
        ],
    )
    def test_it_finds_what_is_changed(self, run: Run, change: Callable[[Run], Run]) -> None:
        """Something is said."""
        assert faults(pool(10, "easy"), change(run), rank=range(5)) != []

    @pytest.mark.parametrize(
        ("queue", "told", "says"),
        [
            ("easy", "strict", "job 2: starts at 1 while job 1 waits before it"),
            ("strict", "skip", "job 2: waits on at 1 though it fits"),
            ("skip", "easy", "job 1: starts at 11, promised 10"),
        ],
    )
    def test_it_knows_one_queue_from_another(self, queue: Queue, told: Queue, says: str) -> None:
        """A run of one queue that is told as a run of another: overtaking, idle room, a broken promise."""
        work = jobs((0, 10, 6), (0, 10, 8), (1, 9 if queue == "easy" else 10, 4))
        run = as_run(pool(10, queue), work, reference.simulate(pool(10, queue), work, Fifo()))
        assert says in faults(pool(10, told), run, rank=range(3))
