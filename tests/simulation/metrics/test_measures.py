"""Use, shares, fairness, starvation and stranded capacity: what each word means, on runs small enough to see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from allocator.core.model import Scenario
from allocator.core.timeline import Event
from allocator.simulation.metrics import measure, stranded, windows
from allocator.simulation.metrics.population import waiting
from allocator.simulation.metrics.series import running, utilisation
from allocator.simulation.run import Outcome, Run
from tests.simulation.metrics.runs import Attempt, Told, done, runs, told_run

TWO = [("a", (10, 10)), ("b", (10, 10))]


class TestUtilisation:
    """Used / up."""

    def test_of_what_was_up(self) -> None:
        """A node that is down for half of the time is half a node."""
        case = told_run([done(0, 0, 10, 5)], nodes=[("", (10,)), ("", (10,))], steps=[(5, ((10,), (0,)))])
        assert measure(*case).utilisation == {"r0": 50 / 150}

    def test_useful_leaves_out_what_was_lost(self) -> None:
        """An attempt that came to nothing used the node, to no use."""
        tries = [Attempt(0, 4, {0: 1}, lost=True), Attempt(4, 10, {0: 1})]
        measured = measure(*told_run([Told(0, Outcome.COMPLETED, tries, 10, demand=(50,))]))
        assert measured.utilisation == {"r0": 0.5}
        assert measured.useful_utilisation == {"r0": 0.3}
        assert measured.lost_work == {"r0": 200}

    def test_a_node_with_more_load_than_it_has_is_none(self) -> None:
        """It takes nothing away from the others."""
        case = told_run([done(0, 0, 10, 5)], nodes=[("", (10,)), ("", (10,))], steps=[(5, ((10,), (-3,)))])
        assert measure(*case).utilisation == {"r0": 50 / 150}

    def test_by_pool(self) -> None:
        """Each label of nodes has its own; a run without labels has no pools."""
        jobs = [
            Told(0, Outcome.COMPLETED, [Attempt(0, 10, {0: 1})], 10, demand=(5, 0)),
            Told(0, Outcome.COMPLETED, [Attempt(4, 10, {1: 2})], 10, demand=(5, 1), tasks=2),
        ]
        measured = measure(*told_run(jobs, nodes=TWO))
        assert [(pool.label, pool.nodes, pool.started, pool.wait_ms.mean) for pool in measured.pools] == [
            ("a", 1, 1, 0),
            ("b", 1, 1, 4),
        ]
        assert [pool.utilisation for pool in measured.pools] == [{"r0": 0.5, "r1": 0.0}, {"r0": 0.6, "r1": 0.12}]
        assert measure(*told_run([done(0, 0, 1)])).pools == ()

    def test_curve_ends_as_it_was(self) -> None:
        """What ran until the run stopped is still there at its end."""
        times, values = running(told_run([done(0, 2, 6)])[1])
        assert (times.tolist(), values.tolist()) == ([0, 2, 6], [0, 1, 1])

    def test_curve(self) -> None:
        """The curve divides by what is up then, and is undefined while nothing is."""
        case = told_run([done(0, 2, 6, 5)], stop=10, nodes=[("", (10,))], steps=[(4, ((20,),)), (8, ((0,),))])
        times, values = utilisation(case[1], 0)
        assert times.tolist() == [0, 2, 4, 6, 8, 10]
        assert values.tolist()[:4] == [0, 0.5, 0.25, 0]
        assert np.isnan(values[4])


class TestFairness:
    """Jain's index of the mean dominant share while active, by weight."""

    def test_weights(self) -> None:
        """Who weighs twice as much and holds twice as much is served as fairly."""
        told = [done(0, 0, 10, 20), done(0, 0, 10, 40, tenant=1)]
        assert measure(*told_run(told, weights=(1, 2))).jain_index == 1
        assert measure(*told_run(told, weights=(1, 1))).jain_index == pytest.approx(0.9)

    def test_waiting_counts_as_active(self) -> None:
        """A tenant that waits half of the time until all is done was not served as well, though it got as much work."""
        told = [done(0, 0, 10, 20), done(0, 10, 20, 20, tenant=1)]
        assert measure(*told_run(told)).jain_index == pytest.approx(0.9)

    def test_being_away_does_not_count(self) -> None:
        """A tenant that comes later and is served at once is served as well."""
        told = [done(0, 0, 10, 20), done(10, 10, 20, 20, tenant=1)]
        assert measure(*told_run(told)).jain_index == 1

    def test_windows_are_stricter_than_the_whole(self) -> None:
        """Tenants that take turns by the hour are even in the end and not in any hour."""
        hour = 3_600_000
        told = [done(0, 0, 2 * hour, 20), done(0, 0, hour, 20, tenant=1), done(0, hour, 2 * hour, 20, tenant=2)]
        told += [Told(0, Outcome.COMPLETED, [Attempt(hour, 2 * hour, {0: 1})], 2 * hour, 1, (0,))]
        measured = measure(*told_run(told))
        assert measured.jain_windows["1h"] == measured.jain_windows["1m"] == pytest.approx(2 / 3)
        assert measured.jain_index == pytest.approx(8 / 9)

    def test_one_tenant_is_none(self) -> None:
        """Fairness to a single tenant is undefined, in the whole and in windows."""
        measured = measure(*told_run([done(0, 0, 10)]))
        assert measured.jain_index is None
        assert set(measured.jain_windows.values()) == {None}

    @settings(max_examples=40)
    @given(runs())
    def test_cutting_rows_up_changes_nothing(self, case: tuple[Scenario, Run]) -> None:
        """However few rows are cut into windows at a time, the index is the same."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("allocator.simulation.metrics.measuring.WINDOWS_MS", {"7": 7, "2": 2})
            whole = measure(*case).jain_windows
            patch.setattr(windows, "_ROWS", 2)
            assert measure(*case).jain_windows == whole


class TestStarvation:
    """The longest time with something waiting and nothing running."""

    def test_running_anything_ends_it(self) -> None:
        """It begins again after the last job ends."""
        told = [done(0, 3, 5), Told(0, Outcome.WAITING)]
        assert measure(*told_run(told, stop=20)).tenants[0].starved_ms == 15

    def test_a_dependency_is_no_starvation(self) -> None:
        """What waits for a job to complete cannot be served yet, and does not starve; nor does who has not joined."""
        told = [done(0, 0, 5, tenant=1), Told(0, Outcome.COMPLETED, [Attempt(7, 9, {0: 1})], 9, after=(0,))]
        assert measure(*told_run(told)).tenants[0].starved_ms == 2
        joins = [Event(6, "tenant-join", tenant="t0")]
        assert measure(*told_run([done(0, 9, 10)], events=joins)).tenants[0].starved_ms == 3


class TestStranded:
    """Free where no task of any waiting job fits."""

    BUSY = Told(0, Outcome.COMPLETED, [Attempt(0, 10, {0: 1})], 10, demand=(10, 1))

    def stranded(self, *told: Told, **more: Any) -> dict[str, float | None]:
        """What is stranded on two nodes of 10 and 10."""
        return dict(measure(*told_run([self.BUSY, *told], stop=10, nodes=TWO, **more)).stranded)

    def test_the_rest_of_a_full_node(self) -> None:
        """A node without its first resource strands the second, but only while something waits."""
        waits = Told(5, Outcome.WAITING, demand=(1, 1), pools=("a",))
        assert self.stranded() == {"r0": 0.0, "r1": 0.0}
        # For 5 of 10 ms: 9 on the first node, where it does not fit, and 10 and 10 on the second, where it may not go.
        assert self.stranded(waits) == {"r0": 50 / 200, "r1": 95 / 200}

    def test_what_a_waiting_task_could_use_is_not_stranded(self) -> None:
        """What fits on the second node leaves only the first one's rest stranded."""
        assert self.stranded(Told(0, Outcome.WAITING, demand=(1, 1))) == {"r0": 0.0, "r1": 90 / 200}

    def test_one_pool_has_none(self) -> None:
        """Where all is one pool the question has no meaning."""
        assert measure(*told_run([done(0, 0, 1)])).stranded == {"r0": None}

    def test_instants_of_a_long_run(self) -> None:
        """Where more changes than is looked at, evenly spread instants come near the exact figure."""
        told = [
            Told(ms, Outcome.COMPLETED, [Attempt(ms + 3, ms + 7, {0: 1})], ms + 7, demand=(10, 1))
            for ms in range(0, 700, 7)
        ]
        scenario, run = told_run(told, nodes=TWO)
        exact = measure(scenario, run).stranded
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stranded, "INSTANTS", 150)
            assert measure(scenario, run).stranded == pytest.approx(exact, abs=0.03)


