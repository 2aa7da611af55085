"""The published numbers of the metrics, typed in: they run wherever the tests do."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator.simulation.metrics import Measures, measure
from allocator.simulation.metrics.activity import activity
from allocator.simulation.metrics.population import waiting
from allocator.simulation.metrics.windows import jain_of_run, jain_over_windows
from tests.simulation.metrics.runs import Told, done, told_run

S = 1000
"""Milliseconds in a second; the sources count in seconds."""


def seconds(*jobs: tuple[int, int, int], capacity: int = 100) -> Measures:
    """What is measured of jobs given as (submit, start, end) in seconds."""
    told = [done(submit * S, start * S, end * S) for submit, start, end in jobs]
    return measure(*told_run(told, nodes=[("", (capacity,))]))


class TestNineJobs:
    """CQSim (SPEAR-UIC, commit d8bdbb0), data/InputFiles/test.swf: 9 jobs on 100 processors."""

    SUBMIT = (0, 1000, 2000, 3000, 4000, 5000, 6000, 8000, 8000)
    PROCESSORS = (40, 80, 90, 20, 60, 50, 50, 50, 10)
    FCFS = (
        (0, 4000), (4000, 6000), (6000, 7000), (7000, 12000), (7000, 10000), (10000, 13000), (12000, 14000),
        (13000, 14000), (14000, 19000),
    )  # fmt: skip
    EASY = (
        (0, 4000), (4000, 6000), (8000, 9000), (3000, 8000), (9000, 12000), (12000, 15000), (6000, 8000),
        (13000, 14000), (8000, 13000),
    )  # fmt: skip

    @classmethod
    def measured(cls, ran: tuple[tuple[int, int], ...]) -> Measures:
        """What is measured when the jobs ran as CQSim says."""
        jobs: list[Told] = [
            done(submit * S, start * S, end * S, processors)
            for submit, (start, end), processors in zip(cls.SUBMIT, ran, cls.PROCESSORS, strict=True)
        ]
        return measure(*told_run(jobs))

    def test_first_come_first_served(self) -> None:
        """Mean wait 4000 s, longest 6000, mean slowdown 3.018519, makespan 19000, utilisation 0.547368."""
        measured = self.measured(self.FCFS)
        assert measured.overall.wait_ms.mean == 4000 * S
        assert measured.overall.longest_wait_ms == measured.overall.wait_ms.max == 6000 * S
        assert measured.overall.bounded_slowdown.mean == pytest.approx(3.018519, abs=5e-7)
        assert measured.makespan_ms == measured.span_ms == 19000 * S
        assert measured.utilisation == {"r0": pytest.approx(0.547368, abs=5e-7)}

    def test_easy_backfill(self) -> None:
        """Mean wait 2888.889 s, longest 7000, mean slowdown 2.833333, makespan 15000, utilisation 0.693333."""
        measured = self.measured(self.EASY)
        assert measured.overall.wait_ms.mean == pytest.approx(2888.889 * S, rel=1e-6)
        assert measured.overall.longest_wait_ms == 7000 * S
        assert measured.overall.bounded_slowdown.mean == pytest.approx(2.833333, abs=5e-7)
        assert measured.makespan_ms == 15000 * S
        assert measured.utilisation == {"r0": pytest.approx(0.693333, abs=5e-7)}


class TestSlowdown:
    """Feitelson, JSSPP 2001: max(1, (wait + run) / max(run, 10 s))."""

    @pytest.mark.parametrize(("wait", "run", "expected"), [(100, 1, 10.1), (5, 1, 1), (90, 10, 10), (0, 0, 1)])
    def test_bounded(self, wait: int, run: int, expected: float) -> None:
        """A short job does not count as shorter than 10 s, and a job of no length is 1."""
        assert seconds((0, wait, wait + run)).overall.bounded_slowdown.mean == expected

    def test_batsim(self) -> None:
        """Batsim, output-schedule: submitted at 0, started at 30, ended at 40: wait 30, turnaround 40, slowdown 4."""
        overall = seconds((0, 30, 40)).overall
        assert (overall.wait_ms.mean, overall.turnaround_ms.mean) == (30 * S, 40 * S)
        assert overall.bounded_slowdown.mean == 4.0


@pytest.mark.parametrize(
    ("values", "expected"), [((1, 3, 5), 0.7714285714), ((1, 4, 5), 0.7936507936), ((1, 2, 5), 0.7111111111)]
)
def test_jain(values: tuple[int, ...], expected: float) -> None:
    """Jain, Chiu & Hawe 1984: tenants that hold 1, 3 and 5 of 100 have an index of 0.77; so has every window."""
    told = [done(0, 0, 12, amount, tenant=index) for index, amount in enumerate(values)]
    scenario, run = told_run(told)
    every = activity(scenario, run, waiting(scenario, run))
    weights = [Fraction(1)] * 3
    assert jain_of_run(every, weights) == pytest.approx(expected)
    for window in (1, 5, 7, 12, 100):
        assert jain_over_windows(every, weights, window, run.stopped_ms) == pytest.approx(expected)
