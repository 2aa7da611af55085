"""What is written down while a run goes: columns of jobs, attempts and capacity. Computes nothing from them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.core.timeline import Event
from allocator.simulation.floor import Spot
from allocator.simulation.run import Ended, Outcome, Pieces, Run, Serve, Wait
from allocator.simulation.workload import NONE, Workload, column


class Record:
    """The columns of a run that goes on.

    Args:
        workload: The jobs.
        whole: Whether a spot counts a gang as one task: then its tasks are those of the job.
        capacity: (nodes, resources): what is up at the start.
    """

    def __init__(self, workload: Workload, whole: bool, capacity: list[list[int]]) -> None:
        jobs = len(workload)
        self.start = [NONE] * jobs
        self.last_start = [NONE] * jobs
        self.end = [NONE] * jobs
        self.node = [NONE] * jobs
        self.outcome = [int(Outcome.WAITING)] * jobs
        self.events: list[Event] = []
        self._workload = workload
        self._whole = whole
        self._tasks: list[int] = workload.tasks.tolist()
        self._attempts: list[tuple[int, int, int, int, int, int]] = []
        """As the columns of `Pieces`."""
        self._capacity_at = [0]
        self._capacity = [capacity]

    def started(self, job: int, spot: Spot, now_ms: int) -> None:
        """`job` starts at `spot`."""
        if self.start[job] == NONE:
            self.start[job] = now_ms
        self.last_start[job] = now_ms
        self.node[job] = spot[0][0]
        self.outcome[job] = Outcome.RUNNING

    def ended(self, job: int, spot: Spot, now_ms: int, outcome: Outcome) -> None:
        """The attempt of `job` at `spot` ends; WAITING where it is lost and will be started again."""
        if outcome is not Outcome.WAITING:
            self.end[job] = now_ms
        self.outcome[job] = outcome
        self._attempt(job, spot, now_ms, outcome is not Outcome.COMPLETED)

    def _attempt(self, job: int, spot: Spot, end_ms: int, lost: bool) -> None:
        for node, tasks in spot:
            tasks = self._tasks[job] if self._whole else tasks
            self._attempts.append((job, node, tasks, self.last_start[job], end_ms, lost))

    def withdrawn(self, job: int, now_ms: int) -> None:
        """`job` left the queue with its tenant."""
        self.end[job] = now_ms
        self.outcome[job] = Outcome.KILLED

    def capacity(self, now_ms: int, up: list[list[int]]) -> None:
        """From now on, this is up."""
        if self._capacity_at[-1] == now_ms:
            self._capacity[-1] = up
        elif up != self._capacity[-1]:
            self._capacity_at.append(now_ms)
            self._capacity.append(up)

    def close(
        self,
        running: Sequence[tuple[int, Spot]],
        stopped_ms: int,
        ended: Ended,
        waits: Sequence[Wait],
        served: Sequence[Serve],
    ) -> Run:
        """The run, stopped at `stopped_ms` while `running` still ran."""
        for job, spot in running:
            self._attempt(job, spot, stopped_ms, lost=False)
        if ended == "drained":
            # What was lost with its node may end last, and never run again.
            stopped_ms = max([0, stopped_ms, *(attempt[4] for attempt in self._attempts)])
        ran = sum(start != NONE for start in self.start)
        # A job that was withdrawn after its attempt was lost has one attempt, but no end of its own that tells of it.
        plain = len(self._attempts) == ran and all(
            not lost or self.end[job] == end for job, _, _, _, end, lost in self._attempts
        )
        return Run(
            workload=self._workload,
            start=column(self.start),
            last_start=column(self.last_start),
            end=column(self.end),
            node=column(self.node),
            outcome=column(self.outcome),
            stopped_ms=stopped_ms,
            ended=ended,
            capacity_at=column(self._capacity_at),
            capacity=np.array(self._capacity, np.int64).reshape(
                len(self._capacity), len(self._capacity[0]), len(self._workload.resources)
            ),
            spread=None if plain else self._pieces(),
            events=tuple(self.events),
            waits=tuple(waits),
            served=tuple(served),
        )

    def _pieces(self) -> Pieces:
        rows = sorted(self._attempts, key=lambda piece: (piece[0], piece[3]))
        columns = column(rows).reshape(len(rows), 6).T
        return Pieces(*(np.ascontiguousarray(one) for one in columns))
