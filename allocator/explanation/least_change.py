"""The least change that would satisfy a tenant: of weight, priority, capacity or its own demand, found by runs.

Each axis is a grid of values, the least change first. The furthest is tried first (if that is not enough, none nearer
is expected to be), then the search doubles its step and bisects. What it returns was run; `verified` says that the
step before it was run as well and is not enough. More is not always better (a larger task packs worse), so a smaller
value may exist: what is claimed is only what was run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.core.ledger import Ledger, WorkAccount
from allocator.core.model import Scenario, Tenant, Work
from allocator.core.policy import Filling, filling
from allocator.core.resources import LARGEST, Quantities, is_bytes
from allocator.explanation.facts import Axis, Cause, Change
from allocator.explanation.trials import FURTHEST, Trials, has_all, stopped_by_limit

_MOST_RESOURCES = 2
"""Of how many resources that stopped it the capacity is searched by itself."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """A grid of changes, of which index 0 is none at all."""

    change: Callable[[int], Scenario]
    top: int
    guess: int
    """Where to look after the furthest: near what is missing."""


@dataclass(frozen=True, slots=True)
class _Found:
    index: int | None
    verified: bool
    inert: bool
    books: Ledger | None


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
        yield from _limit(trials)
        return
    if cause is not Cause.INFEASIBLE:
        trials.allow(Fraction(1, 5))
        yield from _fewer(trials, unmet)
        trials.allow(Fraction(1, 3))
        weight = _weight(trials)
        yield weight
        if weight.inert:
            trials.allow(Fraction(1, 4))
            yield from _priority(trials)
    names = list(short_of) or [name for work in unmet for name, _ in work.need]
    names = list(dict.fromkeys(names))[:_MOST_RESOURCES]
    alone = False
    for number, name in enumerate(names):
        trials.allow(Fraction(1, 2 + len(names) - number))
        change = _capacity(trials, unmet, name)
        alone = alone or change.after is not None
        yield change
    trials.allow(Fraction(1, 2))
    for shrinking in [names, []] if len(unmet) == 1 and not unmet[0].divisible else [[]]:
        smaller = list(_smaller(trials, unmet, shrinking))
        if not shrinking or any(change.after is not None for change in smaller):
            yield from smaller
            break
    # With one resource short, all of the capacity is the dearer form of more of that one.
    if not alone or len(names) > 1:
        trials.allow(Fraction(1))
        yield _all_capacity(trials)


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


# --- the search --------------------------------------------------------------------------------------------------


def _find(trials: Trials, axis: _Axis) -> _Found:
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
        if spent or inert == [True] or probe == axis.top or not try_out(probe):
            return _Found(None, not spent, inert == [True], None)
        high = probe
    while probe < high and not try_out(probe):
        if spent:
            return _Found(high, False, False, enough[high])
        low, probe = probe, probe * 2
    high = min(high, probe)
    while high - low > 1:
        middle = (low + high) // 2
        if try_out(middle):
            high = middle
        elif spent:
            return _Found(high, False, False, enough[high])
        else:
            low = middle
    return _Found(high, True, False, enough[high])


def _told(
    trials: Trials,
    axis: Axis,
    found: _Found,
    before: int | Fraction,
    value: Callable[[int], int | Fraction],
    top: int,
    *,
    resource: str | None = None,
    detail: Quantities | None = None,
    work: str = "",
) -> Change:
    return Change(
        axis=axis,
        resource=resource,
        before=before,
        after=None if found.index is None else value(found.index),
        verified=found.verified,
        tried=value(top),
        inert=found.inert,
        detail=detail or {},
        work=work,
        payers=() if found.books is None else trials.payers(found.books),
    )


def _with_tenant(trials: Trials, tenant: Tenant) -> Scenario:
    scenario = trials.scenario
    tenants = (*scenario.tenants[: trials.index], tenant, *scenario.tenants[trials.index + 1 :])
    return replace(scenario, tenants=tenants)


def _with_work(trials: Trials, changed: dict[int, Work]) -> Scenario:
    """The scenario with some of the tenant's work replaced, by order of declaration among all work."""
    account = trials.account(trials.base)
    works = sorted(account.works, key=lambda work: work.order)
    return _with_tenant(
        trials, replace(account.tenant, work=tuple(changed.get(work.order, work.work) for work in works))
    )


# --- axes of standing ----------------------------------------------------------------------------------------------


def _weight(trials: Trials) -> Change:
    tenant = trials.scenario.tenants[trials.index]
    grid = [tenant.weight, *weight_grid(tenant.weight)]
    twice = next(index for index, weight in enumerate(grid) if weight >= 2 * tenant.weight)
    axis = _Axis(
        lambda index: _with_tenant(trials, replace(tenant, weight=grid[index])), top=len(grid) - 1, guess=twice
    )
    return _told(trials, Axis.WEIGHT, _find(trials, axis), tenant.weight, grid.__getitem__, axis.top)


