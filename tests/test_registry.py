"""Policies are found, checked once, and made from the options they declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import allocator
from allocator import (
    BadPolicyError,
    KeyChange,
    Option,
    OptionError,
    PolicyError,
    PolicySettings,
    PolicyUse,
    Ranks,
    UnknownPolicyError,
    registry,
)
from policies.drf import DominantResourceFairness
from policies.sjf import ShortestJobFirst

BUILT_IN = [
    *("drf", "edf", "fair-share", "fifo", "largest-first", "priority", "proportional", "sjf"),
    "smallest-demand-first",
]
SETTINGS = PolicySettings()


class Fair:
    """A policy with an option of its own."""

    ranks = Ranks.WORK
    key_change = KeyChange.STATIC
    options = (Option("by", "cpu", ("cpu",), "what to rank by", resources=True),)

    def __init__(self, by: str = "cpu") -> None:
        self.by = by

    def key(self, claim: Any, capacity: Any) -> int:
        """Nobody before anybody."""
        return 0


class Picky(Fair):
    """A policy that does not like what it is given."""

    def __init__(self, by: str) -> None:
        raise ValueError("not today\nnor tomorrow")


def prepared(name: str, given: Mapping[str, object] | None = None, **settings: Any) -> registry.Prepared:
    """A policy made ready for a pool of cpu and gpu."""
    return registry.prepare(
        PolicyUse(name, options=given or {}), PolicySettings(**settings), ("cpu", "gpu"), module=True
    )


class TestFinding:
    """By entry point, or by module and class where somebody typed that."""

    def test_built_in(self) -> None:
        """All nine, by name."""
        assert registry.built_in() == BUILT_IN
        assert set(BUILT_IN) <= set(registry.names())

    @pytest.mark.parametrize("name", BUILT_IN)
    def test_each_loads_and_says_what_it_is(self, name: str) -> None:
        """Each passes the check that plugins pass, and states source, definition and properties."""
        facts = registry.find(name).facts  # type: ignore[attr-defined]
        assert facts.summary
        assert facts.definition
        assert facts.source
        assert facts.properties

    def test_unknown(self) -> None:
        """The nearest name, and all that are installed."""
        with pytest.raises(
            UnknownPolicyError, match=r"no policy 'dfr'; did you mean 'drf'\? installed: drf, edf, fair-share"
        ):
            registry.find("dfr")

    def test_module(self) -> None:
        """`module:Class` is imported and checked alike."""
        assert registry.find_in_module("policies.drf:DominantResourceFairness") is DominantResourceFairness
        with pytest.raises(BadPolicyError, match=r"policy 'policies\.drf:Nothing' cannot be imported"):
            registry.find_in_module("policies.drf:Nothing")
        with pytest.raises(BadPolicyError, match="expected a class"):
            registry.find_in_module("json:dumps")

    def test_module_only_where_it_is_typed(self) -> None:
        """What comes from a file is looked up among the installed ones, and nothing is imported."""
        with pytest.raises(UnknownPolicyError):
            registry.prepare(PolicyUse("policies.drf:DominantResourceFairness"), SETTINGS, ())


class TestOptions:
    """Declared, checked, and filled with what is nearest to the person."""

    def test_defaults(self) -> None:
        """Nothing said: every option has its default, and misfits are skipped."""
        one = prepared("drf")
        options = {"key": "after", "half_life": "none"}
        assert (one.options, one.on_misfit, one.label, one.origin) == (options, "skip", "drf", "")
        assert one.described() == {"name": "drf", "label": "drf", "options": options}

    def test_one_allocation_says_nothing_of_what_means_something_only_over_time(self) -> None:
        """The options of an allocation are those that could have changed it."""
        assert prepared("drf").described(over_time=False)["options"] == {"key": "after"}
        assert prepared("fair-share").described(over_time=False)["options"] == {}

    def test_what_a_use_says_goes_before_the_settings(self) -> None:
        """Options of the `[policy]` table, then those of the use itself; `on_misfit` alike."""
        settings: dict[str, Any] = {"options": {"drf": {"key": "current"}}, "on_misfit": "stop"}
        one = prepared("drf", **settings)
        assert (one.options["key"], one.on_misfit) == ("current", "stop")
        assert one.described(over_time=False)["options"] == {"key": "current", "on_misfit": "stop"}
        other = prepared("drf", {"key": "after", "on_misfit": "skip"}, **settings)
        assert (other.options["key"], other.on_misfit) == ("after", "skip")

    def test_resources_where_an_option_takes_them(self) -> None:
        """A measure may be a resource of the capacity, and no other."""
        assert prepared("largest-first", {"measure": "gpu"}).options == {"measure": "gpu"}
        with pytest.raises(OptionError, match="found 'tpu', expected dominant or sum or product or cpu or gpu"):
            prepared("largest-first", {"measure": "tpu"})

    @pytest.mark.parametrize("value", ["7d", "1.5h", "1ms"])
    def test_durations_where_an_option_takes_them(self, value: str) -> None:
        """A half-life is any duration above 0, as text."""
        assert prepared("drf", {"half_life": value}).options["half_life"] == value

    @pytest.mark.parametrize("value", ["7", "0s", "-7d", "7 weeks", "", 7, "nan"])
    def test_what_is_no_duration(self, value: object) -> None:
        """Anything else is refused with what is accepted: the choices, and a duration."""
        told = (
            r"option 'half_life' of 'drf': found .*, expected none or a duration such as 90s, 15m, 1.5h or 7d, above 0"
        )
        with pytest.raises(OptionError, match=told):
            prepared("drf", {"half_life": value})

    @pytest.mark.parametrize(
        ("name", "options", "told"),
        [
            (
                "drf",
                {"kee": "after"},
                "policy 'drf' has no option 'kee'; did you mean 'key'\\? accepted: key, half_life, on_misfit",
            ),
            ("edf", {"on_misfit": "stop"}, "policy 'edf' has no option 'on_misfit'; accepted: none"),
            ("drf", {"key": "aftr"}, "option 'key' of 'drf': found 'aftr', expected after or current; did you mean"),
            ("drf", {"key": 3}, "found 3, expected after or current"),
            ("fifo", {"on_misfit": "halt"}, "found 'halt', expected skip or stop"),
        ],
    )
    def test_wrong_ones(self, name: str, options: dict[str, object], told: str) -> None:
        """Found, accepted, and the nearest."""
        with pytest.raises(OptionError, match=told):
            prepared(name, options)

    def test_a_class_that_refuses(self) -> None:
        """Its own words, in one line."""
        with pytest.raises(
            OptionError, match=r"policy 'tests\.test_registry:Picky' does not take its options: not today nor"
        ):
            prepared("tests.test_registry:Picky")

    def test_faults_of_a_policy_table(self) -> None:
        """Everything wrong at once, each with its place."""
        settings = PolicySettings(
            use=PolicyUse("drff"),
            compare=(PolicyUse("drf", options={"key": "x"}), PolicyUse("a:B")),
            options={"fifo": {"speed": 1}, "nobody": {}},
        )
        assert [place for place, _ in registry.faults(settings, ("cpu",))] == [
            "policy.use",
            "policy.compare[0].options.key",
            "policy.compare[1]",
            "policy.options.fifo.speed",
            "policy.options.nobody",
        ]


class TestWithoutJobs:
    """Where there are no jobs, some policies and options mean nothing: that is said, not passed over."""

    def test_a_policy_that_ranks_jobs(self) -> None:
        """One line says what it ranks, and what is needed; at its place in a file."""
        told = r"policy 'sjf' ranks jobs, and one allocation has none: it needs a run over time, .*\[\[jobs\]\]"
        with pytest.raises(PolicyError, match=told):
            registry.prepare(PolicyUse("sjf"), SETTINGS, ("cpu",), timed=False)
        settings = PolicySettings(use=PolicyUse("edf"), compare=(PolicyUse("drf"), PolicyUse("sjf")))
        places = [place for place, _ in registry.faults(settings, ("cpu",), timed=False)]
        assert places == ["policy.use", "policy.compare[1]"]
        assert not list(registry.faults(settings, ("cpu",)))

    def test_a_policy_of_one_s_own_that_ranks_jobs(self) -> None:
        """An object is held to the same as a name."""
        with pytest.raises(PolicyError, match="policy 'ShortestJobFirst' ranks jobs"):
            registry.prepare_own(ShortestJobFirst(), SETTINGS, {}, timed=False)

    def test_an_option_that_means_something_only_over_time(self) -> None:
        """Its default may be said; any other value is refused, in a file too."""
        with pytest.raises(OptionError, match="option 'half_life' of 'drf' means nothing in one allocation"):
            registry.prepare(PolicyUse("drf", options={"half_life": "7d"}), SETTINGS, ("cpu",), timed=False)
        registry.prepare(PolicyUse("drf", options={"half_life": "none"}), SETTINGS, ("cpu",), timed=False)
        settings = PolicySettings(options={"fair-share": {"resource": "cpu"}})
        places = [place for place, _ in registry.faults(settings, ("cpu",), timed=False)]
        assert places == ["policy.options.fair-share.resource"]

    def test_what_is_compared_unless_told_otherwise(self) -> None:
        """Every built-in policy; without jobs, those that can rank what there is."""
        assert registry.compared(timed=True) == BUILT_IN
        assert registry.compared(timed=False) == [name for name in BUILT_IN if name not in ("edf", "sjf")]


class TestOwn:
    """A policy object of the caller's own."""

    def test_is_taken_as_it_is(self) -> None:
        """With `on_misfit` beside it, and nothing else."""
        policy = Fair("gpu")
        one = registry.prepare_own(policy, SETTINGS, {"on_misfit": "stop"})
        assert (one.policy, one.name, one.on_misfit) == (policy, "Fair", "stop")
        with pytest.raises(OptionError, match="has no option 'by'; accepted: on_misfit"):
            registry.prepare_own(policy, SETTINGS, {"by": "cpu"})

    def test_must_be_a_policy(self) -> None:
        """A thing without key is none."""
        with pytest.raises(BadPolicyError, match="policy 'object' has no method key"):
            registry.prepare_own(object(), SETTINGS, {})  # type: ignore[arg-type]


