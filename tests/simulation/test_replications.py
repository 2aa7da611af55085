"""Statistics over replications, against scipy and by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from allocator.simulation.metrics import Measures, measure
from allocator.simulation.metrics.headlines import headlines
from allocator.simulation.replications import Estimate, Replications, estimate, summarise, t_quantile
from allocator.simulation.run import Outcome
from tests.simulation.metrics.runs import Told, done, told_run

figures = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=30)


def waited(*waits: int) -> Measures:
    """What is measured of jobs that waited so many ms each and then ran for 10."""
    return measure(*told_run([done(0, wait, wait + 10) for wait in waits]))


def summed(**policies: Sequence[Measures]) -> Replications:
    """The replications of policies under the seeds 7, 8, ..."""
    of_each = list(policies.values())
    return summarise(list(policies), range(7, 7 + len(of_each[0])), of_each)


class TestQuantiles:
    """Student's t without scipy at run time."""

    @pytest.mark.parametrize("freedom", [*range(1, 40), 60, 99, 1000, 10**6])
    def test_are_those_of_scipy(self, freedom: int) -> None:
        """To five digits, at any number of degrees of freedom."""
        assert t_quantile(freedom) == pytest.approx(float(stats.t.ppf(0.975, freedom)), rel=5e-6)


class TestEstimates:
    """A mean and its interval."""

    @given(figures)
    def test_interval_is_the_one_of_scipy(self, values: list[float]) -> None:
        """mean +- t sd / sqrt(n)."""
        found = estimate(values)
        assert found.mean == pytest.approx(sum(values) / len(values))
        spread = stats.sem(values)
        if spread == 0:
            assert found.half_width == 0
        else:
            expected = stats.t.interval(0.95, len(values) - 1, loc=found.mean, scale=spread)
            assert found.interval == pytest.approx(expected, rel=1e-5, abs=1e-3)

    def test_undefined_figures_are_left_out(self) -> None:
        """They do not count; one value has no interval, and none has no mean."""
        assert estimate([None, 2.0, None, 4.0]).count == 2
        assert estimate([None, 2.0]) == Estimate(1, 2.0, None)
        assert estimate([None]) == Estimate(0, None, None)
        assert estimate([2.0]).differs is None


class TestPairedDifferences:
    """Policies share the workload of a seed, so they are compared seed by seed."""

    def test_by_hand(self) -> None:
        """Waits of 10, 20, 30 against 12, 23, 31: 2 +- 4.303 x 1 / sqrt(3), though the means alone overlap widely."""
        found = summed(first=[waited(10), waited(20), waited(30)], second=[waited(12), waited(23), waited(31)])
        metric = next(one for one in found.metrics if one.name == "mean wait")
        assert [one.mean for one in metric.means] == [20, 22]
        assert metric.differences[0] is None
        assert metric.differences[1] == Estimate(3, 2.0, pytest.approx(4.30265273 / 3**0.5))
        assert metric.differences[1].differs is False
        assert found.seeds == (7, 8, 9)

    def test_the_same_is_no_difference(self) -> None:
        """A policy that does just what the first one does differs by 0 +- 0."""
        runs = [waited(10), waited(20)]
        for metric in summed(first=runs, second=runs).metrics:
            if metric.means[0].count:
                assert metric.differences[1] == Estimate(2, 0.0, 0.0)
                assert metric.differences[1].differs is False

    def test_always_one_more_is_one(self) -> None:
        """What is 1 more in every replication is surely more, however far apart the replications are."""
        found = summed(first=[waited(1), waited(900)], second=[waited(2), waited(901)])
        metric = next(one for one in found.metrics if one.name == "mean wait")
        assert metric.differences[1] == Estimate(2, 1.0, 0.0)
        assert metric.differences[1].differs is True

    def test_a_figure_undefined_for_one_is_no_pair(self) -> None:
        """Only seeds in which both policies have the figure count."""
        nobody = measure(*told_run([Told(0, Outcome.WAITING)], stop=5))
        found = summed(first=[nobody, waited(10), waited(20)], second=[waited(1), waited(11), waited(21)])
        metric = next(one for one in found.metrics if one.name == "mean wait")
        assert metric.means[0].count == 2
        assert metric.differences[1] == Estimate(2, 1.0, 0.0)


def test_json() -> None:
    """One object a figure and in it one a policy; undefined is null."""
    found = summed(first=[waited(10)], second=[waited(12)]).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["count"], found["seeds"], found["baseline"], found["confidence"]) == (1, [7], "first", 0.95)
    wait = next(one for one in found["metrics"] if one["name"] == "mean wait")
    assert wait == {
        "name": "mean wait",
        "resource": None,
        "better": "less",
        "policies": [
            {"label": "first", "count": 1, "mean": 10.0, "low": None, "high": None, "difference": None},
            {
                "label": "second", "count": 1, "mean": 12.0, "low": None, "high": None,
                "difference": {"count": 1, "mean": 2.0, "low": None, "high": None, "differs": None},
            },
        ],
    }  # fmt: skip


def test_headlines_of_runs_of_one_scenario_line_up() -> None:
    """Name, kind and resource are the same for every run, whatever is undefined in it."""
    lists = [
        [(one.name, one.kind, one.resource) for one in headlines(run)] for run in (waited(1), measure(*told_run([])))
    ]
    assert lists[0] == lists[1]
    assert len(set(lists[0])) == len(lists[0])
