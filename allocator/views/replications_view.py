"""Several seeds for people: each figure's mean with its confidence interval, and the paired differences.

Form only; the statistics are `simulation.replications`'.
"""

from __future__ import annotations

from collections.abc import Iterator

from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import wrap
from allocator.simulation.metrics.headlines import Kind
from allocator.simulation.replications import CONFIDENCE, Estimate, ReplicatedMetric, Replications
from allocator.views.comparison_words import distinct_names
from allocator.views.policy_grid import Grid


def replication_lines(found: Replications, width: int) -> list[str]:
    """What the replications say, no line wider than `width`."""
    lines = wrap(heading(found), width) + means(found).text(width)
    if len(found.labels) > 1:
        lines += ["", *wrap(difference_heading(found), width), *differences(found).text(width)]
    return lines


def replication_tables(found: Replications) -> list[str]:
    """The same as markdown."""
    lines = [f"{heading(found)}", "", *means(found).table().markdown()]
    if len(found.labels) > 1:
        lines += ["", difference_heading(found), "", *differences(found).table().markdown()]
    return lines


def heading(found: Replications) -> str:
    """How many seeds, and what is told of them."""
    seeds = f"seeds {found.seeds[0]} to {found.seeds[-1]}"
    return f"{len(found.seeds)} replications ({seeds}), mean +- {CONFIDENCE:.0%} confidence interval:"


def difference_heading(found: Replications) -> str:
    """What the differences are to."""
    return sanitize(f"Difference to {found.labels[0]} in the same replication; * where the interval leaves 0 out:")


def means(found: Replications) -> Grid:
    """A row for each figure, a column a policy."""
    grid = Grid("", found.labels)
    for name, metric in _rows(found):
        grid.add(name, [_shown(metric.kind, one) for one in metric.means])
    return grid


def differences(found: Replications) -> Grid:
    """A row for each figure, a column a policy but the first."""
    grid = Grid("", found.labels[1:])
    for name, metric in _rows(found):
        pairs = [one for one in metric.differences if one is not None]
        if any(one.mean for one in pairs):
            grid.add(name, [_shown(metric.kind, one, signed=True) for one in pairs])
    return grid


def _rows(found: Replications) -> Iterator[tuple[str, ReplicatedMetric]]:
    """The figures that say anything, with what they are called."""
    names = distinct_names(dict.fromkeys(metric.resource for metric in found.metrics if metric.resource))
    above: tuple[str, tuple[Estimate, ...]] | None = None
    for metric in found.metrics:
        repeats = above == (metric.resource, metric.means)
        above = (metric.resource, metric.means)
        if not repeats and any(one.mean for one in metric.means):
            yield (f"{names[metric.resource]} {metric.name}" if metric.resource else metric.name), metric


def _shown(kind: Kind, one: Estimate, *, signed: bool = False) -> str:
    if one.mean is None:
        return "-"
    sign = "+" if signed and one.mean > 0 else ""
    spread = "" if one.half_width is None else f" +- {in_words(kind, one.half_width)}"
    mark = (" *" if one.differs else "  ") if signed else ""
    return f"{sign}{in_words(kind, one.mean)}{spread}{mark}"


def in_words(kind: Kind, value: float) -> str:
    """A figure, or a difference of two, as people read it."""
    if value < 0:
        return f"-{in_words(kind, -value)}"
    if kind == "duration":
        return units.duration(value)
    if kind == "part":
        return f"{100 * value:.1f}%"
    if kind == "index":
        return units.ratio(value)
    return units.three_digits(value) if value < 1000 else f"{value:,.0f}"
