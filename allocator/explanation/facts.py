"""What an explanation says, as values: what stopped a tenant, who was before it, what would satisfy it, who would pay.

Holds and converts; searches nothing and writes no sentence. Amounts are whole numbers of the smallest unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from allocator.core.decision import Kind
from allocator.core.resources import Quantities, unit
from allocator.registry import Prepared
from allocator.results import TenantResult, number


class Cause(Enum):
    """What stopped a tenant, or that nothing did."""

    NOTHING = "nothing"
    IDLE = "idle"
    INFEASIBLE = "infeasible"
    LIMIT = "limit"
    SLICE = "slice"
    POOL = "pool"
    ROUND_ENDED = "round ended"
    POLICY = "policy"


class Axis(Enum):
    """What a change changes."""

    FEWER = "fewer tasks"
    WEIGHT = "weight"
    PRIORITY = "priority"
    CAPACITY = "capacity"
    ALL_CAPACITY = "all capacity"
    SMALLER = "smaller demand"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Taker:
    """A tenant that holds some of what ran out."""

    name: str
    weight: Fraction
    amount: int
    """Of the resource that stopped the other, at that moment."""
    key_words: str
    """The key under which it was last served of it, in words; empty where the policy says none."""
    level: float | None
    """Filling: the level, share / weight, at which it left or stood."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The decision after which a tenant could get no more."""

    step: int | None
    """1 is the first decision; None where no decision of its own stopped it, or the log was not read to there."""
    kind: Kind | None
    resource: str | None
    """The resource that stopped it; of several the one it lacks most of. None where none did."""
    short_of: tuple[str, ...]
    need: Quantities
    """What one more task needs; for divisible work all that was still missing."""
    left: Quantities
    """What was left at that moment."""
    key_words: str
    level: float | None
    """Filling: the level, share / weight, at which it froze."""
    takers: tuple[Taker, ...]
    """The largest holders of `resource` but itself, at that moment, largest first."""
    other_takers: int
    """How many more held some."""
    others_amount: int
    """What those held."""
    froze_with: int
    """Filling: how many others froze at the same level."""
    done_before: int
    """Filling: how many others had all they wanted below that level."""
    rose_on: int
    """Filling: how many others went above that level."""
    ended_by: str | None
    """The tenant whose misfit ended the round (`on_misfit = "stop"`)."""


@dataclass(frozen=True, slots=True)
class Payer:
    """A tenant that would lose under a change."""

    name: str
    lost: Quantities
    """What it would have less of."""
    share: float
    """The largest part of any one resource's capacity that it would lose."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change that was tried, and what the engine made of it."""

    axis: Axis
    resource: str | None
    """Of which resource, where it is about one."""
    before: int | Fraction
    """Weight, priority, tasks; capacity and limit in smallest units; a factor of all capacity, or of one demand; for
    the capacity of several resources 0, and `after` how many times what it lacks is added."""
    after: int | Fraction | None
    """The value that was found enough by a run; None where none of those tried was."""
    verified: bool
    """Whether one step of the grid less was run too and is not enough; False where the search was cut short."""
    tried: int | Fraction | None
    """The furthest value that was tried; None where the budget did not last for one."""
    inert: bool
    """Whether even the furthest value changed no grant at all."""
    detail: Quantities
    """Amounts that belong to it. Smaller demand: what one task would need (divisible work: all of it) of the resources
    that shrink. Limit, or capacity of several resources: the new ones."""
    work: str
    """The one work it is about, where the tenant has several."""
    payers: tuple[Payer, ...]
    """Who would lose, the largest loss first; empty is nobody."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one tenant got what it got under one policy."""

    policy: Prepared
    result: TenantResult
    resources: tuple[str, ...]
    """Those it wants or got any of, what stopped it first."""
    capacity: Quantities
    held: Quantities | None
    """What it holds before any decision; None where the scenario does not say."""
    cause: Cause
    stop: Stop | None
    """None where nothing stopped it."""
    goal: str
    """What a change is to reach: `all it wants`, or for work without limit `one more task`."""
    changes: tuple[Change, ...]
    runs: int
    """How often the engine was run for the changes."""
    cut_short: bool
    """Whether the budget of runs ended before the search did."""
    decisions_read: int
    log_cut: bool
    """Whether the decisions were too many to read to the end."""

    def to_dict(self) -> dict[str, Any]:
        """Every number of the text, for programs.

        Keys: `mode` ("explain"), `policy`, `units`, `tenant` (name, weight, priority, tasks_*, and of each resource
        wanted, held, granted, entitled, fair_share, borrowed; satisfaction, outcome, reason), `cause` (a `Cause`),
        `stop` (null, or step, kind, resource, short_of, need, left, key, level, takers, other_takers, others_amount,
        froze_with, done_before, rose_on, ended_by), `goal`, `changes` (axis, resource, work, before, after, verified,
        tried, changes_nothing, amounts, payers), `runs`, `cut_short`, `decisions_read`, `log_cut`.
        Amounts are in smallest units; an undefined number is null.
        """
        from allocator.version import __version__

        result = self.result
        return {
            "fairheap": __version__,
            "mode": "explain",
            "policy": self.policy.described(over_time=False),
            "units": {name: unit(name) for name in result.granted},
            "tenant": {
                "name": result.name,
                "weight": number(result.tenant.weight),
                "priority": result.tenant.priority,
                "tasks_wanted": result.tasks_wanted,
                "tasks_held": None if result.tasks_held is None else number(result.tasks_held),
                "tasks_granted": number(result.tasks_granted),
                "wanted": None if result.wanted is None else dict(result.wanted),
                "held": None if self.held is None else dict(self.held),
                "granted": dict(result.granted),
                "usable": dict(result.usable),
                "entitled": dict(result.entitled),
                "fair_share": dict(result.fair_share),
                "borrowed": result.borrowed,
                "satisfaction": result.satisfaction,
                "outcome": result.outcome.value,
                "reason": result.reason,
            },
            "cause": self.cause.value,
            "stop": None if self.stop is None else stop_dict(self.stop),
            "goal": self.goal,
            "changes": [_change_dict(change) for change in self.changes],
            "runs": self.runs,
            "cut_short": self.cut_short,
            "decisions_read": self.decisions_read,
            "log_cut": self.log_cut,
        }


def stop_dict(stop: Stop) -> dict[str, Any]:
    """A `Stop` for JSON."""
    return {
        "step": stop.step,
        "kind": stop.kind.value if stop.kind else None,
        "resource": stop.resource,
        "short_of": list(stop.short_of),
        "need": dict(stop.need),
        "left": dict(stop.left),
        "key": stop.key_words,
        "level": stop.level,
        "takers": [
            {
                "name": taker.name,
                "weight": number(taker.weight),
                "amount": taker.amount,
                "key": taker.key_words,
                "level": taker.level,
            }
            for taker in stop.takers
        ],
        "other_takers": stop.other_takers,
        "others_amount": stop.others_amount,
        "froze_with": stop.froze_with,
        "done_before": stop.done_before,
        "rose_on": stop.rose_on,
        "ended_by": stop.ended_by,
    }


def _change_dict(change: Change) -> Mapping[str, Any]:
    return {
        "axis": change.axis.value,
        "resource": change.resource,
        "work": change.work,
        "before": number(change.before),
        "after": None if change.after is None else number(change.after),
        "verified": change.verified,
        "tried": None if change.tried is None else number(change.tried),
        "changes_nothing": change.inert,
        "amounts": dict(change.detail),
        "payers": [{"name": payer.name, "lost": dict(payer.lost)} for payer in change.payers],
    }
