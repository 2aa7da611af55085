"""The Standard Workload Format -> recorded jobs: a line a job, 18 columns or more, comments before them.

Source: Feitelson, Parallel Workloads Archive, "The Standard Workload Format" (version 2.2). Each processor a job asks
for is a task of one cpu, and all of them start at once; memory is per processor there, so it is per task here.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import numpy as np

from allocator.core.durations import LARGEST_MS
from allocator.core.resources import LARGEST
from allocator.core.timeline import TraceUse
from allocator.formats.lines import Faults, batches
from allocator.formats.recorded import Recorded, by_appearance, chosen, counted, skipped, span, understood
from allocator.formats.sources import TextSource
from allocator.simulation.workload import NONE, Column, Workload, column, workload

COLUMNS = 18
TENANTS = {"user": 11, "group": 12, "app": 13, "queue": 14, "partition": 15}
"""What a tenant can be, and the index of its column."""
OPTIONS = ("memory", "cancelled")
_HEADER = re.compile(r";\s*(\w+):\s*(.*)")
_LAYOUT = re.compile(r"(\d{1,6}):ppn=(\d{1,6})((?::[^:+]*)*)")
_MOST_PROCS = 1e9
_PARTIAL = (2, 3, 4)  # a job that was checkpointed has these lines besides its own
_CANCELLED = 5
_LINE, _NUMBER, _SUBMIT, _WAIT, _RUN, _USED, _ASKED, _LIMIT, _MEMORY, _STATUS, _TENANT, _EARLIER, _LAID = range(13)


def read_swf(source: TextSource, use: TraceUse) -> Recorded:
    """The jobs of a file in the Standard Workload Format.

    `use.tenant` is user (default), group, app, queue or partition. Options: `memory` is "processor" (KB each, as the
    standard has it), "node" (bytes on each node, as MetaCentrum's logs have it) or "ignore"; told from the file where
    left out. `cancelled` is "ran" (default: jobs that were cancelled while running are replayed) or "drop".

    Raises:
        SnapshotError: A line that is no job, with its number; an option that does not exist.
    """
    understood(use, "swf", OPTIONS)
    word = chosen(use, "tenant", tuple(TENANTS), "user")
    header: dict[str, str] = {}
    rows, layouts = _read(source, TENANTS[word], header)
    memory = chosen(use, "memory", ("processor", "node", "ignore"), "node" if len(layouts) > 1 else "processor")
    read = len(rows)
    rows, lost = _sorted_out(rows, drop_cancelled=chosen(use, "cancelled", ("ran", "drop"), "ran") == "drop")
    jobs, told = _jobs(rows, layouts, memory, word, header)
    procs = _number(header.get("MaxProcs", "")) or _number(header.get("MaxNodes", ""))
    lines = [
        f"read {counted(read, 'job')} of {counted(len(jobs.tenants), word)}, submitted over {span(jobs)}",
        *skipped(lost),
        *told,
        *_assumed(rows),
    ]
    return Recorded(jobs, {"cpu": procs * 1000} if procs else {}, told=tuple(lines))


def _read(source: TextSource, tenant: int, header: dict[str, str]) -> tuple[Any, dict[str, int]]:
    """The columns in use as floats (jobs, 13), and what the 21st column says with the number it has in the last."""
    faults = Faults(source)
    values = array("d")  # exact for whole numbers to 2^53; some logs have fractions of a second
    layouts = {"": 0}
    pick = itemgetter(0, 1, 2, 3, 4, 7, 8, 9, 10, tenant, 16)
    last = 0
    for first, lines in batches(source):
        for number, line in enumerate(lines, first):
            parts = line.split()
            if len(parts) < COLUMNS:
                if parts and parts[0][0] == ";":
                    _note(line, header)
                elif parts:
                    faults.add(number, f"found {counted(len(parts), 'column')}, expected {COLUMNS} or more")
                continue
            if parts[0][0] == ";":
                _note(line, header)
                continue
            try:
                row = [number, *map(float, pick(parts))]
            except ValueError:
                faults.add(number, f"found {_odd(parts)!r}, expected a number")
                continue
            row.append(layouts.setdefault(parts[20], len(layouts)) if len(parts) > 20 else 0)
            values.extend(row)
        last = first + len(lines) - 1
    rows = np.frombuffer(values, dtype=np.float64).reshape(-1, 13)
    absurd = ~(np.abs(rows[:, _SUBMIT : _LIMIT + 1]) <= LARGEST_MS / 1000).all(axis=1)
    procs = np.maximum(np.maximum(rows[:, _ASKED], rows[:, _USED]), 1)
    absurd |= ~(procs <= _MOST_PROCS) | ~(np.abs(rows[:, _MEMORY]) * 1024 * procs <= LARGEST)
    absurd |= ~(np.abs(rows) <= 2**53).all(axis=1)
    for number in rows[absurd, _LINE].astype(np.int64).tolist():
        faults.add(number, "found a number that is no time, size or name of a job")
    if not len(rows):
        faults.add(last or None, "the file has no line of a job")
    faults.check()
    return rows, layouts


def _note(line: str, header: dict[str, str]) -> None:
    found = _HEADER.match(line.strip())
    if found and found[1] in ("MaxProcs", "MaxNodes"):
        header.setdefault(found[1], found[2])
    elif found and found[1] in ("Queue", "Partition"):
        number, _, name = found[2].partition(" ")
        if name.split() and len(header) < 10_000:
            header.setdefault(f"{found[1].lower()}-{number}", name.split()[0])


def _odd(parts: list[str]) -> str:
    for part in parts:
        try:
            float(part)
        except ValueError:
            return part[:40]
    return parts[0][:40]


def _number(text: str) -> int:
    found = re.match(r"\d{1,9}", text)
    return int(found[0]) if found else 0


def _sorted_out(rows: Any, *, drop_cancelled: bool) -> tuple[Any, dict[str, int]]:
    """The rows that can be replayed, and how many cannot and why."""
    procs = np.where(rows[:, _ASKED] > 0, rows[:, _ASKED], rows[:, _USED])
    cancelled = rows[:, _STATUS] == _CANCELLED
    reasons = {
        "part of one that has its own line (status 2, 3 or 4)": np.isin(rows[:, _STATUS], _PARTIAL),
        "cancelled before running": cancelled & (rows[:, _RUN] <= 0),
        "cancelled while running": cancelled & drop_cancelled,
        "no submit time": rows[:, _SUBMIT] < 0,
        "no run time": rows[:, _RUN] < 0,
        "no processor asked for": procs < 1,
    }
    keep = np.ones(len(rows), bool)
    lost = {}
    for reason, which in reasons.items():
        lost[reason] = int((which & keep).sum())
        keep &= ~which
    return rows[keep], lost


def _jobs(
    rows: Any, layouts: Mapping[str, int], memory: str, word: str, header: Mapping[str, str]
) -> tuple[Workload, list[str]]:
    procs = np.where(rows[:, _ASKED] > 0, rows[:, _ASKED], rows[:, _USED]).astype(np.int64)
    tasks, cpus, pools, told = _laid_out(rows, procs, layouts)
    said = np.maximum(rows[:, _MEMORY], 0).astype(np.int64)
    if memory == "processor":
        said = said * 1024 * cpus
    columns, resources = [cpus * 1000], ["cpu"]
    if memory != "ignore" and said.any():
        columns.append(said)
        resources.append("memory")
        told.append(
            "memory is what column 10 asks for: " + ("bytes a node" if memory == "node" else "kilobytes a processor")
        )
    tenants, tenant = by_appearance(rows[:, _TENANT].astype(np.int64))
    submit = _ms(rows[:, _SUBMIT])
    first = int(submit.min(initial=LARGEST_MS)) if len(rows) else 0
    runtime = _ms(rows[:, _RUN])
    start = np.where(rows[:, _WAIT] >= 0, submit - first + _ms(rows[:, _WAIT]), NONE)
    known = bool((start != NONE).any())
    return workload(
        [_tenant(word, number, header) for number in tenants],
        resources,
        submit=submit - first,
        runtime=runtime,
        demand=np.stack(columns, axis=1),
        tenant=tenant,
        estimate=np.where(rows[:, _LIMIT] > 0, _ms(rows[:, _LIMIT]), NONE),
        tasks=tasks,
        names=[str(number) for number in rows[:, _NUMBER].astype(np.int64).tolist()],
        pools=pools,
        recorded_start=start if known else (),
        recorded_end=np.where(start == NONE, NONE, start + runtime) if known else (),
    ), told


def _laid_out(
    rows: Any, procs: Column, layouts: Mapping[str, int]
) -> tuple[Column, Column, list[tuple[str, ...]], list[str]]:
    """Tasks, cpus of each, the pools named, and what to tell: a task a processor, or as the 21st column has it.

    That column is nodes:ppn=processors:properties, as PBS has it; a property `cl_NAME` is a cluster, the pool NAME.
    """
    if len(layouts) == 1:
        return procs, np.ones_like(procs), [], []
    nodes, each = [0], [0]
    sets: list[tuple[str, ...]] = [()]
    for text in list(layouts)[1:]:
        found = _LAYOUT.fullmatch(text.partition("#")[0])
        nodes.append(int(found[1]) if found else 0)
        each.append(int(found[2]) if found else 0)
        properties = found[3].split(":") if found else []
        sets.append(tuple(dict.fromkeys(one[3:] for one in properties if one.startswith("cl_"))))
    which = rows[:, _LAID].astype(np.int64)
    count, width = np.array(nodes)[which], np.array(each)[which]
    fits = (count * width == procs) & (count > 0)
    told = [
        "tasks are what column 21 says (nodes:ppn=processors); a property cl_NAME of it is the pool NAME, "
        "other properties are not modelled",
        *(
            [f"assumed one node for {counted(int((~fits).sum()), 'job')} where it says nothing plain"]
            * (not fits.all())
        ),
    ]
    pools = [sets[index] for index in which.tolist()]
    return np.where(fits, count, 1), np.where(fits, width, procs), pools if any(sets) else [], told


def _ms(seconds: Any) -> Column:
    return column(np.rint(seconds * 1000))


def _tenant(word: str, number: int, header: Mapping[str, str]) -> str:
    return header.get(f"{word}-{number}", f"{word}-{number}") if number >= 0 else f"no-{word}"


def _assumed(rows: Any) -> list[str]:
    lines = []
    waits = int((rows[:, _WAIT] < 0).sum())
    limits = int((rows[:, _LIMIT] <= 0).sum())
    if waits:
        lines.append(f"{counted(waits, 'job')} without a wait time: when they started is not known")
    if limits:
        lines.append(f"assumed the run time as the estimate of {counted(limits, 'job')} without one")
    earlier = rows[:, _EARLIER]
    answers = int((earlier > 0).sum()) if len(np.unique(earlier)) > 2 else 0  # all alike is a filler
    if answers:
        lines.append(f"not modelled: {counted(answers, 'job')} submitted in answer to an earlier one (column 17)")
    return lines
