"""A load that is asked for is reached, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest

from allocator.core.errors import WorkloadError
from allocator.core.generators import Draw, Shape
from tests.simulation.generating.drawn import CPU, DAY, HOUR, MINUTE, draw, jobs, offered, pool

WEEK = 7 * DAY
SMALL = {"cpu": 32 * CPU}

ARRIVALS = [
    draw("poisson"),
    draw("gamma", cv=2),
    draw("batch", size=5),
    draw("diurnal", amplitude=0.9),
    draw("mmpp"),
    draw("lublin"),
]

RUNTIMES = [draw("exponential", mean=30 * MINUTE), draw("bounded-pareto", alpha=1.3, low=10 * MINUTE, high=DAY)]


@pytest.mark.parametrize("runtime", RUNTIMES, ids=lambda one: one.kind)
@pytest.mark.parametrize("arrivals", ARRIVALS, ids=lambda one: one.kind)
class TestReached:
    """Within 2 %, whatever arrives and however long it runs."""

    def test_until_the_end(self, arrivals: Draw, runtime: Draw) -> None:
        """Over the whole of a run of a week."""
        scenario = pool(horizon=WEEK, capacity=SMALL)
        found = jobs(scenario, arrivals=arrivals, runtime=runtime, load=0.8)
        assert offered(found, scenario, WEEK) == pytest.approx(0.8, rel=0.02)

    def test_of_so_many_jobs(self, arrivals: Draw, runtime: Draw) -> None:
        """From the first to the last of ten thousand."""
        found = jobs(arrivals=arrivals, runtime=runtime, load=1.05, jobs=10_000)
        assert len(found) == 10_000
        assert offered(found, pool()) == pytest.approx(1.05, rel=0.02)


class TestWhatMoves:
    """The times between arrivals."""

    def test_only_the_times(self) -> None:
        """Jobs are the same under any load; twice the load is half the time between arrivals."""
        low, high = (jobs(load=load, jobs=3_000) for load in (0.4, 0.8))
        assert (low.runtime == high.runtime).all()
        assert low.submit[-1] / high.submit[-1] == pytest.approx(2, rel=0.01)

    def test_not_the_day(self) -> None:
        """The peak of the day stays where it is."""
        for load in (0.3, 1.2):
            found = jobs(
                pool(horizon=4 * WEEK, capacity=SMALL), arrivals=draw("diurnal"), runtime=RUNTIMES[0], load=load
            ).submit
            hours = np.bincount(found // HOUR % 24, minlength=24)
            assert hours[12:16].sum() > 6 * hours[0:4].sum()

    def test_not_the_bursts(self) -> None:
        """Periods that are on stay as long as they are."""
        arrivals = draw("on-off", on=2 * HOUR, off=10 * HOUR)
        low, high = (
            jobs(pool(horizon=8 * WEEK, capacity=SMALL), arrivals=arrivals, load=load, runtime=RUNTIMES[0])
            for load in (0.4, 0.8)
        )
        pauses = [np.sum(np.diff(found.submit) > 2 * HOUR) for found in (low, high)]
        assert pauses[0] == pytest.approx(pauses[1], abs=2)

    def test_the_tightest(self) -> None:
        """The load is that of the resource that is asked for most, of what there is of it."""
        scenario = pool(capacity={"cpu": 100 * CPU, "memory": 1 << 30})
        shapes = (Shape({"cpu": CPU, "memory": 1 << 26}),)
        found = jobs(scenario, shapes=shapes, load=0.5, jobs=2_000)
        memory = found.runtime.sum() / 16 / (found.submit[-1] - found.submit[0])
        assert memory == pytest.approx(0.5, rel=0.02)

    def test_a_window(self) -> None:
        """Where a stream has a window of the run, the load is that of the window."""
        found = jobs(pool(horizon=WEEK), load=0.7, from_ms=DAY, until_ms=3 * DAY, runtime=RUNTIMES[0])
        assert offered(found, pool(), 2 * DAY) == pytest.approx(0.7, rel=0.02)

    def test_nothing_to_load(self) -> None:
        """Jobs that need nothing reach no load."""
        with pytest.raises(WorkloadError, match="no load can be reached"):
            jobs(shapes=(Shape({}),), load=0.5, jobs=100)
