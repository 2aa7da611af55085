"""The jobs of a scenario as columns, and several workloads as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.errors import ScenarioError, UnknownTenantError
from allocator.core.generators import Draw, Generator, Shape
from allocator.core.model import Scenario, Tenant
from allocator.core.timeline import Job
from allocator.simulation.building import build, joined
from allocator.simulation.workload import NONE, Workload, workload

A_AND_B = (Tenant("a", priority=7), Tenant("b"))


def told(jobs: Workload) -> list[dict[str, object]]:
    """Each job as everything that can be said of it, in words."""
    return [
        {
            "name": jobs.names[row] if jobs.names else "",
            "tenant": jobs.tenants[jobs.tenant[row]],
            "times": tuple(int(one[row]) for one in (jobs.submit, jobs.runtime, jobs.estimate, jobs.deadline)),
            "priority": int(jobs.priority[row]),
            "tasks": int(jobs.tasks[row]),
            "demand": {
                name: int(amount) for name, amount in zip(jobs.resources, jobs.demand[row], strict=True) if amount
            },
            "pools": jobs.pool_sets[jobs.pools[row]] if len(jobs.pools) else (),
            "running": int(jobs.running[row]) if len(jobs.running) else 0,
            "recorded": int(jobs.recorded_start[row]) if len(jobs.recorded_start) else NONE,
            "after": sorted(int(jobs.submit[other]) for other in jobs.after(row)),
        }
        for row in range(len(jobs))
    ]


class TestBuild:
    """`[[jobs]]` to columns."""

    def test_every_value(self) -> None:
        """Each value of a job is in its column; what it leaves out is its run time, its tenant's priority, or none."""
        jobs = (
            Job("b", 9, 5, {"gpu": 2}, "late", 3, 8, 1, 20, ("early",), ("fast",)),
            Job("a", 4, 6, {"cpu": 1}, "early"),
        )
        made = build(Scenario({"cpu": 10}, A_AND_B, jobs=jobs))
        assert (made.tenants, made.resources) == (("a", "b"), ("cpu", "gpu"))
        assert made.names == ["early", "late"]
        assert made.submit.tolist() == [4, 9]
        assert made.runtime.tolist() == [6, 5]
        assert made.estimate.tolist() == [6, 8]
        assert made.tenant.tolist() == [0, 1]
        assert made.priority.tolist() == [7, 1]
        assert made.tasks.tolist() == [1, 3]
        assert made.demand.tolist() == [[1, 0], [0, 2]]
        assert made.deadline.tolist() == [NONE, 20]
        assert [made.after(row) for row in (0, 1)] == [[], [0]]
        assert [made.pool_sets[index] for index in made.pools] == [(), ("fast",)]

    def test_equal_submit_times_stay_as_declared(self) -> None:
        """The order of declaration decides between jobs of one instant."""
        jobs = tuple(Job("a", at, 1, {}, name) for name, at in (("x", 5), ("y", 0), ("z", 5), ("w", 0)))
        assert build(Scenario({}, A_AND_B, jobs=jobs)).names == ["y", "w", "x", "z"]

    def test_generated_jobs_come_after_listed_ones(self) -> None:
        """Of one submit time; and the resources that only they name come last."""
        shape = Shape({"gpu": 1})
        many = Generator(
            ("b",), "g", arrivals=Draw("at-once"), runtime=Draw("constant", {"value": 3}), shapes=(shape,), jobs=2
        )
        made = build(Scenario({"cpu": 1}, A_AND_B, jobs=(Job("a", 0, 1, {"cpu": 1}, "x"),), generators=(many,)))
        assert [made.name(row) for row in range(3)] == ["x", "g-1", "g-2"]
        assert made.resources == ("cpu", "gpu")
        assert made.demand.tolist() == [[1, 0], [0, 1], [0, 1]]

    def test_names_that_are_not_there(self) -> None:
        """A scenario that was put together by hand is told what it lacks."""
        with pytest.raises(UnknownTenantError, match="no tenant 'c'"):
            build(Scenario({}, A_AND_B, jobs=(Job("c", 0, 1, {}),)))
        with pytest.raises(ScenarioError, match=r"jobs\[1\].after: no job 'biuld'; did you mean 'build'\?"):
            build(Scenario({}, A_AND_B, jobs=(Job("a", 0, 1, {}, "build"), Job("a", 0, 1, {}, after=("biuld",)))))

    def test_no_jobs(self) -> None:
        """A scenario without jobs is a workload without rows that knows its tenants and resources."""
        made = build(Scenario({"cpu": 1}, A_AND_B))
        assert (len(made), made.tenants, made.resources, made.demand.shape) == (0, ("a", "b"), ("cpu",), (0, 1))


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """Some jobs, of some of three tenants and three resources, with or without what only some workloads know."""
    tenants = draw(st.lists(st.sampled_from("abc"), min_size=1, unique=True))
    resources = draw(st.lists(st.sampled_from(["cpu", "memory", "gpu"]), unique=True))
    count = draw(st.integers(0, 6))

    def each(values: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(values, min_size=count, max_size=count))

    def perhaps(values: Sequence[object]) -> Sequence[object]:
        return values if draw(st.booleans()) else ()

    small = st.integers(0, 5)
    return workload(
        tenants,
        resources,
        submit=each(small),
        runtime=each(small),
        demand=[[draw(small) for _ in resources] for _ in range(count)],
        tenant=each(st.integers(0, len(tenants) - 1)),
        estimate=each(st.integers(NONE, 5)),
        priority=each(small),
        tasks=each(st.integers(1, 3)),
        deadline=each(st.integers(NONE, 5)),
        names=perhaps([f"{tenants[0]}{number}" for number in range(count)]),  # type: ignore[arg-type]
        after=perhaps([[other for other in range(row) if draw(st.booleans())] for row in range(count)]),  # type: ignore[arg-type]
        pools=perhaps([draw(st.sampled_from([(), ("x",), ("x", "y")])) for _ in range(count)]),  # type: ignore[arg-type]
        running=perhaps(each(st.integers(0, 1))),
        recorded_start=perhaps(each(st.integers(NONE, 5))),
        recorded_end=perhaps(each(st.integers(NONE, 5))),
    )


