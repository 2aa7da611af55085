"""The books of one allocation: exact, and ignorant of any order."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allocator.core.ledger import Ledger, capped_tasks
from tests.support import fluid, scenario, scenarios, tenant, whole


def test_weights_become_whole_numbers_over_a_common_unit() -> None:
    """Weights 0.5, 1/3 and 2 stand as 3, 2 and 12 of a sixth."""
    ledger = Ledger(scenario({"cpu": 1}, *(tenant(n, weight=w) for n, w in [("A", "1/2"), ("B", "1/3"), ("C", "2")])))
    assert [account.weight for account in ledger.tenants] == [3, 2, 12]
    assert ledger.weight_unit == 6


def test_work_is_served_by_priority_then_declaration() -> None:
    """A tenant's work stands in order of (priority, declaration); the tenant's priority is the default."""
    works = [
        whole({"cpu": 1}, name="late", priority=200),
        whole({"cpu": 1}, name="first"),
        whole({"cpu": 1}, name="second"),
    ]
    account = Ledger(scenario({"cpu": 1}, tenant("A", *works, priority=7))).tenants[0]
    assert [entry.work.name for entry in account.works] == ["first", "second", "late"]


def test_infeasible_work() -> None:
    """One task above the pool or the limit is infeasible; divisible work only where there is none at all."""
    ledger = Ledger(
        scenario(
            {"cpu": 4, "gpu": 0},
            tenant("A", whole({"cpu": 5}), fluid({"cpu": 5}), fluid({"cpu": 1, "gpu": 1}), whole({"tpu": 1})),
            tenant("B", whole({"cpu": 3}), fluid({"cpu": 3}), limit={"cpu": 2}),
            tenant("C", whole({"gpu": 0, "cpu": 4}), fluid({"cpu": 1}), limit={"gpu": 0}),
        )
    )
    assert [work.infeasible for work in ledger.works] == [True, False, True, True, True, False, False, False]


def test_whole_tasks_under_a_cap_are_the_least_quotient() -> None:
    """A cap of 7 cpu and 9 mem holds three tasks of <2, 3>; no cap and no count is no limit."""
    assert capped_tasks([("cpu", 2), ("mem", 3)], 10, {"cpu": 7, "mem": 9}) == 3
    assert capped_tasks([("cpu", 2)], 1, {"cpu": 7}) == 1
    assert capped_tasks([("cpu", 2)], None, {"mem": 7}) is None


@given(scenarios(guarantees=False), st.data())
def test_a_grant_moves_and_makes_nothing(what: object, data: st.DataObject) -> None:
    """Whatever is granted, free and held add up to the capacity, and work sums to its tenant."""
    ledger = Ledger(what)  # type: ignore[arg-type]
    ledger.open_round({})
    for work in ledger.works:
        if not work.need or work.infeasible:
            continue
        if work.divisible:
            ledger.grant(work, ledger.part_that_fits(work, ledger.free))
        else:
            ledger.grant_tasks(work, data.draw(st.integers(0, ledger.fits(work, ledger.free))))
    for name in ledger.resources:
        assert ledger.free[name] >= 0
        assert ledger.free[name] + sum(account.usage[name] for account in ledger.tenants) == ledger.capacity[name]
    for account in ledger.tenants:
        for name, amount in account.usage.items():
            assert amount == sum(work.granted.get(name, 0) for work in account.works)


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 40)), min_size=1, max_size=3),
    st.none() | st.integers(1, 3),
)
def test_a_part_is_the_largest_bundle_in_proportion(pairs: list[tuple[int, int]], tasks: int | None) -> None:
    """In one go divisible work takes the whole units of the largest fraction whose whole units fit."""
    names = ["cpu", "mem", "gpu"][: len(pairs)]
    demand = {name: amount for name, (amount, _) in zip(names, pairs, strict=True)}
    free = {name: there for name, (_, there) in zip(names, pairs, strict=True)}
    ledger = Ledger(scenario(dict.fromkeys(names, 1000), tenant("A", fluid(demand, tasks))))
    ledger.open_round({})
    part = ledger.part_that_fits(ledger.works[0], free)
    assert all(part.get(name, 0) <= there for name, there in free.items())
    steps = sorted({Fraction(units, amount) for name, amount in demand.items() for units in range(free[name] + 2)})
    fitting = [
        step
        for step in steps
        if (tasks is None or step <= tasks) and all(int(step * amount) <= free[name] for name, amount in demand.items())
    ]
    best = {name: int(max(fitting) * amount) for name, amount in demand.items()}
    if tasks is not None and all(amount * tasks <= free[name] for name, amount in demand.items()):
        best = {name: amount * tasks for name, amount in demand.items()}
    assert part == {name: amount for name, amount in best.items() if amount}
