"""A table, and its three forms: aligned text, csv, markdown. Cells from data pass through `sanitize` here.

Knows nothing of allocations. Text is measured in terminal columns, so wide letters keep the columns straight.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from allocator.core.text import sanitize


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, its alignment, and how far it gives way when the terminal is narrow."""

    title: str
    align: Literal["left", "right"] = "left"
    shrinks: bool = False
    """Whether its cells may be cut short to make the table fit."""
    least: int = 8
    """The width that a column which shrinks keeps."""


@dataclass(slots=True)
class Table:
    """Columns and rows; in text, a row may carry lines of its own above it and a note below it."""

    columns: list[Column]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    """Row number to note."""
    heads: dict[int, list[str]] = field(default_factory=dict)
    """Row number to lines, at most as wide as the table may be."""

    def add(self, *cells: str, note: str = "") -> None:
        """Add a row."""
        if note:
            self.notes[len(self.rows)] = note
        self.rows.append(cells)

    def width(self) -> int:
        """How many terminal columns the text needs when nothing is cut."""
        return sum(self._widths()) + 2 * (len(self.columns) - 1)

    def _widths(self) -> list[int]:
        widths = [columns_of(column.title) for column in self.columns]
        for row in self.rows:
            for index, cell in enumerate(row):
                widths[index] = max(widths[index], columns_of(sanitize(cell)))
        return widths

    def text(self, width: int | None = None, *, indent: str = "") -> list[str]:
        """Aligned lines, the heading first; columns that may shrink are cut to `width`."""
        widths = self._widths()
        if width is not None:
            over = sum(widths) + 2 * (len(widths) - 1) + len(indent) - width
            for index in sorted(range(len(widths)), key=lambda index: -widths[index]):
                if over > 0 and self.columns[index].shrinks:
                    cut = min(over, max(0, widths[index] - self.columns[index].least))
                    widths[index] -= cut
                    over -= cut
        lines = [self._line([column.title for column in self.columns], widths, indent)]
        for number, row in enumerate(self.rows):
            lines += [sanitize(head) for head in self.heads.get(number, ())]
            lines.append(self._line([sanitize(cell) for cell in row], widths, indent))
            if number in self.notes:
                lines += wrap(sanitize(self.notes[number]), width, indent=indent + "  ")
        return lines

    def _line(self, cells: Sequence[str], widths: Sequence[int], indent: str) -> str:
        fitted = []
        for cell, column, width in zip(cells, self.columns, widths, strict=True):
            fitted.append(padded(cell, width, column.align))
        return (indent + "  ".join(fitted)).rstrip()

    def fitted(self, width: int, without: Sequence[str]) -> list[str]:
        """`text`; columns headed as in `without` are left out, the first first, until it is no wider."""
        lines = self.text(width)
        if not without or max(map(columns_of, lines)) <= width:
            return lines
        kept = [index for index, column in enumerate(self.columns) if column.title != without[0]]
        rows: list[Sequence[str]] = [[row[index] for index in kept] for row in self.rows]
        narrower = Table([self.columns[index] for index in kept], rows, self.notes, self.heads)
        return narrower.fitted(width, without[1:])

    def csv(self) -> str:
        """Comma-separated, one heading; cells that a spreadsheet would run as a formula are guarded."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([guarded(column.title) for column in self.columns])
        writer.writerows([guarded(cell) for cell in row] for row in self.rows)
        return out.getvalue()

    def markdown(self) -> list[str]:
        """A pipe table; pipes, backticks and markup characters in cells are escaped."""
        rules = ["--:" if column.align == "right" else ":--" for column in self.columns]
        lines = [_pipe(escape_markdown(column.title) for column in self.columns), _pipe(rules)]
        lines += [_pipe(escape_markdown(cell) for cell in row) for row in self.rows]
        return lines


def guarded(cell: str) -> str:
    """`cell` as csv may hold it: a leading `= + - @`, tab or return is made text, unless the cell is a number."""
    clean = sanitize(cell)
    if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _is_number(cell):
        return f"'{clean}"
    return clean


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _pipe(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escape_markdown(text: str) -> str:
    """`text` so that markdown shows it as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|~&" else letter for letter in sanitize(text))


def columns_of(text: str) -> int:
    """How many terminal columns `text` takes; it holds no control characters."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # only names beyond ASCII need it

    return max(0, int(wcswidth(text)))


def clip(text: str, width: int) -> str:
    """`text` cut to `width` terminal columns, its last one `~` where something was cut."""
    if columns_of(text) <= width:
        return text
    kept = text
    while kept and columns_of(kept) > width - 1:
        kept = kept[:-1] if columns_of(kept) - width < 8 else kept[: -max(1, (columns_of(kept) - width) // 2)]
    return kept + "~" if width > 0 else ""


def padded(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """`text` cut or padded to exactly `width` terminal columns."""
    text = clip(text, width)
    gap = " " * (width - columns_of(text))
    return gap + text if align == "right" else text + gap


def wrap(text: str, width: int | None, indent: str = "") -> list[str]:
    """`text` in lines of at most `width` terminal columns, broken at spaces, each after `indent`."""
    if width is None:
        return [indent + text]
    room = max(20, width - len(indent))
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and columns_of(line) + 1 + columns_of(word) > room:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else clip(word, room)
    return [indent + line for line in [*lines, line]]
