"""Changes of how a tenant stands among the others: its weight, its priority, its limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocator.core.ledger import WorkAccount
from allocator.core.model import Scenario
from allocator.explanation.facts import Axis, Change
from allocator.explanation.grids import weight_grid
from allocator.explanation.searching import Grid, find, told, with_tenant
from allocator.explanation.trials import Trials, has_all


def weight(trials: Trials) -> Change:
    """A larger weight, in two significant digits."""
    tenant = trials.scenario.tenants[trials.index]
    grid = [tenant.weight, *weight_grid(tenant.weight)]
    twice = next(index for index, weight in enumerate(grid) if weight >= 2 * tenant.weight)
    axis = Grid(lambda index: with_tenant(trials, replace(tenant, weight=grid[index])), top=len(grid) - 1, guess=twice)
    return told(trials, Axis.WEIGHT, find(trials, axis), tenant.weight, grid.__getitem__, axis.top)


def priority(trials: Trials) -> Iterator[Change]:
    """A priority just before that of somebody else; nothing where the policy does not look at it."""
    tenant = trials.scenario.tenants[trials.index]
    ranks = {other.rank(work) for other in trials.scenario.tenants for work in other.work if other is not tenant}
    ranks |= {other.priority for other in trials.scenario.tenants}
    grid = [tenant.priority, *sorted({rank - 1 for rank in ranks if rank <= tenant.priority}, reverse=True)]
    if len(grid) < 2:
        return

    def change(index: int) -> Scenario:
        ahead = tuple(replace(work, priority=None) for work in tenant.work)
        return with_tenant(trials, replace(tenant, priority=grid[index], work=ahead))

    axis = Grid(change, top=len(grid) - 1, guess=1)
    found = find(trials, axis)
    if not found.inert:
        yield told(trials, Axis.PRIORITY, found, tenant.priority, grid.__getitem__, axis.top)


def limit(trials: Trials) -> Iterator[Change]:
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
    books = trials.run(with_tenant(trials, replace(tenant, limit={**tenant.limit, **raised})))
    enough = books is not None and all(
        has_all(work) or (work.work.tasks is None and _one_more(trials, work)) for work in trials.account(books).works
    )
    first = next(iter(raised))
    yield Change(
        axis=Axis.LIMIT,
        resource=first if len(raised) == 1 else None,
        before=tenant.limit[first],
        after=raised[first] if enough else None,
        verified=enough,
        tried=None if books is None else raised[first],
        inert=False,
        detail=raised,
        work="",
        payers=trials.payers(books) if enough and books is not None else (),
    )


def _one_more(trials: Trials, work: WorkAccount) -> bool:
    before = next(one for one in trials.account(trials.base).works if one.order == work.order)
    return all(work.granted.get(name, 0) >= before.granted.get(name, 0) + amount for name, amount in work.need)
