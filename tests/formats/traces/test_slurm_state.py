"""What Slurm has now: nodes, jobs and shares of its commands, as text and as JSON, become one scenario."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.core.errors import SnapshotError
from allocator.core.model import Tenant, Work
from allocator.formats.imported import Imported
from allocator.formats.slurm.nodes import SlurmNode, read_nodes
from allocator.formats.slurm.shares import Shares, read_shares
from allocator.formats.slurm.snapshot import SlurmOptions, read_slurm_state
from allocator.formats.slurm.values import gres, hosts, tasks_of_array
from allocator.formats.sources import opened
from allocator.scenario.loading import load
from allocator.scenario.writing import dumps
from tests.support import shared

NODES = """\
NodeName=n1 Arch=x86_64 CPUTot=64 RealMemory=131072 Gres=gpu:a100:4(S:0-1)
   OS=Linux 5.14 #1 SMP State=MIXED Partitions=batch,long
   CfgTRES=cpu=64,mem=128G,billing=64,gres/gpu=4
NodeName=n2 CPUTot=64 RealMemory=131072 Gres=(null) State=IDLE Partitions=debug
NodeName=n3 CPUTot=64 RealMemory=131072 Gres=(null) State=DOWN*+DRAIN Partitions=debug
NodeName=n4 CPUTot=64 RealMemory=131072 Gres=(null) State=IDLE+DRAIN Partitions=debug
"""
QUEUE = """\
JOBID|ACCOUNT|USER|PARTITION|STATE|CPUS|NODES|MIN_MEMORY|TRES_PER_NODE|REASON
11|physics|ada|batch|RUNNING|32|1|64G|gres/gpu:2|None
12_[0-9%2]|physics|ada|batch|PENDING|32|1|64G|gres/gpu:2|Priority
13|biology|bob|debug|PENDING|8|2|1000Mc|N/A|Resources
14|biology|bob|debug|PENDING|8|2|1000Mc|N/A|Dependency
15|biology|bob|debug|PENDING|8|2|1000Mc|N/A|JobHeldAdmin
16|biology|bob|debug|COMPLETED|8|2|1000Mc|N/A|None
"""
SHARES = """\
Account|User|RawShares|NormShares|RawUsage|EffectvUsage|FairShare
root||||1000|1.000000|
 science||3|0.750000|700|0.700000|
  physics||2|0.500000|600|0.600000|
  physics|ada|1|0.500000|600|0.600000|
  biology||1|0.250000|100|0.100000|
  biology|bob|parent|0.250000|100|0.100000|
 arts||1|0.250000|300|0.300000|
