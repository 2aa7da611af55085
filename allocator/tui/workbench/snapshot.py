"""What the screens draw, as values: rows of the workbench's table, made when they come on screen.

Reads results and gives text; computes no grant. Names are sanitised here, on their way to the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from allocator.core.decision import Outcome
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import columns_of
from allocator.results import Allocation, TenantResult
from allocator.tui.glyphs import Glyphs
from allocator.tui.widgets.rows import Cell, Column, sorted_rows
from allocator.tui.workbench.columns import Figures, Layout, layout
from allocator.views.comparison_words import distinct_names
from allocator.views.wording import wanted as wanted_of
from allocator.views.wording import weight_in_words

_OUTCOMES = {
    Outcome.GRANTED: "good",
    Outcome.PARTIAL: "",
    Outcome.REFUSED: "bad",
    Outcome.INFEASIBLE: "bad",
    Outcome.IDLE: "dim",
}
_SAMPLE = 1_000
"""Tenants that are looked at for how wide a column must be; what is wider than all of them is cut."""


class TenantRows:
    """The tenants of an allocation, a row each.

    Args:
        allocation: What is shown.
        before: The allocation before it, of the same tenants: changes are marked.
        glyphs: What bars and marks are drawn with.
        width: How much room there is.
    """

    def __init__(self, allocation: Allocation, before: Allocation | None, glyphs: Glyphs, width: int) -> None:
        self._tenants = allocation.tenants
        self._before = before.tenants if before else None
        self._glyphs = glyphs
        wanted = [
            name
            for name in allocation.scenario.resources
            if any(one.wanted is None or one.wanted.get(name) for one in allocation.tenants)
        ]
        self._resources = {title: name for name, title in distinct_names(wanted).items()}
        self._figures = self._measured()
        self.fit(width)

    def fit(self, width: int) -> None:
        """Choose columns for other room."""
        self._layout: Layout = layout(self._figures, width)
        self.columns: Sequence[Column] = self._layout.columns

    def _measured(self) -> Figures:
        step = max(1, len(self._tenants) // _SAMPLE)
        rows = range(0, len(self._tenants), step)
        some = [self._tenants[row] for row in rows]

        def widest(texts: Iterable[str], least: int, most: int) -> int:
            return min(most, max(least, max(map(columns_of, texts), default=0)))

        return Figures(
            name=widest((sanitize(one.name) for one in some), 6, 20),
            weight=widest((weight_in_words(one.tenant.weight) for one in some), 3, 8),
            priority=widest((str(one.tenant.priority) for one in some), 3, 9),
            outcome=widest((one.outcome.value for one in some), 7, 10),
            change=widest((self._change(row) for row in rows), 8, 16) if self._before else 0,
            resources={
                title: max(columns_of(title), widest((self._figure(one, name) for one in some), 3, 22))
                for title, name in self._resources.items()
            },
        )

    def __len__(self) -> int:
        return len(self._tenants)

    def row(self, number: int) -> Sequence[Cell]:
        """The cells of one tenant."""
        return [self._cell(number, field) for field in self._layout.fields]

    def _cell(self, number: int, field: str) -> Cell:
        one = self._tenants[number]
        if field == "":
            return self._moved(number)
        if field == "tenant":
            return sanitize(one.name), ""
        if field == "weight":
            return weight_in_words(one.tenant.weight), "dim"
        if field == "prio":
            return str(one.tenant.priority), "dim"
        if field == "satisfied":
            return self._satisfied(one), "bar"
        if field == "change":
            return self._change(number), self._moved(number)[1]
        if field == "outcome":
            return one.outcome.value, _OUTCOMES[one.outcome]
        if field == "share":
            return units.percent(one.dominant_share), ""
        return self._got(one, self._resources[field]), "bar"

    def _moved(self, number: int) -> Cell:
        if self._before is None:
            return "", ""
        now, was = self._tenants[number].tasks_granted, self._before[number].tasks_granted
        if now == was:
            return "", ""
        return (self._glyphs.up, "good") if now > was else (self._glyphs.down, "bad")

    def _change(self, number: int) -> str:
        """What was before and what is now, where that moved."""
        if self._before is None or not self._moved(number)[0]:
            return ""
        now, was = self._tenants[number], self._before[number]
        arrow = "→" if self._glyphs.unicode else "->"
        if now.satisfaction is not None and was.satisfaction is not None:
            texts = units.percent(was.satisfaction), units.percent(now.satisfaction)
            if texts[0] != texts[1]:
                return f"{texts[0]} {arrow} {texts[1]}"
        return f"{units.three_digits(float(was.tasks_granted))} {arrow} {units.three_digits(float(now.tasks_granted))}"

    def _satisfied(self, one: TenantResult) -> str:
        if one.satisfaction is None:
            return "-" if one.outcome is Outcome.IDLE else "no limit"
        percent = units.percent(one.satisfaction)
        width = self._layout.satisfied_bar
        return f"{percent:>4} {units.bar(one.satisfaction, width, unicode=self._glyphs.unicode)}" if width else percent

    @staticmethod
    def _figure(one: TenantResult, name: str) -> str:
        wants = wanted_of(one, name)
        return f"{units.amount(name, one.granted[name])}/{'-' if wants is None else units.amount(name, wants)}"

    def _got(self, one: TenantResult, name: str) -> str:
        figure, width = self._figure(one, name), self._layout.bar
        if not width:
            return figure
        wants = wanted_of(one, name)
        bar = units.bar(one.granted[name] / wants if wants else None, width, unicode=self._glyphs.unicode)
        return f"{bar} {figure}"

    def order(self, column: int, descending: bool) -> Sequence[int]:
        """The rows sorted by a column, equal ones as declared."""
        field = self._layout.fields[column]
        if field in ("", "change"):
            return sorted_rows([self._difference(row) for row in range(len(self))], descending=descending)
        key = self._key(field)
        return sorted_rows([key(one) for one in self._tenants], descending=descending)

    def _difference(self, number: int) -> float:
        """How far it moved; up comes first."""
        if self._before is None:
            return 0.0
        now, was = self._tenants[number], self._before[number]
        if now.satisfaction is not None and was.satisfaction is not None:
            return was.satisfaction - now.satisfaction
        return float(was.tasks_granted - now.tasks_granted)

    def _key(self, field: str) -> Callable[[TenantResult], Any]:
        words = {outcome: number for number, outcome in enumerate(Outcome)}
        keys: dict[str, Callable[[TenantResult], Any]] = {
            "tenant": lambda one: one.name,
            "weight": lambda one: float(one.tenant.weight),
            "prio": lambda one: one.tenant.priority,
            "satisfied": lambda one: 2.0 if one.satisfaction is None else one.satisfaction,
            "outcome": lambda one: words[one.outcome],
            "share": lambda one: one.dominant_share,
        }
        name = self._resources.get(field, "")
        return keys.get(field) or (lambda one: one.granted[name])

    def matches(self, words: str) -> Sequence[int]:
        """The tenants whose name or outcome holds every word."""
        wanted = words.lower().split()
        return [
            row
            for row, one in enumerate(self._tenants)
            if all(word in one.name.lower() or word in one.outcome.value for word in wanted)
        ]
