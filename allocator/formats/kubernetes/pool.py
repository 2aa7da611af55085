"""Which nodes can be shared out, and why the others cannot. Models no placement but control-plane taints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allocator.formats.kubernetes.records import CONTROL_PLANE_KEYS, NodeRecord, Pod, Taint, Toleration


@dataclass(frozen=True)
class Pool:
    """The nodes of a dump, sorted."""

    kept: tuple[NodeRecord, ...]
    left_out: dict[str, str]
    """Name to the reason, in the order of the dump."""
    tolerated: tuple[str, ...]
    """Control-plane nodes that are kept, since workloads tolerate their taint."""
    tainted: tuple[str, ...]
    """Nodes that are kept with another taint; who tolerates it is not modelled."""


def sort_nodes(nodes: Iterable[NodeRecord], workloads: Sequence[Pod]) -> Pool:
    """The nodes that the pods of `workloads` can be placed on.

    Cordoned nodes, nodes that are not ready and control-plane nodes are left out. A tainted control-plane node stays
    when a workload runs on it, or when at least half of the workloads tolerate its taint: one operator that tolerates
    everything does not turn the cluster's own machines into capacity for all. Nodes with other taints stay, since
    such taints (GPU nodes have them) set capacity aside for the very workloads that ask for it.
    """
    kept, left_out, tolerated, tainted = [], {}, [], []
    willing: dict[tuple[Taint, ...], int] = {}
    busy = {pod.node for pod in workloads}
    tolerations = Counter(pod.tolerations for pod in workloads)
    for node in nodes:
        if why := _unusable(node):
            left_out[node.name] = why
            continue
        control_plane = tuple(taint for taint in node.taints if taint[0] in CONTROL_PLANE_KEYS)
        if control_plane:
            if control_plane not in willing:
                willing[control_plane] = sum(
                    count
                    for some, count in tolerations.items()
                    if all(_tolerates(some, taint) for taint in control_plane)
                )
            if node.name not in busy and (not willing[control_plane] or 2 * willing[control_plane] < len(workloads)):
                left_out[node.name] = f"control plane, taint {control_plane[0][0]}:{control_plane[0][2]}"
                continue
            tolerated.append(node.name)
        elif node.taints:
            tainted.append(node.name)
        kept.append(node)
    return Pool(tuple(kept), left_out, tuple(tolerated), tuple(tainted))


def _unusable(node: NodeRecord) -> str:
    if node.cordoned:
        return "cordoned"
    if node.ready != "True":
        return f"not ready, Ready is {node.ready}" if node.ready else "not ready, no Ready condition"
    return "" if node.allocatable else "no allocatable"


def _tolerates(tolerations: Iterable[Toleration], taint: Taint) -> bool:
    """Whether one of `tolerations` matches: `ToleratesTaint` in k8s.io/api/core/v1/toleration.go."""
    key, value, effect = taint
    return any(
        its_effect in ("", effect)
        and its_key in ("", key)
        and (operator == "Exists" or (operator in ("", "Equal") and its_key == key and its_value == value))
        for its_key, operator, its_value, its_effect in tolerations
    )
