"""The search along one grid of changes, and a changed scenario to run.

The furthest value is tried first (if that is not enough, none nearer is expected to be), then the step doubles and is
bisected. What is found was run; `verified` says that the step before it was run as well and is not enough. More is not
always better (a larger task packs worse), so a smaller value may exist: what is claimed is only what was run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.core.ledger import Ledger
from allocator.core.model import Scenario, Tenant, Work
from allocator.core.resources import Quantities
from allocator.explanation.facts import Axis, Change
from allocator.explanation.trials import Trials


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid of changes, of which index 0 is none at all."""

    change: Callable[[int], Scenario]
    top: int
    guess: int
    """Where to look after the furthest: near what is missing."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to."""

    index: int | None
    """The least that was found enough; None where nothing tried was."""
    verified: bool
    """Whether the step before it was run and is not enough."""
    tried: bool
    """Whether the furthest was run at all."""
    inert: bool
    """Whether even the furthest changed no grant."""
    books: Ledger | None
    """Of the run that was enough."""


def find(trials: Trials, axis: Grid) -> Found:
    """The least index of `axis` that is enough, as far as doubling and bisecting can tell; every answer was run."""
    enough: dict[int, Ledger] = {}
    spent = False

    def try_out(index: int) -> bool:
        nonlocal spent
        books = trials.run(axis.change(index))
        if books is None:
            spent = True
            return False
        if trials.satisfied(books):
            enough[index] = books
        elif index == axis.top:
            inert.append(trials.same_grants(books))
        return index in enough

    inert: list[bool] = []
    low, high = 0, axis.top
    probe = max(1, min(axis.guess, axis.top))
    if not try_out(axis.top):
        tried = not spent
        if spent or inert == [True]:
            return Found(None, False, tried, inert == [True], None)
        # More is not always better: what the most of it does not bring, a little may.
        nearer = dict.fromkeys([probe, *(1 << power for power in range(axis.top.bit_length()))])
        reached = next((index for index in nearer if index < axis.top and try_out(index)), None)
        if reached is None:
            return Found(None, False, tried, False, None)
        probe, high = min(probe, reached), reached
    while probe < high and not try_out(probe):
        if spent:
            return Found(high, False, True, False, enough[high])
        low, probe = probe, probe * 2
    high = min(high, probe)
    while high - low > 1:
        middle = (low + high) // 2
        if try_out(middle):
            high = middle
        elif spent:
            return Found(high, False, True, False, enough[high])
        else:
            low = middle
    return Found(high, True, True, False, enough[high])


def told(
    trials: Trials,
    axis: Axis,
    found: Found,
    before: int | Fraction,
    value: Callable[[int], int | Fraction],
    top: int,
    *,
    resource: str | None = None,
    detail: Quantities | None = None,
    work: str = "",
) -> Change:
    """What was found along the axis, as a change; `value` says what an index of its grid stands for."""
    return Change(
        axis=axis,
        resource=resource,
        before=before,
        after=None if found.index is None else value(found.index),
        verified=found.verified,
        tried=value(top) if found.tried else None,
        inert=found.inert,
        detail=detail or {},
        work=work,
        payers=() if found.books is None else trials.payers(found.books),
    )


def with_tenant(trials: Trials, tenant: Tenant) -> Scenario:
    """The scenario with the tenant replaced."""
    scenario = trials.scenario
    tenants = (*scenario.tenants[: trials.index], tenant, *scenario.tenants[trials.index + 1 :])
    return replace(scenario, tenants=tenants)


def with_work(trials: Trials, changed: dict[int, Work]) -> Scenario:
    """The scenario with some of the tenant's work replaced, by order of declaration among all work."""
    account = trials.account(trials.base)
    works = sorted(account.works, key=lambda work: work.order)
    return with_tenant(
        trials, replace(account.tenant, work=tuple(changed.get(work.order, work.work) for work in works))
    )
