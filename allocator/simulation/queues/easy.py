"""EASY backfilling: the head that does not fit has a reservation, and nothing that passes it may delay that.

Source: Lifka, The ANL/IBM SP Scheduling System, 1995; Mu'alem & Feitelson, IEEE TPDS 12(6), 2001, section 2.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass

from allocator.simulation.floor import Floor, Spot
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
            spot = stage.find(job)
            if head is None:
                if spot is None:
                    head = job
                    hopeless |= stage.misfits  # from here on, what does not fit is of no interest
                else:
                    stage.start(job, spot)
            elif spot is None:
                hopeless.add(stage.gangs[job].number)
            else:
                # Only now is it worth knowing when the head could start: most passes end without.
                if not reserved:
                    self._reservation, reserved = self._reserve(head), True
                if self._reservation is None:
                    stage.start(job, spot)
                else:
                    self._backfill(job, spot, self._reservation)

    def forget(self) -> None:
        """A reservation is made anew in every pass."""

    def obstacle(self, job: int) -> Obstacle | None:
        """The head, with its reservation, for what fits beside it."""
        mine = self._reservation
        return None if mine is None or mine.head == job else Obstacle("reservation", mine.head, mine.at_ms)

    def expected_end(self, expected_ms: int) -> int:
        """When a running job ends, as far as anybody knows: one that has outlived its estimate may at any moment."""
        return max(expected_ms, self._stage.now + 1)

    def _reserve(self, head: int) -> Reservation | None:
        """The earliest end of running jobs at which the head fits; None where it never will, as things stand.

        O(running + nodes): what fits on a node is counted anew only where something ends.
        """
        stage, gang = self._stage, self._stage.gangs[head]
        floor = stage.floor.copy()
        room = {node: floor.room(node, gang) for node in gang.nodes}
        lacking = gang.tasks - sum(room.values())
        ends = [(self.expected_end(at), job) for at, job in self._expected]
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

    def _backfill(self, job: int, spot: Spot, reservation: Reservation) -> None:
        """Start `job`, which fits at `spot`, if the head can still start when it was told."""
        stage, gang = self._stage, self._stage.gangs[job]
        if stage.now + stage.times.estimate[job] > reservation.at_ms:
            found = stage.placer.find(reservation.both, gang)
            if found is None:
                return
            spot = found
            reservation.extra.take(spot, gang.need)
        stage.start(job, spot)
        for node, _ in spot:
            left = zip(stage.floor.free[node], reservation.extra.free[node], strict=True)
            reservation.both.put(node, [min(pair) for pair in left])

    def _started(self, attempt: Attempt) -> None:
        insort(self._expected, (attempt.expected_ms, attempt.job))

    def _ended(self, attempt: Attempt) -> None:
        del self._expected[bisect_left(self._expected, (attempt.expected_ms, attempt.job))]
