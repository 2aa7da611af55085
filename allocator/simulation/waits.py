"""Why some jobs wait, and who is served meanwhile under which key: asked of every pass. Changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal

from allocator.simulation.floor import Floor, Gang
from allocator.simulation.intake import Intake
from allocator.simulation.queues import Queue
from allocator.simulation.run import Outcome, Serve, Wait
from allocator.simulation.stage import Stage
from allocator.simulation.workload import NONE, Workload

Cause = Literal["short", "limit", "blocked", "reservation", "dependency", "absent", "down"]
"""As a `Wait` has it."""


class Watch:
    """Looks after some jobs.

    Args:
        jobs: Which.
        workload: All jobs.
        stage: Where they wait.
        queue: Knows what is in the way of a job that fits.
        intake: Knows what keeps a job out of the queue.
    """

    def __init__(self, jobs: Collection[int], workload: Workload, stage: Stage, queue: Queue, intake: Intake) -> None:
        self._coming = sorted(set(jobs), reverse=True)
        """Those that have yet to arrive, the next one last."""
        self._here: list[int] = []
        """Those that wait or run: what runs may be lost, and wait again."""
        self._workload = workload
        self._stage = stage
        self._queue = queue
        self._intake = intake
        self._open: dict[int, Wait] = {}
        """Of each job that waits, the interval that goes on."""
        self._closed: list[Wait] = []
        self.served: list[Serve] = []
        """Every start from the queue so far."""
        stage.on_serve = self._serve

    def look(self) -> None:
        """A pass is over: note for what each job waits now."""
        stage, outcome = self._stage, self._stage.record.outcome
        while self._coming and self._coming[-1] < stage.agenda.arrived:
            self._here.append(self._coming.pop())
        for job in self._here:
            self._note(job, self._why(job) if outcome[job] == Outcome.WAITING else None)
        self._here = [job for job in self._here if outcome[job] in (Outcome.WAITING, Outcome.RUNNING)]

    def waits(self) -> list[Wait]:
        """All intervals in order of (job, time); what goes on has no end."""
        return sorted([*self._closed, *self._open.values()], key=lambda wait: (wait.job, wait.from_ms))

    def _note(self, job: int, now: Wait | None) -> None:
        before = self._open.get(job)
        if before and now and _alike(before, now):
            # The same thing holds it; when that will be over may have become clearer.
            self._open[job] = replace(before, until_ms=now.until_ms)
            return
        if before:
            del self._open[job]
            if before.from_ms < self._stage.now:
                self._closed.append(replace(before, to_ms=self._stage.now))
        if now:
            words = self._stage.order.words(job) if job in self._stage.order else ""
            self._open[job] = replace(now, key_words=words)

    def _serve(self, job: int) -> None:
        """`job` is about to start; what it is given would show in its key."""
        self.served.append(Serve(self._stage.now, job, self._stage.order.words(job)))

    def _why(self, job: int) -> Wait:
        stage, gang = self._stage, self._stage.gangs[job]

        def because(cause: Cause, short_of: tuple[str, ...] = (), blocker: int = NONE, until_ms: int = NONE) -> Wait:
            return Wait(job, stage.now, NONE, cause, short_of, blocker, until_ms)

        unfinished = self._intake.waits_for(job)
        if unfinished is not None:
            return because("dependency", blocker=unfinished)
        if job not in stage.order:
            return because("absent")
        account = stage.accounts[stage.tenant[job]]
        over = account.lacks(gang)
        if over:
            return because("limit", self._names(over))
        if not any(stage.floor.open[node] for node in gang.nodes):
            return because("down")
        obstacle = self._queue.obstacle(job)
        fits = stage.floor.holds(gang)
        if obstacle is not None and (fits or obstacle.cause == "blocked"):
            return because(obstacle.cause, blocker=obstacle.blocker, until_ms=obstacle.until_ms)
        return because("short", self._names(short_of(stage.floor, gang)))

    def _names(self, resources: Collection[int]) -> tuple[str, ...]:
        return tuple(self._workload.resources[resource] for resource in sorted(set(resources)))


def _alike(one: Wait, other: Wait) -> bool:
    return (one.cause, one.short_of, one.blocker) == (other.cause, other.short_of, other.blocker)


def short_of(floor: Floor, gang: Gang) -> list[int]:
    """The resources for want of which `gang` does not fit, by index.

    Those of which there is too little in total, or on every node for a single task; where it is neither, as where one
    node lacks this and another that, all that any node lacks.
    """
    nodes = [node for node in gang.nodes if floor.open[node]]
    free = [[max(0, amount) for amount in floor.free[node]] for node in nodes]
    in_total = [resource for resource, amount in gang.total if sum(row[resource] for row in free) < amount]
    everywhere = [resource for resource, amount in gang.need if all(row[resource] < amount for row in free)]
    anywhere = [resource for resource, amount in gang.need if any(row[resource] < amount for row in free)]
    return in_total + everywhere or anywhere
