"""The Standard Workload Format: what each column becomes, and what is no job."""

from __future__ import annotations

import gzip

import pytest

from allocator.core.errors import SnapshotError
from allocator.core.timeline import TraceUse
from allocator.formats.traces import read_trace
from tests.formats.traces.files import Reader, demands, swf, who
from tests.support import shared

PLAIN = "1 100 5 60 4 -1 -1 4 120 -1 1 7 3 9 2 1"


class TestColumns:
    """One line, column by column."""

    def test_times_are_milliseconds_from_the_first_submit(self, reader: Reader) -> None:
        """Submit 100 and 130 s become 0 and 30,000 ms; a wait of 5 s gives the recorded start."""
        jobs = reader(swf(PLAIN, PLAIN.replace("1 100", "2 130"))).workload
        assert jobs.submit.tolist() == [0, 30_000]
        assert (jobs.runtime[0], jobs.estimate[0]) == (60_000, 120_000)
        assert jobs.recorded_start.tolist() == [5_000, 35_000]
        assert jobs.recorded_end.tolist() == [65_000, 95_000]
        assert list(jobs.names) == ["1", "2"]

    def test_each_processor_is_a_task_of_one_cpu(self, reader: Reader) -> None:
        """A job of 4 processors is a gang of 4 tasks."""
        trace = reader(swf(PLAIN))
        assert trace.workload.tasks.tolist() == [4]
        assert demands(trace) == [{"cpu": 1000}]

    def test_requested_processors_go_before_used_ones(self, reader: Reader) -> None:
        """8 were asked for and 4 used: 8 are needed; where nothing was asked for, what was used is."""
        jobs = reader(swf("1 0 0 9 4 -1 -1 8", "2 0 0 9 4 -1 -1 -1")).workload
        assert jobs.tasks.tolist() == [8, 4]

    def test_memory_is_kilobytes_a_processor(self, reader: Reader) -> None:
        """Column 10 of 2048 is 2 MiB for each of the tasks."""
        assert demands(reader(swf("1 0 0 9 4 -1 -1 4 -1 2048")))[0]["memory"] == 2 << 20

    def test_memory_can_be_left_out(self, reader: Reader) -> None:
        """`memory = "ignore"` leaves processors alone."""
        trace = reader(swf("1 0 0 9 4 -1 -1 4 -1 2048"), options={"memory": "ignore"})
        assert trace.workload.resources == ("cpu",)

    @pytest.mark.parametrize(
        ("word", "name"),
        [("", "user-7"), ("user", "user-7"), ("group", "group-3"), ("app", "app-9"), ("partition", "partition-1")],
    )
    def test_a_tenant_is_the_column_asked_for(self, reader: Reader, word: str, name: str) -> None:
        """By default the user."""
        assert who(reader(swf(PLAIN), tenant=word)) == [name]

    def test_the_header_names_queues(self, reader: Reader) -> None:
        """`; Queue: 2 batch` names the tenant of queue 2."""
        assert who(reader(swf(PLAIN, header="; Queue: 2  batch  (nights)"), tenant="queue")) == ["batch"]

    def test_a_job_without_a_user_has_a_tenant(self, reader: Reader) -> None:
        """-1 is a user that nobody noted."""
        assert who(reader(swf("1 0 0 9 4"))) == ["no-user"]

    def test_fractions_of_a_second_are_kept(self, reader: Reader) -> None:
        """Some logs have them."""
        assert reader(swf("1 0.5 0 2.25 4")).workload.runtime.tolist() == [2_250]

    def test_no_estimate_is_the_run_time(self, reader: Reader) -> None:
        """And it is said for how many."""
        trace = reader(swf("1 0 0 9 4"))
        assert trace.workload.estimate.tolist() == [9_000]
        assert "assumed the run time as the estimate of 1 job without one" in trace.told

    def test_tasks_on_nodes_are_read_off_the_21st_column(self, reader: Reader) -> None:
        """nodes:ppn is so many tasks of so many processors; cl_NAME is a pool; memory is bytes a node then."""
        row = "1 0 0 9 8 -1 -1 8 -1 1048576 1 5 1 1 -1 1 1 1 {1,2} q_1d 2:ppn=4:x86_64:cl_big#excl"
        reader.write("jobs.machines", "0 big 2 80 1 1024\n1 small 3 12 1 1024\n")
        trace = reader(swf(row), nodes_from="jobs.machines")
        assert trace.workload.tasks.tolist() == [2]
        assert demands(trace) == [{"cpu": 4000, "memory": 1 << 20}]
        assert trace.workload.pool_sets[trace.workload.pools[0]] == ("big",)


