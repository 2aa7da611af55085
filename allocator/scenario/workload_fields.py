"""The keys of a `[[workloads]]` table, for the loader and for editors. What may be drawn is in `core.draws`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from allocator.core.draws import ARRIVALS, ESTIMATES, MOST_JOBS, PRESETS, RUNTIMES, TASKS
from allocator.core.kinds import Family, Parameter
from allocator.scenario import draws
from allocator.scenario.fields import DURATION, Table, amounts, duration, pools

JOBS = Parameter("jobs", "whole", "at most this many", optional=True, least=1, most=MOST_JOBS)
SKEW = Parameter(
    "skew", "number", "jobs are dealt to the tenants by Zipf's law with this exponent; 0 deals evenly", 0.0, most=20
)
LOAD = Parameter(
    "load",
    "number",
    "times between arrivals are scaled until the offered load of the tightest resource is this",
    optional=True,
    above=True,
    most=100,
)
SHARE = Parameter("share", "number", "how often this one, in proportion to the others", 1.0, above=True)


def _drawn(family: Family, description: str, example: object) -> Any:
    return Field(default=None, description=description, examples=[example], json_schema_extra=draws.schema(family))


def _number(one: Parameter, example: object) -> Any:
    meaning = f"{one.meaning[0].upper()}{one.meaning[1:]}."
    schema = draws.parameter_schema(one)
    return Field(default=one.default, description=meaning, examples=[example], json_schema_extra=schema)


class ShapeTable(Table):
    """One shape of demand among several."""

    demand: dict[str, Any] = amounts("What ONE task needs.", {"cpu": 8, "memory": "64Gi"}, default=...)
    share: Any = _number(SHARE, 0.2)


class WorkloadTable(Table):
    """Jobs that are generated: when they arrive, and what each is drawn from."""

    name: str = Field(
        default="",
        description="Its jobs are NAME-1, NAME-2, ...; default: the preset, or the tenant.",
        examples=["nightly"],
    )
    preset: Any = Field(
        default=None,
        description="A named workload that fills in whatever is left out here.",
        examples=["noisy-neighbour"],
        json_schema_extra={"enum": list(PRESETS)},
    )
    tenant: str | None = Field(default=None, description="Who submits.", examples=["analytics"])
    tenants: list[str] | None = Field(
        default=None,
        min_length=1,
        description="Who submits, instead of one tenant; default: every tenant.",
        examples=[["analytics", "web"]],
    )
    arrivals: Any = _drawn(ARRIVALS, "When jobs arrive.", {"kind": "poisson", "mean": "30s"})
    runtime: Any = _drawn(
        RUNTIMES, "How long a job runs; a plain duration is for all.", {"kind": "lognormal", "mean": "10m", "cv": 2}
    )
    demand: dict[str, Any] | None = amounts(
        "What ONE task of every job needs.", {"cpu": 1, "memory": "4Gi"}, default=None
    )
    shapes: list[ShapeTable] | None = Field(
        default=None, min_length=1, description="Several demands instead of one; each job has one of them."
    )
    tasks: Any = _drawn(TASKS, "How many tasks a job has, all of which start together; default: 1.", 4)
    estimates: Any = _drawn(
        ESTIMATES, "What owners say a job will take; default: its run time.", {"kind": "factor", "most": 3}
    )
    skew: Any = _number(SKEW, 1)
    load: Any = _number(LOAD, 0.9)
    jobs: Any = _number(JOBS, 1000)
    from_: Any = Field(
        default="0s", alias="from", description="No job before.", examples=["8h"], json_schema_extra=DURATION
    )
    until: Any = duration("No job from then on; default: the end of the run.", "18h")
    priority: int | None = Field(
        default=None, description="Of each job; the lower number goes first; default: the tenant's.", examples=[10]
    )
    deadline: Any = duration("When each job should have ended, counted from its submit time.", "2h")
    pools: list[str] = pools("a job")