"""


Writer = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Writes a file and gives its path."""

    def put(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return put


def nodes_of(path: str) -> list[SlurmNode]:
    """The nodes of one file."""
    with opened(path) as source:
        return read_nodes(source)


def shares_in(path: str, word: str = "account") -> Shares:
    """The shares of one file."""
    with opened(path) as source:
        return read_shares(source, word)


def only(tenant: Tenant | None) -> Work:
    """The one work of a tenant."""
    assert tenant is not None
    (work,) = tenant.work
    return work


class TestState:
    """Three files of text, one cluster."""

    @pytest.fixture
    def imported(self, write: Writer) -> Imported:
        """The three files above."""
        files = [write("q", QUEUE), write("n", NODES), write("s", SHARES)]
        return read_slurm_state(files, SlurmOptions())

    def test_what_runs_is_held_and_what_waits_is_wanted(self, imported: Imported) -> None:
        """An array that waits is all of its tasks; what is held or depends on others is not counted."""
        work = only(imported.scenario.tenant("physics"))
        assert (work.demand, work.tasks, work.held) == ({"cpu": 32_000, "memory": 64 << 30, "gpu": 2000}, 11, 1)
        assert any("1 Dependency, 1 JobHeld" in line for line in imported.summary)

    def test_a_job_is_a_task_for_each_of_its_nodes(self, imported: Imported) -> None:
        """8 cpus of 1000 MB each on two nodes."""
        work = only(imported.scenario.tenant("biology"))
        assert (work.demand, work.tasks) == ({"cpu": 4000, "memory": 4000 << 20}, 2)

    def test_nodes_that_are_down_or_drained_are_left_out(self, imported: Imported) -> None:
        """And named by their reason."""
        assert [node.name for node in imported.scenario.nodes] == ["n1", "n2"]
        assert "nodes: 2 used; left out: 1 down, 1 drained" in imported.summary

    def test_partitions_are_labels(self, imported: Imported) -> None:
        """A node in two partitions has both in its label; work of either may go there."""
        assert [node.pool for node in imported.scenario.nodes] == ["batch,long", "debug"]
        assert only(imported.scenario.tenant("physics")).pools == ("batch,long",)

    def test_shares_are_weights(self, imported: Imported) -> None:
        """Physics has two thirds of three quarters, biology one third of them."""
        weights = {tenant.name: tenant.weight for tenant in imported.scenario.tenants}
        assert weights == {"physics": 50, "biology": 25}

    def test_what_is_not_modelled_is_said(self, imported: Imported) -> None:
        """Fair tree, multifactor priority, QOS."""
        assert any("fair tree" in line and "QOS" in line for line in imported.warnings)

    def test_it_reads_back_as_it_was(self, imported: Imported, tmp_path: Path) -> None:
        """Saved and loaded, the scenario has the same nodes and tenants."""
        path = tmp_path / "now.toml"
        path.write_text(dumps(imported.scenario, header=imported.summary), encoding="utf-8")
        scenario = load(path).scenario
        assert (scenario.nodes, scenario.tenants) == (imported.scenario.nodes, imported.scenario.tenants)

    def test_names_can_be_replaced(self, write: Writer) -> None:
        """Tenants, nodes and partitions by number."""
        imported = read_slurm_state([write("q", QUEUE), write("n", NODES)], SlurmOptions(anonymise=True))
        text = dumps(imported.scenario)
        assert not any(name in text for name in ("physics", "biology", "batch", "debug", "n1"))
        assert [node.pool for node in imported.scenario.nodes] == ["pool-1,pool-2", "pool-3"]

    def test_users_as_tenants(self, write: Writer) -> None:
        """With their part of the shares of their accounts."""
        files = [write("q", QUEUE), write("n", NODES), write("s", SHARES)]
        imported = read_slurm_state(files, SlurmOptions(tenant="user"))
        assert {tenant.name: tenant.weight for tenant in imported.scenario.tenants} == {"ada": 50, "bob": 25}

    def test_without_nodes_it_is_refused(self, write: Writer) -> None:
        """The error says what to run."""
        with pytest.raises(SnapshotError, match="found no node; try: squeue --json"):
            read_slurm_state([write("q", QUEUE)], SlurmOptions())

    def test_a_file_of_something_else_is_refused(self, write: Writer) -> None:
        """It is named, with what was found."""
        with pytest.raises(SnapshotError, match="x:1: found 'hello', no header that is known"):
            read_slurm_state([write("x", "hello\n")], SlurmOptions())
        with pytest.raises(SnapshotError, match="nothing of Slurm's found"):
            read_slurm_state([write("y", "{}")], SlurmOptions())

    def test_hostile_names_stay_raw(self, write: Writer) -> None:
        """What drives a terminal is data here, and the written file escapes it."""
        queue = QUEUE.replace("physics", "\x1b[2J")
        imported = read_slurm_state([write("q", queue), write("n", NODES)], SlurmOptions())
        assert imported.scenario.tenants[0].name == "\x1b[2J"
        assert "\x1b" not in dumps(imported.scenario)


class TestShares:
    """sshare, sacctmgr and associations."""

    def test_past_use(self, write: Writer) -> None:
        """RawUsage is cpu-seconds: thousandths of a cpu x ms."""
        found = shares_in(write("s", SHARES))
        assert found.usage["physics"] == {"cpu": 600_000_000}

    def test_siblings_keep_their_shares(self, write: Writer) -> None:
        """In a flat tree a weight is what was written."""
        text = "Account|User|Share|ParentName\nroot||1|\na||30|root\nb||70|root\na|ada|1|\n"
        assert [(one.name, one.weight) for one in shares_in(write("s", text)).tenants] == [("a", 30), ("b", 70)]

    def test_a_third_is_rounded(self, write: Writer) -> None:
        """So that the weights' common denominator stays small."""
        text = "Account|User|RawShares\nroot||\n a||1\n  b||1\n  c||1\n  d||1\n"
        weights = {one.name: one.weight for one in shares_in(write("s", text)).tenants}
        assert weights == {"a": 100, "b": Fraction(333_333, 10_000), "c": Fraction(333_333, 10_000)} | {
            "d": Fraction(333_333, 10_000)
        }

    def test_an_account_below_itself(self, write: Writer) -> None:
        """A circle is an error, not an endless walk."""
        text = "Account|User|Share|ParentName\na||1|b\nb||1|a\n"
        with pytest.raises(SnapshotError, match="is below itself"):
            shares_in(write("s", text))


class TestNodes:
    """Text and JSON of nodes."""

    def test_sinfo_merges_the_rows_of_a_node(self, write: Writer) -> None:
        """One row a partition; the default partition has a star."""
        text = (
            "NODELIST|PARTITION|CPUS|MEMORY|GRES|STATE\nn[1-2]|batch*|64|1000|gpu:4|idle~\nn1|long|64|1000|gpu:4|idle\n"
        )
        first, second = nodes_of(write("n", text))
        assert (first.partitions, second.partitions) == (("batch", "long"), ("batch",))
        assert first.capacity == {"cpu": 64_000, "memory": 1000 << 20, "gpu": 4000}

    def test_a_draining_node_with_work_stays(self) -> None:
        """What runs there counts; a drained one is out."""
        assert SlurmNode("n", {}, (), ("MIXED", "DRAIN")).out == ""
        assert SlurmNode("n", {}, (), ("IDLE", "DRAIN")).out == "drained"

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("cn[08-10,15]", ["cn08", "cn09", "cn10", "cn15"]),
            ("a,b[1-2]-ib", ["a", "b1-ib", "b2-ib"]),
            ("r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]),
        ],
    )
    def test_lists_of_hosts(self, text: str, names: list[str]) -> None:
        """Ranges keep their zeros."""
        assert list(hosts(text)) == names

    @pytest.mark.parametrize("text", ["n[0-99999999]", "n[1-9", "n[1-x]", "r[1-9999]n[1-9999]"])
    def test_absurd_lists_of_hosts(self, text: str) -> None:
        """They are refused before they fill memory."""
        with pytest.raises(ValueError, match=r"\["):
            list(hosts(text))

    @pytest.mark.parametrize(
        ("text", "found"),
        [("gpu:gen:8(S:0-1),shard:4", {"gpu": 8, "shard": 4}), ("(null)", {}), ("gres/gpu:2", {"gpu": 2}), ("x", {})],
    )
    def test_generic_resources(self, text: str, found: dict[str, int]) -> None:
        """With a type or without."""
        assert gres(text) == found

    @pytest.mark.parametrize(
        ("text", "count"), [("0-9%2", 10), ("1,3,5", 3), ("0-10:5", 3), ("", 1), ("0-9999999999", 1)]
    )
    def test_tasks_of_an_array(self, text: str, count: int) -> None:
        """Ranges, steps and how many may run at once."""
        assert tasks_of_array(text) == count


