"""EASY backfilling: the head that does not fit has a reservation, and nothing that passes it may delay that.

Source: Lifka, The ANL/IBM SP Scheduling System, 1995; Mu'alem & Feitelson, IEEE TPDS 12(6), 2001, section 2.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field

from allocator.simulation.floor import Floor
from allocator.simulation.queues.obstacle import Obstacle
from allocator.simulation.stage import Attempt, Stage


@dataclass(frozen=True, slots=True, eq=False)
class Reservation:
    """When the head will start by the estimates, and what it leaves then."""

    head: int
    at_ms: int
    extra: Floor
    """What is free then beside the head: a job that lasts longer may use only this."""
    both: Floor
    """On each node, of each resource, the less of what is free now and of `extra`."""
    misfits: set[int] = field(default_factory=set)
    """Numbers of gangs that do not fit in `both`, which only shrinks."""


class Easy:
    """One reservation, of the first job in policy order that does not fit."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._expected: list[tuple[int, int]] = []
        """(when it should have ended by its estimate, job) of each running job, ascending."""
        self._reservation: Reservation | None = None
        """Of the last pass, where one was needed."""
        stage.on_start = self._started
        stage.on_end = self._ended

    def serve(self) -> None:
        """Start the head while it fits; then whatever fits and does not delay the head that does not."""
        stage = self._stage
        head: int | None = None
        hopeless: set[int] = set()
        self._reservation = None
        reserved = False
        for job in stage.order.walk(without=hopeless):
            if head is None:
                spot = stage.find(job)
                if spot is not None:
                    stage.start(job, spot)
                else:
                    head = job
                    hopeless |= stage.misfits  # from here on, what does not fit is of no interest
                continue
            # Only where something fits is it worth knowing when the head could start: most passes end without.
            if not reserved and stage.fits(job):
                self._reservation, reserved = self._reserve(head), True
            if not reserved or not self._backfill(job):
                hopeless |= stage.misfits & {stage.gangs[job].number}

    def forget(self) -> None:
        """A reservation is made anew in every pass."""

    def obstacle(self, job: int) -> Obstacle | None:
        """The head, with its reservation, for what fits beside it."""
        mine = self._reservation
        return None if mine is None or mine.head == job else Obstacle("reservation", mine.head, mine.at_ms)

    def _reserve(self, head: int) -> Reservation | None:
        """The earliest end of running jobs at which the head fits; None where it never will, as things stand.

        O(running + nodes): what fits on a node is counted anew only where something ends.
        """
        stage, gang = self._stage, self._stage.gangs[head]
        floor = stage.floor.copy()
        later = stage.now + 1
        room = {node: floor.room(node, gang) for node in gang.nodes}
        lacking = gang.tasks - sum(room.values())
        # One that has outlived its estimate may end at any moment.
        ends = [(at if at > stage.now else later, job) for at, job in self._expected]
        for position, (at, job) in enumerate(ends):
            spot = stage.running[job].spot
            floor.give(spot, stage.gangs[job].need)
            for node, _ in spot:
                if node in room:
                    lacking -= floor.room(node, gang) - room[node]
                    room[node] = floor.room(node, gang)
            # Whatever ends at one instant is gone before anything starts then.
            if lacking <= 0 and (position + 1 == len(ends) or ends[position + 1][0] > at):
                found = stage.placer.find(floor, gang, later=True)
                assert found is not None, "there is room for all of its tasks"
                floor.take(found, gang.need)
                return Reservation(head, at, floor, self._both(floor))
        return None

    def _both(self, extra: Floor) -> Floor:
        now = self._stage.floor
        free = [list(map(min, row, other)) for row, other in zip(now.free, extra.free, strict=True)]
        return self._stage.placer.floor(free, now.full, now.open)

    def _backfill(self, job: int) -> bool:
        """Start `job` if it fits and the head can still start when it was told; whether it did."""
        stage, gang, promise = self._stage, self._stage.gangs[job], self._reservation
        if promise is None or stage.now + stage.times.estimate[job] <= promise.at_ms:
            spot = stage.find(job)
        elif gang.number in promise.misfits:
            return False
        else:
            spot = stage.placer.find(promise.both, gang)
            if spot is None:
                promise.misfits.add(gang.number)
            else:
                promise.extra.take(spot, gang.need)
        if spot is None:
            return False
        stage.start(job, spot)
        if promise is not None:
            for node, _ in spot:
                left = zip(stage.floor.free[node], promise.extra.free[node], strict=True)
                promise.both.put(node, [min(pair) for pair in left])
        return True

    def _started(self, attempt: Attempt) -> None:
        insort(self._expected, (attempt.expected_ms, attempt.job))

    def _ended(self, attempt: Attempt) -> None:
        del self._expected[bisect_left(self._expected, (attempt.expected_ms, attempt.job))]
