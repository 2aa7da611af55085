"""Each process of arrivals against its mean, its spread and its shape."""

from __future__ import annotations

import numpy as np
import pytest

from allocator.core.draws import mean_gap
from allocator.core.errors import QuantityError, WorkloadError
from allocator.core.generators import Draw
from allocator.simulation.generating import making
from tests.simulation.generating.drawn import DAY, HOUR, MINUTE, cv, draw, gaps, jobs, pool


class TestRenewal:
    """Gaps that are independent of each other."""

    @pytest.mark.parametrize(
        ("arrivals", "spread"),
        [
            (draw("poisson", mean=MINUTE), 1),
            (draw("gamma", mean=MINUTE, cv=0.5), 0.5),
            (draw("gamma", mean=MINUTE, cv=3), 3),
            (draw("weibull", mean=MINUTE, cv=0.5), 0.5),
            (draw("weibull", mean=MINUTE, cv=2), 2),
        ],
        ids=lambda value: getattr(value, "kind", str(value)),
    )
    def test_mean_and_cv(self, arrivals: object, spread: float) -> None:
        """Gaps have the mean and the coefficient of variation that were asked for."""
        found = gaps(jobs(arrivals=arrivals, jobs=40_000))
        assert found.mean() == pytest.approx(MINUTE, rel=0.04)
        assert cv(found) == pytest.approx(spread, rel=0.06)

    def test_every(self) -> None:
        """Equal distances, from the very start on."""
        assert jobs(arrivals=draw("every", gap=5_000), jobs=4, from_ms=HOUR).submit.tolist() == [
            HOUR,
            HOUR + 5_000,
            HOUR + 10_000,
            HOUR + 15_000,
        ]

    def test_at_once(self) -> None:
        """All at the start."""
        assert jobs(arrivals=draw("at-once"), jobs=3, from_ms=7).submit.tolist() == [7, 7, 7]

    def test_batch(self) -> None:
        """Groups arrive together; their sizes are geometric, and their number is Poisson's."""
        found = jobs(arrivals=draw("batch", mean=HOUR, size=5), jobs=20_000)
        times, sizes = np.unique(found.submit, return_counts=True)
        assert sizes.mean() == pytest.approx(5, rel=0.05)
        assert np.mean(sizes == 1) == pytest.approx(0.2, abs=0.02)
        assert np.diff(times).mean() == pytest.approx(HOUR, rel=0.06)


@pytest.mark.parametrize(
    "arrivals",
    [
        draw("poisson", mean=MINUTE),
        draw("batch", mean=MINUTE, size=3),
        draw("diurnal", mean=MINUTE, week=(1, 1, 1, 1, 1, 0, 0)),
        draw("mmpp", burst=5_000, calm=2 * MINUTE),
        draw("on-off", mean=5_000, on=HOUR, off=3 * HOUR),
    ],
    ids=lambda one: one.kind,
)
def test_the_catalogue_knows_the_mean(arrivals: Draw) -> None:
    """What the checks of a scenario expect to arrive does arrive."""
    found = jobs(pool(horizon=84 * DAY), arrivals=arrivals)
    assert len(found) == pytest.approx(84 * DAY / (mean_gap(arrivals) or 0), rel=0.1)


