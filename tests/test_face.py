"""What notebooks and plugins rely on: load, allocate, decisions, allocate_arrays, and the values they take."""

from __future__ import annotations

import inspect
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import allocator
from allocator import KeyChange, Ranks, Scenario, Tenant, Work

TWO_TEAMS = Path(__file__).resolve().parents[1] / "sample_configs" / "two-teams.toml"


class TestSimulate:
    """Jobs over time."""

    def test_a_run_and_its_rows(self) -> None:
        """The run comes as columns and as rows; its JSON is that of the command line."""
        scenario = allocator.load("sample_configs/event-processing.toml")
        replay = allocator.simulate(scenario)
        assert replay.run.start.tolist() == [150, 0, 50]
        assert [row[0] for row in replay.job_rows()] == ["payment", "registration", "e-mail"]
        assert replay.to_dict()["mode"] == "simulate"
        assert allocator.simulate(scenario, "fifo").run.start.tolist() == [0, 200, 250]

    def test_without_jobs_there_is_nothing_to_run(self) -> None:
        """A scenario without jobs is refused with what to call instead."""
        with pytest.raises(ValueError, match="allocate"):
            allocator.simulate(allocator.load(TWO_TEAMS))


class LastFirst:
    """A notebook's own policy: whoever was declared last goes first."""

    ranks = Ranks.WORK
    key_change = KeyChange.STATIC

    def key(self, claim: Any, capacity: Any) -> int:
        """The later, the smaller."""
        return -int(claim.order)


