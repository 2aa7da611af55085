"""The loop: from instant to instant, completions, events, arrivals, a pass."""

from __future__ import annotations

from dataclasses import dataclass, replace

from allocator.core.model import Scenario
from allocator.core.policy import OverTime, Policy
from allocator.core.timeline import Event
from allocator.simulation.run import Outcome
from allocator.simulation.workload import NONE, Workload
from tests.simulation.reference.order import Order
from tests.simulation.reference.placing import Placing
from tests.simulation.reference.queues import Queues
from tests.simulation.reference.world import Attempt, Job, Tenant, World, exceeds


@dataclass(frozen=True)
class Result:
    """What became of each job, by row, in the words of a `Run`."""

    start: list[int]
    last_start: list[int]
    end: list[int]
    node: list[int]
    outcome: list[int]
    stopped_ms: int
    attempts: list[Attempt]
    events: list[Event]
    near_tie: bool
    """Whether rounding may have decided an order, so that another may be as right."""


def simulate(scenario: Scenario, workload: Workload, policy: Policy) -> Result:
    """Run `workload` under `policy`, slowly."""
    return Simulator(scenario, workload, policy).run()


def offered_load(scenario: Scenario, work: Workload) -> dict[str, float]:
    """Of each resource: what is asked for over the time in which it is asked, by what there is.

    Where all is asked for at once there is no such time: what is asked for by what there is, which ranks resources
    alike.
    """
    horizon = scenario.simulation.duration_ms
    rows = [row for row in range(len(work)) if horizon is None or work.submit[row] < horizon]
    submits = [int(work.submit[row]) for row in rows]
    span = horizon if horizon is not None else max(submits, default=0) - min(submits, default=0)
    asked = dict.fromkeys(scenario.capacity, 0)
    for row in rows:
        for name, amount in zip(work.resources, work.demand[row].tolist(), strict=True):
            if name in asked:
                asked[name] += amount * int(work.tasks[row]) * int(work.runtime[row])
    # Where all is asked for at once, what is asked for ranks the resources in the same way.
    return {name: asked[name] / (total * (span or 1)) for name, total in scenario.capacity.items() if total}


