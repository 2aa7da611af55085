"""Large scenarios through the fast path, and rows that go through the engine."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.bulk import Rows, allocate, applies, grants
from allocator.core.engine import Engine
from allocator.core.model import Node, PolicySettings, Scenario, Tenant, Work
from allocator.core.policy import Claim, KeyChange, Policy, Ranks
from allocator.core.resources import Quantities
from policies.drf import DominantResourceFairness
from policies.fifo import Fifo
from tests.bulk.strategies import POLICIES

NAMES = ("cpu", "memory", "gpu")
amounts = st.integers(0, 30)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Tenants with one or several works, demands in any order of resources, some resources outside `share_of`."""

    def work() -> Work:
        names = draw(st.permutations(NAMES))[: draw(st.integers(1, 3))]
        return Work(
            {name: draw(amounts) for name in names},
            tasks=draw(st.integers(0, 4)),
            divisible=divisible if mixed is None else draw(st.booleans()),
            priority=draw(st.none() | st.integers(0, 3)),
        )

    divisible, mixed = draw(st.booleans()), draw(st.none() | st.just(True))
    several = draw(st.integers(1, 2))
    tenants = tuple(
        Tenant(
            f"t{index}",
            tuple(work() for _ in range(draw(st.integers(0, several)))),
            weight=draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3)])),
            priority=draw(st.integers(0, 3)),
        )
        for index in range(draw(st.integers(0, 6)))
    )
    chosen = draw(st.none() | st.sets(st.sampled_from(NAMES)).map(lambda names: tuple(sorted(names))))
    capacity = {name: draw(st.integers(0, 60)) for name in NAMES}
    return Scenario(capacity, tenants, policy=PolicySettings(share_of=chosen))


def booked(scenario: Scenario, policy: Policy) -> list[tuple[int, dict[str, int]]]:
    """What the engine's books say of each work."""
    engine = Engine(scenario, policy)
    for _ in engine.decisions():
        pass
    return [(work.granted_tasks, {n: a for n, a in work.granted.items() if a}) for work in engine.ledger.works]


@pytest.mark.parametrize("name", POLICIES)
@given(scenario=scenarios())
@settings(max_examples=60, deadline=None)
def test_grants_of_a_scenario(name: str, scenario: Scenario) -> None:
    """Work by work, tasks and amounts are what the engine books, whichever resources shares are measured in."""
    found = [(tasks, {n: a for n, a in mine.items() if a}) for tasks, mine in grants(scenario, POLICIES[name])]
    assert found == booked(scenario, POLICIES[name])


def test_limits_and_guarantees_are_left_to_the_engine() -> None:
    """Columns cannot say them, so `applies` says no, and `grants` asks the engine."""
    one = Tenant("a", (Work({"cpu": 5}),))
    for tenant in (replace(one, limit={"cpu": 2}), replace(one, guarantee={"cpu": 2})):
        scenario = Scenario({"cpu": 3}, (tenant, Tenant("b", (Work({"cpu": 2}),))))
        assert not applies(scenario, Fifo())
        assert grants(scenario, DominantResourceFairness()) == booked(scenario, DominantResourceFairness())
    assert applies(Scenario({"cpu": 3}, (one,)), Fifo())


@pytest.mark.parametrize("name", POLICIES)
def test_tasks_larger_than_every_node_are_left_to_the_engine(name: str) -> None:
    """The pool would hold such a task, and no column says that no node does; the grants are the engine's."""
    nodes = tuple(Node(str(at), {"cpu": 4, "memory": 9}) for at in range(3))
    works = [Work({"cpu": need, "memory": 1}, tasks=9, divisible=False) for need in (3, 5, 2)]
    what = Scenario({"cpu": 12, "memory": 27}, tuple(Tenant(str(at), (one,)) for at, one in enumerate(works)), nodes)
    policy = POLICIES[name]
    assert not applies(what, policy)
    assert grants(what, policy) == booked(what, policy)
    fitting = replace(what, tenants=(what.tenants[0], what.tenants[2]))
    assert applies(fitting, policy)
    assert grants(fitting, policy) == booked(fitting, policy)


class Reversed:
    """The last first; only a key, as a third party would write it."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC

    def key(self, claim: Claim, capacity: Quantities) -> int:
        """The order of declaration, upside down."""
        return -claim.order


class Hungriest:
    """One task to the tenant that holds least; only a key, which changes with its usage."""

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.OWN_USAGE

    def key(self, claim: Claim, capacity: Quantities) -> int:
        """All it holds."""
        return sum(claim.usage.values())


class TestPoliciesWithOnlyAKey:
    """A third party's policy needs nothing but `key`."""

    def test_static(self) -> None:
        """Rows are served by the key, row by row."""
        rows = Rows.of([[3], [3], [3]], [5])
        assert allocate(rows, Reversed())[:, 0].tolist() == [0, 2, 3]

    def test_own_usage(self) -> None:
        """The engine serves what has no fast path."""
        rows = Rows.of([[1], [2]], [7], tasks=10, divisible=False)
        assert allocate(rows, Hungriest())[:, 0].tolist() == [3, 4]


def test_rows_of_a_tenant_need_not_stand_together() -> None:
    """Where the engine takes over, the order of rows is still the order of declaration."""

    class FirstRow(Reversed):
        key_change: ClassVar = KeyChange.OWN_USAGE

        def key(self, claim: Claim, capacity: Quantities) -> int:
            return claim.order

    rows = Rows.of([[2], [2], [2]], [4], tenant=[1, 0, 1], divisible=False)
    np.testing.assert_array_equal(allocate(rows, FirstRow())[:, 0], [2, 2, 0])
