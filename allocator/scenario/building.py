"""The checked tables of a file to nodes, capacity and tenants of the core.

Owns the rules inside one node or one tenant, and that names are unique. What all of them together must satisfy is
`checks`'. A faulty part is told of and left out, so that everything after it is still looked at.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from allocator.core.model import Node, Tenant, Work
from allocator.core.resources import Quantities
from allocator.scenario import values
from allocator.scenario.positions import Path
from allocator.scenario.tables import TableReader

MOST_NODES = 1_000_000
"""After expansion; a larger count is a slip of the finger."""

_OF_A_WORK = ("tasks", "divisible", "held", "pools")


class Builder:
    """Makes values of the tables of one file."""

    def __init__(self, reader: TableReader) -> None:
        self._reader = reader
        self._collect = reader.collect
        tables = reader.tables
        self._timed = bool(tables.get("jobs") or tables.get("workloads") or "trace" in tables)

    def capacity(self) -> dict[str, int]:
        """The pool as `[capacity]` says it."""
        return self._reader.amounts(self._reader.tables, (), "capacity") if "capacity" in self._reader.tables else {}

    def nodes(self) -> list[Node]:
        """The nodes, counts expanded."""
        made: list[Node] = []
        declared: dict[str, int] = {}
        for index, table in self._reader.list_of(self._reader.tables, (), "nodes"):
            path: Path = ("nodes", index)
            capacity = self._reader.amounts(table, path, "capacity")
            name = self._reader.get(table, path, "name", "node")
            count = self._reader.get(table, path, "count", None)
            if len(made) + (count or 1) > MOST_NODES:
                self._collect.fault((*path, "count"), f"found {count}, expected at most {MOST_NODES:,} nodes in all")
                continue
            names = [name] if count is None else [f"{name}-{number}" for number in range(1, count + 1)]
            pool = self._reader.get(table, path, "pool", "")
            twice = next((each for each in names if each in declared), None)
            if twice is not None:
                first = values.found(twice), f"nodes[{declared[twice]}]"
                self._collect.fault((*path, "name"), f"a node {first[0]} is declared already at {first[1]}")
            load = self._load(table, path, capacity)
            for each in names:
                declared.setdefault(each, index)
                made.append(Node(each, capacity, pool, load))
        return made

    def _load(self, table: dict[str, Any], path: Path, capacity: Quantities) -> dict[str, int]:
        load = self._reader.amounts(table, path, "load")
        written: dict[str, Any] = self._reader.get(table, path, "capacity", dict(load))
        for resource in [name for name, amount in load.items() if amount > capacity.get(name, 0)]:
            del load[resource]
            # Where the node's own amount could not be read, that is told, and nothing follows from it.
            if resource in capacity or resource not in written:
                most = f"its capacity, {values.found(written[resource])}" if resource in capacity else "0: it has none"
                message = f"found {values.found(table['load'][resource])}, expected at most {most}"
                self._collect.fault((*path, "load", resource), message)
        return load

    def tenants(self) -> tuple[list[Tenant], list[int]]:
        """The tenants of the file itself, and the index of each in the file."""
        made: list[Tenant] = []
        indices: list[int] = []
        for index, table in self._reader.list_of(self._reader.tables, (), "tenants"):
            made.append(self._tenant(table, ("tenants", index)))
            indices.append(index)
        return made, indices

    def _tenant(self, table: dict[str, Any], path: Path) -> Tenant:
        name = self._reader.get(table, path, "name", "")
        who = f"tenant '{name}'" if name else ""
        return Tenant(
            name,
            self._work_of(table, path),
            self._reader.value(table, path, "weight", values.weight, Fraction(1), who),
            self._reader.value(table, path, "priority", values.priority, 100, who),
            self._reader.amounts(table, path, "guarantee"),
            self._reader.amounts(table, path, "limit"),
        )

    def _work_of(self, table: dict[str, Any], path: Path) -> tuple[Work, ...]:
        if "demand" in table and "work" in table:
            self._collect.fault((*path, "work"), "found demand and work, expected one of them")
        elif "demand" not in table and "work" not in table and not self._timed:
            named = self._reader.get(table, path, "name", "")
            who = f" of tenant '{named}'" if named else ""
            self._collect.fault(
                path, f"expected demand or work{who}: what one task needs, such as demand = {{ cpu = 1 }}"
            )
        own = [key for key in _OF_A_WORK if key in table]
        # Looked at even where it has no business here, so that its own faults are told as well.
        work = (self._work(table, path, "", None),) if own or "demand" in table else ()
        if "work" not in table:
            return work
        for key in own:
            if "demand" not in table:
                self._collect.fault((*path, key), "belongs inside [[tenants.work]] here, since each work has its own")
        tables = self._reader.list_of(table, path, "work")
        made: list[Work] = []
        declared: dict[str, int] = {}
        for index, each in tables:
            place = (*path, "work", index)
            # One unnamed work is simply the tenant's; of several, each needs a name to be told apart by.
            default = f"work-{index + 1}" if len(tables) > 1 else ""
            name = self._reader.get(each, place, "name", None)
            name = default if name is None else name
            if name in declared:
                where = f"work[{declared[name]}]"
                self._collect.fault((*place, "name"), f"work {values.found(name)} is declared already at {where}")
            declared.setdefault(name, index)
            priority = self._reader.value(each, place, "priority", values.priority, None)
            made.append(self._work(each, place, name, priority))
        return tuple(made)

    def _work(self, table: dict[str, Any], path: Path, name: str, priority: int | None) -> Work:
        divisible: bool | None = self._reader.get(table, path, "divisible", None)
        return values.make_work(
            self._reader.amounts(table, path, "demand"),
            name=name,
            tasks=self._reader.value(table, path, "tasks", values.tasks, 1),
            whole="tasks" in table if divisible is None else not divisible,
            held=self._reader.value(table, path, "held", values.held, None),
            priority=priority,
            pools=self._reader.texts(table, path, "pools"),
            fault=lambda key, message: self._collect.fault((*path, key), message),
        )