def weight_grid(weight: Fraction) -> list[Fraction]:
    """Every number of two significant digits above `weight`, up to `FURTHEST` times it, that one included."""
    step = Fraction(1, 10)
    while step * 100 <= weight:
        step *= 10
    while step * 10 > weight:
        step /= 10
    values = []
    value = (weight // step + 1) * step
    while value < FURTHEST * weight:
        values.append(value)
        if value >= step * 100:
            step *= 10
            value = (value // step) * step
        value += step
    return [*values, FURTHEST * weight]


def _priority(trials: Trials) -> Iterator[Change]:
    """A priority just before that of somebody else; nothing where the policy does not look at it."""
    tenant = trials.scenario.tenants[trials.index]
    ranks = {other.rank(work) for other in trials.scenario.tenants for work in other.work if other is not tenant}
    ranks |= {other.priority for other in trials.scenario.tenants}
    grid = [tenant.priority, *sorted({rank - 1 for rank in ranks if rank <= tenant.priority}, reverse=True)]
    if len(grid) < 2:
        return

    def change(index: int) -> Scenario:
        ahead = tuple(replace(work, priority=None) for work in tenant.work)
        return _with_tenant(trials, replace(tenant, priority=grid[index], work=ahead))

    axis = _Axis(change, top=len(grid) - 1, guess=1)
    found = _find(trials, axis)
    if not found.inert:
        yield _told(trials, Axis.PRIORITY, found, tenant.priority, grid.__getitem__, axis.top)


# --- axes of the pool ----------------------------------------------------------------------------------------------


def _capacity(trials: Trials, unmet: Sequence[WorkAccount], name: str) -> Change:
    there_is = trials.capacity.get(name, 0)
    missing = max(1, sum(_missing(work, name) for work in unmet))
    step = grid_step(trials.scenario, name, max(there_is, missing))
    whole = there_is // step

    def value(index: int) -> int:
        return (whole + index) * step if index else there_is

    furthest = min(LARGEST, trials.furthest * max(there_is, missing))
    if (wanted := _wanted_by_all(trials, name)) is not None:
        # Where all that everybody wants of it is there, more of it is no use to anybody.
        furthest = min(furthest, max(wanted, there_is + missing) + step)
    axis = _Axis(
        lambda index: replace(trials.scenario, capacity={**trials.scenario.capacity, name: value(index)}, nodes=()),
        top=max(1, furthest // step - whole),
        guess=-(-missing // step),
    )
    return _told(trials, Axis.CAPACITY, _find(trials, axis), there_is, value, axis.top, resource=name)


def _wanted_by_all(trials: Trials, name: str) -> int | None:
    """What everybody wants of a resource; None where some work is without limit, or slices keep all for their owner."""
    if filling(trials.prepared.policy) is Filling.SLICE:
        return None
    total = 0
    for tenant in trials.scenario.tenants:
        for work in tenant.work:
            amount = work.demand.get(name, 0)
            if amount and work.tasks is None:
                return None
            total += amount * (work.tasks or 0)
    return total


def _missing(work: WorkAccount, name: str) -> int:
    """How much of a resource the work wants and does not have; of work without limit, one task."""
    amount = dict(work.need).get(name, 0)
    tasks = work.work.tasks
    return amount if tasks is None else max(0, amount * tasks - work.granted.get(name, 0))


def grid_step(scenario: Scenario, name: str, scale: int) -> int:
    """The grid on which a capacity is searched: whole things where all is whole, else about a hundredth of `scale`."""
    if is_bytes(name):
        return byte_step(scale)
    amounts = [scenario.capacity.get(name, 0)]
    amounts += [work.demand.get(name, 0) for tenant in scenario.tenants for work in tenant.work]
    if all(amount % 1000 == 0 for amount in amounts):
        return 1000
    return next(step for step in (1000, 100, 10, 1) if step * 100 <= scale or step == 1)


def byte_step(scale: int) -> int:
    """The largest power of two that is at most 1/128 of `scale` bytes."""
    return 1 << max(0, (scale // 128).bit_length() - 1)


def _all_capacity(trials: Trials) -> Change:
    def change(index: int) -> Scenario:
        grown = {name: min(LARGEST, amount * (100 + index) // 100) for name, amount in trials.capacity.items()}
        return replace(trials.scenario, capacity=grown, nodes=())

    top = 100 * (trials.furthest - 1)
    wants = {name: _wanted_by_all(trials, name) for name, amount in trials.capacity.items() if amount}
    if wants and None not in wants.values():
        most = max(Fraction(want or 0, trials.capacity[name]) for name, want in wants.items())
        top = min(top, max(1, math.ceil(100 * most) - 100))
    axis = _Axis(change, top=top, guess=max(1, min(25, top // 2)))
    found = _find(trials, axis)
    return _told(trials, Axis.ALL_CAPACITY, found, Fraction(1), lambda index: Fraction(100 + index, 100), axis.top)


# --- axes of its own demand ----------------------------------------------------------------------------------------


def _fewer(trials: Trials, unmet: Sequence[WorkAccount]) -> Iterator[Change]:
    """Fewer tasks of the work that is unmet, the last served first, down to what it got."""
    cuttable = [work for work in unmet if not work.divisible and work.work.tasks is not None]
    most = sum((work.work.tasks or 0) - work.granted_tasks for work in cuttable)
    wanted = sum(work.work.tasks or 0 for work in cuttable)
    if not cuttable or trials.open_ended:
        return
    if most == wanted and most == 1:
        return  # one task that is refused: to want none is no answer

    def change(index: int) -> Scenario:
        changed = {}
        for work in reversed(cuttable):
            tasks = work.work.tasks or 0
            cut = min(index, tasks - work.granted_tasks)
            index -= cut
            changed[work.order] = replace(work.work, tasks=tasks - cut)
        return _with_work(trials, changed)

    # To want nothing at all would satisfy anybody.
    top = most - 1 if most == wanted else most
    # Mostly only what it got can be had: then two runs tell.
    found = _find(trials, _Axis(change, top=top, guess=max(1, top - 1)))
    name = cuttable[0].work.name if len(cuttable) == 1 and len(cuttable[0].owner.works) > 1 else ""
    yield _told(trials, Axis.FEWER, found, wanted, lambda index: wanted - index, top, work=name)


def _smaller(trials: Trials, shrinking: Sequence[WorkAccount], only: Sequence[str]) -> Iterator[Change]:
    """A smaller demand, in hundredths: of each task, or of all of divisible work; `only` of some resources."""
    if trials.open_ended:
        return

    def shrunk(work: WorkAccount, index: int) -> dict[str, int]:
        return {
            name: _part_of(name, amount, index, work.divisible) if not only or name in only else amount
            for name, amount in work.work.demand.items()
        }

    def change(index: int) -> Scenario:
        return _with_work(trials, {work.order: replace(work.work, demand=shrunk(work, index)) for work in shrinking})

    wants = sum(_whole_want(work) for work in shrinking)
    got = sum(min(1.0, _part(work)) * _whole_want(work) for work in shrinking)
    guess = math.ceil(100 * (1 - got / wants)) if wants else 50
    found = _find(trials, _Axis(change, top=99, guess=max(1, min(99, guess))))
    one = shrinking[0] if len(shrinking) == 1 else None
    detail: dict[str, int] = {}
    if one is not None and found.index is not None:
        times = (one.work.tasks or 1) if one.divisible else 1
        detail = {
            name: amount * times for name, amount in shrunk(one, found.index).items() if amount != one.work.demand[name]
        }
    yield _told(
        trials,
        Axis.SMALLER,
        found,
        Fraction(1),
        lambda index: Fraction(100 - index, 100),
        99,
        resource=only[0] if len(only) == 1 else None,
        detail=detail,
        work=one.work.name if one is not None and len(one.owner.works) > 1 else "",
    )


def _part_of(name: str, amount: int, less: int, divisible: bool) -> int:
    """`amount` with `less` hundredths off, on the grid that people write: a task's whole devices stay whole."""
    if is_bytes(name):
        smallest = byte_step(amount)
    else:
        smallest = 1000 if not divisible and name != "cpu" and amount % 1000 == 0 else 1
    return max(min(smallest, amount), amount * (100 - less) // 100 // smallest * smallest)


def _whole_want(work: WorkAccount) -> int:
    return work.work.tasks or 1


def _part(work: WorkAccount) -> float:
    """How much of its want the work got, by the least of its resources."""
    tasks = _whole_want(work)
    return min((work.granted.get(name, 0) / (amount * tasks) for name, amount in work.need), default=1.0)


def _limit(trials: Trials) -> Iterator[Change]:
    """A limit that holds all it wants: less cannot, so one run tells whether the pool would then give it."""
    tenant = trials.scenario.tenants[trials.index]
    wanted: dict[str, int] = {}
    for work in trials.account(trials.base).works:
        for name, amount in work.need:
            tasks = work.work.tasks
            more = work.granted.get(name, 0) + amount if tasks is None else amount * tasks
            wanted[name] = wanted.get(name, 0) + more
    raised = {name: wanted[name] for name, most in tenant.limit.items() if wanted.get(name, 0) > most}
    if not raised:
        return
    books = trials.run(_with_tenant(trials, replace(tenant, limit={**tenant.limit, **raised})))
    enough = books is not None and all(
        has_all(work) or (work.work.tasks is None and _one_more(trials, work)) for work in trials.account(books).works
    )
    first = next(iter(raised))
    yield Change(
        axis=Axis.LIMIT,
        resource=first if len(raised) == 1 else None,
        before=tenant.limit[first],
        after=raised[first] if enough else None,
        verified=books is not None,
        tried=raised[first],
        inert=False,
        detail=raised,
        work="",
        payers=trials.payers(books) if enough and books is not None else (),
    )


def _one_more(trials: Trials, work: WorkAccount) -> bool:
    before = next(one for one in trials.account(trials.base).works if one.order == work.order)
    return all(work.granted.get(name, 0) >= before.granted.get(name, 0) + amount for name, amount in work.need)
