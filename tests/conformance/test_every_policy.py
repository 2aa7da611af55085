"""One suite for every installed policy, built in or from elsewhere: whoever offers a policy is held to the same."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from allocator import Claim, Facts, Filling, KeyChange, Option, OptionError, Ranks, registry
from allocator.core.engine import Engine
from allocator.core.model import OnMisfit, Scenario
from allocator.core.policy import needs_time
from allocator.core.policy import options as options_of
from tests.conformance.installed import (
    POOL,
    RESOURCES,
    claims,
    every_policy,
    every_variant,
    every_variant_at_once,
    frozen,
    jobs,
    prepared,
    situations,
    variants,
)
from tests.support import fluid, run, scenario, scenarios, share, tenant, whole


def test_the_built_in_policies_are_installed() -> None:
    """The built-in ones are found by entry point like anyone else's."""
    assert set(registry.built_in()) >= {
        "fifo",
        "priority",
        "smallest-demand-first",
        "largest-first",
        "proportional",
        "fair-share",
        "drf",
        "sjf",
        "edf",
    }


class TestWhatItSaysOfItself:
    """Facts, options and declarations."""

    @every_policy
    def test_it_declares_what_it_ranks_and_when_keys_change(self, name: str) -> None:
        """`ranks`, `key_change` and `filling` are values of the contract."""
        cls = registry.find(name)
        assert isinstance(cls.ranks, Ranks)
        assert isinstance(cls.key_change, KeyChange)
        assert isinstance(getattr(cls, "filling", Filling.NONE), Filling)

    @every_policy
    def test_it_states_its_facts(self, name: str) -> None:
        """Summary, definition, source, and what is known of each of the four properties."""
        facts = getattr(registry.find(name), "facts", None)
        assert isinstance(facts, Facts)
        assert facts.summary.endswith(".")
        assert facts.definition
        assert facts.source
        assert set(facts.properties) == {"Pareto efficient", "sharing incentive", "envy-free", "strategy-proof"}
        assert all(facts.properties.values())

    @every_policy
    def test_it_takes_each_choice_of_its_options_and_no_other(self, name: str) -> None:
        """Each choice makes a policy, the default is one of them; anything else is refused with what is accepted."""
        for option in options_of(registry.find(name)):
            assert isinstance(option, Option)
            assert option.default in option.choices
            assert option.help
            for choice in option.choices:
                prepared(name, **{option.name: choice})
            with pytest.raises(OptionError, match=option.choices[0]):
                prepared(name, **{option.name: "no such choice"})
            if option.resources:
                prepared(name, **{option.name: "gpu"})
                with pytest.raises(OptionError):
                    prepared(name, **{option.name: "a resource that is not there"})
            if option.durations:
                for duration in ("1ms", "1.5h", "7d"):
                    prepared(name, **{option.name: duration})
                with pytest.raises(OptionError):
                    prepared(name, **{option.name: "0s"})

    @every_policy
    def test_it_refuses_an_option_that_it_does_not_have(self, name: str) -> None:
        """An unknown option is refused, and what is accepted is listed."""
        accepted = ", ".join(option.name for option in registry.taken(registry.find(name))) or "none"
        with pytest.raises(OptionError, match=f"accepted: {accepted}$"):
            prepared(name, **{"no-such-option": "1"})


class TestKeys:
    """A pure key with a total order, in one allocation and over time."""

    @every_variant
    def test_the_key_is_pure(self, name: str, options: dict[str, str]) -> None:
        """Asked twice, and by another instance, it answers the same, and changes nothing it was shown."""
        for (policy, asking), (other, _) in zip(situations(name, **options), situations(name, **options), strict=True):
            for one in asking:
                before = frozen(one)
                assert policy.key(one, POOL) == policy.key(one, POOL) == other.key(one, POOL)
                assert frozen(one) == before

    @every_variant
    def test_keys_have_a_total_order(self, name: str, options: dict[str, str]) -> None:
        """Any two keys compare, none is NaN, and no enum, name or object stands in them."""
        for policy, asking in situations(name, **options):
            keys = [policy.key(one, POOL) for one in asking]
            for key in keys:
                assert key == key  # NaN is not
                assert not isinstance(key, str | Enum)
                for other in keys:
                    assert (key < other) + (other < key) + (key == other) == 1

    @every_variant
    def test_a_name_is_not_in_the_key(self, name: str, options: dict[str, str]) -> None:
        """Two claims that differ in their tenant's name only have equal keys."""
        for policy, asking in situations(name, **options):
            for one in asking:
                assert policy.key(one, POOL) == policy.key(replace(one, tenant="other"), POOL)

    @every_variant
    def test_nothing_shared_is_no_error(self, name: str, options: dict[str, str]) -> None:
        """With no resource to measure shares in, a key is still a key."""
        for policy, asking in situations(name, **options):
            keys = [policy.key(one, {}) for one in asking]
            assert len(sorted(keys)) == len(keys)

    @pytest.mark.parametrize(("name", "options"), variants("explain"))
    def test_it_says_its_key_in_words(self, name: str, options: dict[str, str]) -> None:
        """`explain`, where offered, gives a short line for people, also where nothing is shared."""
        for policy, asking in situations(name, **options):
            for one in asking:
                for pool in (POOL, {}):
                    words = policy.explain(one, pool)
                    assert words
                    assert "\n" not in words
                    assert not re.search(r"\bnan\b", words)
                    assert len(words) <= 100

    @pytest.mark.parametrize(("name", "options"), variants("columns"))
    def test_columns_order_like_keys(self, name: str, options: dict[str, str]) -> None:
        """`columns`, where offered, puts rows of work in the order of their keys, ties included."""
        policy = prepared(name, **options)
        np = pytest.importorskip("numpy")
        assert policy.key_change is KeyChange.STATIC
        asking = jobs() if needs_time(policy) else claims()
        rows = _jobs(np, asking) if needs_time(policy) else _rows(np, asking)
        columns = list(policy.columns(rows, np.array([POOL[n] for n in RESOURCES], dtype=np.int64)))
        order = np.arange(len(asking))
        by_columns = np.lexsort((order, *reversed(columns))).tolist()
        by_keys = sorted(range(len(asking)), key=lambda at: (policy.key(asking[at], POOL), at))
        assert by_columns == by_keys


