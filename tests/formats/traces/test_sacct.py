"""Slurm's accounting, as text and as JSON: rows to jobs, what is counted once, what is no job."""

from __future__ import annotations

import json

import pytest

from allocator.core.errors import SnapshotError
from allocator.core.model import Node
from allocator.core.timeline import TraceUse
from allocator.formats.traces import Trace, read_trace
from tests.formats.traces.files import Reader, demands, who
from tests.support import shared

HEADER = (
    "JobID|JobName|Account|User|Partition|Submit|Eligible|Start|End|Elapsed|State|NNodes|AllocTRES|ReqMem|Timelimit"
)
DAY = "2024-03-01T"


def row(**changed: str) -> str:
    """A row of a job that ran from 10:05 to 11:05 on two nodes, with some fields changed."""
    fields = {
        "JobID": "7", "JobName": "train", "Account": "physics", "User": "ada", "Partition": "batch",
        "Submit": DAY + "10:00:00", "Eligible": DAY + "10:01:00", "Start": DAY + "10:05:00", "End": DAY + "11:05:00",
        "Elapsed": "01:00:00", "State": "COMPLETED", "NNodes": "2",
        "AllocTRES": "billing=9,cpu=8,gres/gpu=4,mem=16G,node=2", "ReqMem": "8Gn", "Timelimit": "02:00:00",
    }  # fmt: skip
    fields.update(changed)
    return "|".join(fields[name] for name in HEADER.split("|"))


def table(*rows: str, header: str = HEADER) -> str:
    """A file of rows."""
    return "\n".join([header, *rows]) + "\n"


