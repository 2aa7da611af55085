"""The `[[workloads]]` tables to generators of the core, and back.

Owns the faults of one table. What may be drawn, and how that is spelled, is `draws`'; what the rest of the scenario
has is told by the caller. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from allocator.core.draws import ARRIVALS, ESTIMATES, MOST_JOBS, PRESETS, RUNTIMES, TASKS, mean_gap, most_tasks
from allocator.core.durations import write_duration
from allocator.core.generators import Draw, Generator, Shape
from allocator.core.kinds import Family, Parameter
from allocator.core.resources import LARGEST, Quantities
from allocator.core.text import did_you_mean
from allocator.scenario import draws, values
from allocator.scenario.names import Names
from allocator.scenario.positions import Path
from allocator.scenario.spelling import amounts
from allocator.scenario.tables import TableReader
from allocator.scenario.values import found
from allocator.scenario.workload_fields import JOBS, LOAD, SHARE, SKEW
from allocator.scenario.workload_fields import ShapeTable as ShapeTable
from allocator.scenario.workload_fields import WorkloadTable as WorkloadTable

_NEEDED = {
    "arrivals": 'arrivals = { kind = "poisson", mean = "30s" }',
    "runtime": 'runtime = "5m"',
    "demand": "demand = { cpu = 1 }",
}


def build(
    reader: TableReader,
    *,
    tenants: Sequence[str] | None,
    resources: Collection[str],
    horizon: int | None,
) -> tuple[Generator, ...]:
    """A generator for each `[[workloads]]` table of a file; a faulty part is told of and left out.

    Args:
        reader: The tables of the file.
        tenants: The names of all that there are; None where not all could be read.
        resources: Those of the capacity, whether or not their amounts could be read; empty where none could.
        horizon: The end of the run in ms; None drains.
    """
    made: list[Generator] = []
    who = None if tenants is None else Names(tenants)
    what = Names(resources)
    named: dict[str, int] = {}
    for index, table in reader.list_of(reader.tables, (), "workloads"):
        one = _Table(reader, table, ("workloads", index), who, what)
        generator = one.generator()
        one.check_needed(generator)
        one.check_end(generator, horizon)
        first = named.setdefault(generator.name, index) if generator.name else index
        if first != index:
            one.fault("name", f"a workload {found(generator.name)} is declared already at workloads[{first}]")
        made.append(generator)
    return tuple(made)


class _Table:
    """One `[[workloads]]` table."""

    def __init__(
        self,
        reader: TableReader,
        table: dict[str, Any],
        path: Path,
        tenants: Names | None,
        resources: Names,
    ) -> None:
        self._reader = reader
        self._table = table
        self._path = path
        self._tenants = tenants
        self._resources = resources
        self._draws = draws.DrawReader(reader.collect)

    def fault(self, key: str, message: str) -> None:
        """Tell of a key, or where it is empty of the table itself."""
        self._reader.collect.fault((*self._path, key) if key else self._path, message)

    def generator(self) -> Generator:
        """What the table says."""
        tasks = self._draw(TASKS)
        return Generator(
            tenants=self._who(),
            name=self._get("name", ""),
            preset=self._preset(),
            arrivals=self._draw(ARRIVALS),
            runtime=self._draw(RUNTIMES),
            shapes=self._shapes(most_tasks(tasks)),
            tasks=tasks,
            estimate=self._draw(ESTIMATES),
            skew=self._parameter(self._table, self._path, SKEW),
            load=self._parameter(self._table, self._path, LOAD),
            jobs=self._parameter(self._table, self._path, JOBS),
            from_ms=self._value("from", values.duration, 0),
            until_ms=self._value("until", values.duration, None),
            priority=self._value("priority", values.priority, None),
            deadline_ms=self._value("deadline", values.duration, None),
            pools=self._reader.texts(self._table, self._path, "pools"),
        )

    def check_needed(self, generator: Generator) -> None:
        """Tell of what is missing, and of a preset that the scenario is too small for."""
        if "preset" not in self._table:
            for key, example in _NEEDED.items():
                if key not in self._table and not (key == "demand" and "shapes" in self._table):
                    self.fault("", f"missing {key}, such as {example}; a preset would have one")
        preset = PRESETS.get(generator.preset)
        if preset is not None:
            names = generator.tenants or self._tenants
            who = preset.tenants if names is None else len(names)
            if who < preset.tenants:
                self.fault("preset", f"{preset.name} needs at least {preset.tenants} tenants, found {who}")
            if generator.shapes == () and 0 < len(self._resources) < preset.resources:
                needs = f"{preset.name} needs a capacity of at least {preset.resources} resources, or a demand"
                self.fault("preset", f"{needs}; found {len(self._resources)}")

    def check_end(self, generator: Generator, horizon: int | None) -> None:
        """Tell of a stream that has no end, never begins, or has more jobs than can be held."""
        has = self._table.__contains__
        ends = [end for end in (generator.until_ms, horizon) if end is not None]
        at_once = generator.arrivals is not None and generator.arrivals.kind == "at-once"
        if not ends and not any(map(has, ("jobs", "until", "preset"))):
            self.fault("", "would never end; expected jobs or until here, or a duration of the run")
        elif at_once and not has("jobs"):
            self.fault("", "missing jobs; at-once needs to know how many")
        if ends and generator.from_ms >= min(ends):
            key = "from" if has("from") else "until"
            self.fault(
                key, f"found {found(self._table.get(key))}, expected a time after from and until the end of the run"
            )
        if generator.load is not None and at_once:
            self.fault("load", "found with arrivals at-once, which have no time between them to scale")
        if generator.load is not None and generator.jobs == 1:
            self.fault("load", "found with jobs = 1, expected at least 2: it scales the times between arrivals")
        if ends and generator.arrivals and generator.jobs is None and generator.load is None:
            gap = mean_gap(generator.arrivals)
            expected = int((min(ends) - generator.from_ms) / gap) if gap else 0
            if expected > MOST_JOBS:
                self.fault("arrivals", f"found some {expected:,} jobs until the end, expected at most {MOST_JOBS:,}")

    def _get(self, key: str, default: Any) -> Any:
        return self._reader.get(self._table, self._path, key, default)

    def _value(self, key: str, read: Callable[[object], int], default: Any) -> Any:
        return self._reader.value(self._table, self._path, key, read, default)

    def _draw(self, family: Family) -> Draw | None:
        if family.key not in self._table:
            return None
        place = (*self._path, family.key)
        return self._draws.draw(self._table[family.key], place, family, scaled="load" in self._table)

    def _parameter(self, table: dict[str, Any], path: Path, one: Parameter) -> Any:
        if one.name not in table:
            return one.default
        read = self._draws.parameter(table[one.name], (*path, one.name), one)
        return one.default if read is None else read

    def _who(self) -> tuple[str, ...]:
        if "tenant" in self._table:
            for key in ("tenants", "skew"):
                if key in self._table:
                    self.fault(key, "found with one tenant; it is for jobs that are dealt among several")
            listed = {(*self._path, "tenant"): self._get("tenant", None)}
        else:
            listed = {(*self._path, "tenants", at): name for at, name in enumerate(self._get("tenants", ()))}
        kept = {place: name for place, name in listed.items() if name is not None and not self._reader.is_bad(place)}
        seen: set[str] = set()
        for place, name in kept.items():
            if self._tenants is not None and name not in self._tenants:
                self._reader.collect.fault(place, f"no tenant {found(name)}{self._tenants.hint(name)}")
            elif name in seen:
                self._reader.collect.fault(place, f"found {found(name)} a second time")
            seen.add(name)
        return tuple(dict.fromkeys(kept.values()))

    def _preset(self) -> str:
        name = self._table.get("preset")
        if name is None or (isinstance(name, str) and name in PRESETS):
            return name or ""
        near = did_you_mean(name, PRESETS) if isinstance(name, str) else ""
        self.fault("preset", f"found {found(name)}, expected a named workload: one of {', '.join(PRESETS)}{near}")
        return ""

    def _shapes(self, tasks: int) -> tuple[Shape, ...]:
        if "demand" in self._table and "shapes" in self._table:
            self.fault("shapes", "found demand and shapes, expected one of them")
        made: list[Shape] = []
        if self._get("demand", None) is not None:
            made.append(Shape(self._demand(self._table, self._path, tasks)))
        for index, each in self._reader.list_of(self._table, self._path, "shapes"):
            place = (*self._path, "shapes", index)
            made.append(Shape(self._demand(each, place, tasks), self._parameter(each, place, SHARE)))
        return tuple(made)

    def _demand(self, table: dict[str, Any], path: Path, tasks: int) -> Quantities:
        demand = self._reader.amounts(table, path, "demand")
        for resource, amount in demand.items():
            place = (*path, "demand", resource)
            if amount * tasks > LARGEST:
                message = f"found {found(table['demand'][resource])}, which {tasks:,} tasks take above 2^62"
                self._reader.collect.fault(place, f"{message} of the smallest unit, expected less")
            if self._resources and resource not in self._resources:
                message = f"no {found(resource)} in the capacity, so nothing that needs it fits"
                self._reader.collect.warn(place, message + self._resources.hint(resource), resource)
        return demand


def written(generator: Generator) -> Iterator[tuple[str, object]]:
    """The keys and values of the table that reads back as `generator`."""
    plain: list[tuple[str, object]] = [
        ("name", generator.name),
        ("preset", generator.preset),
        ("tenant", generator.tenants[0] if len(generator.tenants) == 1 and not generator.skew else ""),
        ("tenants", list(generator.tenants) if len(generator.tenants) > 1 or generator.skew else ()),
    ]
    yield from ((key, value) for key, value in plain if value)
    drawn = (generator.arrivals, generator.runtime, generator.tasks, generator.estimate)
    for family, draw in zip((ARRIVALS, RUNTIMES, TASKS, ESTIMATES), drawn, strict=True):
        if draw is not None:
            yield family.key, draws.write(draw, family)
    if len(generator.shapes) == 1:
        yield "demand", amounts(generator.shapes[0].demand)
    elif generator.shapes:
        yield "shapes", [_shape(shape) for shape in generator.shapes]
    if generator.skew:
        yield "skew", generator.skew
    for key, number in (("load", generator.load), ("jobs", generator.jobs), ("priority", generator.priority)):
        if number is not None:
            yield key, number
    times = (("from", generator.from_ms or None), ("until", generator.until_ms), ("deadline", generator.deadline_ms))
    yield from ((key, write_duration(time)) for key, time in times if time is not None)
    if generator.pools:
        yield "pools", list(generator.pools)


def _shape(shape: Shape) -> dict[str, object]:
    demand: dict[str, object] = {"demand": amounts(shape.demand)}
    return demand if shape.share == 1 else {**demand, "share": shape.share}
