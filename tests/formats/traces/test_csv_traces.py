"""Alibaba's pods and Microsoft's Philly: rows to jobs."""

from __future__ import annotations

from typing import get_args

import pytest

from allocator.core.errors import SnapshotError
from allocator.core.timeline import TraceFormat, TraceUse
from allocator.formats.openb import GPU
from allocator.formats.traces import FORMATS, read_trace
from tests.formats.traces.files import Reader, demands, who
from tests.support import shared

PODS = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n"
NODES = "sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,P100\nn2,32000,131072,0,\n"
PHILLY = "timestamp,duration,num_gpus,gpu_time,cluster\n"


class TestOpenb:
    """Pods that share GPUs."""

    def test_a_part_of_one_gpu_or_whole_ones(self, reader: Reader) -> None:
        """gpu_milli counts where one GPU is asked for."""
        trace = reader(PODS + "a,4000,1024,1,460,,LS,Running,10,110,20\nb,500,2,4,1000,,BE,Running,20,30,20\n")
        assert demands(trace) == [
            {"cpu": 4000, "memory": 1 << 30, GPU: 460},
            {"cpu": 500, "memory": 2 << 20, GPU: 4000},
        ]
        assert (who(trace), list(trace.workload.names)) == (["LS", "BE"], ["a", "b"])

    def test_times(self, reader: Reader) -> None:
        """It waits from creation to schedule and runs to deletion."""
        jobs = reader(PODS + "a,4000,1024,0,0,,LS,Running,10,110,20\n").workload
        assert (jobs.submit[0], jobs.recorded_start[0], jobs.runtime[0]) == (0, 10_000, 90_000)

    def test_never_scheduled(self, reader: Reader) -> None:
        """It runs as long as it was there, and has no recorded start."""
        trace = reader(PODS + "a,4000,1024,0,0,,LS,Pending,10,110,\nb,1,1,0,0,,LS,Pending,10,,\n")
        assert (trace.workload.runtime.tolist(), trace.workload.recorded_start.tolist()) == ([100_000], [-1])
        assert any("1 pod never scheduled" in line for line in trace.told)
        assert any("skipped 1 job: not deleted" in line for line in trace.told)

    def test_one_tenant(self, reader: Reader) -> None:
        """tenant = "none"."""
        assert who(reader(PODS + "a,4000,1024,0,0,,LS,Pending,10,110,\n", tenant="none")) == ["all"]

    def test_nodes_of_a_model_are_a_pool(self, reader: Reader) -> None:
        """A gpu_spec of two models is the pools of both; of one that no node has, any."""
        reader.write("nodes.csv", NODES)
        rows = "a,1,1,1,500,P100|T4,LS,Running,10,110,20\nb,1,1,1,500,A10,LS,Running,10,110,20\n"
        trace = reader(PODS + rows, nodes_from="nodes.csv")
        assert trace.capacity == {"cpu": 96_000, "memory": 384 << 30, GPU: 2000}
        assert trace.workload.pool_sets[trace.workload.pools[0]] == ("P100",)
        assert trace.workload.pool_sets[trace.workload.pools[1]] == ()

    def test_nodes_beside(self, reader: Reader) -> None:
        """The file that belongs to the pods is found."""
        reader.write("openb_node_list_all_node.csv", NODES)
        assert len(reader(PODS + "a,1,1,1,500,,LS,Running,10,110,20\n").nodes) == 2

    def test_every_fault_with_its_line(self, reader: Reader) -> None:
        """A broken row, a word, a negative time, a size beyond reason."""
        rows = [
            "a,1,1,1,500,,LS,Running,10,110,20", "b,1,1", "c,x,1,1,500,,LS,Running,10,110,20",
            "d,1,1,1,500,,LS,Running,-10,110,20", "e,9999999999999999,1,1,500,,LS,Running,10,110,20",
        ]  # fmt: skip
        with pytest.raises(SnapshotError) as caught:
            reader(PODS + "\n".join(rows))
        assert [fault.line for fault in caught.value.faults] == [3, 4, 5, 6]

    def test_real(self) -> None:
        """8,152 pods, 897 of them never scheduled, on 1,523 nodes of 125,514 cpus and 6,212 GPUs."""
        trace = read_trace(TraceUse(str(shared("data", "openb", "openb_pod_list_default.csv"))))
        jobs = trace.workload
        assert (len(jobs), len(trace.nodes), int((jobs.recorded_start == -1).sum())) == (8152, 1523, 897)
        assert (trace.capacity["cpu"], trace.capacity[GPU]) == (125_514_000, 6_212_000)
        assert trace.capacity["memory"] >> 30 == 597_684
        assert round(int(jobs.demand[:, 0].sum()) / 1000) == 85_436
        assert round(int(jobs.demand[:, 2].sum()) / 100) / 10 == 6086.8
        assert round(int(jobs.demand[:, 1].sum()) / 2**30) == 296_432
        classes = {name: int((jobs.tenant == index).sum()) for index, name in enumerate(jobs.tenants)}
        assert classes == {"LS": 4647, "BE": 3398, "Burstable": 100, "Guaranteed": 7}