class TestOneJob:
    """Each field, and what it becomes."""

    def test_waits_count_from_eligible(self, reader: Reader) -> None:
        """Eligible at 10:01, started 10:05: four minutes of waiting."""
        jobs = reader(table(row(), row(JobID="8", Submit=DAY + "09:00:00", Eligible=DAY + "09:00:00"))).workload
        assert jobs.submit.tolist() == [0, 61 * 60_000]
        assert (jobs.recorded_start - jobs.submit).tolist()[1] == 4 * 60_000
        assert (jobs.runtime[0], jobs.estimate[0]) == (3_600_000, 7_200_000)

    def test_a_task_for_each_node(self, reader: Reader) -> None:
        """8 cpus, 16 GiB and 4 GPUs on two nodes are two tasks of half of that; billing is no resource."""
        trace = reader(table(row()))
        assert trace.workload.tasks.tolist() == [2]
        assert demands(trace) == [{"cpu": 4000, "memory": 8 << 30, "gpu": 2000}]

    @pytest.mark.parametrize(("tenant", "name"), [("", "physics"), ("user", "ada"), ("Partition", "batch")])
    def test_a_tenant_is_the_field_asked_for(self, reader: Reader, tenant: str, name: str) -> None:
        """By default the account."""
        assert who(reader(table(row()), tenant=tenant)) == [name]

    def test_without_account_or_user_all_are_one(self, reader: Reader) -> None:
        """A record of times alone can be replayed too, with one cpu a job; that is said."""
        trace = reader(f"JobID|State|Start|End\n1|CANCELLED by 5|{DAY}10:00:00|{DAY}10:10:00\n")
        assert (who(trace), trace.workload.runtime.tolist(), demands(trace)) == (["all"], [600_000], [{"cpu": 1000}])
        assert "1 job: no processors said: assumed one a node" in trace.told

    @pytest.mark.parametrize(
        ("limit", "ms"),
        [
            ("30", 1_800_000),
            ("02:30", 150_000),
            ("1-00:00:00", 86_400_000),
            ("2-12", 216_000_000),
            ("UNLIMITED", 3_600_000),
        ],
    )
    def test_time_limits(self, reader: Reader, limit: str, ms: int) -> None:
        """All forms of Slurm; without a limit the run time is the estimate."""
        assert reader(table(row(Timelimit=limit))).workload.estimate.tolist() == [ms]

    @pytest.mark.parametrize(
        ("memory", "mib"),
        [("4000Mn", 4000), ("1000Mc", 4000), ("8000M", 4000), ("2.5Gn", 2560), ("2147486648Mn", 0), ("?", 0), ("0", 0)],
    )
    def test_memory_asked_for(self, reader: Reader, memory: str, mib: int) -> None:
        """n is of a node, c of a cpu, else of the job; an overflow is no memory. On each of two nodes with 4 cpus."""
        trace = reader(table(row(AllocTRES="cpu=8,node=2", ReqMem=memory)))
        assert demands(trace)[0].get("memory", 0) == mib << 20

    def test_tres_go_before_other_fields(self, reader: Reader) -> None:
        """An overflow in ReqMem does not matter where the TRES know."""
        assert demands(reader(table(row(ReqMem="2147486648Mn"))))[0]["memory"] == 8 << 30

    def test_a_type_of_gpu_is_not_counted_again(self, reader: Reader) -> None:
        """gres/gpu=4,gres/gpu:a100=4 are four; a type alone is enough."""
        for tres in ("cpu=2,gres/gpu=4,gres/gpu:a100=4", "cpu=2,gres/gpu:a100=3,gres/gpu:v100=1"):
            assert demands(reader(table(row(AllocTRES=tres, NNodes="1"))))[0]["gpu"] == 4000

    def test_higher_priorities_become_lower_ranks(self, reader: Reader) -> None:
        """900 goes before 20 goes before 3."""
        rows = [f"{row(JobID=str(number))}|{number}" for number in (20, 900, 3)]
        trace = reader(table(*rows, header=f"{HEADER}|Priority"))
        ranks = dict(zip(trace.workload.names, trace.workload.priority.tolist(), strict=True))
        assert ranks == {"900": 1, "20": 2, "3": 3}

    def test_several_clusters_are_told_of(self, reader: Reader) -> None:
        """sacct -M mixes them; here they would share one pool."""
        trace = reader(table(f"{row()}|north", f"{row(JobID='8')}|south", header=f"{HEADER}|Cluster"))
        assert "the jobs of 2 clusters are taken as of one" in trace.told

    def test_partitions_are_pools_where_nodes_are_known(self, reader: Reader) -> None:
        """Without nodes the cluster is one pool, and that is said."""
        assert reader(table(row())).workload.pool_sets == ((),)
        reader.write("n", "NodeName=n1 CPUTot=9 RealMemory=99999 Gres=gpu:4 Partitions=batch,long State=IDLE\n")
        trace = reader(table(row(), row(Partition="other")), nodes_from="n")
        assert trace.workload.pool_sets == ((), ("batch,long",))
        assert trace.workload.pools.tolist() == [1, 0]
        assert "no node is in other: jobs that name it may run anywhere" in trace.told

    def test_the_scenarios_own_nodes_have_labels_too(self, reader: Reader) -> None:
        """Where the scenario says what there is, a partition is the label of the same name."""
        use = TraceUse(reader.write("jobs", table(row())), str(reader.directory))
        own = [Node("n1", {"cpu": 64_000}, pool="batch"), Node("n2", {"cpu": 64_000}, pool="debug")]
        assert read_trace(use, {"cpu": 128_000}, own).workload.pool_sets == ((), ("batch",))

    def test_an_hour_that_is_there_twice(self, reader: Reader) -> None:
        """In autumn a job may seem to start before it came and to end before it started: elapsed counts."""
        trace = reader(table(row(Start=DAY + "09:30:00", End=DAY + "09:10:00", Elapsed="00:40:00")))
        assert trace.workload.runtime.tolist() == [2_400_000]
        assert trace.workload.recorded_start.tolist() == [0]
        assert any("local time was changed" in line for line in trace.told)


