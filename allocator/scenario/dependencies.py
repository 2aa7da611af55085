"""What jobs wait for: names in `after` to names of jobs, each known and none in a circle.

Knows jobs by their names alone. The name of a table with a count stands for all of its jobs; in a table with the same
count, for the one of the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from allocator.core.timeline import Job
from allocator.scenario.faults import Collector
from allocator.scenario.names import Names
from allocator.scenario.values import found

_SHOWN = 8
"""Jobs of a circle that are named; a longer one is cut short."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One `[[jobs]]` table: which jobs it stands for, and what they wait for."""

    index: int
    """In the file."""
    name: str
    count: int | None
    first: int
    """The place of its first job among all."""
    after: Sequence[tuple[int, str]] = ()
    """Each name that is written in `after`, with its place in the list."""

    def job_name(self, number: int) -> str:
        """The name of its job of that number, 1 first; empty where it has none."""
        return f"{self.name}-{number}" if self.name and self.count is not None else self.name

    def job_names(self) -> Iterator[str]:
        """The names of all its jobs, in order."""
        return (self.job_name(number) for number in range(1, (self.count or 1) + 1))


def resolved(jobs: Sequence[Job], declared: Sequence[Declared], collect: Collector) -> list[Job]:
    """`jobs` with `after` filled in; each name that is unknown, double or in a circle is told of.

    Args:
        jobs: In order of declaration.
        declared: The tables that they come from, in order.
        collect: Is told of each fault.
    """
    named = _named(declared, collect)
    counted = {one.name: one for one in declared if one.name and one.count is not None}
    known = Names([*counted, *named], "none with a name")
    made: list[Job] = []
    for one in declared:
        own = jobs[one.first : one.first + (one.count or 1)]
        made += _waiting(own, one, named, counted, known, collect) if one.after else own
    _check_circles(made, declared, named, collect)
    return made


def _named(declared: Sequence[Declared], collect: Collector) -> dict[str, int]:
    """Each name of a job, and its place among all jobs."""
    named: dict[str, int] = {}
    tables: dict[str, int] = {}
    for one in declared:
        if not one.name:
            continue
        twice = next((name for name in one.job_names() if name in named), None)
        if twice is not None:
            message = f"a job {found(twice)} is declared already at jobs[{tables[twice]}]"
            collect.fault(("jobs", one.index, "name"), message)
        for place, name in enumerate(one.job_names(), start=one.first):
            named.setdefault(name, place)
            tables.setdefault(name, one.index)
    return named


def _waiting(
    jobs: Sequence[Job],
    table: Declared,
    named: Mapping[str, int],
    counted: Mapping[str, Declared],
    known: Names,
    collect: Collector,
) -> list[Job]:
    """The jobs of one table with the names that each waits for."""
    waits: list[dict[str, None]] = [{} for _ in jobs]
    for place, name in table.after:
        path = ("jobs", table.index, "after", place)
        many = counted.get(name)
        if name in named:
            for wait in waits:
                wait[name] = None
        elif many is None:
            collect.fault(path, f"no job {found(name)}{known.hint(name)}")
        elif table.count is None:
            waits[0].update(dict.fromkeys(many.job_names()))
        elif table.count == many.count:
            for wait, each in zip(waits, many.job_names(), strict=True):
                wait[each] = None
        else:
            message = f"{found(name)} are {many.count} jobs and these are {table.count}"
            collect.fault(path, f"{message}, expected as many, or the name of one, such as {many.job_name(1)}")
    return [replace(job, after=tuple(wait)) for job, wait in zip(jobs, waits, strict=True)]


def _check_circles(
    jobs: Sequence[Job], declared: Sequence[Declared], named: Mapping[str, int], collect: Collector
) -> None:
    """No job waits, by others or at once, for itself; of circles through the same tables one is told of."""
    table_of = [one for one in declared for _ in range(one.count or 1)]
    told: set[frozenset[int]] = set()
    done = bytearray(len(jobs))
    for root in range(len(jobs)):
        if done[root] or not jobs[root].after:
            continue
        path: list[int] = [root]
        on_path = {root: 0}
        ways = [iter(jobs[root].after)]
        while path:
            name = next(ways[-1], None)
            if name is None:
                done[path[-1]] = 1
                del on_path[path.pop()]
                ways.pop()
                continue
            following = named[name]
            if following in on_path:
                circle = path[on_path[following] :]
                tables = frozenset(table_of[job].index for job in circle)
                if not told & {tables}:
                    told.add(tables)
                    _tell(circle, jobs, table_of[circle[0]].index, collect)
            elif not done[following]:
                on_path[following] = len(path)
                path.append(following)
                ways.append(iter(jobs[following].after))


def _tell(circle: Sequence[int], jobs: Sequence[Job], table: int, collect: Collector) -> None:
    names = [jobs[job].name for job in circle]
    if len(names) == 1:
        message = f"{names[0]} waits for itself"
    else:
        shown = names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], "..."]
        message = f"these wait for each other: {' -> '.join([*shown, names[0]])}"
    collect.fault(("jobs", table, "after"), f"{message}; none of them could ever start")
