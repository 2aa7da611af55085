"""Small random scenarios with everything that time brings; equal seeds make equal scenarios."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, get_args

from allocator.core.model import Node, PolicySettings, Scenario, Tenant
from allocator.core.timeline import Event, Placement, Queue, SimulationSettings
from allocator.simulation.workload import NONE, Workload, workload

QUEUES: tuple[Queue, ...] = get_args(Queue)
PLACEMENTS: tuple[Placement, ...] = get_args(Placement)
LABELS = ("gpu", "cpu")


@dataclass(frozen=True)
class Case:
    """What is run."""

    scenario: Scenario
    work: Workload
    seed: int | str

    def under(self, queue: Queue, placement: Placement) -> Case:
        """The same with another queue and placement."""
        settings = replace(self.scenario.simulation, queue=queue, placement=placement)
        return replace(self, scenario=replace(self.scenario, simulation=settings))

    def in_units(self, factors: Mapping[str, int]) -> Case:
        """The same in smaller units: so many times as many of each resource named."""

        def more(amounts: Mapping[str, int]) -> dict[str, int]:
            return {name: amount * factors.get(name, 1) for name, amount in amounts.items()}

        scenario = replace(
            self.scenario,
            capacity=more(self.scenario.capacity),
            nodes=tuple(replace(one, capacity=more(one.capacity), load=more(one.load)) for one in self.scenario.nodes),
            tenants=tuple(
                replace(one, limit=more(one.limit), guarantee=more(one.guarantee)) for one in self.scenario.tenants
            ),
            events=tuple(replace(one, capacity=more(one.capacity)) for one in self.scenario.events),
        )
        columns = [factors.get(name, 1) for name in self.work.resources]
        return replace(self, scenario=scenario, work=replace(self.work, demand=self.work.demand * columns))


def turned(work: Workload) -> Workload:
    """The same jobs with their resources in another order than the scenario's."""
    return replace(work, resources=work.resources[::-1], demand=work.demand[:, ::-1])


