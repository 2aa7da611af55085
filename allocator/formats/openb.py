"""Alibaba's GPU traces of 2023 ("openb") -> recorded jobs and nodes: pods that ask for a part of one GPU, or several.

Source: Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent",
USENIX ATC 2023; the CSV files of its simulator. Amounts of GPU are in thousandths there as here.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator

import numpy as np

from allocator.core.durations import LARGEST_MS
from allocator.core.model import Node
from allocator.core.timeline import TraceUse
from allocator.formats.lines import Faults, csv_rows
from allocator.formats.recorded import Recorded, chosen, counted, skipped, span, understood
from allocator.formats.sources import TextSource
from allocator.simulation.workload import NONE, workload

GPU = "nvidia.com/gpu"
NODES_BESIDE = ("openb_node_list_all_node.csv", "openb_node_list_gpu_node.csv")
"""The files of nodes that lie beside a file of pods, the first that does."""
_PODS = (
    "name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "gpu_spec", "qos", "pod_phase",
    "creation_time", "deletion_time", "scheduled_time",
)  # fmt: skip
_NODES = ("sn", "cpu_milli", "memory_mib", "gpu", "model")
_WELCOME = ("gpu_spec", "qos", "pod_phase", "model")  # columns that may be missing
_MIB = 1 << 20
_LARGEST = 2**50


def is_pods(line: str) -> bool:
    """Whether a file with this first line is one of pods."""
    return {"cpu_milli", "memory_mib", "num_gpu", "creation_time"} <= set(line.strip().split(","))


def is_nodes(line: str) -> bool:
    """Whether a file with this first line is one of nodes."""
    return {"sn", "cpu_milli", "memory_mib", "gpu"} <= set(line.strip().split(","))


def read_openb(source: TextSource, use: TraceUse) -> Recorded:
    """The pods of a file as jobs of one task.

    `use.tenant` is qos (default), phase or none (all are one tenant's). A pod runs from when it was scheduled to when
    it was deleted; one that never was scheduled is taken to run as long as it was there. A `gpu_spec` is the pools.

    Raises:
        SnapshotError: A row that is no pod, with its line; an option that does not exist.
    """
    understood(use, "openb", ())
    word = chosen(use, "tenant", ("qos", "phase", "none"), "qos")
    faults = Faults(source)
    flat = array("q")
    names: list[str] = []
    pools: list[tuple[str, ...]] = []
    tenants: dict[str, int] = {}
    sets: dict[str, tuple[str, ...]] = {"": ()}
    lost: Counter[str] = Counter()
    for number, row in _rows(source, _PODS, faults):
        name, cpu, memory, gpus, milli, spec, qos, phase, created, deleted, scheduled = row
        try:
            count = int(gpus)
            gpu = int(milli) if count == 1 else count * 1000
            begin, end = _ms(created), _ms(deleted)
            bound = _ms(scheduled)
            amounts = (int(cpu), int(memory) * _MIB, gpu)
        except (ValueError, OverflowError):
            faults.add(number, f"found {','.join(row)[:60]!r}, expected numbers of cpu, memory, GPUs and times")
            continue
        if min(amounts) < 0 or max(amounts) > _LARGEST or max(begin, end, bound) > LARGEST_MS or begin == NONE:
            faults.add(number, "found an amount or a time beyond all reason")
            continue
        if end == NONE:
            lost["not deleted: how long it ran is not known"] += 1
            continue
        tenant = {"qos": qos or "no-qos", "phase": phase or "no-phase"}.get(word, "all")
        flat.extend((begin, bound, max(end - (begin if bound == NONE else bound), 0), *amounts))
        flat.append(tenants.setdefault(tenant, len(tenants)))
        names.append(name)
        if spec not in sets:
            sets[spec] = tuple(dict.fromkeys(part for part in spec.split("|") if part))
        pools.append(sets[spec])
    faults.check()
    rows = np.frombuffer(flat, dtype=np.int64).reshape(-1, 7)
    submit, start, runtime = rows[:, 0], rows[:, 1], rows[:, 2]
    first = int(submit.min(initial=LARGEST_MS))
    begun = np.where(start == NONE, NONE, np.maximum(start, submit) - first)
    jobs = workload(
        list(tenants),
        ("cpu", "memory", GPU),
        submit=submit - first,
        runtime=runtime,
        demand=rows[:, 3:6],
        tenant=rows[:, 6],
        names=names,
        pools=pools if len(sets) > 1 else (),
        recorded_start=begun,
        recorded_end=np.where(begun == NONE, NONE, begun + runtime),
    )
    kind = {"qos": "class of service", "phase": "phase"}.get(word, "tenant")
    many = {"qos": "classes of service"}.get(word, "")
    told = [
        f"read {counted(len(jobs) + sum(lost.values()), 'pod')} of {counted(len(tenants), kind, many)}, "
        f"submitted over {span(jobs)}",
        *skipped(lost),
        "assumed the run time as the estimate of every pod: none says one",
        "not modelled: which GPU of a node a part of one is on",
    ]
    if never := int((start == NONE).sum()):
        told.insert(1, f"assumed for {counted(never, 'pod')} never scheduled: each runs as long as it was there")
    return Recorded(jobs, told=tuple(told))


def read_openb_nodes(source: TextSource) -> tuple[Node, ...]:
    """The nodes of a file, in the pool of their GPU's model.

    Raises:
        SnapshotError: A row that is no node, with its line.
    """
    faults = Faults(source)
    nodes: list[Node] = []
    for number, row in _rows(source, _NODES, faults):
        name, cpu, memory, gpus, model = row
        try:
            capacity = {"cpu": int(cpu), "memory": int(memory) * _MIB, GPU: int(gpus) * 1000}
        except ValueError:
            faults.add(number, f"found {','.join(row)[:60]!r}, expected numbers of cpu, memory and GPUs")
            continue
        if min(capacity.values()) < 0 or max(capacity.values()) > _LARGEST:
            faults.add(number, "found an amount beyond all reason")
            continue
        nodes.append(Node(name, {key: amount for key, amount in capacity.items() if amount}, pool=model))
    faults.check()
    return tuple(nodes)


def _rows(source: TextSource, wanted: tuple[str, ...], faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """The fields of `wanted` of each row, in that order; a field that the file does not have is empty."""
    places: list[int] = []
    count = 0
    for number, row in csv_rows(source, faults):
        if not places:
            missing = [name for name in wanted if name not in row and name not in _WELCOME]
            if missing:
                faults.add(number, f"no column {', '.join(missing)}")
                faults.check()
            places = [row.index(name) if name in row else -1 for name in wanted]
            count = len(row)
        elif len(row) != count:
            faults.add(number, f"found {counted(len(row), 'column')}, expected {count}")
        else:
            yield number, [row[place] if place >= 0 else "" for place in places]


def _ms(seconds: str) -> int:
    """ms, NONE where nothing stands.

    Raises:
        ValueError: No number, or one below 0.
    """
    if not seconds:
        return NONE
    ms = round(float(seconds) * 1000)
    if ms < 0:
        raise ValueError(seconds)
    return ms
