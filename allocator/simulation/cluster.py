"""The nodes that jobs run on, as lists of amounts: as declared, or those of one label taken as one.

Only what a scenario declares; what becomes of the nodes while time passes is kept in `machines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocator.core.model import Node, Scenario

POOL = "pool"
"""What nodes without a label are called when they are taken as one."""


@dataclass(frozen=True)
class Cluster:
    """Nodes in order of declaration, or of the first node of each label."""

    names: tuple[str, ...]
    pools: tuple[str, ...]
    """The label of each."""
    resources: tuple[str, ...]
    """What the columns of `capacity` and `full` are."""
    capacity: list[list[int]]
    """(nodes, resources): what there is to share, the load taken off."""
    full: list[list[int]]
    """(nodes, resources): with the load."""
    declared: tuple[Node, ...]
    """The nodes of the scenario; a single nameless one where it has only a capacity."""
    members: tuple[tuple[int, ...], ...]
    """Of each node here, the indices into `declared` of those that were taken as one."""
    merged: bool
    """Whether the nodes of one label were taken as one: then a gang is placed as a single task."""

    @classmethod
    def of(cls, scenario: Scenario, resources: Sequence[str] | None = None) -> Cluster:
        """The cluster of `scenario`; its columns are `resources`, or else those of the scenario.

        Placement "pool" takes the nodes of one label as one.
        """
        names = tuple(scenario.resources if resources is None else resources)
        declared = scenario.nodes or (Node("", scenario.capacity),)
        merged = not scenario.nodes or scenario.simulation.placement == "pool"
        if merged:
            of_label: dict[str, list[int]] = {}
            for index, node in enumerate(declared):
                of_label.setdefault(node.pool, []).append(index)
            members = tuple(map(tuple, of_label.values()))
        else:
            members = tuple((index,) for index in range(len(declared)))
        pools = tuple(declared[mine[0]].pool for mine in members)
        return cls(
            names=tuple(label or POOL for label in pools) if merged else tuple(node.name for node in declared),
            pools=pools,
            resources=names,
            capacity=[[sum(declared[i].free.get(name, 0) for i in mine) for name in names] for mine in members],
            full=[[sum(declared[i].capacity.get(name, 0) for i in mine) for name in names] for mine in members],
            declared=declared,
            members=members,
            merged=merged,
        )

    def allowed(self, labels: Sequence[str]) -> tuple[int, ...]:
        """The nodes that carry one of `labels`; all of them for none, or where no node carries any label."""
        if not labels or not any(self.pools):
            return tuple(range(len(self.names)))
        return tuple(index for index, label in enumerate(self.pools) if label in labels)
