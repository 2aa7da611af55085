"""What is wrong with the jobs of a scenario file and what they wait for, in the words that the reader gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.core.errors import ScenarioError
from allocator.scenario import time_checks
from allocator.scenario.loading import load, loads
from tests.scenario.parts import JOB, POOL, TRACE, faults


class TestJobs:
    """What is wrong with a job."""

    @pytest.mark.parametrize(
        ("keys", "words"),
        [
            ("submit = 5", "jobs[0].submit: found 5, expected a duration such as 90s, 15m, 1.5h or 7d; a number needs"),
            ("submit = '5'", "jobs[0].submit: found '5', expected a duration such as 90s, 15m"),
            ("submit = '-5s'", "jobs[0].submit: found '-5s', expected a duration"),
            ("submit = true", "jobs[0].submit: found true, expected a duration"),
            ("submit = nan", "jobs[0].submit: found nan, expected a duration"),
            ("submit = 1979-05-27", "jobs[0].submit: found a date or time, expected a duration"),
            ("submit = '0.5ms'", "jobs[0].submit: found '0.5ms', finer than a millisecond"),
            ("submit = '200000d'", "jobs[0].submit: found '200000d', expected at most 115,740 days"),
            ("estimate = '0s'", "jobs[0].estimate: found '0s', expected more than 0"),
            ("estimate = 0", "jobs[0].estimate: found 0, expected more than 0"),
            ("deadline = '0s'", "jobs[0].deadline: found '0s', expected more than 0"),
            ("tasks = 0", "jobs[0].tasks: found 0, expected a whole number of at least 1"),
            ("tasks = 1.5", "jobs[0].tasks: found 1.5, expected a whole number of at least 1"),
            ("tasks = 'unlimited'", "jobs[0].tasks: found 'unlimited', expected a whole number of at least 1"),
            ("tasks = 9999999", "jobs[0].tasks: found 9999999, expected at most 1,000,000"),
            ("priority = 1.5", "jobs[0].priority: found 1.5, expected a whole number"),
            ("priority = 10000000000000000", "jobs[0].priority: found 10000000000000000, expected -1e15 to 1e15"),
            ("pools = 'gpu'", "jobs[0].pools: found 'gpu', expected a list in [ ]"),
            ("pools = ['']", "jobs[0].pools[0]: found '', expected a name that is not empty"),
            ("after = 'x'", "jobs[0].after: found 'x', expected a list in [ ]"),
            ("after = [1]", "jobs[0].after[0]: found 1, expected text in quotes"),
            ("after = ['x']", "jobs[0].after[0]: no job 'x'; there are: none with a name"),
            ("name = ''", "jobs[0].name: found '', expected a name that is not empty"),
            ("count = 0", "jobs[0].count: found 0, expected at least 1"),
            ("count = 2000000", "jobs[0].count: found 2000000, expected at most 1,000,000 jobs in all"),
            ("every = '5m'", "jobs[0].every: belongs to count: how many jobs there are"),
            ("count = 1000\nevery = '1000d'", "jobs[0].submit: this job, or the last of them, ends too late"),
            ("submit = '115000d'\ndeadline = '1000d'", "jobs[0].submit: this job, or the last of them, ends too late"),
            ("runtimes = '5m'", "jobs[0].runtimes: unknown key, expected one of tenant, name, submit,"),
            ("runtimes = '5m'", "; did you mean 'runtime'?"),
        ],
    )  # fmt: skip
    def test_of_a_key(self, keys: str, words: str) -> None:
        """One thing wrong is one fault, at its place."""
        (fault,) = faults(f"{POOL}{JOB}{keys}\n")
        assert words in fault

    def test_what_is_missing(self) -> None:
        """A job needs a tenant, a run time and a demand."""
        assert faults(f"{POOL}[[jobs]]\n") == [
            "jobs[0].tenant: missing; a job needs the name of a tenant",
            "jobs[0].runtime: missing; a job needs its run time, such as 10m",
            'jobs[0].demand: missing; a job needs a demand, such as { cpu = 1, memory = "4Gi" }',
        ]

    @pytest.mark.parametrize("more", ["", TRACE])
    def test_unknown_tenant(self, more: str) -> None:
        """A job's tenant must be declared, also beside a trace, which brings others; the nearest is named."""
        assert faults(POOL + JOB.replace("ann", "anna") + more) == [
            "jobs[0].tenant: no tenant 'anna'; did you mean 'ann'?"
        ]
        assert faults(f"[capacity]\n{JOB}") == [
            "jobs[0].tenant: no tenant 'ann'; there are: none, expected [[tenants]]"
        ]

    def test_no_blame_for_tenants_that_could_not_be_read(self, tmp_path: Path) -> None:
        """Where a tenant's name, or the file of them, is at fault, jobs are not blamed as well."""
        found = faults(f"{POOL}[[tenants]]\nnam = 'x'\n{JOB.replace('ann', 'x')}")
        assert [fault.split(":")[0] for fault in found] == ["tenants[2].name", "tenants[2].nam"]
        path = tmp_path / "s.toml"
        path.write_text(f"tenants_from = 'none.csv'\n[capacity]\n{JOB}")
        with pytest.raises(ScenarioError) as caught:
            load(path)
        assert [fault.place for fault in caught.value.faults] == ["tenants_from"]

    def test_names_are_unique(self) -> None:
        """Also among the jobs that a count makes."""
        text = f"{POOL}{JOB}name = 'x-2'\n{JOB}name = 'x'\ncount = 3\n{JOB}name = 'x-2'\n"
        assert faults(text) == [
            "jobs[1].name: a job 'x-2' is declared already at jobs[0]",
            "jobs[2].name: a job 'x-2' is declared already at jobs[0]",
        ]

    def test_totals(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All jobs together stay below 2^62 of the smallest unit, and of milliseconds."""
        big = JOB.replace("cpu = 1", "cpu = '2P'")
        (fault,) = faults(f"{POOL}{JOB}{big}tasks = 2\n{big}{big}")
        assert fault.startswith("jobs[2].demand.cpu: with this, more than 2^62 of the smallest unit of cpu is wanted")
        monkeypatch.setattr(time_checks, "LARGEST", 5000)
        (fault,) = faults(f"{POOL}{JOB}{JOB.replace('1s', '5s').replace('cpu = 1', '')}")
        assert fault.startswith("jobs[1].runtime: with this, jobs run for more than 2^62 milliseconds in total")


class TestDependencies:
    """What is wrong with what jobs wait for."""

    def named(self, *jobs: str) -> list[str]:
        """The faults of jobs, each with keys such as `a after b c`, or `a 3 after b` with a count."""
        text = POOL
        for job in jobs:
            head, _, after = job.partition(" after ")
            name, _, count = head.partition(" ")
            text += f"{JOB}name = '{name}'\n" + (f"count = {count}\n" if count else "")
            text += f"after = {after.split()}\n"
        return faults(text)

    def test_unknown(self) -> None:
        """A name that no job has is told with the nearest, once for all of a count."""
        assert self.named("build", "test 3 after biuld") == ["jobs[1].after[0]: no job 'biuld'; did you mean 'build'?"]
        assert self.named("build 2", "test after zzz") == [
            "jobs[1].after[0]: no job 'zzz'; there are: build, build-1, build-2, test"
        ]

    def test_unlike_counts(self) -> None:
        """Jobs with a count cannot wait for as many others where these are not as many."""
        (fault,) = self.named("build 2", "test 3 after build")
        assert fault.startswith("jobs[1].after[0]: 'build' are 2 jobs and these are 3, expected as many, or the name")

    def test_circle(self) -> None:
        """Jobs that wait for each other are one fault that names them in order."""
        assert self.named("a after c", "b after a", "c after b", "d after c") == [
            "jobs[0].after: these wait for each other: a -> c -> b -> a; none of them could ever start"
        ]

    def test_itself(self) -> None:
        """A job that waits for itself is told so."""
        assert self.named("a after a") == ["jobs[0].after: a waits for itself; none of them could ever start"]

    def test_circles_of_a_count_are_one(self) -> None:
        """The same circle for each number of a count is told once; another one is another fault."""
        assert self.named("a 9 after b", "b 9 after a", "c after d", "d after c") == [
            "jobs[0].after: these wait for each other: a-1 -> b-1 -> a-1; none of them could ever start",
            "jobs[2].after: these wait for each other: c -> d -> c; none of them could ever start",
        ]

    def test_long_chains(self) -> None:
        """A chain of two thousand is no circle, and a circle of as many is told in a line of bearable length."""
        chain = [f"j{number} after j{number + 1}" for number in range(1_999)]
        text = POOL + "".join(f"{JOB}name = '{job.split()[0]}'\nafter = ['{job.split()[2]}']\n" for job in chain)
        assert len(loads(f"{text}{JOB}name = 'j1999'\n").scenario.jobs) == 2_000
        (fault,) = faults(f"{text}{JOB}name = 'j1999'\nafter = ['j0']\n")
        assert len(fault) < 200
