"""What is free on each node, now or at some planned instant, and what fits there. Knows no job, tenant or time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Spot = tuple[tuple[int, int], ...]
"""Where the tasks of a gang are: (node, how many), the node of its first task first."""


@dataclass(frozen=True, slots=True, eq=False)
class Gang:
    """What starts together: so many tasks of one demand, and the nodes they may be on."""

    number: int
    """Two jobs that need the same have the same gang."""
    demand: tuple[int, ...]
    """(resources,): what one task needs."""
    need: tuple[tuple[int, int], ...]
    """(resource, amount), the demand without its zeros."""
    tasks: int
    nodes: tuple[int, ...]
    """Where its tasks may go, ascending."""
    anywhere: bool
    """Whether that is every node."""
    total: tuple[tuple[int, int], ...]
    """(resource, amount) of all tasks together, without zeros."""


class Floor:
    """Amounts on nodes.

    Args:
        free: (nodes, resources): what nobody uses. Negative where capacity shrank under running jobs.
        full: (nodes, resources): what the load of a node is a share of.
        open: Of each node, whether it takes tasks.
        ranked: 1 keeps the nodes sorted by load, least first; -1 most first; 0 does not.
    """

    __slots__ = ("free", "full", "loads", "open", "order", "over", "ranked")

    def __init__(self, free: list[list[int]], full: Sequence[Sequence[int]], open: list[bool], ranked: int = 0) -> None:
        self.free = free
        self.full = full
        self.open = open
        self.ranked = ranked
        self.over = {node for node, row in enumerate(free) if min(row, default=0) < 0}
        """The nodes on which more is used than there is: nothing fits, whatever it needs."""
        self.order: list[tuple[float, int]] = []
        """(signed load, node), ascending, where `ranked`; made when first asked for."""
        self.loads: list[float] = []
        """What stands in `order`, by node."""

    def copy(self) -> Floor:
        """The same amounts, to plan with."""
        return Floor([row.copy() for row in self.free], self.full, self.open, self.ranked)

    def takes(self, node: int) -> bool:
        """Whether `node` takes any task at all."""
        return self.open[node] and node not in self.over

    def fits(self, node: int, need: Iterable[tuple[int, int]]) -> bool:
        """Whether one task fits on `node`."""
        row = self.free[node]
        for resource, amount in need:  # a loop: `all` would cost a frame for each node of a scan
            if row[resource] < amount:
                return False
        return self.open[node] and node not in self.over

    def room(self, node: int, gang: Gang) -> int:
        """How many tasks of `gang` fit on `node`, all of them at most."""
        if not self.takes(node):
            return 0
        row = self.free[node]
        return min((row[resource] // amount for resource, amount in gang.need), default=gang.tasks)

    def holds(self, gang: Gang) -> bool:
        """Whether all tasks of `gang` fit at once: equal tasks do, however they are dealt, if enough fit in all."""
        lacking = gang.tasks
        for node in gang.nodes:
            lacking -= self.room(node, gang)
            if lacking <= 0:
                return True
        return False

    def load(self, node: int) -> float:
        """The largest share of any resource of `node` that is used, the load that others put on it included."""
        most = 0.0
        row = self.free[node]
        for resource, total in enumerate(self.full[node]):
            if total > 0:
                share = (total - row[resource]) / total
                if share > most:
                    most = share
        return most

    def take(self, spot: Iterable[tuple[int, int]], need: Iterable[tuple[int, int]]) -> None:
        """The tasks at `spot` take what each needs."""
        for node, tasks in spot:
            row = self.free[node]
            for resource, amount in need:
                row[resource] -= amount * tasks
            if self.order:
                self._rank(node)

    def give(self, spot: Iterable[tuple[int, int]], need: Iterable[tuple[int, int]]) -> None:
        """The tasks at `spot` give it back."""
        for node, tasks in spot:
            row = self.free[node]
            for resource, amount in need:
                row[resource] += amount * tasks
            if self.over:
                self._judge(node)
            if self.order:
                self._rank(node)

    def put(self, node: int, free: list[int]) -> None:
        """Set what is free on `node`."""
        self.free[node] = free
        self._judge(node)
        if self.order:
            self._rank(node)

    def by_load(self) -> list[tuple[float, int]]:
        """(signed load, node) in ascending order, ties by node; to read only."""
        if not self.order:
            self.loads = [self.ranked * self.load(node) for node in range(len(self.free))]
            self.order = sorted((load, node) for node, load in enumerate(self.loads))
        return self.order

    def _judge(self, node: int) -> None:
        if min(self.free[node], default=0) < 0:
            self.over.add(node)
        else:
            self.over.discard(node)

    def _rank(self, node: int) -> None:
        before, now = self.loads[node], self.ranked * self.load(node)
        if now != before:
            del self.order[bisect_left(self.order, (before, node))]
            insort(self.order, (now, node))
            self.loads[node] = now
