"""What holds for every scenario, whoever shares it: random small ones, every policy, every decision checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import ClassVar

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from allocator import Claim, KeyChange, Quantities, Ranks, Scenario, Tenant, Work
from allocator.core.engine import Engine
from allocator.core.maxmin import max_min
from allocator.core.model import OnMisfit
from tests.support import EFFICIENT, POLICIES, RESOURCES, Run, could_take_more, run, scenarios

HUNT = settings(phases=[Phase.generate], max_examples=2000)
"""Looks for one example and does not shrink it."""


class TestBooks:
    """Conservation, and nothing above a want or a limit: at every decision, for every policy, skip and stop."""

    @given(what=scenarios(share_of=True), on_misfit=st.sampled_from(["skip", "stop"]))
    def test_granted_and_left_are_the_capacity_at_every_decision(self, on_misfit: OnMisfit, what: Scenario) -> None:
        """After each decision held and free add up exactly, and what is told as left is between 0 and free."""
        for policy in POLICIES:
            engine = Engine(what, POLICIES[policy], on_misfit, check=True)
            ledger = engine.ledger
            told = {account.tenant.name: dict.fromkeys(ledger.resources, 0) for account in ledger.tenants}
            for decision in engine.decisions():
                for name, amount in decision.granted.items():
                    told[decision.tenant][name] += amount
                for name in ledger.resources:
                    held = sum(account.usage[name] for account in ledger.tenants)
                    assert ledger.free[name] + held == ledger.capacity[name], policy
                    assert 0 <= decision.left[name] <= ledger.free[name], policy
            assert told == {account.tenant.name: account.usage for account in ledger.tenants}, policy

    @given(what=scenarios(), on_misfit=st.sampled_from(["skip", "stop"]))
    def test_nothing_above_want_or_limit(self, on_misfit: OnMisfit, what: Scenario) -> None:
        """No work gets more than it wants, whole tasks stay whole, no tenant passes its limit."""
        for policy in POLICIES:
            result = run(what, policy, on_misfit)
            for work in result.works:
                if not work.divisible:
                    parts = {name: amount * work.granted_tasks for name, amount in work.need}
                    assert {name: work.granted.get(name, 0) for name, _ in work.need} == parts, policy
                    assert work.work.tasks is None or work.granted_tasks <= work.work.tasks, policy
                for name, amount in work.granted.items():
                    assert amount >= 0, policy
                    if work.work.tasks is not None:
                        assert amount <= work.work.demand[name] * work.work.tasks, policy
            for account in result.accounts:
                assert all(account.usage.get(n, 0) <= most for n, most in account.tenant.limit.items()), policy

    @given(what=scenarios(), on_misfit=st.sampled_from(["skip", "stop"]))
    @settings(max_examples=40)
    def test_the_same_input_is_decided_the_same(self, on_misfit: OnMisfit, what: Scenario) -> None:
        """Twice the same scenario: the same decisions, to the last word, numbered from 1 without a gap."""
        for policy in POLICIES:
            decisions = run(what, policy, on_misfit).decisions
            assert decisions == run(what, policy, on_misfit).decisions, policy
            assert [decision.step for decision in decisions] == list(range(1, len(decisions) + 1)), policy


class TestParetoWithinLimits:
    """Under skip nothing stays free that somebody could use within its limit."""

    @given(what=scenarios())
    @settings(max_examples=120)
    def test_nobody_could_take_more(self, what: Scenario) -> None:
        """No unsatisfied work could add one task (divisible: its next unit) to the final allocation."""
        for policy in EFFICIENT:
            result = run(what, policy)
            assert could_take_more(result) == [], (policy, result.grants, result.left)

    def test_the_check_does_find_waste(self) -> None:
        """Held against static slices, the check finds what they leave idle."""
        found = find(scenarios(), lambda what: bool(could_take_more(run(what, "proportional"))), settings=HUNT)
        assert found.tenants


class TestGuarantees:
    """Guarantees that are feasible together are honoured, for tenants that want them."""

    @pytest.mark.parametrize("policy", ["drf", "drf, current key", "fair-share"])
    @given(what=scenarios(kinds="d", several=False, share_of=False), data=st.data())
    def test_divisible_tenants_get_what_they_are_owed(self, policy: str, what: Scenario, data: st.DataObject) -> None:
        """Each has at least the part of its want that lies within its guarantee, up to a unit."""
        result = run(what, policy)
        owed: list[dict[str, Fraction]] = []
        for account in result.accounts:
            work, guarantee = account.works[0], account.tenant.guarantee
            total = {name: amount * (work.work.tasks or 0) for name, amount in work.need}
            bounds = [Fraction(1)]
            for name, amount in total.items():
                most = (guarantee.get(name), account.tenant.limit.get(name))
                bounds.extend(Fraction(bound, amount) for bound in most if amount and bound is not None)
            named = any(name in guarantee for name, _ in work.need) and not work.infeasible
            owed.append({name: min(bounds) * amount if named else Fraction(0) for name, amount in total.items()})
        for name, capacity in what.capacity.items():
            if sum(bundle.get(name, 0) for bundle in owed) > capacity:
                return  # together more than there is: the policy shares them
            if policy == "fair-share" and sum(t.guarantee.get(name, 0) for t in what.tenants) > capacity:
                return  # fair-share owes each resource by itself
        for account, bundle in zip(result.accounts, owed, strict=True):
            for name, least in bundle.items():
                assert account.usage[name] >= int(least) - 1, (result.grants, owed)


class TestOrderOfDeclaration:
    """Decision 3: who is declared first matters where keys are equal, and nowhere else."""

    @given(
        policy=st.sampled_from(["priority", "smallest-demand-first", "largest-first", "fair-share", "drf"]),
        what=scenarios(kinds="w", several=False, resources=2),
        data=st.data(),
    )
    @settings(max_examples=150)
    def test_shuffled_tenants_with_distinct_keys_get_the_same(
        self, policy: str, what: Scenario, data: st.DataObject
    ) -> None:
        """Where no two keys in the run were equal, any order of declaration gives each tenant the same."""
        before = run(what, policy)
        seen = [(d.key, d.tenant) for d in before.decisions]
        keys = {key for key, _ in seen}
        if any(len({tenant for key, tenant in seen if key == one}) > 1 for one in keys):
            return
        shuffled = replace(what, tenants=tuple(data.draw(st.permutations(what.tenants))))
        if policy == "fair-share" and _entitlements_round(what):
            return  # a unit by largest remainder falls by declaration
        assert run(shuffled, policy).grants == before.grants

    @given(what=scenarios(kinds="w", several=False), data=st.data())
    def test_names_decide_nothing(self, what: Scenario, data: st.DataObject) -> None:
        """Tenants under other names, in the same order, get the same."""
        names = data.draw(st.permutations([tenant.name for tenant in what.tenants]))
        renamed = replace(what, tenants=tuple(replace(t, name=n) for t, n in zip(what.tenants, names, strict=True)))
        for policy in POLICIES:
            before, after = run(what, policy), run(renamed, policy)
            assert list(before.grants.values()) == list(after.grants.values())


def _entitlements_round(what: Scenario) -> bool:
    """Whether some resource has to be rounded between tenants."""
    for name, total in what.capacity.items():
        wants: list[int | None] = [
            sum(w.demand.get(name, 0) * (w.tasks or 0) for w in tenant.work) for tenant in what.tenants
        ]
        if sum(want or 0 for want in wants) > total:
            return True
    return False


# --- sharing incentive and envy --------------------------------------------------------------------------------


def tasks_in(bundle: Quantities, work: Work) -> int:
    """Whole tasks of `work` that a bundle holds, up to its want."""
    held = min((bundle.get(name, 0) // amount for name, amount in work.demand.items() if amount), default=0)
    return held if work.tasks is None else min(held, work.tasks)


def below_its_slice(result: Run) -> list[str]:
    """Whole-task tenants that would run more tasks in a private slice of the pool, each equal."""
    count = len(result.accounts)
    found = []
    for account in result.accounts:
        work = account.works[0].work
        private = {name: total // count for name, total in result.scenario.capacity.items()}
        if tasks_in(private, work) > account.works[0].granted_tasks:
            found.append(account.tenant.name)
    return found


equal_whole = scenarios(kinds="wW", several=False, weights=False, limits=False, guarantees=False, most=12)


class TestSharingIncentive:
    """Equal weights, no guarantees or limits: nobody is worse off than in its private slice."""

    @given(what=equal_whole)
    @settings(max_examples=150)
    def test_after_never_breaks_it(self, what: Scenario) -> None:
        """drf by the share after the next task: nobody runs fewer tasks than its slice would hold."""
        assert below_its_slice(run(what, "drf")) == []

    def test_current_breaks_it_as_published(self) -> None:
        """drf by the current share: the same search finds a violation at once."""
        found = find(equal_whole, lambda what: bool(below_its_slice(run(what, "drf, current key"))), settings=HUNT)
        assert below_its_slice(run(found, "drf")) == []

    @pytest.mark.parametrize("policy", ["drf", "drf, current key", "fair-share"])
    @given(what=scenarios(kinds="dD", several=False, weights=False, limits=False, guarantees=False))
    @settings(max_examples=80)
    def test_divisible_tenants_keep_theirs_up_to_a_unit(self, policy: str, what: Scenario) -> None:
        """Each has at least what its slice would let it use of each resource, less one unit."""
        result = run(what, policy)
        count = len(result.accounts)
        for account in result.accounts:
            work = account.works[0]
            if work.infeasible or not work.need:
                continue
            parts = [Fraction(what.capacity[name], count * amount) for name, amount in work.need]
            fraction = min(parts) if work.work.tasks is None else min(*parts, Fraction(work.work.tasks))
            for name, amount in work.need:
                assert account.usage[name] >= int(fraction * amount) - 1, (result.grants, fraction)


class TestEnvy:
    """Equal weights, whole tasks: nobody prefers another's bundle by more than a task."""

    @given(what=equal_whole)
    @settings(max_examples=150)
    def test_after_is_envy_free_up_to_one_task_of_mine(self, what: Scenario) -> None:
        """drf by the share after: another's bundle would hold at most one more of my tasks (EF1-add)."""
        result = run(what, "drf")
        for mine in result.accounts:
            for other in result.accounts:
                assert tasks_in(other.usage, mine.works[0].work) <= mine.works[0].granted_tasks + 1

    @given(what=equal_whole)
    @settings(max_examples=150)
    def test_current_is_envy_free_but_for_one_task_of_theirs(self, what: Scenario) -> None:
        """drf by the current share: another's bundle less one of its tasks holds no more of mine (EF1-remove)."""
        result = run(what, "drf, current key")
        for mine in result.accounts:
            for other in result.accounts:
                if not other.works[0].granted_tasks:
                    continue
                demand = other.works[0].work.demand
                rest = {name: amount - demand.get(name, 0) for name, amount in other.usage.items()}
                assert tasks_in(rest, mine.works[0].work) <= mine.works[0].granted_tasks

    @given(what=scenarios(kinds="dD", several=False, weights=False, limits=False, guarantees=False))
    def test_divisible_drf_is_envy_free_up_to_a_unit(self, what: Scenario) -> None:
        """Another's bundle, less a unit of each resource, would satisfy me no better than mine with one more."""
        result = run(what, "drf")
        for mine in result.accounts:
            work = mine.works[0]
            if work.infeasible or not work.need:
                continue
            tops = [Fraction(work.work.tasks)] if work.work.tasks is not None else []
            have = min(*(Fraction(mine.usage[n] + 1, a) for n, a in work.need), *(tops or [Fraction(10**9)]))
            for other in result.accounts:
                would = min(
                    *(Fraction(max(0, other.usage[n] - 1), a) for n, a in work.need), *(tops or [Fraction(10**9)])
                )
                assert would <= have


