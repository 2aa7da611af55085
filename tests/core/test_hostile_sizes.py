"""Absurd but valid: thousands of works in a tenant, amounts that no float holds; and plugins that answer wrongly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest

import allocator
from allocator import BadPolicyError, Claim, Filling, Key, KeyChange, Outcome, Quantities, Ranks, TenantView
from tests.support import fluid, run, scenario, tenant, whole


def test_a_limit_that_a_thousand_works_share() -> None:
    """A tenant whose first work uses up its limit passes all others over, however many there are."""
    works = [fluid({"cpu": 1000}) for _ in range(1500)]
    result = run(scenario({"cpu": 2000}, tenant("A", *works, limit={"cpu": 1000})), "drf")
    assert result.left == {"cpu": 1000}


def test_all_but_a_byte_is_not_all() -> None:
    """Where a quotient of floats would round to 1, a missing byte is still missing: partial, and below 1."""
    pool = scenario({"memory": 2**60 - 1}, tenant("A", fluid({"memory": 2**60})))
    (result,) = allocator.allocate(pool, "drf").tenants
    assert result.outcome is Outcome.PARTIAL
    assert result.satisfaction == math.nextafter(1.0, 0.0)


def test_a_product_beyond_every_float_is_the_largest() -> None:
    """Under measure = product, a want whose volume no float holds ranks above every other."""
    names = {f"r{number}": 1 for number in range(20)}
    pool = scenario(names, tenant("A", whole({"r1": 1}, 4)), tenant("B", whole(names, 4 * 10**15)))
    results = allocator.allocate(pool, "largest-first", measure="product").tenants
    assert [result.tasks_granted for result in results] == [0, 1]


class _Entitles:
    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.STATIC
    filling: ClassVar = Filling.SLICE

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        return claim.order

    def entitle(self, tenants: Sequence[TenantView], capacity: Quantities) -> Any:
        return self.answer


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param([], "entitles 0 of 1 tenants", id="too few"),
        pytest.param([{"cpu": 0.5}], "whole numbers", id="a float"),
        pytest.param([{"cpu": -1}], "whole numbers", id="below 0"),
    ],
)
def test_wrong_entitlements_are_blamed(answer: Any, told: str) -> None:
    """A policy that entitles too few, or to what is no amount, is told so by name."""
    with pytest.raises(BadPolicyError, match=f"_Entitles .*{told}"):
        allocator.allocate(scenario({"cpu": 1}, tenant("A", whole({"cpu": 1}, 1))), _Entitles(answer))


@pytest.mark.parametrize("key", [None, math.nan])
@pytest.mark.parametrize("change", [KeyChange.STATIC, KeyChange.OWN_USAGE])
def test_keys_without_an_order_are_blamed(key: Any, change: KeyChange) -> None:
    """A policy that ranks by nothing, or by no number, is told so by name instead of deciding by chance."""

    class Ranker:
        ranks, key_change = Ranks.WORK, change

        def key(self, claim: Claim, capacity: Quantities) -> Key:
            return key

    with pytest.raises(BadPolicyError, match="Ranker ranks 'A' by"):
        allocator.allocate(scenario({"cpu": 1}, tenant("A", whole({"cpu": 1}, 1))), Ranker())


def test_a_limit_of_nothing_stops_divisible_work() -> None:
    """Divisible work under a limit of 0 is refused by its limit, not called impossible."""
    pool = scenario({"cpu": 1000}, tenant("A", fluid({"cpu": 1000}), limit={"cpu": 0}))
    (result,) = allocator.allocate(pool, "drf").tenants
    assert result.outcome is Outcome.REFUSED
    assert result.short_of == ()
    assert "its own limit of 0 cpu" in result.reason


def test_a_million_million_tasks_are_granted_at_once() -> None:
    """However many whole tasks are wanted, an allocation takes no longer than a few pops."""
    pool = scenario(
        {"cpu": 4 * 10**15}, tenant("A", whole({"cpu": 1000}, 10**13)), tenant("B", whole({"cpu": 2000}, 10**7))
    )
    first, second = allocator.allocate(pool, "drf").tenants
    assert second.outcome is Outcome.GRANTED
    assert first.tasks_granted == 4 * 10**12 - 2 * 10**7


def test_only_the_limit_that_binds_is_blamed() -> None:
    """Of a limit on several resources, the reason names those that hold no more task."""
    pool = scenario(
        {"cpu": 9000, "memory": 9000},
        tenant("A", whole({"cpu": 1000, "memory": 1}, 5), limit={"cpu": 2000, "memory": 9000}),
    )
    (result,) = allocator.allocate(pool, "fifo").tenants
    assert "its own limit of 2 cpu holds no more" in result.reason


def test_a_name_cannot_pass_for_another_fault() -> None:
    """A fault is one line, whatever line ends its names have."""
    assert "\n" not in str(allocator.Fault("file", "place", "x\nwarning: all is fine"))
