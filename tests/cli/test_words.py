"""Every word of the command line does something, and none goes unnoticed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from allocator.cli import arguments
from tests.cli.running import QUICKSTART, Shell
from tests.samples.golden import SAMPLES

CONTENDED = """
[capacity]
cpu = 10
[[tenants]]
name = "first"
demand = { cpu = 2 }
tasks = 5
held = 1
[[tenants]]
name = "second"
weight = 3
demand = { cpu = 3 }
tasks = 3
held = 2
[[tenants]]
name = "third"
demand = { cpu = 1 }
tasks = 2
held = 0
"""


def grants(out: str) -> dict[str, float]:
    """Tenant to tasks granted, of one allocation as JSON."""
    return {tenant["name"]: tenant["tasks_granted"] for tenant in json.loads(out)["tenants"]}


class TestModes:
    """What to do, and with what."""

    def test_config_may_come_first_or_last(self, fairheap: Shell) -> None:
        """`fairheap CONFIG --simulate` and `fairheap --simulate CONFIG` are the same."""
        assert fairheap(QUICKSTART, "--simulate") == fairheap("--simulate", QUICKSTART)
        assert fairheap("--compare", QUICKSTART).out == fairheap(QUICKSTART, "--compare").out

    @pytest.mark.parametrize("mode", [["--simulate"], ["--compare"], ["--explain", "web"]])
    def test_without_config_it_is_the_quickstart(self, fairheap: Shell, mode: list[str]) -> None:
        """The built-in scenario is `sample_configs/quickstart.toml`, in every mode."""
        assert fairheap(*mode) == fairheap(QUICKSTART, *mode)

    def test_without_a_mode_it_is_the_terminal_ui(self, fairheap: Shell) -> None:
        """Without a terminal to show it on, one line says so and names `--simulate`; it ends with 2 and no data."""
        for words in ([], [QUICKSTART], ["--policy", "fifo"], ["--scale-demand", "2"], ["--set", "key=current"]):
            ended = fairheap(*words)
            assert (ended.code, ended.out) == (2, "")
            assert "no terminal; --simulate" in ended.err

    def test_words_of_printing_need_a_mode(self, fairheap: Shell) -> None:
        """What only a printed answer can have names the modes that it goes with."""
        for words in (["--format", "json"], ["--all"], ["--output", "x"], ["--steps"], ["--top", "3"]):
            ended = fairheap(*words)
            assert (ended.code, ended.out) == (2, "")
            assert f"{words[0]} goes with --" in ended.err
        assert "begins with one policy" in fairheap("--policy", "fifo", "--policy", "drf").err

    def test_version(self, fairheap: Shell) -> None:
        """`--version` says name and version."""
        assert re.fullmatch(r"fairheap \d+\.\d+\.\d+\n", fairheap("--version").out)

    def test_every_option_of_help_is_tested_here(self, fairheap: Shell) -> None:
        """Each long option that `--help` shows occurs in the tests of the command line."""
        shown = set(re.findall(r"--[a-z-]+", arguments.main_parser().format_help()))
        written = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
        assert {option for option in shown if f'"{option}"' not in written} <= {"--help"}
        assert fairheap("--help").code == 0


class TestPolicyWords:
    """`--policy` and `--set`."""

    def test_policy(self, fairheap: Shell) -> None:
        """Another policy goes before the scenario's own, and grants otherwise."""
        config = fairheap.scenario(CONTENDED)
        drf = fairheap(config, "--simulate", "--format", "json")
        fifo = fairheap(config, "--simulate", "--format", "json", "--policy", "fifo")
        assert (drf.json["policy"]["name"], fifo.json["policy"]["name"]) == ("drf", "fifo")
        assert grants(fifo.out) == {"first": 5, "second": 0, "third": 0}
        assert grants(drf.out) != grants(fifo.out)

    def test_set(self, fairheap: Shell) -> None:
        """An option of the policy, and `on_misfit`, which every policy takes."""
        config = fairheap.scenario(CONTENDED)
        current = fairheap(config, "--simulate", "--set", "key=current", "--format", "json")
        assert current.json["policy"]["options"] == {"key": "current"}
        words = [config, "--simulate", "--format", "json", "--policy", "largest-first"]
        assert grants(fairheap(*words).out) == {"first": 0, "second": 3, "third": 1}
        stopped = fairheap(*words, "--set", "on_misfit=stop")
        assert stopped.json["policy"]["options"]["on_misfit"] == "stop"
        assert grants(stopped.out) == {"first": 0, "second": 3, "third": 0}

    def test_compare_takes_several(self, fairheap: Shell) -> None:
        """`--compare` shows the policies named, in the order named; `--set` reaches those that have the option."""
        words = ["--compare", "--policy", "fifo", "--policy", "drf", "--set", "key=current", "--format", "json"]
        results = fairheap(fairheap.scenario(CONTENDED), *words).json["results"]
        assert [result["policy"]["name"] for result in results if result["policy"]["name"] != "now"] == ["fifo", "drf"]
        assert results[-1]["policy"]["options"] == {"key": "current"}

    def test_simulate_takes_one(self, fairheap: Shell) -> None:
        """Two policies at once are for `--compare`."""
        ended = fairheap("--simulate", "--policy", "fifo", "--policy", "drf")
        assert ended.code == 2
        assert "--compare" in ended.err


