"""fifo, priority, smallest-demand-first and largest-first: static orders over work."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import KeyChange, Policy, Ranks
from policies.fifo import Fifo
from policies.largest_first import LargestFirst
from policies.priority import Priority
from policies.smallest_demand_first import SmallestDemandFirst
from tests.support import claim, fluid, run, scenario, share, tenant, whole

ORDERS: list[Policy] = [Fifo(), Priority(), SmallestDemandFirst(), LargestFirst()]
POOL = {"cpu": 100, "mem": 100}


def order(policy: Policy, **wants: dict[str, int]) -> str:
    """Names in the order in which the policy serves wants of one task each."""
    keys = {
        name: (policy.key(claim(name, demand=want, order=at), POOL), at)
        for at, (name, want) in enumerate(wants.items())
    }
    return "".join(sorted(keys, key=lambda name: keys[name]))


@pytest.mark.parametrize("policy", ORDERS, ids=lambda policy: type(policy).__name__)
def test_orders_rank_work_by_static_keys(policy: Policy) -> None:
    """All four rank each work by itself, under keys that never change while it waits."""
    assert policy.ranks is Ranks.WORK
    assert policy.key_change is KeyChange.STATIC


class TestFifo:
    """First come, first served."""

    def test_the_order_is_that_of_declaration(self) -> None:
        """Neither size, nor weight, nor priority matters."""
        result = share(
            {"cpu": 10},
            tenant("A", whole({"cpu": 6}, 1), weight="1/2", priority=9),
            tenant("B", whole({"cpu": 1}, 1), weight=9, priority=1),
            policy="fifo",
        )
        assert [d.tenant for d in result.decisions] == ["A", "B"]

    def test_work_of_one_tenant_does_not_stand_together_in_priority(self) -> None:
        """A tenant's works stand in order of declaration too: their priority says nothing to fifo."""
        works = (whole({"cpu": 1}, 1, name="late", priority=9), whole({"cpu": 1}, 1, name="soon", priority=1))
        assert [d.work for d in share({"cpu": 10}, tenant("A", *works), policy="fifo").decisions] == ["late", "soon"]

    def test_stop_is_strict_fcfs(self) -> None:
        """With stop the head blocks; with skip the small one behind it starts."""
        tenants = (tenant("A", whole({"cpu": 6}, 2)), tenant("B", whole({"cpu": 1}, 3)))
        assert share({"cpu": 10}, *tenants, policy="fifo").tasks == {"A": 1, "B": 3}
        assert share({"cpu": 10}, *tenants, policy="fifo", on_misfit="stop").tasks == {"A": 1, "B": 0}

    def test_removing_the_first_may_take_from_the_last(self) -> None:
        """Several resources: fifo is not population monotone (policies.md 1.1)."""
        third = tenant("C", fluid({"r2": 1}))
        second = tenant("B", fluid({"r1": 1, "r2": 1}))
        with_first = share({"r1": 1, "r2": 1}, tenant("A", fluid({"r1": 1})), second, third, policy="fifo")
        without = share({"r1": 1, "r2": 1}, second, third, policy="fifo")
        assert with_first.of("r2")["C"] == 1
        assert without.of("r2")["C"] == 0


class TestPriority:
    """Strict priority."""

    def test_the_lower_number_goes_first(self) -> None:
        """0 before 1 before 100, negative ones before all; equal ones as declared."""
        tenants = [tenant(str(at), whole({"cpu": 1}, 1), priority=p) for at, p in enumerate([100, 1, 0, -5, 1])]
        assert share({"cpu": 9}, *tenants, policy="priority").order == "32140"

    def test_the_work_s_own_priority_goes_before_the_tenant_s(self) -> None:
        """A work with a number of its own is ranked by that."""
        result = share(
            {"cpu": 9},
            tenant("A", whole({"cpu": 1}, 1), priority=5),
            tenant("B", whole({"cpu": 1}, 1, priority=2), priority=50),
            policy="priority",
        )
        assert result.order == "BA"

    def test_the_last_may_starve(self) -> None:
        """Starvation is by design."""
        result = share(
            {"cpu": 9},
            tenant("A", whole({"cpu": 1}), priority=1),
            tenant("B", whole({"cpu": 1}), priority=2),
            policy="priority",
        )
        assert result.tasks == {"A": 9, "B": 0}


