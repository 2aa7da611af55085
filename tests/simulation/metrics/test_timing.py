"""Who is counted where, and when: jobs by what became of them, waits, slowdowns and deadlines."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.simulation.metrics import JobCounts, Spread, measure
from allocator.simulation.metrics.exact import exact_dot, exact_sum, exact_sums
from allocator.simulation.metrics.spreads import spread, spreads
from allocator.simulation.run import Outcome
from allocator.simulation.workload import NONE, column
from tests.simulation.metrics.runs import Attempt, Told, done, told_run

WAITS = Told(3, Outcome.WAITING)
RUNS = Told(4, Outcome.RUNNING, [Attempt(6, 99, {0: 1})])
RAN_ALREADY = Told(0, Outcome.COMPLETED, [Attempt(0, 5, {0: 1})], 5, running=True)
KILLED = Told(1, Outcome.KILLED, [Attempt(2, 4, {0: 1}, lost=True)], 4)
WITHDRAWN = Told(1, Outcome.KILLED, end=7)
IMPOSSIBLE = Told(2, Outcome.IMPOSSIBLE)
LATER = Told(10, Outcome.WAITING)
BACK = Told(1, Outcome.WAITING, [Attempt(2, 5, {0: 1}, lost=True)])


class TestPopulations:
    """Arrived, started and completed are never mixed."""

    def test_each_outcome_is_counted_once(self) -> None:
        """A job that is submitted when the run stops has not arrived; one that was lost has started and waits."""
        told = sorted(
            [WAITS, RUNS, RAN_ALREADY, KILLED, WITHDRAWN, IMPOSSIBLE, LATER, BACK], key=lambda job: job.submit
        )
        overall = measure(*told_run(told, stop=10)).overall
        assert overall.jobs == JobCounts(
            arrived=7, started=4, completed=1, waiting=2, running=1, killed=2, impossible=1
        )

    def test_what_ran_already_did_not_wait(self) -> None:
        """A job that ran at 0 is completed, and has neither wait nor slowdown."""
        overall = measure(*told_run([RAN_ALREADY])).overall
        assert overall.jobs.completed == 1
        assert overall.wait_ms == overall.bounded_slowdown == overall.turnaround_ms == Spread()
        assert overall.longest_wait_ms is None

    def test_slowdowns_are_of_completed_jobs(self) -> None:
        """A killed job has waited, and has no slowdown; a running one as well."""
        overall = measure(*told_run([KILLED, RUNS], stop=10)).overall
        assert (overall.wait_ms.count, overall.wait_ms.mean) == (2, 1.5)
        assert overall.bounded_slowdown == overall.turnaround_ms == Spread()

    def test_slowdown_counts_all_tries_and_the_last_run(self) -> None:
        """A job that was lost and ran again was away from its submit time to its end, of which it ran the last try."""
        tries = [Attempt(0, 20_000, {0: 1}, lost=True), Attempt(20_000, 40_000, {0: 1})]
        overall = measure(*told_run([Told(0, Outcome.COMPLETED, tries, 40_000)])).overall
        assert overall.wait_ms.mean == 0
        assert overall.bounded_slowdown.mean == 2

    def test_longest_wait_includes_those_still_waiting(self) -> None:
        """A job that waits for 7 ms when the run stops has waited longest, though no wait ended."""
        overall = measure(*told_run([done(0, 2, 4), WAITS], stop=10)).overall
        assert overall.wait_ms.max == 2
        assert overall.longest_wait_ms == 7

    def test_an_interrupt_stops_in_the_middle_of_an_instant(self) -> None:
        """Of the jobs submitted at the instant of an interrupt, those that were handled have arrived."""
        handled, unseen = done(5, 5, 5), Told(5, Outcome.WAITING)
        jobs = measure(*told_run([handled, unseen], stop=5, ended="interrupted")).overall.jobs
        assert (jobs.arrived, jobs.completed, jobs.waiting) == (1, 1, 0)

    def test_nothing_is_none(self) -> None:
        """Without jobs nothing is measured, and nothing is 0 or NaN that is undefined."""
        measured = measure(*told_run([]))
        assert measured.overall.wait_ms == Spread(0, None, None, None, None, None)
        assert measured.utilisation == {"r0": None}
        assert measured.jain_index is None
        assert measured.jain_windows == {"1m": None, "1h": None}
        assert measured.makespan_ms is None
        assert measured.throughput_per_hour is None
        assert measured.tenants[0].dominant_share_mean is None


class TestDeadlines:
    """A miss is an end after the deadline, or none by then."""

    @staticmethod
    def missed(*told: Told, stop: int | None = None) -> tuple[int, int]:
        """Missed, of how many with a deadline."""
        overall = measure(*told_run(told, stop=stop)).overall
        return overall.deadline_misses, overall.with_deadline

    def test_on_time_is_not_late(self) -> None:
        """An end at the deadline is in time; a job without one does not count."""
        assert self.missed(done(0, 0, 5, deadline=5), done(0, 0, 5, deadline=4), done(0, 0, 5)) == (1, 2)

    def test_horizon(self) -> None:
        """What waits or runs at the horizon missed a deadline that has come, and not one that lies ahead."""
        waits = [Told(0, Outcome.WAITING, deadline=deadline) for deadline in (9, 10, 11)]
        runs = [Told(0, Outcome.RUNNING, [Attempt(0, 20, {0: 1})], deadline=deadline) for deadline in (9, 10, 11)]
        assert self.missed(*waits, *runs, stop=10) == (4, 6)

    def test_what_never_ends_misses(self) -> None:
        """A job that was killed, can never run, or waits for good after all else is done has missed its deadline."""
        killed = Told(0, Outcome.KILLED, [Attempt(0, 2, {0: 1}, lost=True)], 2, deadline=50)
        impossible = Told(0, Outcome.IMPOSSIBLE, deadline=50)
        stuck = Told(0, Outcome.WAITING, deadline=50)
        assert self.missed(killed, impossible, stuck) == (3, 3)


class TestSpreads:
    """Five numbers of a distribution."""

    @given(st.lists(st.integers(0, 10**13), min_size=1, max_size=150), st.sampled_from([50, 95, 99]))
    def test_percentiles_are_numpys(self, values: list[int], percent: int) -> None:
        """Linear, as numpy has it; the 99th only of 100 values or more."""
        found = spread(column(values))
        mine = {50: found.p50, 95: found.p95, 99: found.p99}[percent]
        if percent == 99 and len(values) < 100:
            assert mine is None
        else:
            assert mine == pytest.approx(float(np.percentile(values, percent)), rel=1e-12)
        assert found.mean == sum(values) / len(values)
        assert (found.count, found.max) == (len(values), max(values))

    @pytest.mark.parametrize(("count", "expected"), [(99, None), (100, 98.01)])
    def test_a_hundred_is_enough(self, count: int, expected: float | None) -> None:
        """The 99th percentile of 0 to 99 is 98.01; of 0 to 98 it says nothing."""
        assert spread(column(range(count))).p99 == expected

    @given(st.lists(st.tuples(st.integers(0, 3), st.floats(1, 1e9)), max_size=40), st.randoms())
    def test_groups_are_spreads_of_their_own(self, pairs: list[tuple[int, float]], random: object) -> None:
        """Each group's numbers are those of its values alone, in whatever order the values come."""
        shuffled = sorted(pairs, key=lambda _: random.random())  # type: ignore[attr-defined]
        values, groups = np.array([value for _, value in shuffled]), column([group for group, _ in shuffled])
        overall, each = spreads(values, groups, 4)
        assert overall == spread(np.array([value for _, value in pairs]))
        for index, found in enumerate(each):
            assert found == spread(np.array([value for group, value in pairs if group == index]))


class TestExact:
    """Sums that no int64 holds."""

    numbers = st.lists(st.tuples(st.integers(0, 2**62), st.integers(0, 2**62)), max_size=30)

    @given(numbers)
    def test_products(self, pairs: list[tuple[int, int]]) -> None:
        """The sum of products is the one of Python's own whole numbers."""
        first, second = column([one for one, _ in pairs]), column([other for _, other in pairs])
        assert exact_dot(first, second) == sum(one * other for one, other in pairs)
        assert exact_sum(first) == sum(one for one, _ in pairs)
        if pairs:
            assert exact_sums(first, column([0])) == [exact_sum(first)]

    def test_bytes_times_milliseconds(self) -> None:
        """A thousand jobs of 8 TiB each for a year add up to more than an int64 holds, exactly."""
        year, memory = 365 * 86_400_000, 8 * 2**40
        told = [done(0, 0, year, memory + row) for row in range(1000)]
        measured = measure(*told_run(told, nodes=[("", (memory * 2000,))]))
        used = sum(memory + row for row in range(1000)) * year
        assert measured.utilisation == {"r0": float(Fraction(used, memory * 2000 * year))}
        assert NONE not in measured.lost_work.values()