class TestWhatIf:
    """`--scale-demand` and `--scale-capacity`."""

    def test_demand_of_all_and_of_one(self, fairheap: Shell) -> None:
        """X times as much is wanted: tasks in number, rounded up; by one tenant where one is named; and they add up."""
        config = fairheap.scenario(CONTENDED)
        words = [config, "--simulate", "--format", "json"]

        def wanted(*more: str) -> list[int]:
            return [tenant["tasks_wanted"] for tenant in fairheap(*words, *more).json["tenants"]]

        assert wanted() == [5, 3, 2]
        assert wanted("--scale-demand", "1.5") == [8, 5, 3]
        assert wanted("--scale-demand", "4/3") == [7, 4, 3]
        assert wanted("--scale-demand", "second=2") == [5, 6, 2]
        assert wanted("--scale-demand", "2", "--scale-demand", "third=2") == [10, 6, 8]
        assert wanted("--scale-demand", "0") == [0, 0, 0]

    def test_capacity_of_all_and_of_one(self, fairheap: Shell) -> None:
        """X times as much capacity, of one resource where one is named."""
        words = [QUICKSTART, "--simulate", "--format", "json"]
        assert fairheap(*words, "--scale-capacity", "2").json["capacity"] == {"cpu": 160_000, "memory": 640 * 2**30}
        half = fairheap(*words, "--scale-capacity", "memory=0.5").json["capacity"]
        assert half == {"cpu": 80_000, "memory": 160 * 2**30}

    @pytest.mark.parametrize(
        "factor",
        [
            "web=nan",
            "nan",
            "-1",
            "web=-1",
            "1e999",
            "1e999999999",
            "inf",
            "",
            "web=",
            "1/0",
            "1/00",
            "1_000",
            "0x2",
            "٣",
        ],
    )
    def test_what_is_no_factor(self, fairheap: Shell, factor: str) -> None:
        """It is refused at once, with what is accepted."""
        for option in ("--scale-demand", "--scale-capacity"):
            ended = fairheap("--simulate", f"{option}={factor}")
            assert (ended.code, ended.out) == (2, "")
            assert "expected a factor from 0 to 1000000" in ended.err

    def test_too_much_is_told(self, fairheap: Shell) -> None:
        """More than 2^62 of the smallest unit is no quantity."""
        config = fairheap.scenario('[capacity]\ncpu = "4P"\n[[tenants]]\nname = "a"\ndemand = { cpu = "4P" }\n')
        for option in ("--scale-demand", "--scale-capacity"):
            ended = fairheap(config, "--simulate", option, "1000")
            assert (ended.code, ended.out) == (2, "")
            assert "2^62" in ended.err


