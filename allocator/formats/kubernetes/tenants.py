"""Pods and controllers -> what each tenant holds and wants, by distinct request. Knows no quota, weight or rank."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from allocator.formats.kubernetes.dump import Dump
from allocator.formats.kubernetes.fates import Fate, Sorted
from allocator.formats.kubernetes.options import NO_TENANT
from allocator.formats.kubernetes.records import Controller, Labels
from allocator.formats.kubernetes.requests import Request

_BUILT_IN_PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_UNDATED = "\ufffe"  # after every timestamp
_NEVER = "\uffff"


@dataclass
class Part:
    """The tasks of a tenant with one request and one priority."""

    request: Request
    priority: int
    """Kubernetes' own: higher goes first."""
    held: int = 0
    pending: int = 0
    hidden: int = 0
    oldest: str = _NEVER
    """When the first of its pods was created."""

    @property
    def wanted(self) -> int:
        """All of them."""
        return self.held + self.pending + self.hidden


@dataclass
class Claimant:
    """Who shares, before it becomes a tenant of the scenario."""

    name: str
    parts: dict[tuple[tuple[tuple[str, int], ...], int], Part] = field(default_factory=dict)
    namespaces: dict[str, None] = field(default_factory=dict)
    """Where its pods are, in the order found."""
    weight_labels: dict[str, None] = field(default_factory=dict)
    """The values of the weight label on its pods."""
    waiting_since: str = _NEVER

    def part(self, request: Request, priority: int) -> Part:
        """The part with this request and priority, made where there is none."""
        key = (tuple(sorted(request.items())), priority)
        if key not in self.parts:
            self.parts[key] = Part(request, priority)
        return self.parts[key]

    def count(self) -> tuple[int, int, int]:
        """Held, pending and hidden tasks."""
        parts = self.parts.values()
        return sum(p.held for p in parts), sum(p.pending for p in parts), sum(p.hidden for p in parts)


@dataclass(frozen=True)
class Claims:
    """All claimants in the order of the scenario, and what was not counted."""

    claimants: tuple[Claimant, ...]
    suspended: int
    """Jobs that are suspended, which want nothing now."""
    unknown_classes: tuple[str, ...]
    """Priority classes that a pod or template names and the dump does not explain."""


def gather(dump: Dump, pods: Sorted, label: str, is_system: Callable[[str], bool]) -> Claims:
    """Who holds and wants what: the oldest waiting pod first, then tenants that wait for nothing by name.

    Held are the pods on kept nodes, terminating ones too; pending those without a node, scheduling-gated ones apart;
    hidden the replicas that a controller wants and has no pod for (refused by a quota, say).
    """
    found: dict[str, Claimant] = {}
    priorities = _Priorities(dump)

    def claimant(namespace: str, labels: Labels) -> Claimant:
        name = _tenant_of(namespace, labels, dump) if label else namespace
        one = found.setdefault(name, Claimant(name))
        one.namespaces.setdefault(namespace)
        if labels.weight is not None:
            one.weight_labels.setdefault(labels.weight)
        return one

    for fate in (Fate.HELD, Fate.PENDING):
        for pod in pods.pods[fate]:
            one = claimant(pod.namespace, pod.labels)
            part = one.part(pod.request, priorities.of(pod.priority, pod.priority_class))
            part.oldest = min(part.oldest, pod.created or _UNDATED)
            if fate is Fate.HELD:
                part.held += 1
            else:
                part.pending += 1
                one.waiting_since = min(one.waiting_since, pod.created or _UNDATED)
    suspended = 0
    missing = _Missing(dump)
    for controller in dump.controllers:
        if is_system(controller.namespace) or not (count := missing.of(controller)):
            continue
        if controller.suspended:
            suspended += 1
            continue
        priority = missing.priority_of(controller)
        if priority is None:
            priority = priorities.of(None, controller.priority_class)
        claimant(controller.namespace, controller.labels).part(controller.request, priority).hidden += count
    ordered = sorted(found.values(), key=lambda one: (one.waiting_since, one.name))
    return Claims(tuple(ordered), suspended, tuple(sorted(priorities.unknown)))


def ranks(claimants: Iterable[Claimant]) -> dict[int, int]:
    """Kubernetes' priorities that are in use -> ranks: the highest is 1, the next 2 (lower goes first)."""
    used = {part.priority for one in claimants for part in one.parts.values()}
    return {priority: rank for rank, priority in enumerate(sorted(used, reverse=True), start=1)}


def _tenant_of(namespace: str, labels: Labels, dump: Dump) -> str:
    if labels.tenant:
        return labels.tenant
    return dump.namespaces.get(namespace, Labels()).tenant or NO_TENANT


class _Priorities:
    """The number behind a priority: the pod's own, or else its class's."""

    def __init__(self, dump: Dump) -> None:
        self._classes = _BUILT_IN_PRIORITIES | dump.priority_classes
        self._default = dump.default_priority
        self.unknown: set[str] = set()

    def of(self, priority: int | None, name: str) -> int:
        if priority is not None:
            return priority
        if name and name not in self._classes:
            self.unknown.add(name)
        return self._classes.get(name, self._default)


class _Missing:
    """How many pods of each controller are not there."""

    def __init__(self, dump: Dump) -> None:
        self._by_uid: Counter[str] = Counter()
        self._by_name: Counter[tuple[str, str, str]] = Counter()
        self._priorities: dict[tuple[str, str, str], int] = {}
        for pod in dump.pods:
            if pod.finished or pod.owner is None:
                continue
            kind, name, uid = pod.owner
            self._by_uid[uid] += 1
            self._by_name[kind, pod.namespace, name] += 1
            if pod.priority is not None:
                self._priorities.setdefault((kind, pod.namespace, name), pod.priority)

    def of(self, controller: Controller) -> int:
        there = self._by_name[controller.kind, controller.namespace, controller.name]
        if controller.uid:
            there = max(there, self._by_uid[controller.uid])
        return max(controller.desired - there, 0)

    def priority_of(self, controller: Controller) -> int | None:
        """The priority that its other pods were given; a template only names a class."""
        return self._priorities.get((controller.kind, controller.namespace, controller.name))
