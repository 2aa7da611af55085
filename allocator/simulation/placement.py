"""Which node a task goes to: the smallest key first, ties by node; the tasks of a gang one after the other.

A load is the largest share of a node's resources in use, its quotients are single divisions of whole numbers, and sums
go in order of the resources, so that two machines pick the same node.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from allocator.core.timeline import Placement
from allocator.simulation.cluster import Cluster
from allocator.simulation.floor import Floor, Gang, Spot

_Key = Callable[[Sequence[int], Sequence[int], Sequence[int]], float]
"""Of a node for a task: from what the task needs, what is free and the capacity; (resources,) each."""


class Placer:
    """Picks nodes by one placement.

    Args:
        placement: Which.
        seed: Of the draws of "power-of-two". Only what starts now draws: a plan for later takes the least loaded, so
            that nothing that was merely planned shifts the draws.
    """

    def __init__(self, placement: Placement, seed: int) -> None:
        self.placement = placement
        self._chance = random.Random(f"{seed}:placement")
        self.ranked = {"least-loaded": 1, "power-of-two": 1, "most-loaded": -1}.get(placement, 0)
        """The order in which a floor keeps its nodes for this placement."""

    def floor(self, free: list[list[int]], full: Sequence[Sequence[int]], open: list[bool]) -> Floor:
        """A floor that keeps its nodes in the order that this placement asks for."""
        return Floor(free, full, open, self.ranked)

    def find(self, floor: Floor, gang: Gang, *, later: bool = False) -> Spot | None:
        """Where all tasks of `gang` go on `floor`, or None where they do not fit; takes nothing.

        Args:
            floor: What is free.
            gang: What is to be placed.
            later: Whether this is only a plan.
        """
        if gang.tasks == 1:
            node = self._pick(floor, gang, later)
            return None if node is None else ((node, 1),)
        if not floor.holds(gang):
            return None
        spot: dict[int, int] = {}
        for _ in range(gang.tasks):
            node = self._pick(floor, gang, later)
            assert node is not None, "all tasks fit"
            floor.take(((node, 1),), gang.need)
            spot[node] = spot.get(node, 0) + 1
        found = tuple(spot.items())
        floor.give(found, gang.need)
        return found

    def _pick(self, floor: Floor, gang: Gang, later: bool) -> int | None:
        """The node of the next task of `gang`."""
        if self.placement == "power-of-two" and not later:
            return self._of_two(floor, gang)
        if self.ranked:
            return _first_by_load(floor, gang)
        if self.placement == "best-fit":
            return _smallest(floor, gang, _left_over)
        if self.placement == "dot-product":
            return _smallest(floor, gang, _misalignment)
        for node in gang.nodes:
            if floor.fits(node, gang.need):
                return node
        return None

    def _of_two(self, floor: Floor, gang: Gang) -> int | None:
        """The less loaded of two nodes drawn among those that have room.

        Source: Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 1996.
        """
        fitting = [node for node in gang.nodes if floor.fits(node, gang.need)]
        if len(fitting) > 1:
            fitting = sorted(self._chance.sample(fitting, 2))
        return min(fitting, key=floor.load, default=None)


def _first_by_load(floor: Floor, gang: Gang) -> int | None:
    need, free = gang.need, floor.free
    allowed = None if gang.anywhere else set(gang.nodes)
    for _, node in floor.by_load():
        row = free[node]
        for resource, amount in need:
            if row[resource] < amount:
                break
        else:
            if floor.takes(node) and (allowed is None or node in allowed):
                return node
    return None


def _smallest(floor: Floor, gang: Gang, key: _Key) -> int | None:
    best, least = None, 0.0
    for node in gang.nodes:
        if floor.fits(node, gang.need):
            mine = key(gang.demand, floor.free[node], floor.full[node])
            if best is None or mine < least:
                best, least = node, mine
    return best


def _left_over(demand: Sequence[int], free: Sequence[int], full: Sequence[int]) -> float:
    """The squared length of what is left beside the task, as shares of the node."""
    key = 0.0
    for needs, left, total in zip(demand, free, full, strict=True):
        if total > 0:
            share = (left - needs) / total
            key += share * share
    return key


def _misalignment(demand: Sequence[int], free: Sequence[int], full: Sequence[int]) -> float:
    """How little what the task needs points where what is free does; both as shares of the node.

    Source: Grandl et al., Multi-Resource Packing for Cluster Schedulers, SIGCOMM 2014, section 3.2.
    """
    key = 0.0
    for needs, left, total in zip(demand, free, full, strict=True):
        if total > 0:
            key -= (needs / total) * (left / total)
    return key


def gang_of(cluster: Cluster, number: int, demand: Sequence[int], tasks: int, labels: Sequence[str]) -> Gang:
    """So many tasks of one demand on the nodes of `cluster`; where nodes are taken as one, a single large task."""
    nodes = cluster.allowed(labels)
    if cluster.merged:
        demand, tasks = [amount * tasks for amount in demand], 1
    need = tuple((resource, amount) for resource, amount in enumerate(demand) if amount)
    return Gang(
        number=number,
        demand=tuple(demand),
        need=need,
        tasks=tasks,
        nodes=nodes,
        anywhere=len(nodes) == len(cluster.names),
        total=tuple((resource, amount * tasks) for resource, amount in need),
    )