class TestMeasures:
    """What small and large mean for several resources."""

    A, B, C = {"cpu": 50, "mem": 1}, {"cpu": 30, "mem": 30}, {"cpu": 1, "mem": 55}

    @pytest.mark.parametrize(
        ("measure", "expected"),
        [("dominant", "BAC"), ("sum", "ACB"), ("product", "ACB"), ("cpu", "CBA"), ("mem", "ABC")],
    )
    def test_measures_order_differently(self, measure: str, expected: str) -> None:
        """The four measures give three orders on three tenants; largest-first turns each round."""
        assert order(SmallestDemandFirst(measure), A=self.A, B=self.B, C=self.C) == expected
        assert order(LargestFirst(measure), A=self.A, B=self.B, C=self.C) == expected[::-1]

    def test_the_default_is_dominant(self) -> None:
        """Without an option: the largest share of any one resource."""
        assert order(SmallestDemandFirst(), A=self.A, B=self.B, C=self.C) == "BAC"

    def test_shares_not_amounts_are_measured(self) -> None:
        """Gigabytes do not beat cores: what counts is the part of the pool."""
        small_pool = {"cpu": 10, "mem": 10**12}
        cores, bytes_ = claim(demand={"cpu": 5}), claim(demand={"mem": 10**11})
        for policy in (SmallestDemandFirst(), SmallestDemandFirst("sum")):
            assert policy.key(bytes_, small_pool) < policy.key(cores, small_pool)

    def test_everything_wanted_is_measured_not_one_task(self) -> None:
        """Ten small tasks are larger than one big one."""
        many, one = claim(demand={"cpu": 1}, tasks=10), claim(demand={"cpu": 5}, tasks=1)
        assert SmallestDemandFirst().key(one, POOL) < SmallestDemandFirst().key(many, POOL)

    def test_after_limits(self) -> None:
        """A limit makes a large want small: it is served first."""
        result = share(
            {"cpu": 50},
            tenant("A", whole({"cpu": 1}, 10)),
            tenant("B", whole({"cpu": 1}, 40), limit={"cpu": 4}),
            policy="smallest-demand-first",
        )
        assert [d.tenant for d in result.decisions] == ["B", "A"]

    def test_a_resource_that_is_not_shared_measures_nothing(self) -> None:
        """A named resource that shares are not measured in makes all equal: order of declaration."""
        assert order(SmallestDemandFirst("gpu"), A=self.A, B=self.B, C=self.C) == "ABC"

    def test_product_of_a_want_without_one_resource_is_zero(self) -> None:
        """A want that needs nothing of some resource has volume 0: smallest of all."""
        assert order(SmallestDemandFirst("product"), A=self.B, B={"cpu": 90}) == "BA"

    @given(
        st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(1, 9)), min_size=2, max_size=5),
        st.sampled_from(["dominant", "sum", "product", "cpu"]),
    )
    def test_sizes_are_exact_fractions(self, wants: list[tuple[int, int, int]], measure: str) -> None:
        """Keys order and tie as the exact fractions do, weights included: divided in one, multiplied in the other."""
        pool = {"cpu": 70, "mem": 90}

        def exact(cpu: int, mem: int) -> Fraction:
            x, y = Fraction(cpu, 70), Fraction(mem, 90)
            return {"dominant": max(x, y), "sum": x + y, "product": x * y, "cpu": x}[measure]

        small: list[tuple[Fraction, Any]] = []
        large: list[tuple[Fraction, Any]] = []
        for cpu, mem, weight in wants:
            one = claim(demand={"cpu": cpu, "mem": mem}, weight=weight)
            small.append((exact(cpu, mem) / weight, SmallestDemandFirst(measure).key(one, pool)))
            large.append((-exact(cpu, mem) * weight, LargestFirst(measure).key(one, pool)))
        for pairs in (small, large):
            for size, key in pairs:
                for other_size, other_key in pairs:
                    assert (size < other_size) == (key < other_key)
                    assert (size == other_size) == (key == other_key)


