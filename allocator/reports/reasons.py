"""Why a work got what it got, in one sentence for people. Words only: what stopped it is decided before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Protocol

from allocator.core.decision import Outcome
from allocator.core.resources import Quantities
from allocator.core.text import sanitize
from allocator.reports import units


class Cause(Enum):
    """What stopped a work, or that nothing did."""

    NOTHING = "granted all"
    WANTED_NOTHING = "wanted nothing"
    NEVER_FITS = "infeasible"
    POOL = "the pool ran out"
    LIMIT = "its limit"
    SLICE = "its slice"
    ROUND_ENDED = "the round ended"
    POLICY = "the policy"
    TODAY = "what runs today"

    @classmethod
    def of(
        cls, outcome: Outcome, *, short_of: Sequence[str], limited: bool, confined: bool, stops: bool, today: bool
    ) -> Cause:
        """The cause behind an outcome.

        Args:
            outcome: What came of the work.
            short_of: Resources of which less than one more task is left.
            limited: Whether the tenant's limit holds no more.
            confined: Whether the policy keeps everybody inside a slice.
            stops: Whether the first misfit ended the round.
            today: Whether it is what runs today, which no policy granted.
        """
        if outcome is Outcome.GRANTED:
            return cls.NOTHING
        if outcome is Outcome.IDLE:
            return cls.WANTED_NOTHING
        if outcome is Outcome.INFEASIBLE:
            return cls.NEVER_FITS
        if today:
            return cls.TODAY
        if limited:
            return cls.LIMIT
        if confined:
            return cls.SLICE
        if short_of:
            return cls.POOL
        return cls.ROUND_ENDED if stops else cls.POLICY


@dataclass(frozen=True, slots=True)
class Room:
    """The node that comes nearest to holding one task, where none does."""

    name: str
    """Empty where there is none in the pools of the work."""
    free: Quantities
    """What there is on it."""
    most: Quantities
    """The most there is of each resource on any of those that the work may use."""
    of_pools: bool
    """Whether the work may use only some."""
    merged: bool
    """Whether it is all nodes of a label."""


class WorkLike(Protocol):
    """What `of_tenant` reads of a work's result."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def outcome(self) -> Outcome: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


def sentence(
    cause: Cause,
    *,
    tasks_granted: int | Fraction,
    tasks_wanted: int | None,
    divisible: bool,
    satisfaction: float | None,
    need: Quantities,
    left: Quantities,
    short_of: Sequence[str],
    limit: Quantities,
    capacity: Quantities,
    room: Room | None = None,
) -> str:
    """Why a work got what it got.

    Args:
        cause: What stopped it.
        tasks_granted: Usable tasks.
        tasks_wanted: None where without limit.
        divisible: Whether fractions may be granted.
        satisfaction: Granted / wanted; None where without limit.
        need: What one task needs.
        left: What is free at the end.
        short_of: Resources of which less than one more task is left.
        limit: The tenant's limit.
        capacity: The whole pool.
        room: The node that comes nearest, where one task exceeds every node.
    """
    if cause is Cause.NOTHING:
        return "got all it wanted"
    if cause is Cause.WANTED_NOTHING:
        return "wanted nothing"
    if cause is Cause.NEVER_FITS:
        return _never_fits(divisible, need, limit, capacity, room)
    if cause is Cause.TODAY:
        return f"runs {_part(tasks_granted, tasks_wanted, divisible, satisfaction)} today"
    got = f"got {_part(tasks_granted, tasks_wanted, divisible, satisfaction)}"
    if cause is Cause.LIMIT:
        named = [units.named(name, limit[name]) for name in need if name in limit]
        return f"{got}; its own limit of {units.names_in_words(named)} holds no more"
    if cause is Cause.SLICE:
        return f"{got}; its slice holds no more, and what others leave idle is not lent"
    if cause is Cause.ROUND_ENDED:
        return f"{got}; the round ended at an earlier misfit (on_misfit = stop)"
    if cause is Cause.POLICY:
        return f"{got}; the policy grants it no more"
    if divisible:
        # Each resource that ran out is named; a divisible work could use any amount of it.
        return f"{got}; no {units.names_in_words([units.short(name) for name in short_of])} is left"
    lacking = [f"{units.named(name, need[name])}, {units.amount(name, left[name])} is left" for name in short_of]
    return f"{got}; one more task needs {'; and '.join(lacking)}"


def _part(granted: int | Fraction, wanted: int | None, divisible: bool, satisfaction: float | None) -> str:
    if divisible and satisfaction is not None:
        return f"{units.percent(satisfaction)} of what it wanted"
    if wanted is None:
        return f"{units.tasks(float(granted))} of unlimited tasks"
    return f"{units.tasks(float(granted))} of {units.count(wanted, 'task')}"


def _never_fits(divisible: bool, need: Quantities, limit: Quantities, capacity: Quantities, room: Room | None) -> str:
    for name, amount in need.items():
        least = 1 if divisible else amount
        if not capacity.get(name, 0) and amount:
            return f"can never run: it needs {units.short(name)}, and the pool has none"
        if capacity.get(name, 0) < least:
            there_is = units.amount(name, capacity[name])
            return f"can never run: one task needs {units.named(name, amount)}, the whole pool has {there_is}"
        if not divisible and limit.get(name, least) < least:
            return f"can never run: one task needs {units.named(name, amount)}, its limit is " + units.amount(
                name, limit[name]
            )
    return "can never run" if room is None else _no_room(need, room)


def _no_room(need: Quantities, room: Room) -> str:
    what = "label" if room.merged else "node"
    if not room.name:
        return f"can never run: no {what} is in its pools"
    lacking = [name for name, amount in need.items() if room.free.get(name, 0) < amount]
    there_is = units.names_in_words([units.amount(name, room.free.get(name, 0)) for name in lacking])
    nearest = sanitize(room.name)
    if all(room.most[name] < need[name] for name in lacking):
        needs = units.names_in_words([units.named(name, need[name]) for name in lacking])
        which = f"the largest {what}{' of its pools' if room.of_pools else ''} ({nearest})"
        return f"can never run: one task needs {needs}, {which} has {there_is}"
    has = units.names_in_words(
        [f"{units.amount(n, room.free.get(n, 0))} of {units.named(n, need[n])}" for n in lacking]
    )
    return f"can never run: no {what} has all that one task needs; {nearest} comes nearest, with {has}"


def of_tenant(outcome: Outcome, works: Sequence[WorkLike]) -> str:
    """The sentence for a tenant: that of its work, or of the first of several that did not get all."""
    asking = [work for work in works if work.outcome is not Outcome.IDLE]
    if not asking:
        return "wanted nothing"
    if len(works) == 1 or outcome is Outcome.GRANTED:
        return asking[0].reason
    unmet = [work for work in asking if work.outcome is not Outcome.GRANTED]
    first = unmet[0]
    more = f" ({units.count(len(unmet) - 1, 'more work', 'more works')} unmet)" if len(unmet) > 1 else ""
    return f"{first.name}: {first.reason}{more}" if first.name else f"{first.reason}{more}"
