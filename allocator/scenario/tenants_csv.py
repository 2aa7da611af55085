"""Tenants from a CSV file: one row a work, rows of one name are one tenant's.

Columns `name` (required), `weight`, `priority`, `work` (the work's name), `tasks`, `divisible`, `held`; every other
column is a resource, and its cells are what one task needs. An empty cell is the default.
A tenant's weight is that of its first row; a later row repeats it or leaves it empty. Its priority is that of its
first row; a later row that says another gives its own work that priority. Several rows without `work` are named
work-1, work-2, ... Reads lines, never opens a file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from allocator.core.errors import Fault, QuantityError
from allocator.core.model import Tenant, Work
from allocator.core.text import did_you_mean
from allocator.scenario import values
from allocator.scenario.faults import Collector, Spot

COLUMNS = ("name", "weight", "priority", "work", "tasks", "divisible", "held")
"""Those that are no resource."""

T = TypeVar("T")
D = TypeVar("D")

_WHOLE = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class CsvTenants(NamedTuple):
    """What a CSV file of tenants says."""

    tenants: list[Tenant]
    """In order of their first rows."""
    faults: list[Fault]
    warnings: list[Fault]
    resources: tuple[str, ...]
    """The resource columns, in their order."""
    lines: list[list[int]]
    """For each tenant the line of each of its work."""


@dataclass(slots=True)
class _Draft:
    """A tenant whose rows are still coming in."""

    weight: Fraction
    priority: int
    line: int
    work: list[tuple[str, Work, int]] = field(default_factory=list)
    """Name, or empty; the work; the line."""


def read_tenants(lines: Iterable[str], file: str) -> CsvTenants:
    """The tenants in `lines`, with every fault and the line of each row.

    Args:
        lines: The text, line by line, line ends kept.
        file: What faults call the file.
    """
    return _Reader(file).read(lines)


class _Reader:
    def __init__(self, file: str) -> None:
        self._collect = Collector(file)
        self._columns: dict[str, int] = {}
        self._resources: dict[str, int] = {}
        self._width = 0
        self._drafts: dict[str, _Draft] = {}
        # Cells read before, by column and text: large files repeat few values.
        self._amounts: dict[tuple[str, str], int] = {}
        self._values: dict[tuple[str, str], Any] = {}
        self._line = 1

    def read(self, lines: Iterable[str]) -> CsvTenants:
        rows = csv.reader(lines, strict=True)
        try:
            for row in rows:
                if not any(row):
                    continue
                self._line = rows.line_num
                if self._columns:
                    self._row(row)
                elif not self._header(row):
                    break
        except csv.Error as error:
            self._line = max(1, rows.line_num)
            self._fault("", f"this is not CSV: {_words(error)}")
        else:
            if not self._width:
                self._fault("", f"empty, expected a first line with {', '.join(COLUMNS)} and resources")
        return CsvTenants(
            [self._tenant(name, draft) for name, draft in self._drafts.items()],
            self._collect.faults(""),
            self._collect.warnings(""),
            tuple(self._resources),
            [[line for _, _, line in draft.work] for draft in self._drafts.values()],
        )

    def _header(self, row: list[str]) -> bool:
        """Take the columns; False where rows cannot be read by them."""
        self._width = len(row)
        cells = [cell.strip() for cell in row]
        if "name" not in cells:
            hint = did_you_mean("name", cells)
            if len(row) == 1:
                hint = next(
                    (f"; columns are parted by ',', not by {values.found(c)}" for c in ";\t|" if c in row[0]), hint
                )
            self._fault("name", f"missing; the first line names the columns, and name is one of them{hint}")
            return False
        for index, cell in enumerate(cells):
            if not cell:
                self._fault("", f"column {index + 1} has no name")
            elif cell in self._columns or cell in self._resources:
                self._fault(cell, "this column is here for the second time")
            else:
                (self._columns if cell in COLUMNS else self._resources)[cell] = index
        return True

    def _row(self, row: list[str]) -> None:
        if len(row) > self._width:
            self._fault("", f"found {len(row)} cells, expected {self._width} as in the first line")
            return
        row += [""] * (self._width - len(row))
        name = row[self._columns["name"]]
        if not name.strip():
            self._fault("name", "missing; a tenant needs a name")
            return
        weight = self._cell(row, "weight", values.weight, None)
        priority = self._cell(row, "priority", _priority, None)
        draft = self._drafts.get(name)
        if draft is None:
            draft = _Draft(Fraction(1) if weight is None else weight, 100 if priority is None else priority, self._line)
            self._drafts[name] = draft
        elif weight is not None and weight != draft.weight:
            self._fault("weight", f"found {weight}, expected {draft.weight} as on line {draft.line}, or nothing")
        own = None if priority is None or priority == draft.priority else priority
        work_name = self._text(row, "work").strip()
        work = self._work(row, work_name, own)
        draft.work.append((work_name, work, self._line))

    def _work(self, row: list[str], name: str, priority: int | None) -> Work:
        tasks = self._text(row, "tasks")
        divisible = self._cell(row, "divisible", _yes_or_no, None)
        return values.make_work(
            self._demand(row),
            name=name,
            tasks=self._cell(row, "tasks", _tasks, 1),
            whole=bool(tasks) if divisible is None else not divisible,
            held=self._cell(row, "held", values.held, None),
            priority=priority,
            fault=self._fault,
        )

    def _demand(self, row: list[str]) -> dict[str, int]:
        demand: dict[str, int] = {}
        for resource, index in self._resources.items():
            cell = row[index]
            if not cell or cell.isspace():
                continue
            amount = self._amounts.get((resource, cell))
            if amount is None:
                try:
                    amount = values.quantity(resource, cell)
                except QuantityError as error:
                    self._fault(resource, str(error))
                    continue
                self._amounts[resource, cell] = amount
            if amount < values.FEW_BYTES and values.looks_like_gibibytes(resource, cell):
                spot = Spot(self._collect.file, self._line, resource)
                self._collect.warn(spot, values.in_bytes_warning(resource, cell), ("bytes", resource))
            demand[resource] = amount
        return demand

    def _tenant(self, name: str, draft: _Draft) -> Tenant:
        made: list[Work] = []
        declared: dict[str, int] = {}
        for number, (given, work, line) in enumerate(draft.work, start=1):
            # One unnamed work is simply the tenant's; of several, each needs a name to be told apart by.
            work_name = given or (f"work-{number}" if len(draft.work) > 1 else "")
            if work_name in declared:
                self._line = line
                self._fault("work", f"work {values.found(work_name)} is declared already on line {declared[work_name]}")
            declared.setdefault(work_name, line)
            made.append(work if work.name == work_name else replace(work, name=work_name))
        return Tenant(name, tuple(made), draft.weight, draft.priority)

    def _text(self, row: list[str], column: str) -> str:
        index = self._columns.get(column)
        return "" if index is None else row[index].strip()

    def _cell(self, row: list[str], column: str, read: Callable[[str], T], default: D) -> T | D:
        """What `read` makes of a cell, or `default` where it is empty or faulty."""
        text = self._text(row, column)
        if not text:
            return default
        if (column, text) not in self._values:
            try:
                self._values[column, text] = read(text)
            except QuantityError as error:
                self._fault(column, str(error))
                return default
        value: T = self._values[column, text]
        return value

    def _fault(self, column: str, message: str) -> None:
        self._collect.fault(Spot(self._collect.file, self._line, column), message)


def _priority(text: str) -> int:
    return values.priority(_whole(text))


def _tasks(text: str) -> int | None:
    return values.tasks(_whole(text))


def _whole(text: str) -> int | str:
    """`text` as the number it spells, or as it is where it spells none."""
    return int(text) if _WHOLE.fullmatch(text) else text


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES_NO:
        raise QuantityError(f"found {values.found(text)}, expected true or false")
    return _YES_NO[text.lower()]


def _words(error: csv.Error) -> str:
    said = str(error)
    if "field larger" in said:
        return "a cell of more than 100,000 letters; is a closing quote missing?"
    if "unexpected end" in said:
        return "the file ends inside a cell in quotes"
    if "expected after" in said:
        return "a cell in quotes goes on after its closing quote; a quote inside one is written twice"
    return "a line break or NUL where none may stand"