class TestRealFiles:
    """Files of real commands."""

    SQUEUE = (
        "tres_per_node,a,jobid,jobidraw,name,timelimit,min_memory,command,prio,state,user,cpus,nodes,left,used,"
        "nodelist,dependency,b,start,submit,elig,accrue,c,comment,partition,account,qos,reason,tres_alloc,d,e,f,g,h,i"
    )
    SINFO = ("nodelist", "gres", "gres_used", "cpus", "cpus_state", "state", "partition")

    @staticmethod
    def read(*names: str, **options: object) -> Imported:
        """Files handed out beside the repository."""
        return read_slurm_state([str(shared("data", name)) for name in names], SlurmOptions(**options))  # type: ignore[arg-type]

    def test_slurmrestd(self) -> None:
        """100 nodes of 64 cpus and 128 GiB; of 14 jobs 3 run, on 5 nodes; one is to begin later."""
        names = [f"slurm-restd-2405/slurm-{what}.json" for what in ("jobs", "nodes", "partitions", "qos", "accounts")]
        found = self.read(*names, "slurm-restd-2405/slurmdb-associations.json")
        scenario = found.scenario
        assert scenario.capacity == {"cpu": 6_400_000, "memory": 13_107_200 << 20}
        assert found.summary[0] == "read: 14 jobs, 100 nodes, 4 partitions, 2 qos, 7 accounts"
        assert {tenant.name: float(tenant.weight) for tenant in scenario.tenants} == {
            "optic": 12.5, "acoustic": 12.5, "biology": 25,
        }  # fmt: skip
        assert sum(int(work.held or 0) for tenant in scenario.tenants for work in tenant.work) == 5

    def test_clockwork(self) -> None:
        """301 jobs of 3 accounts and 61 nodes, as JSON; 5 nodes as text, in which two jobs wait, one of them held."""
        found = self.read("slurm-clockwork/fake_data.json")
        assert found.summary[0].startswith("read: 301 jobs, 61 nodes")
        assert len(found.scenario.tenants) == 3
        found = self.read("slurm-clockwork/scontrol_job_2", "slurm-clockwork/scontrol_node_3")
        assert only(found.scenario.tenants[0]).demand == {"cpu": 10_000, "memory": 40 << 30, "gpu": 1000}
        assert {node.capacity["gpu"] for node in found.scenario.nodes} == {8000}
        with pytest.raises(SnapshotError, match="found 2 nodes, none of which can be used"):
            self.read("slurm-clockwork/sinfo_1")

    def test_gcm(self) -> None:
        """squeue without a header by its fields, sinfo with one and without, partitions of scontrol."""
        files = ("slurm-gcm/sample-squeue-output.txt", "slurm-gcm/sample-sinfo-output.txt")
        found = self.read(*files, "slurm-gcm/sample-scontrol-output.txt", fields=(self.SQUEUE.split(","),))
        assert found.summary[0] == "read: 5 jobs, 3 nodes, 3 partitions"
        work = {work.name: work for work in found.scenario.tenants[0].work}["80-cpu-60Gi-memory-8-gpu"]
        assert (work.tasks, work.held) == (32, 32)
        found = self.read(
            files[0], "slurm-gcm/sinfo-output-for-structured.txt", fields=(self.SQUEUE.split(","), self.SINFO)
        )
        assert "nodes: 9 used; left out: 1 drained" in found.summary
