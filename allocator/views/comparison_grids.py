"""What a comparison shows with policies across: metrics with best and worst marked, every tenant, every grant.

Form only. The marks are signs beside the number, never a colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocator.comparison import Comparison, Direction, Metric
from allocator.reports import units
from allocator.results import JAIN_OF, TenantResult
from allocator.views import figures
from allocator.views.comparison_words import distinct_names, satisfaction
from allocator.views.policy_grid import Grid

_LEGEND = (
    "The best of a row is marked +, the worst -; nothing is marked where all are equal.",
    f"Jain index and min-max ratio: of {JAIN_OF}.",
    "below entitled: its private slice by weight would have run more of its own work.",
)
_PLACED = "placed on nodes: of the whole tasks that the pool promises, those that find a node."


def legend(comparison: Comparison) -> list[str]:
    """What the metrics mean, a line each."""
    placed = any(metric.name == "placed on nodes" for metric in comparison.metrics)
    return [*_LEGEND, _PLACED] if placed else [*_LEGEND]


@dataclass(frozen=True, slots=True)
class Side:
    """One column: an allocation, and what it is called."""

    index: int
    label: str
    stands_for: int = 1
    """How many policies it stands for: several where all of them grant the same."""


def sides(comparison: Comparison) -> tuple[Side, ...]:
    """A column for each allocation; where all policies grant exactly the same, one for all of them."""
    many = comparison.allocations
    ran = [index for index, one in enumerate(many) if one.policy is not None]
    first = many[ran[0]] if ran else many[0]
    alike = len(ran) > 1 and all(
        mine.granted == its.granted
        for index in ran[1:]
        for mine, its in zip(many[index].tenants, first.tenants, strict=True)
    )
    if not alike:
        return tuple(Side(index, one.label) for index, one in enumerate(many))
    now = [Side(index, one.label) for index, one in enumerate(many) if one.policy is None]
    return (*now, Side(ran[0], "every policy", len(ran)))


def metrics(comparison: Comparison, across: Sequence[Side]) -> Grid:
    """A row for each figure. Usable utilisation has one only where it reads otherwise than utilisation."""
    names = distinct_names(comparison.scenario.resources)
    wanting = sum(result.outcome.value != "idle" for result in comparison.baseline.tenants)
    grid = Grid("", [side.label for side in across])
    columns = [side.index for side in across]
    above: tuple[str, list[str]] | None = None
    for metric in comparison.metrics:
        cells = marked(metric, columns)
        repeats = above == (metric.resource, cells)
        above = (metric.resource, cells)
        if metric.resource and (repeats or not any(metric.values)):
            continue
        name = f"{names[metric.resource]} {metric.name}" if metric.resource else metric.name
        if metric.name == "satisfied tenants":
            name += f" (of {wanting:,})"
        grid.add(name, cells)
    return grid


def marked(metric: Metric, columns: Sequence[int]) -> list[str]:
    """The figures of `columns` with `+` at the best and `-` at the worst; what looks equal is marked alike."""
    values = [metric.values[index] for index in columns]
    # More than all of a resource is a pool that has shrunk, not the best use of it.
    ranked = [value for value in values if value is not None and not (metric.kind == "part" and value > 1)]
    return figures.marked(metric.kind, values, ranked, metric.better)


def satisfactions(comparison: Comparison, across: Sequence[Side], *, unicode: bool = False, bars: bool = True) -> Grid:
    """Every tenant's satisfaction under every policy; a sign says where it has more or less than the baseline."""
    signs = {Direction.GAIN: "+", Direction.LOSE: "-", Direction.SAME: " "}
    verdicts = {id(verdict.after): verdict for verdict in comparison.verdicts}
    chosen = [(comparison.allocations[side.index], side) for side in across]
    grid = Grid("tenant", [side.label for side in across])
    for at, result in enumerate(comparison.baseline.tenants):
        cells = []
        for allocation, _ in chosen:
            verdict = verdicts.get(id(allocation))
            sign = signs[verdict.changes[at].direction] if verdict else " "
            cells.append(f"{satisfaction(allocation.tenants[at], unicode=unicode, bars=bars)} {sign}")
        grid.add(result.name, cells)
    return grid


def grants(comparison: Comparison, across: Sequence[Side], *, most: int | None) -> Iterator[tuple[Grid, int]]:
    """For each resource that anybody wants, what each policy grants of it; and how many tenants are left out.

    Args:
        comparison: What to show.
        across: Its columns.
        most: How many tenants, those whose satisfaction differs most between policies; None is all of them.
    """
    many = [comparison.allocations[side.index] for side in across]
    everyone = range(len(comparison.scenario.tenants))
    rows: Sequence[int] = everyone
    if most is not None and most < len(everyone):
        ranked = sorted(everyone, key=lambda at: -_spread([one.tenants[at] for one in many]))
        rows = sorted(ranked[:most])
    names = distinct_names(comparison.scenario.resources)
    for name in comparison.scenario.resources:
        if not any(work.demand.get(name) for tenant in comparison.scenario.tenants for work in tenant.work):
            continue
        grid = Grid(f"{names[name]} granted", ["wanted", *(side.label for side in across)])
        for at in rows:
            wanted = comparison.baseline.tenants[at].wanted
            cells = ["no limit" if wanted is None else units.amount(name, wanted[name])]
            grid.add(
                comparison.baseline.tenants[at].name,
                [*cells, *(units.amount(name, one.tenants[at].granted[name]) for one in many)],
            )
        yield grid, len(everyone) - len(rows)


def _spread(results: Sequence[TenantResult]) -> float:
    """How far apart policies are for one tenant: in satisfaction, or in dominant share where it wants without limit."""
    parts = [result.dominant_share if result.satisfaction is None else result.satisfaction for result in results]
    return max(parts) - min(parts)