# --- an independent solver -------------------------------------------------------------------------------------

BIG = 1_000_000
"""Small units, so that whole numbers stand within a millionth of the real ones."""


@st.composite
def solvable(draw: st.DrawFn) -> Scenario:
    """Divisible tenants in small units: zero demands, bounds and weights included."""
    capacity = {name: draw(st.integers(1, 9)) * BIG for name in RESOURCES[: draw(st.integers(1, 3))]}
    tenants = []
    for name in "ABCDEF"[: draw(st.integers(1, 6))]:
        demand = {resource: draw(st.integers(0, 5)) * BIG for resource in capacity}
        tasks = draw(st.sampled_from([1, 1, 1, None]))
        weight = Fraction(draw(st.integers(1, 4)), draw(st.integers(1, 3)))
        tenants.append(Tenant(name, (Work(demand, tasks=tasks),), weight))
    return Scenario(capacity, tuple(tenants))


def lexicographic_max_min(
    rates: list[dict[str, float]], tops: list[float | None], weights: list[float], capacity: Quantities
) -> list[float]:
    """Lexicographic max-min of x / weight by repeated linear programs: `rates` is use of each resource per x."""
    import numpy as np
    from scipy.optimize import linprog

    count = len(rates)
    fixed: dict[int, float] = {}
    rows = np.array([[rate.get(name, 0.0) for rate in rates] for name in capacity]) / 1.0
    room = np.array([float(total) for total in capacity.values()])

    def solve(objective: np.ndarray, floor: float | None) -> tuple[float, np.ndarray]:
        """Maximise, with every free x / weight at least `floor` (or at least the last variable)."""
        bounds: list[tuple[float, float | None]] = []
        above, least = [], []
        for index in range(count):
            if index in fixed:
                bounds.append((fixed[index], fixed[index]))
                continue
            bounds.append(((floor or 0.0) * weights[index], tops[index]))
            if floor is None:
                row = np.zeros(count + 1)
                row[index], row[count] = -1.0, weights[index]
                above.append(row)
                least.append(0.0)
        bounds.append((0.0, None))
        matrix = (
            np.vstack([np.hstack([rows, np.zeros((len(room), 1))]), *above])
            if above
            else np.hstack([rows, np.zeros((len(room), 1))])
        )
        answer = linprog(
            -objective, A_ub=matrix, b_ub=np.concatenate([room, least]) + 1e-9, bounds=bounds, method="highs"
        )
        assert answer.status == 0, answer.message
        return -answer.fun, answer.x

    while len(fixed) < count:
        objective = np.zeros(count + 1)
        objective[count] = 1.0
        level, _ = solve(objective, None)
        stuck = []
        for index in range(count):
            if index in fixed:
                continue
            alone = np.zeros(count + 1)
            alone[index] = 1.0
            most, _ = solve(alone, level * (1 - 1e-9))
            if most <= level * weights[index] + 1e-6:
                stuck.append(index)
        assert stuck, "some x is always at its bound or at a full resource"
        for index in stuck:
            fixed[index] = level * weights[index]
    return [fixed[index] for index in range(count)]


