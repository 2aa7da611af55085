"""Runs written down by hand, and random ones: columns that no simulator made, so that only the metrics are tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from allocator.core.model import Node, Scenario, Tenant
from allocator.core.timeline import Event, SimulationSettings
from allocator.simulation.run import Outcome, Pieces, Run
from allocator.simulation.workload import NONE, column, workload

POOL = (("", (100,)),)


@dataclass
class Attempt:
    """One try of a job: from when to when, and how many tasks on which nodes."""

    start: int
    end: int
    tasks_on: dict[int, int]
    lost: bool = False


@dataclass
class Told:
    """A job and what became of it."""

    submit: int
    outcome: Outcome
    attempts: list[Attempt] = field(default_factory=list)
    end: int = NONE
    tenant: int = 0
    demand: tuple[int, ...] = (1,)
    tasks: int = 1
    deadline: int = NONE
    after: tuple[int, ...] = ()
    pools: tuple[str, ...] = ()
    running: bool = False


def done(submit: int, start: int, end: int, demand: int = 1, *, tenant: int = 0, deadline: int = NONE) -> Told:
    """A job that ran once, from start to end, on the first node."""
    attempt = Attempt(start, end, {0: 1})
    return Told(submit, Outcome.COMPLETED, [attempt], end, tenant, (demand,), deadline=deadline)


def told_run(
    told: Sequence[Told],
    *,
    stop: int | None = None,
    nodes: Sequence[tuple[str, tuple[int, ...]]] = POOL,
    weights: Sequence[Fraction | int] = (1, 1, 1),
    steps: Sequence[tuple[int, tuple[tuple[int, ...], ...]]] = (),
    events: Sequence[Event] = (),
    ended: str | None = None,
) -> tuple[Scenario, Run]:
    """The scenario and the run of jobs given in order of submission; drained at the last end unless `stop` is given.

    Args:
        told: The jobs.
        stop: The horizon in ms.
        nodes: Label and capacity of each; resources are called r0, r1, ...
        weights: Of the tenants t0, t1, ...
        steps: Later (ms, capacity of each node).
        events: Of the scenario.
        ended: How the run ended, where not as `stop` says.
    """
    names = [f"r{index}" for index in range(len(nodes[0][1]))]
    ends = [max([job.end, *(attempt.end for attempt in job.attempts)]) for job in told]
    stopped = max([0, *ends]) if stop is None else stop
    jobs = workload(
        [f"t{index}" for index in range(len(weights))],
        names,
        submit=[job.submit for job in told],
        runtime=[0] * len(told),
        demand=[job.demand for job in told],
        tenant=[job.tenant for job in told],
        tasks=[job.tasks for job in told],
        deadline=[job.deadline for job in told],
        after=[job.after for job in told],
        pools=[job.pools for job in told],
        running=[job.running for job in told] if any(job.running for job in told) else (),
    )
    pieces = [
        (row, node, tasks, attempt.start, min(attempt.end, stopped), attempt.lost)
        for row, job in enumerate(told)
        for attempt in job.attempts
        for node, tasks in attempt.tasks_on.items()
    ]
    capacity = [tuple(amounts for _, amounts in nodes), *(amounts for _, amounts in steps)]
    shape = (len(capacity), len(nodes), len(names))
    run = Run(
        workload=jobs,
        start=column([job.attempts[0].start if job.attempts else NONE for job in told]),
        last_start=column([job.attempts[-1].start if job.attempts else NONE for job in told]),
        end=column([job.end for job in told]),
        node=column([min(job.attempts[-1].tasks_on) if job.attempts else NONE for job in told]),
        outcome=column([job.outcome for job in told]),
        stopped_ms=stopped,
        ended=ended or ("drained" if stop is None else "horizon"),  # type: ignore[arg-type]
        capacity_at=column([0, *(at for at, _ in steps)]),
        capacity=np.array(capacity, np.int64).reshape(shape),
        spread=Pieces(*np.array(pieces, np.int64).reshape(-1, 6).T),
    )
    whole = {name: sum(amounts[index] for _, amounts in nodes) for index, name in enumerate(names)}
    scenario = Scenario(
        whole,
        tuple(Tenant(f"t{index}", weight=Fraction(weight)) for index, weight in enumerate(weights)),
        tuple(
            Node(f"n{index}", dict(zip(names, amounts, strict=True)), label)
            for index, (label, amounts) in enumerate(nodes)
        ),
        simulation=SimulationSettings(stop),
        events=tuple(events),
    )
    return scenario, run


@st.composite
def runs(draw: st.DrawFn) -> tuple[Scenario, Run]:
    """Small runs with all that may happen: gangs over nodes, lost attempts, dependencies, nodes that come and go."""
    resources = draw(st.integers(1, 2))
    amounts = st.tuples(*[st.integers(0, 6)] * resources)
    nodes = draw(st.lists(st.tuples(st.sampled_from(["", "a", "b"]), amounts), min_size=1, max_size=3))
    horizon = draw(st.none() | st.integers(1, 30))
    limit = 1000 if horizon is None else horizon
    join = draw(st.none() | st.integers(0, 10))
    told: list[Told] = []
    for submit in sorted(draw(st.lists(st.integers(0, 20), max_size=6))):
        job = Told(
            submit,
            Outcome.WAITING,
            tenant=draw(st.integers(0, 2)),
            demand=draw(st.tuples(*[st.integers(0, 3)] * resources)),
            tasks=draw(st.integers(1, 3)),
            deadline=draw(st.just(NONE) | st.integers(0, 40)),
            after=tuple(sorted(draw(st.sets(st.integers(0, len(told) - 1), max_size=2)))) if told else (),
            pools=draw(st.sampled_from([(), (), ("a",), ("a", "b")])),
            running=submit == 0 and draw(st.booleans()),
        )
        told.append(job)
        if submit < limit:
            _live(draw, job, told, len(nodes), limit, join if job.tenant == 2 else None)
    changes = sorted(draw(st.sets(st.integers(1, 25), max_size=2)))
    steps = [(at, tuple(draw(amounts) for _ in nodes)) for at in changes]
    return told_run(
        told,
        stop=horizon,
        nodes=nodes,
        weights=draw(st.tuples(*[st.sampled_from([1, 2, Fraction(1, 3)])] * 3)),
        steps=steps,
        events=() if join is None else (Event(join, "tenant-join", tenant="t2"),),
    )


def _live(draw: st.DrawFn, job: Told, told: Sequence[Told], nodes: int, limit: int, join: int | None) -> None:
    """Let `job` wait, run, get lost and end, all before `limit`."""
    before = [told[other] for other in job.after]
    if draw(st.integers(0, 9)) == 0:
        job.outcome = Outcome.IMPOSSIBLE
        return
    now = max(job.submit, join or 0, *(other.end for other in before)) if before else max(job.submit, join or 0)
    may_run = all(other.outcome is Outcome.COMPLETED for other in before)
    for _ in range(draw(st.integers(0, 2)) if may_run else 0):
        start = now + draw(st.integers(0, 6))
        end = start + draw(st.integers(1, 8))
        if start >= limit:
            return
        tasks_on: dict[int, int] = {}
        for _ in range(job.tasks):
            node = draw(st.integers(0, nodes - 1))
            tasks_on[node] = tasks_on.get(node, 0) + 1
        job.attempts.append(Attempt(start, end, tasks_on))
        if end > limit:
            job.outcome = Outcome.RUNNING
            return
        now = end
        fate = draw(st.sampled_from([Outcome.COMPLETED, Outcome.COMPLETED, Outcome.KILLED, Outcome.WAITING]))
        job.attempts[-1].lost = fate is not Outcome.COMPLETED
        if fate is not Outcome.WAITING:
            job.outcome, job.end = fate, end
            return
    withdrawn = now + draw(st.integers(0, 3))
    if draw(st.booleans()) and withdrawn <= limit:
        job.outcome, job.end = Outcome.KILLED, withdrawn
