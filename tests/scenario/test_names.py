"""What is said of a name that is not there."""

from __future__ import annotations

from unittest import mock

from allocator.scenario import names
from allocator.scenario.names import Names


def test_the_nearest_or_all() -> None:
    """The nearest name where one is near, else what there is, cut short, or that there is nothing."""
    assert Names(["web", "training"]).hint("trainin") == "; did you mean 'training'?"
    assert Names(["web", "training"]).hint("x") == "; there are: web, training"
    assert Names(map(str, range(10, 20))).hint("x") == "; there are: 10, 11, 12, 13, 14, 15, 16, 17, and 2 more"
    assert Names(["", ""], "none at all").hint("x") == "; there are: none at all"
    assert Names(["cpu"], also=["weight"]).hint("wieght") == "; did you mean 'weight'?"


def test_hints_end() -> None:
    """Thousands of wrong names are not each compared with thousands of right ones; what was said is said again."""
    known = Names(f"name-{number}" for number in range(1000))
    with mock.patch.object(names, "did_you_mean", return_value="; !") as search:
        said = [known.hint(f"nam-{number % 500}") for number in range(1000)]
    assert search.call_count < 50
    assert said[0] == said[500] == "; !"
    assert said[400] == ""
