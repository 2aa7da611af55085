"""Holds a parsed file against the schema: unknown keys, missing keys, text where a table belongs.

Owns the translation of the schema's refusals to our words. Numbers, and what must agree, are checked where values
are built.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from allocator.core.text import did_you_mean
from allocator.scenario.faults import Collector
from allocator.scenario.positions import Path
from allocator.scenario.schema import NodeTable, PolicyTable, ScenarioFile, TenantTable, WorkTable
from allocator.scenario.time_schema import OF_KIND, EventTable, JobTable, SimulationTable, TraceTable
from allocator.scenario.values import found
from allocator.scenario.workload_tables import ShapeTable, WorkloadTable

_TABLES: dict[tuple[str, ...], type[BaseModel]] = {
    (): ScenarioFile,
    ("nodes",): NodeTable,
    ("policy",): PolicyTable,
    ("tenants",): TenantTable,
    ("tenants", "work"): WorkTable,
    ("simulation",): SimulationTable,
    ("jobs",): JobTable,
    ("workloads",): WorkloadTable,
    ("workloads", "shapes"): ShapeTable,
    ("trace",): TraceTable,
    ("events",): EventTable,
}
_NEEDED = {
    ("nodes", "capacity"): 'a node needs its capacity, such as { cpu = 4, memory = "16Gi" }',
    ("tenants", "name"): "a tenant needs a name",
    ("tenants", "work", "demand"): 'work needs a demand, such as { cpu = 1, memory = "4Gi" }',
    ("jobs", "tenant"): "a job needs the name of a tenant",
    ("jobs", "runtime"): "a job needs its run time, such as 10m",
    ("jobs", "demand"): 'a job needs a demand, such as { cpu = 1, memory = "4Gi" }',
    ("workloads", "shapes", "demand"): 'a shape needs a demand, such as { cpu = 1, memory = "4Gi" }',
    ("trace", "path"): "a trace needs the path of its file",
    ("events", "at"): "an event needs its time, such as 4h",
    ("events", "kind"): f"an event needs one of {', '.join(OF_KIND)}",
}
_EXPECTED = {
    "string_type": "text in quotes",
    "string_too_short": "a name that is not empty",
    "string_unicode": "text in Unicode",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list in [ ]",
    "too_short": "at least one item",
    "greater_than_equal": "at least 1",
}
_LISTS_OF_TABLES = {path for path in _TABLES if path not in ((), ("policy",), ("simulation",), ("trace",))}


def check_shape(tables: dict[str, Any], collect: Collector) -> set[Path]:
    """Tell `collect` of every key that is not as the schema has it.

    Returns:
        The paths of what must not be used; where a path is left out, what stands there has the kind it should.
    """
    try:
        ScenarioFile.model_validate(tables)
    except ValidationError as error:
        bad: set[Path] = set()
        for detail in error.errors(include_url=False):
            path = detail["loc"]
            bad.add(path)
            collect.fault(path, _words(detail["type"], path, detail["input"], detail.get("ctx", {})))
        return bad
    return set()


def _words(kind: str, path: Path, value: Any, context: dict[str, Any]) -> str:
    names = tuple(step for step in path if isinstance(step, str))
    if kind == "extra_forbidden":
        known = [field.alias or name for name, field in _TABLES[names[:-1]].model_fields.items()]
        return f"unknown key, expected one of {', '.join(known)}{did_you_mean(names[-1], known)}"
    if kind == "missing":
        return f"missing; {_NEEDED[names]}"
    if kind == "literal_error":
        return f"found {found(value)}, expected {context['expected']}"
    if kind == "list_type" and names in _LISTS_OF_TABLES:
        expected = f"tables, each under its own [[{'.'.join(names)}]]"
    else:
        expected = _EXPECTED.get(kind, "a table")
    return f"found {found(value)}, expected {expected}"
