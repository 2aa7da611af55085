"""What may pass a waiting job that does not fit: one module a discipline, each one pass over the policy's order."""

from __future__ import annotations

from typing import Protocol

from allocator.core import timeline
from allocator.simulation.queues.passing import Skip, Strict
from allocator.simulation.stage import Stage


class Queue(Protocol):
    """Decides which waiting jobs start."""

    def serve(self) -> None:
        """One pass: start what may start now."""

    def forget(self) -> None:
        """Something happened that no plan foresaw: nodes, weights, priorities or tenants changed."""


def queue_for(name: timeline.Queue, stage: Stage) -> Queue:
    """The queue that a scenario names, over what waits on `stage`."""
    return {"strict": Strict, "skip": Skip}.get(name, Skip)(stage)
