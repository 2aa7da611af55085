"""What a scenario file may hold about time: how a run goes, jobs, a trace and events. As `schema`, shape only."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import Field

from allocator.core.timeline import AtLimit, Estimates, EventKind, OnFailure, Placement, Queue, TraceFormat
from allocator.scenario.fields import DURATION, POSITIVE, SPAN, Table, amounts, duration, pools, span

OF_KIND: dict[EventKind, tuple[str, ...]] = {
    "node-down": ("node",),
    "node-up": ("node",),
    "drain": ("node",),
    "capacity": ("capacity",),
    "weight": ("tenant", "value"),
    "priority": ("tenant", "value"),
    "tenant-join": ("tenant",),
    "tenant-leave": ("tenant",),
    "note": ("text",),
}
"""What an event of each kind needs beside `at` and `kind`; "capacity" needs `node` too where there are nodes."""

OF_ANY = ("at", "kind", "priority", "text")
"""The keys that every event may have."""


class SimulationTable(Table):
    """How a run over time goes, where there are jobs to run."""

    duration: Any = Field(
        default="drain",
        description='When the run stops: a duration, or "drain": when all is done.',
        examples=["8h"],
        json_schema_extra={"anyOf": [SPAN, {"type": "string", "enum": ["drain"]}]},
    )
    seed: int = Field(default=1, description="What chance starts from: the same seed, the same run.", examples=[42])
    queue: Queue = Field(
        default="skip",
        description="What may pass a job that does not fit: 'strict' nothing, 'skip' anything, 'easy' what does not "
        "delay the first, 'conservative' what delays none before it.",
    )
    placement: Placement = Field(
        default="least-loaded", description="Which node a task goes to; 'pool' takes all nodes of a label as one."
    )
    estimates: Estimates = Field(
        default="given", description="Plan with the estimates of the jobs, or with their true run times ('exact')."
    )
    at_limit: AtLimit = Field(
        default="kill", description="What becomes of a job that outlives its estimate: 'extend' lets it run on."
    )
    on_failure: OnFailure = Field(
        default="requeue", description="What becomes of the jobs of a node that fails: 'requeue' starts them again."
    )


class JobTable(Table):
    """Work with a submit time and a run time; or `count` equal ones, one `every` so often."""

    tenant: str = Field(min_length=1, description="Who submits it: one of [[tenants]].", examples=["ci"])
    name: str | None = Field(
        default=None,
        min_length=1,
        description="Unique; what `after` refers to. With `count`, the jobs are name-1, name-2, ...",
        examples=["build"],
    )
    submit: Any = duration("When it arrives, from the start of the run.", "5m", default="0s")
    runtime: Any = duration("How long it runs if nothing stops it.", "10m", default=...)
    estimate: Any = span("How long its owner says it will run; default: its run time.", "15m")
    demand: dict[str, Any] = amounts("What ONE task needs.", {"cpu": 2, "memory": "4Gi"}, default=...)
    tasks: Any = Field(
        default=1,
        description="How many tasks it has: they start together, or none does.",
        examples=[4],
        json_schema_extra={"type": "integer", "minimum": 1},
    )
    priority: int | None = Field(
        default=None, description="The lower number goes first; default: the tenant's.", examples=[10]
    )
    deadline: Any = span("How long after its submit time it should have ended.", "1h")
    after: list[str] = Field(
        default=[],
        description="Names of the jobs that must have completed before it may start. The name of jobs with a `count` "
        "is all of them, or in jobs with a `count` the one of the same number.",
        examples=[["build"]],
        json_schema_extra={"items": {"type": "string", "minLength": 1}},
    )
    pools: list[str] = pools("it")
    count: int | None = Field(default=None, ge=1, description="How many equal jobs this stands for.", examples=[20])
    every: Any = duration("How long after one of them the next arrives; default: all arrive together.", "5m")


class TraceTable(Table):
    """A file of recorded jobs to replay."""

    path: str = Field(min_length=1, description="The file, relative to this one.", examples=["kth-sp2.swf.gz"])
    format: TraceFormat | None = Field(
        default=None, description="Its format; default: told from the file.", examples=["swf"]
    )
    tenant: str | None = Field(
        default=None,
        min_length=1,
        description="Which column is the tenant; default: the format's own.",
        examples=["user"],
    )
    load: Any = Field(
        default=None,
        description="Scale the times between arrivals until the offered load of the tightest resource is this.",
        examples=[0.9],
        json_schema_extra=POSITIVE,
    )
    scale: Any = Field(
        default=1,
        description="Divide the times between arrivals by this: 2 is twice the load.",
        examples=[1.5],
        json_schema_extra=POSITIVE,
    )
    from_: Any = Field(
        default=None,
        alias="from",
        description="Begin here, on the trace's own clock, which is 0 at its first submit; what ran then is placed "
        "first.",
        examples=["7d"],
        json_schema_extra=DURATION,
    )
    to: Any = span("Leave out what was submitted from here on, on the trace's own clock.", "14d")
    nodes_from: str | None = Field(
        default=None,
        min_length=1,
        description="A file with the nodes: .machines, `scontrol show node` or `sinfo` output, or a CSV.",
        examples=["kth.machines"],
    )
    fields: list[str] = Field(
        default=[],
        description="The order of the fields of a file without a header.",
        examples=[["JobID", "User", "Submit", "Start", "End"]],
        json_schema_extra={"items": {"type": "string", "minLength": 1}},
    )
    options: dict[str, str] = Field(
        default={}, description="What a reader alone understands.", examples=[{"memory": "node"}]
    )


class EventTable(Table):
    """Something that happens at a time."""

    at: Any = duration("When, from the start of the run.", "4h", default=...)
    kind: EventKind = Field(
        description="What: a node goes down (its jobs are lost), comes up again, or takes no new task ('drain'); "
        "'capacity' of a node or of the pool; a tenant's 'weight' or 'priority'; a tenant joins or leaves; or a 'note'."
    )
    priority: int = Field(default=100, description="The lower number goes first among events of one instant.")
    node: str | None = Field(
        default=None,
        min_length=1,
        description="Of node-down, node-up and drain, and of capacity where there are nodes.",
        examples=["worker-3"],
    )
    tenant: str | None = Field(
        default=None, min_length=1, description="Of weight, priority, tenant-join and tenant-leave.", examples=["web"]
    )
    capacity: dict[str, Any] | None = amounts(
        "Of capacity: the new amounts of the resources named.", {"cpu": 2}, default=None
    )
    value: Any = Field(
        default=None,
        description="The new weight or priority.",
        examples=[2],
        json_schema_extra={
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+|/[0-9]+)?$"}]
        },
    )
    text: str | None = Field(
        default=None, description="Of a note; welcome on any.", examples=["the night shift takes over"]
    )


def event_kinds() -> list[dict[str, Any]]:
    """Which keys go with which kind, as branches of the schema of an event."""
    own = dict.fromkeys(key for keys in OF_KIND.values() for key in keys if key not in OF_ANY)
    branches = []
    for kind in get_args(EventKind):
        needed = OF_KIND[kind]
        allowed = (*needed, "node") if kind == "capacity" else needed
        others = [{"required": [key]} for key in own if key not in allowed]
        branch: dict[str, Any] = {"properties": {"kind": {"enum": [kind]}}, "required": list(needed)}
        branches.append({**branch, "not": {"anyOf": others}})
    return branches
