"""What-ifs change amounts and nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import Node, QuantityError, Scenario
from allocator.core.resources import LARGEST
from allocator.core.scaling import pooled, scale_capacity, scale_demand
from allocator.core.timeline import Event, Job
from tests.support import fluid, scenario, scenarios, tenant, whole

factors = st.fractions(0, 10, max_denominator=100)


class TestDemand:
    """X times as much is wanted."""

    def test_whole_tasks_change_in_number(self) -> None:
        """Rounded up: half again of 5 tasks are 8; one task needs what it needed."""
        scaled = scale_demand(scenario({"cpu": 9}, tenant("a", whole({"cpu": 2}, 5))), Fraction(3, 2))
        assert scaled.tenants[0].work[0] == whole({"cpu": 2}, 8)

    def test_divisible_work_changes_in_amount(self) -> None:
        """Rounded up to whole units; what runs already stays the same amount."""
        work = replace(fluid({"cpu": 5, "mem": 2}), held=Fraction(1, 2))
        scaled = scale_demand(scenario({"cpu": 9}, tenant("a", work)), Fraction(3, 2)).tenants[0].work[0]
        assert scaled.demand == {"cpu": 8, "mem": 3}
        assert scaled.held == Fraction(1, 3)

    def test_without_limit_stays_without_limit(self) -> None:
        """There is no more than that."""
        what = scenario({"cpu": 9}, tenant("a", whole({"cpu": 2})))
        assert scale_demand(what, Fraction(2)) == what

    def test_jobs_stay(self) -> None:
        """Jobs are as many, and as large, as they were."""
        what = replace(scenario({"cpu": 9}, tenant("a")), jobs=(Job("a", 0, 5, {"cpu": 2}, tasks=3),))
        assert scale_demand(what, Fraction(2)) == what

    def test_one_tenant(self) -> None:
        """The others want what they wanted."""
        what = scenario({"cpu": 9}, tenant("a", whole({"cpu": 1}, 2)), tenant("b", whole({"cpu": 1}, 2)))
        assert [one.work[0].tasks for one in scale_demand(what, Fraction(2), "b").tenants] == [2, 4]

    def test_nothing(self) -> None:
        """Zero times is no want at all, held work included."""
        work = replace(fluid({"cpu": 5}), held=Fraction(1, 2))
        scaled = scale_demand(scenario({"cpu": 9}, tenant("a", work, whole({"cpu": 1}, 2))), Fraction(0))
        assert scaled.tenants[0].wanted == {"cpu": 0}

    def test_too_much(self) -> None:
        """More than a quantity can be, of all tenants together, is an error."""
        what = scenario({"cpu": 9}, *(tenant(name, fluid({"cpu": LARGEST // 2})) for name in "ab"))
        assert scale_demand(what, Fraction(1)) == what
        with pytest.raises(QuantityError, match=r"more cpu is wanted than 2\^62"):
            scale_demand(what, Fraction(101, 100))

    @given(scenarios(), factors)
    def test_changes_nothing_else(self, what: Scenario, factor: Fraction) -> None:
        """Names, weights, limits, capacity and policy stay; once is the same scenario."""
        scaled = scale_demand(what, factor)
        assert replace(scaled, tenants=()) == replace(what, tenants=())
        for before, after in zip(what.tenants, scaled.tenants, strict=True):
            assert replace(after, work=()) == replace(before, work=())
        assert scale_demand(what, Fraction(1)) == what

    @given(scenarios(), factors, factors)
    def test_more_is_more(self, what: Scenario, one: Fraction, other: Fraction) -> None:
        """A larger factor never wants less of anything."""
        less, more = (scale_demand(what, factor) for factor in sorted((one, other)))
        for before, after in zip(less.tenants, more.tenants, strict=True):
            assert (before.wanted is None) == (after.wanted is None)
            for name, amount in (before.wanted or {}).items():
                assert amount <= (after.wanted or {})[name]


class TestCapacity:
    """X times as much capacity."""

    def test_of_all_and_of_one(self) -> None:
        """Rounded down, so that nothing is over-allocated."""
        what = scenario({"cpu": 9, "mem": 3})
        assert scale_capacity(what, Fraction(1, 2)).capacity == {"cpu": 4, "mem": 1}
        assert scale_capacity(what, Fraction(1, 2), "mem").capacity == {"cpu": 9, "mem": 1}

    def test_nodes_change_and_the_pool_is_their_sum(self) -> None:
        """Each node is rounded down by itself."""
        nodes = (Node("n-1", {"cpu": 3}), Node("n-2", {"cpu": 3, "gpu": 1}, "p"))
        scaled = scale_capacity(Scenario(pooled(nodes), nodes=nodes), Fraction(1, 2))
        assert [node.capacity for node in scaled.nodes] == [{"cpu": 1}, {"cpu": 1, "gpu": 0}]
        assert scaled.capacity == {"cpu": 2, "gpu": 0}

    def test_load_stays(self) -> None:
        """What others use on a node is what it was; on a node that is now smaller than that, it is all there is."""
        nodes = (Node("n-1", {"cpu": 8}, load={"cpu": 3}),)
        what = Scenario(pooled(nodes), nodes=nodes)
        for factor, load, shared in ((Fraction(2), 3, 13), (Fraction(1, 2), 3, 1), (Fraction(1, 4), 2, 0)):
            scaled = scale_capacity(what, factor)
            assert (scaled.nodes[0].load, scaled.capacity) == ({"cpu": load}, {"cpu": shared})

    def test_events_change_with_it(self) -> None:
        """What an event sets the capacity to is scaled as well, so that it does not undo the what-if."""
        events = (Event(5, "capacity", capacity={"cpu": 6, "mem": 2}), Event(9, "note"))
        scaled = scale_capacity(replace(scenario({"cpu": 9, "mem": 3}), events=events), Fraction(2), "cpu")
        assert scaled.events == (replace(events[0], capacity={"cpu": 12, "mem": 2}), events[1])

    def test_too_much(self) -> None:
        """More than a quantity can be is an error, on nodes together too."""
        with pytest.raises(QuantityError, match=r"there is more cpu than 2\^62"):
            scale_capacity(scenario({"cpu": LARGEST}), Fraction(2))
        nodes = (Node("n-1", {"cpu": LARGEST // 2}), Node("n-2", {"cpu": LARGEST // 2}))
        with pytest.raises(QuantityError):
            scale_capacity(Scenario(pooled(nodes), nodes=nodes), Fraction(3, 2))
