"""Collects what is wrong with a file while it is read, and puts a line to each fault at the end.

Lines are looked up once, in one pass, and only when there is something to say. Never decides what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from allocator.core.errors import Fault
from allocator.scenario.positions import Path, find_lines, show


@dataclass(frozen=True, slots=True)
class Spot:
    """A place whose file and line are known already, such as a cell of a CSV file."""

    file: str
    line: int | None
    column: str = ""


@dataclass(slots=True)
class _Note:
    where: Path | Spot
    message: str
    more: int = 0
    """How many further places the same is true of."""


class Collector:
    """The faults and warnings of one file and of those it names."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._faults: list[_Note] = []
        self._warnings: dict[object, _Note] = {}

    def fault(self, where: Path | Spot, message: str) -> None:
        """The file cannot be used, for this reason too."""
        self._faults.append(_Note(where, message))

    def warn(self, where: Path | Spot, message: str, about: object = None) -> None:
        """Something is probably not what was meant. Of several with the same `about`, the first speaks for all."""
        key = (len(self._warnings),) if about is None else about
        if key in self._warnings:
            self._warnings[key].more += 1
        else:
            self._warnings[key] = _Note(where, message)

    def faults(self, text: str) -> list[Fault]:
        """All faults by line, those of the file itself before those of files it names."""
        return self._placed(self._faults, text)

    def warnings(self, text: str) -> list[Fault]:
        """All warnings by line, as `faults`."""
        return self._placed(list(self._warnings.values()), text)

    def _placed(self, notes: list[_Note], text: str) -> list[Fault]:
        paths = [note.where for note in notes if not isinstance(note.where, Spot)]
        lines = find_lines(text, paths) if any(paths) else {}
        faults = []
        for note in notes:
            message = note.message
            if note.more:
                message += f" (and {note.more:,} more such {'place' if note.more == 1 else 'places'})"
            if isinstance(note.where, Spot):
                faults.append(Fault(note.where.file, note.where.column, message, note.where.line))
            else:
                faults.append(Fault(self.file, show(note.where), message, lines.get(note.where)))
        # Stable: faults of one line stay in the order in which they were found.
        return sorted(faults, key=lambda fault: (fault.file != self.file, fault.line or 0))
