"""One scheduling pass: which waiting jobs start now, under each of the four queues."""

from __future__ import annotations

from dataclasses import dataclass

from tests.simulation.reference.order import Order
from tests.simulation.reference.placing import Placing
from tests.simulation.reference.world import Amounts, Attempt, Job, Outcome, World, take


@dataclass(frozen=True)
class Reservation:
    """From when a waiting job is to run, and where."""

    job: Job
    start: int
    where: tuple[int, ...]

    @property
    def end(self) -> int:
        """Even a job of no length takes its place."""
        return self.start + max(self.job.estimate, 1)


class Queues:
    """The waiting jobs, and how they start."""

    def __init__(self, world: World, order: Order, placing: Placing) -> None:
        self.world = world
        self.order = order
        self.placing = placing
        self.plan: dict[int, Reservation] = {}
        """By row."""
        self.broken = False
        """Whether something happened since the last pass that the plan did not foresee."""

    def run_pass(self) -> None:
        """Start what may start at this instant."""
        {"strict": self._strict, "skip": self._skip, "easy": self._easy, "conservative": self._conservative}[
            self.world.settings.queue
        ]()

    def start(self, job: Job, where: list[int]) -> None:
        """A job starts."""
        now, kills = self.world.now, self.world.settings.at_limit == "kill"
        job.queued = False
        job.outcome = Outcome.RUNNING
        job.start = now
        job.first_start = now if job.first_start < 0 else job.first_start
        job.ends_at = now + (min(job.runtime, job.estimate) if kills else job.runtime)
        job.where = where
        self.world.running.append(job)
        self.world.attempts.append(Attempt(job, now, where))

    def _start_if_it_fits(self, job: Job, free: list[Amounts] | None = None) -> bool:
        where = self.placing.place(job, self.world.free() if free is None else free)
        if where is None:
            return False
        self.start(job, where)
        return True

    def _strict(self) -> Job | None:
        """Start from the head on; the first that does not fit, if any."""
        while True:
            head = self.order.next_job(self.world.waiting, lambda job: True)
            if head is None or not self._start_if_it_fits(head):
                return head

    def _skip(self) -> None:
        while True:
            job = self.order.next_job(self.world.waiting, lambda job: self.placing.fits(job, self.world.free()))
            if job is None:
                return
            assert self._start_if_it_fits(job)

    def _easy(self) -> None:
        head = self._strict()
        if head is None:
            return
        shadow, extra = self._reserve(head)

        def usable(job: Job) -> list[Amounts]:
            free = self.world.free()
            if shadow is None or self.world.now + job.estimate <= shadow:
                return free
            return [
                {name: min(amount, spare[name]) for name, amount in place.items()}
                for place, spare in zip(free, extra, strict=True)
            ]

        while True:
            job = self.order.next_job(
                self.world.waiting, lambda job: job is not head and self.placing.fits(job, usable(job))
            )
            if job is None:
                return
            outlasts = shadow is not None and self.world.now + job.estimate > shadow
            assert self._start_if_it_fits(job, usable(job))
            if outlasts:
                take(extra, job, job.where)

    def _reserve(self, head: Job) -> tuple[int | None, list[Amounts]]:
        """When the head will fit by the estimates, and what is free then beside it; None where never."""
        ends = {job.row: self.world.expected_end(job) for job in self.world.running}
        for shadow in sorted(set(ends.values())):
            free = self.world.free(gone=[job for job in self.world.running if ends[job.row] <= shadow])
            where = self.placing.place(head, free, later=True)
            if where is not None:
                take(free, head, where)
                return shadow, free
        return None, []

    # --- conservative -------------------------------------------------------------------------------------------

    def _conservative(self) -> None:
        world = self.world
        overrun = any(job.start + job.estimate <= world.now for job in world.running)
        if self.broken or overrun:
            self.plan = {}
        self.broken = False
        unplanned = [job for job in world.waiting if world.eligible(job)]
        self.plan = {job.row: self.plan[job.row] for job in unplanned if job.row in self.plan}
        planned: list[Job] = []
        while True:
            job = self.order.next_job(unplanned, lambda job: True, planned)
            if job is None:
                break
            unplanned.remove(job)
            planned.append(job)
            self.plan.pop(job.row, None)
            found = self._earliest(job)
            if found is not None:
                self.plan[job.row] = found
        for job in planned:
            mine = self.plan.get(job.row)
            if mine is not None and mine.start == world.now and world.eligible(job):
                del self.plan[job.row]
                self.start(job, list(mine.where))

    def _earliest(self, job: Job) -> Reservation | None:
        """The earliest reservation that nothing running and no other reservation is in the way of."""
        world = self.world
        taken = [(world.now, world.expected_end(other), other, other.where) for other in world.running]
        taken += [(other.start, other.end, other.job, list(other.where)) for other in self.plan.values()]
        empty = world.free(gone=world.running)
        for start in sorted({world.now, *(end for _, end, _, _ in taken if end > world.now)}):
            end = start + max(job.estimate, 1)
            least = [dict(amounts) for amounts in empty]
            for moment in {start, *(begin for begin, _, _, _ in taken if start < begin < end)}:
                free = [dict(amounts) for amounts in empty]
                for begin, until, other, where in taken:
                    if begin <= moment < until:
                        take(free, other, where)
                for smallest, then in zip(least, free, strict=True):
                    smallest.update({name: min(amount, then[name]) for name, amount in smallest.items()})
            where = self.placing.place(job, least, later=start > world.now)
            if where is not None:
                return Reservation(job, start, tuple(where))
        return None
