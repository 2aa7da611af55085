"""What the screens draw, as values: rows of the workbench's table, made when they come on screen.

Reads results and gives text; computes no grant. Names are sanitised here, on their way to the screen.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.decision import Outcome
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.results import Allocation, TenantResult
from allocator.tui.glyphs import Glyphs
from allocator.tui.widgets.table import Cell, Column
from allocator.views.comparison_words import distinct_names
from allocator.views.wording import wanted as wanted_of
from allocator.views.wording import weight_in_words

BAR = 6
_OUTCOMES = {
    Outcome.GRANTED: "good",
    Outcome.PARTIAL: "",
    Outcome.REFUSED: "bad",
    Outcome.INFEASIBLE: "bad",
    Outcome.IDLE: "dim",
}


class TenantRows:
    """The tenants of an allocation, a row each.

    Args:
        allocation: What is shown.
        before: The allocation before it, of the same tenants: changes are marked.
        glyphs: What bars and marks are drawn with.
    """

    def __init__(self, allocation: Allocation, before: Allocation | None, glyphs: Glyphs) -> None:
        self._tenants = allocation.tenants
        self._before = before.tenants if before else None
        self._glyphs = glyphs
        self._resources = [
            name
            for name in allocation.scenario.resources
            if any(one.wanted is None or one.wanted.get(name) for one in allocation.tenants)
        ]
        names = distinct_names(self._resources)
        self.columns: Sequence[Column] = (
            Column("", 1),
            Column("tenant", 18),
            Column("satisfied", 5 + BAR),
            Column("outcome", 10),
            *(Column(f"{names[name]} got/wanted", 12 + BAR) for name in self._resources),
            Column("share", 6, "right"),
            Column("weight", 6, "right"),
            Column("priority", 8, "right"),
        )

    def __len__(self) -> int:
        return len(self._tenants)

    def row(self, number: int) -> Sequence[Cell]:
        """The cells of one tenant."""
        one = self._tenants[number]
        return (
            self._moved(number),
            (sanitize(one.name), ""),
            (self._satisfied(one), ""),
            (one.outcome.value, _OUTCOMES[one.outcome]),
            *((self._got(one, name), "") for name in self._resources),
            (units.percent(one.dominant_share), ""),
            (weight_in_words(one.tenant.weight), "dim"),
            (str(one.tenant.priority), "dim"),
        )

    def _moved(self, number: int) -> Cell:
        if self._before is None:
            return "", ""
        now, was = self._tenants[number].tasks_granted, self._before[number].tasks_granted
        if now == was:
            return "", ""
        return (self._glyphs.up, "good") if now > was else (self._glyphs.down, "bad")

    def _satisfied(self, one: TenantResult) -> str:
        if one.satisfaction is None:
            return "-" if one.outcome is Outcome.IDLE else "no limit"
        bar = units.bar(one.satisfaction, BAR, unicode=self._glyphs.unicode)
        return f"{units.percent(one.satisfaction):>4} {bar}"

    def _got(self, one: TenantResult, name: str) -> str:
        wants = wanted_of(one, name)
        got = one.granted[name]
        bar = units.bar(got / wants if wants else None, BAR, unicode=self._glyphs.unicode)
        return f"{bar} {units.amount(name, got)}/{'-' if wants is None else units.amount(name, wants)}"

    def order(self, column: int, descending: bool) -> Sequence[int]:
        """The rows sorted by a column, equal ones as declared."""
        tenants = self._tenants
        resource = column - 4
        after = 4 + len(self._resources)
        if column == 0:
            return sorted(range(len(tenants)), key=lambda row: self._moved(row)[0], reverse=descending)
        if column == 1:
            return sorted(range(len(tenants)), key=lambda row: tenants[row].name, reverse=descending)
        if column == 2:
            key = [one.satisfaction if one.satisfaction is not None else 2.0 for one in tenants]
        elif column == 3:
            words = list(Outcome)
            key = [float(words.index(one.outcome)) for one in tenants]
        elif resource < len(self._resources):
            key = [float(one.granted[self._resources[resource]]) for one in tenants]
        elif column == after:
            key = [one.dominant_share for one in tenants]
        elif column == after + 1:
            key = [float(one.tenant.weight) for one in tenants]
        else:
            key = [float(one.tenant.priority) for one in tenants]
        return sorted(range(len(tenants)), key=key.__getitem__, reverse=descending)

    def matches(self, words: str) -> Sequence[int]:
        """The tenants whose name or outcome holds every word."""
        wanted = words.lower().split()
        return [
            row
            for row, one in enumerate(self._tenants)
            if all(word in one.name.lower() or word in one.outcome.value for word in wanted)
        ]
