"""What readers of recorded jobs hand back, and what is read off it: who ran at an instant, what ran at most at once.

Reads nothing and decides nothing about policies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from allocator.core.errors import Fault, SnapshotError
from allocator.core.model import Node, Tenant
from allocator.core.resources import LARGEST, Quantities
from allocator.core.text import did_you_mean
from allocator.core.timeline import TraceUse
from allocator.simulation.workload import NONE, Column, Workload

DAY_MS = 86_400_000
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Trace:
    """Recorded jobs as a scenario replays them, and what is known of the cluster and of who submitted."""

    workload: Workload
    nodes: tuple[Node, ...] = ()
    capacity: Quantities = field(default_factory=dict)
    """The whole pool; the sum of the nodes where there are nodes."""
    guessed: bool = False
    """Whether some of the capacity is no more than what ran at once."""
    tenants: tuple[Tenant, ...] = ()
    """With their weights, where something says them."""
    usage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Of tenants with a known past: what they are charged with at the start, in smallest units x ms of a resource."""
    told: tuple[str, ...] = ()
    """What was read, what was skipped and why, what is assumed and what is not modelled; a line each. Names as the
    files have them."""


@dataclass(frozen=True)
class Recorded:
    """What one reader makes of one file."""

    workload: Workload
    """The whole record; t = 0 is its first submit."""
    capacity: Quantities = field(default_factory=dict)
    """Of the resources of which the file says how much there was."""
    tenants: tuple[Tenant, ...] = ()
    """Where the file knows more of them than their names."""
    usage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def started(workload: Workload) -> tuple[Column, Column]:
    """When each job started and ended, in ms: as recorded, or as if nothing had waited where that is unknown."""
    start = workload.submit
    if len(workload.recorded_start):
        start = np.where(workload.recorded_start == NONE, start, workload.recorded_start)
    return start, start + workload.runtime


def peak(workload: Workload) -> dict[str, int]:
    """The most of each resource that was used at one instant, and never less than one job needs.

    Raises:
        SnapshotError: That is more than a quantity can be.
    """
    start, end = started(workload)
    times = np.concatenate([end, start])  # of one instant the ends come first, as they do in a run
    order = np.argsort(times, kind="stable")
    found = {}
    for index, name in enumerate(workload.resources):
        need = workload.total_demand[:, index]
        change = np.concatenate([-need, need])[order]
        if np.cumsum(change, dtype=np.float64).max(initial=0) > LARGEST:
            raise SnapshotError([_fault("", f"what ran at once asks for more than 2^62 units of {name}")])
        in_use = np.cumsum(change)
        found[name] = int(max(need.max(initial=0), in_use.max(initial=0)))
    return found


def window(workload: Workload, from_ms: int | None, to_ms: int | None) -> tuple[Workload, str]:
    """The part of a record from one instant to another, in which it begins at t = 0, and a line that tells of it.

    Jobs that ran at `from_ms` are `running`, with the run time that was left to them; jobs that waited then are
    submitted at 0; jobs that had ended, or are submitted at `to_ms` or later, are left out.
    """
    if from_ms is None and to_ms is None:
        return workload, ""
    begin = from_ms or 0
    start, end = started(workload)
    keep = (end > begin) | (workload.submit >= begin)
    if to_ms is not None:
        keep &= workload.submit < to_ms
    part = workload.taken(keep)
    start, end = start[keep], end[keep]
    ran = (start < begin) & (end > begin)
    waited = (part.submit < begin) & ~ran
    over = np.where(ran, begin - start, 0)
    left = part.runtime - over
    # What had outlived its estimate ran on all the same: the end that it came to is what is planned with.
    estimate = np.where(over < part.estimate, part.estimate - over, left)
    used, tenant = np.unique(part.tenant, return_inverse=True)
    part = replace(
        part,
        tenants=tuple(part.tenants[index] for index in used.tolist()),
        tenant=tenant.astype(np.int64),
        submit=np.maximum(part.submit - begin, 0),
        runtime=left,
        estimate=estimate,
        deadline=np.where(part.deadline == NONE, NONE, np.maximum(part.deadline - begin, 0)),
        running=ran.astype(np.int64) if ran.any() else part.running,
        recorded_start=_moved(part.recorded_start, begin),
        recorded_end=_moved(part.recorded_end, begin),
    )
    told = f"kept {len(part):,} of {len(workload):,} jobs"
    if from_ms is not None:
        told += f": at the start {int(ran.sum()):,} ran already and {int(waited.sum()):,} waited"
    return part, told


