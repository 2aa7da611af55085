"""Whether any node can hold one task: the outer bound of what whole tasks may hope for, before anything is placed.

The nodes are those declared, or under placement "pool" those of one label taken as one. Where a task goes when others
run already is the business of `allocator.simulation.placement`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allocator.core.model import Node, Scenario, Work
from allocator.core.resources import Quantities


@dataclass(frozen=True, slots=True)
class Room:
    """What one node has to share, or all nodes of one label together."""

    name: str
    pool: str
    """The label."""
    free: Quantities

    def lacks(self, demand: Quantities) -> tuple[str, ...]:
        """The resources of which it has less than `demand`."""
        return tuple(name for name, amount in demand.items() if amount > self.free.get(name, 0))


class Rooms:
    """The rooms of a scenario; `there_are` none where it has a capacity and no nodes."""

    def __init__(self, scenario: Scenario) -> None:
        self.merged = scenario.simulation.placement == "pool"
        """Whether the nodes of one label are one room."""
        self.all = _of_labels(scenario.nodes) if self.merged else [Room(n.name, n.pool, n.free) for n in scenario.nodes]
        self._labelled = any(room.pool for room in self.all)
        self._largest: dict[tuple[str, ...], list[Room]] = {}
        self._known: dict[tuple[object, ...], bool] = {}

    def __bool__(self) -> bool:
        return bool(self.all)

    def open_to(self, pools: Sequence[str]) -> list[Room]:
        """The rooms that work of these pools may use: all of them for none, or where no node carries a label."""
        if not pools or not self._labelled:
            return self.all
        return [room for room in self.all if room.pool in pools]

    def hold(self, work: Work) -> bool:
        """Whether one task fits into an empty room; a resource that `work` needs nothing of does not count."""
        asked = (work.pools, *work.demand.items())
        known = self._known.get(asked)
        if known is None:
            pools = tuple(work.pools)
            if pools not in self._largest:
                self._largest[pools] = _undominated(self.open_to(pools))
            known = any(not room.lacks(work.demand) for room in self._largest[pools])
            self._known[asked] = known
        return known

    def nearest(self, work: Work) -> Room | None:
        """The room that comes nearest to holding one task: it lacks the fewest resources, and has most of the scarcest.

        None where there is no room in the pools of `work`; ties fall to the first.
        """

        def distance(room: Room) -> tuple[int, float]:
            lacking = room.lacks(work.demand)
            return len(lacking), -min((room.free.get(name, 0) / work.demand[name] for name in lacking), default=1.0)

        return min(self.open_to(work.pools), key=distance, default=None)


def _of_labels(nodes: Iterable[Node]) -> list[Room]:
    """All nodes of a label as one room, in order of the first of each."""
    sums: dict[str, dict[str, int]] = {}
    for node in nodes:
        mine = sums.setdefault(node.pool, {})
        for name, amount in node.free.items():
            mine[name] = mine.get(name, 0) + amount
    return [Room(label or "pool", label, free) for label, free in sums.items()]


def _undominated(rooms: Iterable[Room]) -> list[Room]:
    """Those that no other has at least as much of everything as: what fits anywhere fits into one of these."""
    largest: list[Room] = []
    for room in sorted(rooms, key=lambda room: -sum(room.free.values())):
        if all(other.lacks(room.free) for other in largest):
            largest.append(room)
    return largest
