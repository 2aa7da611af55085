"""What an object is: by its kind, its list's kind, or its shape. Never reads further than that."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.formats.kubernetes.shapes import mapping, text

_GROUPS = {
    "Pod": ("",),
    "Node": ("",),
    "Namespace": ("",),
    "ResourceQuota": ("",),
    "ReplicationController": ("",),
    "ReplicaSet": ("apps", "extensions"),
    "StatefulSet": ("apps",),
    "Job": ("batch",),
    "PriorityClass": ("scheduling.k8s.io",),
}
READ = frozenset(_GROUPS)
"""The kinds that are read; others are counted and passed over."""

CONTROLLERS = frozenset({"ReplicationController", "ReplicaSet", "StatefulSet", "Job"})
"""The kinds that make pods of a template, and may still lack some."""


def kind_of(value: Mapping[str, object], list_kind: str = "") -> str:
    """The kind of an object: one of `READ`, another kind's name, or empty when nothing tells it.

    A kind of another API group that bears a name of ours (`Job` of Volcano) comes as `Job.batch.volcano.sh`.
    """
    kind = text(value.get("kind"))
    if not kind and list_kind.endswith("List") and list_kind != "List":
        kind = list_kind.removesuffix("List")
    if not kind:
        return _by_shape(value)
    version = text(value.get("apiVersion"))
    group = version.rpartition("/")[0]
    if kind in READ and version and group not in _GROUPS[kind]:
        return f"{kind}.{group}"
    return kind


def _by_shape(value: Mapping[str, object]) -> str:
    spec, status = mapping(value.get("spec")), mapping(value.get("status"))
    if "containers" in spec:
        return "Pod"
    if "allocatable" in status or "nodeInfo" in status:
        return "Node"
    if "hard" in spec:
        return "ResourceQuota"
    if "template" in spec:
        return _controller(spec, status)
    if "globalDefault" in value or ("value" in value and "preemptionPolicy" in value):
        return "PriorityClass"
    if "spec" in value and set(spec) <= {"finalizers"} and set(status) <= {"phase", "conditions"} and status:
        return "Namespace"
    return ""


def _controller(spec: Mapping[str, object], status: Mapping[str, object]) -> str:
    if "serviceName" in spec or "podManagementPolicy" in spec:
        return "StatefulSet"
    if "parallelism" in spec or "completions" in spec or "backoffLimit" in spec:
        return "Job"
    if "strategy" in spec:
        return "Deployment"
    if "updateStrategy" in spec or "desiredNumberScheduled" in status:
        return "DaemonSet"
    if "replicas" in spec:
        labels = mapping(spec.get("selector"))
        return "ReplicaSet" if "matchLabels" in labels or "matchExpressions" in labels else "ReplicationController"
    return ""
