"""The quick loops find the runs of the general loop, and of a few lines that try everything anew at each instant."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import registry
from allocator.core.errors import BadPolicyError
from allocator.core.model import Node, PolicyUse, Scenario, Tenant
from allocator.core.policy import Claim, Key, KeyChange, Policy, Ranks
from allocator.core.resources import Quantities
from allocator.core.timeline import Event, Queue, SimulationSettings
from allocator.simulation import kernels
from allocator.simulation.cluster import Cluster
from allocator.simulation.kernels import easy, nodes, skip, tenants
from allocator.simulation.run import Outcome, Run
from allocator.simulation.simulator import simulate
from allocator.simulation.workload import NONE, Workload, workload

TENANTS = ("a", "b", "c", "d")
POLICIES: tuple[tuple[str, dict[str, object]], ...] = (
    ("fifo", {}),
    ("priority", {}),
    ("sjf", {}),
    ("sjf", {"by": "area"}),
    ("edf", {}),
    ("smallest-demand-first", {}),
    ("largest-first", {"measure": "sum"}),
    ("fair-share", {}),
    ("drf", {}),
    ("drf", {"key": "current"}),
    ("drf", {"half_life": "40ms"}),
    ("fair-share", {"half_life": "1ms"}),
)
BY_JOB = POLICIES[:7]


def policy(name: str, options: dict[str, object] | None = None) -> Policy:
    """The policy of that name as a run has it."""
    return registry.prepare(PolicyUse(name, options=options or {}), Scenario({}).policy, ["cpu", "mem"]).policy


def scenario(queue: Queue, count: int = 0, **settings: object) -> Scenario:
    """A pool of 8 cpus and 12 mem, or nodes that are not all alike; tenants of different weight and priority."""
    made = tuple(
        Node(f"n{index}", {"cpu": 2 + index % 3, "mem": 6, "idle": 1}, load={"mem": index % 2, "idle": index % 2})
        for index in range(count)
    )
    capacity = {"cpu": sum(node.free["cpu"] for node in made), "mem": sum(node.free["mem"] for node in made)}
    people = tuple(
        Tenant(name, weight=Fraction(2 + index, 2), priority=100 - index) for index, name in enumerate(TENANTS)
    )
    given = SimulationSettings(queue=queue, **settings)  # type: ignore[arg-type]
    return Scenario(capacity if made else {"cpu": 8, "mem": 12}, people, made, simulation=given)


def jobs(seed: int, count: int, least: int = 0) -> Workload:
    """Jobs that come in bursts, some too large for anything; run times from `least` ms on."""
    rng = random.Random(seed)
    runtime = [rng.randint(least, 30) for _ in range(count)]
    submit = sorted(rng.choice([0, 7, rng.randint(0, 4 * count)]) for _ in range(count))
    return workload(
        TENANTS,
        ("cpu", "mem"),
        submit=submit,
        runtime=runtime,
        estimate=[max(0, time + rng.randint(-3, 20)) for time in runtime],
        demand=[[rng.randint(0, 9 if rng.random() < 0.03 else 4), rng.randint(1, 6)] for _ in submit],
        tenant=[min(3, int(rng.expovariate(1))) for _ in range(count)],
        priority=[100 - rng.randint(0, 2) for _ in range(count)],
        deadline=[rng.choice([NONE, at + 40]) for at in submit],
    )


def quick(given: Scenario, work: Workload, chosen: Policy, **more: object) -> Run | None:
    """What a kernel finds."""
    ready = chosen.over_time({"cpu": 0.5, "mem": 1.0}) if hasattr(chosen, "over_time") else chosen
    return kernels.run(given, work, ready, Cluster.of(given, work.resources), **more)  # type: ignore[arg-type]


def equal(one: Run | None, other: Run) -> None:
    """Assert that two runs are the same to the last column."""
    assert one is not None, "there is a kernel for it"
    for name in ("start", "last_start", "end", "node", "outcome", "capacity_at", "capacity"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist(), name
    assert (one.stopped_ms, one.ended, tuple(one.events)) == (other.stopped_ms, other.ended, tuple(other.events))
    assert one.spread is None


@pytest.fixture(params=["lists", "trees"])
def shape(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Queues as they are, and as if three waiting jobs or tenants were already many."""
    if request.param == "trees":
        for module in (skip, easy, tenants, nodes):
            monkeypatch.setattr(module, "MANY", 3)
            monkeypatch.setattr(module, "FEW", 2)
        monkeypatch.setattr(tenants, "SCANNED", 0)
    return str(request.param)


