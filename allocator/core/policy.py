"""The contract of a policy: who is next, and when that answer may change.

A policy is any object with a pure `key`; the engine does the rest. No base class and no registration: it is found by
its entry point. What a policy offers beyond `key` (`entitle`, `explain`, `columns`) is a small protocol of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Protocol, runtime_checkable

from allocator.core.resources import Quantities

Key = Any
"""Anything with a total order, the same kind for every claim of one policy: an int, a float, a tuple of them."""


class Ranks(Enum):
    """What stands in the heap."""

    WORK = "work"
    """Each work by itself."""
    TENANTS = "tenants"
    """Each tenant, served its work by (priority, declaration): the first that still wants and fits."""


class KeyChange(Enum):
    """When a key may change; the engine picks the upkeep of its heap from this, and checks it in debug mode."""

    STATIC = "static"
    """Never while waiting: a pop grants all that fits."""
    OWN_USAGE = "own-usage"
    """Only for the tenant just served: a pop grants one task."""


class Filling(Enum):
    """How divisible work is granted."""

    NONE = "none"
    """Like any other: a pop takes all that fits."""
    DOMINANT_SHARE = "dominant-share"
    """One level of weighted dominant share rises for all (progressive filling); whole tasks are served when it
    reaches their key, which must be a float of the same measure."""
    ENTITLEMENT = "entitlement"
    """Tenants get their entitlement, each resource by itself; what whole tasks leave over is filled max-min."""
    SLICE = "slice"
    """Nobody, whole tasks included, gets more than its entitlement; there is no heap, and what is unused stays idle."""


@dataclass(slots=True)
class Claim:
    """What stands in the heap: a work, or a tenant with the work it would be served next.

    The engine keeps it current; to a policy it is read-only. Mappings have every resource of the scenario, 0 included.
    """

    tenant: str
    work: str
    order: int
    """Order of declaration, which decides ties."""
    weight: int
    """Over the common denominator of all weights, so that a share is one division of whole numbers."""
    weight_unit: int
    """That denominator: `weight / weight_unit` is the weight as the scenario has it."""
    priority: int
    """Lower first."""
    demand: Quantities
    """What one task needs."""
    tasks: int | None
    """Tasks wanted, after limits; None is without limit."""
    wanted: Quantities | None
    """All tasks together, after limits; None is without limit."""
    usage: Mapping[str, Any]
    """What the tenant holds by now, of all its work. Over time, under a policy with a `half_life_ms`, its decayed
    use instead: floats, in units that grow so that the order of two tenants stays as it is while time passes."""
    entitlement: Quantities | None = None
    """What `entitle` gave the tenant, for a policy that has it."""
    submit_ms: int = 0
    """Over time: when the job was submitted, from the start of the run. `tasks` is then its gang."""
    estimate_ms: int | None = None
    """Over time: what its owner says it will take; None in a one-shot allocation."""
    deadline_ms: int | None = None
    """Over time: when it should have ended; None for a job without one."""


@dataclass(frozen=True, slots=True)
class TenantView:
    """A tenant as `entitle` sees it."""

    name: str
    weight: int
    """Over the common denominator of all weights."""
    wanted: Mapping[str, int | None]
    """Of each resource, after limits, each resource by itself; None is without limit."""
    guarantee: Quantities
    """The least it is owed; may exceed what it wants."""


class Policy(Protocol):
    """Decides who is served next."""

    ranks: ClassVar[Ranks]
    key_change: ClassVar[KeyChange]

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """Rank `claim`: the smallest key is served first, equal keys by order of declaration.

        Pure: equal arguments give equal keys, so the engine asks once per change and keeps the answer in its heap.

        Args:
            claim: Who asks; amounts are in smallest units.
            capacity: The resources that shares are measured in, and how much there is of each, free or not.
                No entry is zero; the mapping itself may be empty.
        """


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a policy: a keyword argument of its class, documented and checked."""

    name: str
    default: str
    choices: tuple[str, ...]
    help: str
    resources: bool = False
    """Whether the name of a resource of the capacity is accepted beside the choices."""
    durations: bool = False
    """Whether a duration such as `7d` is accepted beside the choices; the policy is given the text."""
    over_time: bool = False
    """Whether it means something only over time."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a policy says of itself to people."""

    summary: str
    """One sentence: who is served first."""
    definition: str
    """The key in the field's notation, and what a pop grants."""
    source: str
    """Author, title, year, section."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """Known properties, such as Pareto efficient or strategy-proof: yes, no, or under which terms."""


@runtime_checkable
class Entitling(Protocol):
    """A policy whose key reads an entitlement, computed once before the first pop."""

    def entitle(self, tenants: Sequence[TenantView], capacity: Quantities) -> Sequence[Quantities]:
        """What each tenant is entitled to of each resource, in the order of `tenants`; whole units.

        Args:
            tenants: All of them, in order of declaration.
            capacity: Every resource that there is any of, whether shares are measured in it or not.
        """


@runtime_checkable
class Explaining(Protocol):
    """A policy that says its key in words."""

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key of `claim` in words, as a noun, such as `share 0.67 of memory`."""


@runtime_checkable
class OverTime(Protocol):
    """A policy that ranks by something else over time than in one allocation."""

    def over_time(self, offered_load: Mapping[str, float]) -> Policy:
        """The policy that ranks the jobs of a run.

        Args:
            offered_load: Of each resource, work submitted by capacity; the largest is the tightest.
        """


@runtime_checkable
class Columnar(Protocol):
    """A policy with `STATIC` keys that ranks a million rows of work without an object for each."""

    def columns(self, rows: Any, capacity: Any) -> Sequence[Any]:
        """Key columns, the most significant first; each an array with an entry a row.

        Args:
            rows: An `allocator.bulk.ranking.Ranking`: arrays `demand` and `wanted` (rows, resources) in smallest
                units, `unlimited`, `weight` and `priority` (rows,), and `size(capacity, measure, weighing)`. Over time
                rows are jobs, with `submit`, `estimate` and `deadline` (rows,), ms; the largest int64 for no deadline.
            capacity: int64 (resources,); only resources that shares are measured in, none is zero.
        """


def filling(policy: Policy) -> Filling:
    """How `policy` grants divisible work: its `filling`, or `Filling.NONE` where it does not say."""
    return getattr(policy, "filling", Filling.NONE)


def half_life_ms(policy: Policy) -> int | None:
    """The half-life of the use that `policy` ranks tenants by, over time; None where it ranks by current use."""
    found: int | None = getattr(policy, "half_life_ms", None)
    return found


def needs_time(policy: Policy | type[Policy]) -> bool:
    """Whether `policy` says nothing in a one-shot allocation: it ranks by what only jobs have."""
    return bool(getattr(policy, "needs_time", False))


def options(policy: Policy | type[Policy]) -> tuple[Option, ...]:
    """The options `policy` declares, none where it does not say."""
    return tuple(getattr(policy, "options", ()))
