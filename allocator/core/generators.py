"""The values of generated workloads: a process of arrivals and what each job is drawn from. Draws nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from allocator.core.resources import Quantities


@dataclass(frozen=True)
class Draw:
    """A distribution or a process, by name, with its parameters."""

    kind: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Durations are whole milliseconds, all else is as it was written."""


@dataclass(frozen=True)
class Shape:
    """One shape of demand among several."""

    demand: Quantities
    """What one task needs."""
    share: float = 1.0
    """How often, in proportion to the others."""


@dataclass(frozen=True)
class Generator:
    """One `[[workloads]]` table: a stream of jobs of one tenant, or dealt among several."""

    tenants: tuple[str, ...]
    """Who submits; empty is every tenant of the scenario."""
    name: str = ""
    """Jobs are called `name-1`, `name-2`, ...; empty is the preset or the tenant."""
    preset: str = ""
    """A named workload that fills in whatever is left out here."""
    arrivals: Draw | None = None
    runtime: Draw | None = None
    shapes: tuple[Shape, ...] = ()
    tasks: Draw | None = None
    estimate: Draw | None = None
    skew: float = 0.0
    """Jobs are dealt to the tenants by Zipf's law with this exponent; 0 deals evenly."""
    load: float | None = None
    """Inter-arrival times are scaled until the offered load of the tightest resource is this."""
    jobs: int | None = None
    """At most this many."""
    from_ms: int = 0
    until_ms: int | None = None
    """No arrivals from then on; None is the end of the run."""
    priority: int | None = None
    deadline_ms: int | None = None
    """Of each job, counted from its submit time."""
    pools: tuple[str, ...] = ()