@pytest.mark.usefixtures("shape")
class TestEqualToTheGeneralLoop:
    """Starts, ends, nodes and outcomes, whatever comes at one instant and however long the queue gets."""

    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize(("name", "options"), POLICIES)
    def test_skipping_in_a_pool(self, name: str, options: dict[str, object], seed: int) -> None:
        """Every policy that has a kernel, where what does not fit is passed over."""
        given, work = scenario("skip"), jobs(seed, 120)
        equal(
            simulate(given, work, policy(name, options)),
            simulate(given, work, policy(name, options), kernels=False),
        )
        assert quick(given, work, policy(name, options)) is not None

    @pytest.mark.parametrize("queue", ["strict", "easy"])
    @pytest.mark.parametrize(("name", "options"), BY_JOB)
    def test_strict_and_easy(self, queue: Queue, name: str, options: dict[str, object]) -> None:
        """Every policy that ranks jobs by fixed keys, where the head blocks or has a reservation."""
        for seed in range(5):
            given, work = scenario(queue), jobs(seed, 120)
            general = simulate(given, work, policy(name, options), kernels=False)
            equal(quick(given, work, policy(name, options)), general)

    @pytest.mark.parametrize("queue", ["strict", "skip"])
    @pytest.mark.parametrize(("name", "options"), BY_JOB)
    def test_least_loaded_nodes(self, queue: Queue, name: str, options: dict[str, object]) -> None:
        """Nodes of several sizes, some with a load of others, one of it of a resource that no job asks for."""
        for seed in range(4):
            given, work = scenario(queue, 7, placement="least-loaded"), jobs(seed, 120)
            general = simulate(given, work, policy(name, options), kernels=False)
            equal(simulate(given, work, policy(name, options)), general)

    @pytest.mark.parametrize("queue", ["strict", "skip", "easy"])
    @pytest.mark.parametrize("stop", [1, 60, 10**6])
    def test_horizon(self, queue: Queue, stop: int) -> None:
        """What ends at the horizon has ended, and nothing arrives, starts or happens then."""
        notes = tuple(Event(at, "note", text=str(at)) for at in (60, 0, 59, 400))
        given = replace(scenario(queue, duration_ms=stop), events=notes)
        for name in ("fifo", "sjf", "drf")[: 3 if queue == "skip" else 2]:
            equal(quick(given, jobs(3, 100), policy(name)), simulate(given, jobs(3, 100), policy(name), kernels=False))

    @pytest.mark.parametrize("queue", ["strict", "skip"])
    @pytest.mark.parametrize(
        "settings", [{"at_limit": "extend"}, {"estimates": "exact"}, {"at_limit": "extend", "estimates": "exact"}]
    )
    def test_limits_of_time(self, queue: Queue, settings: dict[str, object]) -> None:
        """Jobs that outlive their estimates are killed or not, and plans are made with either time."""
        given = scenario(queue, **settings)
        for name in ("fifo", "sjf"):
            equal(quick(given, jobs(5, 100), policy(name)), simulate(given, jobs(5, 100), policy(name), kernels=False))


def naive(work: Workload, capacity: list[int], strict: bool) -> list[int]:
    """Starts in order of submission, by trying every waiting job at every instant; runs to the end."""
    needs, lasts = work.total_demand.tolist(), np.minimum(work.runtime, work.estimate).tolist()
    start, free, now = [NONE] * len(work), list(capacity), 0
    running: list[tuple[int, int]] = []
    coming = [job for job, need in enumerate(needs) if all(a <= b for a, b in zip(need, capacity, strict=True))]
    waiting: list[int] = []
    while coming or running:
        now = min([end for end, _ in running] + [int(work.submit[job]) for job in coming[:1]])
        for _, job in [one for one in running if one[0] == now]:
            free = [left + need for left, need in zip(free, needs[job], strict=True)]
        running = [one for one in running if one[0] > now]
        waiting += [job for job in coming if work.submit[job] == now]
        coming = [job for job in coming if work.submit[job] > now]
        for job in list(waiting):
            if all(need <= left for need, left in zip(needs[job], free, strict=True)):
                start[job] = now
                waiting.remove(job)
                running.append((now + lasts[job], job))
                free = [left - need for left, need in zip(free, needs[job], strict=True)]
            elif strict:
                break
    return start


@pytest.mark.usefixtures("shape")
@pytest.mark.parametrize("queue", ["strict", "skip"])
@given(seed=st.integers(0, 10**6))
def test_equal_to_a_loop_that_tries_everything(queue: Queue, seed: int) -> None:
    """First come, first served, the head blocking or passed over, is what an obvious loop does."""
    work = jobs(seed, 30)
    found = quick(scenario(queue), work, policy("fifo"))
    assert found is not None
    assert found.start.tolist() == naive(work, [8, 12], queue == "strict")


class Named:
    """Ranks jobs by all that a claim says; has no columns."""

    ranks = Ranks.WORK
    key_change = KeyChange.STATIC

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """Everything, in some order."""
        wanted = tuple((claim.wanted or {}).items())
        return (
            claim.work[-1],
            claim.weight / claim.weight_unit,
            claim.tasks,
            wanted,
            claim.demand["mem"],
            claim.estimate_ms,
            claim.deadline_ms or 0,
            -claim.order,
            tuple(capacity.items()),
        )


