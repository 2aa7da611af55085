"""The catalogue of what may be drawn: one place for names, bounds and meanings."""

from __future__ import annotations

import pytest

from allocator.core.draws import ARRIVALS, ESTIMATES, FAMILIES, RUNTIMES, TASKS, mean_gap, most_tasks
from allocator.core.errors import QuantityError
from allocator.core.generators import Draw
from allocator.core.kinds import Parameter

MINUTE = 60_000


class TestParameter:
    """What a value may be."""

    @pytest.mark.parametrize(
        ("one", "good", "bad"),
        [
            (Parameter("x", "duration", ""), [0, 5], [-1, 1.5, "5m", True, None, 10**14]),
            (Parameter("x", "duration", "", above=True), [1], [0]),
            (Parameter("x", "number", "", least=1, above=True, most=2), [1.5, 2], [1, 2.5, float("nan"), float("inf")]),
            (Parameter("x", "whole", "", least=1), [1, 10], [0, 1.0, False]),
            (Parameter("x", "numbers", "", length=2), [(0, 1), [0.5, 3]], [(1,), (1, 2, 3), (-1, 0), 1, ()]),
            (Parameter("x", "wholes", ""), [(1,)], [(), (1.5,), 1]),
            (Parameter("x", "choice", "", choices=("a", "b")), ["a"], ["c", 1, None]),
        ],
    )
    def test_takes(self, one: Parameter, good: list[object], bad: list[object]) -> None:
        """Its bounds and its form, and nothing else."""
        assert [one.takes(value) for value in good] == [True] * len(good)
        assert [one.takes(value) for value in bad] == [False] * len(bad)

    @pytest.mark.parametrize(
        ("one", "words"),
        [
            (Parameter("x", "duration", "", most=10**13), "a duration"),
            (Parameter("x", "duration", "", above=True, most=10**13), "a duration above 0"),
            (Parameter("x", "duration", "", most=86_400_000), "a duration up to 1d"),
            (Parameter("x", "number", ""), "a number of at least 0"),
            (Parameter("x", "number", "", least=1, above=True), "a number above 1"),
            (Parameter("x", "number", "", above=True, most=100), "a number above 0, at most 100"),
            (Parameter("x", "whole", "", least=1, most=1_000_000), "a whole number from 1 to 1,000,000"),
            (Parameter("x", "durations", "", above=True), "a list of durations above 0 each"),
            (Parameter("x", "numbers", "", length=7, most=1), "a list of 7 numbers from 0 to 1 each"),
            (Parameter("x", "choice", "", choices=("a", "b")), 'one of "a", "b"'),
        ],
    )
    def test_accepted(self, one: Parameter, words: str) -> None:
        """The same in words."""
        assert one.accepted == words


class TestComplete:
    """Every parameter of a draw."""

    def test_defaults(self) -> None:
        """What is left out is at its default, and stays None where the draw itself decides."""
        assert TASKS.complete(Draw("zipf")) == {"exponent": 1.5, "most": 1000}
        assert TASKS.complete(Draw("lublin")) == {"set": "typeless", "processors": None}
        assert ARRIVALS.complete(Draw("poisson")) == {"mean": MINUTE}

    @pytest.mark.parametrize(
        ("draw", "words"),
        [
            (Draw("normal"), "found 'normal', expected a distribution: one of constant, exponential"),
            (Draw("lognormal", {"mean": 5, "vc": 2}), "runtime.vc: unknown key, lognormal takes mean, cv"),
            (Draw("lognormal", {"mean": 5}), "runtime.cv: missing, expected a number from 0.01 to 100"),
            (Draw("lognormal", {"mean": 5, "cv": -1}), "runtime.cv: found -1, expected a number from 0.01"),
            (Draw("uniform", {"low": 5, "high": 4}), "runtime.high: expected no less than low"),
        ],
    )
    def test_faulty(self, draw: Draw, words: str) -> None:
        """What no scenario file could hold is refused in the same words."""
        with pytest.raises(QuantityError) as caught:
            RUNTIMES.complete(draw)
        assert words in str(caught.value)


def test_names_are_unique() -> None:
    """A kind has one parameter of a name, and none of them is called kind."""
    for family in FAMILIES:
        for kind in family.kinds.values():
            names = [one.name for one in kind.parameters]
            assert len({*names, "kind"}) == len(names) + 1


def test_plain_values() -> None:
    """A plain run time and a plain number of tasks are constants; the others have no plain value."""
    assert [family.plain for family in (ARRIVALS, RUNTIMES, TASKS, ESTIMATES)] == ["", "constant", "constant", ""]


@pytest.mark.parametrize(
    ("arrivals", "gap"),
    [
        (Draw("every", {"gap": 5}), 5),
        (Draw("batch", {"mean": MINUTE, "size": 10}), 6_000),
        (Draw("mmpp", {"burst": 3_000, "calm": MINUTE}), MINUTE / 2.9),
        (Draw("on-off", {"mean": 1_000, "on": 10, "off": 90}), 10_000),
        (Draw("lublin"), None),
        (Draw("at-once"), None),
    ],
)
def test_mean_gap(arrivals: Draw, gap: float | None) -> None:
    """The mean time between arrivals, of all of them."""
    assert mean_gap(arrivals) == (gap if gap is None else pytest.approx(gap))


def test_most_tasks() -> None:
    """The most that a draw may give."""
    draws = [None, Draw("constant", {"value": 7}), Draw("zipf"), Draw("uniform", {"high": 9}), Draw("lublin")]
    assert [most_tasks(draw) for draw in draws] == [1, 7, 1000, 9, 1]
    assert most_tasks(Draw("mix", {"values": (3, 8, 2)})) == 8
