"""What there is at one instant: jobs, tenants, nodes. Looks things up by going through all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from allocator.core.model import Scenario
from allocator.simulation.run import Outcome
from allocator.simulation.workload import NONE, Workload

Amounts = dict[str, int]


@dataclass(eq=False)
class Job:
    """A job, and what became of it so far."""

    row: int
    name: str
    tenant: Tenant
    submit: int
    runtime: int
    estimate: int
    """What is planned with."""
    priority: int
    tasks: int
    demand: Amounts
    """Of one task."""
    deadline: int | None
    after: list[int]
    pools: tuple[str, ...]
    follows: bool
    """Whether its priority is its tenant's, and changes with it."""
    arrived: bool = False
    queued: bool = False
    first_start: int = NONE
    start: int = NONE
    end: int = NONE
    ends_at: int = NONE
    """While it runs: when it will end if nothing happens."""
    where: list[int] = field(default_factory=list)
    """The node of each task in the last attempt."""
    outcome: Outcome = Outcome.WAITING

    @cached_property
    def total(self) -> Amounts:
        """What all its tasks need together."""
        return {name: amount * self.tasks for name, amount in self.demand.items()}

    @property
    def over(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.outcome in (Outcome.COMPLETED, Outcome.KILLED, Outcome.IMPOSSIBLE)

    @property
    def held(self) -> bool:
        """Whether it has arrived and waits for other jobs, outside the queue."""
        return self.arrived and not self.queued and self.outcome is Outcome.WAITING


@dataclass(eq=False)
class Tenant:
    """A tenant."""

    index: int
    name: str
    weight: Fraction
    priority: int
    limit: Amounts
    guarantee: Amounts
    here: bool = True
    left: bool = False
    entitlement: Amounts | None = None
    cap: Amounts | None = None
    """Its slice, under a policy of slices."""


@dataclass(eq=False)
class Machine:
    """A node as the scenario has it."""

    name: str
    capacity: Amounts
    load: Amounts
    largest: Amounts
    """Of each resource the most it ever has."""
    up: bool = True
    draining: bool = False

    @property
    def open(self) -> bool:
        """Whether it takes tasks."""
        return self.up and not self.draining


@dataclass(eq=False)
class Place:
    """Where tasks are put: one machine, or all machines of a label taken as one."""

    label: str
    machines: list[Machine]

    @property
    def open(self) -> bool:
        """Whether it takes tasks."""
        return any(machine.open for machine in self.machines)

    def amount(self, resource: str) -> int:
        """What those of its machines that take tasks have to share."""
        return sum(
            machine.capacity.get(resource, 0) - machine.load.get(resource, 0)
            for machine in self.machines
            if machine.open
        )

    def full(self, resource: str) -> int:
        """The capacity, load included."""
        return sum(machine.capacity.get(resource, 0) for machine in self.machines)

    def most(self, resource: str) -> int:
        """What it has to share at its largest."""
        return sum(machine.largest.get(resource, 0) - machine.load.get(resource, 0) for machine in self.machines)


@dataclass(frozen=True)
class Attempt:
    """One attempt of a job: use that is remembered."""

    job: Job
    start: int
    where: list[int]
    """The place of each task."""
    end: int = NONE
    """NONE while it runs."""
    lost: bool = False


class World:
    """Everything at one instant."""

    def __init__(self, scenario: Scenario, work: Workload) -> None:
        self.scenario = scenario
        self.settings = scenario.simulation
        self.now = 0
        self.resources = list(dict.fromkeys([*scenario.resources, *work.resources]))
        self.merged = self.settings.placement == "pool" or not scenario.nodes
        self.places = self._places()
        self.tenants = [self._tenant(index, name) for index, name in enumerate(work.tenants)]
        self.jobs = [self._job(row, work) for row in range(len(work))]
        self.running: list[Job] = []
        self.attempts: list[Attempt] = []

    def _places(self) -> list[Place]:
        changes = [event for event in self.scenario.events if event.kind == "capacity"]

        def machine(name: str, capacity: Any, load: Any) -> Machine:
            mine = [event.capacity for event in changes if event.node == name]
            largest = {
                resource: max(amounts.get(resource, 0) for amounts in [capacity, *mine]) for resource in self.resources
            }
            return Machine(name, dict(capacity), dict(load), largest)

        if not self.scenario.nodes:
            return [Place("", [machine("", self.scenario.capacity, {})])]
        machines = [(node.pool, machine(node.name, node.capacity, node.load)) for node in self.scenario.nodes]
        if not self.merged:
            return [Place(label, [one]) for label, one in machines]
        labels = dict.fromkeys(label for label, _ in machines)
        return [Place(label, [one for its, one in machines if its == label]) for label in labels]

    def _tenant(self, index: int, name: str) -> Tenant:
        found = self.scenario.must_have(name)
        comings = [event.kind for event in sorted(self.scenario.events, key=lambda one: (one.at_ms, one.priority))
                   if event.tenant == name and event.kind in ("tenant-join", "tenant-leave")]  # fmt: skip
        here = comings[:1] != ["tenant-join"]
        return Tenant(index, name, found.weight, found.priority, dict(found.limit), dict(found.guarantee), here=here)

    def _job(self, row: int, work: Workload) -> Job:
        tenant = self.tenants[int(work.tenant[row])]
        exact = self.settings.estimates == "exact"
        return Job(
            row=row,
            name=work.name(row),
            tenant=tenant,
            submit=int(work.submit[row]),
            runtime=int(work.runtime[row]),
            estimate=int(work.runtime[row] if exact else work.estimate[row]),
            priority=int(work.priority[row]),
            tasks=int(work.tasks[row]),
            demand=dict(zip(work.resources, work.demand[row].tolist(), strict=True)),
            deadline=None if work.deadline[row] == NONE else int(work.deadline[row]),
            after=work.after(row),
            pools=work.pool_sets[work.pools[row]] if len(work.pools) else (),
            follows=int(work.priority[row]) == tenant.priority,
        )

    # --- looking around ------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> list[Job]:
        """The jobs in the queue, by row."""
        return [job for job in self.jobs if job.queued]

    def use(self, tenant: Tenant) -> Amounts:
        """What the running jobs of a tenant use."""
        return summed(self.resources, (job.total for job in self.running if job.tenant is tenant))

    def free(self, gone: Iterable[Job] = ()) -> list[Amounts]:
        """What is free on each place once the jobs `gone` have ended."""
        without = {job.row for job in gone}
        free = [{name: place.amount(name) for name in self.resources} for place in self.places]
        for job in self.running:
            if job.row not in without:
                take(free, job, job.where)
        return free

    def expected_end(self, job: Job) -> int:
        """When a running job is expected to end: at its estimate, or at any moment once it is past that."""
        return max(job.start + job.estimate, self.now + 1)

    def eligible(self, job: Job) -> bool:
        """Whether nothing but the room for it holds a waiting job: its tenant is here, and below limit and slice."""
        use = self.use(job.tenant)
        return job.tenant.here and not exceeds(job, use, job.tenant.limit) and not exceeds(job, use, job.tenant.cap)

    def guaranteed(self, job: Job, use: Amounts) -> bool:
        """Whether it is owed to its tenant, which uses `use`."""
        owed = job.tenant.guarantee
        return any(job.total.get(name, 0) for name in owed) and not exceeds(job, use, owed)


def exceeds(job: Job, use: Amounts, most: Amounts | None) -> bool:
    """Whether with this job more than `most` of a resource would be used."""
    return any(use.get(name, 0) + job.total.get(name, 0) > amount for name, amount in (most or {}).items())


def summed(resources: Iterable[str], parts: Iterable[Amounts]) -> Amounts:
    """The sum of amounts."""
    parts = list(parts)
    return {name: sum(part.get(name, 0) for part in parts) for name in resources}


def take(free: list[Amounts], job: Job, where: Iterable[int]) -> None:
    """Take what the tasks of a job need from the places where they are."""
    for place in where:
        for name, amount in job.demand.items():
            free[place][name] -= amount
