"""What may pass a waiting job that does not fit: one module a discipline, each one pass over the policy's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from allocator.core import timeline
from allocator.simulation.queues.conservative import Conservative
from allocator.simulation.queues.easy import Easy
from allocator.simulation.queues.obstacle import Obstacle
from allocator.simulation.queues.passing import Skip, Strict
from allocator.simulation.stage import Stage


class Queue(Protocol):
    """Decides which waiting jobs start."""

    def serve(self) -> None:
        """One pass: start what may start now."""

    def forget(self) -> None:
        """Something happened that no plan foresaw: nodes, weights, priorities or tenants changed."""

    def obstacle(self, job: int) -> Obstacle | None:
        """After a pass: the job that is in the way of `job`, which waits on; None where room is all that it lacks."""


_QUEUES: dict[timeline.Queue, Callable[[Stage], Queue]] = {
    "strict": Strict,
    "skip": Skip,
    "easy": Easy,
    "conservative": Conservative,
}


def queue_for(name: timeline.Queue, stage: Stage) -> Queue:
    """The queue of that name, over what waits on `stage`."""
    return _QUEUES[name](stage)
