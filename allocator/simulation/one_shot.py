"""What nodes hold of one allocation: the pool promises whole tasks, and each of them must fit on a node.

Tasks are placed in the order in which they were granted, one after the other, by the placement of the scenario; one
that fits nowhere is passed over, and so is all that is like it. Divisible work is on no node: it goes where there is
room. Light to import: a small allocation needs no numpy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from allocator.core.model import Scenario, Work
from allocator.core.resources import Quantities
from allocator.core.timeline import Placement
from allocator.simulation.cluster import Cluster
from allocator.simulation.floor import Gang
from allocator.simulation.placement import Placer, gang_of

MOST = 10_000_000
"""Tasks x nodes up to which tasks are placed where each of them looks at every node: some seconds."""


@dataclass(frozen=True, slots=True)
class PoolOfNodes:
    """The nodes of one label."""

    label: str
    """Empty for nodes without one."""
    nodes: int
    placed: int
    """Tasks."""
    capacity: Quantities
    left: Quantities
    """What no task was placed on."""
    stranded: Quantities
    """What of it is on nodes where no task that waits fits."""


@dataclass(frozen=True)
class OnNodes:
    """How many of the tasks that an allocation grants its nodes hold."""

    placement: Placement
    promised: tuple[int, ...]
    """Whole tasks that each work was granted, in order of declaration; 0 for divisible work."""
    placed: tuple[int, ...]
    """How many of them found a node."""
    pools: tuple[PoolOfNodes, ...]
    """In order of the first node of each; one without a label where no node has one."""
    divisible: bool
    """Whether divisible work was granted something, which is on no node: then nobody knows what is stranded."""

    @cached_property
    def stranded(self) -> dict[str, float | None]:
        """Stranded / capacity of each resource; None where there is none of it, or where divisible work has some."""
        found: dict[str, float | None] = {}
        for name in self.pools[0].capacity:
            there_is = sum(pool.capacity[name] for pool in self.pools)
            lost = sum(pool.stranded[name] for pool in self.pools)
            found[name] = None if self.divisible or there_is <= 0 else lost / there_is
        return found


def too_many(scenario: Scenario, tasks: int) -> bool:
    """Whether so many tasks are not placed: each would look at every node, and there are too many of both."""
    sorted_nodes = scenario.simulation.placement in ("least-loaded", "most-loaded", "pool")
    return not sorted_nodes and tasks * len(scenario.nodes) > MOST


def on_nodes(scenario: Scenario, pops: Iterable[tuple[int, int]], waiting: Sequence[bool], divisible: bool) -> OnNodes:
    """What the nodes of `scenario` hold of what was granted.

    Args:
        scenario: With nodes.
        pops: (work, whole tasks) of each grant, in the order in which they were made; work by order of declaration.
        waiting: Of each work, whether it could run more than it was granted.
        divisible: Whether divisible work was granted something.
    """
    works = [work for tenant in scenario.tenants for work in tenant.work]
    cluster = Cluster.of(scenario)
    placer = Placer(scenario.simulation.placement, scenario.simulation.seed)
    floor = placer.floor([row.copy() for row in cluster.capacity], cluster.full, [True] * len(cluster.names))
    kinds: dict[int, Gang] = {}
    promised, placed = [0] * len(works), [0] * len(works)
    of_node = [0] * len(cluster.names)
    for index, count in pops:
        promised[index] += count
        if index not in kinds:
            kinds[index] = _kind(cluster, index, works[index])
        # What did not fit once does not fit later: what is free only shrinks.
        for _ in range(count if placed[index] + count == promised[index] else 0):
            spot = placer.find(floor, kinds[index])
            if spot is None:
                break
            floor.take(spot, kinds[index].need)
            of_node[spot[0][0]] += 1
            placed[index] += 1
    short = [
        kinds[index] if index in kinds else _kind(cluster, index, work)
        for index, work in enumerate(works)
        if not work.divisible and (waiting[index] or placed[index] < promised[index])
    ]
    useless = _useless(floor.free, short)
    return OnNodes(
        scenario.simulation.placement,
        tuple(promised),
        tuple(placed),
        tuple(_pools(cluster, of_node, floor.free, useless)),
        divisible,
    )


def _kind(cluster: Cluster, index: int, work: Work) -> Gang:
    return gang_of(cluster, index, [work.demand.get(name, 0) for name in cluster.resources], 1, work.pools)


def _useless(free: Sequence[Sequence[int]], short: Iterable[Gang]) -> list[bool]:
    """Of each node, whether something waits of which no task fits; small tasks first, which fit most often."""
    kinds = {(gang.need, gang.nodes): gang for gang in short}
    asked = sorted(kinds.values(), key=lambda gang: sum(amount for _, amount in gang.need))
    usable = [False] * len(free)
    for gang in asked:
        for node in gang.nodes:
            if not usable[node] and all(free[node][resource] >= amount for resource, amount in gang.need):
                usable[node] = True
    return [bool(asked) and not one for one in usable]


def _pools(
    cluster: Cluster, of_node: Sequence[int], free: Sequence[Sequence[int]], useless: Sequence[bool]
) -> Iterable[PoolOfNodes]:
    by_label: dict[str, list[int]] = {}
    for node, label in enumerate(cluster.pools):
        by_label.setdefault(label, []).append(node)
    for label, mine in by_label.items():
        yield PoolOfNodes(
            label,
            sum(len(cluster.members[node]) for node in mine),
            sum(of_node[node] for node in mine),
            _sum(cluster, (cluster.capacity[node] for node in mine)),
            _sum(cluster, (free[node] for node in mine)),
            _sum(cluster, (free[node] for node in mine if useless[node])),
        )


def _sum(cluster: Cluster, rows: Iterable[Sequence[int]]) -> dict[str, int]:
    totals = dict.fromkeys(cluster.resources, 0)
    for row in rows:
        for name, amount in zip(cluster.resources, row, strict=True):
            totals[name] += amount
    return totals
