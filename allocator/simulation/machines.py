"""What becomes of the nodes while time passes: they fail, return, drain and change their capacity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allocator.core.resources import Quantities
from allocator.core.timeline import Event
from allocator.simulation.cluster import Cluster
from allocator.simulation.floor import Floor
from allocator.simulation.placement import Placer


@dataclass(slots=True, eq=False)
class _Machine:
    """One declared node as it is now."""

    full: list[int]
    load: list[int]
    up: bool = True
    draining: bool = False

    @property
    def shared(self) -> list[int]:
        """What there is to share; negative where the load is more than there is."""
        return [total - load for total, load in zip(self.full, self.load, strict=True)]


class Machines:
    """The nodes of a cluster as they are now, and the floor that jobs run on.

    Where nodes are taken as one, nobody knows what runs on which: one that fails only takes its capacity away.
    """

    def __init__(self, cluster: Cluster, placer: Placer) -> None:
        self.cluster = cluster
        self._names = cluster.resources
        self._machines = [_Machine(self._row(one.capacity), self._row(one.load)) for one in cluster.declared]
        self._node_of = {index: node for node, mine in enumerate(cluster.members) for index in mine}
        self._by_name = {one.name: index for index, one in enumerate(cluster.declared)}
        self._offered = [row.copy() for row in cluster.capacity]
        """(nodes, resources): what the machines that take tasks have to share."""
        full = [row.copy() for row in cluster.full]
        self._full = full
        self.floor: Floor = placer.floor([row.copy() for row in cluster.capacity], full, [True] * len(full))

    def change(self, event: Event) -> int | None:
        """Let `event` happen to its node.

        Returns:
            The node of the cluster, or None where the event is about none of them.
        """
        index = self._by_name.get(event.node)
        if index is None:
            return None
        machine = self._machines[index]
        if event.kind == "node-down":
            machine.up = False
        elif event.kind == "node-up":
            machine.up, machine.draining = True, False
        elif event.kind == "drain":
            machine.draining = True
        elif event.kind == "capacity":
            machine.full = self._row(event.capacity, machine.full)
        node = self._node_of[index]
        self._refresh(node)
        return node

    def up(self) -> list[list[int]]:
        """(nodes, resources): what is up now, the load taken off; a draining node is."""
        found = []
        for mine in self.cluster.members:
            rows = [self._machines[index].shared for index in mine if self._machines[index].up]
            found.append([max(0, sum(row[resource] for row in rows)) for resource in range(len(self._names))])
        return found

    def largest(self, events: Iterable[Event]) -> Floor:
        """The empty cluster, each node with the most of each resource that it ever has."""
        most = [machine.full.copy() for machine in self._machines]
        for event in events:
            index = self._by_name.get(event.node) if event.kind == "capacity" else None
            if index is not None:
                grown = self._row(event.capacity, self._machines[index].full)
                most[index] = [max(pair) for pair in zip(most[index], grown, strict=True)]
        free = []
        for mine in self.cluster.members:
            rows = [
                [total - load for total, load in zip(most[index], self._machines[index].load, strict=True)]
                for index in mine
            ]
            free.append([sum(column) for column in zip(*rows, strict=True)])
        return Floor(free, self._full, [True] * len(free))

    def _refresh(self, node: int) -> None:
        """Bring the floor up to date with the machines behind `node`."""
        floor, mine = self.floor, [self._machines[index] for index in self.cluster.members[node]]
        taking = [machine.shared for machine in mine if machine.up and not machine.draining]
        offered = [sum(row[resource] for row in taking) for resource in range(len(self._names))]
        self._full[node] = [sum(column) for column in zip(*(machine.full for machine in mine), strict=True)]
        floor.open[node] = bool(taking)
        before = self._offered[node]
        self._offered[node] = offered
        changes = zip(floor.free[node], offered, before, strict=True)
        floor.put(node, [free + now - was for free, now, was in changes])

    def _row(self, amounts: Quantities, otherwise: list[int] | None = None) -> list[int]:
        before = otherwise or [0] * len(self._names)
        return [amounts.get(name, before[index]) for index, name in enumerate(self._names)]
