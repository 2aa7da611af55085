"""EASY and conservative backfilling: what may pass a job that does not fit, and what may not."""

from __future__ import annotations

import pytest

from allocator.core.model import Tenant
from allocator.core.timeline import Event
from policies.drf import DominantResourceFairness
from tests.simulation.terse import J, node, on, outcomes, tenants


class TestPublished:
    """Numbers of others."""

    def test_easy_of_nine_jobs(self) -> None:
        """CQSim with EASY and true run times on its nine jobs (des-easy-9) starts and ends them so."""
        rows = [(0, 4000, 40), (1000, 2000, 80), (2000, 1000, 90), (3000, 5000, 20), (4000, 3000, 60)]
        rows += [(5000, 3000, 50), (6000, 2000, 50), (8000, 1000, 50), (8000, 5000, 10)]
        wall = [4000, 2000, 1000, 5000, 3000, 3000, 3000, 5000, 5000]
        jobs = [J(*row, estimate=said) for row, said in zip(rows, wall, strict=True)]
        run = on(100, queue="easy", estimates="exact").run(*jobs)
        assert run.start.tolist() == [0, 4000, 8000, 3000, 9000, 12000, 6000, 13000, 8000]
        assert run.end.tolist() == [4000, 6000, 9000, 8000, 12000, 15000, 8000, 14000, 13000]

    @pytest.mark.parametrize(
        ("queue", "starts"),
        [("strict", [0, 10, 20, 28, 33]), ("easy", [0, 10, 1, 29, 9]), ("conservative", [0, 10, 1, 20, 25])],
    )
    def test_who_delays_whom(self, queue: str, starts: list[int]) -> None:
        """EASY lets J5 into the extra cores and so delays J4 by 9; conservative protects J4."""
        jobs = (J(0, 10, 6), J(0, 10, 8), J(1, 8, 4), J(2, 5, 9), J(3, 20, 2))
        assert on(10, queue=queue).run(*jobs).start.tolist() == starts


class TestEasy:
    """One reservation, of the head."""

    def test_ends_of_one_instant_count_together(self) -> None:
        """The end of one of two jobs at 10 would do for the head of 8; that of both leaves 4 for a long job of 2."""
        run = on(12, queue="easy").run(J(0, 10, 4), J(0, 10, 4), J(1, 5, 8), J(2, 50, 2))
        assert run.start.tolist() == [0, 0, 10, 2]

    def test_extra_is_used_up(self) -> None:
        """Two long jobs of 2: only one fits beside the reservation of the head."""
        run = on(12, queue="easy").run(J(0, 10, 8), J(1, 5, 10), J(2, 50, 2), J(2, 50, 2))
        assert run.start.tolist() == [0, 10, 2, 15]

    def test_a_reservation_is_on_a_node(self) -> None:
        """The head is promised node a: a long job may start on b, and one that only fits on a waits for the head."""
        nodes = (node("a", 4), node("b", 3))
        setting = on(nodes=nodes, queue="easy", placement="first-fit")
        run = setting.run(J(0, 10, 3), J(1, 5, 4), J(2, 50, 1), J(2, 50, 3))
        assert run.start.tolist() == [0, 10, 2, 15]
        assert run.node.tolist() == [0, 0, 1, 0]

    def test_who_outlives_its_estimate_may_end_at_any_moment(self) -> None:
        """At 5 the first job is past its estimate, so the head might start at 6: nothing longer than 1 may pass."""
        setting = on(2, queue="easy", at_limit="extend")
        run = setting.run(J(0, 9, estimate=4), J(1, 5, 2), J(5, 2), J(5, 1))
        assert run.start.tolist() == [0, 9, 14, 5]

    def test_without_a_reservation_anything_may_pass(self) -> None:
        """A head that waits for a node that is down can be promised nothing; the others use what is there."""
        nodes = (node("a", 8), node("b", 2))
        setting = on(nodes=nodes, queue="easy", events=(Event(0, "node-down", node="a"),))
        run = setting.run(J(0, 5, 8), J(1, 100, 2))
        assert (outcomes(run), run.start.tolist()[1]) == (["waiting", "completed"], 1)

    def test_over_the_order_of_tenants(self) -> None:
        """DRF with EASY: the head is of the tenant that uses least, and its second job may not pass it either."""
        setting = on(10, queue="easy", tenants=tenants("A", "B"))
        run = setting.run(
            J(0, 10, 8), J(1, 4, 9, tenant="B"), J(1, 20, 2, tenant="B"), J(1, 9, 2), policy=DominantResourceFairness()
        )
        assert run.start.tolist() == [0, 10, 14, 1]


class TestConservative:
    """A reservation for everybody."""

    def test_an_early_end_moves_reservations_forward(self) -> None:
        """The first job said 10 and ends at 4: whoever waits moves up, in order."""
        run = on(4, queue="conservative").run(J(0, 4, 4, estimate=10), J(1, 9, 4), J(2, 5, 4))
        assert run.start.tolist() == [0, 4, 13]

    def test_nobody_passes_into_a_second_reservation(self) -> None:
        """The third job fits now, and beside the head; it would delay the one after the head, and waits."""
        jobs = (J(0, 10, 6), J(1, 10, 8), J(2, 10, 10), J(3, 12, 2))
        assert on(10, queue="easy").run(*jobs).start.tolist() == [0, 10, 20, 3]
        assert on(10, queue="conservative").run(*jobs).start.tolist() == [0, 10, 20, 3]
        longer = (*jobs[:3], J(3, 18, 2))
        assert on(10, queue="easy").run(*longer).start.tolist() == [0, 10, 21, 3]
        assert on(10, queue="conservative").run(*longer).start.tolist() == [0, 10, 20, 30]

    def test_only_one_of_two_starts_where_both_pass_the_limit(self) -> None:
        """Each of two jobs is below the limit, both are not: the second waits for the first."""
        setting = on(10, queue="conservative", tenants=(Tenant("A", limit={"cpu": 4}),))
        assert setting.run(J(0, 5, 3), J(0, 5, 3)).start.tolist() == [0, 5]

    def test_what_a_limit_holds_back_gives_up_its_place(self) -> None:
        """At 5 the second job of A is held back by what just started; at 6 its place is B's, before any newcomer."""
        setting = on(10, queue="conservative", tenants=(Tenant("A", limit={"cpu": 4}), Tenant("B")))
        jobs = (J(0, 5, 10, tenant="B"), J(1, 10, 3), J(2, 10, 3), J(3, 10, 7, tenant="B"), J(6, 1, 1, tenant="B"))
        assert setting.run(*jobs).start.tolist() == [0, 5, 16, 6, 15]

    def test_a_plan_survives_what_it_did_not_foresee(self) -> None:
        """A job outlives its estimate: those that counted on its end wait for the real one."""
        setting = on(2, queue="conservative", at_limit="extend")
        run = setting.run(J(0, 9, 2, estimate=3), J(1, 4, 2), J(2, 4, 1), J(5, 1, 1))
        assert run.start.tolist() == [0, 9, 13, 13]
