"""What is kept of each object, and how it is read off it: names, amounts and states.

Environment variables, annotations (but for the mark of a static pod), commands and images are never copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allocator.core.errors import QuantityError
from allocator.core.resources import parse_quantity
from allocator.formats.kubernetes.requests import Request, effective_request
from allocator.formats.kubernetes.shapes import mapping, mappings, text, whole

Owner = tuple[str, str, str]
"""Kind, name and uid of the object that made a pod."""
Toleration = tuple[str, str, str, str]
"""Key, operator, value and effect."""
Taint = tuple[str, str, str]
"""Key, value and effect."""

CONTROL_PLANE_KEYS = frozenset(
    f"node-role.kubernetes.io/{role}" for role in ("control-plane", "master", "controlplane", "etcd")
)
"""Taints that keep workloads off the nodes that run the cluster itself; the last two are Rancher's."""
BLOCKING = ("NoSchedule", "NoExecute")
"""The effects of a taint that keep a pod away."""
POOL_LABELS = (
    "cloud.google.com/gke-nodepool", "eks.amazonaws.com/nodegroup", "kubernetes.azure.com/agentpool", "agentpool",
    "karpenter.sh/nodepool", "doks.digitalocean.com/node-pool", "node.kubernetes.io/instance-type",
)  # fmt: skip
"""Labels that name the group of a node, the first that is there."""