def _jobs(np: Any, asking: list[Claim]) -> Any:
    """The claims as the rows that a run shows to a policy, as far as it ranks nothing but jobs."""
    never = np.iinfo(np.int64).max
    return SimpleNamespace(
        submit=np.array([one.submit_ms for one in asking]),
        estimate=np.array([one.estimate_ms for one in asking]),
        deadline=np.array([never if one.deadline_ms is None else one.deadline_ms for one in asking]),
        priority=np.array([one.priority for one in asking]),
    )


def _rows(np: Any, given_claims: list[Claim]) -> Any:
    """The claims as the rows that the bulk path shows to a policy."""
    ranking, rows = pytest.importorskip("allocator.bulk.ranking"), pytest.importorskip("allocator.bulk.rows")
    return ranking.ranking(
        rows.Rows.of(
            np.array([[one.demand[name] for name in RESOURCES] for one in given_claims]),
            np.array([POOL[name] for name in RESOURCES]),
            tasks=np.array([rows.UNLIMITED if one.tasks is None else one.tasks for one in given_claims]),
            weight=[Fraction(one.weight, one.weight_unit) for one in given_claims],
            priority=np.array([one.priority for one in given_claims]),
            divisible=False,
            resources=RESOURCES,
        )
    )


class TestAllocations:
    """Whatever the policy, the books are right."""

    @every_variant_at_once
    @given(what=scenarios(share_of=True))
    @settings(max_examples=15)
    def test_conservation_wants_limits_and_truth(self, name: str, options: dict[str, str], what: Scenario) -> None:
        """Granted and left are the capacity; nothing above want or limit; keys change only as declared."""
        for on_misfit in get_args(OnMisfit):
            result = run(what, prepared(name, **options), on_misfit)
            for resource, total in what.capacity.items():
                assert sum(result.of(resource).values()) + result.left[resource] == total
                assert result.left[resource] >= 0
            for account in result.accounts:
                assert all(account.usage.get(n, 0) <= most for n, most in account.tenant.limit.items())
                for n, amount in account.usage.items():
                    wants = [w.work.demand.get(n, 0) * w.work.tasks for w in account.works if w.work.tasks is not None]
                    assert len(wants) < len(account.works) or amount <= sum(wants)

    @every_variant_at_once
    @given(what=scenarios())
    @settings(max_examples=10)
    def test_it_is_deterministic(self, name: str, options: dict[str, str], what: Scenario) -> None:
        """The same scenario, another instance: the same decisions."""
        first, second = run(what, prepared(name, **options)), run(what, prepared(name, **options))
        assert first.decisions == second.decisions

    @every_variant_at_once
    def test_it_skips_misfits(self, name: str, options: dict[str, str]) -> None:
        """A task that fits nowhere does not keep the others from theirs."""
        giant = tenant("giant", whole({"cpu": 1000}, 1), priority=1)
        result = share({"cpu": 60}, giant, tenant("small", whole({"cpu": 3}, 5)), policy=prepared(name, **options))
        assert result.tasks == {"giant": 0, "small": 5}

    @every_variant_at_once
    def test_odd_pools_and_wants(self, name: str, options: dict[str, str]) -> None:
        """Nobody, nothing wanted, nothing there, a resource that is not there: no error, nothing invented."""
        policy = prepared(name, **options)
        for what in (
            scenario({}),
            scenario({"cpu": 0}, tenant("A", whole({"cpu": 1}), fluid({"cpu": 1}))),
            scenario({"cpu": 5}, tenant("A"), tenant("B", whole({}, 3), fluid({"cpu": 0}, None))),
            scenario({"cpu": 5}, tenant("A", whole({"tpu": 1}), fluid({"tpu": 1, "cpu": 1}))),
            scenario({"cpu": 5}, tenant("A", whole({"cpu": 1}), fluid({"cpu": 1})), share_of=()),
        ):
            result = run(what, policy)
            assert all(0 <= amount <= what.capacity.get(n, 0) for n, amount in result.left.items())

    @every_variant_at_once
    def test_it_is_not_changed_by_a_run(self, name: str, options: dict[str, str]) -> None:
        """One instance may serve many runs: the second is as the first."""
        policy = prepared(name, **options)
        what = scenario(POOL, *(tenant(n, whole({"cpu": 7, "mem": 3}), fluid({"gpu": 2})) for n in "ABC"))
        assert list(Engine(what, policy).decisions()) == list(Engine(what, policy).decisions())
