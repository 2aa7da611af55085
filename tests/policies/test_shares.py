"""proportional, fair-share and drf: policies that divide by weight."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import TenantView
from allocator.core.decision import Kind
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from policies.proportional import Proportional
from tests.support import claim, fluid, run, scenario, share, tenant, whole

weights = st.lists(st.integers(1, 9), min_size=1, max_size=6)


class TestProportional:
    """Static slices."""

    def test_unused_parts_stay_idle(self) -> None:
        """Slices of 50, 25 and 25 of 100: who wants 10, 40 and 40 gets 10, 25, 25, and 40 stay idle."""
        result = share(
            {"cpu": 100},
            tenant("A", fluid({"cpu": 10}), weight=2),
            tenant("B", fluid({"cpu": 40})),
            tenant("C", fluid({"cpu": 40})),
            policy="proportional",
        )
        assert result.of("cpu") == {"A": 10, "B": 25, "C": 25}
        assert result.left == {"cpu": 40}

    @given(weights, st.integers(0, 200))
    def test_slices_add_to_the_capacity_whoever_asks(self, given_weights: list[int], total: int) -> None:
        """Whole units by largest remainder: every slice is within a unit of its exact part."""
        views = [TenantView(str(at), weight, {"cpu": 0}, {}) for at, weight in enumerate(given_weights)]
        slices = [part["cpu"] for part in Proportional().entitle(views, {"cpu": total})]
        assert sum(slices) == total
        for part, weight in zip(slices, given_weights, strict=True):
            assert abs(part - total * weight / sum(given_weights)) < 1

    def test_whole_tasks_as_they_fit_in_the_slice(self) -> None:
        """A slice of 5 holds two tasks of 2; the rest of it stays idle."""
        result = share(
            {"cpu": 10}, tenant("A", whole({"cpu": 2})), tenant("B", whole({"cpu": 5})), policy="proportional"
        )
        assert result.tasks == {"A": 2, "B": 1}

    def test_divisible_work_gets_each_resource_by_itself(self) -> None:
        """A slice of each resource is granted as it is, in proportion or not."""
        result = share(
            {"cpu": 10, "mem": 10}, tenant("A", fluid({"cpu": 9, "mem": 2})), tenant("B"), policy="proportional"
        )
        assert result.grants["A"] == {"cpu": 5, "mem": 2}

    def test_a_limit_below_the_slice(self) -> None:
        """A limit cuts the slice, and nobody else gets what it cuts off."""
        result = share(
            {"cpu": 10},
            tenant("A", fluid({"cpu": 9}), limit={"cpu": 3}),
            tenant("B", fluid({"cpu": 9})),
            policy="proportional",
        )
        assert result.of("cpu") == {"A": 3, "B": 5}

    def test_several_works_share_the_slice(self) -> None:
        """Work is served inside the slice by (priority, declaration)."""
        works = (whole({"cpu": 2}, 2, name="late", priority=9), whole({"cpu": 3}, 1, name="soon", priority=1))
        result = share({"cpu": 10}, tenant("A", *works), tenant("B"), policy="proportional")
        assert result.work_tasks() == {"A/late": 1, "A/soon": 1}


class TestFairShare:
    """Each resource by itself, max-min by weight; whole tasks to who is furthest below."""

    def test_divisible_tenants_get_exactly_their_entitlement(self) -> None:
        """cpu is short and memory is not: cpu is divided, memory is granted as wanted."""
        result = share(
            {"cpu": 10, "mem": 100},
            tenant("A", fluid({"cpu": 8, "mem": 40})),
            tenant("B", fluid({"cpu": 2, "mem": 20})),
            tenant("C", fluid({"cpu": 8, "mem": 30})),
            policy="fair-share",
        )
        assert result.grants == {
            "A": {"cpu": 4, "mem": 40},
            "B": {"cpu": 2, "mem": 20},
            "C": {"cpu": 4, "mem": 30},
        }
        assert {d.kind for d in result.decisions} == {Kind.SHARE}

    def test_whole_units_by_largest_remainder_ties_by_declaration(self) -> None:
        """10 units among weights 1, 1, 1: the first gets 4."""
        result = share({"cpu": 10}, *(tenant(n, fluid({"cpu": 9})) for n in "ABC"), policy="fair-share")
        assert result.of("cpu") == {"A": 4, "B": 3, "C": 3}

    def test_the_entitlement_is_reserved_before_whole_tasks(self) -> None:
        """A divisible tenant's part is safe from a whole-task tenant that is served without limit."""
        result = share({"cpu": 12}, tenant("W", whole({"cpu": 1})), tenant("D", fluid({"cpu": 6})), policy="fair-share")
        assert result.of("cpu") == {"W": 6, "D": 6}

    def test_what_whole_tasks_leave_is_filled_among_the_divisible(self) -> None:
        """A task of 5 does not fit into what is left of 12 but for D: D gets it."""
        result = share(
            {"cpu": 12}, tenant("W", whole({"cpu": 5}, 3)), tenant("D", fluid({"cpu": 11})), policy="fair-share"
        )
        assert result.of("cpu") == {"W": 5, "D": 7}
        assert [d.kind for d in result.decisions] == [Kind.SHARE, Kind.POP, Kind.POP, Kind.SHARE]

    def test_the_rest_is_filled_max_min_by_weight(self) -> None:
        """What remains goes by weight among the unsatisfied divisible, counting what they hold."""
        result = share(
            {"cpu": 100},
            tenant("W", whole({"cpu": 70}, 2)),
            tenant("D", fluid({"cpu": 60}), weight=1),
            tenant("E", fluid({"cpu": 60}), weight=2),
            policy="fair-share",
        )
        assert sum(result.of("cpu").values()) == 100
        assert result.of("cpu") == {"W": 0, "D": 40, "E": 60}

    def test_key_is_the_largest_ratio_with_the_next_task(self) -> None:
        """(held with the next task) / entitlement, the largest over resources; infinite where nothing is entitled."""
        policy, pool = FairShare(), {"cpu": 10, "mem": 10}
        entitled = {"cpu": 4, "mem": 8}
        assert policy.key(claim(demand={"cpu": 1, "mem": 1}, entitlement=entitled), pool) == 0.25
        assert policy.key(claim(demand={"cpu": 1}, usage={"mem": 6}, entitlement=entitled), pool) == 0.75
        assert policy.key(claim(demand={"mem": 1}, entitlement={"cpu": 4, "mem": 0}), pool) == math.inf
        assert policy.key(claim(demand={"cpu": 2}, entitlement={"cpu": 4, "mem": 0}), pool) == 0.5

    def test_whole_tasks_go_by_weight(self) -> None:
        """Twice the weight is twice the entitlement, and twice the tasks."""
        result = share(
            {"cpu": 9}, tenant("A", whole({"cpu": 1})), tenant("B", whole({"cpu": 1}), weight=2), policy="fair-share"
        )
        assert result.tasks == {"A": 3, "B": 6}

    def test_never_above_the_want(self) -> None:
        """An entitlement is no more than is wanted, so what one does not want is others'."""
        result = share(
            {"cpu": 10}, tenant("A", fluid({"cpu": 1}), weight=99), tenant("B", whole({"cpu": 1})), policy="fair-share"
        )
        assert result.of("cpu") == {"A": 1, "B": 9}

    def test_infeasible_work_entitles_to_nothing(self) -> None:
        """Work that no pool could hold takes nobody's share."""
        result = share(
            {"cpu": 10}, tenant("A", whole({"cpu": 11}, 1)), tenant("B", fluid({"cpu": 10})), policy="fair-share"
        )
        assert result.of("cpu") == {"A": 0, "B": 10}
        assert result.outcomes()["A"] == "infeasible"