class TestBlame:
    """An exception out of a policy that is not ours names it."""

    def test_out_of_its_code(self) -> None:
        """The error says which policy, and keeps what it raised as its cause."""
        own = registry.prepare_own(Fair(), SETTINGS, {})
        with (
            pytest.raises(BadPolicyError, match="policy 'Fair' failed: ValueError: bad day") as caught,
            registry.blaming(own),
        ):
            raise ValueError("bad\nday")
        assert isinstance(caught.value.__cause__, ValueError)

    def test_ours_is_ours(self) -> None:
        """A built-in policy, and what fails elsewhere, is raised as it is."""
        with pytest.raises(ZeroDivisionError), registry.blaming(prepared("drf")):
            _ = 1 / 0
        with pytest.raises(OptionError), registry.blaming(registry.prepare_own(Fair(), SETTINGS, {})):
            raise OptionError("as it was")


def test_slices_need_entitlements() -> None:
    """A policy that hands out slices without saying how large they are is refused when it is taken."""

    class Sliced:
        ranks, key_change, filling = allocator.Ranks.TENANTS, allocator.KeyChange.STATIC, allocator.Filling.SLICE

        def key(self, claim: object, capacity: object) -> int:
            return 0

    with pytest.raises(BadPolicyError, match="needs a method entitle"):
        registry.prepare_own(Sliced(), PolicySettings(), {})


def test_resources_that_a_trace_is_still_to_name() -> None:
    """Before it is read, an option that takes a resource takes any name; anything else is checked as ever."""
    uses = {"fair-share": {"resource": "anything", "half_life": "1 week"}, "drf": {"key": "anything"}}
    settings = PolicySettings(options=uses)
    places = [place for place, _ in registry.faults(settings, None)]
    assert places == ["policy.options.fair-share.half_life", "policy.options.drf.key"]