def test_everything_promised_is_there() -> None:
    """Each name of `__all__` exists, once, in order, and every function and class says what it is."""
    assert len(set(allocator.__all__)) == len(allocator.__all__)
    assert list(allocator.__all__) == sorted(allocator.__all__)
    for name in allocator.__all__:
        thing = getattr(allocator, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert thing.__doc__, name


class TestLoad:
    """A scenario from a file."""

    def test_path_of_any_kind(self) -> None:
        """Text and `Path` alike."""
        assert allocator.load(str(TWO_TEAMS)) == allocator.load(TWO_TEAMS)
        assert [tenant.name for tenant in allocator.load(TWO_TEAMS).tenants] == ["A", "B"]

    def test_every_fault(self, tmp_path: Path) -> None:
        """One error holds them all, each with its line."""
        path = tmp_path / "s.toml"
        path.write_text('[capacity]\ncpu = -1\n[[tenants]]\nname = ""\ndemand = { cpu = "x" }\n')
        with pytest.raises(allocator.ScenarioError) as caught:
            allocator.load(path)
        assert [fault.line for fault in caught.value.faults] == [2, 4, 5]
        assert isinstance(caught.value, ValueError)

    def test_no_file(self) -> None:
        """A file that is not there is a fault of the file, like any other."""
        with pytest.raises(allocator.ScenarioError, match="no such file"):
            allocator.load("nosuch.toml")


class TestAllocate:
    """Who gets what."""

    def test_policy_by_name(self) -> None:
        """The paper's numbers."""
        result = allocator.allocate(allocator.load(TWO_TEAMS), policy="drf")
        assert {one.name: one.tasks_granted for one in result.tenants} == {"A": 3, "B": 2}
        assert result.to_dict()["tenants"][0]["tasks_granted"] == 3

    def test_policy_of_the_scenario(self) -> None:
        """Without a policy, the scenario's own."""
        assert allocator.allocate(allocator.load(TWO_TEAMS)).label == "drf"

    def test_scenario_of_values(self) -> None:
        """No file is needed."""
        what = Scenario(
            {"cpu": 3000},
            (
                Tenant("a", (Work({"cpu": 1000}, tasks=3, divisible=False),)),
                Tenant("b", (Work({"cpu": 1000}, tasks=3, divisible=False),), weight=Fraction(2)),
            ),
        )
        assert [one.tasks_granted for one in allocator.allocate(what, "drf").tenants] == [1, 2]
        assert [one.tasks_granted for one in allocator.allocate(what, "fifo").tenants] == [3, 0]

    def test_policy_of_ones_own(self) -> None:
        """An object with a key, or its module and class."""
        scenario = allocator.load(TWO_TEAMS)
        assert [one.tasks_granted for one in allocator.allocate(scenario, LastFirst()).tenants] == [0, 3]
        assert [one.tasks_granted for one in allocator.allocate(scenario, "tests.test_face:LastFirst").tenants] == [
            0,
            3,
        ]

    def test_options(self) -> None:
        """As keywords; the wrong ones are errors of their kind."""
        scenario = allocator.load(TWO_TEAMS)
        assert allocator.allocate(scenario, "drf", key="current").to_dict()["policy"]["options"] == {"key": "current"}
        with pytest.raises(allocator.OptionError, match="did you mean 'key'"):
            allocator.allocate(scenario, "drf", kee="current")
        with pytest.raises(allocator.UnknownPolicyError, match="did you mean 'drf'"):
            allocator.allocate(scenario, "dfr")


class TestDecisions:
    """The heap, one pop at a time."""

    def test_order_of_the_paper(self) -> None:
        """With the key of Algorithm 1, A and B take turns; with the share after the next task, B waits once."""
        scenario = allocator.load(TWO_TEAMS)

        def served(**options: str) -> str:
            return "".join(one.tenant for one in allocator.decisions(scenario, "drf", **options) if one.granted)

        assert served(key="current") == "ABABA"
        assert served() == "ABAAB"

    def test_is_lazy_and_repeatable(self) -> None:
        """Each pop is computed when it is asked for, and every run decides alike."""
        scenario = allocator.load(TWO_TEAMS)
        first = next(allocator.decisions(scenario, "drf"))
        assert (first.step, first.tenant, first.tasks) == (1, "A", 1)
        assert list(allocator.decisions(scenario, "drf")) == list(allocator.decisions(scenario, "drf"))

    def test_what_is_left_goes_down_by_what_is_granted(self) -> None:
        """Conservation at every step."""
        scenario = allocator.load(TWO_TEAMS)
        left = dict(scenario.capacity)
        for decision in allocator.decisions(scenario, "drf"):
            for name, amount in decision.granted.items():
                left[name] -= amount
            assert dict(decision.left) == left


class TestArrays:
    """A million rows of work, no objects."""

    def test_paper_example(self) -> None:
        """The two teams, whole tasks without limit, in smallest units."""
        numpy = pytest.importorskip("numpy")
        gibi = 2**30
        granted = allocator.allocate_arrays(
            numpy.array([[1000, 4 * gibi], [3000, gibi]]),
            numpy.array([9000, 18 * gibi]),
            policy="drf",
            tasks=numpy.array([-1, -1]),
            divisible=False,
        )
        assert granted.dtype == numpy.int64
        assert granted.tolist() == [[3000, 12 * gibi], [6000, 2 * gibi]]

    @pytest.mark.parametrize(
        "policy", ["fifo", "priority", "smallest-demand-first", "largest-first", "drf", "fair-share"]
    )
    def test_agrees_with_allocate(self, policy: str) -> None:
        """Rows and objects are granted the same."""
        demand = [[3000, 1000], [1000, 5000], [2000, 2000], [9000, 100]]
        capacity = [8000, 7000]
        work = [Work({"cpu": cpu, "gpu": gpu}) for cpu, gpu in demand]
        tenants = tuple(Tenant(f"t{i}", (one,), Fraction(i + 1), priority=9 - i) for i, one in enumerate(work))
        expected = allocator.allocate(Scenario(dict(zip(("cpu", "gpu"), capacity, strict=True)), tenants), policy)
        granted = allocator.allocate_arrays(demand, capacity, policy=policy, weight=[1, 2, 3, 4], priority=[9, 8, 7, 6])
        assert granted.tolist() == [list(result.granted.values()) for result in expected.tenants]

    def test_wrong_shapes_and_numbers(self) -> None:
        """What does not fit together is told, never guessed."""
        for demand, capacity in (([[1, 2]], [1]), ([[-1]], [1]), ([[1]], [-1]), ([1], [1])):
            with pytest.raises(ValueError, match=r"\w"):
                allocator.allocate_arrays(demand, capacity)
        with pytest.raises(allocator.OptionError):
            allocator.allocate_arrays([[1]], [1], kee="x")
