"""What keeps a job that may start, and perhaps fits, from starting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from allocator.simulation.workload import NONE


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A job that is in the way of another."""

    cause: Literal["blocked", "reservation"]
    blocker: int
    """The job."""
    until_ms: int = NONE
    """When its reservation begins."""