class TestDiurnal:
    """A Poisson process that knows the hour and the weekday."""

    WEEK = (1, 1, 1, 1, 1, 0.5, 0.25)

    def found(self, starts: int = 0, **more: int) -> np.ndarray:
        """Arrivals of eight weeks, one in two minutes on average."""
        arrivals = draw("diurnal", mean=2 * MINUTE, amplitude=0.8, peak=14 * HOUR, week=self.WEEK, starts=starts)
        return jobs(pool(horizon=56 * DAY), arrivals=arrivals, **more).submit

    def test_mean(self) -> None:
        """Over whole weeks it has its mean."""
        assert len(self.found()) == pytest.approx(56 * DAY / (2 * MINUTE), rel=0.03)

    def test_hours(self) -> None:
        """Hours have what the wave says: most at the peak, a ninth of that twelve hours later."""
        hours = np.bincount(self.found() // HOUR % 24, minlength=24)
        wave = 1 + 0.8 * np.cos(2 * np.pi * (np.arange(24) + 0.5 - 14) / 24)
        assert hours / hours.mean() == pytest.approx(wave, abs=0.1)
        assert int(hours.argmax()) in (13, 14)

    def test_days(self) -> None:
        """Weekdays have their weights."""
        days = np.bincount(self.found() // DAY % 7, minlength=7)
        assert days / days.sum() == pytest.approx(np.array(self.WEEK) / sum(self.WEEK), abs=0.01)

    def test_starts(self) -> None:
        """A run that starts on Saturday at noon starts in the rush of a slow day."""
        days = np.bincount((self.found(starts=5 * DAY + 12 * HOUR) + 12 * HOUR) // DAY, minlength=9)
        assert days[1] < days[2] / 3  # Sunday, Monday
        first = self.found(starts=14 * HOUR)
        assert np.sum(first < 2 * HOUR) > 5 * np.sum((first >= 11 * HOUR) & (first < 13 * HOUR))

    def test_from(self) -> None:
        """What begins later still has its peak at the peak of the day."""
        hours = np.bincount(self.found(from_ms=5 * HOUR) // HOUR % 24, minlength=24)
        assert int(hours.argmax()) in (13, 14)

    def test_off_days(self) -> None:
        """Nothing arrives on a day that weighs nothing."""
        found = jobs(arrivals=draw("diurnal", mean=MINUTE, week=(0, 1, 0, 0, 0, 0, 0)), jobs=5_000).submit
        assert set((found // DAY % 7).tolist()) == {1}


class TestBursts:
    """Processes that change their mind."""

    def test_mmpp(self) -> None:
        """Twenty and one a minute, for 5 and 45 minutes: 2.9 a minute, with a hundred times the usual variance."""
        found = jobs(pool(horizon=80_000 * MINUTE), arrivals=draw("mmpp", burst=3_000, calm=MINUTE)).submit
        minutes = found[-1] / MINUTE
        assert len(found) / minutes == pytest.approx(2.9, rel=0.06)
        windows = np.bincount(found // (1_000 * MINUTE))[:-1]
        assert windows.var() / windows.mean() == pytest.approx(95, rel=0.4)

    def test_on_off(self) -> None:
        """An hour on and nine off: a tenth of the rate, in tight bursts with nothing between them."""
        arrivals = draw("on-off", mean=10_000, on=HOUR, off=9 * HOUR)
        found = jobs(pool(horizon=400 * DAY), arrivals=arrivals).submit
        assert len(found) == pytest.approx(400 * DAY / 10_000 / 10, rel=0.1)
        pauses = np.diff(found)[np.diff(found) > 10 * MINUTE]
        assert pauses.mean() == pytest.approx(9 * HOUR, rel=0.12)

    def test_heavy_tail(self) -> None:
        """With a Pareto tail no period is shorter than a third of a mean of exponent 1.5."""
        arrivals = draw("on-off", mean=20_000, on=HOUR, off=HOUR, tail=1.5)
        found = jobs(pool(horizon=100 * DAY), arrivals=arrivals).submit
        pauses = np.diff(found)[np.diff(found) > 15 * MINUTE]
        assert HOUR / 3 < pauses.min() < HOUR / 2
        assert pauses.max() > 5 * HOUR

    def test_at_any_time(self) -> None:
        """It starts as if it had always run: on in a quarter of all runs, if it is on for a quarter of the time."""
        arrivals = draw("on-off", mean=1_000, on=HOUR, off=3 * HOUR)
        first = np.array([jobs(pool(seed=seed), arrivals=arrivals, jobs=1).submit[0] for seed in range(200)])
        assert np.mean(first < MINUTE) == pytest.approx(0.25, abs=0.07)


class TestEnds:
    """When a stream ends."""

    def test_until(self) -> None:
        """No arrival before `from`, none at `until` or at the end of the run."""
        found = jobs(pool(horizon=DAY), arrivals=draw("every", gap=HOUR), from_ms=2 * HOUR, until_ms=5 * HOUR)
        assert (found.submit // HOUR).tolist() == [2, 3, 4]
        assert len(jobs(pool(horizon=3 * HOUR), arrivals=draw("every", gap=HOUR), until_ms=DAY)) == 3

    def test_never(self) -> None:
        """What would never end is refused."""
        with pytest.raises(WorkloadError, match="never end"):
            jobs()
        with pytest.raises(WorkloadError, match="never end"):
            jobs(pool(horizon=DAY), arrivals=draw("at-once"))

    def test_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """More jobs than can be held are refused, and so are jobs beyond 300 years."""
        monkeypatch.setattr(making, "MOST_JOBS", 1_000)
        with pytest.raises(WorkloadError, match="more than 1,000 jobs"):
            jobs(pool(horizon=4 * HOUR), arrivals=draw("every", gap=1))
        with pytest.raises(WorkloadError, match="days"):
            jobs(arrivals=draw("every", gap=1000 * DAY), jobs=1_000)

    def test_faulty(self) -> None:
        """A draw that no scenario file could have is refused by its name."""
        with pytest.raises(QuantityError, match=r"did you mean 'poisson'"):
            jobs(arrivals=draw("poison"), jobs=1)
        with pytest.raises(
            QuantityError, match=r"workloads\[0\]: arrivals\.mean: found -1, expected a duration above 0"
        ):
            jobs(arrivals=draw("poisson", mean=-1), jobs=1)
        with pytest.raises(QuantityError, match=r"runtime\.mean: missing"):
            jobs(runtime=draw("exponential"), jobs=1)