class TestWhatIsNoJob:
    """What is left out is counted, with the reason."""

    def test_reasons(self, reader: Reader) -> None:
        """Each job is counted once, and what stays is what can be replayed."""
        trace = reader(
            swf(
                "1 0 0 9 4 -1 -1 4 -1 -1 1",
                "2 0 0 -1 4 -1 -1 4 -1 -1 1",
                "3 0 0 9 -1 -1 -1 -1 -1 -1 1",
                "4 0 0 0 4 -1 -1 4 -1 -1 5",
                "5 -1 0 9 4 -1 -1 4 -1 -1 1",
                "6 0 0 9 4 -1 -1 4 -1 -1 3",
                "7 0 0 9 4 -1 -1 4 -1 -1 5",
                "8 0 0 0 4 -1 -1 4 -1 -1 1",
            )
        )
        assert list(trace.workload.names) == ["1", "7", "8"]
        assert [line for line in trace.told if line.startswith("skipped")] == [
            "skipped 1 job: part of one that has its own line (status 2, 3 or 4)",
            "skipped 1 job: cancelled before running",
            "skipped 1 job: no submit time",
            "skipped 1 job: no run time",
            "skipped 1 job: no processor asked for",
        ]

    def test_what_was_cancelled_while_it_ran_can_be_dropped(self, reader: Reader) -> None:
        """By default it is replayed: it held its processors."""
        text = swf("1 0 0 9 4", "2 0 0 9 4 -1 -1 4 -1 -1 5")
        assert len(reader(text).workload) == 2
        assert len(reader(text, options={"cancelled": "drop"}).workload) == 1

    def test_nothing_left_is_an_error(self, reader: Reader) -> None:
        """A trace without a single job to replay is refused, and says why."""
        with pytest.raises(SnapshotError, match=r"no job that can be replayed.*no run time"):
            reader(swf("1 0 0 -1 4"))


