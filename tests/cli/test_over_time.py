"""Runs over time from the command line: interrupts, traces that are damaged, names that are hostile, every width."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import ROOT, SAMPLES, Shell
from tests.samples.golden import TIMED

HEAVY = """
[capacity]
cpu = 40
[[tenants]]
name = "a"
[[tenants]]
name = "b"
[[workloads]]
jobs = 400000
arrivals = { kind = "poisson", mean = "1s" }
runtime = { kind = "exponential", mean = "100s" }
demand = { cpu = 1 }
"""
HOSTILE = """
[[nodes]]
name = "n\\u001b]0;T\\u0007"
capacity = { cpu = 2 }
[[tenants]]
name = "=cmd|'/C calc'!A0"
[[tenants]]
name = "[red]x[/]\\u202e\\u001b[2J"
[[jobs]]
tenant = "=cmd|'/C calc'!A0"
name = "+job\\u0007"
demand = { cpu = 2 }
runtime = "1m"
[[jobs]]
tenant = "[red]x[/]\\u202e\\u001b[2J"
name = "表計算\\u2028x"
demand = { cpu = 2 }
runtime = "1m"
"""


@pytest.mark.parametrize("mode", [["--simulate"], ["--compare", "--policy", "fifo"]])
def test_an_interrupt_prints_what_is_known(mode: list[str], tmp_path: Path) -> None:
    """Ctrl-C in the middle of a run ends it with 130; what is printed is marked as partial."""
    (tmp_path / "heavy.toml").write_text(HEAVY)
    words = [sys.executable, "-m", "allocator", "heavy.toml", *mode]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}
    ) as running:
        time.sleep(2.5)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert "PARTIAL" in out or err == "interrupted\n"  # the latter where it was still making the jobs


class TestTraces:
    """A trace that cannot be replayed is told of in a line."""

    def test_a_line_that_is_damaged(self, fairheap: Shell) -> None:
        """The line is named, and nothing is printed as if it were whole."""
        lines = (SAMPLES / "hpc-trace.swf").read_text().splitlines()
        lines[100] = "93 12x45 0"
        (fairheap.directory / "bad.swf").write_text("\n".join(lines))
        ended = fairheap(fairheap.scenario('[trace]\npath = "bad.swf"\n'), "--simulate")
        assert (ended.code, ended.out) == (2, "")
        assert "bad.swf:101:" in ended.err

    def test_one_that_is_not_there(self, fairheap: Shell) -> None:
        """The line of the scenario that names it is told."""
        ended = fairheap(fairheap.scenario('[trace]\npath = "gone.swf"\n'), "--simulate")
        assert (ended.code, ended.out) == (2, "")
        assert "scenario.toml:2: trace.path" in ended.err

    def test_what_really_happened_stands_first(self, fairheap: Shell) -> None:
        """A record gives the first column, and the policy that comes nearest to it is named."""
        ended = fairheap(str(SAMPLES / "hpc-trace.toml"), "--compare", "--format", "json")
        assert [one["policy"]["name"] for one in ended.json["results"]][:2] == ["recorded", "fifo"]
        assert "the nearest is fifo" in fairheap(str(SAMPLES / "hpc-trace.toml"), "--compare").out.replace("\n", " ")


@pytest.mark.parametrize(
    "words", [["--simulate"], ["--compare"], ["--explain", "=cmd|'/C calc'!A0"], ["--explain-job", "+job\a"]]
)
@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_hostile_names_drive_nothing(fairheap: Shell, words: list[str], form: str) -> None:
    """No control or bidi character reaches a terminal, and no cell of csv is a formula."""
    ended = fairheap(fairheap.scenario(HOSTILE), *words, "--format", form)
    assert ended.code == 0
    assert not any(letter in ended.out + ended.err for letter in "\x1b\x07\u202e\u2028")
    if form == "csv":
        cells = [cell for line in ended.lines for cell in line.split(",")]
        assert not any(cell.startswith(("=", "+j", "@")) for cell in cells)


def test_rows_of_hostile_jobs(fairheap: Shell) -> None:
    """The rows of `--jobs-out` are guarded like any csv."""
    assert fairheap(fairheap.scenario(HOSTILE), "--simulate", "--jobs-out", "jobs.csv").code == 0
    rows = (fairheap.directory / "jobs.csv").read_text().splitlines()
    assert rows[0] == "job,tenant,submit_ms,start_ms,end_ms,node,outcome"
    assert rows[1].startswith("'+job\ufffd,'=cmd|")
    assert len(rows) == 3


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("sample", TIMED, ids=lambda sample: sample.stem)
def test_no_line_is_wider_than_the_terminal(
    fairheap: Shell, monkeypatch: pytest.MonkeyPatch, sample: Path, width: int
) -> None:
    """Both reports keep to the width."""
    monkeypatch.setenv("COLUMNS", str(width))
    for words in (["--simulate"], ["--compare", "--all"]):
        assert max(map(len, fairheap(str(sample), *words).lines)) <= width


class TestEnds:
    """Nothing to run, or nothing that can."""

    @pytest.mark.parametrize(
        ("jobs", "said"),
        [
            ('submit = "1h"\nruntime = "1m"\ndemand = { cpu = 1 }', "1 completed"),
            ('runtime = "1m"\ndemand = { cpu = 9 }', "1 can never run"),
            ('runtime = "0s"\ndemand = { cpu = 4 }', "1 completed"),
        ],
    )
    def test_one_job(self, fairheap: Shell, jobs: str, said: str) -> None:
        """A late job, one too large and one that takes no time are each told as what they are."""
        text = f'[capacity]\ncpu = 4\n[[tenants]]\nname = "a"\n[[jobs]]\ntenant = "a"\n{jobs}\n'
        ended = fairheap(fairheap.scenario(text), "--simulate")
        assert ended.code == 0
        assert said in ended.out