class TestAgainstAnIndependentSolver:
    """Divisible drf and fair-share are what HiGHS finds by repeated linear programs."""

    @given(what=solvable())
    @settings(max_examples=60)
    def test_divisible_drf_is_lexicographic_max_min_of_dominant_shares(self, what: Scenario) -> None:
        """Each tenant's dominant share is the solver's, to a ten thousandth."""
        result = run(what, "drf")
        who = [account for account in result.accounts if account.works[0].need]
        shares = [max(amount / what.capacity[name] for name, amount in account.works[0].need) for account in who]
        rates = [
            {name: amount / what.capacity[name] / share for name, amount in account.works[0].need}
            for account, share in zip(who, shares, strict=True)
        ]
        tops = [
            None if account.works[0].work.tasks is None else share for account, share in zip(who, shares, strict=True)
        ]
        weights = [float(account.tenant.weight) for account in who]
        expected = lexicographic_max_min(rates, tops, weights, dict.fromkeys(what.capacity, 1))
        for account, share in zip(who, expected, strict=True):
            got = max(account.usage[name] / total for name, total in what.capacity.items())
            assert got == pytest.approx(share, abs=1e-4), (result.grants, expected)

    @given(what=solvable())
    @settings(max_examples=60)
    def test_fair_share_is_max_min_of_each_resource(self, what: Scenario) -> None:
        """Each tenant's part of each resource is the solver's, to a ten thousandth."""
        result = run(what, "fair-share")
        for name, total in what.capacity.items():
            who = [account for account in result.accounts if dict(account.works[0].need).get(name)]
            tops = [
                None if account.works[0].work.tasks is None else account.works[0].work.demand[name] / total
                for account in who
            ]
            rates = [{name: 1.0}] * len(who)
            expected = lexicographic_max_min(rates, tops, [float(a.tenant.weight) for a in who], {name: 1})
            for account, part in zip(who, expected, strict=True):
                assert account.usage[name] / total == pytest.approx(part, abs=1e-4), (result.grants, expected)

    @given(
        st.integers(1, 9),
        st.lists(
            st.tuples(st.none() | st.integers(0, 9), st.integers(1, 5), st.integers(0, 4)), min_size=1, max_size=5
        ),
    )
    def test_max_min_with_floors_too(self, total: int, table: list[tuple[int | None, int, int]]) -> None:
        """With floors, what is above them is nobody's to raise: no share can grow without one at or below its level."""
        wants = [None if want is None else want * BIG for want, _, _ in table]
        weights = [weight for _, weight, _ in table]
        floors = [low * BIG for _, _, low in table]
        got = max_min(total * BIG, wants, weights, floors)
        tops = [total * BIG if want is None else min(want, total * BIG) for want in wants]
        least = [min(pair) for pair in zip(floors, tops, strict=True)]
        if sum(least) >= total * BIG or sum(tops) <= total * BIG:
            return
        hungry = [part / weight for part, weight, top in zip(got, weights, tops, strict=True) if part < top]
        moved = [part / weight for part, weight, low in zip(got, weights, least, strict=True) if part > low]
        assert max(moved, default=0) <= min(hungry) + 1.0


