"""Small clusters for the tests: objects as the API has them, and the import of a dump of them."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from allocator.core.errors import SnapshotError
from allocator.core.model import Tenant, Work
from allocator.formats.imported import Imported
from allocator.formats.kubernetes import KubernetesOptions, read_kubernetes

Object = dict[str, Any]
GI = 1 << 30


def node(name: str = "n1", *, taints: list[Object] | None = None, ready: str | None = "True", **more: Any) -> Object:
    """A node of 8 cores, 32 GiB and 100 pods, ready unless said otherwise; `allocatable` adds resources."""
    allocatable = {"cpu": "8", "memory": "32Gi", "pods": "100", **more.pop("allocatable", {})}
    spec: Object = {**({"taints": taints} if taints else {}), **more.pop("spec", {})}
    conditions = [] if ready is None else [{"type": "Ready", "status": ready}]
    labels = more.pop("labels", {})
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": spec,
        "status": {"allocatable": allocatable, "conditions": conditions},
    }


def pod(
    name: str,
    namespace: str = "web",
    *,
    on: str | None = "n1",
    cpu: str | None = "1",
    memory: str | None = None,
    phase: str | None = None,
    owner: tuple[str, str] | None = None,
    spec: Object | None = None,
    metadata: Object | None = None,
) -> Object:
    """A pod of one container on node `n1`, or waiting where `on` is None."""
    requests = {key: value for key, value in (("cpu", cpu), ("memory", memory)) if value}
    owners = [{"kind": owner[0], "name": owner[1], "uid": f"uid-{owner[1]}", "controller": True}] if owner else []
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{namespace}-{name}",
            "creationTimestamp": "2025-01-01T00:00:00Z",
            **({"ownerReferences": owners} if owners else {}),
            **(metadata or {}),
        },
        "spec": {
            "containers": [{"name": "main", "resources": {"requests": requests}}],
            **({"nodeName": on} if on else {}),
            **(spec or {}),
        },
        "status": {"phase": phase or ("Running" if on else "Pending")},
    }


def quota(namespace: str, hard: Object, name: str = "q", **spec: Any) -> Object:
    """A ResourceQuota."""
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"hard": hard, **spec},
    }


def controller(kind: str, name: str, namespace: str = "web", *, cpu: str = "1", **spec: Any) -> Object:
    """A ReplicaSet, StatefulSet, ReplicationController or Job whose template asks for `cpu`."""
    version = {"Job": "batch/v1", "ReplicationController": "v1"}.get(kind, "apps/v1")
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}"},
        "spec": {"template": {"spec": {"containers": [{"resources": {"requests": {"cpu": cpu}}}]}}, **spec},
        "status": spec.pop("status", {}),
    }


def namespace(name: str, **labels: str) -> Object:
    """A Namespace with labels."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def listed(*objects: Object) -> bytes:
    """The objects as `kubectl get -o json` prints them."""
    return json.dumps({"apiVersion": "v1", "items": objects, "kind": "List"}, indent=4).encode()


class Importer:
    """Imports bytes through a file of its own."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "dump"

    def read(self, data: bytes, **options: Any) -> Imported:
        """The import of `data` as a file."""
        self.path.write_bytes(data)
        return read_kubernetes([str(self.path)], KubernetesOptions(**options))

    def of(self, *objects: Object, **options: Any) -> Imported:
        """The import of a list of objects."""
        return self.read(listed(*objects), **options)

    def refusal(self, data: bytes) -> str:
        """What the refusal of `data` says; a test fails where it is not refused."""
        with pytest.raises(SnapshotError) as caught:
            self.read(data)
        return str(caught.value)


def only_work(imported: Imported, name: str = "web") -> Work:
    """The single work of a tenant."""
    (work,) = tenant(imported, name).work
    return work


def tenant(imported: Imported, name: str) -> Tenant:
    """A tenant that must be there."""
    found = imported.scenario.tenant(name)
    assert found is not None, [one.name for one in imported.scenario.tenants]
    return found


def counts(imported: Imported) -> dict[str, tuple[int, int | None]]:
    """Held and wanted tasks of each tenant, in order."""
    return {
        one.name: (sum(int(w.held or 0) for w in one.work), sum(w.tasks or 0 for w in one.work))
        for one in imported.scenario.tenants
    }


def as_stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let `-` read `data`."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
