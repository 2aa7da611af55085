"""The time part of scenario files: what each key means."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from allocator.core.generators import Draw, Generator, Shape
from allocator.core.model import Node, Scenario, Work
from allocator.core.timeline import Event, Job, SimulationSettings, TraceUse
from allocator.scenario.loading import load, loads
from tests.scenario.parts import starter_over_time

POOL = "[capacity]\ncpu = 9\n[[tenants]]\nname = 'a'\npriority = 7\n"
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def scenario(keys: str) -> Scenario:
    """A pool, a tenant without a demand, and what `keys` add."""
    return loads(f"{POOL}{keys}").scenario


def jobs(*tables: str) -> list[Job]:
    """The jobs of tables with these keys; each is of tenant a and runs for a second unless it says otherwise."""
    text = ""
    for keys in tables:
        runtime = "" if "runtime" in keys else "runtime = '1s'\n"
        demand = "" if "demand" in keys else "demand = {}\n"
        text += f"[[jobs]]\ntenant = 'a'\n{runtime}{demand}{keys}\n"
    return list(scenario(text).jobs)


class TestSettings:
    """`[simulation]`: how a run goes."""

    def test_every_key(self) -> None:
        """Each key is the setting of its name."""
        text = (
            "[simulation]\nduration = '8h'\nseed = 42\nqueue = 'easy'\nplacement = 'best-fit'\nestimates = 'exact'\n"
            "at_limit = 'extend'\non_failure = 'kill'\n"
        )
        expected = SimulationSettings(8 * HOUR, 42, "easy", "best-fit", "exact", "extend", "kill")
        assert loads(f"capacity = {{}}\n{text}").scenario.simulation == expected

    @pytest.mark.parametrize("text", ["", "[simulation]\n", "[simulation]\nduration = 'drain'\n"])
    def test_defaults(self, text: str) -> None:
        """Without a duration a run goes on until all is done."""
        assert loads(f"capacity = {{}}\n{text}").scenario.simulation == SimulationSettings()

    def test_a_scenario_without_jobs_is_not_timed(self) -> None:
        """Only jobs, workloads or a trace make a scenario one that is run over time."""
        assert not loads("[capacity]\ncpu = 1\n[simulation]\nseed = 3").scenario.timed
        assert scenario("[[jobs]]\ntenant='a'\nruntime=0\ndemand={}").timed
        assert loads("[trace]\npath = 'x.swf'").scenario.timed


class TestJobs:
    """`[[jobs]]`: work with a submit time and a run time."""

    def test_every_key(self) -> None:
        """Each key is the value of its name; a deadline is counted from the submit time."""
        text = (
            "name = 'x'\nsubmit = '1m'\nruntime = '1.5h'\nestimate = '2h'\ndemand = { cpu = 0.5 }\ntasks = 4\n"
            "priority = 3\ndeadline = '10m'\nafter = ['y']\npools = ['gpu', 'big']"
        )
        made = jobs(text, "name = 'y'")[0]
        assert made == Job(
            "a", MINUTE, 90 * MINUTE, {"cpu": 500}, "x", 4, 2 * HOUR, 3, 11 * MINUTE, ("y",), ("gpu", "big")
        )

    def test_defaults(self) -> None:
        """A job arrives at once, has one task, and leaves its estimate and priority to its run time and tenant."""
        assert jobs("") == [Job("a", 0, SECOND, {})]

    @pytest.mark.parametrize(
        ("written", "ms"),
        [("'250ms'", 250), ("'90s'", 90_000), ("'1.5h'", 90 * MINUTE), ("'7d'", 7 * 24 * HOUR), ("' 2 m '", 120_000),
         ("0", 0), ("0.0", 0), ("'0s'", 0)],
    )  # fmt: skip
    def test_durations(self, written: str, ms: int) -> None:
        """A duration is a number with its unit; 0 needs none."""
        assert jobs(f"runtime = {written}")[0].runtime_ms == ms

    def test_count(self) -> None:
        """A table with a count is that many jobs, numbered, one every so often, each with its own deadline."""
        made = jobs("name = 'x'\ncount = 3\nsubmit = '1m'\nevery = '5m'\ndeadline = '1h'")
        assert [job.name for job in made] == ["x-1", "x-2", "x-3"]
        assert [job.submit_ms // MINUTE for job in made] == [1, 6, 11]
        assert [job.deadline_ms // MINUTE for job in made if job.deadline_ms] == [61, 66, 71]

    def test_count_without_name_or_step(self) -> None:
        """Without a name the jobs have none; without `every` all arrive together."""
        assert jobs("count = 2") == [Job("a", 0, SECOND, {})] * 2

    def test_after_of_the_same_number(self) -> None:
        """In jobs with a count, the name of as many others is the one of the same number."""
        made = jobs("name = 'x'\ncount = 2", "name = 'y'\ncount = 2\nafter = ['x']")
        assert [job.after for job in made] == [(), (), ("x-1",), ("x-2",)]

    def test_after_all(self) -> None:
        """In a single job the name of many is all of them, and one of them may be named by itself."""
        made = jobs("name = 'z'\nafter = ['x']", "after = ['x-2', 'z']", "name = 'x'\ncount = 3")
        assert [job.after for job in made[:2]] == [("x-1", "x-2", "x-3"), ("x-2", "z")]

    def test_a_name_by_itself_goes_before_a_count(self) -> None:
        """Where a job and a table with a count have one name, it is the job's."""
        assert jobs("name = 'x'", "name = 'x'\ncount = 2", "after = ['x']")[3].after == ("x",)