class TestRows:
    """What is a row of a job, and what is not."""

    def test_steps_are_not_counted_beside_their_job(self, reader: Reader) -> None:
        """7.batch and 7.0 are parts of 7."""
        trace = reader(table(row(), row(JobID="7.batch", Account=""), row(JobID="7.0")))
        assert len(trace.workload) == 1
        assert "passed over 2 rows of job steps" in trace.told

    def test_a_job_known_by_its_steps_alone_is_one(self, reader: Reader) -> None:
        """However many steps; a row of the job that comes later wins."""
        trace = reader(table(row(JobID="3.0"), row(JobID="3.1"), row(JobID="4.0"), row(JobID="4")))
        assert sorted(trace.workload.names) == ["3", "4"]
        assert any("assumed 1 job from a step" in line for line in trace.told)

    def test_what_did_not_run_is_counted(self, reader: Reader) -> None:
        """Pending, cancelled while pending, still running."""
        trace = reader(
            table(
                row(),
                row(JobID="8", State="PENDING", Start="Unknown", End="Unknown", Elapsed="00:00:00"),
                row(JobID="9", State="CANCELLED by 12", Elapsed="00:00:00"),
                row(JobID="10", State="RUNNING", End="Unknown"),
                row(JobID="11", State="CANCELLED by 12"),
            )
        )
        assert list(trace.workload.names) == ["7", "11"]
        assert trace.told[1:4] == (
            "skipped 1 job: never started",
            "skipped 1 job: cancelled before running",
            "skipped 1 job: still running: how long it takes is not known",
        )

    def test_a_divider_in_a_name_is_mended(self, reader: Reader) -> None:
        """Only the name of a job can have it."""
        assert demands(reader(table(row(JobName="a|b"))))[0]["cpu"] == 4000

    def test_rows_that_end_with_a_divider(self, reader: Reader) -> None:
        """sacct -p writes them."""
        assert len(reader(table(row() + "|", header=HEADER + "|")).workload) == 1

    def test_malformed_rows_are_counted(self, reader: Reader) -> None:
        """With the line of the first; a file of nothing else is refused."""
        trace = reader(table(row(), row(Start="soon"), row(JobID="8"), row(JobID="9")))
        assert "skipped 1 row: malformed, the first on line 3" in trace.told
        with pytest.raises(SnapshotError, match=r"jobs:2: 2 rows of 2 cannot be read"):
            reader(table(row(Start="soon"), row(Elapsed="long")))

    def test_a_file_that_breaks_off(self, reader: Reader) -> None:
        """The line is named."""
        with pytest.raises(SnapshotError, match=r"jobs:3: found 4 fields, expected 15: the file ends in the middle"):
            reader(table(row(), "8|a|physics|ada"))

    def test_without_a_header_the_order_is_needed(self, reader: Reader) -> None:
        """`fields` says it; else the error says how."""
        with pytest.raises(SnapshotError, match="without a header line say which they are"):
            reader(row() + "\n")
        trace = reader(row() + "\n", fields=tuple(HEADER.split("|")))
        assert len(trace.workload) == 1

    def test_an_unknown_tenant_is_an_error(self, reader: Reader) -> None:
        """The file has no such field."""
        with pytest.raises(SnapshotError, match="tenant is wckey, but there is no such field"):
            reader(table(row()), tenant="wckey")


