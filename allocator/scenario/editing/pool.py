"""What there is to share as a form: the amounts of the pool, or of each kind of node and how many there are of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from allocator.core.model import Node, Scenario
from allocator.core.scaling import pooled
from allocator.scenario import checks, time_checks
from allocator.scenario.building import Builder
from allocator.scenario.editing.forms import Field, Reading, by_field, changed, filled, told
from allocator.scenario.editing.options import check_policy
from allocator.scenario.faults import Collector
from allocator.scenario.loading import PolicyFaults
from allocator.scenario.positions import Path, show
from allocator.scenario.shape import check_shape
from allocator.scenario.spelling import amounts
from allocator.scenario.tables import TableReader
from allocator.scenario.writing import policy_table

MOST_KINDS = 30
"""Kinds of node that are shown; a cluster of more is edited in its file."""
_NUMBER = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)
_ANOTHER = "name and amount, such as nvidia.com/gpu 4"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Nodes that are equal but for their names."""

    first: Node
    names: list[str]


class CapacityForm:
    """The fields of the pool, or of its nodes; one more in each for a resource that is not there yet.

    Args:
        scenario: What there is, and who shares it.
        policy_faults: What says whether options still hold.
    """

    title = "capacity"

    def __init__(self, scenario: Scenario, policy_faults: PolicyFaults) -> None:
        self._scenario = scenario
        self._policy_faults = policy_faults
        self._all = _kinds(scenario.nodes)
        self._kinds = self._all[:MOST_KINDS]
        self._tables = self._before()
        self.fields = tuple(self._of_nodes() if scenario.nodes else _amounts(self._tables, (), "", "the pool"))

    def _before(self) -> dict[str, Any]:
        if not self._kinds:
            return {"capacity": amounts(self._scenario.capacity)}
        nodes = []
        for number, kind in enumerate(self._kinds):
            node = {"name": f"kind-{number}", "count": len(kind.names), "capacity": amounts(kind.first.capacity)}
            node |= {"pool": kind.first.pool} if kind.first.pool else {}
            nodes.append(node | ({"load": amounts(kind.first.load)} if kind.first.load else {}))
        return {"nodes": nodes}

    def _of_nodes(self) -> Iterator[Field]:
        for number, (kind, table) in enumerate(zip(self._kinds, self._tables["nodes"], strict=True)):
            last = f" to {kind.names[-1]}" if len(kind.names) > 1 else ""
            group = f"{kind.names[0]}{last}" + (f" (pool {kind.first.pool})" if kind.first.pool else "")
            of = f"{kind.names[0]}{last} "
            yield Field(("nodes", number, "count"), "nodes", str(table["count"]), "1; 0 is none of them", group, of=of)
            yield from _amounts(table, ("nodes", number), of, group)

    def read(self, texts: Sequence[str]) -> Reading:
        """The scenario with that capacity, or every fault of it."""
        collect = Collector("")
        tables, gone, also = self._filled(texts, collect)
        builder = Builder(TableReader(tables, check_shape(tables, collect), collect))
        capacity, nodes = builder.capacity(), builder.nodes()
        scenario = self._scenario
        if not by_field(self.fields, collect, also)[0]:
            if self._kinds:
                changed_nodes = self._renewed(nodes, gone)
                scenario = replace(scenario, nodes=changed_nodes, capacity=pooled(changed_nodes))
                if not changed_nodes:
                    collect.fault((), "expected at least one node")
            else:
                scenario = replace(scenario, capacity=capacity)
            self._check(scenario, collect)
        faults, notes, more = by_field(self.fields, collect, also)
        if faults or more:
            return Reading(None, "", None, faults, notes, more)
        if not changed(self.fields, texts):
            return Reading(self._scenario, "", None, {}, notes)
        return Reading(scenario, f"capacity: {told(self.fields, texts)}", None, {}, notes)

    def _filled(self, texts: Sequence[str], collect: Collector) -> tuple[dict[str, Any], set[int], dict[str, int]]:
        """The tables as a file would have them, the kinds that are to be none, and where what was added stands."""
        plain = [text if field.path[-1] != "" else "" for field, text in zip(self.fields, texts, strict=True)]
        tables = filled(self._tables, self.fields, plain)
        gone: set[int] = set()
        for number, table in enumerate(tables.get("nodes", ())):
            if table.get("count") == 0:
                gone.add(number)
                table["count"] = 1
            table.setdefault("count", 1)
        also: dict[str, int] = {}
        for number, (field, text) in enumerate(zip(self.fields, texts, strict=True)):
            if field.path[-1] != "" or not text.strip():
                continue
            name, _, amount = text.strip().rpartition(" ")
            place: Path = (*field.path[:-1], name.strip())
            inner: Any = tables
            for step in field.path[:-1]:
                inner = inner[step]
            if not name or name.strip() in inner:
                what = f"found '{text.strip()}'" if not name else f"'{name.strip()}' is above already"
                collect.fault(field.path, f"{what}, expected a {_ANOTHER}")
            else:
                inner[name.strip()] = field.read(amount)
                also[show(place)] = number
        return tables, gone, also

    def _renewed(self, read: Sequence[Node], gone: set[int]) -> tuple[Node, ...]:
        """All nodes with the capacity and in the number that was typed; those that are kept keep name and order."""
        wanted: dict[int, list[Node]] = {}
        for node in read:
            wanted.setdefault(int(node.name.split("-")[1]), []).append(node)
        taken = {node.name for node in self._scenario.nodes}
        of = {name: number for number, kind in enumerate(self._kinds) for name in kind.names}
        kept = {
            name: wanted[number][0]
            for number, kind in enumerate(self._kinds)
            if number not in gone
            for name in kind.names[: len(wanted[number])]
        }
        nodes: list[Node] = []
        for node in self._scenario.nodes:
            number = of.get(node.name)
            if number is None:
                nodes.append(node)
                continue
            if node.name in kept:
                nodes.append(replace(node, capacity=kept[node.name].capacity))
            kind = self._kinds[number]
            if node.name == kind.names[-1] and number not in gone:
                missing = len(wanted[number]) - len(kind.names)
                names = _further(node.name, missing, taken)
                nodes += [replace(node, name=name, capacity=wanted[number][0].capacity) for name in names]
        return tuple(nodes)

    def _check(self, scenario: Scenario, collect: Collector) -> None:
        checks.check_totals(scenario.capacity, "capacity", (), collect)
        resources = tuple(scenario.capacity)
        check_policy(policy_table(scenario.policy), resources, scenario, self._policy_faults, collect)
        time_checks.check_events(scenario, range(len(scenario.events)), collect)
        for number, key, message in time_checks.unknown_names(scenario):
            if key == "node":
                collect.fault(("events", number, key), message)


def _kinds(nodes: Sequence[Node]) -> list[_Kind]:
    kinds: dict[object, _Kind] = {}
    for node in nodes:
        alike = (tuple(node.capacity.items()), node.pool, tuple(node.load.items()))
        kinds.setdefault(alike, _Kind(node, [])).names.append(node.name)
    return list(kinds.values())


def _amounts(table: dict[str, Any], path: Path, of: str, group: str) -> Iterator[Field]:
    for name, amount in table["capacity"].items():
        yield Field((*path, "capacity", name), name, str(amount), "none", group, of=of)
    yield Field((*path, "capacity", ""), "one more", "", _ANOTHER, group, of=of)


def _further(name: str, many: int, taken: set[str]) -> list[str]:
    """So many names that nobody has, counted on from the last."""
    numbered = _NUMBER.fullmatch(name)
    base, width = (numbered[1], len(numbered[2])) if numbered else (f"{name}-", 1)
    names: list[str] = []
    for number in count(int(numbered[2]) + 1 if numbered else 2):
        if len(names) >= many:
            return names
        candidate = f"{base}{number:0{width}d}"
        if candidate not in taken:
            taken.add(candidate)
            names.append(candidate)
    raise AssertionError("numbers do not end")
