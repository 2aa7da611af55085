"""The checked tables about time to settings, jobs, the trace and events of the core.

Owns the rules inside one table, and that names of jobs are unique and can be waited for. What jobs and events must
agree with, tenants, nodes and totals, is `time_checks`'. A faulty part is told of and left out.
"""

from __future__ import annotations

from pathlib import Path as Directory
from typing import Any

from allocator.core.durations import LARGEST_MS
from allocator.core.timeline import Event, EventKind, Job, SimulationSettings, TraceUse
from allocator.scenario import values
from allocator.scenario.dependencies import Declared, resolved
from allocator.scenario.positions import Path
from allocator.scenario.tables import TableReader
from allocator.scenario.time_schema import OF_ANY, OF_KIND

MOST_JOBS = 1_000_000
"""After expansion of counts; more come from a generator or a trace."""

_SETTINGS = ("queue", "placement", "estimates", "at_limit", "on_failure")


class TimeBuilder:
    """Makes values of the tables about time of one file."""

    def __init__(self, reader: TableReader) -> None:
        self._reader = reader
        self._collect = reader.collect

    def settings(self) -> SimulationSettings:
        """How a run goes, as `[simulation]` says it."""
        table: dict[str, Any] = self._reader.get(self._reader.tables, (), "simulation", {})
        path: Path = ("simulation",)
        # A faulty one is taken for the latest, so that nothing is told to be without end as well.
        latest = LARGEST_MS if "duration" in table else None
        chosen = {key: self._reader.get(table, path, key, None) for key in _SETTINGS}
        return SimulationSettings(
            duration_ms=self._reader.value(table, path, "duration", values.horizon, latest),
            seed=self._reader.value(table, path, "seed", values.seed, 1),
            **{key: word for key, word in chosen.items() if word is not None},
        )

    def jobs(self) -> tuple[list[Job], list[int]]:
        """The jobs, counts expanded, and the index in the file of each."""
        made: list[Job] = []
        indices: list[int] = []
        declared: list[Declared] = []
        for index, table in self._reader.list_of(self._reader.tables, (), "jobs"):
            path: Path = ("jobs", index)
            count: int | None = self._reader.get(table, path, "count", None)
            if len(made) + (count or 1) > MOST_JOBS:
                message = f"found {count or 1}, expected at most {MOST_JOBS:,} jobs in all; [[workloads]] can make more"
                self._collect.fault((*path, "count") if count else path, message)
                continue
            name: str = self._reader.get(table, path, "name", "")
            after = self._reader.texts_at(table, path, "after")
            declared.append(Declared(index, name, count, len(made), after))
            made += self._jobs(table, path, declared[-1])
            indices += [index] * (count or 1)
        return resolved(made, declared, self._collect), indices

    def _jobs(self, table: dict[str, Any], path: Path, declared: Declared) -> list[Job]:
        reader = self._reader
        submit = reader.value(table, path, "submit", values.duration, 0)
        runtime = reader.value(table, path, "runtime", values.duration, 0)
        estimate = reader.value(table, path, "estimate", values.span, None)
        deadline = reader.value(table, path, "deadline", values.span, None)
        every = reader.value(table, path, "every", values.duration, 0)
        count = declared.count or 1
        if "every" in table and "count" not in table:
            self._collect.fault((*path, "every"), "belongs to count: how many jobs there are, one every so often")
        last = submit + (count - 1) * every
        if last + max(runtime, estimate or 0, deadline or 0) > LARGEST_MS:
            latest = f"expected every time of a run within {LARGEST_MS // 86_400_000:,} days"
            self._collect.fault((*path, "submit"), f"this job, or the last of them, ends too late; {latest}")
            submit, every = 0, 0
        demand = reader.amounts(table, path, "demand")
        tasks = reader.value(table, path, "tasks", values.job_tasks, 1)
        priority = reader.value(table, path, "priority", values.priority, None)
        pools = reader.texts(table, path, "pools")
        tenant: str = reader.get(table, path, "tenant", "")
        return [
            Job(
                tenant,
                submit_ms=at,
                runtime_ms=runtime,
                demand=demand,
                name=declared.job_name(number),
                tasks=tasks,
                estimate_ms=estimate,
                priority=priority,
                deadline_ms=None if deadline is None else at + deadline,
                pools=pools,
            )
            for number, at in enumerate((submit + step * every for step in range(count)), start=1)
        ]

    def trace(self, directory: Directory) -> TraceUse | None:
        """The file to replay, as `[trace]` says it; None where there is none.

        Args:
            directory: Of the scenario.
        """
        tables = self._reader.tables
        table: dict[str, Any] | None = self._reader.get(tables, (), "trace", None)
        if table is None:
            return None
        path: Path = ("trace",)
        reader = self._reader
        if "load" in table and "scale" in table:
            message = "found load and scale, expected one of them: both stretch the times between arrivals"
            self._collect.fault((*path, "scale"), message)
        begin = reader.value(table, path, "from", values.duration, None)
        end = reader.value(table, path, "to", values.span, None)
        if begin is not None and end is not None and begin >= end:
            self._collect.fault((*path, "to"), f"found {values.found(table['to'])}, expected more than from")
        raw: dict[str, str] = reader.get(table, path, "options", {})
        return TraceUse(
            path=reader.get(table, path, "path", ""),
            directory=str(directory),
            format=reader.get(table, path, "format", ""),
            tenant=reader.get(table, path, "tenant", ""),
            load=reader.value(table, path, "load", values.factor, None),
            scale=reader.value(table, path, "scale", values.factor, 1.0),
            from_ms=begin,
            to_ms=end,
            nodes_from=reader.get(table, path, "nodes_from", ""),
            fields=reader.texts(table, path, "fields"),
            options={key: text for key, text in raw.items() if not reader.is_bad((*path, "options", key))},
        )

    def events(self) -> tuple[list[Event], list[int]]:
        """The events, and the index in the file of each."""
        made: list[Event] = []
        indices: list[int] = []
        for index, table in self._reader.list_of(self._reader.tables, (), "events"):
            path: Path = ("events", index)
            kind: EventKind | None = self._reader.get(table, path, "kind", None)
            if kind is None:
                continue
            self._check_keys(table, path, kind)
            reader = self._reader
            made.append(
                Event(
                    at_ms=reader.value(table, path, "at", values.duration, 0),
                    kind=kind,
                    priority=reader.value(table, path, "priority", values.priority, 100),
                    node=reader.get(table, path, "node", ""),
                    tenant=reader.get(table, path, "tenant", ""),
                    capacity=reader.amounts(table, path, "capacity"),
                    value=self._new_value(table, path, kind),
                    text=reader.get(table, path, "text", ""),
                )
            )
            indices.append(index)
        return made, indices

    def _check_keys(self, table: dict[str, Any], path: Path, kind: EventKind) -> None:
        needed = OF_KIND[kind]
        allowed = needed
        if kind == "capacity":
            allowed = (*needed, "node")
            # Of nodes, one; where the trace brings them along, they are not known yet.
            needed = allowed if "nodes" in self._reader.tables else needed
        for key in needed:
            if key not in table:
                self._collect.fault((*path, key), f"missing; an event of kind '{kind}' needs {' and '.join(needed)}")
        for key in table:
            if key not in (*OF_ANY, *allowed) and not self._reader.is_bad((*path, key)):
                takes = ", ".join(dict.fromkeys([*OF_ANY, *allowed]))
                self._collect.fault((*path, key), f"an event of kind '{kind}' takes only {takes}")
        if kind == "capacity" and table.get("capacity") == {}:
            self._collect.fault((*path, "capacity"), "found a table without a resource, expected one such as cpu = 2")

    def _new_value(self, table: dict[str, Any], path: Path, kind: EventKind) -> object:
        if kind == "weight":
            return self._reader.value(table, path, "value", values.weight, None)
        if kind == "priority":
            return self._reader.value(table, path, "value", values.priority, None)
        return None
