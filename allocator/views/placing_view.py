"""What nodes hold of what the pool promises, for people: tasks by tenant, and what is stranded where."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import Column, Table, wrap
from allocator.results import Allocation
from allocator.simulation.one_shot import OnNodes
from allocator.views import tenant_table
from allocator.views.comparison_words import distinct_names
from allocator.views.style import Style

UNKNOWN = "So many tasks are not placed one by one: the nodes may hold fewer than the pool promises."
"""Where the allocation was too large to keep the order of its grants."""


def lines(allocation: Allocation, style: Style) -> list[str]:
    """Nothing where there is one node at most, or no whole task; else both numbers, and what is stranded."""
    held, found = allocation.on_nodes, sentences(allocation)
    if held is None or not found:
        return [line for one in found for line in wrap(one, style.width)]
    verdict, stranded = found
    lines = wrap(verdict, style.width)
    if sum(held.placed) < sum(held.promised):
        lines += _tenants(allocation, held, style).text(style.width)
    lines += wrap(stranded, style.width)
    if len(held.pools) > 1:
        lines += ["", *_pools(allocation, held).text(style.width)]
    return lines


def sentences(allocation: Allocation) -> list[str]:
    """How many tasks the nodes hold, and what is stranded; or that nothing was placed. Lines may be long."""
    scenario, held = allocation.scenario, allocation.on_nodes
    if len(scenario.nodes) < 2 or all(work.divisible for tenant in scenario.tenants for work in tenant.work):
        return []
    return [UNKNOWN] if held is None else [_verdict(held), _stranded(allocation, held)]


def _verdict(held: OnNodes) -> str:
    promised, placed = sum(held.promised), sum(held.placed)
    by = f"placement {held.placement}"
    if not promised:
        return "No whole task is granted, so none is placed on a node."
    if placed == promised:
        tasks = "the one task" if promised == 1 else f"all {units.count(promised, 'task')}"
        return f"On nodes: {tasks} that the pool promises ({by})."
    return f"On nodes: {placed:,} of the {units.count(promised, 'task')} that the pool promises ({by})."


def _tenants(allocation: Allocation, held: OnNodes, style: Style) -> Table:
    """The tenants that nodes hold less of than they are promised, and all together."""
    table = Table([Column("tenant", shrinks=True, least=12), Column("pool", "right"), Column("nodes", "right")])
    short = [(name, promised, placed) for name, promised, placed in by_tenant(allocation, held) if placed < promised]
    most = len(short) if style.everyone else tenant_table.MOST
    for name, promised, placed in short[:most]:
        table.add(name, f"{promised:,}", f"{placed:,}")
    if rest := short[most:]:
        rest_name = units.count(len(rest), "more tenant")
        table.add(rest_name, f"{sum(one[1] for one in rest):,}", f"{sum(one[2] for one in rest):,}")
    table.add("all tenants", f"{sum(held.promised):,}", f"{sum(held.placed):,}")
    return table


def by_tenant(allocation: Allocation, held: OnNodes) -> Iterator[tuple[str, int, int]]:
    """(name, tasks promised, tasks placed) of every tenant."""
    first = 0
    for result in allocation.tenants:
        mine = slice(first, first + len(result.work))
        first += len(result.work)
        yield result.name, sum(held.promised[mine]), sum(held.placed[mine])


def _stranded(allocation: Allocation, held: OnNodes) -> str:
    if held.divisible:
        return "Divisible work is not placed: it takes room that is free here, so what is stranded is not known."
    named = []
    for name, shown in distinct_names(tenant_table.concerning(allocation.scenario)).items():
        if part := held.stranded.get(name):
            amount = units.amount(name, sum(pool.stranded[name] for pool in held.pools))
            named.append(f"{amount} {shown} ({units.percent(part)})")
    if not named:
        return "Nothing is stranded."
    return f"Stranded, on nodes where no task that waits fits: {units.names_in_words(named)}."


def _pools(allocation: Allocation, held: OnNodes) -> Table:
    """The nodes of each label: how many, the tasks on them, and what of each resource is left and stranded there."""
    table = Table(
        [
            Column("nodes", shrinks=True, least=8),
            Column("count", "right"),
            Column("tasks", "right"),
            Column("resource", shrinks=True, least=8),
            *(Column(title, "right") for title in ("of", "left", "stranded")),
        ]
    )
    for pool in held.pools:
        head = (sanitize(pool.label) or "no label", f"{pool.nodes:,}", f"{pool.placed:,}")
        for name in tenant_table.concerning(allocation.scenario):
            if pool.capacity.get(name):
                stranded = "-" if held.divisible else units.amount(name, pool.stranded[name])
                amounts = (units.amount(name, pool.capacity[name]), units.amount(name, pool.left[name]), stranded)
                table.add(*head, name, *amounts)
                head = ("", "", "")
    return table
