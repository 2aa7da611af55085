"""A grid with policies across: as many columns as the width holds, then the next block, the first column repeated.

Lays out text only; what the cells say is decided elsewhere. Names pass through `sanitize` here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from allocator.core.text import sanitize
from allocator.reports.table import Column, Table, clip, columns_of

_LONGEST = 30
"""A heading in one line is cut to this."""
_NARROW = 12
"""A heading that wraps is wrapped to this."""
_LINES = 3
_GAP = "  "
_LEAST = 10


@dataclass(slots=True)
class Grid:
    """A first column, and a cell of each row under each label."""

    title: str
    labels: Sequence[str]
    rows: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def add(self, name: str, cells: Sequence[str]) -> None:
        """Add a row; a cell for each label."""
        self.rows.append((name, cells))

    def text(self, width: int) -> list[str]:
        """Lines of at most `width` terminal columns, headings wrapped only where that saves a block."""
        names = [sanitize(name) for name, _ in self.rows]
        first = min(max(map(columns_of, [self.title, *names])), max(_LEAST, width // 2))
        room = max(_LEAST, width - first - len(_GAP))
        headings = [_heading(label, min(_LONGEST, room)) for label in self.labels]
        widths = self._widths(headings)
        if sum(widths) + len(_GAP) * (len(widths) - 1) > room:
            headings = [_wrapped(label, min(_NARROW, room)) for label in self.labels]
            widths = self._widths(headings)
        widths = [min(width, room) for width in widths]
        lines: list[str] = []
        for block in _blocks(widths, room):
            if lines:
                lines.append("")
            lines += self._block(block, names, headings, widths, first)
        return lines

    def _widths(self, headings: Sequence[Sequence[str]]) -> list[int]:
        return [
            max(map(columns_of, [*heading, *(cells[index] for _, cells in self.rows)]))
            for index, heading in enumerate(headings)
        ]

    def _block(
        self,
        block: Sequence[int],
        names: Sequence[str],
        headings: Sequence[Sequence[str]],
        widths: Sequence[int],
        first: int,
    ) -> Iterator[str]:
        deep = max((len(headings[index]) for index in block), default=1)
        for level in range(deep):
            cells = []
            for index in block:
                blank = deep - len(headings[index])
                cells.append(headings[index][level - blank] if level >= blank else "")
            yield _line(self.title if level == deep - 1 else "", first, cells, [widths[index] for index in block])
        for name, (_, row) in zip(names, self.rows, strict=True):
            yield _line(name, first, [row[index] for index in block], [widths[index] for index in block])

    def table(self) -> Table:
        """The same as a table, for markdown: one block, nothing cut."""
        table = Table([Column(self.title), *(Column(label, "right") for label in self.labels)])
        for name, cells in self.rows:
            table.add(name, *(cell.strip() for cell in cells))
        return table


def _line(name: str, first: int, cells: Sequence[str], widths: Sequence[int]) -> str:
    name = clip(name, first)
    parts = [name + " " * (first - columns_of(name))]
    for cell, width in zip(cells, widths, strict=True):
        fitted = clip(cell, width)
        parts.append(" " * (width - columns_of(fitted)) + fitted)
    return _GAP.join(parts).rstrip()


def _heading(label: str, width: int) -> list[str]:
    return [clip(sanitize(label), width)]


def _wrapped(label: str, width: int) -> list[str]:
    """`label` broken after hyphens, commas and spaces, in at most a few lines; what does not fit is cut."""
    lines = [""]
    for part in re.findall(r"[^-\s,]*[-\s,]*", sanitize(label)):
        if lines[-1] and columns_of(lines[-1] + part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    kept = [line.rstrip() for line in lines]
    if len(kept) > _LINES:
        kept = [*kept[: _LINES - 1], kept[_LINES - 1] + kept[_LINES]]
    return [clip(line, width) for line in kept]


def _blocks(widths: Sequence[int], room: int) -> Iterator[list[int]]:
    """Indices of the columns of each block; a block has at least one."""
    block: list[int] = []
    used = 0
    for index, width in enumerate(widths):
        if block and used + len(_GAP) + width > room:
            yield block
            block, used = [], 0
        used += width + (len(_GAP) if block else 0)
        block.append(index)
    if block or not widths:
        yield block
