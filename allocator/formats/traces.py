"""A `[trace]` -> recorded jobs on the cluster they ran on: finds the reader, the nodes and the part that is asked for.

Never follows a link, never runs anything. Memory grows with the jobs kept, not with the file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from allocator.core.errors import Fault, SnapshotError
from allocator.core.model import Node
from allocator.core.resources import Quantities
from allocator.core.scaling import pooled
from allocator.core.text import did_you_mean
from allocator.core.timeline import TraceUse
from allocator.formats.amounts import listed
from allocator.formats.node_files import read_node_file
from allocator.formats.openb import NODES_BESIDE, is_pods, read_openb
from allocator.formats.philly import is_philly, read_philly
from allocator.formats.recorded import Recorded, Trace, counted, on_labels, only, peak, window
from allocator.formats.slurm.accounting import read_slurm
from allocator.formats.sources import TextSource, opened, refusal
from allocator.formats.swf import read_swf

__all__ = ["FORMATS", "Trace", "read_trace"]

_NUMBER = re.compile(r"-?\d+(\.\d*)?")
_JOB_ID = re.compile(r"(?:^|[,\t])\s*job_?id(?:raw)?\s*(?:$|[,\t])", re.IGNORECASE)
Reader = Callable[[TextSource, TraceUse], Recorded]

FORMATS: Mapping[str, Reader] = {"swf": read_swf, "slurm": read_slurm, "openb": read_openb, "philly": read_philly}
"""Every reader of recorded jobs, by the name that `[trace] format` has for it."""


def read_trace(use: TraceUse, capacity: Quantities | None = None, nodes: Sequence[Node] = ()) -> Trace:
    """The recorded jobs that `use` asks for.

    Args:
        use: Which file, and how it is meant.
        capacity: What the scenario itself says there is; then neither is the file asked for nodes nor is anything
            guessed. What jobs ask of other resources is left out, and told.
        nodes: The scenario's own, whose labels are the pools that jobs can name.

    Raises:
        SnapshotError: A file that cannot be read, is damaged (with the line), holds no job that can be replayed, or is
            of no known format; an option that its reader does not know.
    """
    path = os.path.join(use.directory, use.path)
    with opened(path) as source:
        name = _format(use, source)
        recorded = FORMATS[name](source, use)
    if not len(recorded.workload):
        why = [line for line in recorded.told if line.startswith(("read", "skipped"))]
        raise refusal(path, "; ".join(["no job that can be replayed", *why]))
    found, told = _nodes(use, path, name) if capacity is None else (tuple(nodes), ())
    trace = _on_cluster(recorded, found, capacity)
    part, kept = window(trace.workload, use.from_ms, use.to_ms)
    if not len(part):
        raise SnapshotError([Fault("[trace]", "", f"no job between from and to; {recorded.told[0]}")])
    said = (*recorded.told, *([kept] if kept else []), *told, *trace.told)
    return replace(trace, workload=part, told=said)


def _format(use: TraceUse, source: TextSource) -> str:
    known = list(FORMATS)
    if use.format:
        if use.format not in FORMATS:
            message = f"found '{use.format}', expected one of {', '.join(known)}{did_you_mean(use.format, known)}"
            raise SnapshotError([Fault("[trace]", "format", message)])
        return use.format
    name = use.path.lower().removesuffix(".gz")
    if name.endswith(".swf"):
        return "swf"
    found = "slurm" if use.fields else by_content(source.head())
    if not found:
        raise refusal(source.name, f"the file does not tell its format; say format = one of {', '.join(known)}")
    return found


def by_content(head: str) -> str:
    """The reader of a file that begins so; empty where it could be any."""
    line = next((line.strip() for line in head.split("\n") if line.strip()), "")
    if line.startswith(";"):
        return "swf"
    if is_pods(line):
        return "openb"
    if is_philly(line):
        return "philly"
    if line[:1] in ("{", "[") or "|" in line or _JOB_ID.search(line):
        return "slurm"
    parts = line.split()
    return "swf" if len(parts) >= 18 and all(_NUMBER.fullmatch(part) for part in parts[:18]) else ""


def _nodes(use: TraceUse, path: str, reader: str) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The nodes that the scenario names a file of, or that lie beside the trace, and what to tell of them."""
    if use.nodes_from:
        found = os.path.join(use.directory, use.nodes_from)
    else:
        beside = [os.path.join(os.path.dirname(path), one) for one in NODES_BESIDE] if reader == "openb" else []
        beside += [f"{path}.machines"] if reader == "swf" else []
        found = next((one for one in beside if os.path.isfile(one)), "")
    if not found:
        return (), ()
    with opened(found) as source:
        nodes, told = read_node_file(source)
    return nodes, (f"nodes: {counted(len(nodes), 'node')} from {os.path.basename(found)}", *told)


def _on_cluster(recorded: Recorded, nodes: tuple[Node, ...], given: Quantities | None) -> Trace:
    """The recorded jobs on what is known of the cluster; the rest is guessed from what ran at once."""
    jobs, told = on_labels(recorded.workload, {node.pool for node in nodes})
    if given is not None or nodes:
        capacity = dict(pooled(nodes) if given is None else given)
        jobs, lost = only(jobs, tuple(name for name, amount in capacity.items() if amount))
        told += [
            f"left out what {counted(count, 'job')} asked of {name}: the capacity has none"
            for name, count in lost.items()
            if count
        ]
        return Trace(jobs, nodes, capacity, tenants=recorded.tenants, usage=recorded.usage, told=tuple(told))
    most = peak(jobs)
    capacity = {name: recorded.capacity.get(name, most[name]) for name in jobs.resources}
    guessed = {name: amount for name, amount in most.items() if name not in recorded.capacity}
    if recorded.capacity:
        known = {name: amount for name, amount in capacity.items() if name not in guessed}
        told.append(f"capacity: {listed(known)} as one pool, from the header")
    if guessed:
        told.append(f"capacity: {listed(guessed)} is a guess, the most that was in use at once")
    return Trace(jobs, (), capacity, bool(guessed), recorded.tenants, recorded.usage, tuple(told))
