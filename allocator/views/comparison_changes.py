"""Who loses and who gains under one policy: before, after, what moved and why; as text, and as one table.

Form only; who gains and why is `comparison`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from allocator.comparison import Change, Comparison, Verdict
from allocator.core.text import sanitize
from allocator.reports.table import Column, Table, columns_of, escape_markdown, wrap
from allocator.views.comparison_words import BAR, distinct_names, satisfaction, signed

_REASON = 32
"""The room that a reason needs to stand in the row; in less it goes on a line of its own below."""
_NAME = 24
"""What a name keeps where a reason stands beside it."""
_NAME_AT_LEAST = 16


def change_lines(
    comparison: Comparison, label: str, verdict: Verdict, width: int, *, unicode: bool, top: int
) -> list[str]:
    """Lines of at most `width` columns: a row for each of the first `top` who lose, and who gain.

    The reason stands in the row where there is room for it, else below it. Resources that do not fit beside the
    bars are told with the reason.
    """
    shown = [*verdict.loses[:top], *verdict.gains[:top]]
    moved = [name for name in comparison.scenario.resources if any(change.moved.get(name) for change in shown)]
    names = distinct_names(comparison.scenario.resources)
    lines = wrap(sanitize(f"{label} against {verdict.before.label}, tenant by tenant:"), width)
    table, whose = _rows(label, verdict, moved, names, least=_NAME, unicode=unicode, top=top)
    rows = table.text(width - _REASON - 2)
    if _widest(rows) <= width - _REASON - 2:
        return lines + list(_reasons_beside(rows, whose, verdict, width))
    columns = list(moved)
    rows = table.text(width)
    while columns and _widest(rows) > width:
        columns.pop()
        table, whose = _rows(label, verdict, columns, names, least=_NAME_AT_LEAST, unicode=unicode, top=top)
        rows = table.text(width)
    hidden = {name: names[name] for name in moved if name not in columns}
    return lines + list(_reasons_below(rows, whose, verdict, hidden, width))


def _widest(lines: Sequence[str]) -> int:
    return max(map(columns_of, lines), default=0)


def _reasons_beside(rows: Sequence[str], whose: Sequence[Change | None], verdict: Verdict, width: int) -> Iterator[str]:
    at = _widest(rows) + 2
    for row, change in zip(rows, whose, strict=True):
        why = "why" if row is rows[0] else "" if change is None else sanitize(verdict.why(change))
        first, *rest = wrap(why, width - at)
        yield (row + " " * (at - columns_of(row)) + first).rstrip()
        yield from (" " * at + line for line in rest)


def _reasons_below(
    rows: Sequence[str], whose: Sequence[Change | None], verdict: Verdict, hidden: Mapping[str, str], width: int
) -> Iterator[str]:
    for row, change in zip(rows, whose, strict=True):
        yield row
        if change is not None:
            also = [f"{signed(name, change.moved[name])} {called}" for name, called in hidden.items()]
            parts = [*(part for part in also if not part.startswith(" ")), sanitize(verdict.why(change))]
            yield from wrap("; ".join(parts), width, indent=" " * 6)


def _rows(
    label: str,
    verdict: Verdict,
    columns: Sequence[str],
    names: Mapping[str, str],
    *,
    least: int,
    unicode: bool,
    top: int,
) -> tuple[Table, list[Change | None]]:
    """The table, and whose each line is, the heading's included; None for a line that is no tenant's."""
    titles = [sanitize(verdict.before.label), sanitize(label)]
    table = Table(
        [
            Column(f"LOSES ({len(verdict.loses):,})", shrinks=True, least=least),
            *(Column(title, shrinks=True, least=5 + BAR) for title in titles),
            *(Column(names[name], "right") for name in columns),
        ]
    )
    whose: list[Change | None] = [None]
    blank = [""] * (len(columns) + 2)

    def add(changes: Sequence[Change]) -> None:
        for change in changes[:top]:
            before_and_after = [satisfaction(result, unicode=unicode) for result in (change.before, change.after)]
            moved = [signed(name, change.moved[name]) for name in columns]
            table.add(f"  {change.name}", *before_and_after, *moved)
            whose.append(change)
        rest = len(changes) - len(changes[:top])
        if rest or not changes:
            table.add(f"  and {rest:,} more" if rest else "  nobody", *blank)
            whose.append(None)

    add(verdict.loses)
    table.add(f"GAINS ({len(verdict.gains):,})", *blank)
    whose.append(None)
    add(verdict.gains)
    return table, whose


def change_table(comparison: Comparison, label: str, verdict: Verdict, top: int) -> Table:
    """The same as one table without bars, for markdown."""
    names = distinct_names(comparison.scenario.resources)
    before, after = escape_markdown(verdict.before.label), escape_markdown(label)
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
