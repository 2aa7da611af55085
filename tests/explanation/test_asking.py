"""What stopped a tenant, and who was served before it."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator import Kind, Outcome, UnknownTenantError
from allocator.allocation import chosen, decisions
from allocator.core.model import Scenario, Tenant
from allocator.explanation import Cause, explain, story
from allocator.explanation.trials import MANY, settle
from tests.explanation.asked import BUILT_IN, ask
from tests.support import fluid, scenario, scenarios, tenant, whole


def test_unknown_tenant_names_the_nearest() -> None:
    """A name that is not there is answered with the nearest that is."""
    pool = scenario({"cpu": 1}, tenant("analytics", whole({"cpu": 1}, 1)))
    with pytest.raises(UnknownTenantError, match="did you mean 'analytics'"):
        explain(pool, "analitics")


class TestPool:
    """First has three of four; last, which wants two, gets one and is refused its second task."""

    pool = scenario(
        {"cpu": 4, "mem": 9},
        tenant("first", whole({"cpu": 1, "mem": 1}, 3), priority=1),
        tenant("last", whole({"cpu": 1, "mem": 1}, 2), priority=2),
    )

    def test_the_resource_and_the_moment(self) -> None:
        """Cpu stopped it at its own decision, the second, with none of it left."""
        explanation = ask(self.pool, "last", "priority")
        stop = explanation.stop
        assert stop is not None
        assert (explanation.cause, stop.resource, stop.step, stop.left["cpu"]) == (Cause.POOL, "cpu", 2, 0)
        assert stop.key_words == "priority 2"

    def test_who_was_before_it(self) -> None:
        """First had taken three by then, at its own key."""
        stop = ask(self.pool, "last", "priority").stop
        assert stop is not None
        assert [(taker.name, taker.amount, taker.key_words) for taker in stop.takers] == [("first", 3, "priority 1")]

    def test_granted_is_not_explained_away(self) -> None:
        """Who got all has no stop and no change."""
        explanation = ask(self.pool, "first", "priority")
        assert (explanation.cause, explanation.stop, explanation.changes) == (Cause.NOTHING, None, ())


class TestFilling:
    """A small want is met below the common level; two freeze where cpu runs out; one without cpu rises on."""

    pool = scenario(
        {"cpu": 10**9, "mem": 10**9},
        tenant("small", fluid({"cpu": 10**8})),
        tenant("a", fluid({"cpu": 9 * 10**8}), weight=2),
        tenant("b", fluid({"cpu": 9 * 10**8})),
        tenant("light", fluid({"mem": 9 * 10**8})),
    )

    def test_level(self) -> None:
        """Cpu runs out at a level of 0.3: 0.1 + 0.6 + 0.3; the level is share / weight."""
        stop = ask(self.pool, "a", "drf").stop
        assert stop is not None
        assert stop.kind is Kind.FILL
        assert stop.level == pytest.approx(0.3)

    def test_who_froze_and_who_did_not(self) -> None:
        """One froze with it, one was done before, one rose on."""
        stop = ask(self.pool, "a", "drf").stop
        assert stop is not None
        assert (stop.froze_with, stop.done_before, stop.rose_on) == (1, 1, 1)

    def test_fractional_weights(self) -> None:
        """With all weights halved the same is granted, and the level per weight doubles."""
        halved = Scenario(
            self.pool.capacity, tuple(Tenant(t.name, t.work, weight=t.weight / 2) for t in self.pool.tenants)
        )
        stop = ask(halved, "a", "drf").stop
        assert stop is not None
        assert stop.level == pytest.approx(0.6)


def test_an_unread_filling_is_told_from_who_holds_what() -> None:
    """Where the log was cut, level and company are those of the end, and the same as the log would have said."""
    pool = TestFilling.pool
    prepared = chosen(pool, "drf")
    books = settle(pool, prepared)
    work = books.tenants[1].works[0]
    told = story.stop(
        story.read(decisions(pool, prepared), "a", [""], 0), books, work, ["cpu"], stops=False, fills=True
    )
    assert told.level == pytest.approx(0.3)
    assert (told.froze_with, told.done_before, told.rose_on) == (1, 1, 1)


@pytest.mark.parametrize(
    ("policy", "cause"),
    [("proportional", Cause.SLICE), ("drf", Cause.POOL), ("fifo", Cause.POOL)],
)
def test_cause_under_policies(policy: str, cause: Cause) -> None:
    """A slice confines only under proportional; elsewhere the pool is what ran out."""
    pool = scenario({"cpu": 4}, tenant("a", whole({"cpu": 1}, 4)), tenant("b", whole({"cpu": 1}, 4)))
    assert ask(pool, "b", policy).cause is cause


def test_a_round_that_a_misfit_ended() -> None:
    """Under on_misfit = stop the one behind the misfit is told whose it was, though it would have fitted."""
    pool = scenario(
        {"cpu": 4},
        tenant("big", whole({"cpu": 3}, 2)),
        tenant("small", whole({"cpu": 1}, 1)),
    )
    explanation = ask(pool, "small", "fifo", on_misfit="stop")
    assert explanation.cause is Cause.ROUND_ENDED
    assert explanation.stop is not None
    assert explanation.stop.ended_by == "big"


def test_idle() -> None:
    """Who wants nothing is idle, not starved."""
    assert ask(scenario({"cpu": 1}, tenant("a", whole({"cpu": 1}, 0))), "a", "drf").cause is Cause.IDLE


def test_a_long_log_is_cut_and_said_to_be() -> None:
    """More decisions than are read are not read: the explanation says so and still knows who holds what."""
    pool = scenario({"cpu": MANY + 9}, tenant("a", whole({"cpu": 1})), tenant("b", whole({"cpu": 1})))
    explanation = ask(pool, "b", "drf")
    assert explanation.log_cut
    assert explanation.stop is not None
    assert explanation.stop.step is None
    assert [taker.name for taker in explanation.stop.takers] == ["a"]


@pytest.mark.parametrize("policy", BUILT_IN)
@given(pool=scenarios(share_of=True))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_tenant_of_any_scenario_is_explained(policy: str, pool: Scenario) -> None:
    """An explanation exists for everybody, is JSON, agrees with the outcome, and names a change only after a run."""
    for one in pool.tenants:
        explanation = ask(pool, one.name, policy)
        json.dumps(explanation.to_dict(), allow_nan=False)
        done = explanation.result.outcome in (Outcome.GRANTED, Outcome.IDLE)
        assert (explanation.stop is None) == done
        assert explanation.runs >= sum(change.after is not None for change in explanation.changes)


@given(pool=scenarios(), data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_same_question_same_answer(pool: Scenario, data: st.DataObject) -> None:
    """Asked twice, the answer is the same to the last number."""
    for one in pool.tenants[:1]:
        policy = data.draw(st.sampled_from(BUILT_IN))
        assert ask(pool, one.name, policy).to_dict() == ask(pool, one.name, policy).to_dict()