class TestJoined:
    """Several workloads in one."""

    @given(st.lists(workloads(), max_size=3))
    def test_every_job_is_there_as_it_was(self, parts: list[Workload]) -> None:
        """Jobs come in order of submission, then of the parts, and each is what it was."""
        whole = joined(*parts)
        expected = sorted((job for part in parts for job in told(part)), key=lambda job: job["times"][0])  # type: ignore[index]
        assert told(whole) == expected

    @given(workloads())
    def test_one_alone_is_itself(self, one: Workload) -> None:
        """Joining a single workload changes nothing."""
        again = joined(one)
        assert told(again) == told(one)
        assert (again.tenants, again.resources) == (one.tenants, one.resources)
        assert all(np.array_equal(again.after(row), one.after(row)) for row in range(len(one)))

    def test_names_met_first_come_first(self) -> None:
        """Tenants and resources stand where they were first met."""
        first = workload(("b", "a"), ("cpu",), submit=[1], runtime=[1], demand=[[1]])
        second = workload(("c", "a"), ("gpu", "cpu"), submit=[0], runtime=[1], demand=[[2, 3]], tenant=[1])
        whole = joined(first, second)
        assert (whole.tenants, whole.resources) == (("b", "a", "c"), ("cpu", "gpu"))
        assert whole.demand.tolist() == [[3, 2], [1, 0]]
        assert whole.tenant.tolist() == [1, 0]

    def test_what_waits_for_what_is_kept(self) -> None:
        """A job waits for the same job after others came between them."""
        first = workload("a", (), submit=[4, 0], runtime=[1, 1], demand=[[], []], names=["y", "x"], after=[[1], []])
        second = workload("b", (), submit=[2, 0], runtime=[1, 1], demand=[[], []])
        whole = joined(first, second)
        assert whole.names == ["x", "", "", "y"]
        assert [whole.after(row) for row in range(4)] == [[], [], [], [0]]
