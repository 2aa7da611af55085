"""The JSON and the rows of a run over time that scripts rely on: every key, in its order."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Shell
from tests.samples.golden import TIMED

RUN = [
    *["fairheap", "mode", "title", "policy", "seed", "queue", "placement", "units", "capacity"],
    *["ended", "span_ms", "makespan_ms", "overall", "tenants", "metrics"],
]
"""The contract; what follows it may grow."""
COUNTS = ["arrived", "started", "completed", "waiting", "running", "killed", "impossible"]
SPREAD = ["mean", "p50", "p95", "p99", "max"]
METRICS = {"utilisation", "useful_utilisation", "jain_index", "jain_of", "offered_load", "lost_work", "stranded"}
STORY = ["job", "tenant", "outcome", "submit_ms", "start_ms", "end_ms", "wait_ms", "estimate_ms", "priority", "tasks"]
HOSTILE = ["=1+1", "+x", "-x", "@x", "a,b", 'quote"', "\tt", "two\nlines", "中文"]


def check(result: Any) -> None:
    """One run has the shape of the contract, and its counts add up."""
    assert list(result)[: len(RUN)] == RUN
    assert result["mode"] == "simulate"
    assert list(result["policy"]) == ["name", "label", "options"]
    assert result["ended"] in ("drained", "horizon")
    assert list(result["units"]) == list(result["capacity"])
    assert result["metrics"].keys() >= METRICS
    for one in (result["overall"], *result["tenants"]):
        check_timing(one)
    for tenant in result["tenants"]:
        assert list(tenant)[:2] == ["name", "weight"]
        assert "mean" in tenant["dominant_share"]
        assert type(tenant["starved_ms"]) is int
    for count in COUNTS:
        assert result["overall"]["jobs"][count] == sum(tenant["jobs"][count] for tenant in result["tenants"])


def check_timing(one: Any) -> None:
    """What became of the jobs, and two distributions, one after the other."""
    keys = [key for key in one if key in ("jobs", "wait_ms", "bounded_slowdown")]
    assert keys == ["jobs", "wait_ms", "bounded_slowdown"]
    assert list(one["jobs"]) == COUNTS
    assert one["jobs"]["arrived"] == sum(one["jobs"][count] for count in COUNTS[2:])
    for spread in (one["wait_ms"], one["bounded_slowdown"]):
        assert list(spread) == SPREAD


@pytest.mark.parametrize("sample", TIMED, ids=lambda sample: sample.stem)
def test_samples(fairheap: Shell, sample: Path) -> None:
    """A comparison is one run for each policy, in the order named; `--simulate` is the one of the scenario's policy."""
    compared = fairheap(str(sample), "--compare", "--format", "json").json
    assert list(compared) == ["fairheap", "mode", "title", "results"]
    assert compared["mode"] == "compare"
    for result in compared["results"]:
        check(result)
    alone = fairheap(str(sample), "--simulate", "--format", "json").json
    check(alone)
    assert alone in compared["results"]


def test_what_was_recorded_has_no_seed_and_no_queue(fairheap: Shell) -> None:
    """It comes first, named so; what only a simulation has is null."""
    sample = next(sample for sample in TIMED if sample.stem == "hpc-trace")
    first = fairheap(str(sample), "--compare", "--policy", "fifo", "--format", "json").json["results"][0]
    assert first["policy"] == {"name": "recorded", "label": "recorded", "options": {}}
    assert (first["seed"], first["queue"], first["placement"]) == (None, None, None)


DRAWN = """
[capacity]
cpu = 4
[[tenants]]
name = "a"
[[workloads]]
jobs = 30
arrivals = { kind = "poisson", mean = "5s" }
runtime = { kind = "exponential", mean = "30s" }
demand = { cpu = 2 }
"""


def test_replications_come_last(fairheap: Shell) -> None:
    """Of every figure the mean, its interval, and the paired difference to the baseline."""
    words = ["--compare", "--policy", "fifo", "--policy", "sjf", "--against", "sjf", "--replications", "3"]
    compared = fairheap(fairheap.scenario(DRAWN), *words, "--format", "json").json
    assert list(compared) == ["fairheap", "mode", "title", "results", "replications"]
    told = compared["replications"]
    assert (told["count"], told["seeds"], told["baseline"]) == (3, [1, 2, 3], "sjf")
    wait = next(metric for metric in told["metrics"] if metric["name"] == "mean wait")
    assert [policy["label"] for policy in wait["policies"]] == ["sjf", "fifo"]
    base, other = wait["policies"]
    assert base["difference"] is None
    assert other["difference"]["mean"] == pytest.approx(other["mean"] - base["mean"])


def test_explanations(fairheap: Shell) -> None:
    """Of a tenant what its jobs waited for and the longest stories; of a job its story alone."""
    config = fairheap.scenario(DRAWN)
    tenant = fairheap(config, "--explain", "a", "--format", "json").json
    assert list(tenant)[:5] == ["fairheap", "mode", "title", "policy", "ended"]
    assert tenant["mode"] == "explain"
    assert tenant["tenant"]["name"] == "a"
    assert tenant["waited"] == tenant["watched"] > 1
    longest = tenant["longest"][0]
    assert list(longest)[: len(STORY)] == STORY
    assert sum(wait["to_ms"] - wait["from_ms"] for wait in longest["waits"]) == longest["wait_ms"]
    story = fairheap(config, "--explain-job", longest["job"], "--format", "json").json
    assert {key: story[key] for key in longest} == longest


def test_rows_of_jobs(fairheap: Shell) -> None:
    """The heading, then a row a job in order of submission; empty where there is none; no cell is a formula."""
    text = "[simulation]\nduration = '10s'\n[capacity]\ncpu = 1\n"
    for number, name in enumerate(HOSTILE):
        quoted = '"' + "".join(f"\\U{ord(letter):08x}" for letter in name) + '"'
        text += f"[[tenants]]\nname = {quoted}\n[[jobs]]\nname = {quoted}\ntenant = {quoted}\n"
        text += f"demand = {{ cpu = {1 + (number == 2)} }}\nruntime = '6s'\nsubmit = '{9 - number}s'\n"
    assert fairheap(fairheap.scenario(text), "--simulate", "--policy", "fifo", "--jobs-out", "jobs.csv").code == 0
    with open(fairheap.directory / "jobs.csv", newline="") as file:
        heading, *rows = csv.reader(file)
    assert heading == ["job", "tenant", "submit_ms", "start_ms", "end_ms", "node", "outcome"]
    assert [row[2] for row in rows] == [f"{second}000" for second in range(1, 10)]
    assert rows[0][2:] == ["1000", "1000", "7000", "", "completed"]
    assert rows[1][2:] == ["2000", "7000", "", "", "running"]
    assert rows[2][2:] == ["3000", "", "", "", "waiting"]
    assert rows[6][2:] == ["7000", "", "", "", "impossible"]
    assert not [cell for row in rows for cell in row if re.match(r"[=+\-@\t]", cell)]