@dataclass(frozen=True, slots=True)
class LabelKeys:
    """The labels that the options ask for; empty is none."""

    tenant: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """The values of those labels on one object; None where it has no such label."""

    tenant: str | None = None
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, of which only what decides about capacity is kept."""

    namespace: str
    identity: str
    labels: Labels
    request: Request
    """Empty for a finished pod, which holds nothing."""
    node: str
    """Empty while it is not bound."""
    finished: bool
    gated: bool
    terminating: bool
    static: bool
    priority: int | None
    priority_class: str
    owner: Owner | None
    created: str
    tolerations: tuple[Toleration, ...]
    """Those that could let it onto a control-plane node."""


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """A node as the dump has it."""

    name: str
    allocatable: Request
    cordoned: bool
    ready: str
    """Status of its Ready condition; empty where it has none."""
    taints: tuple[Taint, ...]
    """Those that keep pods away."""
    pool: str


@dataclass(frozen=True, slots=True)
class Controller:
    """A ReplicaSet, ReplicationController, StatefulSet or Job: what makes pods of a template."""

    kind: str
    namespace: str
    name: str
    uid: str
    desired: int
    """How many pods it wants to run now."""
    suspended: bool
    request: Request
    priority_class: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Quota:
    """A ResourceQuota: `spec.hard` as it was written."""

    namespace: str
    name: str
    hard: tuple[tuple[str, object], ...]
    scoped: bool


def read_pod(value: Mapping[str, object], keys: LabelKeys) -> Pod:
    """The record of a Pod.

    Raises:
        QuantityError: An amount that is no quantity, or no containers to ask for anything.
    """
    metadata, spec, status = mapping(value.get("metadata")), mapping(value.get("spec")), mapping(value.get("status"))
    if not isinstance(spec.get("containers"), list):
        raise QuantityError("spec.containers: not in this dump, so what the pod asks for is unknown")
    finished = text(status.get("phase")) in ("Succeeded", "Failed")
    owner = _owner(metadata)
    static = "kubernetes.io/config.mirror" in mapping(metadata.get("annotations"))
    namespace = text(metadata.get("namespace")) or "default"
    priority = spec.get("priority")
    return Pod(
        namespace=namespace,
        identity=text(metadata.get("uid")) or _joined(namespace, text(metadata.get("name"))),
        labels=labels_of(metadata, keys),
        request={} if finished else effective_request(spec),
        node=text(spec.get("nodeName")),
        finished=finished,
        gated=bool(spec.get("schedulingGates")),
        terminating=metadata.get("deletionTimestamp") is not None,
        static=static or (owner is not None and owner[0] == "Node"),
        priority=whole(priority, 0) if priority is not None else None,
        priority_class=text(spec.get("priorityClassName")),
        owner=owner,
        created=text(metadata.get("creationTimestamp")),
        tolerations=tuple(
            (key, text(one.get("operator")), text(one.get("value")), text(one.get("effect")))
            for one in mappings(spec.get("tolerations"))
            if (key := text(one.get("key"))) in CONTROL_PLANE_KEYS or not key
        ),
    )


def read_node(value: Mapping[str, object]) -> NodeRecord:
    """The record of a Node, its allocatable rounded down.

    Raises:
        QuantityError: An amount that is no quantity; the message names the resource.
    """
    metadata, spec, status = mapping(value.get("metadata")), mapping(value.get("spec")), mapping(value.get("status"))
    allocatable: Request = {}
    for given, amount in mapping(status.get("allocatable")).items():
        name = text(given)
        if not name:
            continue
        try:
            allocatable[name] = parse_quantity(name, amount, rounding="down")
        except QuantityError as error:
            raise QuantityError(f"status.allocatable: {name}: {error}") from None
    ready = [text(one.get("status")) for one in mappings(status.get("conditions")) if one.get("type") == "Ready"]
    labels = mapping(metadata.get("labels"))
    return NodeRecord(
        name=text(metadata.get("name")),
        allocatable=allocatable,
        cordoned=spec.get("unschedulable") is True,
        ready=ready[0] if ready else "",
        taints=tuple(
            (text(taint.get("key")), text(taint.get("value")), text(taint.get("effect")))
            for taint in mappings(spec.get("taints"))
            if taint.get("effect") in BLOCKING
        ),
        pool=next((text(labels[key]) for key in POOL_LABELS if key in labels), ""),
    )


def read_controller(value: Mapping[str, object], kind: str, keys: LabelKeys) -> Controller:
    """The record of a controller, with the request of the pods that it would make.

    Raises:
        QuantityError: An amount that is no quantity; the message names the resource.
    """
    metadata, spec, status = mapping(value.get("metadata")), mapping(value.get("spec")), mapping(value.get("status"))
    template = mapping(spec.get("template"))
    desired = _active_wanted(spec, status) if kind == "Job" else whole(spec.get("replicas"), 1)
    suspended = kind == "Job" and spec.get("suspend") is True
    return Controller(
        kind=kind,
        namespace=text(metadata.get("namespace")) or "default",
        name=text(metadata.get("name")),
        uid=text(metadata.get("uid")),
        desired=max(desired, 0),
        suspended=suspended,
        request=effective_request(mapping(template.get("spec"))) if desired > 0 else {},
        priority_class=text(mapping(template.get("spec")).get("priorityClassName")),
        labels=labels_of(mapping(template.get("metadata")), keys),
    )


def read_quota(value: Mapping[str, object]) -> Quota:
    """The record of a ResourceQuota."""
    metadata, spec = mapping(value.get("metadata")), mapping(value.get("spec"))
    return Quota(
        namespace=text(metadata.get("namespace")) or "default",
        name=text(metadata.get("name")),
        hard=tuple((text(name), amount) for name, amount in mapping(spec.get("hard")).items()),
        scoped=bool(spec.get("scopes") or spec.get("scopeSelector")),
    )


def labels_of(metadata: Mapping[str, object], keys: LabelKeys) -> Labels:
    """The values of the labels that the options ask for."""
    if not keys.tenant and not keys.weight:
        return _NO_LABELS
    labels = mapping(metadata.get("labels"))
    return Labels(
        text(labels[keys.tenant]) if keys.tenant in labels else None,
        text(labels[keys.weight]) if keys.weight in labels else None,
    )


_NO_LABELS = Labels()


def _active_wanted(spec: Mapping[str, object], status: Mapping[str, object]) -> int:
    """How many pods the job controller wants to run: `manageJob` in pkg/controller/job/job_controller.go."""
    over = {text(one.get("type")) for one in mappings(status.get("conditions")) if one.get("status") in ("True", True)}
    if over & {"Complete", "Failed"}:
        return 0
    parallelism = whole(spec.get("parallelism"), 1)
    succeeded = whole(status.get("succeeded"), 0)
    completions = spec.get("completions")
    if completions is None and spec.get("parallelism") is not None:
        # A work queue: once a pod has succeeded, no more are started.
        return 0 if succeeded else parallelism
    return min(parallelism, whole(completions, 1) - succeeded)


def _owner(metadata: Mapping[str, object]) -> Owner | None:
    owners = list(mappings(metadata.get("ownerReferences")))
    if not owners:
        return None
    owner = next((one for one in owners if one.get("controller") is True), owners[0])
    return text(owner.get("kind")), text(owner.get("name")), text(owner.get("uid"))


def _joined(namespace: str, name: str) -> str:
    return f"{namespace}/{name}" if name else ""