class Served(Named):
    """Ranks tenants by all that a claim says."""

    ranks = Ranks.TENANTS
    key_change = KeyChange.OWN_USAGE

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """What it uses first."""
        return (claim.usage["mem"], claim.priority, claim.submit_ms, super().key(claim, capacity))


class NotANumber(Served):
    """Has no order."""

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """Not equal to itself."""
        return math.nan


class TestWhatAPolicySees:
    """A claim has the same in it as in the general loop."""

    @pytest.mark.parametrize("queue", ["skip", "strict"])
    def test_of_jobs(self, queue: Queue) -> None:
        """Gangs, weights, names, estimates and deadlines of jobs."""
        work = replace(jobs(8, 150), tasks=np.resize([1, 2, 1], 150), names=["x"] * 10 + [""] * 140)
        equal(quick(scenario(queue), work, Named()), simulate(scenario(queue), work, Named(), kernels=False))

    @pytest.mark.usefixtures("shape")
    def test_of_tenants(self) -> None:
        """What a tenant uses, and the job at the head of its queue, taken as one task."""
        work = replace(jobs(9, 150), tasks=np.resize([1, 2, 1], 150))
        equal(quick(scenario("skip"), work, Served()), simulate(scenario("skip"), work, Served(), kernels=False))

    @pytest.mark.usefixtures("shape")
    def test_keys_without_an_order(self) -> None:
        """A key that is not a number is the policy's fault, and told as such."""
        with pytest.raises(BadPolicyError, match=r"NotANumber ranks '.' by nan"):
            quick(scenario("skip"), jobs(9, 50), NotANumber())


class TestWhenThereIsNone:
    """A kernel refuses what it cannot do, and the general loop does it."""

    @pytest.mark.parametrize(
        "change",
        [
            {"events": (Event(3, "weight", tenant="a", value=Fraction(2)),)},
            {"tenants": (Tenant("a", limit={"cpu": 3}),)},
            {"tenants": (Tenant("a", guarantee={"cpu": 3}),)},
            {"simulation": SimulationSettings(queue="conservative")},
            {"simulation": SimulationSettings(queue="easy", at_limit="extend")},
        ],
    )
    def test_of_the_scenario(self, change: dict[str, object]) -> None:
        """Events, limits, guarantees, other queues, and backfill around jobs that outlive their estimates."""
        assert quick(replace(scenario("skip"), **change), jobs(1, 60), policy("fifo")) is None  # type: ignore[arg-type]

    def test_of_the_jobs(self) -> None:
        """Dependencies, jobs that ran already, and gangs on several nodes."""
        work = jobs(1, 4)
        after = replace(work, after_start=np.array([0, 0, 1, 1, 1]), after_job=np.array([0]))
        assert quick(scenario("skip"), after, policy("fifo")) is None
        assert quick(scenario("skip"), replace(work, running=np.array([1, 0, 0, 0])), policy("fifo")) is None
        gang = replace(work, tasks=np.array([1, 2, 1, 1]))
        assert quick(scenario("skip", 3), gang, policy("fifo")) is None
        assert quick(scenario("skip"), gang, policy("fifo")) is not None
        assert quick(scenario("skip", 3, placement="best-fit"), work, policy("fifo")) is None

    def test_of_the_policy(self) -> None:
        """Slices; and tenants on nodes or with a head that blocks."""
        assert quick(scenario("skip"), jobs(1, 60), policy("proportional")) is None
        assert quick(scenario("strict"), jobs(1, 60), policy("drf")) is None
        assert quick(scenario("skip", 3), jobs(1, 60), policy("drf")) is None


def test_an_interrupt_ends_the_run_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is told now and then; what was found until Ctrl-C is a run like that of the general loop until then."""
    monkeypatch.setattr(skip, "BREATH", 50)
    told: list[tuple[int, int, int]] = []

    def progress(done: int, count: int, now_ms: int) -> None:
        told.append((done, count, now_ms))
        if len(told) == 3:
            raise KeyboardInterrupt

    work = jobs(2, 400, least=1)
    found = quick(scenario("skip"), work, policy("fifo"), progress=progress)
    assert found is not None
    assert found.ended == "interrupted"
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert {count for _, count, _ in told} == {400}
    assert 0 < told[0][0] < told[2][0] < 400
    stop = found.stopped_ms
    assert stop == told[2][2]
    until = simulate(scenario("skip", duration_ms=stop + 1), work, policy("fifo"), kernels=False)
    assert found.start.tolist() == until.start.tolist()
    done = found.outcome != Outcome.RUNNING
    assert found.outcome[done].tolist() == until.outcome[done].tolist()
    assert (found.end[~done] == NONE).all()