class TestWeights:
    """Weight divides the size in smallest-demand-first, and multiplies it in largest-first."""

    def test_a_heavier_tenant_goes_first_in_both(self) -> None:
        """Of two equal wants that of weight 2 is served first by either."""
        tenants = (tenant("A", whole({"cpu": 4}, 1)), tenant("B", whole({"cpu": 4}, 1), weight=2))
        for policy in ("smallest-demand-first", "largest-first"):
            assert share({"cpu": 9}, *tenants, policy=policy).order == "BA"

    def test_twice_the_size_at_twice_the_weight_ties(self) -> None:
        """A want of 8 at weight 2 stands as 4 at weight 1: order of declaration."""
        tenants = (tenant("A", whole({"cpu": 8}, 1), weight=2), tenant("B", whole({"cpu": 4}, 1)))
        assert share({"cpu": 20}, *tenants, policy="smallest-demand-first").order == "AB"
        assert share({"cpu": 20}, *reversed(tenants), policy="smallest-demand-first").order == "BA"

    def test_a_tenth_is_exact(self) -> None:
        """0.3 of weight against three times the want of 0.1 ties, though the floats do not."""
        tenants = (tenant("A", whole({"cpu": 9}, 1), weight="0.3"), tenant("B", whole({"cpu": 3}, 1), weight="0.1"))
        assert share({"cpu": 20}, *tenants, policy="smallest-demand-first").order == "AB"
        assert share({"cpu": 20}, *reversed(tenants), policy="smallest-demand-first").order == "BA"


class TestUnlimited:
    """A want without limit ranks above any finite one; two of them compare by one task."""

    def test_unlimited_is_last_smallest_first(self) -> None:
        """However small its task, without limit is larger than any number."""
        result = share(
            {"cpu": 100},
            tenant("U", whole({"cpu": 1})),
            tenant("A", whole({"cpu": 60}, 1)),
            policy="smallest-demand-first",
        )
        assert result.of("cpu") == {"U": 40, "A": 60}

    def test_unlimited_is_first_largest_first(self) -> None:
        """Without limit goes first, and takes all that fits."""
        result = share(
            {"cpu": 100}, tenant("A", whole({"cpu": 60}, 1)), tenant("U", whole({"cpu": 1})), policy="largest-first"
        )
        assert result.of("cpu") == {"U": 100, "A": 0}

    def test_two_unlimited_compare_by_one_task(self) -> None:
        """The smaller task first, or the larger."""
        tenants = (tenant("A", whole({"cpu": 3})), tenant("B", whole({"cpu": 2})), tenant("C", fluid({"cpu": 2}, None)))
        assert [d.tenant for d in share({"cpu": 9}, *tenants, policy="smallest-demand-first").decisions] == list("BCA")
        assert [d.tenant for d in share({"cpu": 9}, *tenants, policy="largest-first").decisions] == list("ABC")

    def test_a_limit_makes_it_finite(self) -> None:
        """Without limit under a limit is as much as the limit holds."""
        tenants = (tenant("A", whole({"cpu": 5}, 1)), tenant("U", whole({"cpu": 1}), limit={"cpu": 3}))
        assert share({"cpu": 9}, *tenants, policy="smallest-demand-first").order == "UA"


class TestNumberSatisfied:
    """In one resource, smallest-demand-first satisfies as many tenants as can be (exchange argument)."""

    @given(st.lists(st.integers(1, 20), min_size=1, max_size=7), st.integers(0, 60))
    def test_no_subset_satisfies_more(self, wants: list[int], total: int) -> None:
        """The count of the satisfied is the largest k whose k smallest wants fit."""
        what = scenario({"cpu": total}, *(tenant(str(at), whole({"cpu": want}, 1)) for at, want in enumerate(wants)))
        best = max(k for k in range(len(wants) + 1) if sum(sorted(wants)[:k]) <= total)
        assert sum(run(what, "smallest-demand-first").tasks.values()) == best
