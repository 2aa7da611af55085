"""The least change that would satisfy a tenant, on scenarios small enough to know it exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator import Scenario
from allocator.explanation import Axis, Cause
from allocator.explanation.grids import grid_step, weight_grid
from allocator.explanation.trials import FURTHEST
from tests.explanation.asked import BUILT_IN, applied, ask, found, granted_all, outcome
from tests.support import fluid, scenario, scenarios, tenant, whole


class TestTwoEqualsOneResource:
    """Ten tasks' room, two tenants of eight tasks each: five each under drf."""

    pool = scenario({"cpu": 10}, tenant("a", whole({"cpu": 1}, 8)), tenant("b", whole({"cpu": 1}, 8)))

    def test_weight(self) -> None:
        """For eight of ten, its eighth task must come before the third of b: weight 2.7 is enough, 2.6 not."""
        change = found(ask(self.pool, "a", "drf"))[Axis.WEIGHT]
        assert (change.before, change.after, change.verified) == (1, Fraction(27, 10), True)
        below = applied(self.pool, "a", change, Fraction(26, 10))
        assert not granted_all(below, "a", "drf")

    def test_capacity(self) -> None:
        """With sixteen there is enough for both; with fifteen a, served first at equal keys, has its eight."""
        change = found(ask(self.pool, "a", "drf"))[Axis.CAPACITY]
        assert (change.resource, change.before, change.after, change.payers) == ("cpu", 10, 15, ())

    def test_fewer_tasks(self) -> None:
        """Five it gets, so five it can want, and nobody pays for that."""
        change = found(ask(self.pool, "a", "drf"))[Axis.FEWER]
        assert (change.before, change.after, change.payers) == (8, 5, ())

    def test_payer(self) -> None:
        """What a gains by weight, b loses: three tasks."""
        (payer,) = found(ask(self.pool, "a", "drf"))[Axis.WEIGHT].payers
        assert (payer.name, payer.lost) == ("b", {"cpu": 3})


class TestWeightHelpsNot:
    """Where no weight can help, the explanation says so and claims nothing."""

    def test_fifo_does_not_look(self) -> None:
        """Under fifo even 64 times the weight changes no grant at all."""
        pool = scenario({"cpu": 4}, tenant("first", whole({"cpu": 1}, 4)), tenant("last", whole({"cpu": 1}, 2)))
        (weight,) = (one for one in ask(pool, "last", "fifo").changes if one.axis is Axis.WEIGHT)
        assert (weight.after, weight.inert, weight.tried) == (None, True, FURTHEST)

    def test_too_much_wanted(self) -> None:
        """Who wants more than the pool is not satisfied by any weight, though weight changes grants."""
        pool = scenario({"cpu": 4}, tenant("a", whole({"cpu": 1}, 9)), tenant("b", whole({"cpu": 1}, 9)))
        (weight,) = (one for one in ask(pool, "a", "drf").changes if one.axis is Axis.WEIGHT)
        assert (weight.after, weight.inert) == (None, False)


def test_priority_ahead_of_the_one_in_the_way() -> None:
    """Under priority the answer is the number just below that of the tenant that took it all, who then pays."""
    pool = scenario(
        {"cpu": 4},
        tenant("vip", whole({"cpu": 1}, 2), priority=1),
        tenant("mid", whole({"cpu": 1}, 2), priority=10),
        tenant("low", whole({"cpu": 1}, 2), priority=50),
    )
    change = found(ask(pool, "low", "priority"))[Axis.PRIORITY]
    assert change.after == 9
    assert [payer.name for payer in change.payers] == ["mid"]


class TestLimit:
    """A tenant that its own limit stops needs a larger limit and nothing else."""

    def test_limit_that_holds_its_want(self) -> None:
        """Of five tasks a limit of three holds three; a limit of five is the least that holds five."""
        pool = scenario({"cpu": 9}, tenant("a", whole({"cpu": 1}, 5), limit={"cpu": 3}))
        explanation = ask(pool, "a", "drf")
        assert explanation.cause is Cause.LIMIT
        assert [change.axis for change in explanation.changes] == [Axis.LIMIT]
        assert found(explanation)[Axis.LIMIT].detail == {"cpu": 5}

    def test_limit_is_not_all(self) -> None:
        """Where the pool would not give it even then, no limit is claimed to be enough."""
        pool = scenario({"cpu": 4}, tenant("a", whole({"cpu": 1}, 5), limit={"cpu": 3}))
        assert not found(ask(pool, "a", "drf"))


