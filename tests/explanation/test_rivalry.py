"""Two tenants set against each other: who got more, and the one difference that turns it round."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings

from allocator import Scenario, UnknownTenantError
from allocator.allocation import chosen
from allocator.explanation import Versus, Why, versus
from tests.explanation.asked import BUILT_IN
from tests.support import scenario, scenarios, tenant, whole


def against(pool: Scenario, policy: str) -> Versus:
    """The first tenant of the pool against the second."""
    return versus(pool, pool.tenants[0].name, pool.tenants[1].name, chosen(pool, policy))


def test_weight() -> None:
    """Of two alike the heavier gets more, and equal weights would have made them equal."""
    pool = scenario({"cpu": 9}, tenant("a", whole({"cpu": 1}, 9), weight=2), tenant("b", whole({"cpu": 1}, 9)))
    found = against(pool, "drf")
    assert (found.more, found.why, found.found_by_run) == (0, Why.WEIGHT, True)


def test_priority_even_where_places_break_the_tie() -> None:
    """With equal priorities the first in the file would still win; exchanged as well, it does not."""
    pool = scenario(
        {"cpu": 1}, tenant("a", whole({"cpu": 1}, 1), priority=1), tenant("b", whole({"cpu": 1}, 1), priority=2)
    )
    found = against(pool, "priority")
    assert (found.more, found.why, found.exchanged) == (0, Why.ORDER, True) or found.why is Why.PRIORITY


def test_order() -> None:
    """Under fifo the first in the file gets it."""
    pool = scenario({"cpu": 1}, tenant("a", whole({"cpu": 1}, 1)), tenant("b", whole({"cpu": 1}, 1)))
    found = against(pool, "fifo")
    assert (found.more, found.why) == (0, Why.ORDER)


def test_a_resource_the_other_does_not_need() -> None:
    """Who needs no gpu is not stopped by the want of it."""
    pool = scenario({"cpu": 9, "gpu": 1}, tenant("a", whole({"cpu": 1}, 4)), tenant("b", whole({"gpu": 1}, 2)))
    assert against(pool, "drf").why is Why.RESOURCE


def test_demand() -> None:
    """Under smallest-demand-first the later in the file may be ahead because it wants less."""
    pool = scenario({"cpu": 5}, tenant("a", whole({"cpu": 1}, 2)), tenant("b", whole({"cpu": 1}, 5)))
    swapped = Scenario(pool.capacity, pool.tenants[::-1])
    found = against(swapped, "smallest-demand-first")
    assert (found.more, found.why) == (1, Why.DEMAND)


def test_neither() -> None:
    """Two that get the same part have nothing to explain."""
    pool = scenario({"cpu": 4}, tenant("a", whole({"cpu": 1}, 4)), tenant("b", whole({"cpu": 1}, 4)))
    found = against(pool, "drf")
    assert (found.more, found.why) == (None, Why.EQUAL)


def test_the_moment_the_other_was_stopped() -> None:
    """When b was refused, a held three, and was last served under its own key."""
    pool = scenario(
        {"cpu": 3}, tenant("a", whole({"cpu": 1}, 3), priority=1), tenant("b", whole({"cpu": 1}, 1), priority=2)
    )
    side = against(pool, "priority").sides[0]
    assert (side.held_then, side.key_then) == ({"cpu": 3}, "priority 1")


def test_unknown_tenant() -> None:
    """A rival that is not there is an error with a name."""
    pool = scenario({"cpu": 1}, tenant("a", whole({"cpu": 1}, 1)))
    with pytest.raises(UnknownTenantError, match="no tenant 'z'"):
        versus(pool, "a", "z")


@pytest.mark.parametrize("policy", BUILT_IN)
@given(pool=scenarios())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_exchanging_the_question_exchanges_the_sides(policy: str, pool: Scenario) -> None:
    """Asked the other way round, the same one got more for the same reason; and it is JSON."""
    if len(pool.tenants) < 2:
        return
    found = against(pool, policy)
    back = versus(pool, pool.tenants[1].name, pool.tenants[0].name, chosen(pool, policy))
    json.dumps(found.to_dict(), allow_nan=False)
    assert found.why is back.why
    assert found.sides == back.sides[::-1]
    assert (found.more is None) == (back.more is None)
