"""Each named workload: it suits any capacity, shows what it is for, and gives way to what its table says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocator.core.draws import PRESETS
from allocator.core.errors import UnknownTenantError, WorkloadError
from allocator.core.generators import Generator, Shape
from allocator.core.model import Scenario
from allocator.simulation.generating import generate
from allocator.simulation.workload import Workload
from tests.simulation.generating.drawn import CPU, DAY, HOUR, MINUTE, draw, offered, pool

CAPACITY = {"cpu": 64 * CPU, "memory": 256 << 30, "gpu": 8 * CPU}


def made(preset: str, scenario: Scenario | None = None, **said: Any) -> Workload:
    """What a preset makes of a pool of three tenants."""
    return generate(replace(Generator((), preset=preset), **said), 0, scenario or pool(*"abc", capacity=CAPACITY))


@pytest.mark.parametrize("name", PRESETS)
class TestEach:
    """Every preset."""

    @pytest.mark.parametrize("nodes", [0, 8])
    def test_fits(self, name: str, nodes: int) -> None:
        """Every task fits the pool, and the largest node; every tenant has jobs."""
        scenario = pool(*"abc", capacity=CAPACITY, nodes=nodes)
        workload = made(name, scenario)
        box = np.array([amount // max(1, nodes) for amount in CAPACITY.values()])
        assert (workload.demand <= box).all()
        assert (workload.demand[:, 2] == 0).all()  # whole devices are left alone
        assert set(workload.tenant.tolist()) == {0, 1, 2}

    def test_gives_way(self, name: str) -> None:
        """What the table says goes before what the preset does."""
        said = {"jobs": 50, "runtime": draw("constant", value=MINUTE), "shapes": (Shape({"gpu": CPU}),), "priority": 7}
        workload = made(name, **said, deadline_ms=HOUR, tenants=("b", "c"))
        assert len(workload) == 50
        assert set(workload.runtime.tolist()) == {MINUTE}
        assert set(map(tuple, workload.demand.tolist())) == {(0, 0, CPU)}
        assert set(workload.priority.tolist()) == {7}
        assert set((workload.deadline - workload.submit).tolist()) == {HOUR}
        assert set(workload.tenant.tolist()) <= {1, 2}

    def test_ends_with_the_run(self, name: str) -> None:
        """With a horizon it goes on to the end, all at once apart."""
        workload = made(name, pool(*"abc", capacity=CAPACITY, horizon=5 * DAY))
        assert workload.submit[-1] < 5 * DAY
        assert name == "textbook" or workload.submit[-1] > 4 * DAY

    def test_load(self, name: str) -> None:
        """A load that is asked for is reached, of all its streams together."""
        scenario = pool(*"abc", capacity=CAPACITY, horizon=10 * DAY)
        assert offered(made(name, scenario, load=0.6), scenario, 10 * DAY) == pytest.approx(0.6, rel=0.03)


class TestWhatTheyShow:
    """One by one."""

    def test_textbook(self) -> None:
        """On <9, 18> the demands are those of the paper, in turn, and all are there at once."""
        workload = made("textbook", pool("A", "B", capacity={"cpu": 9_000, "memory": 18 << 30}))
        assert workload.submit.max() == 0
        assert np.bincount(workload.tenant).tolist() == [50, 50]
        of_a, of_b = (set(map(tuple, workload.demand[workload.tenant == at].tolist())) for at in (0, 1))
        assert (of_a, of_b) == ({(1_000, 4 << 30)}, {(3_000, 1 << 30)})
        assert workload.tenant[:4].tolist() == [0, 1, 0, 1]

    def test_noisy_neighbour(self) -> None:
        """The first sends ten times what each other does, in jobs a quarter as large."""
        workload = made("noisy-neighbour", pool(*"abc", capacity=CAPACITY, horizon=10 * DAY))
        counts = np.bincount(workload.tenant)
        assert counts[0] / counts[1:] == pytest.approx(10, rel=0.12)
        assert workload.demand[workload.tenant == 0, 0].max() * 4 == workload.demand[workload.tenant == 1, 0].min()

    def test_streams_of_their_own(self) -> None:
        """The streams of one preset do not draw the same numbers."""
        workload = made("noisy-neighbour", jobs=500)
        first, others = (workload.runtime[of][:40] for of in (workload.tenant == 0, workload.tenant > 0))
        assert not set(first.tolist()) & set(others.tolist())

    def test_elephant_mice(self) -> None:
        """One job in a hundred is two fifths of the work, and of any tenant."""
        runtime = np.sort(made("elephant-mice", pool(*"abc", capacity=CAPACITY, horizon=20 * DAY)).runtime)
        assert runtime[-len(runtime) // 100 :].sum() / runtime.sum() == pytest.approx(0.42, abs=0.08)

    def test_bursty_team(self) -> None:
        """The first has eight times the rate of each other while it is there, which is a tenth of the time."""
        workload = made("bursty-team", pool(*"abc", capacity=CAPACITY, nodes=8, horizon=60 * DAY))
        counts = np.bincount(workload.tenant)
        assert counts[0] / counts[1] == pytest.approx(0.8, rel=0.25)
        busy = [len(np.unique(workload.submit[workload.tenant == at] // (10 * MINUTE))) for at in (0, 1)]
        assert busy[0] < busy[1] / 4

    def test_fragment(self) -> None:
        """No two of its tasks fill a node: what is left over is lost."""
        shapes = np.unique(made("fragment", pool(*"abc", capacity=CAPACITY, nodes=8)).demand[:, :2], axis=0)
        whole = np.array([8 * CPU, 32 << 30])
        assert len(shapes) == 4
        assert all(
            (one + other <= whole * 0.95).any() or (one + other > whole).any() for one in shapes for other in shapes
        )

    def test_deadline_rush(self) -> None:
        """More than fits, with three deadlines, as often each."""
        scenario = pool(*"abc", capacity=CAPACITY, horizon=4 * DAY)
        workload = made("deadline-rush", scenario)
        assert offered(workload, scenario, 4 * DAY) == pytest.approx(1.2, rel=0.02)
        minutes, counts = np.unique((workload.deadline - workload.submit) // MINUTE, return_counts=True)
        assert minutes.tolist() == [10, 30, 120]
        assert counts / counts.mean() == pytest.approx(1, abs=0.1)

    def test_hpc_lublin(self) -> None:
        """The model on 128 processors, of whatever there is: its load is its own, near three quarters."""
        scenario = pool(*"abc", capacity=CAPACITY, horizon=600 * DAY)
        workload = made("hpc-lublin", scenario)
        assert set(workload.demand[:, 0].tolist()) == {500}
        assert workload.tasks.max() == 128
        assert offered(workload, scenario) == pytest.approx(0.73, abs=0.1)


class TestRefused:
    """What it cannot suit."""

    @pytest.mark.parametrize("name", ["textbook", "noisy-neighbour", "bursty-team"])
    def test_alone(self, name: str) -> None:
        """What is about two needs two."""
        with pytest.raises(WorkloadError, match="at least 2 tenants, found 1"):
            made(name, tenants=("a",))

    def test_one_resource(self) -> None:
        """The textbook pair has two resources."""
        with pytest.raises(WorkloadError, match="2 resources"):
            made("textbook", pool(*"ab"))

    def test_unknown(self) -> None:
        """A preset or a tenant that is not there is told with the nearest name."""
        with pytest.raises(WorkloadError, match="did you mean 'fragment'"):
            made("fragmant")
        with pytest.raises(UnknownTenantError, match="no tenant 'z'"):
            made("fragment", tenants=("z",))
        with pytest.raises(WorkloadError, match="needs a tenant"):
            made("fragment", Scenario({"cpu": CPU}))