def test_infeasible_needs_the_size_of_its_task() -> None:
    """A task of seven fits a pool of seven and not of six; alone, it then gets it."""
    pool = scenario({"cpu": 4}, tenant("giant", whole({"cpu": 7}, 1)))
    explanation = ask(pool, "giant", "drf")
    assert explanation.cause is Cause.INFEASIBLE
    assert found(explanation)[Axis.CAPACITY].after == 7


def test_two_resources_that_are_short_together() -> None:
    """Where neither more cpu nor more memory alone is enough, both together are: two of each for the last two tasks."""
    pool = scenario({"cpu": 4, "mem": 4}, tenant("a", whole({"cpu": 1, "mem": 1}, 6)))
    capacity = [one for one in ask(pool, "a", "fifo").changes if one.axis is Axis.CAPACITY]
    assert [(one.resource, one.after is not None) for one in capacity] == [("cpu", False), ("mem", False), (None, True)]
    assert capacity[-1].detail == {"cpu": 6, "mem": 6}


def test_a_resource_that_there_is_none_of() -> None:
    """A task that needs a resource with capacity 0 is told how much of it would do."""
    pool = scenario({"cpu": 4}, tenant("a", whole({"cpu": 1, "gpu": 2}, 1)))
    change = found(ask(pool, "a", "fifo"))[Axis.CAPACITY]
    assert (change.resource, change.before, change.after) == ("gpu", 0, 2)


def test_divisible_wants_the_part_it_gets() -> None:
    """Two that want all of one resource get half; half of it each could have."""
    pool = scenario({"cpu": 100}, tenant("a", fluid({"cpu": 100})), tenant("b", fluid({"cpu": 100})))
    change = found(ask(pool, "a", "drf"))[Axis.SMALLER]
    assert (change.after, change.detail, change.verified) == (Fraction(1, 2), {"cpu": 50}, True)


def test_unlimited_is_asked_for_one_more_task() -> None:
    """Of work without limit there is no all: one more of it takes one more cpu."""
    pool = scenario({"cpu": 4}, tenant("a", whole({"cpu": 1})))
    explanation = ask(pool, "a", "drf")
    assert explanation.goal == "one more task"
    assert found(explanation)[Axis.CAPACITY].after == 5


def test_weight_grid() -> None:
    """The grid has every number of two digits above the weight, and ends at 64 times it."""
    grid = weight_grid(Fraction(1))
    assert grid[:3] == [Fraction(11, 10), Fraction(12, 10), Fraction(13, 10)]
    assert Fraction(10) in grid
    assert Fraction(21, 2) not in grid
    assert grid[-1] == 64
    assert grid == sorted(set(grid))


@given(st.fractions(min_value=Fraction(1, 1000), max_value=10**6, max_denominator=1000))
def test_weight_grid_rises_from_any_weight(weight: Fraction) -> None:
    """Whatever the weight, the grid starts above it, within a tenth and a half of it, and rises to 64 times it."""
    grid = weight_grid(weight)
    assert weight < grid[0] <= weight * Fraction(115, 100)
    assert grid == sorted(set(grid))
    assert grid[-1] == 64 * weight


def test_grid_of_whole_devices() -> None:
    """A capacity whose every amount is whole is searched in whole things, others in about a hundredth."""
    devices = Scenario({"gpu": 8000, "cpu": 64000}, (tenant("a", whole({"gpu": 1000, "cpu": 500}, 1)),))
    assert grid_step(devices, "gpu", 8000) == 1000
    assert grid_step(devices, "cpu", 64000) == 100


@pytest.mark.parametrize("policy", BUILT_IN)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_claim_holds_when_run(policy: str, data: st.DataObject) -> None:
    """A found change satisfies the tenant in a run of its own, one step less does not, and its payers have less."""
    pool = data.draw(scenarios(kinds="wd", several=False, guarantees=False, limits=False, most=30))
    before = outcome(pool, policy)
    for name in before.by_name:
        explanation = ask(pool, name, policy)
        for change in explanation.changes:
            if change.after is None:
                continue
            changed = applied(pool, name, change, change.after)
            after = outcome(changed, policy)
            assert granted_all(changed, name, policy), (name, change)
            if change.axis is Axis.WEIGHT and change.verified:
                grid = [Fraction(change.before), *weight_grid(Fraction(change.before))]
                assert not granted_all(
                    applied(pool, name, change, grid[grid.index(Fraction(change.after)) - 1]), name, policy
                )
            if change.axis is Axis.ALL_CAPACITY and change.verified:
                assert not granted_all(applied(pool, name, change, change.after - Fraction(1, 100)), name, policy)
            losers = {
                other
                for other, result in after.by_name.items()
                if other != name and any(result.granted[r] < had for r, had in before.by_name[other].granted.items())
            }
            assert {payer.name for payer in change.payers} == losers