def _moved(column: Column, begin: int) -> Column:
    return np.where(column == NONE, NONE, np.maximum(column - begin, 0)) if len(column) else column


def only(workload: Workload, resources: Sequence[str]) -> tuple[Workload, dict[str, int]]:
    """`workload` without demands of what is not among `resources`, and how many jobs asked for each of those."""
    keep = [index for index, name in enumerate(workload.resources) if name in resources]
    lost = {
        name: int((workload.demand[:, index] > 0).sum())
        for index, name in enumerate(workload.resources)
        if index not in keep
    }
    kept = replace(
        workload, resources=tuple(workload.resources[index] for index in keep), demand=workload.demand[:, keep]
    )
    return kept, lost


def on_labels(workload: Workload, labels: Collection[str]) -> tuple[Workload, list[str]]:
    """`workload` with the labels of nodes in place of the pools it names, and lines that tell of those without.

    A label may name several pools, divided by commas: a node of Slurm is in several partitions. A job that names only
    pools that no node is in may run anywhere.
    """
    if len(workload.pool_sets) == 1:
        return workload, []
    parts = {label: {label, *label.split(",")} for label in sorted(labels) if label}
    sets: dict[tuple[str, ...], int] = {(): 0}
    where, strange = [], set()
    for named in workload.pool_sets:
        found = tuple(label for label, its in parts.items() if its & set(named))
        where.append(sets.setdefault(found, len(sets)))
        if not found:
            strange |= set(named)
    moved = np.array(where, np.int64)[workload.pools] if len(workload.pools) else workload.pools
    if len(sets) == 1:
        moved = moved[:0]
    told = []
    if not parts:
        told.append(f"one pool: without nodes the {counted(len(strange), 'pool')} that jobs name are not told apart")
    elif strange:
        told.append(f"no node is in {', '.join(sorted(strange)[:5])}: jobs that name it may run anywhere")
    return replace(workload, pool_sets=tuple(sets), pools=moved), told


def by_appearance(values: Any) -> tuple[list[Any], Column]:
    """The distinct values of a column in order of first appearance, and the index of each entry among them."""
    distinct, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return distinct[order].tolist(), rank[inverse]


def span(workload: Workload) -> str:
    """How long jobs were submitted for: `339.9 days`, `5.5 hours`."""
    length = int(workload.submit[-1]) - int(workload.submit[0]) if len(workload) else 0
    return f"{length / DAY_MS:,.1f} days" if length >= DAY_MS else f"{length / HOUR_MS:,.1f} hours"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 job`, `1,234 jobs`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def skipped(reasons: Mapping[str, int]) -> list[str]:
    """A line for each reason why jobs were left out, those of no job not among them."""
    return [f"skipped {counted(count, 'job')}: {reason}" for reason, count in reasons.items() if count]


def chosen(use: TraceUse, option: str, choices: Sequence[str], default: str) -> str:
    """The value of an option of `[trace]` that takes one of a few words.

    Raises:
        SnapshotError: Another value.
    """
    found = use.tenant if option == "tenant" else use.options.get(option, "")
    if not found:
        return default
    if found not in choices:
        hint = did_you_mean(found, choices)
        place = option if option == "tenant" else f"options.{option}"
        raise SnapshotError([_fault(place, f"found '{found}', expected one of {', '.join(choices)}{hint}")])
    return found


def understood(use: TraceUse, reader: str, options: Sequence[str]) -> None:
    """Raise SnapshotError if `use` has options that `reader` does not know."""
    unknown = [name for name in use.options if name not in options]
    if unknown:
        known = f"it takes {', '.join(options)}" if options else "it takes none"
        raise SnapshotError(
            [
                _fault(f"options.{name}", f"no option of the {reader} reader; {known}{did_you_mean(name, options)}")
                for name in unknown
            ]
        )


def _fault(place: str, message: str) -> Fault:
    return Fault("[trace]", place, message)
