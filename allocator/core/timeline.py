"""The values of a scenario over time: jobs, what is generated or replayed, events, and how a run goes. Immutable.

All times are whole milliseconds from the start of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from allocator.core.resources import Quantities

Queue = Literal["strict", "skip", "easy", "conservative"]
"""What may pass a job that does not fit: nothing, anything, or what delays no reservation (of the head, of all)."""
Placement = Literal["first-fit", "best-fit", "most-loaded", "least-loaded", "dot-product", "power-of-two", "pool"]
"""Which node a task goes to; "pool" takes all nodes as one."""
Estimates = Literal["given", "exact"]
"""Plan with the estimates of the jobs, or with their true run times."""
AtLimit = Literal["kill", "extend"]
"""What becomes of a job that outlives its estimate."""
OnFailure = Literal["requeue", "kill"]
"""What becomes of the jobs of a node that fails."""
TraceFormat = Literal["swf", "slurm", "openb", "philly"]
"""Which reader of `formats.traces` a trace is read by."""
EventKind = Literal[
    "node-down", "node-up", "drain", "capacity", "weight", "priority", "tenant-join", "tenant-leave", "note"
]


@dataclass(frozen=True)
class SimulationSettings:
    """The `[simulation]` table: how a run goes."""

    duration_ms: int | None = None
    """The horizon; None drains: until every job is done."""
    seed: int = 1
    queue: Queue = "skip"
    placement: Placement = "least-loaded"
    estimates: Estimates = "given"
    at_limit: AtLimit = "kill"
    on_failure: OnFailure = "requeue"


@dataclass(frozen=True)
class Job:
    """Work with a submit time and a run time."""

    tenant: str
    submit_ms: int
    runtime_ms: int
    demand: Quantities
    """What ONE task needs."""
    name: str = ""
    """Unique among the jobs that have one; what `after` refers to."""
    tasks: int = 1
    """A gang: all start at once, or none."""
    estimate_ms: int | None = None
    """What its owner says it will take; None is its run time."""
    priority: int | None = None
    """Lower first; None takes the tenant's."""
    deadline_ms: int | None = None
    """When it should have ended, counted from the start of the run."""
    after: tuple[str, ...] = ()
    """Names of the jobs that must have completed before it may start."""
    pools: tuple[str, ...] = ()
    """Labels of the nodes it may run on; empty is any."""


@dataclass(frozen=True)
class Event:
    """Something that happens at a time; those of one instant in order of (priority, declaration)."""

    at_ms: int
    kind: EventKind
    priority: int = 100
    """Lower first among the events of one instant."""
    node: str = ""
    """Of "node-down", "node-up", "drain" and, where there are nodes, "capacity"."""
    tenant: str = ""
    """Of "weight", "priority", "tenant-join" and "tenant-leave"."""
    capacity: Quantities = field(default_factory=dict)
    """Of "capacity": the new amounts of the resources named, of the node or of the pool."""
    value: object = None
    """Of "weight" a Fraction above 0, of "priority" an int."""
    text: str = ""
    """Of "note", and welcome on any."""


@dataclass(frozen=True)
class TraceUse:
    """The `[trace]` table: a file of recorded jobs to replay."""

    path: str
    """As it stands in the scenario, relative to `directory`."""
    directory: str = ""
    """Of the scenario; not part of the file."""
    format: str = ""
    """A `TraceFormat`; empty is told from the file."""
    tenant: str = ""
    """Which column is the tenant, in the words of the reader; empty is the reader's default."""
    load: float | None = None
    """Inter-arrival times are scaled until the offered load of the tightest resource is this; None keeps them."""
    scale: float = 1.0
    """Inter-arrival times are divided by this: 2 is twice the load."""
    from_ms: int | None = None
    """Of the trace's own clock, 0 at its first submit; jobs that ran then are placed first."""
    to_ms: int | None = None
    nodes_from: str = ""
    """A file with the nodes: a `.machines` file, `scontrol show node` or `sinfo` output, a node CSV."""
    fields: tuple[str, ...] = ()
    """The order of the fields of a file without a header."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What a reader alone understands, such as `memory = "node"` or a file of shares."""