class TestDominantResourceFairness:
    """The smallest weighted dominant share first."""

    POOL = {"cpu": 10, "mem": 20}  # noqa: RUF012 - a constant of the class

    def test_key_after_counts_the_next_task(self) -> None:
        """after: the share with it; current: without."""
        one = claim(demand={"cpu": 2, "mem": 1}, usage={"cpu": 1, "mem": 6})
        assert DominantResourceFairness().key(one, self.POOL) == 7 / 20
        assert DominantResourceFairness("after").key(claim(demand={"cpu": 3}, usage={"mem": 5}), self.POOL) == 0.3
        assert DominantResourceFairness("current").key(one, self.POOL) == 6 / 20

    def test_weight_divides_the_share(self) -> None:
        """A tenant of weight 4 over a unit of 2 has half the key."""
        light, heavy = claim(demand={"cpu": 1}, weight=1), claim(demand={"cpu": 2}, weight=2)
        policy = DominantResourceFairness()
        assert policy.key(light, self.POOL) == policy.key(heavy, self.POOL) == 0.1

    def test_shares_equal_on_paper_are_equal(self) -> None:
        """One division of whole numbers: 3 of 30 at weight 3 ties with 1 of 30 at weight 1, and with 10 of 300."""
        policy = DominantResourceFairness()
        assert policy.key(claim(demand={"cpu": 3}, weight=3), {"cpu": 30}) == policy.key(
            claim(demand={"cpu": 1}), {"cpu": 30}
        )
        assert policy.key(claim(demand={"cpu": 10}), {"cpu": 300}) == policy.key(claim(demand={"cpu": 1}), {"cpu": 30})

    def test_equal_shares_go_to_the_first_declared(self) -> None:
        """Three equals: 2, 1, 1 in order of declaration."""
        result = share({"cpu": 9, "mem": 18}, *(tenant(n, whole({"cpu": 1, "mem": 4})) for n in "ABC"))
        assert result.tasks == {"A": 2, "B": 1, "C": 1}

    def test_larger_tasks_can_pay(self) -> None:
        """Whole tasks are not strategy-proof: A claims a second unit of memory a task, and runs two tasks, not one."""
        honest = (tenant("A", whole({"cpu": 2, "mem": 1})), tenant("B", whole({"cpu": 1, "mem": 3})))
        lie = (tenant("A", whole({"cpu": 2, "mem": 2})), honest[1])
        assert share({"cpu": 4, "mem": 4}, *honest).tasks == {"A": 1, "B": 1}
        assert share({"cpu": 4, "mem": 4}, *lie).tasks == {"A": 2, "B": 0}

    @given(
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 3)), min_size=1, max_size=5),
        st.sampled_from(["after", "current"]),
    )
    def test_keys_of_granted_tasks_never_fall(self, rows: list[tuple[int, int, int]], key: str) -> None:
        """Tasks are granted in order of their key: who is served next is never below who was served."""
        what = scenario(
            {"cpu": 30, "mem": 30},
            *(tenant(str(at), whole({"cpu": c, "mem": m}), weight=w) for at, (c, m, w) in enumerate(rows)),
        )
        keys = [d.key for d in run(what, DominantResourceFairness(key)).decisions if d.granted]
        assert all(before <= after for before, after in pairwise(keys))

    def test_more_of_one_resource_may_cost_somebody(self) -> None:
        """drf is not resource monotone: doubling r1 takes B from 3 tasks to 2.25."""
        tenants = (
            tenant("A", fluid({"r1": 2000, "r2": 1000}, None)),
            tenant("B", fluid({"r1": 1000, "r2": 2000}, None)),
        )
        assert share({"r1": 9000, "r2": 9000}, *tenants).of("r1")["B"] == pytest.approx(3000, abs=2)
        assert share({"r1": 18000, "r2": 9000}, *tenants).of("r1")["B"] == pytest.approx(2250, abs=2)

    def test_a_blocked_tenant_does_not_block_the_rest(self) -> None:
        """Skip, not return: an oversize task leaves the pool to the others, and is called infeasible."""
        result = share(
            {"cpu": 8, "mem": 16}, tenant("A", whole({"cpu": 10, "mem": 4})), tenant("B", whole({"cpu": 2, "mem": 2}))
        )
        assert result.tasks == {"A": 0, "B": 4}
        assert result.outcomes()["A"] == "infeasible"
