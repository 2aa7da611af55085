"""What loads in the time part of a scenario file, but was hardly meant."""

from __future__ import annotations

from tests.scenario.parts import JOB, NODES, POOL, TRACE, warnings


class TestWarnings:
    """What loads, but was hardly meant."""

    def test_unknown_resources(self) -> None:
        """A resource that there is none of is told with what follows: nothing fits, or nothing happens."""
        nothing = "so nothing that needs it fits; did you mean 'cpu'?"
        assert warnings(f"{POOL}limit = {{ cpus = 1 }}\n{JOB.replace('cpu', 'cpus')}") == [
            f"jobs[0].demand.cpus: no 'cpus' in the capacity, {nothing} (and 1 more such place)"
        ]
        assert warnings(f"{POOL}limit = {{ cpus = 1 }}\n{JOB}") == [
            "tenants[1].limit.cpus: no 'cpus' in the capacity, so the limit has no effect; did you mean 'cpu'?"
        ]
        assert warnings(f"{POOL}guarantee = {{ cpus = 1 }}\n{JOB}") == [
            "tenants[1].guarantee.cpus: no 'cpus' in the capacity, so the guarantee has no effect; did you mean 'cpu'?"
        ]
        event = "[[events]]\nat = 0\nkind = 'capacity'\ncapacity = { cpus = 1 }\n"
        assert warnings(f"{POOL}{JOB}{event}") == [
            "events[0].capacity.cpus: no 'cpus' in the capacity, so this has no effect; did you mean 'cpu'?"
        ]

    def test_after_the_horizon(self) -> None:
        """What would happen when the run has stopped is told, once for all jobs and once for all events."""
        event = "[[events]]\nat = '1h'\nkind = 'note'\ntext = 'x'\n"
        text = f"[simulation]\nduration = '60m'\n{POOL}{JOB}count = 4\nevery = '20m'\n{event}{event}{event}"
        assert warnings(text) == [
            "jobs[0].submit: a job that never arrives: the run stops at 1h",
            "events[0].at: an event that never happens: the run stops at 1h (and 2 more such places)",
        ]

    def test_work_in_a_run_over_time(self) -> None:
        """A tenant's demand is not run over time, which is told; a row of a CSV file without one is only a weight."""
        assert warnings(f"{POOL}demand = {{ cpu = 1 }}\n{JOB}") == [
            "tenants[1].demand: is not run over time: what has no submit time and no run time does not arrive"
        ]
        assert warnings(f"{POOL}work = []\n{JOB}") == []

    def test_nothing_to_run(self) -> None:
        """Settings and events of a scenario without jobs have no effect, but for placing an allocation on nodes."""
        text = "[capacity]\n[simulation]\nseed = 3\n[[events]]\nat = 0\nkind = 'note'\ntext = 'x'\n"
        words = "has no effect: there are no [[jobs]], [[workloads]] or [trace] to run over time"
        assert warnings(text) == [f"simulation: {words}", f"events: {words}"]
        one_shot = "demand = { cpu = 1 }\n[simulation]\nplacement = 'best-fit'\nseed = 3\nqueue = 'easy'\n"
        assert warnings(f"{NODES}{one_shot}") == [f"simulation.queue: {words}"]

    def test_labels(self) -> None:
        """A label that no node has is told once, with the nearest."""
        many = "[[workloads]]\narrivals = 'at-once'\njobs = 1\nruntime = '1s'\ndemand = {}\npools = ['gup']\n"
        assert warnings(f"{NODES}{JOB}pools = ['gup', 'gpu']\n{many}") == [
            "jobs[0].pools: no node has the label 'gup', so nothing is placed there; did you mean 'gpu'? "
            "(and 1 more such place)"
        ]
        assert warnings("[capacity]\n[[tenants]]\nname = 'a'\ndemand = {}\npools = ['x']\n") == [
            "tenants[0].pools: no node has the label 'x', so nothing is placed there; there are: none"
        ]
        assert warnings(f"{TRACE}{many}") == []
