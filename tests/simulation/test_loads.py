"""Offered load, and the same jobs in less time."""

from __future__ import annotations

from fractions import Fraction

from allocator.simulation.loads import faster, offered_load
from allocator.simulation.workload import NONE
from tests.simulation.terse import J, on, tenants

AB = on(4, tenants=tenants("A", "B"))


class TestOfferedLoad:
    """Work submitted by capacity and the time in which it was."""

    def test_from_the_first_to_the_last_submit(self) -> None:
        """Three jobs of 2 cpu for 5 in 20, of 4 cpu: 30 / 80; what there is none of has no load."""
        assert offered_load(AB.scenario, AB.work([J(10, 5, 2), J(20, 5, 1, tasks=2), J(30, 5, 2)])) == {"cpu": 0.375}

    def test_under_a_horizon_what_comes_before_it_counts(self) -> None:
        """In 10 ms of 4 cpu one job of 2 for 10 arrives; the other comes too late."""
        setting = on(4, duration_ms=10)
        assert offered_load(setting.scenario, setting.work([J(0, 10, 2), J(10, 10, 2)])) == {"cpu": 0.5}

    def test_no_time_no_load(self) -> None:
        """All at once, or nothing at all: undefined."""
        assert offered_load(AB.scenario, AB.work([J(3, 5), J(3, 5)])) == {"cpu": None}
        assert offered_load(AB.scenario, AB.work([])) == {"cpu": None}


class TestFaster:
    """Submit times divided."""

    def test_times_are_counted_from_the_first_job(self) -> None:
        """Twice as fast: 10, 20, 30 become 10, 15, 20, and a deadline comes along."""
        work = faster(AB.work([J(10, 5), J(20, 5), J(30, 5, deadline=40)]), Fraction(2))
        assert (work.submit.tolist(), work.deadline.tolist()) == ([10, 15, 20], [NONE, NONE, 30])

    def test_one_tenant_overtakes_and_all_stays_together(self) -> None:
        """B ten times as fast: its job at 30 comes at 12, before A's, and what comes after what still does."""
        jobs = [J(10, 1, tenant="B"), J(15, 2), J(30, 3, tenant="B", after=(1,)), J(31, 4, after=(2,))]
        work = faster(AB.work(jobs), Fraction(10), "B")
        assert work.submit.tolist() == [10, 12, 15, 31]
        assert work.runtime.tolist() == [1, 3, 2, 4]
        assert work.tenant.tolist() == [1, 1, 0, 0]
        assert [work.after(job) for job in range(4)] == [[], [2], [], [1]]

    def test_slower_and_nobody(self) -> None:
        """A third of the speed is three times the time; of a tenant without jobs nothing changes."""
        work = AB.work([J(10, 5), J(20, 5)])
        assert faster(work, Fraction(1, 3)).submit.tolist() == [10, 40]
        assert faster(work, Fraction(3), "B").submit.tolist() == [10, 20]
