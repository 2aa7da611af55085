"""What the cluster keeps of each node for itself, and what is left to share. Never leaves less than nothing."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.formats.kubernetes.fates import RESERVED, Sorted
from allocator.formats.kubernetes.records import Pod
from allocator.formats.kubernetes.requests import Request, summed

POD = 1000
"""One pod takes one of `pods`, which counts in thousandths like everything that is no bytes."""


@dataclass(frozen=True)
class Reserved:
    """Reserved amounts of each kept node, in the order of the dump."""

    by_node: dict[str, Request]
    """What DaemonSet, static and system pods ask; nodes without any are not there."""
    left: dict[str, Request]
    """Allocatable less reserved, floored at 0; every kept node is there."""
    beyond: dict[str, tuple[str, ...]]
    """Nodes on which more is reserved than there is, with the resources."""

    @property
    def total(self) -> Request:
        """Everything reserved."""
        return summed(self.by_node.values())


def reserve(pods: Sorted) -> Reserved:
    """Subtract what the cluster's own pods ask from the nodes that they run on."""
    by_node: dict[str, Request] = {}
    for fate in RESERVED:
        for pod in pods.pods[fate]:
            taken = by_node.setdefault(pod.node, {})
            for name, amount in demand_of(pod).items():
                taken[name] = taken.get(name, 0) + amount
    left, beyond = {}, {}
    ordered: dict[str, Request] = {}
    for node in pods.pool.kept:
        taken = by_node.get(node.name, {})
        left[node.name] = {name: max(amount - taken.get(name, 0), 0) for name, amount in node.allocatable.items()}
        over = tuple(name for name, amount in taken.items() if amount > node.allocatable.get(name, amount))
        if over:
            beyond[node.name] = over
        if taken:
            ordered[node.name] = taken
    return Reserved(ordered, left, beyond)


def demand_of(pod: Pod) -> Request:
    """What a pod takes from its node: its request, and one of `pods`."""
    return {**pod.request, "pods": POD}
