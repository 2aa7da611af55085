"""Conservative backfilling: every waiting job has a reservation, and nothing may delay any of them.

Source: Feitelson & Weil, Utilization and Predictability in Scheduling the IBM SP2 with Backfilling, IPPS 1998;
Mu'alem & Feitelson, IEEE TPDS 12(6), 2001, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from allocator.simulation.floor import Spot
from allocator.simulation.queues.obstacle import Obstacle
from allocator.simulation.queues.profile import Profile
from allocator.simulation.stage import Attempt, Stage


@dataclass(frozen=True, slots=True)
class Reservation:
    """From when to when a waiting job is to run by its estimate, and where."""

    from_ms: int
    to_ms: int
    spot: Spot


class Conservative:
    """A reservation for every waiting job; each pass looks for an earlier one, in policy order."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.plan: dict[int, Reservation] = {}
        """Of each waiting job that will fit at some time, as things stand."""
        self._profile = Profile(0, stage.floor, stage.placer)
        self._until: dict[int, int] = {}
        """Of each running job, when it is expected to end."""
        self._broken = True
        """Whether something happened that the plan did not foresee."""
        self._settled = False
        """Whether the last pass found no earlier time for any job."""
        stage.on_start = self._started
        stage.on_end = self._ended

    def forget(self) -> None:
        """The next pass plans anew."""
        self._broken = True

    def obstacle(self, job: int) -> Obstacle | None:
        """Of the reservations that begin before `job` would have ended, on nodes it may use, the first."""
        now, nodes = self._stage.now, set(self._stage.gangs[job].nodes)
        ends = now + max(self._stage.times.estimate[job], 1)
        first = min(
            (
                (mine.from_ms, other)
                for other, mine in self.plan.items()
                if other != job and mine.from_ms < ends and any(node in nodes for node, _ in mine.spot)
            ),
            default=None,
        )
        return None if first is None else Obstacle("reservation", first[1], first[0])

    def serve(self) -> None:
        """Give every eligible job its earliest time; start those whose time has come."""
        stage = self._stage
        if self._broken or any(one.expected_ms <= stage.now for one in stage.running.values()):
            self._begin_anew()
        self._profile.advance(stage.now)
        held_back = [job for job in self.plan if not stage.eligible(job)]
        for job in held_back:
            self._lift(job)
        # Where the last pass moved nothing, one more job cannot move anything either: it only takes its own place.
        alone = self._settled and not stage.stirred and not held_back and len(stage.fresh) == 1
        planned = []
        self._settled = True
        with stage.planning():
            for job in stage.order.walk(stage.fresh if alone else None, planning=True):
                if self._improve(job) and not alone:
                    self._settled = False
                stage.plan(job)
                planned.append(job)
        for job in planned:
            mine = self.plan.get(job)
            if mine is not None and mine.from_ms == stage.now and stage.eligible(job):
                self._lift(job)
                stage.start(job, mine.spot)

    def _improve(self, job: int) -> bool:
        """Give `job` its earliest time beside everybody else's; whether that is another one than it had."""
        stage, gang = self._stage, self._stage.gangs[job]
        lasts = max(stage.times.estimate[job], 1)  # even a job of no length takes its place
        mine = self.plan.get(job)
        # What only its limit kept from starting in the last pass has a time that is past.
        stands = mine is not None and mine.from_ms >= stage.now and len(stage.floor.free) == 1
        if mine is not None and stands and not self._profile.earlier(gang, lasts, mine.from_ms):
            return False
        self._lift(job)
        found = self._profile.earliest(gang, lasts)
        if found is None:
            return mine is not None
        at, floor = found
        spot = stage.placer.find(floor, gang, later=at > stage.now)
        assert spot is not None, "there is room for all of its tasks"
        self.plan[job] = Reservation(at, at + lasts, spot)
        self._profile.take(spot, gang, at, at + lasts)
        return self.plan[job] != mine

    def _lift(self, job: int) -> None:
        mine = self.plan.pop(job, None)
        if mine is not None:
            self._profile.give(mine.spot, self._stage.gangs[job], mine.from_ms, mine.to_ms)

    def _begin_anew(self) -> None:
        """No reservation is left; what runs is expected to end when its estimate says, or at any moment after."""
        stage = self._stage
        self.plan.clear()
        self._broken = self._settled = False
        self._profile = Profile(stage.now, stage.floor, stage.placer)
        for job, one in stage.running.items():
            self._until[job] = max(one.expected_ms, stage.now + 1)
            self._profile.give(one.spot, stage.gangs[job], self._until[job])

    def _started(self, attempt: Attempt) -> None:
        job = attempt.job
        until = self._until[job] = max(attempt.expected_ms, self._stage.now + 1)
        self._profile.take(attempt.spot, self._stage.gangs[job], self._stage.now, until)

    def _ended(self, attempt: Attempt) -> None:
        now, until = self._stage.now, self._until.pop(attempt.job)
        self._broken |= now > attempt.expected_ms
        self._profile.give(attempt.spot, self._stage.gangs[attempt.job], now, until)
