"""Allocations side by side, as a board: satisfaction as bars, and what each tenant gains or loses."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.comparison import Change, Comparison, Direction
from allocator.comparison.reasons import most_moved
from allocator.core.text import sanitize
from allocator.registry import Prepared
from allocator.reports import units
from allocator.reports.table import padded
from allocator.tui.compare.board import FIGURES
from allocator.tui.exports import Export, of_comparison
from allocator.tui.glyphs import Glyphs
from allocator.tui.widgets.table import Cell
from allocator.views.comparison_grids import Side, legend, metrics
from allocator.views.comparison_view import facts
from allocator.views.comparison_words import distinct_names, satisfaction, signed

_STYLES = {Direction.GAIN: "good", Direction.LOSE: "bad", Direction.SAME: ""}


class GrantBoard:
    """A comparison of allocations. Everything that takes time is computed here, when it is made.

    Args:
        comparison: What is shown.
        glyphs: What bars and marks are drawn with.
    """

    narrow, wide = FIGURES + 2, FIGURES + 14
    counted = "gain, lose, same"
    cut = ""

    def __init__(self, comparison: Comparison, glyphs: Glyphs) -> None:
        self.comparison = comparison
        many = comparison.allocations
        self.labels: Sequence[str] = [one.label for one in many]
        self.policies: Sequence[Prepared | None] = [one.policy for one in many]
        self.baseline = next(at for at, one in enumerate(many) if one is comparison.baseline)
        self.title: Sequence[str] = facts(comparison)
        self.tenants: Sequence[str] = [result.name for result in comparison.baseline.tenants]
        self.notes: Sequence[str] = legend(comparison)
        verdicts = iter(comparison.verdicts)
        self._verdicts = [None if one is comparison.baseline else next(verdicts) for one in many]
        for verdict in comparison.verdicts:
            _ = verdict.gains, verdict.loses
        self.metrics: Sequence[tuple[str, Sequence[str]]] = metrics(
            comparison, [Side(at, label) for at, label in enumerate(self.labels)]
        ).rows
        self._names = distinct_names(comparison.scenario.resources)
        self._capacity = comparison.scenario.capacity
        self._glyphs = glyphs

    def cell(self, tenant: int, column: int, *, wide: bool) -> Cell:
        """Satisfaction with a bar; up or down against the baseline, and by how much of what has moved most."""
        result = self.comparison.allocations[column].tenants[tenant]
        text = padded(satisfaction(result, unicode=self._glyphs.unicode), FIGURES)
        change = self._change(tenant, column)
        if change is None or change.direction is Direction.SAME:
            return text, ""
        text += f" {self._mark(change.direction)}"
        moved = most_moved(change, self._capacity) if wide else None
        if moved is not None:
            text += f"{units.amount(moved, abs(change.moved[moved]))} {self._names[moved]}"
        return text, _STYLES[change.direction]

    def _change(self, tenant: int, column: int) -> Change | None:
        verdict = self._verdicts[column]
        return verdict.changes[tenant] if verdict else None

    def _mark(self, direction: Direction) -> str:
        marks = {Direction.GAIN: self._glyphs.up, Direction.LOSE: self._glyphs.down, Direction.SAME: "="}
        return marks[direction]

    def level(self, tenant: int, column: int) -> float:
        """Its satisfaction, or its dominant share where it wants without limit."""
        result = self.comparison.allocations[column].tenants[tenant]
        return result.dominant_share if result.satisfaction is None else result.satisfaction

    def loss(self, tenant: int, column: int) -> float:
        """By how much its satisfaction falls, or its dominant share."""
        change = self._change(tenant, column)
        if change is None or change.direction is Direction.SAME:
            return 0.0
        # Other work than before may be of the same size: who loses still comes before who does not.
        return max(-change.size, 1e-12) if change.direction is Direction.LOSE else min(-change.size, -1e-12)

    def verdict(self, column: int) -> str:
        """`drf against now: 4 gain, 2 lose, 0 same`."""
        verdict = self._verdicts[column]
        label = sanitize(self.labels[column])
        if verdict is None:
            return f"{label} is what the others are compared with"
        counts = f"{len(verdict.gains):,} gain, {len(verdict.loses):,} lose, {verdict.same:,} same"
        return f"{label} against {sanitize(self.labels[self.baseline])}: {counts}"

    def tally(self, column: int) -> str:
        """`▲4 ▼2 =0`."""
        verdict = self._verdicts[column]
        if verdict is None:
            return "baseline"
        counts = {
            Direction.GAIN: len(verdict.gains),
            Direction.LOSE: len(verdict.loses),
            Direction.SAME: verdict.same,
        }
        return " ".join(f"{self._mark(way)}{units.three_digits(n) if n > 9999 else n}" for way, n in counts.items())

    def about(self, tenant: int, chosen: int) -> list[str]:
        """What it wants, and a line for each policy: what it is granted, and what that is more or less."""
        one = self.comparison.allocations[self.baseline].tenants[tenant]
        wants = "without limit" if one.wanted is None else units.named_list(one.wanted)
        lines = [f"{sanitize(one.name)} wants {sanitize(wants)}"]
        for column, allocation in enumerate(self.comparison.allocations):
            result = allocation.tenants[tenant]
            change = self._change(tenant, column)
            text = f"{sanitize(allocation.label)}: {satisfaction(result, unicode=False, bars=False)}, "
            text += f"granted {sanitize(units.named_list(result.granted))}"
            if change is not None and change.direction is not Direction.SAME:
                moved = [f"{signed(name, by)} {self._names[name]}" for name, by in change.moved.items() if by]
                text += f"; {self._mark(change.direction)} {', '.join(moved) or 'the same amounts'}"
            mark = self._glyphs.cursor if column == chosen else " "
            lines.append(f"{mark} {text}")
        return lines

    def reasons(self, tenant: int, column: int) -> str:
        """Why it gains or loses, as a report says it; empty where it does neither."""
        verdict = self._verdicts[column]
        return sanitize(verdict.why(verdict.changes[tenant])) if verdict else ""

    def exported(self) -> Export:
        """As the command line prints it."""
        return of_comparison(self.comparison)