class TestJson:
    """sacct --json, in both of its shapes."""

    @staticmethod
    def job(wrap: bool, **changed: object) -> dict[str, object]:
        """A job with numbers bare, or in {set, infinite, number}."""

        def number(value: int) -> object:
            return {"set": True, "infinite": False, "number": value} if wrap else value

        return {
            "job_id": 7, "account": "physics", "user": "ada", "partition": "batch", "priority": number(5),
            "array": {"job_id": 6, "task_id": number(3)}, "allocation_nodes": 2,
            "state": {"current": ["COMPLETED"] if wrap else "COMPLETED"},
            "time": {"submission": 1000, "eligible": 1060, "start": 1300, "end": 4900, "elapsed": 3600,
                     "limit": number(120)},
            "tres": {"allocated": [{"type": "cpu", "name": "", "count": 8}, {"type": "mem", "count": 16384},
                                   {"type": "gres", "name": "gpu", "count": 4}], "requested": []},
            **changed,
        }  # fmt: skip

    @pytest.mark.parametrize("wrap", [False, True])
    def test_both_shapes_say_the_same(self, reader: Reader, wrap: bool) -> None:
        """v0.0.37 and v0.0.40."""
        trace = reader(json.dumps({"meta": {}, "jobs": [self.job(wrap)], "errors": []}))
        jobs = trace.workload
        assert (list(jobs.names), who(trace), jobs.tasks.tolist()) == (["6_3"], ["physics"], [2])
        assert demands(trace) == [{"cpu": 4000, "memory": 8 << 30, "gpu": 2000}]
        assert (jobs.runtime[0], jobs.estimate[0], jobs.recorded_start[0]) == (3_600_000, 7_200_000, 240_000)

    def test_a_file_that_breaks_off(self, reader: Reader) -> None:
        """The line is named."""
        text = json.dumps({"jobs": [self.job(True)]}, indent=1)
        with pytest.raises(SnapshotError, match=r"jobs:\d+: .*truncated"):
            reader(text[: len(text) // 2])

    def test_json_without_jobs(self, reader: Reader) -> None:
        """Another dump is refused, saying what was found."""
        with pytest.raises(SnapshotError, match="found no job, but 1 other object"):
            reader('{"nodes": [{"name": "n1"}]}')


class TestRealRecords:
    """Records of real clusters, as their notes count them."""

    XDMOD = (
        "jobid,jobidraw,cluster,partition,qos,account,group,gid,user,uid,submit,eligible,start,end,elapsed,exitcode,"
        "state,nnodes,ncpus,reqcpus,reqmem,reqtres,alloctres,timelimit,nodelist,jobname"
    )

    @staticmethod
    def read(*path: str, **use: object) -> Trace:
        """A file handed out beside the repository."""
        return read_trace(TraceUse(str(shared("data", *path)), **use))  # type: ignore[arg-type]

    @staticmethod
    def hours(trace: Trace, resource: str) -> float:
        """Unit-hours of a resource."""
        jobs = trace.workload
        return float(jobs.total_demand[:, jobs.resources.index(resource)] @ jobs.runtime) / 3.6e9

    def test_xdmod(self) -> None:
        """4,285 jobs of 3 accounts without a header: 11,768 cpu-hours and 507 gpu-hours; 239 never ran."""
        trace = self.read("slurm-xdmod-phillips", "phillips.log", fields=tuple(self.XDMOD.split(",")))
        assert trace.told[0].startswith("read 4,285 jobs of 3 accounts")
        assert trace.told[1] == "skipped 239 jobs: cancelled before running"
        assert (round(self.hours(trace, "cpu")), round(self.hours(trace, "gpu"))) == (11_768, 507)
        memory = trace.workload.total_demand[:, trace.workload.resources.index("memory")]
        assert int(memory.max()) < 2**40

    @pytest.mark.parametrize(("tenant", "count"), [("account", 8), ("user", 15), ("partition", 5)])
    def test_eagle(self, tenant: str, count: int) -> None:
        """NREL's CSV: 1,000 jobs, 113,557 cpu-hours, 10 gpu-hours."""
        trace = self.read("slurm-nrel-eagle", "sample_eagle_data.csv", tenant=tenant)
        assert (len(trace.workload), len(trace.workload.tenants)) == (1000, count)
        assert (round(self.hours(trace, "cpu")), round(self.hours(trace, "gpu"))) == (113_557, 10)

    def test_gcm(self) -> None:
        """68 step rows are one job; the record around midnight has 306; the malformed sample breaks off."""
        assert len(self.read("slurm-gcm", "sample-sacct-output.txt").workload) == 1
        trace = self.read("slurm-gcm", "sample-sacct-output-midnight-edge-case.txt")
        assert trace.told[0].startswith("read 306 jobs")
        with pytest.raises(SnapshotError, match=r":2: found 93 fields, expected 109"):
            self.read("slurm-gcm", "sample-sacct-output-with-invalid-lines.txt")

    @pytest.mark.parametrize("name", ["sacct_1", "sacct_2"])
    def test_clockwork(self, name: str) -> None:
        """Two jobs each, one of which never started."""
        trace = self.read("slurm-clockwork", name)
        assert trace.told[0].startswith("read 2 jobs")
        assert demands(trace) == [{"cpu": 4000, "memory": 40 << 30, "gpu": 1000}]

    def test_slurmrestd(self) -> None:
        """14 jobs of 24.05, 10 of which ended, on 100 nodes; weights of the accounts they are of."""
        shares = str(shared("data", "slurm-restd-2405", "slurmdb-associations.json"))
        nodes = str(shared("data", "slurm-restd-2405", "slurm-nodes.json"))
        trace = self.read("slurm-restd-2405", "slurm-jobs.json", nodes_from=nodes, options={"shares": shares})
        assert (len(trace.workload), len(trace.nodes), trace.capacity["cpu"]) == (10, 100, 6_400_000)
        weights = {tenant.name: float(tenant.weight) for tenant in trace.tenants}
        assert weights == {"biology": 25, "acoustic": 12.5, "optic": 12.5}
