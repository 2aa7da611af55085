"""What one tenant gains or loses between two grants of its own work.

Owns the definition of gain and lose, in exact numbers; says nothing of why, and prints nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from allocator.core.model import Work
from allocator.core.resources import Quantities
from allocator.results import TenantResult

Tasks = int | Fraction
"""Usable tasks of one work: whole ones, or a fraction of divisible work."""

VISIBLE = Fraction(1, 200)
"""Below half a percent of what it had, one unit more or less of divisible work is how a policy rounded."""


class Direction(Enum):
    """Which way a tenant goes."""

    GAIN = "gain"
    LOSE = "lose"
    SAME = "same"


def judged(works: Sequence[Work], before: Sequence[Tasks], after: Sequence[Tasks], capacity: Quantities) -> Direction:
    """Whether `after` is more of a tenant's own work than `before`.

    Counted in usable tasks of each work by itself, so that nothing granted but useless counts. It gains where some
    work has more and none has less, loses where some has less and none more. Where one work grew and another shrank,
    the larger usable dominant share decides, and an equal one is the same. A difference in divisible work of at most
    one smallest unit of its coarsest resource, and below `VISIBLE`, is rounding, not a change.

    Args:
        works: The tenant's work, in order of declaration.
        before: Usable tasks of each, one entry a work.
        after: Likewise.
        capacity: The resources that shares are measured in; none is zero.
    """
    more = less = False
    for work, had, has in zip(works, before, after, strict=True):
        if had != has and not (work.divisible and _rounding(work, had, has)):
            more = more or has > had
            less = less or has < had
    if more and less:
        had_share, has_share = (_dominant_share(works, tasks, capacity) for tasks in (before, after))
        more, less = has_share > had_share, has_share < had_share
    return Direction.GAIN if more else Direction.LOSE if less else Direction.SAME


def _rounding(work: Work, had: Tasks, has: Tasks) -> bool:
    coarsest = min((amount for amount in work.demand.values() if amount), default=0)
    moved = abs(Fraction(has) - had)
    return moved * coarsest <= 1 and moved < VISIBLE * max(had, has)


def _dominant_share(works: Sequence[Work], tasks: Sequence[Tasks], capacity: Quantities) -> Fraction:
    largest = Fraction(0)
    for name, there_is in capacity.items():
        used = Fraction(0)
        for work, count in zip(works, tasks, strict=True):
            used += work.demand.get(name, 0) * count
        largest = max(largest, used / there_is)
    return largest


@dataclass(frozen=True, slots=True)
class Change:
    """One tenant under two allocations."""

    before: TenantResult
    after: TenantResult
    direction: Direction

    @property
    def name(self) -> str:
        """The tenant's name, raw."""
        return self.after.name

    @property
    def moved(self) -> dict[str, int]:
        """Granted after less granted before, of each resource, in smallest units."""
        return {name: amount - self.before.granted.get(name, 0) for name, amount in self.after.granted.items()}

    @property
    def size(self) -> float:
        """How much it matters to the tenant: the change of its satisfaction, or of its dominant share where it wants
        without limit; above 0 where that rose."""
        if self.before.satisfaction is not None and self.after.satisfaction is not None:
            return self.after.satisfaction - self.before.satisfaction
        return self.after.dominant_share - self.before.dominant_share


def between(before: TenantResult, after: TenantResult, capacity: Quantities) -> Change:
    """The change of one tenant from `before` to `after`."""
    works = after.tenant.work
    return Change(before, after, judged(works, usable_tasks(before), usable_tasks(after), capacity))


def usable_tasks(result: TenantResult) -> list[Tasks]:
    """The usable tasks of each work, in order of declaration."""
    return [work.tasks_granted for work in result.work]