class TestNodesAndWork:
    """What nodes and work say for time's sake."""

    def test_load(self) -> None:
        """What others use of a node is not there to be shared; each of a count has it."""
        made = loads("[[nodes]]\nname = 'w'\ncount = 2\ncapacity = { cpu = 4, memory = '1Gi' }\nload = { cpu = 1 }")
        capacity = {"cpu": 4000, "memory": 2**30}
        assert made.scenario.nodes == tuple(Node(f"w-{n}", capacity, load={"cpu": 1000}) for n in (1, 2))
        assert made.scenario.capacity == {"cpu": 6000, "memory": 2**31}

    def test_labels(self) -> None:
        """Work names the labels of nodes it may be placed on, in a tenant's own table or in that of the work."""
        text = (
            "[[nodes]]\ncapacity = {}\npool = 'x'\n[[tenants]]\nname = 'a'\ndemand = {}\npools = ['x']\n"
            "[[tenants]]\nname = 'b'\n[[tenants.work]]\ndemand = {}\npools = ['x']\n"
        )
        assert [tenant.work for tenant in loads(text).scenario.tenants] == [(Work({}, pools=("x",)),)] * 2

    def test_a_demand_may_be_left_out(self) -> None:
        """Of a tenant in a scenario with jobs, workloads or a trace."""
        for more in (
            "[[jobs]]\ntenant='a'\nruntime=0\ndemand={}",
            "[[workloads]]\narrivals='at-once'\njobs=1\nruntime='1s'\ndemand={}",
            "[trace]\npath='x'",
        ):
            assert scenario(more).tenants[0].work == ()


