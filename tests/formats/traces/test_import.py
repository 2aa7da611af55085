"""`fairheap import swf`, `openb`, `philly` and `slurm`: the scenario that is written, and what is told."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import fairheap as fairheap
from tests.cli.running import Shell
from tests.formats.traces.files import swf
from tests.formats.traces.test_sacct import row, table
from tests.formats.traces.test_slurm_state import NODES, QUEUE, SHARES

LOG = swf("1 0 0 100 2 -1 -1 2 50 -1 1 1", "2 10 0 9 1 -1 -1 1 60 -1 1 2", header="; MaxProcs: 4")


def written(shell: Shell, *words: str) -> dict[str, Any]:
    """The scenario that an import wrote, checked."""
    ended = shell("import", *words, "-o", "out/made.toml")
    assert ended.code == 0, ended.err
    assert shell("check", "out/made.toml").code == 0
    return tomllib.loads(Path("out/made.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def out(fairheap: Shell) -> None:
    """A directory beside the traces."""
    os.mkdir("out")


class TestTraces:
    """A scenario that replays a file."""

    def test_the_file_stays_where_it_is(self, fairheap: Shell) -> None:
        """The path is relative to the scenario, whatever directory it is in."""
        fairheap.scenario(LOG, "log.swf")
        made = written(fairheap, "swf", "log.swf")
        assert made["trace"] == {"path": "../log.swf", "format": "swf"}
        assert made["capacity"] == {"cpu": 4}

    def test_settings_come_near_to_what_was_recorded(self, fairheap: Shell) -> None:
        """EASY, and no kill where a job outlived its estimate; users by name, so that weights can be given."""
        fairheap.scenario(LOG, "log.swf")
        made = written(fairheap, "swf", "log.swf")
        assert made["simulation"] == {"queue": "easy", "at_limit": "extend"}
        assert [one["name"] for one in made["tenants"]] == ["user-1", "user-2"]

    def test_what_was_read_is_told_and_kept(self, fairheap: Shell) -> None:
        """On stderr, and as comments at the head of the scenario."""
        fairheap.scenario(LOG, "log.swf")
        ended = fairheap("import", "swf", "log.swf", "--tenant", "group")
        assert "read 2 jobs of 2 groups" not in ended.err
        assert "read 2 jobs of 1 group, submitted over 0.0 hours" in ended.err
        assert ended.out.startswith("# read 2 jobs of 1 group")

    def test_options_go_along(self, fairheap: Shell) -> None:
        """What was asked of the reader is in the scenario."""
        fairheap.scenario(LOG, "log.swf")
        fairheap.scenario("0 big 2 80 1 1024\n", "m")
        words = ("swf", "log.swf", "--tenant", "group", "--memory", "ignore", "--cancelled", "drop", "--nodes", "m")
        assert written(fairheap, *words)["trace"] == {
            "path": "../log.swf", "format": "swf", "tenant": "group", "nodes_from": "../m",
            "options": {"memory": "ignore", "cancelled": "drop"},
        }  # fmt: skip

    def test_a_guess_is_warned_of(self, fairheap: Shell) -> None:
        """The capacity is written down, to be put right."""
        fairheap.scenario("timestamp,duration,num_gpus,gpu_time,cluster\n2017-10-09 07:01:55,66.0,8,1,vc\n", "p.csv")
        ended = fairheap("import", "philly", "p.csv")
        assert "warning: the capacity is a guess" in ended.err
        assert tomllib.loads(ended.out)["capacity"] == {"nvidia.com/gpu": 8}

    def test_nodes_beside_pods(self, fairheap: Shell) -> None:
        """openb finds its nodes; capacity stays with them."""
        head = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,qos,pod_phase,creation_time,deletion_time,scheduled_time"
        fairheap.scenario(f"{head}\na,1,1,1,500,LS,Running,10,110,20\n", "pods.csv")
        fairheap.scenario("sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,P100\n", "openb_node_list_all_node.csv")
        made = written(fairheap, "openb", "pods.csv")
        assert "capacity" not in made
        assert made["tenants"] == [{"name": "LS"}]

    def test_a_bad_file_is_one_line(self, fairheap: Shell) -> None:
        """With the line in the file, and exit code 2."""
        fairheap.scenario("1 2 3\n", "log.swf")
        ended = fairheap("import", "swf", "log.swf")
        assert (ended.code, ended.out) == (2, "")
        assert "log.swf:1: found 3 columns, expected 18 or more" in ended.err

    def test_standard_input_is_no_trace(self, fairheap: Shell) -> None:
        """The scenario has to name a file."""
        assert "give its path" in fairheap("import", "swf", "-").err


RAN = ((1, "COMPLETED"), (2, "RUNNING"))


class TestSlurm:
    """What is what is told from the files."""

    def test_accounting_is_replayed(self, fairheap: Shell) -> None:
        """With its nodes and shares, in any order."""
        fairheap.scenario(table(row()), "sacct.txt")
        fairheap.scenario(NODES, "nodes.txt")
        fairheap.scenario(SHARES, "shares.txt")
        made = written(fairheap, "slurm", "shares.txt", "sacct.txt", "nodes.txt")
        assert made["trace"] == {
            "path": "../sacct.txt", "format": "slurm", "nodes_from": "../nodes.txt",
            "options": {"shares": "../shares.txt"},
        }  # fmt: skip
        assert made["tenants"] == [{"name": "physics", "weight": 50}]

    def test_the_least_that_accounting_says_is_replayed(self, fairheap: Shell) -> None:
        """Start and End are words of sacct; START_TIME and END_TIME are squeue's, and tell what is there now."""
        rows = "".join(f"{job}|{state}|2021-04-05T02:07:20|2021-04-05T03:07:20\n" for job, state in RAN)
        fairheap.scenario(f"JobID|State|Start|End\n{rows}", "least.txt")
        assert written(fairheap, "slurm", "least.txt")["trace"]["format"] == "slurm"
        fairheap.scenario(f"JOBID|STATE|START_TIME|END_TIME\n{rows}", "queue.txt")
        fairheap.scenario(NODES, "nodes.txt")
        assert "trace" not in written(fairheap, "slurm", "queue.txt", "nodes.txt")

    def test_a_queue_is_a_snapshot(self, fairheap: Shell) -> None:
        """Tenants with work, held and pending."""
        fairheap.scenario(QUEUE, "q")
        fairheap.scenario(NODES, "n")
        made = written(fairheap, "slurm", "q", "n")
        assert "trace" not in made
        assert [(one["name"], one["work"][0]["held"]) for one in made["tenants"]] == [("physics", 1), ("biology", 0)]

    def test_accounting_can_say_what_is_there_now(self, fairheap: Shell) -> None:
        """--now takes the jobs that run and wait."""
        fairheap.scenario(table(row(State="RUNNING", End="Unknown"), row(JobID="8")), "sacct.txt")
        fairheap.scenario(NODES, "n")
        made = written(fairheap, "slurm", "--now", "sacct.txt", "n")
        assert made["tenants"][0]["work"][0]["held"] == 2

    def test_a_table_without_a_header(self, fairheap: Shell) -> None:
        """The order of fields that fits is kept in the scenario."""
        fairheap.scenario(row() + "\n", "sacct.txt")
        fields = table(row()).split("\n")[0].replace("|", ",")
        made = written(fairheap, "slurm", "sacct.txt", "--fields", "A,B", "--fields", fields)
        assert made["trace"]["fields"] == fields.split(",")
        assert "--fields A,B,..." in fairheap("import", "slurm", "sacct.txt").err

    def test_a_replay_is_not_anonymous(self, fairheap: Shell) -> None:
        """Its names are in the file it reads."""
        fairheap.scenario(table(row()), "sacct.txt")
        ended = fairheap("import", "slurm", "sacct.txt", "--anonymise")
        assert ended.code == 2
        assert "anonymise that" in ended.err

    def test_two_records_are_one_too_many(self, fairheap: Shell) -> None:
        """A trace is one file."""
        fairheap.scenario(table(row()), "a")
        fairheap.scenario(table(row()), "b")
        assert "b: a is a file of the same kind" in fairheap("import", "slurm", "a", "b").err
