"""Runs of the same jobs side by side, as a board: how long each tenant waits on the mean, and how much more or less."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.comparison.over_time import ReplayComparison, WaitChange, impossible, mean_waits
from allocator.core.text import sanitize
from allocator.registry import Prepared
from allocator.reports import units
from allocator.tui.compare.board import FIGURES
from allocator.tui.exports import Export, of_replays
from allocator.tui.glyphs import Glyphs
from allocator.tui.widgets.table import Cell
from allocator.views.replay_words import counts
from allocator.views.timed_comparison_view import LEGEND, facts, metrics, verdict_words

_BAR = 3


class WaitBoard:
    """A comparison of runs. Everything that takes time is computed here, when it is made.

    Args:
        comparison: What is shown.
        glyphs: What bars are drawn with.
    """

    narrow, wide = FIGURES + 2, FIGURES + 9
    counted = "wait less, more, same"

    def __init__(self, comparison: ReplayComparison, glyphs: Glyphs) -> None:
        self.comparison = comparison
        many = comparison.replays
        self.labels: Sequence[str] = [one.label for one in many]
        self.policies: Sequence[Prepared | None] = [one.policy for one in many]
        self.baseline = next(at for at, one in enumerate(many) if one is comparison.baseline)
        self.title: Sequence[str] = facts(comparison)
        self.tenants: Sequence[str] = comparison.baseline.run.workload.tenants
        self.notes: Sequence[str] = (*LEGEND, "A bar is full for whoever waits longest; + waits longer, - less.")
        self.metrics: Sequence[tuple[str, Sequence[str]]] = metrics(comparison).rows
        self.cut = f"stopped; X goes on: {', '.join(map(sanitize, comparison.skipped))}" if comparison.skipped else ""
        verdicts = iter(comparison.verdicts)
        self._verdicts = [None if one is comparison.baseline else next(verdicts) for one in many]
        for verdict in comparison.verdicts:
            _ = verdict.changes
        self._waits = [mean_waits(one.run) for one in many]
        self._never = [impossible(one.run) for one in many]
        self._most = max((wait or 0.0 for column in self._waits for wait in column), default=0.0)
        self._unicode = glyphs.unicode
        self._glyphs = glyphs

    def cell(self, tenant: int, column: int, *, wide: bool) -> Cell:
        """The mean wait with a bar, and by how much it is longer or shorter than in the baseline."""
        wait, never = self._waits[column][tenant], self._never[column][tenant]
        if wait is None:
            text = f"{never:,} never" if never else f"{'-':>7}"
        else:
            bar = units.bar(wait / self._most if self._most else 0.0, _BAR, unicode=self._unicode)
            text = f"{units.duration(wait):>7} {bar}"
        change, loss = self._change(tenant, column), self.loss(tenant, column)
        if change is None or not loss:
            return f"{text:<{FIGURES}}", ""
        sign = "+" if loss > 0 else "-"
        moved = units.duration(abs(change.size)) if wide and change.size else ""
        return f"{text:<{FIGURES}} {sign}{moved}", "bad" if loss > 0 else "good"

    def _change(self, tenant: int, column: int) -> WaitChange | None:
        verdict = self._verdicts[column]
        return verdict.changes[tenant] if verdict else None

    def level(self, tenant: int, column: int) -> float:
        """The longer it waits, the less; what can never run waits longest."""
        return -(self._waits[column][tenant] or 0.0) - 1e18 * self._never[column][tenant]

    def loss(self, tenant: int, column: int) -> float:
        """How much longer it waits; jobs of it that can never run any more weigh more than any wait."""
        change = self._change(tenant, column)
        return 0.0 if change is None else change.size + 1e18 * (change.never_after - change.never_before)

    def verdict(self, column: int) -> str:
        """`drf against recorded: 2 wait less, 1 wait more, 3 same`."""
        verdict = self._verdicts[column]
        label = sanitize(self.labels[column])
        if verdict is None:
            return f"{label} is what the others are compared with"
        words = verdict_words(self.comparison, verdict)
        return f"{label} against {sanitize(self.labels[self.baseline])}: {words}"

    def tally(self, column: int) -> str:
        """`-4 +2 =0`."""
        verdict = self._verdicts[column]
        if verdict is None:
            return "baseline"
        return f"-{len(verdict.less)} +{len(verdict.more) + len(verdict.barred)} ={verdict.same}"

    def about(self, tenant: int, chosen: int) -> list[str]:
        """A line for each policy: what became of its jobs, and how long they waited."""
        lines = [sanitize(self.tenants[tenant])]
        for column, replay in enumerate(self.comparison.replays):
            timing = replay.measures.tenants[tenant].timing
            text = f"{sanitize(replay.label)}: mean wait {units.duration(self._waits[column][tenant])}"
            change = self._change(tenant, column)
            if change is not None and change.size:
                text += f" ({'+' if change.size > 0 else '-'}{units.duration(abs(change.size))})"
            text += f", 95th percentile {units.duration(timing.wait_ms.p95)}, "
            text += f"longest {units.duration(timing.longest_wait_ms)}; {counts(timing.jobs)}"
            mark = self._glyphs.cursor if column == chosen else " "
            lines.append(f"{mark} {text}")
        return lines

    def reasons(self, tenant: int, column: int) -> str:
        """None beyond the figures: the time screen tells why a job waits."""
        return ""

    def exported(self) -> Export:
        """As the command line prints it."""
        return of_replays(self.comparison)