class TestEvents:
    """`[[events]]`: what happens at a time."""

    @pytest.mark.parametrize(
        ("keys", "event"),
        [
            ("kind = 'node-down'\nnode = 'w-2'", Event(HOUR, "node-down", node="w-2")),
            ("kind = 'node-up'\nnode = 'w-2'\ntext = 'mended'", Event(HOUR, "node-up", node="w-2", text="mended")),
            ("kind = 'drain'\nnode = 'w-1'\npriority = 3", Event(HOUR, "drain", 3, node="w-1")),
            ("kind = 'capacity'\nnode = 'w-1'\ncapacity = { cpu = 2 }",
             Event(HOUR, "capacity", node="w-1", capacity={"cpu": 2000})),
            ("kind = 'weight'\ntenant = 'a'\nvalue = 0.1", Event(HOUR, "weight", tenant="a", value=Fraction(1, 10))),
            ("kind = 'priority'\ntenant = 'a'\nvalue = -3", Event(HOUR, "priority", tenant="a", value=-3)),
            ("kind = 'tenant-join'\ntenant = 'a'", Event(HOUR, "tenant-join", tenant="a")),
            ("kind = 'tenant-leave'\ntenant = 'a'", Event(HOUR, "tenant-leave", tenant="a")),
            ("kind = 'note'\ntext = 'noon'", Event(HOUR, "note", text="noon")),
        ],
    )  # fmt: skip
    def test_kinds(self, keys: str, event: Event) -> None:
        """Each kind has the keys that it needs; a priority and a text are welcome on any."""
        text = "[[nodes]]\nname = 'w'\ncount = 2\ncapacity = { cpu = 4 }\n[[tenants]]\nname = 'a'\n"
        job = "[[jobs]]\ntenant = 'a'\nruntime = 0\ndemand = {}\n"
        assert loads(f"{text}{job}[[events]]\nat = '1h'\n{keys}").scenario.events == (event,)

    def test_capacity_of_a_pool(self) -> None:
        """Without nodes the capacity that an event sets is the pool's."""
        made = scenario("[[events]]\nat = 0\nkind = 'capacity'\ncapacity = { cpu = 2 }\n[trace]\npath = 'x'")
        assert made.events == (Event(0, "capacity", capacity={"cpu": 2000}),)


class TestTrace:
    """`[trace]`: a file of recorded jobs."""

    def test_every_key(self) -> None:
        """Each key is the value of its name."""
        text = (
            "[trace]\npath = 'x.swf'\nformat = 'swf'\ntenant = 'user'\nscale = 1.5\nfrom = '1h'\nto = '2h'\n"
            "nodes_from = 'x.machines'\nfields = ['a', 'b']\noptions = { memory = 'node' }\n"
        )
        assert scenario(text).trace == TraceUse(
            "x.swf", ".", "swf", "user", None, 1.5, HOUR, 2 * HOUR, "x.machines", ("a", "b"), {"memory": "node"}
        )

    def test_defaults(self) -> None:
        """A path is enough, and a load is a number of its own."""
        assert scenario("[trace]\npath = 'x'").trace == TraceUse("x", ".")
        assert scenario("[trace]\npath = 'x'\nload = 0.9").trace == TraceUse("x", ".", load=0.9)

    def test_where_it_is(self, tmp_path: Path) -> None:
        """Paths are relative to the directory of the scenario."""
        (tmp_path / "x.swf").touch()
        (tmp_path / "s.toml").write_text("[trace]\npath = 'x.swf'\n")
        assert load(tmp_path / "s.toml").scenario.trace == TraceUse("x.swf", str(tmp_path))

    def test_alone(self) -> None:
        """A file may hold a trace and nothing else: it brings its tenants and its nodes along."""
        made = loads("[trace]\npath = 'x'\n[[events]]\nat = 0\nkind = 'node-down'\nnode = 'n1'\n")
        assert made.warnings == ()
        assert (made.scenario.capacity, made.scenario.nodes, made.scenario.tenants) == ({}, (), ())


def test_workloads() -> None:
    """A workload is a generator, with the demand as its only shape."""
    text = "[simulation]\nduration = '1h'\n[[workloads]]\ntenant = 'a'\narrivals = { kind = 'poisson', mean = '30s' }\n"
    assert scenario(f"{text}runtime = '5m'\ndemand = {{ cpu = 1 }}\npriority = 3\n").generators == (
        Generator(
            ("a",),
            arrivals=Draw("poisson", {"mean": 30 * SECOND}),
            runtime=Draw("constant", {"value": 5 * MINUTE}),
            shapes=(Shape({"cpu": 1000}),),
            priority=3,
        ),
    )


def test_the_time_part_of_the_starter() -> None:
    """With the # taken away, the starter's time part loads, and all that is warned of is what is not run over time."""
    loaded = loads(starter_over_time())
    assert (len(loaded.scenario.jobs), len(loaded.scenario.generators), len(loaded.scenario.events)) == (12, 1, 1)
    assert ["is not run over time" in str(warning) for warning in loaded.warnings] == [True]
