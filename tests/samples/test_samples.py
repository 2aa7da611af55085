"""Each sample is clean, prints what it always printed, and teaches what its title says."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import allocator
from allocator import Scenario
from allocator.core.scaling import scale_capacity
from tests.samples.golden import GOLDEN, ROOT, SAMPLES, outputs, printed

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)


def opened(name: str) -> Scenario:
    """A sample by the name of its file."""
    return allocator.load(ROOT / "sample_configs" / f"{name}.toml")


def order(name: str, policy: str) -> list[str]:
    """Who is decided about, in order, each tenant once."""
    return list(dict.fromkeys(decision.tenant for decision in allocator.decisions(opened(name), policy)))


def tasks(scenario: Scenario, policy: str, **options: str) -> list[int]:
    """The tasks granted to each tenant, in order of declaration."""
    return [int(result.tasks_granted) for result in allocator.allocate(scenario, policy, **options).tenants]


@each_sample
def test_prints_what_it_always_printed(sample: Path) -> None:
    """Byte for byte; `python tests/samples/regenerate.py` writes the files anew where a change is meant."""
    for file, text in outputs(sample).items():
        assert file.read_bytes().decode() == text, f"{file.name} differs"


def test_golden_holds_nothing_else() -> None:
    """A sample that is gone leaves no output behind."""
    assert {file.name.split(".")[0] for file in GOLDEN.iterdir()} == {sample.stem for sample in SAMPLES}


@each_sample
def test_has_no_faults_and_no_warnings(sample: Path) -> None:
    """`fairheap check` has only praise for it."""
    line = printed("check", str(sample))
    assert ": no faults (" in line
    assert "warning" not in line


@each_sample
def test_says_what_it_teaches(sample: Path) -> None:
    """It has a title, a comment that explains it, and fits a screen or two."""
    text = sample.read_text()
    assert text.startswith('title = "')
    assert "\n# " in text
    assert len(text.splitlines()) <= 110


class TestOrders:
    """The samples about order decide in the order that they promise."""

    def test_pipeline(self) -> None:
        """Build, test, deploy under priority; as declared under fifo."""
        assert order("pipeline-tasks", "priority") == ["build", "test", "deploy"]
        assert order("pipeline-tasks", "fifo") == ["deploy", "test", "build"]

    def test_ci_queue(self) -> None:
        """Declared with priorities 5, 1, 2, 3, decided as 1, 2, 3, 5."""
        scenario = opened("ci-queue")
        assert [tenant.priority for tenant in scenario.tenants] == [5, 1, 2, 3]
        assert order("ci-queue", "priority") == ["Docker image", "staging", "Python tests", "Node.js tests"]
        assert len(scenario.nodes) == 1

    def test_2_5_8(self) -> None:
        """Smallest demand first grants 2, 5, 8, largest first 8, 5, 2, and the last of each gets what remains."""
        assert order("tenants-2-5-8", "smallest-demand-first") == ["wants-2", "wants-5", "wants-8"]
        assert order("tenants-2-5-8", "largest-first") == ["wants-8", "wants-5", "wants-2"]
        grants = {
            policy: {result.name: result.granted["cpu"] for result in allocator.allocate(scenario, policy).tenants}
            for scenario in [opened("tenants-2-5-8")]
            for policy in ("smallest-demand-first", "largest-first")
        }
        assert grants["smallest-demand-first"] == {"wants-2": 2000, "wants-5": 5000, "wants-8": 7000}
        assert grants["largest-first"] == {"wants-2": 1000, "wants-5": 5000, "wants-8": 8000}


class TestLessons:
    """The other samples show what their comments claim."""

    def test_two_teams_is_the_paper(self) -> None:
        """A ends with 3 tasks and B with 2, whichever key; with one CPU less the key decides."""
        paper = opened("two-teams")
        assert tasks(paper, "drf") == tasks(paper, "drf", key="current") == [3, 2]
        smaller = scale_capacity(paper, Fraction(8, 9), "cpu")
        assert tasks(smaller, "drf") == [4, 1]
        assert tasks(smaller, "drf", key="current") == [2, 2]

    def test_smallest_vs_largest(self) -> None:
        """Smallest first leaves the giant waiting, largest first everybody whom the giant crowds out."""
        scenario = opened("smallest-vs-largest")
        assert tasks(scenario, "smallest-demand-first") == [0, 2, 12, 2]
        assert tasks(scenario, "largest-first") == [1, 1, 0, 0]

    def test_gpu_islands(self) -> None:
        """Who wants AMD alone is not touched by how long the NVIDIA queue is."""
        scenario = opened("gpu-islands")
        crowded = allocator.allocate(scenario, "drf").by_name["physics"]
        without = tuple(tenant for tenant in scenario.tenants if tenant.name not in {"llm", "vision"})
        alone = allocator.allocate(Scenario(scenario.capacity, without, scenario.nodes), "drf").by_name["physics"]
        assert crowded.granted == alone.granted
        assert crowded.short_of == ("amd.com/gpu",)

    def test_guarantees_and_limits(self) -> None:
        """The guarantee is kept in full, the unwanted part of another is lent, and the limit holds."""
        got = allocator.allocate(opened("guarantees-and-limits"), "drf").by_name
        assert got["payments"].granted["cpu"] == 20_000
        assert got["fraud-checks"].granted["cpu"] == 2_000
        assert got["crawler"].granted["cpu"] == 6_000
        assert sum(result.granted["cpu"] for result in got.values()) == 40_000

    def test_quickstart(self) -> None:
        """Five to eight tenants, both resources short, some work running already: there is something to compare."""
        scenario = opened("quickstart")
        assert 5 <= len(scenario.tenants) <= 8
        assert scenario.holds
        allocation = allocator.allocate(scenario)
        wanted = {
            name: sum((result.wanted or {}).get(name, 0) for result in allocation.tenants) for name in ("cpu", "memory")
        }
        assert all(amount > scenario.capacity[name] for name, amount in wanted.items())
