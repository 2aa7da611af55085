"""Which jobs may wait: what is impossible, what waits for other jobs, and whose tenant is not there."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.simulation.floor import Floor
from allocator.simulation.record import Record
from allocator.simulation.run import Outcome
from allocator.simulation.stage import Stage
from allocator.simulation.tenancy import Account
from allocator.simulation.workload import Workload


class Intake:
    """Puts jobs in the queue when nothing but the queue keeps them from starting.

    Args:
        workload: The jobs.
        stage: Where they wait and run.
        record: Told what became of jobs that never will.
        largest: The empty cluster at its largest.
    """

    def __init__(self, workload: Workload, stage: Stage, record: Record, largest: Floor) -> None:
        self._workload = workload
        self._stage = stage
        self._record = record
        self._largest = largest
        self._possible: dict[int, bool] = {}
        """By number of the gang: whether the cluster ever holds it."""
        self._missing, self._followers = _dependencies(workload)
        self._doomed: set[int] = set()
        """Jobs after one that can never complete."""
        self._aside: set[int] = set()
        """Jobs that only wait for their tenant to join."""
        self._ready: list[int] = []
        """Jobs to put in their queue with the arrivals of this instant."""
        self.over = 0
        """Of how many jobs it is known what became of them."""

    def arrive(self, jobs: Iterable[int]) -> None:
        """The jobs submitted now arrive; those made ready since the last time come back with them, by row."""
        coming = set(self._ready)
        self._ready = []
        for job in jobs:
            if self._record.outcome[job] == Outcome.WAITING:  # else it ran already when the run began
                if job in self._doomed or not self._is_possible(job):
                    self._is_impossible(job)
                else:
                    coming.add(job)
        self._withdraw([job for job in coming if self._account(job).left])
        for job in sorted(coming):
            account = self._account(job)
            if self._record.outcome[job] != Outcome.WAITING or (self._missing and self._missing[job]):
                continue
            if not account.present:
                self._aside.add(job)
            else:
                self._stage.order.add(job)
                self._stage.fresh.append(job)

    def again(self, job: int) -> None:
        """`job` lost its node, and waits once more."""
        self._ready.append(job)

    def ended(self, job: int, outcome: Outcome) -> None:
        """`job` has completed, or was killed: what comes after it is ready, or never will be."""
        self.over += 1
        if not self._followers:
            return
        if outcome is not Outcome.COMPLETED:
            self._doom(job)
            return
        for other in self._followers[job]:
            self._missing[other] -= 1
            if not self._missing[other] and other < self._stage.agenda.arrived:
                self._ready.append(other)

    def waits_for(self, job: int) -> int | None:
        """The first job that must have completed before `job` may start, and has not; None where none is left."""
        if not self._missing or not self._missing[job]:
            return None
        return next(one for one in self._workload.after(job) if self._record.outcome[one] != Outcome.COMPLETED)

    def join(self, account: Account) -> None:
        """A tenant joins: its jobs that waited for that are in the queue."""
        account.present, account.left = True, False
        mine = {job for job in self._aside if self._account(job) is account}
        self._aside -= mine
        self._ready += mine

    def leave(self, account: Account) -> None:
        """A tenant leaves: whatever of its jobs waits is withdrawn."""
        account.present, account.left = False, True
        waiting, arrived = self._record.outcome, range(self._stage.agenda.arrived)
        self._withdraw([job for job in arrived if self._account(job) is account and waiting[job] == Outcome.WAITING])

    def _withdraw(self, jobs: Iterable[int]) -> None:
        """`jobs` go with their tenant; only then is it known what can no longer come after them."""
        gone = [job for job in jobs if self._record.outcome[job] == Outcome.WAITING]
        for job in gone:
            if job in self._stage.order:
                self._stage.order.remove(job)
            self._aside.discard(job)
            self._record.withdrawn(job, self._stage.now)
        for job in gone:
            self.ended(job, Outcome.KILLED)

    def _is_impossible(self, job: int) -> None:
        self._record.outcome[job] = Outcome.IMPOSSIBLE
        self.over += 1
        self._doom(job)

    def _doom(self, job: int) -> None:
        """Whatever comes after `job` never can start; of what has yet to arrive that is known when it does."""
        lost = [job] if self._followers else []
        while lost:
            for other in self._followers[lost.pop()]:
                self._doomed.add(other)
                arrived = other < self._stage.agenda.arrived
                if arrived and self._record.outcome[other] == Outcome.WAITING and other not in self._stage.order:
                    self._record.outcome[other] = Outcome.IMPOSSIBLE
                    self.over += 1
                    lost.append(other)

    def _is_possible(self, job: int) -> bool:
        gang = self._stage.gangs[job]
        found = self._possible.get(gang.number)
        if found is None:
            found = self._possible[gang.number] = self._largest.holds(gang)
        return found and not self._account(job).lacks(gang, empty=True)

    def _account(self, job: int) -> Account:
        return self._stage.accounts[self._stage.tenant[job]]


def _dependencies(workload: Workload) -> tuple[list[int], list[list[int]]]:
    """Of each job how many others it waits for, and which wait for it; nothing where none does."""
    if not len(workload.after_job):
        return [], []
    missing: list[int] = (workload.after_start[1:] - workload.after_start[:-1]).tolist()
    followers: list[list[int]] = [[] for _ in missing]
    for job in range(len(workload)):
        for other in workload.after(job):
            followers[other].append(job)
    return missing, followers