class Simulator:
    """One run."""

    def __init__(self, scenario: Scenario, work: Workload, policy: Policy) -> None:
        if isinstance(policy, OverTime):
            policy = policy.over_time(offered_load(scenario, work))
        self.world = World(scenario, work)
        self.order = Order(self.world, policy)
        self.placing = Placing(self.world)
        self.queues = Queues(self.world, self.order, self.placing)
        declared = enumerate(scenario.events)
        self.coming = [event for _, event in sorted(declared, key=lambda one: (one[1].at_ms, one[1].priority, one[0]))]
        self.happened: list[Event] = []
        self.ran_already = [bool(flag) for flag in work.running.tolist()] or [False] * len(work)
        self.back: list[Job] = []
        """Lost with their node at this instant, to be put back in the queue."""

    def run(self) -> Result:
        """From the start to the end."""
        world, horizon = self.world, self.world.settings.duration_ms
        self.order.entitle()
        for job in world.jobs:
            if self.ran_already[job.row] and (where := self.placing.place(job, world.free())) is not None:
                self.queues.start(job, where)
        while (now := self._next_instant()) is not None and (horizon is None or now < horizon):
            world.now = now
            self._complete()
            self._happen()
            self._arrive()
            self.queues.run_pass()
            while any(job.ends_at == now for job in world.running):
                self._complete()
                self._arrive()
                self.queues.run_pass()
        if horizon is not None:
            world.now = horizon
            self._complete()
        return self._result(horizon)

    def _next_instant(self) -> int | None:
        times = [job.ends_at for job in self.world.running]
        times += [job.submit for job in self.world.jobs if not job.arrived]
        times += [event.at_ms for event in self.coming]
        return min(times, default=None)

    # --- completions --------------------------------------------------------------------------------------------

    def _complete(self) -> None:
        kills = self.world.settings.at_limit == "kill"
        for job in list(self.world.running):
            if job.ends_at == self.world.now:
                late = kills and job.runtime > job.estimate
                self._stop(job, Outcome.KILLED if late else Outcome.COMPLETED)
        self._drop_orphans()

    def _stop(self, job: Job, outcome: Outcome) -> None:
        """A running job leaves its nodes."""
        world = self.world
        if world.now > job.start + job.estimate:
            self.queues.broken = True
        lost = outcome is not Outcome.COMPLETED
        world.attempts = [
            replace(one, end=world.now, lost=lost) if one.job is job and one.end == NONE else one
            for one in world.attempts
        ]
        world.running.remove(job)
        job.outcome = outcome
        job.end = NONE if outcome is Outcome.WAITING else world.now

    def _drop_orphans(self) -> None:
        """What waits for a job that can never complete is impossible, and what waits for that one too."""
        world, found = self.world, True
        while found:
            found = False
            for job in world.jobs:
                dead = any(world.jobs[row].outcome in (Outcome.KILLED, Outcome.IMPOSSIBLE) for row in job.after)
                if dead and job.held:
                    job.outcome = Outcome.IMPOSSIBLE
                    found = True

    # --- arrivals -----------------------------------------------------------------------------------------------

    def _arrive(self) -> None:
        world = self.world
        for job in world.jobs:
            if not job.arrived and job.submit <= world.now:
                job.arrived = True
                if job.outcome is Outcome.WAITING and self._impossible(job):
                    job.outcome = Outcome.IMPOSSIBLE
        self._drop_orphans()
        for job in world.jobs:
            if job.held and job.tenant.left:
                self._withdraw(job)
        self._drop_orphans()
        for job in world.jobs:
            if job.held and all(world.jobs[row].outcome is Outcome.COMPLETED for row in job.after):
                job.queued = True

    def _impossible(self, job: Job) -> bool:
        tenant = job.tenant
        return not self.placing.possible(job) or exceeds(job, {}, tenant.limit) or exceeds(job, {}, tenant.cap)

    def _withdraw(self, job: Job) -> None:
        job.queued = False
        job.outcome = Outcome.KILLED
        job.end = self.world.now

    # --- events -------------------------------------------------------------------------------------------------

    def _happen(self) -> None:
        world = self.world
        while self.coming and self.coming[0].at_ms == world.now:
            event = self.coming.pop(0)
            self.happened.append(event)
            if event.kind != "note":
                self.queues.broken = True
            for tenant in world.tenants:
                if event.tenant == tenant.name:
                    self._happen_to_tenant(event, tenant)
            for index, place in enumerate(world.places):
                for machine in place.machines:
                    if event.kind in ("node-down", "node-up", "drain", "capacity") and event.node == machine.name:
                        if event.kind == "node-down":
                            machine.up = False
                            self._lose(index)
                        elif event.kind == "node-up":
                            machine.up, machine.draining = True, False
                        elif event.kind == "drain":
                            machine.draining = True
                        else:
                            machine.capacity.update(event.capacity)

    def _happen_to_tenant(self, event: Event, tenant: Tenant) -> None:
        mine = [job for job in self.world.jobs if job.tenant is tenant]
        if event.kind == "weight":
            tenant.weight = event.value  # type: ignore[assignment]
            self.order.entitle()
        elif event.kind == "priority":
            tenant.priority = event.value  # type: ignore[assignment]
            for job in mine:
                job.priority = tenant.priority if job.follows else job.priority
        elif event.kind == "tenant-join":
            tenant.here, tenant.left = True, False
        elif event.kind == "tenant-leave":
            tenant.here, tenant.left = False, True
            for job in mine:
                if job.queued or job.held:
                    self._withdraw(job)
            self._drop_orphans()

    def _lose(self, place: int) -> None:
        """A node fails; where all nodes of a label are one, nobody knows what ran on it."""
        if self.world.merged:
            return
        requeues = self.world.settings.on_failure == "requeue"
        for job in list(self.world.running):
            if place in job.where:
                self._stop(job, Outcome.WAITING if requeues else Outcome.KILLED)
        self._drop_orphans()

    def _result(self, horizon: int | None) -> Result:
        jobs = self.world.jobs
        return Result(
            start=[job.first_start for job in jobs],
            last_start=[job.start for job in jobs],
            end=[job.end for job in jobs],
            node=[job.where[0] if job.where else NONE for job in jobs],
            outcome=[int(job.outcome) for job in jobs],
            stopped_ms=horizon
            if horizon is not None
            else max([0, *(job.end for job in jobs), *(attempt.end for attempt in self.world.attempts)]),
            attempts=self.world.attempts,
            events=self.happened,
            near_tie=self.order.near_tie,
        )