# --- beyond the reach of a float -------------------------------------------------------------------------------

_HUGE = st.one_of(st.integers(0, 9), st.integers(0, 2**20), st.integers(2**50, 2**58), st.just(2**53 + 1))
_COUNT = st.sampled_from([1, 1, 2, 3, None])


@st.composite
def huge(draw: st.DrawFn) -> Scenario:
    """Amounts from nothing to 2^58 units side by side; whole tasks are few, since they are granted one by one."""
    names = RESOURCES[: draw(st.integers(1, 2))]
    tenants = []
    for name in "ABCD"[: draw(st.integers(1, 4))]:
        mine = []
        for _ in range(draw(st.integers(1, 2))):
            divisible, tasks = draw(st.booleans()), draw(_COUNT)
            demand = {resource: draw(_HUGE) for resource in names}
            mine.append(Work(demand, tasks=tasks if divisible or tasks else 3, divisible=divisible))
        limit = {resource: draw(_HUGE) for resource in names if not draw(st.integers(0, 3))}
        weight = draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction(123456789, 1000)]))
        tenants.append(Tenant(name, tuple(mine), weight, limit=limit))
    return Scenario({name: draw(_HUGE) for name in names}, tuple(tenants))


class TestHugeAmounts:
    """Quantities beyond 2^53, where a float cannot count units: the loop ends, and the books are exact."""

    @given(what=huge())
    @settings(max_examples=150)
    def test_the_loop_ends_with_exact_books(self, what: Scenario) -> None:
        """Few decisions, nothing over-allocated, nothing above want or limit, nothing left that somebody could use."""
        for policy in POLICIES:
            engine = Engine(what, POLICIES[policy])
            decisions = list(islice(engine.decisions(), 4000))
            assert len(decisions) < 4000, policy
            result = Run(what, engine, decisions)
            for name, total in what.capacity.items():
                assert sum(result.of(name).values()) + result.left[name] == total, policy
                assert result.left[name] >= 0, policy
            for work in result.works:
                if work.work.tasks is not None:
                    bound = {name: amount * work.work.tasks for name, amount in work.work.demand.items()}
                    assert all(amount <= bound[name] for name, amount in work.granted.items()), policy
            for account in result.accounts:
                assert all(account.usage.get(n, 0) <= most for n, most in account.tenant.limit.items()), policy
            if policy in EFFICIENT:
                assert could_take_more(result) == [], (policy, result.grants, result.left)

    def test_a_want_of_more_units_than_a_float_counts(self) -> None:
        """2^53 + 1 units are granted to the last one; what a float level leaves over is raised unit by unit."""
        for policy in POLICIES:
            what = Scenario({"memory": 10**18}, (Tenant("A", (Work({"memory": 2**53 + 1}), Work({"memory": 10**18}))),))
            decisions = list(islice(Engine(what, POLICIES[policy]).decisions(), 1000))
            assert len(decisions) < 1000, policy
            assert sum(decision.granted.get("memory", 0) for decision in decisions) == 10**18, policy


# --- the debug check -------------------------------------------------------------------------------------------


class Liar:
    """A policy that declares static keys and ranks by what the tenant holds now."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC

    def key(self, claim: Claim, capacity: Quantities) -> int:
        """Moves while it waits."""
        return sum(claim.usage.values())


def caught(policy: Callable[[], object]) -> Callable[[Scenario], bool]:
    """Whether the engine's check refuses a policy's declaration on a scenario."""

    def refused(what: Scenario) -> bool:
        try:
            list(Engine(what, policy(), check=True).decisions())  # type: ignore[arg-type]
        except AssertionError as error:
            return "declares" in str(error)
        return False

    return refused


def test_a_policy_that_lies_about_its_keys_is_found() -> None:
    """Random scenarios find a policy whose keys move though it says they do not."""
    assert find(scenarios(limits=False, guarantees=False), caught(Liar), settings=HUNT).tenants


def test_no_built_in_policy_lies() -> None:
    """The same search finds nothing in the built-in policies."""
    for policy in POLICIES.values():
        with pytest.raises(NoSuchExample):
            find(scenarios(), caught(lambda policy=policy: policy), settings=settings(HUNT, max_examples=15))
