"""How loaded a node is: the largest share of any of its resources that is in use, what others use there included."""

from __future__ import annotations

from allocator.simulation.cluster import Cluster
from allocator.simulation.kernels.packing import Packing

REMEMBERED = 1 << 16
"""So many loads are kept for nodes that are alike."""


class NodeLoads:
    """Loads of nodes, from what is free on them; each share one division of whole numbers.

    Args:
        cluster: The nodes.
        packing: How what is free is packed.
    """

    def __init__(self, cluster: Cluster, packing: Packing) -> None:
        kinds: dict[tuple[int, ...], int] = {}
        self._kind = [
            kinds.setdefault((*full, *shared), len(kinds))
            for full, shared in zip(cluster.full, cluster.capacity, strict=True)
        ]
        self._known: list[dict[int, float]] = [{} for _ in kinds]
        self._fields: list[list[tuple[int, int, int, int, int]]] = []
        """Of each kind of node, of each field: shift, ones, unit, what is in use when none of it is free, capacity."""
        self._least: list[float] = []
        """Of each kind of node: the largest share in use of what no job asks for."""
        for row in kinds:
            full, shared = row[: len(row) // 2], row[len(row) // 2 :]
            self._fields.append(
                [
                    (shift, (1 << width) - 1, unit, full[at] - shared[at] + shared[at] // unit * unit, full[at])
                    for at, shift, width, unit in zip(
                        packing.columns, packing.shifts, packing.widths, packing.units, strict=True
                    )
                    if full[at] > 0
                ]
            )
            others = [at for at in range(len(full)) if at not in packing.columns and full[at] > 0]
            self._least.append(max(((full[at] - shared[at]) / full[at] for at in others), default=0.0))

    def of(self, node: int, free: int) -> float:
        """The load of `node` when `free`, packed, is free on it."""
        kind = self._kind[node]
        known = self._known[kind]
        found = known.get(free)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = self._least[kind]
            for shift, ones, unit, used, full in self._fields[kind]:
                share = (used - (free >> shift & ones) * unit) / full
                if share > found:
                    found = share
            known[free] = found
        return found