class TestBadFiles:
    """One clear error with every fault and its line."""

    def test_a_short_line(self, reader: Reader) -> None:
        """A line that breaks off is named."""
        with pytest.raises(SnapshotError, match=r"jobs.swf:2: found 7 columns, expected 18 or more"):
            reader(swf(PLAIN) + "2 0 0 9 4 -1 -1", "jobs.swf")

    def test_every_fault_at_once(self, reader: Reader) -> None:
        """Words, infinities and numbers beyond all reason."""
        with pytest.raises(SnapshotError) as caught:
            reader(
                swf(
                    "1 0 0 x 4",
                    "2 0 0 inf 4",
                    "3 0 0 1e300 4",
                    "4 0 0 9 1e18",
                    "5 0 0 9 1e8 -1 -1 -1 -1 1e9",
                    "6 0 nan 9 4",
                ),
                "jobs.swf",
            )
        assert [fault.line for fault in caught.value.faults] == [1, 2, 3, 4, 5, 6]

    def test_another_kind_of_file_is_given_up_early(self, reader: Reader) -> None:
        """A thousand bad lines are twenty faults."""
        with pytest.raises(SnapshotError) as caught:
            reader("some words\n" * 1000, "jobs.swf")
        assert len(caught.value.faults) == 20

    def test_a_damaged_gzip_file(self, reader: Reader) -> None:
        """Cut off, it says so with the line up to which it could be read."""
        data = gzip.compress(swf(*[f"{n} {n * n % 9973} 0 9 4" for n in range(9999)]).encode())
        with pytest.raises(SnapshotError, match=r"jobs.swf.gz:\d+: the gzip file ends too early"):
            reader(data[: len(data) // 2], "jobs.swf.gz")

    def test_an_empty_file(self, reader: Reader) -> None:
        """Comments alone are no trace."""
        with pytest.raises(SnapshotError, match="no line of a job"):
            reader("; MaxProcs: 4\n", "jobs.swf")

    def test_an_unknown_option(self, reader: Reader) -> None:
        """The nearest is named."""
        with pytest.raises(SnapshotError, match=r"options\.memry: no option of the swf reader.*'memory'"):
            reader(swf(PLAIN), options={"memry": "node"})


class TestCapacity:
    """Where the processors come from."""

    def test_the_header_says_it(self, reader: Reader) -> None:
        """MaxProcs goes before MaxNodes."""
        trace = reader(swf(PLAIN, header="; MaxNodes: 8\n; MaxProcs: 64 (of two kinds)"))
        assert (trace.capacity, trace.guessed) == ({"cpu": 64_000}, False)

    def test_a_machines_file_beside_it(self, reader: Reader) -> None:
        """Two clusters become five nodes in two pools."""
        reader.write("jobs.swf.machines", "0\tbig\t2\t80\t1\t1024\n1\tsmall\t3\t12\t2\t1024\n")
        trace = reader(swf(PLAIN), "jobs.swf")
        assert [(node.name, node.pool) for node in trace.nodes][1:3] == [("big-2", "big"), ("small-1", "small")]
        assert trace.capacity == {"cpu": 196_000, "memory": 5 << 20}
        assert any("different speed" in line for line in trace.told)

    def test_a_bad_machines_file(self, reader: Reader) -> None:
        """Its line is named."""
        reader.write("m", "0 big 1e30 80 1 1024\n")
        with pytest.raises(SnapshotError, match="m:1: expected id, name, nodes"):
            reader(swf(PLAIN), nodes_from="m")


class TestRealLogs:
    """Logs of the Parallel Workloads Archive and of MetaCentrum, as their notes count them."""

    def test_kth_sp2(self) -> None:
        """28,489 jobs of 214 users on 100 processors over 339.9 days; 8 ran for no time, and none is lost."""
        trace = read_trace(TraceUse(str(shared("data", "swf-kth-sp2", "KTH-SP2-1996-2.swf"))))
        jobs = trace.workload
        assert (len(jobs), len(jobs.tenants), trace.capacity) == (28_489, 214, {"cpu": 100_000})
        assert (int((jobs.runtime == 0).sum()), int((jobs.runtime > jobs.estimate).sum())) == (8, 475)
        assert trace.told[0] == "read 28,489 jobs of 214 users, submitted over 339.9 days"

    def test_kth_groups(self) -> None:
        """252 groups."""
        use = TraceUse(str(shared("data", "swf-kth-sp2", "KTH-SP2-1996-2.swf")), tenant="group")
        assert len(read_trace(use).workload.tenants) == 252

    def test_metacentrum(self) -> None:
        """17,900 jobs of 75 users, two of them of a negative run time, on 20 nodes of 80 and 48 of 12 processors."""
        trace = read_trace(TraceUse(str(shared("data", "swf-metacentrum-wagap", "wagap-2013.swf"))))
        jobs = trace.workload
        assert (len(jobs), len(jobs.tenants), len(trace.nodes)) == (17_898, 75, 68)
        assert trace.told[0] == "read 17,900 jobs of 75 users, submitted over 89.0 days"
        assert "skipped 2 jobs: no run time" in trace.told
        assert round(int((jobs.total_demand[:, 0] * jobs.runtime).sum()) / 3.6e9) == 2_679_793
        assert int((jobs.runtime > jobs.estimate).sum()) == 702
        assert bool((jobs.demand[:, 1] > 0).all())

    def test_nasa(self) -> None:
        """18,239 jobs of 69 users on 128 processors, gzipped, without waits or estimates."""
        trace = read_trace(TraceUse(str(shared("data", "swf-nasa-ipsc", "NASA-iPSC-1993-3.1-cln.swf.gz"))))
        jobs = trace.workload
        assert (len(jobs), len(jobs.tenants), trace.capacity) == (18_239, 69, {"cpu": 128_000})
        assert int((jobs.runtime == 0).sum()) == 173
        assert len(jobs.recorded_start) == 0
        assert round(int((jobs.total_demand[:, 0] * jobs.runtime).sum()) / 3.6e9) == 131_733