class TestSaturation:
    """A warning that means grow with the length of the run."""

    @pytest.mark.parametrize(("jobs", "expected"), [(100, ("r0",)), (99, ())])
    def test_from_a_hundred_jobs_on(self, jobs: int, expected: tuple[str, ...]) -> None:
        """A load of 1 or more counts from 100 jobs on."""
        told = [
            Told(row, Outcome.COMPLETED, [Attempt(row, row + 2, {0: 1})], row + 2, demand=(60,)) for row in range(jobs)
        ]
        scenario, run = told_run(told)
        busy = replace(run, workload=replace(run.workload, runtime=run.end - run.start))
        measured = measure(scenario, busy)
        assert measured.offered_load["r0"] == pytest.approx(1.2, rel=0.02)
        assert measured.saturated == expected


def test_waiting_intervals_are_disjoint_from_running_ones() -> None:
    """A job that was lost waits again from then on."""
    tries = [Attempt(2, 5, {0: 1}, lost=True), Attempt(8, 9, {0: 1})]
    case = told_run([Told(1, Outcome.COMPLETED, tries, 9)])
    found = waiting(*case)
    assert list(zip(found.start.tolist(), found.end.tolist(), strict=True)) == [(1, 2), (5, 8)]


def test_throughput_is_by_the_hour() -> None:
    """Two jobs completed in half an hour are four an hour."""
    told = [done(0, 0, 900_000), done(0, 0, 1_800_000)]
    assert measure(*told_run(told)).throughput_per_hour == 4
