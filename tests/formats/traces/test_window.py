"""From one instant of a record to another: who ran already, who waited, who is left out; and what ran at once."""

from __future__ import annotations

import pytest

from allocator.core.errors import SnapshotError
from tests.formats.traces.files import Reader, swf

# job submit wait run procs ... limit: 1 runs 0-100, 2 waits from 10 and runs 100-150, 3 is submitted at 200
RECORD = swf(
    "1 0 0 100 2 -1 -1 2 300 -1 1 1",
    "2 10 90 50 3 -1 -1 3 60 -1 1 2",
    "3 200 0 50 1 -1 -1 1 60 -1 1 3",
)


class TestWindow:
    """`from` and `to`, on the record's own clock."""

    def test_what_ran_then_has_what_was_left(self, reader: Reader) -> None:
        """At 40 s job 1 has 60 s to go of the 260 s left of its limit; job 2 waits from the start."""
        jobs = reader(RECORD, from_ms=40_000).workload
        assert jobs.running.tolist() == [1, 0, 0]
        assert jobs.submit.tolist() == [0, 0, 160_000]
        assert jobs.runtime.tolist() == [60_000, 50_000, 50_000]
        assert jobs.estimate.tolist() == [260_000, 60_000, 60_000]
        assert jobs.recorded_start.tolist() == [0, 60_000, 160_000]
        assert jobs.recorded_end.tolist() == [60_000, 110_000, 210_000]

    def test_what_had_ended_is_left_out(self, reader: Reader) -> None:
        """At 100 s job 1 is done and job 2 starts; users without jobs are gone."""
        trace = reader(RECORD, from_ms=100_000)
        assert list(trace.workload.names) == ["2", "3"]
        assert trace.workload.tenants == ("user-2", "user-3")
        assert len(trace.workload.running) == 0
        assert "kept 2 of 3 jobs: at the start 0 ran already and 1 waited" in trace.told

    def test_what_is_submitted_at_the_end_or_later_is_left_out(self, reader: Reader) -> None:
        """`to` is the first instant that does not count."""
        assert list(reader(RECORD, to_ms=200_000).workload.names) == ["1", "2"]
        assert list(reader(RECORD, to_ms=200_001).workload.names) == ["1", "2", "3"]

    def test_what_outlived_its_estimate_is_planned_to_its_end(self, reader: Reader) -> None:
        """A limit of 10 s and 100 s of run time: at 40 s what is left is what it took."""
        jobs = reader(swf("1 0 0 100 2 -1 -1 2 10", "2 90 0 9 1"), from_ms=40_000).workload
        assert (jobs.runtime[0], jobs.estimate[0]) == (60_000, 60_000)

    def test_jobs_without_a_wait_time_are_taken_to_have_started_at_once(self, reader: Reader) -> None:
        """What ran at `from` cannot be known better."""
        jobs = reader(swf("1 0 -1 100 2", "2 50 -1 9 1"), from_ms=40_000).workload
        assert jobs.running.tolist() == [1, 0]

    def test_an_empty_window_is_an_error(self, reader: Reader) -> None:
        """It says what the record holds."""
        with pytest.raises(SnapshotError, match="no job between from and to; read 3 jobs"):
            reader(RECORD, from_ms=10**9)


class TestPeak:
    """Where nothing says how much there was."""

    def test_the_most_that_ran_at_once_is_the_guess(self, reader: Reader) -> None:
        """Job 2 starts when job 1 ends: 3 processors at once, not 5."""
        trace = reader(RECORD)
        assert (trace.capacity, trace.guessed) == ({"cpu": 3000}, True)
        assert "capacity: cpu 3 is a guess, the most that was in use at once" in trace.told

    def test_one_job_always_fits(self, reader: Reader) -> None:
        """A job of no run time is never in use with anything, and still fits."""
        assert reader(swf("1 0 0 0 7", "2 0 0 9 1")).capacity == {"cpu": 7000}

    def test_a_header_goes_before(self, reader: Reader) -> None:
        """It may say processors alone; memory is guessed beside them."""
        trace = reader(swf("1 0 0 9 4 -1 -1 4 -1 1024", header="; MaxProcs: 64"))
        assert (trace.capacity, trace.guessed) == ({"cpu": 64_000, "memory": 4 << 20}, True)

    def test_what_the_scenario_says_goes_before_all(self, reader: Reader) -> None:
        """And what it has none of is not asked for."""
        trace = reader(swf("1 0 0 9 4 -1 -1 4 -1 1024", header="; MaxProcs: 64"), capacity={"cpu": 8000})
        assert (dict(trace.capacity), trace.guessed, trace.workload.resources) == ({"cpu": 8000}, False, ("cpu",))
        assert "left out what 1 job asked of memory: the capacity has none" in trace.told

    def test_an_absurd_total_is_refused(self, reader: Reader) -> None:
        """Sums beyond 2^62 are an error, not a wrong number."""
        rows = [f"{n} 0 0 9 900000000 -1 -1 900000000 -1 1000000" for n in range(9)]
        with pytest.raises(SnapshotError, match=r"more than 2\^62 units of memory"):
            reader(swf(*rows))
