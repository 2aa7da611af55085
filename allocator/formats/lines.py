"""Text sources line by line, each line with its number, in batches: what readers of records loop over.

Never holds more than a chunk of text and the line that goes on after it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace

from allocator.core.errors import Fault, SnapshotError
from allocator.formats.sources import TextSource, refusal, shown

LONGEST = 4 << 20
"""Characters of one line; what is longer is no list of records."""
MOST_FAULTS = 20
"""A file with more faults than this is another kind of file: reading stops."""


def batches(source: TextSource) -> Iterator[tuple[int, list[str]]]:
    """The lines of `source` without their ends, some thousand at a time, and the number of the first of them.

    Raises:
        SnapshotError: The source cannot be read to its end, or a line is too long to be a record.
    """
    number, rest = 1, ""
    while True:
        try:
            part = source.read()
        except SnapshotError as error:
            raise SnapshotError([replace(fault, line=number) for fault in error.faults]) from error
        if not part:
            break
        lines = (rest + part).split("\n")
        rest = lines.pop()
        if len(rest) > LONGEST:
            raise refusal(source.name, f"a line of more than {LONGEST >> 20} million characters", line=number)
        if lines:
            yield number, lines
            number += len(lines)
    if rest:
        yield number, [rest]


def csv_rows(source: TextSource, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV that are not empty, each with its line; what is no row becomes a fault."""
    for first, lines in batches(source):
        rows = csv.reader(lines)
        while True:
            try:
                row = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                faults.add(first + rows.line_num - 1, f"no row of a CSV: {error}")
                continue
            if row:
                yield first + rows.line_num - 1, row


class Faults:
    """The faults of one source, collected until there are too many to be slips."""

    def __init__(self, source: TextSource) -> None:
        self._file = shown(source.name)
        self._found: list[Fault] = []

    def add(self, line: int | None, message: str, place: str = "") -> None:
        """Note a fault.

        Raises:
            SnapshotError: There are too many.
        """
        self._found.append(Fault(self._file, place, message, line))
        if len(self._found) >= MOST_FAULTS:
            self.check()

    def check(self) -> None:
        """Raise SnapshotError if there was any fault."""
        if self._found:
            raise SnapshotError(self._found)