class TestOutputWords:
    """`--format`, `--output`, `--all`, `--wide`, `--top`, `--against`, `--versus`, `--steps`."""

    @pytest.mark.parametrize("mode", [["--simulate"], ["--compare"], ["--explain", "web"], ["--simulate", "--steps"]])
    def test_format(self, fairheap: Shell, mode: list[str]) -> None:
        """Four formats in every mode, each another text."""
        texts = {form: fairheap(*mode, "--format", form).out for form in arguments.FORMATS}
        assert len(set(texts.values())) == len(texts)
        assert fairheap(*mode).out == texts["table"]

    @pytest.mark.parametrize("option", ["--output", "-o"])
    def test_output(self, fairheap: Shell, option: str) -> None:
        """A file has what stdout would have had, and stdout nothing."""
        shown = fairheap("--simulate").out
        assert fairheap("--simulate", option, "out.txt").out == ""
        assert (fairheap.directory / "out.txt").read_text() == shown

    def test_all(self, fairheap: Shell) -> None:
        """Every tenant is shown, however many there are."""
        from tests.cli.running import tenants

        config = fairheap.scenario(tenants(60, "cpu = 30"))
        shown = fairheap(config, "--simulate")
        assert "60 tenants; --all shows them all" in " ".join(shown.lines)
        assert sum(line.startswith("t") for line in shown.lines) < 30
        everybody = fairheap(config, "--simulate", "--all")
        assert all(any(line.startswith(f"t{index} ") for line in everybody.lines) for index in range(60))
        assert len(fairheap(config, "--compare", "--all").lines) > len(fairheap(config, "--compare").lines)

    def test_compare_words(self, fairheap: Shell) -> None:
        """`--wide`, `--top` and `--against` each change what a comparison shows."""
        plain = fairheap("--compare").out
        assert fairheap("--compare", "--wide").out != plain
        assert fairheap("--compare", "--top", "1").out != plain
        assert "against fifo" in fairheap("--compare", "--against", "fifo").out
        assert fairheap("--compare", "--against", "now").out == plain

    def test_explain_words(self, fairheap: Shell) -> None:
        """`--versus` sets two against each other; `--steps` tells the decisions."""
        plain = fairheap("--explain", "web").out
        versus = fairheap("--explain", "web", "--versus", "ci").out
        assert versus != plain
        assert "ci" in versus
        assert fairheap("--explain", "web", "--steps").out not in (plain, versus)

    @pytest.mark.parametrize(
        "words",
        [
            ["--simulate", "--versus", "ci"],
            ["--simulate", "--against", "fifo"],
            ["--simulate", "--wide"],
            ["--simulate", "--top", "3"],
            ["--compare", "--steps"],
            ["--compare", "--versus", "ci"],
            ["--explain", "web", "--all"],
            ["--explain", "web", "--against", "fifo"],
            ["--explain", "web", "--versus", "ci", "--steps"],
        ],
    )
    def test_what_a_mode_would_ignore_is_refused(self, fairheap: Shell, words: list[str]) -> None:
        """A word that does nothing in this mode is a mistake, and is told."""
        ended = fairheap(*words)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("--")


JOBS = """
[simulation]
seed = 5
[capacity]
cpu = 4
[[tenants]]
name = "a"
[[tenants]]
name = "b"
"""
DRAWN = (
    JOBS
    + """
[[workloads]]
jobs = 40
arrivals = { kind = "poisson", mean = "10s" }
runtime = { kind = "exponential", mean = "30s" }
demand = { cpu = 2 }
"""
)
LISTED = (
    JOBS
    + """
[[jobs]]
name = "slow"
tenant = "a"
demand = { cpu = 3 }
runtime = "1m"
count = 2
[[jobs]]
name = "quick"
tenant = "b"
demand = { cpu = 2 }
runtime = "10s"
"""
)


class TestWordsOfTime:
    """`--seed`, `--replications`, `--jobs-out` and `--explain-job`."""

    def test_seed(self, fairheap: Shell) -> None:
        """Another seed draws other jobs; the scenario's own, said again, the same."""
        words = [fairheap.scenario(DRAWN), "--simulate", "--format", "json"]
        plain = fairheap(*words)
        assert fairheap(*words, "--seed", "5") == plain
        other = fairheap(*words, "--seed", "6")
        assert (plain.json["seed"], other.json["seed"]) == (5, 6)
        assert other.json["overall"] != plain.json["overall"]

    def test_replications(self, fairheap: Shell) -> None:
        """So many seeds, the scenario's own and those that follow; the same bytes again; no other than from it."""
        words = [fairheap.scenario(DRAWN), "--compare", "--policy", "fifo", "--policy", "drf"]
        told = fairheap(*words, "--replications", "3")
        assert "3 replications (seeds 5 to 7)" in told.out
        assert fairheap(*words, "--replications", "3") == told
        assert "(seeds 6 to 8)" in fairheap(*words, "--replications", "3", "--seed", "6").out

    def test_jobs_out(self, fairheap: Shell) -> None:
        """The rows go to the file, the report where it goes without."""
        words = [fairheap.scenario(LISTED), "--simulate"]
        assert fairheap(*words, "--jobs-out", "jobs.csv") == fairheap(*words)
        assert (fairheap.directory / "jobs.csv").read_text().startswith("job,tenant,submit_ms,")

    def test_explain_job(self, fairheap: Shell) -> None:
        """One job's story, by its name."""
        told = fairheap(fairheap.scenario(LISTED), "--explain-job", "slow-2")
        assert told.code == 0
        assert told.out.startswith("slow-2 of a under drf: waited 1m 10s;")

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (["--simulate", "--steps"], "--explain-job NAME"),
            (["--explain", "a", "--steps"], "--explain-job NAME"),
            (["--explain", "a", "--versus", "b"], "--explain of each"),
            (["--compare", "--wide"], "--all"),
            (["--simulate", "--set", "on_misfit=stop"], "queue"),
            (["--simulate", "--seed", "1"], "nothing in this scenario is drawn by chance"),
            (["--compare", "--replications", "2"], "nothing in this scenario is drawn by chance"),
            (["--simulate", "--replications", "1"], "2 or more"),
            (["--simulate", "--replications", "2", "--jobs-out", "x"], "--jobs-out writes the jobs of one run"),
            (["--simulate", "--jobs-out", "-"], "both go to standard output"),
            (["--simulate", "--jobs-out", "x", "-o", "x"], "both go to 'x'"),
            (["--compare", "--jobs-out", "x"], "--jobs-out goes with --simulate"),
            (["--explain", "a", "--replications", "2"], "--replications goes with --simulate or --compare"),
            (["--compare", "--against", "recorded"], "no trace says"),
            (["--compare", "--against", "now"], "not among the compared"),
        ],
    )
    def test_what_would_be_ignored_over_time_is_refused(self, fairheap: Shell, words: list[str], why: str) -> None:
        """One line says why, and what to ask instead; no file is written."""
        ended = fairheap(fairheap.scenario(LISTED), *words)
        assert (ended.code, ended.out) == (2, "")
        assert why in ended.err
        assert len(ended.err.splitlines()) == 1
        assert not (fairheap.directory / "x").exists()

    @pytest.mark.parametrize("words", [["--seed", "1"], ["--replications", "2"], ["--jobs-out", "x"]])
    def test_without_jobs_they_are_refused(self, fairheap: Shell, words: list[str]) -> None:
        """One allocation has no time, and no chance."""
        ended = fairheap(fairheap.scenario(CONTENDED), "--simulate", *words)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err == f"{words[0]} is for a scenario with jobs; this one has none\n"
        assert fairheap(fairheap.scenario(CONTENDED), "--explain-job", "x").code == 2


