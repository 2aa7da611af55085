"""The model of Lublin and Feitelson against the means that its three parameter sets are known to have."""

from __future__ import annotations

import numpy as np
import pytest

from allocator.simulation.generating.lublin import weights
from allocator.simulation.workload import Workload
from tests.simulation.generating.drawn import CPU, HOUR, cv, draw, gaps, jobs, offered, pool

KNOWN = {
    "typeless": (12.2, 4, 4_388, 108, 1.94, 917, 0.73),
    "batch": (13.9, 4, 9_526, 821, 1.48, 3_470, 0.37),
    "interactive": (8.1, 4, 237, 14, 11.2, 616, 0.04),
}
"""Mean and median size, mean and median run time in s, its cv, mean time between arrivals in s, offered load."""


@pytest.fixture(scope="module")
def made() -> dict[str, Workload]:
    """40,000 jobs of each set, for 128 processors."""
    return {
        of: jobs(
            arrivals=draw("lublin", set=of), runtime=draw("lublin", set=of), tasks=draw("lublin", set=of), jobs=40_000
        )
        for of in KNOWN
    }


@pytest.mark.parametrize("of", KNOWN)
class TestMeans:
    """128 processors."""

    def test_sizes(self, made: dict[str, Workload], of: str) -> None:
        """Sizes have their mean, and half of them (of batch jobs 50.1 %) are no larger than their median."""
        assert made[of].tasks.mean() == pytest.approx(KNOWN[of][0], rel=0.05)
        assert np.mean(made[of].tasks <= KNOWN[of][1]) > 0.49
        assert np.mean(made[of].tasks < KNOWN[of][1]) < 0.5

    def test_runtimes(self, made: dict[str, Workload], of: str) -> None:
        """Run times have their mean, median and spread."""
        seconds = made[of].runtime / 1_000
        assert seconds.mean() == pytest.approx(KNOWN[of][2], rel=0.07)
        assert np.median(seconds) == pytest.approx(KNOWN[of][3], rel=0.07)
        assert cv(seconds) == pytest.approx(KNOWN[of][4], rel=0.1)

    def test_arrivals(self, made: dict[str, Workload], of: str) -> None:
        """Times between arrivals have their mean."""
        assert gaps(made[of]).mean() / 1_000 == pytest.approx(KNOWN[of][5], rel=0.1)

    def test_load(self, made: dict[str, Workload], of: str) -> None:
        """Together they are the load that the model has of itself."""
        assert offered(made[of], pool()) == pytest.approx(KNOWN[of][6], abs=0.06)


class TestShape:
    """What sets the model apart from independent draws."""

    def test_powers_of_two(self, made: dict[str, Workload]) -> None:
        """A quarter of jobs is serial, and most of the rest a power of two."""
        sizes = made["typeless"].tasks
        assert np.mean(sizes == 1) == pytest.approx(0.244, abs=0.01)
        parallel = sizes[sizes > 1]
        assert np.mean(parallel & (parallel - 1) == 0) > 0.576 / (1 - 0.244)
        assert sizes.max() == 128

    def test_larger_runs_longer(self, made: dict[str, Workload]) -> None:
        """Jobs of more than 64 tasks run longer than those of less than 8."""
        workload = made["typeless"]
        assert workload.runtime[workload.tasks > 64].mean() > 1.5 * workload.runtime[workload.tasks < 8].mean()

    def test_no_longer_than(self, made: dict[str, Workload]) -> None:
        """No run time is above e^12 s."""
        assert max(workload.runtime.max() for workload in made.values()) <= 162_755_000

    def test_day(self, made: dict[str, Workload]) -> None:
        """The rush is at two in the afternoon, at 1.83 times the mean, the trough before dawn, at a fifth of it."""
        day = weights("typeless")
        assert sum(day) == pytest.approx(48)
        assert max(day) == pytest.approx(1.83, abs=0.05)
        assert min(day) == pytest.approx(0.19, abs=0.05)
        assert 13 <= day.index(max(day)) / 2 <= 15
        assert 3 <= day.index(min(day)) / 2 <= 5.5
        hours = np.bincount(made["typeless"].submit // HOUR % 24, minlength=24)
        expected = np.array(day).reshape(24, 2).mean(axis=1)
        assert hours / hours.mean() == pytest.approx(expected, abs=0.15)


class TestProcessors:
    """The largest job."""

    def test_what_the_pool_holds(self) -> None:
        """Left out, it is as many tasks as the empty pool holds, node by node."""
        lublin = draw("lublin")
        assert jobs(pool(nodes=10), tasks=lublin, jobs=20_000).tasks.max() == 120
        assert jobs(pool(capacity={"cpu": 1024 * CPU}), tasks=lublin, jobs=20_000).tasks.max() == 1024

    @pytest.mark.parametrize("processors", [1, 2, 3, 10])
    def test_small(self, processors: int) -> None:
        """A machine of any size has jobs that fit."""
        sizes = jobs(tasks=draw("lublin", processors=processors), jobs=2_000).tasks
        assert (sizes.min(), sizes.max()) == (1, processors)
