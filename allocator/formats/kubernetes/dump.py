"""Sources -> the records of a dump, and the refusal of all that is no dump. Decides nothing about what counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from allocator.core.errors import Fault, QuantityError, SnapshotError
from allocator.formats.kubernetes.json_objects import json_objects
from allocator.formats.kubernetes.kinds import CONTROLLERS, kind_of
from allocator.formats.kubernetes.raw import Raw
from allocator.formats.kubernetes.records import (
    Controller,
    LabelKeys,
    Labels,
    NodeRecord,
    Pod,
    Quota,
    labels_of,
    read_controller,
    read_node,
    read_pod,
    read_quota,
)
from allocator.formats.kubernetes.refusals import COMMAND, refuse_kind, refuse_text, refuse_without_nodes
from allocator.formats.kubernetes.requests import Request
from allocator.formats.kubernetes.shapes import mapping, text, whole
from allocator.formats.kubernetes.yaml_objects import yaml_objects
from allocator.formats.sources import TextSource, opened, refusal, running_total, shown

_MOST_FAULTS = 20
_MOST_KINDS = 1000  # a cluster has some hundreds; a hostile file must not fill memory with their names
_T = TypeVar("_T")


@dataclass
class Dump:
    """The records of all sources together, in the order read; an object that is there twice counts once."""

    nodes: dict[str, NodeRecord] = field(default_factory=dict)
    pods: list[Pod] = field(default_factory=list)
    controllers: list[Controller] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    namespaces: dict[str, Labels] = field(default_factory=dict)
    priority_classes: dict[str, int] = field(default_factory=dict)
    default_priority: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    """How many objects of each kind that is not read."""
    repeated: int = 0

    def counts(self) -> dict[str, int]:
        """How many there are of everything, in words; what is not read at the end."""
        return {
            "nodes": len(self.nodes),
            "pods": len(self.pods),
            "resource quotas": len(self.quotas),
            "namespaces": len(self.namespaces),
            "controllers": len(self.controllers),
            "priority classes": len(self.priority_classes),
            **self.passed_over,
        }


def read_dump(sources: Sequence[str], keys: LabelKeys, progress: Callable[[int], None] | None = None) -> Dump:
    """Everything that `sources` say.

    Memory grows with the number of objects kept, some hundred bytes each; the files may be larger than that.

    Raises:
        SnapshotError: A source is no dump of Kubernetes objects, or there is no node or nothing at all in them.
    """
    if not sources:
        raise refusal("import", f"no file was named; try: {COMMAND} | fairheap import kubernetes -")
    collecting = _Collecting(keys)
    tell = running_total(progress)
    for source in sources:
        with opened(source, tell) as opened_source:
            for raw in _objects(opened_source):
                collecting.add(raw, source)
    collecting.finish()
    if not collecting.dump.nodes:
        refuse_without_nodes(collecting.dump.counts(), " ".join(shown(source) for source in sources))
    return collecting.dump


def _objects(source: TextSource) -> Iterator[Raw]:
    head = source.head()
    start = head.lstrip()[:2000]
    while not start and source.read():
        start = source.head().lstrip()[:2000]
    refuse_text(start, head, source.name)
    for raw in (json_objects if start[0] in "{[" else yaml_objects)(source):
        yield from _without_lists(raw, source.name)


def _without_lists(raw: Raw, source: str) -> Iterator[Raw]:
    """`raw`, or what is in it where it is itself a list of objects."""
    waiting = [raw]
    while waiting:
        one = waiting.pop()
        value = one.value
        if isinstance(value, dict) and text(value.get("kind")).endswith("List") and "items" in value:
            inner = value["items"]
            items = list(inner) if isinstance(inner, list) else []
            kind = text(value["kind"])
            waiting += [
                Raw(item, kind, f"{one.place}.items[{index}]".lstrip("."), one.line) for index, item in enumerate(items)
            ][::-1]
        else:
            yield one


class _Collecting:
    """Sorts objects into a dump, and gathers what is wrong with them."""

    def __init__(self, keys: LabelKeys) -> None:
        self.dump = Dump()
        self._keys = keys
        self._faults: list[Fault] = []
        self._seen: set[tuple[str, str]] = set()
        # Thousands of pods share one request, one set of tolerations and some words: one copy of each is kept.
        self._shared: dict[object, object] = {}
        self._requests: dict[tuple[tuple[str, int], ...], Request] = {}

    def add(self, raw: Raw, source: str) -> None:
        """Take `raw` in, whatever it is."""
        if not isinstance(raw.value, dict):
            found = repr(raw.value)[:60] if isinstance(raw.value, str | int | float) else "a value"
            message = f"found {found}, which is no object; expected Kubernetes objects"
            raise refusal(source, message, line=raw.line, place=raw.place)
        kind = kind_of(raw.value, raw.list_kind)
        refuse_kind(kind, raw, source)
        try:
            self._add(kind, raw.value)
        except QuantityError as error:
            name = text(mapping(raw.value.get("metadata")).get("name"))
            place = f"{raw.place} ({kind} {name})".strip() if name else f"{raw.place} ({kind})".strip()
            self._faults.append(Fault(shown(source), place, str(error), raw.line))
            if len(self._faults) >= _MOST_FAULTS:
                self._faults.append(Fault(shown(source), "", f"stopped reading after {_MOST_FAULTS} faults"))
                self.finish()

    def finish(self) -> None:
        """Raise what was gathered, if anything was."""
        if self._faults:
            raise SnapshotError(self._faults)

    def _add(self, kind: str, value: Mapping[str, object]) -> None:
        dump = self.dump
        metadata = mapping(value.get("metadata"))
        name, namespace = text(metadata.get("name")), text(metadata.get("namespace")) or "default"
        if kind == "Pod":
            pod = read_pod(value, self._keys)
            if self._new(kind, pod.identity):
                dump.pods.append(self._sharing(pod))
        elif kind == "Node":
            node = read_node(value)
            if not node.name:
                raise QuantityError("metadata.name: not in this dump, so no pod can be told to be on the node")
            if self._new(kind, node.name):
                dump.nodes[node.name] = node
        elif kind in CONTROLLERS:
            controller = read_controller(value, kind, self._keys)
            if self._new(kind, f"{namespace}/{name}" if name else ""):
                dump.controllers.append(controller)
        elif kind == "ResourceQuota":
            if self._new(kind, f"{namespace}/{name}" if name else ""):
                dump.quotas.append(read_quota(value))
        elif kind == "Namespace":
            dump.namespaces[name] = labels_of(metadata, self._keys)
        elif kind == "PriorityClass":
            dump.priority_classes[name] = whole(value.get("value"), 0)
            if value.get("globalDefault") is True:
                dump.default_priority = whole(value.get("value"), 0)
        else:
            known = kind in dump.passed_over or len(dump.passed_over) < _MOST_KINDS
            dump.passed_over[(kind or "of no kind") if known else "of other kinds"] += 1

    def _new(self, kind: str, identity: str) -> bool:
        """Whether this object was not there before; one without a name or uid always is new."""
        if not identity:
            return True
        if (kind, identity) in self._seen:
            self.dump.repeated += 1
            return False
        self._seen.add((kind, identity))
        return True

    def _sharing(self, pod: Pod) -> Pod:
        key = tuple(sorted(pod.request.items()))
        return replace(
            pod,
            namespace=self._one(pod.namespace),
            labels=self._one(pod.labels),
            request=self._requests.setdefault(key, pod.request),
            node=self._one(pod.node),
            priority_class=self._one(pod.priority_class),
            owner=self._one(pod.owner),
            tolerations=self._one(pod.tolerations),
        )

    def _one(self, value: _T) -> _T:
        """The first copy of a value that many pods have."""
        return self._shared.setdefault(value, value)  # type: ignore[return-value]