class TestPhilly:
    """GPUs alone."""

    def test_rows_in_no_order(self, reader: Reader) -> None:
        """They are sorted by time; each GPU is a task."""
        rows = "2017-10-09 07:01:55,66.0,1,66.0,vc1\n2017-10-09 06:01:55,10.5,8,84.0,vc2\n"
        trace = reader(PHILLY + rows)
        jobs = trace.workload
        assert (jobs.submit.tolist(), jobs.runtime.tolist()) == ([0, 3_600_000], [10_500, 66_000])
        assert (jobs.tasks.tolist(), who(trace), demands(trace)) == ([8, 1], ["vc2", "vc1"], [{GPU: 1000}] * 2)
        assert (trace.capacity, trace.guessed) == ({GPU: 8000}, True)

    def test_a_bad_row(self, reader: Reader) -> None:
        """The line is named."""
        with pytest.raises(SnapshotError, match="jobs:3: found 'yesterday,1,1,1,a', expected a time"):
            reader(PHILLY + "2017-10-09 07:01:55,66.0,1,66.0,vc1\nyesterday,1,1,1,a\n")

    def test_real(self) -> None:
        """52,849 jobs of 12 virtual clusters, 27,044 of them of one; 642,409 gpu-hours; the longest takes 53.6 days."""
        jobs = read_trace(TraceUse(str(shared("data", "philly-to-oct", "philly-2017-09-10.csv")))).workload
        assert (len(jobs), len(jobs.tenants)) == (52_849, 12)
        assert round(int(jobs.tasks @ jobs.runtime) / 3.6e6) == 642_409
        assert int((jobs.tenant == jobs.tenants.index("6214e9")).sum()) == 27_044
        assert round(int(jobs.runtime.max()) / 86_400_000, 1) == 53.6


class TestFormats:
    """Which reader reads a file."""

    def test_a_file_that_tells_nothing(self, reader: Reader) -> None:
        """The formats are named."""
        with pytest.raises(SnapshotError, match="say format = one of swf, slurm, openb, philly"):
            reader("a,b,c\n1,2,3\n")

    def test_an_unknown_format(self, reader: Reader) -> None:
        """The nearest is named."""
        with pytest.raises(SnapshotError, match=r"format: found 'slrm'.*did you mean 'slurm'"):
            reader("", format="slrm")

    def test_a_file_that_is_not_there(self, reader: Reader) -> None:
        """An address is a name of a file like any other: nothing is fetched."""
        with pytest.raises(SnapshotError, match="cannot be read: No such file"):
            read_trace(TraceUse("http://example.org/kth.swf"))

    def test_every_reader_can_be_named_in_a_scenario(self) -> None:
        """The formats that a scenario file accepts are those that there are readers of."""
        assert tuple(FORMATS) == get_args(TraceFormat)
