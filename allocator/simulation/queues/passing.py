"""The two queues without reservations: nothing passes a job that does not fit, or anything may."""

from __future__ import annotations

from allocator.simulation.queues.obstacle import Obstacle
from allocator.simulation.stage import Stage


class Strict:
    """Start jobs in policy order; the first that does not fit blocks all others."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._head: int | None = None
        """The job that blocks."""

    def serve(self) -> None:
        """Start the head while it fits."""
        stage = self._stage
        self._head = None
        for job in stage.order.walk():
            spot = stage.find(job)
            if spot is None:
                self._head = job
                return
            stage.start(job, spot)

    def forget(self) -> None:
        """There is no plan."""

    def obstacle(self, job: int) -> Obstacle | None:
        """The head, for all others."""
        return None if self._head in (None, job) else Obstacle("blocked", self._head)


class Skip:
    """Start jobs in policy order, each that fits."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def serve(self) -> None:
        """Start whatever fits.

        After a pass nothing that waits fits, so where jobs only came in since, only they are tried.
        """
        stage = self._stage
        for job in stage.order.walk(None if stage.stirred else stage.fresh, without=stage.misfits):
            spot = stage.find(job)
            if spot is not None:
                stage.start(job, spot)

    def forget(self) -> None:
        """There is no plan."""

    def obstacle(self, job: int) -> Obstacle | None:
        """Nothing ever is in the way."""
        return None
