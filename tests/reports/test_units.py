"""Numbers for people are short, and never a lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.resources import LARGEST
from allocator.reports import units


class TestAmount:
    """Amounts without their names."""

    @pytest.mark.parametrize(
        ("resource", "amount", "shown"),
        [
            ("cpu", 0, "0"),
            ("cpu", 1, "0.001"),
            ("cpu", 500, "0.5"),
            ("cpu", 1500, "1.5"),
            ("cpu", 2667, "2.67"),
            ("cpu", 21_818, "21.8"),
            ("cpu", 9000, "9"),
            ("cpu", 12_345_000, "12345"),
            ("cpu", 999_999_000, "999999"),
            ("cpu", 1_234_567_000, "1.23M"),
            ("cpu", 999_999_999_999, "1G"),
            ("memory", 0, "0"),
            ("memory", 1, "1B"),
            ("memory", 1023, "1023B"),
            ("memory", 18 * 2**30, "18Gi"),
            ("memory", 3 * 2**29, "1.5Gi"),
            ("memory", 2**30 - 1, "1Gi"),
            ("memory", 2**62, "4Ei"),
            ("hugepages-2Mi", 2**21, "2Mi"),
            ("cpu", -1500, "-1.5"),
        ],
    )
    def test_examples(self, resource: str, amount: int, shown: str) -> None:
        """Three digits are enough, in people's units."""
        assert units.amount(resource, amount) == shown

    @given(st.sampled_from(["cpu", "memory"]), st.integers(1, LARGEST))
    def test_is_short_and_never_nothing(self, resource: str, amount: int) -> None:
        """Seven letters hold any amount, and what is not nothing is not shown as 0."""
        shown = units.amount(resource, amount)
        assert len(shown) <= 7
        assert shown not in ("0", "0B")

    @given(st.integers(1, LARGEST))
    def test_is_within_a_hundredth(self, amount: int) -> None:
        """What is shown is what there is, to a hundredth (below a tenth, to a thousandth of a unit)."""
        shown = units.amount("cpu", amount)
        power = "kMGTPE".find(shown[-1]) + 1
        value = float(shown[:-1] if power else shown) * 1000 ** (power + 1)
        assert value == pytest.approx(amount, rel=0.01, abs=0.5)

    def test_names(self) -> None:
        """A name follows without its vendor; what there is none of is left out of a list."""
        assert units.named("nvidia.com/gpu", 2000) == "2 gpu"
        assert units.named_list({"cpu": 3000, "gpu": 0, "memory": 2**31}) == "3 cpu, 2Gi memory"
        assert units.named_list({}) == "nothing"
        assert units.short("ends-with/") == "ends-with/"


class TestPercent:
    """Never 100 % for less than all, never 0 % for more than nothing."""

    @pytest.mark.parametrize(
        ("ratio", "shown"),
        [
            (None, "-"),
            (0.0, "0%"),
            (0.0001, "<1%"),
            (0.01, "1%"),
            (0.674, "67%"),
            (0.994, "99%"),
            (0.996, ">99%"),
            (1 - 1e-16, ">99%"),
            (1.0, "100%"),
            (1.000001, ">100%"),
            (1.8, "180%"),
            (1e18, ">9999%"),
        ],
    )
    def test_examples(self, ratio: float | None, shown: str) -> None:
        """As people read them."""
        assert units.percent(ratio) == shown

    @given(st.floats(0, 1e30))
    def test_says_all_only_for_all(self, ratio: float) -> None:
        """0 % is nothing, 100 % is all, and no ratio takes more than six letters."""
        assert (units.percent(ratio) == "0%") == (ratio == 0)
        assert (units.percent(ratio) == "100%") == (ratio == 1)
        assert len(units.percent(ratio)) <= 6

    def test_ratio(self) -> None:
        """An index has three decimals."""
        assert (units.ratio(0.96), units.ratio(None)) == ("0.960", "-")


class TestBar:
    """A bar is full only where it is all, and empty only where it is nothing."""

    @given(st.floats(0, 1), st.integers(2, 20))
    def test_ends(self, value: float, width: int) -> None:
        """Its length is its width, whatever it shows."""
        bar = units.bar(value, width)
        assert len(bar) == width
        assert (bar == "#" * width) == (value == 1)
        assert (bar == "." * width) == (value == 0)

    def test_glyphs(self) -> None:
        """Blocks where a terminal has them; nothing for what is undefined."""
        assert units.bar(0.5, 4, unicode=True) == "██░░"
        assert units.bar(None, 4) == "    "
        assert units.bar(7.0, 4) == "####"


class TestWords:
    """Counts and lists."""

    def test_count(self) -> None:
        """One is singular, thousands are grouped."""
        assert units.count(1, "task") == "1 task"
        assert units.count(0, "task") == "0 tasks"
        assert units.count(12_000, "work", "works") == "12,000 works"
        assert (units.tasks(3.0), units.tasks(2.5), units.tasks(1 / 3)) == ("3", "2.5", "0.333")

    def test_names_in_words(self) -> None:
        """A list reads like a sentence, and ends before it is long."""
        assert units.names_in_words([]) == ""
        assert units.names_in_words(["a"]) == "a"
        assert units.names_in_words(["a", "b", "c"]) == "a, b and c"
        assert units.names_in_words(list("abcdefg"), most=2) == "a, b and 5 more"


class TestTimes:
    """Durations and moments of a run."""

    @pytest.mark.parametrize(
        ("ms", "shown"),
        [
            (None, "-"),
            (0, "0s"),
            (0.2, "<1ms"),
            (450, "450ms"),
            (999.7, "1s"),
            (3_210, "3.2s"),
            (59_949, "59.9s"),
            (59_960, "1m"),
            (61_000, "1m 01s"),
            (3_599_000, "59m 59s"),
            (3_599_600, "1h"),
            (3_660_000, "1h 01m"),
            (86_399_000, "1d"),
            (90_000_000, "1d 01h"),
            (-61_000, "-1m 01s"),
        ],
    )
    def test_durations(self, ms: float | None, shown: str) -> None:
        """A duration has at most two units, and the next larger one where it rounds up to it."""
        assert units.duration(ms) == shown

    @given(st.integers(0, 10**13))
    def test_no_duration_is_off_by_more_than_half_of_its_last_unit(self, ms: int) -> None:
        """What is shown reads back as nearly what it was, and has two parts at most."""
        sizes = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
        parts = units.duration(ms).split()
        assert len(parts) <= 2
        read, least = 0.0, 0
        for part in parts:
            unit = part.lstrip("0123456789.")
            read += float(part.removesuffix(unit)) * sizes[unit]
            least = sizes[unit]
        assert abs(read - ms) <= max(least, sizes["s"] if ms >= 60_000 else 100) * (0.5 if len(parts) == 2 else 30)

    @pytest.mark.parametrize(
        ("ms", "shown"),
        [(0, "00:00:00"), (43_200_000, "12:00:00"), (1_500, "00:00:01.500"), (3 * 86_400_000 + 61_000, "3d 00:01:01")],
    )
    def test_moments(self, ms: int, shown: str) -> None:
        """A moment is a clock, with the days before it where there are any."""
        assert units.clock(ms) == shown
