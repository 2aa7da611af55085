"""The time part of a scenario as it is written."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.core.model import Scenario, Tenant
from allocator.core.timeline import Event, Job, SimulationSettings, TraceUse
from allocator.scenario.loading import loads
from allocator.scenario.saving import dumps

MINUTE = 60_000


def written(*jobs: Job) -> str:
    """The [[jobs]] tables of a scenario with these, which must load to the same again."""
    scenario = Scenario({}, (Tenant("a"),), jobs=jobs)
    text = dumps(scenario)
    assert loads(text).scenario == scenario
    return text[text.index("[[jobs]]") :]


def pipeline(count: int) -> list[Job]:
    """So many builds, five minutes apart, each with a test after it."""
    builds, tests = [], []
    for number in range(1, count + 1):
        at = (number - 1) * 5 * MINUTE
        builds.append(Job("a", at, MINUTE, {}, f"build-{number}", deadline_ms=at + 9 * MINUTE))
        tests.append(Job("a", 0, MINUTE, {}, f"test-{number}", after=(f"build-{number}",)))
    return builds + tests


class TestJobs:
    """Equal jobs in a row become one table with a count."""

    def test_a_pipeline(self) -> None:
        """Jobs in even steps, and those that wait for the one of the same number, are a table each."""
        assert written(*pipeline(3)) == (
            '[[jobs]]\ntenant = "a"\nname = "build"\ncount = 3\nevery = "5m"\nruntime = "1m"\ndemand = {}\n'
            'deadline = "9m"\n\n'
            '[[jobs]]\ntenant = "a"\nname = "test"\ncount = 3\nruntime = "1m"\ndemand = {}\nafter = ["build"]\n'
        )

    def test_what_differs_stays_apart(self) -> None:
        """Another step, another order of numbers, or another number to wait for, is another table."""
        builds, tests = pipeline(3)[:3], pipeline(3)[3:]
        assert written(*builds[:2], Job("a", 0, MINUTE, {}, "build-3")).count("[[jobs]]") == 2
        assert written(*builds, *tests[:2]).count("[[jobs]]") == 3
        assert written(builds[1], builds[0], builds[2]).count("[[jobs]]") == 3
        assert written(*builds, tests[1], tests[0], tests[2]).count("[[jobs]]") == 4
        crossed = [Job("a", 0, 1, {}, f"x-{n}", after=(f"build-{4 - n}",)) for n in (1, 2, 3)]
        assert written(*builds, *crossed).count("[[jobs]]") == 4

    def test_a_job_of_the_base_name(self) -> None:
        """Where a job has the name that a table would have, the others keep a table each."""
        assert written(*pipeline(2), Job("a", 0, 1, {}, "build")).count('name = "build-') == 2

    def test_jobs_without_names(self) -> None:
        """They are counted as well."""
        assert written(*[Job("a", 7, 1, {"cpu": 1})] * 4).count("[[jobs]]") == 1

    @settings(max_examples=200)
    @given(st.data())
    def test_whatever_they_wait_for(self, data: st.DataObject) -> None:
        """Jobs of few names, steps and dependencies load as they were, however they fall into tables."""
        listed = ["a-1", "a-2", "b-1", "b-2", "c-1", "c-2", "c-3", "", ""]
        names = data.draw(
            st.just(listed) | st.permutations(["a-1", "a-2", "b-1", "b-2", "b-3", "c-1", "c-2", "a", "b"])
        )
        jobs: list[Job] = []
        for name in names[: data.draw(st.integers(1, 9))]:
            known = [job.name for job in jobs if job.name]
            same = [one for one in known if one[-1] == name[-1:]][-1:]
            after = data.draw(st.sampled_from([same, same, known[:1], known[-2:], []]))
            jobs.append(Job("a", data.draw(st.sampled_from([0, 0, 5])), 1, {}, name, after=tuple(after)))
        written(*jobs)


def test_everything_else() -> None:
    """Settings, the trace and events are written with durations as text, and defaults are left out."""
    scenario = Scenario(
        {},
        (Tenant("a"),),
        simulation=SimulationSettings(8 * 60 * MINUTE, queue="easy"),
        trace=TraceUse("x.swf", ".", load=0.9, from_ms=0, to_ms=1500, fields=("a", "b"), options={"k": "v"}),
        events=(
            Event(MINUTE, "weight", tenant="a", value=Fraction(1, 2)),
            Event(0, "capacity", capacity={"cpu": 1500, "memory": 2**30}),
            Event(0, "note", 3),
        ),
    )
    text = dumps(scenario)
    assert loads(text).scenario == scenario
    assert text == (
        '[[tenants]]\nname = "a"\n\n[simulation]\nduration = "8h"\nqueue = "easy"\n\n'
        '[trace]\npath = "x.swf"\nfields = ["a", "b"]\noptions = { k = "v" }\nload = 0.9\n'
        'from = "0s"\nto = "1500ms"\n\n'
        '[[events]]\nat = "1m"\nkind = "weight"\ntenant = "a"\nvalue = 0.5\n\n'
        '[[events]]\nat = "0s"\nkind = "capacity"\ncapacity = { cpu = "1500m", memory = "1Gi" }\n\n'
        '[[events]]\nat = "0s"\nkind = "note"\npriority = 3\ntext = ""\n'
    )
