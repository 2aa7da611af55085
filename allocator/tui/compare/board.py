"""A comparison as the screen shows it: tenants down, policies across. What is common to grants and to waits.

A board is made in the background, whole; rows are formatted when they come on screen. Computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from allocator.core.text import sanitize
from allocator.registry import Prepared
from allocator.reports.table import columns_of, padded
from allocator.tui.exports import Export
from allocator.tui.glyphs import Glyphs
from allocator.tui.picks import Sort
from allocator.tui.widgets.table import Cell, Column

FIGURES = 11
"""Columns of a percentage and its bar, or of a figure below."""


class Board(Protocol):
    """Results side by side."""

    labels: Sequence[str]
    """Of the columns, raw."""
    policies: Sequence[Prepared | None]
    """None for what runs, or ran, without one."""
    baseline: int
    """Which column the others are judged against."""
    title: Sequence[str]
    """What is compared, in lines."""
    metrics: Sequence[tuple[str, Sequence[str]]]
    """A row for each figure: its name, and a cell for each column."""
    notes: Sequence[str]
    """What the figures mean."""
    narrow: int
    """Columns that a cell needs; `FIGURES` of them are the figure itself."""
    wide: int
    """And with what has changed."""
    tenants: Sequence[str]
    """Their names, raw."""
    counted: str
    """What the tallies of the columns count, in words."""
    cut: str
    """What is missing because it was stopped, in words."""

    def cell(self, tenant: int, column: int, *, wide: bool) -> Cell:
        """What one policy gives one tenant."""

    def level(self, tenant: int, column: int) -> float:
        """How well that tenant is served, to sort by: the more the better."""

    def loss(self, tenant: int, column: int) -> float:
        """How much it loses against the baseline: above 0 where it does, below 0 where it gains."""

    def verdict(self, column: int) -> str:
        """Who gains and loses, in words."""

    def tally(self, column: int) -> str:
        """The same in a few letters."""

    def about(self, tenant: int, chosen: int) -> list[str]:
        """What is said of one tenant at once."""

    def reasons(self, tenant: int, column: int) -> str:
        """Why that policy gives it more or less; may take a while."""

    def exported(self) -> Export:
        """As the command line prints it."""


def arranged(board: Board, sort: Sort, column: int, words: str, *, losers: bool) -> Sequence[int]:
    """The tenants to show, in order: those that match, and lose under the chosen policy (under any, for the baseline).

    Args:
        board: Whose tenants.
        sort: By what.
        column: The chosen one.
        words: What a name holds, all of them.
        losers: Whether only those are shown who lose.
    """
    rows: Sequence[int] = range(len(board.tenants))
    if losers:
        judged = range(len(board.labels)) if column == board.baseline else (column,)
        rows = [row for row in rows if any(board.loss(row, at) > 0 for at in judged)]
    if parts := words.casefold().split():
        rows = [row for row in rows if all(part in sanitize(board.tenants[row]).casefold() for part in parts)]
    if sort is Sort.NAME:
        return sorted(rows, key=lambda row: sanitize(board.tenants[row]).casefold())
    if sort is Sort.COLUMN:
        return sorted(rows, key=lambda row: board.level(row, column))
    if sort is Sort.LOSS:
        return sorted(rows, key=lambda row: -board.loss(row, column))
    return rows


@dataclass(frozen=True, slots=True)
class View:
    """Which columns are on screen, and how wide each is."""

    name: int
    """Columns of the tenant's name."""
    first: int
    widths: Sequence[int]
    """Of the policies from the first on."""
    spread: frozenset[int]
    """Those that have room for what has changed."""

    @property
    def shown(self) -> range:
        """The columns on screen."""
        return range(self.first, self.first + len(self.widths))


def fitted(board: Board, width: int, chosen: int, first: int) -> View:
    """As many columns as fit, the chosen one among them and the widest; all of them wide where there is room."""
    count = len(board.labels)
    name = 16 if width < 70 else 20 if width < 100 else 25
    room = width - name - 3
    if count * (board.wide + 1) <= room:
        return View(name, 0, [board.wide] * count, frozenset(range(count)))
    each, own = board.narrow + 1, board.wide + 1
    if room < own + each:
        own = min(each, room)
    fits = min(count, 1 + max(0, (room - own) // each))
    first = max(0, min(first, chosen, count - fits))
    first = max(first, chosen - fits + 1)
    widths = [own - 1 if at == chosen else board.narrow for at in range(first, first + fits)]
    return View(name, first, widths, frozenset((chosen,)) if own > each else frozenset())


class BoardRows:
    """The rows of the table: some tenants, some policies.

    Args:
        board: What is compared.
        rows: The tenants, in order.
        view: The columns.
        chosen: The column that keys are about.
        sort: What is marked in the heading.
        glyphs: What marks are drawn with.
    """

    def __init__(self, board: Board, rows: Sequence[int], view: View, chosen: int, sort: Sort, glyphs: Glyphs) -> None:
        self._board, self.rows, self._view = board, rows, view
        named = glyphs.ascending if sort is Sort.NAME else ""
        sorted_by = {Sort.COLUMN: glyphs.ascending, Sort.LOSS: glyphs.descending}.get(sort, "")
        self.columns: Sequence[Column] = (
            Column(f"tenant{named}", view.name),
            *(
                Column(heading(board, at, chosen, glyphs) + (sorted_by if at == chosen else ""), width)
                for at, width in zip(view.shown, view.widths, strict=True)
            ),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def row(self, number: int) -> Sequence[Cell]:
        """The cells of one tenant."""
        tenant, board = self.rows[number], self._board
        cells = [board.cell(tenant, at, wide=at in self._view.spread) for at in self._view.shown]
        return ((sanitize(board.tenants[tenant]), ""), *cells)

    def order(self, column: int, descending: bool) -> Sequence[int]:
        """As they are: the screen orders them, in the background."""
        return range(len(self.rows))

    def matches(self, words: str) -> Sequence[int]:
        """All of them: the screen filters."""
        return range(len(self.rows))


def heading(board: Board, column: int, chosen: int, glyphs: Glyphs) -> str:
    """What a column is called; the chosen one and the baseline are marked."""
    marks = (glyphs.cursor if column == chosen else "") + ("=" if column == board.baseline else "")
    return marks + sanitize(board.labels[column])


def headings(board: Board, chosen: int, glyphs: Glyphs) -> tuple[str, Sequence[str]]:
    """The row of what the columns are called."""
    return "", [heading(board, at, chosen, glyphs) for at in range(len(board.labels))]


def below(board: Board, view: View, rows: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Rows of figures, each under its policy."""
    lines = []
    for name, cells in rows:
        line = " " + padded(name, view.name)
        for at, width in zip(view.shown, view.widths, strict=True):
            cell = cells[at].rstrip() if columns_of(cells[at]) > FIGURES else cells[at]
            line += " " + padded(padded(cell, min(FIGURES, width), "right"), width)
        lines.append(line.rstrip())
    return lines


def beyond(board: Board, view: View) -> str:
    """How many columns are not on screen, and on which side; empty where all are."""
    left, right = view.first, len(board.labels) - view.shown.stop
    sides = [f"{left} to the left"] * bool(left) + [f"{right} to the right"] * bool(right)
    return f"more policies: {', '.join(sides)}" if sides else ""
