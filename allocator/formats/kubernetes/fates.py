"""What becomes of each pod: reserved, held, waiting, or passed over for a reason. Forgets none."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from allocator.formats.kubernetes.dump import Dump
from allocator.formats.kubernetes.pool import Pool, sort_nodes
from allocator.formats.kubernetes.records import Pod


class Fate(Enum):
    """What a pod counts as; the value is how the summary says it."""

    FINISHED = "finished"
    DAEMON = "of DaemonSets"
    STATIC = "static"
    SYSTEM = "in system namespaces"
    SYSTEM_ELSEWHERE = "of the system that are on no kept node"
    HELD = "held"
    PENDING = "pending"
    GATED = "scheduling-gated"
    LEAVING = "deleted before they got a node"
    LEFT_OUT = "on nodes left out"
    LOST = "on nodes that are not in the dump"


RESERVED = (Fate.DAEMON, Fate.STATIC, Fate.SYSTEM)
"""The fates that take capacity away from their node before tenants share it."""


@dataclass(frozen=True)
class Sorted:
    """Every pod of a dump under its fate, and the nodes that decided it."""

    pool: Pool
    pods: Mapping[Fate, tuple[Pod, ...]]

    def count(self, *fates: Fate) -> int:
        """How many pods have one of `fates`."""
        return sum(len(self.pods[fate]) for fate in fates)


def sort_pods(dump: Dump, is_system: Callable[[str], bool]) -> Sorted:
    """The fate of each pod; reserved and held ones are on nodes that are kept."""
    first: dict[Fate | None, list[Pod]] = {None: [], **{fate: [] for fate in Fate}}
    for pod in dump.pods:
        first[_own_fate(pod, is_system)].append(pod)
    workloads = first.pop(None)
    pool = sort_nodes(dump.nodes.values(), workloads)
    kept = {node.name for node in pool.kept}
    fates: dict[Fate, list[Pod]] = {fate: [] for fate in Fate}
    for own, pods in first.items():
        for pod in pods:
            placed = own
            if own in RESERVED and pod.node not in kept:
                placed = Fate.SYSTEM_ELSEWHERE
            if placed is not None:
                fates[placed].append(pod)
    for pod in workloads:
        if pod.node in kept:
            fates[Fate.HELD].append(pod)
        elif pod.node:
            fates[Fate.LEFT_OUT if pod.node in pool.left_out else Fate.LOST].append(pod)
        else:
            fates[Fate.LEAVING if pod.terminating else Fate.GATED if pod.gated else Fate.PENDING].append(pod)
    return Sorted(pool, {fate: tuple(pods) for fate, pods in fates.items()})


def system_namespaces(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a namespace matches one of `patterns` (`*`, `?` and `[...]`; case matters)."""
    matchers = [re.compile(fnmatch.translate(pattern)) for pattern in patterns]
    known: dict[str, bool] = {}

    def is_system(namespace: str) -> bool:
        if namespace not in known:
            known[namespace] = any(matcher.match(namespace) for matcher in matchers)
        return known[namespace]

    return is_system


def _own_fate(pod: Pod, is_system: Callable[[str], bool]) -> Fate | None:
    """What the pod is by itself, or None for a tenant's workload, whose node decides."""
    if pod.finished:
        return Fate.FINISHED
    if pod.static:
        return Fate.STATIC
    if pod.owner is not None and pod.owner[0] == "DaemonSet":
        return Fate.DAEMON
    return Fate.SYSTEM if is_system(pod.namespace) else None
