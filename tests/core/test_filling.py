"""Progressive filling: the float level beside exact fractions, and every stop at the largest level there is."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allocator import Scenario, Tenant, Work
from allocator.core.decision import Kind
from allocator.core.filling import Rising
from allocator.core.ledger import Ledger
from tests.support import fluid, run, scenario, share, tenant, whole


@st.composite
def fluid_scenarios(draw: st.DrawFn, largest: int = 30, most: int = 60) -> Scenario:
    """One divisible work a tenant, of whole or unlimited want, with weights and zero demands."""
    capacity = {"cpu": draw(st.integers(1, most)), "mem": draw(st.integers(1, most))}
    tenants = []
    for name in "ABCDE"[: draw(st.integers(1, 5))]:
        demand = {resource: draw(st.integers(0, largest)) for resource in capacity}
        tasks = draw(st.sampled_from([1, 1, 2, None]))
        weight = draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction(7, 10)]))
        tenants.append(Tenant(name, (Work(demand, tasks=tasks),), weight))
    return Scenario(capacity, tuple(tenants))


def exact_filling(what: Scenario) -> dict[str, dict[str, int]]:
    """The same filling in fractions: at each stage the last point before the first that takes too much.

    A whole-unit bundle only changes where fraction x demand is a whole number, so trying those points is trying all.
    """
    whole = {
        t.name: {n: a * (t.work[0].tasks or 1) for n, a in t.work[0].demand.items() if a}
        for t in what.tenants
        if t.work[0].tasks != 0
    }
    unlimited = {t.name for t in what.tenants if t.work[0].tasks is None}
    pace = {
        t.name: t.weight / max(Fraction(amount, what.capacity[name]) for name, amount in whole[t.name].items())
        for t in what.tenants
        if whole[t.name]
    }
    granted: dict[str, dict[str, int]] = {}
    active = list(pace)

    def bundle(name: str, level: Fraction) -> dict[str, int]:
        fraction = level * pace[name] if name in unlimited else min(Fraction(1), level * pace[name])
        return {resource: math.floor(fraction * amount) for resource, amount in whole[name].items()}

    def over(level: Fraction) -> list[str]:
        used = dict.fromkeys(what.capacity, 0)
        for name in pace:
            for resource, amount in (bundle(name, level) if name in active else granted[name]).items():
                used[resource] += amount
        return [resource for resource, amount in used.items() if amount > what.capacity[resource]]

    while active:
        points = {Fraction(0)}
        for name in active:
            for resource, amount in whole[name].items():
                top = what.capacity[resource] + 1 if name in unlimited else min(amount, what.capacity[resource] + 1)
                points.update(Fraction(units, amount) / pace[name] for units in range(1, top + 1))
        ordered = sorted(points)
        first = next((level for level in ordered if over(level)), None)
        if first is None:
            granted.update({name: bundle(name, ordered[-1]) for name in active})
            break
        last = max(level for level in ordered if level < first)
        stopped = over(first)
        for name in [name for name in active if any(resource in whole[name] for resource in stopped)]:
            granted[name] = bundle(name, last)
            active.remove(name)
    return granted


@given(fluid_scenarios())
def test_the_float_level_grants_what_the_exact_one_does(what: Scenario) -> None:
    """Filled with floats, each tenant has of each resource what fractions give it, up to one unit."""
    result = run(what, "drf")
    filled: dict[str, dict[str, int]] = {t.name: dict.fromkeys(what.capacity, 0) for t in what.tenants}
    for decision in result.decisions:
        if decision.kind is Kind.FILL:
            for name, amount in decision.granted.items():
                filled[decision.tenant][name] += amount
    exact = exact_filling(what)
    for name, grants in filled.items():
        for resource, amount in grants.items():
            assert abs(amount - exact.get(name, {}).get(resource, 0)) <= 1, (filled, exact)


@given(fluid_scenarios(largest=10**6, most=3 * 10**6))
def test_every_stop_is_at_the_largest_level_that_fits(what: Scenario) -> None:
    """Where a resource stops the level, the next float above it takes more than there is, and the level itself fits."""
    ledger = Ledger(what)
    ledger.open_round({})
    rising = Rising(ledger.shared, ledger.free)
    for work in ledger.works:
        if work.whole and not work.infeasible:
            rising.join(work)
    while rising:
        before = dict(rising._active)
        leavers = rising.rise(math.inf)
        assert leavers, "an endless rise stops somewhere"
        stops = [leaver for leaver in leavers if leaver.stopped_by]
        for leaver in stops:
            at, above = leaver.level, math.nextafter(leaver.level, math.inf)
            for resource in leaver.stopped_by:
                rest = ledger.free[resource]
                assert sum(filler.bundle(at).get(resource, 0) for filler in before.values()) <= rest
                assert sum(filler.bundle(above).get(resource, 0) for filler in before.values()) > rest
        for leaver in leavers:
            ledger.grant(leaver.account, leaver.bundle)
        assert all(amount >= 0 for amount in ledger.free.values())


@given(fluid_scenarios())
def test_levels_only_rise(what: Scenario) -> None:
    """The keys of filling decisions, levels of weighted dominant share, never fall."""
    levels = [decision.key for decision in run(what, "drf").decisions if decision.kind is Kind.FILL]
    assert levels == sorted(levels)


def test_who_does_not_need_what_ran_out_rises_on() -> None:
    """Only the users of the resource that ran out freeze; the others rise to the next one."""
    result = share(
        {"cpu": 100, "gpu": 8},
        tenant("A", fluid({"cpu": 1}, None)),
        tenant("B", fluid({"cpu": 1, "gpu": 1}, None)),
        tenant("C", fluid({"gpu": 1}, None)),
    )
    fills = [(d.tenant, d.short_of) for d in result.decisions if d.kind is Kind.FILL]
    assert [who for who, _ in fills] == ["B", "C", "A"]
    assert fills[0][1] == ("gpu",)
    assert result.grants == {"A": {"cpu": 96}, "B": {"cpu": 4, "gpu": 4}, "C": {"gpu": 4}}


def test_a_met_want_leaves_at_its_own_level() -> None:
    """A tenant that has all it wants leaves below the level at which the others stop."""
    result = share(
        {"cpu": 90}, tenant("A", fluid({"cpu": 10})), tenant("B", fluid({"cpu": 80})), tenant("C", fluid({"cpu": 80}))
    )
    assert result.of("cpu") == {"A": 10, "B": 40, "C": 40}
    assert result.decisions[0].tenant == "A"
    assert result.decisions[0].key == 10 / 90


def test_a_unit_between_two_bundles_goes_by_declaration() -> None:
    """One unit that no common level can share goes to the first declared that can use it."""
    result = share({"cpu": 10}, *(tenant(name, fluid({"cpu": 9})) for name in "ABC"))
    assert result.of("cpu") == {"A": 4, "B": 3, "C": 3}
    assert [d.tenant for d in result.decisions if d.kind is Kind.ROUND] == ["A"]


def test_demands_in_a_resource_that_shares_leave_out() -> None:
    """Divisible work that needs nothing that shares are measured in has share 0: it goes first, and takes what fits."""
    what = scenario(
        {"cpu": 10, "disk": 10},
        tenant("A", fluid({"cpu": 5, "disk": 5})),
        tenant("B", fluid({"disk": 8})),
        share_of=("cpu",),
    )
    result = run(what, "drf")
    assert result.grants == {"A": {"cpu": 2, "disk": 2}, "B": {"disk": 8}}
    assert result.decisions[0].tenant == "B"
    assert result.decisions[0].kind is Kind.POP


def test_whole_tasks_are_served_when_the_level_reaches_their_key() -> None:
    """A tenant's whole task of share 0.4 is granted before the level of the divisible one passes 0.4."""
    result = share({"cpu": 10}, tenant("D", fluid({"cpu": 10})), tenant("W", whole({"cpu": 4}, 2)))
    assert result.of("cpu") == {"D": 6, "W": 4}
    first = result.decisions[0]
    assert (first.tenant, first.key, first.left) == ("W", 0.4, {"cpu": 2})


def test_the_share_of_a_tenant_counts_all_its_work() -> None:
    """What a tenant's whole tasks hold counts for its divisible work, which rises only from there."""
    result = share(
        {"cpu": 12},
        tenant("A", whole({"cpu": 4}, 1, priority=0), fluid({"cpu": 12})),
        tenant("B", fluid({"cpu": 12})),
    )
    assert result.of("cpu") == {"A": 6, "B": 6}


def test_who_joins_late_takes_from_nobody() -> None:
    """D has risen to 6 when J's whole task of 6 is refused; J's divisible work then rises alone, into what is left."""
    result = share(
        {"cpu": 10},
        tenant("J", whole({"cpu": 6}, 1, priority=0), fluid({"cpu": 10})),
        tenant("D", fluid({"cpu": 10})),
    )
    refused = result.decisions[0]
    assert (refused.tenant, refused.tasks, refused.left) == ("J", 0, {"cpu": 4})
    assert result.of("cpu") == {"J": 4, "D": 6}
