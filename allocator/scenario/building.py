"""The checked tables of a file to nodes, capacity and tenants of the core.

Owns the rules inside one node or one tenant, and that names are unique. What all of them together must satisfy is
`checks`'. A faulty part is told of and left out, so that everything after it is still looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from allocator.core.errors import QuantityError
from allocator.core.model import Node, Tenant, Work
from allocator.core.resources import Quantities
from allocator.scenario import values
from allocator.scenario.faults import Collector
from allocator.scenario.positions import Path

MOST_NODES = 1_000_000
"""After expansion; a larger count is a slip of the finger."""

T = TypeVar("T")
D = TypeVar("D")

_OF_A_WORK = ("tasks", "divisible", "held")


class Builder:
    """Makes values of the tables of one file."""

    def __init__(self, tables: dict[str, Any], bad: set[Path], collect: Collector) -> None:
        self._tables = tables
        self._bad = bad
        self._collect = collect

    def capacity(self) -> dict[str, int]:
        """The pool as `[capacity]` says it."""
        return self._amounts(self._tables, (), "capacity") if "capacity" in self._tables else {}

    def nodes(self) -> list[Node]:
        """The nodes, counts expanded."""
        made: list[Node] = []
        declared: dict[str, int] = {}
        for index, table in self._list_of_tables(self._tables, (), "nodes"):
            path: Path = ("nodes", index)
            capacity = self._amounts(table, path, "capacity")
            name = self._get(table, path, "name", "node")
            count = self._get(table, path, "count", None)
            if len(made) + (count or 1) > MOST_NODES:
                self._collect.fault((*path, "count"), f"found {count}, expected at most {MOST_NODES:,} nodes in all")
                continue
            names = [name] if count is None else [f"{name}-{number}" for number in range(1, count + 1)]
            pool = self._get(table, path, "pool", "")
            twice = next((each for each in names if each in declared), None)
            if twice is not None:
                first = values.found(twice), f"nodes[{declared[twice]}]"
                self._collect.fault((*path, "name"), f"a node {first[0]} is declared already at {first[1]}")
            for each in names:
                declared.setdefault(each, index)
                made.append(Node(each, capacity, pool))
        return made

    def tenants(self) -> tuple[list[Tenant], list[int]]:
        """The tenants of the file itself, and the index of each in the file."""
        made: list[Tenant] = []
        indices: list[int] = []
        for index, table in self._list_of_tables(self._tables, (), "tenants"):
            made.append(self._tenant(table, ("tenants", index)))
            indices.append(index)
        return made, indices

    def _tenant(self, table: dict[str, Any], path: Path) -> Tenant:
        name = self._get(table, path, "name", "")
        return Tenant(
            name,
            self._work_of(table, path),
            self._value(table, path, "weight", values.weight, Fraction(1), name),
            self._value(table, path, "priority", values.priority, 100, name),
            self._amounts(table, path, "guarantee"),
            self._amounts(table, path, "limit"),
        )

    def _work_of(self, table: dict[str, Any], path: Path) -> tuple[Work, ...]:
        if "demand" in table and "work" in table:
            self._collect.fault((*path, "work"), "found demand and work, expected one of them")
        elif "demand" not in table and "work" not in table:
            named = self._get(table, path, "name", "")
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
        tables = self._list_of_tables(table, path, "work")
        made: list[Work] = []
        declared: dict[str, int] = {}
        for index, each in tables:
            place = (*path, "work", index)
            # One unnamed work is simply the tenant's; of several, each needs a name to be told apart by.
            default = f"work-{index + 1}" if len(tables) > 1 else ""
            name = self._get(each, place, "name", None)
            name = default if name is None else name
            if name in declared:
                where = f"work[{declared[name]}]"
                self._collect.fault((*place, "name"), f"work {values.found(name)} is declared already at {where}")
            declared.setdefault(name, index)
            priority = self._value(each, place, "priority", values.priority, None)
            made.append(self._work(each, place, name, priority))
        return tuple(made)

    def _work(self, table: dict[str, Any], path: Path, name: str, priority: int | None) -> Work:
        divisible: bool | None = self._get(table, path, "divisible", None)
        return values.make_work(
            self._amounts(table, path, "demand"),
            name=name,
            tasks=self._value(table, path, "tasks", values.tasks, 1),
            whole="tasks" in table if divisible is None else not divisible,
            held=self._value(table, path, "held", values.held, None),
            priority=priority,
            fault=lambda key, message: self._collect.fault((*path, key), message),
        )

    def _amounts(self, table: dict[str, Any], path: Path, key: str) -> dict[str, int]:
        made: dict[str, int] = {}
        raw: dict[str, Any] = self._get(table, path, key, {})
        for resource, value in raw.items():
            place = (*path, key, resource)
            if not resource:
                self._collect.fault(place, "found an empty name, expected a resource such as cpu")
                continue
            try:
                made[resource] = values.quantity(resource, value)
            except QuantityError as error:
                self._collect.fault(place, str(error))
                continue
            # Text, "16", was written by someone who thought about units.
            if not isinstance(value, str) and values.looks_like_gibibytes(resource, value):
                self._collect.warn(place, values.in_bytes_warning(resource, value), ("bytes", resource))
        return made

    def _value(
        self, table: dict[str, Any], path: Path, key: str, read: Callable[[object], T], default: D, who: str = ""
    ) -> T | D:
        """What `read` makes of a key's value, or `default` where there is none or it is faulty."""
        if key not in table or (*path, key) in self._bad:
            return default
        try:
            return read(table[key])
        except QuantityError as error:
            self._collect.fault((*path, key), f"{error} (tenant '{who}')" if who else str(error))
            return default

    def _get(self, table: dict[str, Any], path: Path, key: str, default: Any) -> Any:
        """A key's value, or `default` where there is none or it has the wrong kind."""
        return table[key] if key in table and (*path, key) not in self._bad else default

    def _list_of_tables(self, table: dict[str, Any], path: Path, key: str) -> list[tuple[int, dict[str, Any]]]:
        items = enumerate(self._get(table, path, key, []))
        return [(index, item) for index, item in items if (*path, key, index) not in self._bad]


def total(nodes: Sequence[Node]) -> Quantities:
    """The sum of what `nodes` have."""
    pool: dict[str, int] = {}
    for node in nodes:
        for resource, amount in node.capacity.items():
            pool[resource] = pool.get(resource, 0) + amount
    return pool
