"""The lines of a table: the first columns stay, the others move sideways under a heading that says there is more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from allocator.reports.table import padded
from allocator.tui.glyphs import Glyphs
from allocator.tui.widgets.rows import Cell, Column

STYLES = {
    f"table--{name}" for name in ("header", "sorted", "hint", "row", "cursor", "good", "bad", "dim", "mark", "bar")
}
CSS = """
Table { height: 1fr; background: $surface; color: $foreground; scrollbar-size: 0 1; }
Table > .table--header { background: $surface; color: $text-muted; }
Table > .table--sorted, Table > .table--hint { background: $surface; color: $accent; text-style: bold; }
Table > .table--row { background: $surface; }
Table > .table--cursor { background: $primary 30%; text-style: bold; }
Table:ansi > .table--cursor { background: ansi_default; text-style: reverse; }
Table > .table--good { color: $success; }
Table > .table--bad { color: $error; }
Table > .table--dim { color: $text-muted; }
Table > .table--mark { color: $accent; }
Table > .table--bar { color: $primary; }
"""
Styles = Callable[[str], Style]
"""The style of a component class."""


class TableLines:
    """Lines for one set of columns.

    Args:
        columns: From left to right; those that stay come first.
        glyphs: What is drawn with.
    """

    def __init__(self, columns: Sequence[Column], glyphs: Glyphs) -> None:
        self.columns = columns
        self._glyphs = glyphs
        self._drawn_with = glyphs.full + glyphs.empty
        self._stay = sum(1 for _ in takewhile(lambda column: column.fixed, columns))
        self.staying = 1 + sum(column.width + 1 for column in columns[: self._stay])
        """How wide what stays is, with the mark of the cursor."""
        self.width = self.staying + sum(column.width + 1 for column in columns[self._stay :])
        """How wide all is."""

    def heading(self, by: tuple[int, bool] | None, left: int, width: int, styles: Styles) -> Strip:
        """The titles, what is sorted by marked, and an arrow at each side where there is more."""
        style = styles("header")
        chosen = styles("sorted")
        parts = [Segment(" ", style)]
        for index, column in enumerate(self.columns):
            title, own = column.title, style
            if by is not None and by[0] == index:
                mark = self._glyphs.descending if by[1] else self._glyphs.ascending
                title, own = padded(title, column.width - 1).rstrip() + mark, chosen
            parts += [Segment(padded(title, column.width, column.align), own), Segment(" ", style)]
        strip = self._moved(parts, left, width, style)
        hint = styles("hint")
        before, after = ("«", "»") if self._glyphs.unicode else ("<", ">")
        if left and width > self.staying:
            at = self.staying - 1
            strip = Strip.join([strip.crop(0, at), Strip([Segment(before, hint)]), strip.crop(at + 1, width)])
        if left + width < self.width:
            strip = Strip.join([strip.crop(0, width - 1), Strip([Segment(after, hint)])])
        return strip

    def row(self, cells: Sequence[Cell], here: bool, left: int, width: int, styles: Styles) -> Strip:
        """One row; `here` is where the cursor is."""
        style = styles("cursor") if here else styles("row")
        parts = [Segment(self._glyphs.cursor if here else " ", style)]
        room = left + width - 1
        for column, (text, name) in zip(self.columns, cells, strict=True):
            # A segment a cell: where letters are two columns wide, the columns after them stay in place.
            own = style if name in ("", "bar") else _over(style, styles(name))
            whole = padded(text, column.width, column.align)
            cell = Segment(whole if room >= column.width else _cut(whole, room), own)
            room -= column.width + 1
            parts.append(cell)
            if name == "bar":
                # Never in reverse: what is full would be what is empty.
                parts[-1:] = self._barred(
                    cell.text, style, _over(styles("row") if style.reverse else style, styles("bar"))
                )
            parts.append(Segment(" ", style))
        return self._moved(parts, left, width, style)

    def _barred(self, text: str, style: Style, bar: Style) -> list[Segment]:
        """The pieces of a cell, its bar in colour."""
        begin = next((at for at, letter in enumerate(text) if letter in self._drawn_with), len(text))
        end = begin + sum(1 for _ in takewhile(self._drawn_with.__contains__, text[begin:]))
        pieces = [(text[:begin], style), (text[begin:end], bar), (text[end:], style)]
        return [Segment(piece, own) for piece, own in pieces if piece]

    def _moved(self, parts: list[Segment], left: int, width: int, style: Style) -> Strip:
        if not left:
            return Strip(parts).crop_extend(0, width, style)
        whole = Strip(parts)
        begin = self.staying + left
        moves = whole.crop_extend(begin, begin + max(0, width - self.staying), style)
        return Strip.join([whole.crop(0, self.staying), moves]).crop_extend(0, width, style)

    def at(self, x: int, left: int) -> int | None:
        """The column at a place of a line."""
        return next((index for index, begin, end in self._spans(left) if begin <= x < end), None)

    def _spans(self, left: int) -> Iterator[tuple[int, int, int]]:
        begin = 1
        for index, column in enumerate(self.columns):
            moved = 0 if index < self._stay else left
            edge = 0 if index < self._stay else self.staying
            yield index, max(edge, begin - moved), begin + column.width + 1 - moved
            begin += column.width + 1

    def next_edge(self, left: int, by: int) -> int:
        """How far to be moved so that the next column, or the one before, is the first after those that stay."""
        edges, begin = [0], 0
        for column in self.columns[self._stay :]:
            begin += column.width + 1
            edges.append(begin)
        if by > 0:
            return next((edge for edge in edges if edge > left), left)
        return next((edge for edge in reversed(edges) if edge < left), 0)


def _cut(text: str, room: int) -> str:
    """A cell at the edge of the screen, marked where it goes on: half a figure would be another figure."""
    return padded(text.rstrip(), room) if room > 0 else text


def _over(row: Style, own: Style) -> Style:
    """A cell's own colour on its row; none where the row is told by reverse video, which would swap it."""
    return row if row.reverse else row + Style(color=own.color)
