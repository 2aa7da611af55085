"""A run as columns: what became of each job, and what capacity was up when. Every metric is computed from this alone.

So another engine that yields the same columns gets the same report. Computes nothing but what follows at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Literal

import numpy as np

from allocator.core.timeline import Event
from allocator.simulation.workload import NONE, Column, Workload

Ended = Literal["drained", "horizon", "interrupted"]


class Outcome(IntEnum):
    """What became of a job by the end of the run."""

    WAITING = 0
    """Submitted (or to be submitted later), not started; or lost to a failed node and back in its queue."""
    RUNNING = 1
    COMPLETED = 2
    KILLED = 3
    """At its limit, by a node that failed, or withdrawn with its tenant before it started."""
    IMPOSSIBLE = 4
    """No node can ever hold it, its tenant's limit never allows it, or what it waits for can never complete."""

    @property
    def word(self) -> str:
        """As `--jobs-out` has it: completed, killed, running, waiting or impossible."""
        return self.name.lower()


@dataclass(frozen=True)
class Pieces:
    """Who was where when: a row for each attempt of a job and each node it had tasks on."""

    job: Column
    node: Column
    """Index into the cluster's nodes; 0 where all is one pool."""
    tasks: Column
    start: Column
    end: Column
    """ms; where it still ran when the run stopped, that instant."""
    lost: Column
    """1 where the attempt came to nothing: killed, or lost with its node."""


@dataclass(frozen=True)
class Wait:
    """Why one job waited from one instant to another; only of jobs that were watched."""

    job: int
    from_ms: int
    to_ms: int
    """NONE where it still waited when the run stopped."""
    cause: Literal["short", "limit", "blocked", "reservation", "dependency", "absent", "down"]
    """Nothing held it for want of `short_of`; its tenant's limit or slice; behind a head that blocks (`blocker`); it
    would delay the reservation of `blocker`; a job it comes after; its tenant had not joined; no node of its pools
    was up."""
    short_of: tuple[str, ...] = ()
    """The resources that were too few: in total, or on every node."""
    blocker: int = NONE
    """A job, or NONE."""
    until_ms: int = NONE
    """When the reservation that was in the way begins."""
    key_words: str = ""
    """The key it waited under at first, in the policy's words; empty where the policy does not explain."""


@dataclass(frozen=True)
class Serve:
    """One start while jobs are watched: which job, when, and the key it was served under, in the policy's words."""

    at_ms: int
    job: int
    key_words: str
    """Of the job, or of its tenant where the policy ranks tenants; empty where the policy does not explain."""


@dataclass(frozen=True)
class Run:
    """One workload under one policy."""

    workload: Workload
    start: Column
    """ms of the first start, NONE where it never started; 0 for a job that ran already."""
    last_start: Column
    """ms of the start of the last attempt; equal to `start` unless it was lost and started again."""
    end: Column
    """ms it completed or was killed, NONE otherwise."""
    node: Column
    """The node of its first task in the last attempt, NONE where it never started."""
    outcome: Column
    """An `Outcome` each."""
    stopped_ms: int
    """When the run stopped: the horizon, the last end under "drain", or where it was interrupted."""
    ended: Ended
    capacity_at: Column
    """(steps,): ms at which what was up changed; the first is 0."""
    capacity: Column
    """int64 (steps, nodes, resources): what was up from then on, in smallest units."""
    spread: Pieces | None = None
    """Where not every job had one attempt on one node."""
    events: Sequence[Event] = ()
    """Those that happened, in the order in which they did."""
    waits: Sequence[Wait] = field(default=())
    """Of the jobs that were watched, in order of (job, time)."""
    served: Sequence[Serve] = ()
    """Every start, in the order in which they happened; only where jobs were watched."""

    @cached_property
    def pieces(self) -> Pieces:
        """Who was where when."""
        if self.spread is not None:
            return self.spread
        ran = np.flatnonzero(self.start != NONE)
        end = np.where(self.end[ran] == NONE, self.stopped_ms, self.end[ran])
        lost = (self.outcome[ran] == Outcome.KILLED).astype(np.int64)
        return Pieces(ran, self.node[ran], self.workload.tasks[ran], self.last_start[ran], end, lost)
