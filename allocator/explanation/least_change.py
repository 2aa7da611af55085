"""The least change that would satisfy a tenant: which are worth searching, in which order, with how much of the budget.

Runs nothing itself; `standing`, `pool` and `own_demand` each search one kind of change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from allocator.core.ledger import WorkAccount
from allocator.explanation import own_demand, pool, standing
from allocator.explanation.facts import Cause, Change
from allocator.explanation.trials import Trials, has_all, stopped_by_limit

_MOST_RESOURCES = 2
"""Of how many resources that stopped it the capacity is searched by itself."""


def search(trials: Trials, cause: Cause, short_of: Sequence[str]) -> tuple[Change, ...]:
    """The changes that were tried, one an axis, in the order that people would consider them.

    Args:
        trials: The tenant, and the budget of runs.
        cause: What stopped it.
        short_of: The resources that stopped it, the scarcest first.
    """
    return tuple(_changes(trials, cause, short_of))


def _changes(trials: Trials, cause: Cause, short_of: Sequence[str]) -> Iterator[Change]:
    unmet = _unmet(trials, cause)
    if not unmet:
        return
    if cause is Cause.LIMIT or _exceeds_limit(unmet):
        trials.allow(Fraction(1))
        yield from standing.limit(trials)
        return
    if cause is not Cause.INFEASIBLE:
        trials.allow(Fraction(1, 5))
        yield from own_demand.fewer(trials, unmet)
        trials.allow(Fraction(1, 3))
        weight = standing.weight(trials)
        yield weight
        if weight.inert:
            trials.allow(Fraction(1, 4))
            yield from standing.priority(trials)
    names = list(short_of) or [name for work in unmet for name, _ in work.need]
    names = list(dict.fromkeys(names))[:_MOST_RESOURCES]
    alone = False
    for number, name in enumerate(names):
        trials.allow(Fraction(1, 2 + len(names) - number))
        change = pool.capacity(trials, unmet, name)
        alone = alone or change.after is not None
        yield change
    trials.allow(Fraction(1, 2))
    for shrinking in [names, []] if len(unmet) == 1 and not unmet[0].divisible else [[]]:
        smaller = list(own_demand.smaller(trials, unmet, shrinking))
        if not shrinking or any(change.after is not None for change in smaller):
            yield from smaller
            break
    # With one resource short, more of that one is the cheapest form of more capacity.
    if not alone:
        trials.allow(Fraction(1, 2))
        yield from pool.together(trials, unmet)
    if not alone or len(names) > 1:
        trials.allow(Fraction(1))
        yield pool.all_capacity(trials)


def _unmet(trials: Trials, cause: Cause) -> list[WorkAccount]:
    """The tenant's work that is to get more, in order of service."""
    base = trials.base
    works = [work for work in trials.account(base).works if not has_all(work)]
    if cause is Cause.LIMIT:
        return works
    return [work for work in works if work.infeasible or not stopped_by_limit(base, work)]


def _exceeds_limit(unmet: Sequence[WorkAccount]) -> bool:
    """Whether one task of some work is more than the tenant's own limit."""
    return any(
        work.owner.tenant.limit.get(name, amount) < (1 if work.divisible else amount)
        for work in unmet
        for name, amount in work.need
    )
