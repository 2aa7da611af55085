"""Who loses and who gains under one policy: before, after, what moved and why; as text, and as one table.

Form only; who gains and why is `comparison`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocator.change import Change
from allocator.comparison import Comparison, Verdict
from allocator.core.text import sanitize
from allocator.reports.table import Column, Table, columns_of, wrap
from allocator.views.comparison_words import BAR, distinct_names, satisfaction, signed

_REASON = 32
"""The room that a reason needs to stand in the row; in less it goes on a line of its own below."""


def change_lines(
    comparison: Comparison, label: str, verdict: Verdict, width: int, *, unicode: bool, top: int
) -> list[str]:
    """Who loses and who gains under one policy: before, after, what moved, why."""
    shown = [*verdict.loses[:top], *verdict.gains[:top]]
    moved = [name for name in comparison.scenario.resources if any(change.moved.get(name) for change in shown)]
    names = distinct_names(comparison.scenario.resources)
    columns = list(moved)
    while True:
        table, reasons = _focus_table(label, verdict, columns, names, unicode=unicode, top=top)
        # The name column may shrink; then resources give way, and their changes are told with the reason.
        if not columns or table.width() - max(0, _longest(shown) - 16) <= width:
            break
        columns.pop()
    hidden = [name for name in moved if name not in columns]
    lines = wrap(sanitize(f"{label} against {verdict.before.label}, tenant by tenant:"), width)
    inline = width - table.width() - 2 >= _REASON and not hidden
    rows = table.text(width)
    if inline:
        at = max(map(columns_of, rows)) + 2
        lines.append(f"{rows[0]}{' ' * (at - columns_of(rows[0]))}why")
    else:
        lines.append(rows[0])
    for row, change in zip(rows[1:], reasons, strict=True):
        if change is None:
            lines.append(row)
            continue
        why = sanitize(verdict.why(change))
        if inline:
            first, *rest = wrap(why, width - at)
            lines.append(row + " " * (at - columns_of(row)) + first)
            lines += [" " * at + line for line in rest]
        else:
            also = [signed(name, change.moved[name]) + f" {names[name]}" for name in hidden if change.moved[name]]
            lines += [row, *wrap("; ".join([*also, why]), width, indent="      ")]
    return lines


def _longest(shown: Sequence[Change]) -> int:
    return max((columns_of(sanitize(change.name)) + 2 for change in shown), default=0)


def _focus_table(
    label: str, verdict: Verdict, columns: Sequence[str], names: dict[str, str], *, unicode: bool, top: int
) -> tuple[Table, list[Change | None]]:
    """The rows, and whose each is; None for a row that is no tenant's."""
    titles = [sanitize(verdict.before.label), sanitize(label)]
    table = Table(
        [
            Column(f"LOSES ({len(verdict.loses):,})", shrinks=True, least=16),
            *(Column(title, shrinks=True, least=5 + BAR) for title in titles),
            *(Column(names[name], "right") for name in columns),
        ]
    )
    reasons: list[Change | None] = []
    blank = [""] * (len(columns) + 2)

    def rows(changes: Sequence[Change]) -> None:
        for change in changes[:top]:
            cells = [signed(name, change.moved[name]) for name in columns]
            table.add(f"  {change.name}", *_before_and_after(change, unicode), *cells)
            reasons.append(change)
        rest = len(changes) - len(changes[:top])
        if rest or not changes:
            table.add(f"  and {rest:,} more" if rest else "  nobody", *blank)
            reasons.append(None)

    rows(verdict.loses)
    table.add(f"GAINS ({len(verdict.gains):,})", *blank)
    reasons.append(None)
    rows(verdict.gains)
    return table, reasons


def _before_and_after(change: Change, unicode: bool) -> list[str]:
    return [satisfaction(result, unicode=unicode) for result in (change.before, change.after)]


def change_table(comparison: Comparison, verdict: Verdict, top: int) -> Table:
    """The same as one table without bars, for markdown."""
    names = distinct_names(comparison.scenario.resources)
    before, after = sanitize(verdict.before.label), sanitize(verdict.label)
    table = Table([Column(""), Column("tenant"), Column(before, "right"), Column(after, "right")])
    table.columns += [Column("change"), Column("why")]
    for word, changes in (("loses", verdict.loses), ("gains", verdict.gains)):
        for change in changes[:top]:
            moved = [f"{signed(name, amount)} {names[name]}" for name, amount in change.moved.items() if amount]
            cells = [satisfaction(result, unicode=False, bars=False) for result in (change.before, change.after)]
            table.add(word, change.name, *cells, ", ".join(moved), verdict.why(change))
        rest = len(changes) - len(changes[:top])
        if rest:
            table.add(word, f"and {rest:,} more", "", "", "", "")
    return table
