"""What a scenario file may hold: its keys, their kinds and what each means, for the loader and for editors.

Owns the shape only: which keys exist, and whether each is text, a table or a list. What a number may be, and what
must agree with what, is `building`'s. Never reads a file, never makes a value of the core.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from allocator.scenario.fields import Table, amounts, pools
from allocator.scenario.time_schema import EventTable, JobTable, SimulationTable, TraceTable, event_kinds
from allocator.scenario.workload_tables import WorkloadTable

DRAFT = "http://json-schema.org/draft-07/schema#"
"""Taplo and Even Better TOML read this draft."""

_OPTIONS: dict[str, Any] = {"type": "object", "additionalProperties": True}
_WEIGHT: dict[str, Any] = {
    "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+|/[0-9]+)?$"}]
}
_TASKS: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 0}, {"const": "unlimited", "type": "string"}]}
_HELD: dict[str, Any] = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+|/[0-9]+)?$"}]
}
_USE: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["use"],
            "properties": {
                "use": {"type": "string", "minLength": 1, "description": "The policy's name."},
                "as": {"type": "string", "minLength": 1, "description": "What the comparison calls it."},
                "options": {**_OPTIONS, "description": "Options for this use alone; before [policy.options]."},
            },
        },
    ]
}


# A tenant with one kind of work says these of itself, a tenant with several of each.
_TASKS_FIELD: Any = Field(
    default=None,
    description="How many tasks it wants, those that run included; only whole ones are granted. "
    "Left out: wanted once, and any fraction may be granted.",
    examples=[40, "unlimited"],
    json_schema_extra=_TASKS,
)
_DIVISIBLE_FIELD: Any = Field(
    default=None,
    description="Whether a fraction of a task may be granted. Default: true without `tasks`, false with it.",
)
_HELD_FIELD: Any = Field(
    default=None, description="How many of the tasks run already.", examples=[3], json_schema_extra=_HELD
)


class NodeTable(Table):
    """One node, or `count` equal ones."""

    name: str = Field(
        default="node", min_length=1, description="Its name; with `count`, the nodes are name-1, name-2, ..."
    )
    count: int | None = Field(default=None, ge=1, description="How many equal nodes this stands for.", examples=[3])
    capacity: dict[str, Any] = amounts(
        "What one such node has.", {"cpu": 4, "memory": "16Gi", "nvidia.com/gpu": 1}, default=...
    )
    pool: str = Field(default="", description="A label of your own: a partition, a flavor.", examples=["gpu"])
    load: dict[str, Any] = amounts(
        "What others use there already: it counts as load when a node is picked, and is not there to be shared.",
        {"cpu": 1},
        default={},
    )


class WorkTable(Table):
    """One kind of task that a tenant wants."""

    name: str | None = Field(
        default=None, min_length=1, description="Unique inside the tenant; default: work-1, work-2, ..."
    )
    demand: dict[str, Any] = amounts("What ONE task needs.", {"cpu": "500m", "memory": "1Gi"}, default=...)
    tasks: Any = _TASKS_FIELD
    divisible: bool | None = _DIVISIBLE_FIELD
    held: Any = _HELD_FIELD
    priority: int | None = Field(
        default=None,
        description="The lower number goes first, inside the tenant; default: the tenant's.",
        examples=[200],
    )
    pools: list[str] = pools("its tasks")


class TenantTable(Table):
    """Who shares the cluster: a team, a namespace, a queue, an account."""

    name: str = Field(min_length=1, description="Required and unique.", examples=["analytics"])
    weight: Any = Field(
        default=1,
        description="A larger one gets more; above 0. Decimals are exact; text such as '1/3' is a fraction.",
        examples=[2, 0.5, "1/3"],
        json_schema_extra=_WEIGHT,
    )
    priority: int = Field(default=100, description="The lower number goes first.", examples=[10])
    demand: dict[str, Any] | None = amounts(
        "What ONE task needs. Where a tenant has several kinds of work, use [[tenants.work]] instead.",
        {"cpu": 1, "memory": "4Gi"},
        default=None,
    )
    tasks: Any = _TASKS_FIELD
    divisible: bool | None = _DIVISIBLE_FIELD
    held: Any = _HELD_FIELD
    work: list[WorkTable] | None = Field(default=None, description="Several kinds of work, instead of one `demand`.")
    pools: list[str] = pools("its tasks")
    guarantee: dict[str, Any] = amounts("The least it is owed of a resource, if it wants that.", {"cpu": 2}, default={})
    limit: dict[str, Any] = amounts("The most it may be granted of a resource.", {"cpu": 6}, default={})


class PolicyTable(Table):
    """How to share, and what to compare it with."""

    use: Any = Field(
        default="drf",
        description="The policy that decides: its name, or a table with the name and options.",
        examples=["drf", "fair-share", {"use": "drf", "options": {"key": "current"}}],
        json_schema_extra=_USE,
    )
    compare: list[Any] = Field(
        default=[],
        description="The policies that --compare runs, in this order; default: every built-in.",
        examples=[["fair-share", {"use": "drf", "as": "drf, current key", "options": {"key": "current"}}]],
        json_schema_extra={"items": _USE},
    )
    on_misfit: Literal["skip", "stop"] = Field(
        default="skip", description="What does not fit in full: 'skip' goes on with the next, 'stop' ends the round."
    )
    share_of: list[str] | None = Field(
        default=None,
        min_length=1,
        description="The resources that shares are measured in; the others still constrain. Default: every one.",
        examples=[["cpu", "memory"]],
    )
    options: dict[str, dict[str, Any]] = Field(
        default={},
        description="Options of one policy each, by the policy's name; `fairheap policies` lists them.",
        examples=[{"drf": {"key": "after"}}],
        json_schema_extra={"additionalProperties": _OPTIONS},
    )


class ScenarioFile(Table):
    """Who shares a cluster, what they want, what there is, and by which policy it is shared."""

    title: str = Field(default="", description="One line that says what the scenario shows.", examples=["Two teams"])
    capacity: dict[str, Any] | None = amounts(
        "What there is to share, as one pool; or give [[nodes]] instead.", {"cpu": 9, "memory": "18Gi"}, default=None
    )
    nodes: list[NodeTable] | None = Field(
        default=None,
        description="The nodes that make up the pool, instead of [capacity]; with a [trace] the pool may be left out, "
        "and is then what the trace says.",
    )
    policy: PolicyTable = Field(default=PolicyTable(), description="How to share it; default: drf.")
    tenants: list[TenantTable] = Field(default=[], description="Who shares, in the order that decides ties.")
    tenants_from: str | None = Field(
        default=None,
        min_length=1,
        description="A CSV file of more tenants, relative to this file; columns name, weight, priority, work, tasks, "
        "divisible, held and one a resource. Rows of one name are its work.",
        examples=["tenants.csv"],
    )
    simulation: SimulationTable = Field(default=SimulationTable(), description="How a run over time goes.")
    jobs: list[JobTable] = Field(default=[], description="Work with a submit time and a run time.")
    workloads: list[WorkloadTable] = Field(default=[], description="Jobs that are generated.")
    trace: TraceTable | None = Field(default=None, description="A file of recorded jobs to replay.")
    events: list[EventTable] = Field(
        default=[], description="What happens at a time; at one instant by priority, then as declared."
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7, self-contained) of a scenario file, for editors and `fairheap schema`."""
    schema = ScenarioFile.model_json_schema(ref_template="#/definitions/{model}")
    definitions = {name: _tidied(body) for name, body in schema.pop("$defs").items()}
    for name in ("policy", "simulation"):
        del schema["properties"][name]["default"]
    given = [_needs("capacity"), _needs("nodes")]
    # A trace may know the nodes itself.
    schema["oneOf"] = [*given, {**_needs("trace"), "not": {"anyOf": given}}]
    # Without anything to run over time, a tenant without a demand was hardly meant.
    wants = {"properties": {"tenants": {"items": {"anyOf": [_needs("demand"), _needs("work")]}}}}
    schema["anyOf"] = [_needs("jobs"), _needs("workloads"), _needs("trace"), wants]
    definitions["TenantTable"]["not"] = _needs("demand", "work")
    definitions["TraceTable"]["not"] = _needs("load", "scale")
    definitions["EventTable"]["oneOf"] = event_kinds()
    return {"$schema": DRAFT, **_tidied(schema), "title": "Fairheap scenario", "definitions": definitions}


def _needs(*keys: str) -> dict[str, Any]:
    return {"required": list(keys)}


def _tidied(table: dict[str, Any]) -> dict[str, Any]:
    """`table` without what TOML cannot hold: no `null` branch of an optional key, no `null` default."""
    for name, field in table.get("properties", {}).items():
        branches = field.get("anyOf", [])
        kept = [branch for branch in branches if branch != {"type": "null"}]
        if len(kept) == 1 < len(branches):
            del field["anyOf"]
            # What was said of the field goes before what its kind says of itself.
            table["properties"][name] = field = {**kept[0], **field}
        elif branches:
            field["anyOf"] = kept
        if field.get("default", ...) is None:
            del field["default"]
    return table