class TestOtherCommands:
    """`check`, `schema`, `init` and `policies`."""

    def test_check(self, fairheap: Shell) -> None:
        """Praise on stdout and 0, or every fault on stderr and 2."""
        assert fairheap("check", QUICKSTART).code == 0
        faulty = fairheap.scenario('[capacity]\ncpu = -1\n[[tenants]]\nname = "a"\nweihgt = 2\ndemand = { cpu = 1 }\n')
        ended = fairheap("check", faulty)
        assert (ended.code, ended.out) == (2, "")
        assert f"{faulty}:2: capacity.cpu:" in ended.err
        assert f"{faulty}:5: tenants[0].weihgt:" in ended.err
        assert "did you mean 'weight'?" in ended.err

    def test_init_writes_a_scenario_that_runs(self, fairheap: Shell) -> None:
        """The starter checks clean, runs, and is never written over a file."""
        assert fairheap("init", "mine.toml").code == 0
        text = (fairheap.directory / "mine.toml").read_text()
        assert fairheap("check", "mine.toml").code == 0
        assert fairheap("mine.toml", "--simulate").code == 0
        assert fairheap("init", "mine.toml").code == 1
        assert (fairheap.directory / "mine.toml").read_text() == text
        assert fairheap("init", "-").out == text

    def test_schema_accepts_the_samples(self, fairheap: Shell) -> None:
        """The printed schema is JSON, may be written to a file, and holds for every sample."""
        import tomllib

        jsonschema = pytest.importorskip("jsonschema")
        printed = fairheap("schema")
        assert fairheap("schema", "-o", "schema.json").out == ""
        assert (fairheap.directory / "schema.json").read_text() == printed.out
        for sample in SAMPLES:
            jsonschema.validate(tomllib.loads(sample.read_text()), printed.json)

    def test_policies(self, fairheap: Shell) -> None:
        """The list names all; a name tells one; a system tells its words."""
        listed = fairheap("policies").out
        for name in ("drf", "fair-share", "fifo", "priority", "proportional", "smallest-demand-first", "largest-first"):
            assert name in listed
            assert "source" in fairheap("policies", name).out
        assert fairheap("policies", "kubernetes").code == 0
        assert "did you mean 'drf'?" in fairheap("policies", "dfr").err

    def test_import_goes_where_it_is_told(self, fairheap: Shell) -> None:
        """Rows become a scenario on stdout or in a file; the summary goes to stderr; the scenario runs."""
        rows = fairheap.scenario("name,tasks,cpu\na,3,1\nb,2,2\n", "rows.csv")
        ended = fairheap("import", "csv", rows, "--capacity", "cpu=5", "-o", "out.toml")
        assert (ended.code, ended.out) == (0, "")
        assert "wrote out.toml" in ended.err
        assert fairheap("out.toml", "--simulate", "--format", "json").json["capacity"] == {"cpu": 5000}
        assert (
            fairheap("import", "csv", rows, "--capacity", "cpu=5").out == (fairheap.directory / "out.toml").read_text()
        )
