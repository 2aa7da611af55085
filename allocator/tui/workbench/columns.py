"""Which columns the table of tenants has in which width: figures before bars, what is least often asked for last.

Nothing is left out; what does not fit is to the right, a key away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from allocator.tui.widgets.rows import Column

_BARS = ((10, 8), (8, 8), (6, 6), (5, 4), (4, 4), (4, 0), (3, 0), (0, 4), (0, 0))
"""Columns of a resource's bar and of the bar of satisfaction, the widest first."""
_EDGE = 2
"""The mark of the cursor, and the scrollbar."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How wide what is written is, without any bar."""

    name: int
    weight: int
    priority: int
    outcome: int
    change: int
    """0 where nothing is compared with."""
    resources: Mapping[str, int]
    """By heading, of what was got and wanted."""


@dataclass(frozen=True)
class Layout:
    """The columns that were chosen."""

    figures: Figures
    bar: int
    """Of each resource; 0 for none."""
    satisfied_bar: int
    change: bool
    """Whether there is a column for what was before."""
    rank_first: bool
    """Whether weight and priority are right after the name."""

    @cached_property
    def fields(self) -> Sequence[str]:
        """What each column is of; a resource by its heading."""
        rank = ("weight", "prio")
        rest = ("satisfied", *(("change",) if self.change else ()), "outcome", *self.figures.resources, "share")
        return ("", "tenant", *rank, *rest) if self.rank_first else ("", "tenant", *rest, *rank)

    @cached_property
    def columns(self) -> Sequence[Column]:
        """From left to right."""
        return [self._column(field) for field in self.fields]

    def _column(self, field: str) -> Column:
        own = self.figures
        if field == "":
            return Column("", 1, fixed=True)
        if field == "tenant":
            return Column("tenant", own.name, fixed=True)
        if field in ("weight", "prio"):
            return Column(field, max(len(field), own.weight if field == "weight" else own.priority), "right")
        if field == "satisfied":
            bar = self.satisfied_bar
            return Column("satisfied", max(9, 5 + bar)) if bar else Column("satisf", 8, "right")
        if field == "change":
            return Column("change", own.change)
        if field == "outcome":
            return Column("outcome", own.outcome)
        if field == "share":
            return Column("share", 5, "right")
        bar = self.bar + 1 if self.bar else 0
        return Column(field, bar + own.resources[field], "left" if bar else "right")

    @property
    def width(self) -> int:
        """Of all columns."""
        return _EDGE + sum(column.width + 1 for column in self.columns)


def layout(figures: Figures, width: int) -> Layout:
    """The columns for so much room: as much as fits at once; where nothing does, the least asked for moves out."""
    changes = ((True, _BARS[:5]), (False, _BARS)) if figures.change else ((False, _BARS),)
    for first in (True, False):
        for change, bars in changes:
            for bar, satisfied in bars:
                made = Layout(figures, bar, satisfied, change, first)
                if made.width - (0 if first else _rank(made)) <= width:
                    return made
    return Layout(figures, 4, 4, bool(figures.change), rank_first=False)


def _rank(made: Layout) -> int:
    return sum(column.width + 1 for column in made.columns if column.title in ("weight", "prio"))