def case(seed: int | str, *, plain: bool | None = None, most_jobs: int = 24) -> Case:
    """A scenario of a few tenants, nodes, jobs and events, each kind of thing there or not.

    Args:
        seed: Decides everything.
        plain: Whether only jobs of one task in a pool without events are wanted, as the fast paths take them; None
            leaves that to chance.
        most_jobs: How many at most.
    """
    rng = random.Random(f"{seed}:case")
    plain = rng.random() < 0.3 if plain is None else plain
    return Maker(rng, plain, seed).case(rng.randint(most_jobs // 4, most_jobs))


class Maker:
    """Draws one case."""

    def __init__(self, rng: random.Random, plain: bool, seed: int | str) -> None:
        self.rng = rng
        self.plain = plain
        self.seed = seed
        self.resources = ("cpu", "mem", "gpu")[: rng.choice([1, 1, 2, 2, 3])]
        self.span = rng.choice([0, 5, 12, 25])

    def chance(self, probability: float) -> bool:
        """Whether something that is not plain is there."""
        return not self.plain and self.rng.random() < probability

    def case(self, jobs: int) -> Case:
        """Tenants, nodes or a pool, jobs, events."""
        rng = self.rng
        nodes = self.nodes()
        total = {name: sum(node.free.get(name, 0) for node in nodes) for name in self.resources}
        capacity = total if nodes else {name: rng.choice([2, 3, 4, 6]) for name in self.resources}
        tenants = tuple(self.tenant(index, capacity) for index in range(rng.randint(1, 4)))
        settings = SimulationSettings(
            duration_ms=rng.choice([None, None, None, max(1, self.span // 2), self.span + 5]),
            seed=rng.randint(0, 99),
            queue=rng.choice(QUEUES),
            placement=rng.choice(PLACEMENTS),
            estimates=rng.choice(["given", "given", "exact"]),
            at_limit=rng.choice(["kill", "extend"]),
            on_failure=rng.choice(["requeue", "kill"]),
        )
        events = self.events(tenants, nodes) if self.chance(0.7) else ()
        policy = PolicySettings(share_of=(rng.choice(self.resources),) if self.chance(0.15) else None)
        scenario = Scenario(capacity, tenants, nodes, policy, simulation=settings, events=events)
        found = Case(scenario, self.work(jobs, tenants, nodes, capacity), self.seed)
        if rng.random() < 0.2:
            found = found.in_units({rng.choice(self.resources): 2**30 + 1})
        return replace(found, work=turned(found.work)) if rng.random() < 0.2 else found

    def nodes(self) -> tuple[Node, ...]:
        """None to five, alike or not, some with a label and a load."""
        rng = self.rng
        count = rng.choice([0, 0, 2, 3]) if self.plain else rng.choice([0, 1, 2, 2, 3, 5])
        labelled = self.chance(0.4)
        alike = rng.random() < 0.5
        sizes = {name: rng.choice([3, 4, 5]) for name in self.resources}
        nodes = []
        for index in range(count):
            mine = sizes if alike else {name: rng.choice([0, 2, 3, 4, 4]) for name in self.resources}
            load = {name: rng.randint(0, amount) for name, amount in mine.items() if self.chance(0.2)}
            label = rng.choice([*LABELS, ""]) if labelled else ""
            nodes.append(Node(f"n{index}", mine, label, load))
        return tuple(nodes)

    def tenant(self, index: int, capacity: dict[str, int]) -> Tenant:
        """With a weight, now and then a limit and a guarantee below it."""
        rng = self.rng
        limit = {name: rng.randint(min(3, amount), amount) for name, amount in capacity.items() if self.chance(0.15)}
        guarantee = {
            name: rng.randint(0, min(amount, limit.get(name, amount)))
            for name, amount in capacity.items()
            if self.chance(0.15)
        }
        weight = rng.choice([Fraction(1), Fraction(1), Fraction(2), Fraction(1, 2), Fraction(5, 3)])
        return Tenant("ABCD"[index], weight=weight, priority=rng.choice([100, 10]), limit=limit, guarantee=guarantee)

    def work(
        self, jobs: int, tenants: tuple[Tenant, ...], nodes: tuple[Node, ...], capacity: dict[str, int]
    ) -> Workload:
        """Jobs that often arrive together, mostly small enough; gangs, estimates, deadlines, dependencies."""
        rng = self.rng
        estimates = rng.choice(["exact", "over", "any"])
        gangs, after, zero = self.chance(0.5), self.chance(0.4), rng.random() < 0.3
        submit = [rng.choice([0, rng.randint(0, self.span)]) for _ in range(jobs)]
        runtime = [rng.randint(0 if zero else 1, rng.choice([4, 14, 14])) for _ in range(jobs)]
        ran = [int(time == 0 and rng.random() < 0.5) for time in submit] if self.chance(0.2) else ()
        owner = [rng.randrange(len(tenants)) for _ in range(jobs)]
        ranked = rng.random() < 0.3
        largest = [max((node.free[name] for node in nodes), default=capacity[name]) for name in self.resources]
        labels = sorted({node.pool for node in nodes if node.pool})
        pools = [(), *((label,) for label in labels), tuple(labels)]
        return workload(
            [tenant.name for tenant in tenants],
            self.resources,
            submit=submit,
            runtime=runtime,
            estimate=[self.estimate(estimates, time) for time in runtime],
            demand=[self.demand(largest) for _ in range(jobs)],
            tenant=owner,
            priority=[rng.choice([1, 100]) if ranked else tenants[index].priority for index in owner],
            tasks=[rng.choice([1, 1, 1, 2, 3]) if gangs else 1 for _ in range(jobs)],
            deadline=[rng.choice([NONE, time + rng.randint(0, 30)]) for time in submit],
            names=[f"j{row}" for row in range(jobs)],
            after=self.dependencies(ran or [0] * jobs) if after else (),
            pools=[rng.choice(pools) for _ in range(jobs)] if labels else (),
            running=ran,
        )

    def demand(self, largest: list[int]) -> list[int]:
        """Of one task: mostly a part of the largest node, never nothing at all, seldom more than any node has."""
        need = [self.rng.randint(0, max(1, amount * 3 // 4)) for amount in largest]
        some = self.rng.randrange(len(need))
        need[some] = largest[some] + 1 if self.rng.random() < 0.03 else max(1, need[some])
        return need

    def estimate(self, kind: str, runtime: int) -> int:
        """What the owner of a job says."""
        if kind == "exact":
            return runtime
        return runtime + self.rng.randint(0, 5) if kind == "over" else self.rng.randint(0, 14)

    def dependencies(self, ran: Sequence[int]) -> list[list[int]]:
        """Each job that does not run already may come after some that are named before it; that makes no circle."""
        rng = self.rng
        counts = [0 if runs else rng.choice([0, 0, 0, 1, 2]) for runs in ran]
        return [rng.sample(range(row), min(row, count)) for row, count in enumerate(counts)]

    def events(self, tenants: tuple[Tenant, ...], nodes: tuple[Node, ...]) -> tuple[Event, ...]:
        """A few, often of one instant."""
        rng = self.rng
        kinds = ["weight", "priority", "tenant-join", "tenant-leave", "note", "capacity"]
        kinds += ["node-down", "node-up", "node-down", "node-up", "drain", "capacity"] if nodes else []
        return tuple(self.event(rng.choice(kinds), tenants, nodes) for _ in range(rng.randint(1, 6)))

    def event(self, kind: Any, tenants: tuple[Tenant, ...], nodes: tuple[Node, ...]) -> Event:
        """One event of a kind."""
        rng = self.rng
        at, first = rng.randint(0, self.span + 5), rng.choice([100, 100, 1])
        if kind == "capacity":
            amounts = {rng.choice(self.resources): rng.randint(0, 8) for _ in range(2)}
            if not nodes:
                return Event(at, kind, first, capacity=amounts)
            node = rng.choice(nodes)
            # No less than what others use there, as a scenario file must have it.
            amounts = {name: max(amount, node.load.get(name, 0)) for name, amount in amounts.items()}
            return Event(at, kind, first, node=node.name, capacity=amounts)
        if kind in ("node-down", "node-up", "drain"):
            return Event(at, kind, first, node=rng.choice(nodes).name)
        if kind == "note":
            return Event(at, kind, first, text="a note")
        values: dict[str, object] = {"weight": Fraction(rng.randint(1, 5), 3), "priority": rng.choice([1, 50, 100])}
        return Event(at, kind, first, tenant=rng.choice(tenants).name, value=values.get(kind))
