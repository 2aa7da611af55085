"""What is wrong with the time part of a scenario file, in the words that the reader gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.core.errors import ScenarioError
from allocator.scenario.loading import load, loads
from tests.scenario.parts import JOB, NODES, POOL, TRACE, faults


class TestOthers:
    """What is wrong with settings, a trace, nodes and workloads."""

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[simulation]\nduration = '0s'", "simulation.duration: found '0s', expected more than 0"),
            ("[simulation]\nduration = 'dry'", "expected a duration such as 90s, 15m, 1.5h or 7d, or \"drain\""),
            ("[simulation]\nseed = 1.5", "simulation.seed: found 1.5, expected a whole number"),
            ("[simulation]\nseed = 99999999999999999999", "simulation.seed: found 99999999999999999999, expected -2^"),
            ("[simulation]\nqueue = 'fifo'", "simulation.queue: found 'fifo', expected 'strict', 'skip', 'easy' or"),
            ("[simulation]\nplacment = 'pool'", "simulation.placment: unknown key"),
            ("[[simulation]]\nseed = 1", "simulation: found a list, expected a table"),
            ("[jobs]\ntenant = 'ann'", "jobs: found a table, expected tables, each under its own [[jobs]]"),
            ("[events]\nat = 0", "events: found a table, expected tables, each under its own [[events]]"),
            ("[trace]", "trace.path: missing; a trace needs the path of its file"),
            (f"{TRACE}load = 0.9\nscale = 2", "trace.scale: found load and scale, expected one of them"),
            (f"{TRACE}load = 0", "trace.load: found 0, expected a number above 0"),
            (f"{TRACE}scale = '2'", "trace.scale: found '2', expected a number above 0"),
            (f"{TRACE}scale = 1e10", "trace.scale: found 1e+10, expected 1e-9 to 1e9"),
            (f"{TRACE}from = '2h'\nto = '2h'", "trace.to: found '2h', expected more than from"),
            (f"{TRACE}options = {{ a = 1 }}", "trace.options.a: found 1, expected text in quotes"),
            (f"{TRACE}form = '1h'", "unknown key, expected one of path, format, tenant, load, scale, from, to,"),
            ("[[workloads]]\narrivals = 'at-once'\njobs = 1\nruntime = '1s'\ndemand = {}\ntenant = 'an'",
             "workloads[0].tenant: no tenant 'an'; did you mean 'ann'?"),
        ],
    )  # fmt: skip
    def test_of_a_table(self, text: str, words: str) -> None:
        """One thing wrong is one fault, at its place."""
        (fault,) = faults(
            f"{POOL}{JOB if '[jobs]' not in text else ''}{text}\n".replace("name = 'ann'", "name = 'ann'\nwork = []")
        )
        assert words in fault

    def test_files_of_a_trace(self, tmp_path: Path) -> None:
        """A trace, or a file of nodes, that is not there is a fault of the line that names it."""
        (tmp_path / "kth.swf").touch()
        path = tmp_path / "s.toml"
        path.write_text("[trace]\npath = 'kht.swf'\nnodes_from = '.'\n")
        with pytest.raises(ScenarioError) as caught:
            load(path)
        assert [str(fault).removeprefix(f"{path}:") for fault in caught.value.faults] == [
            "2: trace.path: found \"kht.swf\": no such file; did you mean 'kth.swf'?",
            '3: trace.nodes_from: found ".": a directory, expected a file',
        ]

    @pytest.mark.parametrize(
        ("used", "words"),
        [
            ("{ cpu = 5 }", "nodes[0].load.cpu: found 5, expected at most its capacity, 4"),
            ("{ gpu = 1 }", "nodes[0].load.gpu: found 1, expected at most 0: it has none"),
            ("{ cpu = -1 }", "nodes[0].load.cpu: found -1, expected no less than 0"),
            ("3", "nodes[0].load: found 3, expected a table"),
        ],
    )
    def test_load(self, used: str, words: str) -> None:
        """What others use of a node is no more than it has."""
        assert faults(NODES.replace("pool = 'gpu'", f"load = {used}") + JOB) == [words]

    def test_load_of_a_node_without_a_good_capacity(self) -> None:
        """Only the capacity is blamed."""
        (fault,) = faults("[[nodes]]\ncapacity = { cpu = 'x' }\nload = { cpu = 1 }\n")
        assert fault.startswith("nodes[0].capacity.cpu")
        (fault,) = faults("[[nodes]]\ncapacity = 3\nload = { cpu = 1 }\n")
        assert fault.startswith("nodes[0].capacity:")

    def test_a_demand_is_needed_where_nothing_is_run_over_time(self) -> None:
        """An empty list of jobs is none."""
        assert "expected demand or work of tenant 'ann'" in faults(f"jobs = []\n{POOL}")[0]

    def test_both_pools_hide_no_other_fault(self) -> None:
        """A file with [capacity] and [[nodes]] has its other faults told as well."""
        text = "[capacity]\ncpu = 'x'\n[[nodes]]\ncapacity = { cpu = 'y' }\n"
        assert [fault.split(":")[0] for fault in faults(text)] == ["capacity.cpu", "nodes", "nodes[0].capacity.cpu"]

    def test_all_at_once_with_lines(self) -> None:
        """Faults of every table are told together, each on its line."""
        text = (
            "[simulation]\nduration = 8\n[capacity]\ncpu = 1\n[[tenants]]\nname = 'ann'\n[[jobs]]\ntenant = 'bob'\n"
            "runtime = '1x'\ndemand = {}\nafter = ['x']\n[[events]]\nat = '1h'\nkind = 'drain'\nnode = 'n'\n"
            "[trace]\npath = 'x'\nload = -1\n"
        )
        with pytest.raises(ScenarioError) as caught:
            loads(text)
        assert [(fault.line, fault.place) for fault in caught.value.faults] == [
            (2, "simulation.duration"),
            (8, "jobs[0].tenant"),
            (9, "jobs[0].runtime"),
            (11, "jobs[0].after[0]"),
            (15, "events[0].node"),
            (18, "trace.load"),
        ]
