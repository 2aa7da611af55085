"""Run times, tasks, estimates and tenants against their moments and the figures of the literature."""

from __future__ import annotations

import math

import numpy as np
import pytest

from allocator.core.generators import Draw, Shape
from allocator.simulation.workload import Workload
from tests.simulation.generating.drawn import CPU, DAY, HOUR, MINUTE, cv, draw, jobs, pool

MANY = 40_000
SECOND = 1_000


def runtimes(runtime: Draw) -> np.ndarray:
    """Many of them, in seconds."""
    return jobs(runtime=runtime, jobs=MANY).runtime / SECOND


class TestRuntimes:
    """Each distribution."""

    def test_constant(self) -> None:
        """Always the same."""
        assert set(runtimes(draw("constant", value=90 * SECOND)).tolist()) == {90}

    @pytest.mark.parametrize(
        ("runtime", "mean", "spread", "median"),
        [
            (draw("exponential", mean=MINUTE), 60, 1, 60 * math.log(2)),
            (draw("gamma", mean=MINUTE, cv=0.5), 60, 0.5, 55.08),
            (draw("lognormal", mean=10 * MINUTE, cv=2), 600, 2, 268),
            (draw("weibull", mean=MINUTE, shape=0.6), 60, 1.758, 21.65),
            (draw("log-uniform", low=SECOND, high=1_000 * SECOND), 999 / math.log(1_000), 1.566, 10**1.5),
            (draw("uniform", low=0, high=MINUTE), 30, 1 / math.sqrt(3), 30),
        ],
        ids=lambda value: getattr(value, "kind", ""),
    )
    def test_moments(self, runtime: Draw, mean: float, spread: float, median: float) -> None:
        """The mean, the coefficient of variation and the median are what theory says."""
        found = runtimes(runtime)
        assert found.mean() == pytest.approx(mean, rel=0.04)
        assert cv(found) == pytest.approx(spread, rel=0.12)
        assert np.median(found) == pytest.approx(median, rel=0.03)

    def test_hyperexponential(self) -> None:
        """With a squared cv of 9, 94.7 % are short, of mean 31.7 s, the rest of mean 568 s; each half of the work."""
        found = runtimes(draw("hyperexponential", mean=MINUTE, cv=3))
        assert found.mean() == pytest.approx(60, rel=0.02)
        assert cv(found) == pytest.approx(3, rel=0.06)
        beyond = np.mean(found > 300)
        assert beyond == pytest.approx(0.947 * math.exp(-300 / 31.7) + 0.053 * math.exp(-300 / 568), rel=0.06)

    @pytest.mark.parametrize(("alpha", "low", "mean", "top"), [(1.1, 10, 65.6, 0.42), (1.5, 30, 88.3, 0.20)])
    def test_bounded_pareto(self, alpha: float, low: int, mean: float, top: float) -> None:
        """Up to a day: the mean is that of the formula, and one job in a hundred is that much of the work."""
        found = np.sort(runtimes(draw("bounded-pareto", alpha=alpha, low=low * SECOND, high=DAY)))
        assert found.mean() == pytest.approx(mean, rel=0.05)
        assert found[-MANY // 100 :].sum() / found.sum() == pytest.approx(top, abs=0.03)
        assert found[0] >= low
        assert found[-1] <= 86_400

    def test_narrow_pareto(self) -> None:
        """From 1 to 10 with alpha 1 the mean is 10/9 ln 10, and both ends are reached."""
        found = runtimes(draw("bounded-pareto", alpha=1, low=SECOND, high=10 * SECOND))
        assert found.mean() == pytest.approx(10 / 9 * math.log(10), rel=0.01)
        assert found.min() == pytest.approx(1, abs=0.01)
        assert found.max() == pytest.approx(10, abs=0.05)

    def test_mix(self) -> None:
        """Each value as often as its share."""
        found = runtimes(draw("mix", values=(SECOND, MINUTE, HOUR), shares=(7, 2, 1)))
        values, counts = np.unique(found, return_counts=True)
        assert values.tolist() == [1, 60, 3600]
        assert counts / MANY == pytest.approx(np.array([0.7, 0.2, 0.1]), abs=0.01)


class TestTasks:
    """How many tasks."""

    def found(self, tasks: Draw) -> np.ndarray:
        """Many of them."""
        return jobs(tasks=tasks, jobs=MANY).tasks

    def test_none(self) -> None:
        """A job has one where nothing is said, and so many where a number is."""
        assert set(jobs(jobs=9).tasks.tolist()) == {1}
        assert set(self.found(draw("constant", value=7)).tolist()) == {7}

    def test_geometric(self) -> None:
        """One in four is alone when the mean is four; none has more than `most`."""
        found = self.found(draw("geometric", mean=4, most=20))
        assert np.mean(found == 1) == pytest.approx(0.25, abs=0.01)
        assert np.mean(found == 2) == pytest.approx(0.1875, abs=0.01)
        assert (found.min(), found.max()) == (1, 20)

    def test_zipf(self) -> None:
        """Two is as often as one over 2^1.5."""
        found = self.found(draw("zipf", exponent=1.5, most=1000))
        assert np.sum(found == 1) / np.sum(found == 2) == pytest.approx(2**1.5, rel=0.05)
        assert np.sum(found == 2) / np.sum(found == 4) == pytest.approx(2**1.5, rel=0.08)
        assert found.max() > 500

    def test_power_of_two(self) -> None:
        """1, 2, 4, ... up to the largest within `most`, as often each."""
        values, counts = np.unique(self.found(draw("power-of-two", most=20)), return_counts=True)
        assert values.tolist() == [1, 2, 4, 8, 16]
        assert counts == pytest.approx(MANY / 5, rel=0.05)

    def test_uniform_and_mix(self) -> None:
        """Every number of a range, or one of a few."""
        values, counts = np.unique(self.found(draw("uniform", low=3, high=5)), return_counts=True)
        assert values.tolist() == [3, 4, 5]
        assert counts == pytest.approx(MANY / 3, rel=0.05)
        assert np.mean(self.found(draw("mix", values=(1, 8), shares=(3, 1))) == 8) == pytest.approx(0.25, abs=0.01)


class TestEstimates:
    """What owners say."""

    def found(self, **more: object) -> Workload:
        """Jobs of an hour on average, and what is said of them."""
        return jobs(runtime=draw("lognormal", mean=HOUR, cv=2), jobs=MANY, **more)

    def test_exact(self) -> None:
        """The run time, where that or nothing is said."""
        for more in ({}, {"estimate": draw("exact")}):
            workload = self.found(**more)
            assert (workload.estimate == workload.runtime).all()

    def test_factor(self) -> None:
        """Up to five times the run time, three times on average; a tenth too short where so told."""
        workload = self.found(estimate=draw("factor", most=5))
        ratio = workload.estimate / workload.runtime
        assert ratio.min() >= 1 - 1e-3
        assert ratio.max() <= 5 + 1e-3
        assert ratio.mean() == pytest.approx(3, rel=0.02)
        short = self.found(estimate=draw("factor", most=5, under=0.1))
        under = short.estimate < short.runtime
        assert under.mean() == pytest.approx(0.1, abs=0.01)
        assert (short.estimate / short.runtime)[under].mean() == pytest.approx(0.75, abs=0.02)

    def test_rounded(self) -> None:
        """The least round value that is enough, and beyond the last a multiple of it."""
        values = (15 * MINUTE, HOUR, 4 * HOUR)
        workload = self.found(estimate=draw("rounded", values=values))
        for runtime, estimate in zip(workload.runtime.tolist(), workload.estimate.tolist(), strict=True):
            enough = [value for value in values if value >= runtime]
            assert estimate == (enough[0] if enough else -(-runtime // values[-1]) * values[-1])

    def test_rounded_short(self) -> None:
        """Who is too short says the next round value below, where there is one."""
        workload = self.found(estimate=draw("rounded", values=(15 * MINUTE, HOUR), under=1))
        short = workload.estimate < workload.runtime
        assert (short == (workload.runtime > 15 * MINUTE)).all()
        assert set(workload.estimate[short].tolist()) == {15 * MINUTE, HOUR}
        hours = jobs(runtime=draw("constant", value=HOUR), estimate=draw("rounded", under=1), jobs=5)
        assert set(hours.estimate.tolist()) == {15 * MINUTE}


class TestWhoAndWhat:
    """Tenants, demands, and what is the same for all jobs."""

    def test_skew(self) -> None:
        """Under an exponent of 1 the second tenant has half, the third a third of the first's jobs."""
        counts = np.bincount(jobs(pool(*"abcd"), skew=1.0, jobs=MANY).tenant)
        assert counts / counts[0] == pytest.approx(1 / np.arange(1, 5), rel=0.06)

    def test_even(self) -> None:
        """Without skew all have the same, and only those that are named have any."""
        counts = np.bincount(jobs(pool(*"abcd"), tenants=("d", "b"), jobs=MANY).tenant, minlength=4)
        assert counts[[0, 2]].tolist() == [0, 0]
        assert counts[1] == pytest.approx(counts[3], rel=0.05)

    def test_shapes(self) -> None:
        """Each shape as often as its share; what it does not name it does not need."""
        shapes = (Shape({"cpu": CPU}, 55), Shape({"cpu": 4 * CPU, "memory": 64}, 15), Shape({"gpu": CPU}, 30))
        workload = jobs(pool(capacity={"cpu": 9, "memory": 9, "gpu": 9}), shapes=shapes, jobs=MANY)
        assert workload.resources == ("cpu", "memory", "gpu")
        rows, counts = np.unique(workload.demand, axis=0, return_counts=True)
        assert rows.tolist() == [[0, 0, 1000], [1000, 0, 0], [4000, 64, 0]]
        assert counts / MANY == pytest.approx(np.array([0.3, 0.55, 0.15]), abs=0.01)

    def test_the_same_for_all(self) -> None:
        """A priority, a deadline counted from the submit time, and the labels of nodes."""
        workload = jobs(priority=3, deadline_ms=HOUR, pools=("gpu",), jobs=5)
        assert workload.priority.tolist() == [3] * 5
        assert (workload.deadline == workload.submit + HOUR).all()
        assert [workload.pool_sets[at] for at in workload.pools.tolist()] == [("gpu",)] * 5
        assert set(jobs(jobs=5).priority.tolist()) == {100}
