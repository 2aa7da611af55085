"""Slurm's text tables -> rows: fields divided by |, commas or tabs, named by a header line or by the user.

Names of fields come out as one word each, whoever wrote them: `JobID`, `job_id` and `JobID%30` are the same.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from allocator.formats.lines import batches
from allocator.formats.sources import TextSource, refusal

_ALIKE = {
    "submittime": "submit",
    "eligibletime": "eligible",
    "starttime": "start",
    "endtime": "end",
    "runtime": "elapsedraw",
    "wallclockreq": "timelimitsec",
    "nodesreq": "nnodes",
    "nodes": "nnodes",
    "allocnodes": "nnodes",
    "alloccpus": "ncpus",
    "processorsreq": "ncpus",
    "cpus": "ncpus",
    "gpusreq": "gpus",
    "name": "jobname",
    "st": "state",
    "statecompact": "state",
    "username": "user",
    "numcpus": "ncpus",
    "mincpus": "ncpus",
    "numnodes": "nnodes",
    "minmemory": "reqmem",
    "tres": "reqtres",
    "tresalloc": "alloctres",
    "reasonlist": "reason",
}
"""Names of other spellings, and of the columns of NREL's records of Eagle."""
_OF_SACCT = ("elapsed", "elapsedraw", "cputime", "cputimeraw", "exitcode")
"""Fields that no queue has."""
_FREE = ("jobname", "comment", "admincomment", "systemcomment", "workdir", "submitline", "extra")


@dataclass
class Table:
    """Rows with their fields by name; what was wrong with rows is counted."""

    source: TextSource
    fields: Sequence[str] = ()
    """The order of the fields, where the file has no header."""
    malformed: int = 0
    first_malformed: int = 0
    rows: int = 0
    names: dict[str, int] = field(default_factory=dict)
    """Each field and its place; filled when the first row is read."""
    _as_written: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Each row of as many fields as there should be, with its line.

        Raises:
            SnapshotError: The file ends in the middle of a row.
        """
        split: Callable[[str], list[str]] | None = None
        count = last = 0
        if self.fields:
            self._name(self.fields)
            count = len(self.fields)
        found = 0
        for first, lines in batches(self.source):
            for number, line in enumerate(lines, first):
                if not line or line.isspace():
                    continue
                if split is None:
                    split = _splitter(line)
                    parts = split(line)
                    if not self.fields:
                        self._name(parts)
                        count = len(parts)
                        continue
                    if word(parts[0]) == word(self.fields[0]):
                        continue  # a header after all
                parts = split(line)
                found = len(parts)
                last = number
                if found != count and len(parts := self._mended(parts, count)) != count:
                    self.bad(number)
                    continue
                self.rows += 1
                yield number, parts
        if found < count and split is not None and self.rows + self.malformed:
            message = f"found {found} fields, expected {count}: the file ends in the middle of a row"
            raise refusal(self.source.name, message, line=last)

    def bad(self, line: int) -> None:
        """Count a row that is none."""
        self.malformed += 1
        self.first_malformed = self.first_malformed or line

    @property
    def accounting(self) -> bool:
        """Whether it is what ran, rather than what is there now."""
        # sacct alone says Start and End; squeue calls them START_TIME and END_TIME, which are the same fields here.
        return self._as_written >= {"start", "end"} or not self.names.keys().isdisjoint(_OF_SACCT)

    @property
    def queue(self) -> bool:
        """Whether it is a queue as `squeue` prints it."""
        return not self.accounting

    def place(self, *names: str) -> int | None:
        """The place of the first of `names` that there is."""
        return next((self.names[name] for name in names if name in self.names), None)

    def _name(self, names: Sequence[str]) -> None:
        self._as_written = {name.strip().lower() for name in names}
        for index, name in enumerate(names):
            self.names.setdefault(word(name), index)

    def _mended(self, parts: list[str], count: int) -> list[str]:
        """A row with a divider in the name of its job, put right where nothing else can have it."""
        if len(parts) == count + 1 and parts[-1] == "":
            return parts[:-1]  # sacct -p ends its rows with a divider, and some tools their header without
        free = [self.names[name] for name in _FREE if name in self.names]
        extra = len(parts) - count
        if extra <= 0 or len(free) != 1:
            return parts
        (place,) = free
        return [*parts[:place], "|".join(parts[place : place + extra + 1]), *parts[place + extra + 1 :]]


def word(name: str) -> str:
    """The one word for a field, however a command, a version or another tool spells it."""
    plain = re.sub(r"%-?\d*$|[^a-z0-9:/()]", "", name.strip().lower())
    return _ALIKE.get(plain, plain)


def divided(line: str) -> list[str]:
    """The fields of a first line."""
    return _splitter(line)(line)


def columns(line: str) -> set[str]:
    """The fields that a first line names, if it is a header."""
    return {word(name) for name in divided(line)}


def _splitter(line: str) -> Callable[[str], list[str]]:
    """How the rows of a file with this first line are divided."""
    if "|#" in line:
        return lambda text: text.split("|#")
    if "|" in line:
        return lambda text: text.rstrip("\r").split("|")
    if "\t" in line:
        return lambda text: text.rstrip("\r").split("\t")
    if "," in line:
        return _of_csv
    return str.split


def _of_csv(text: str) -> list[str]:
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return []
