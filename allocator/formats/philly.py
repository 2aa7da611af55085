"""Microsoft's Philly trace as simulators pass it on -> recorded jobs: a row a job, GPUs alone, in no order.

Source: Jeon et al., "Analysis of Large-Scale Multi-Tenant GPU Clusters for DNN Training Workloads", USENIX ATC 2019;
columns timestamp, duration (s), num_gpus, gpu_time, cluster (a virtual cluster: a tenant).
"""

from __future__ import annotations

from array import array

import numpy as np

from allocator.core.durations import LARGEST_MS
from allocator.core.timeline import TraceUse
from allocator.formats.lines import Faults, csv_rows
from allocator.formats.openb import GPU
from allocator.formats.recorded import Recorded, chosen, counted, skipped, span, understood
from allocator.formats.slurm.values import moment
from allocator.formats.sources import TextSource
from allocator.simulation.workload import workload

_COLUMNS = ("timestamp", "duration", "num_gpus")
_MOST_GPUS = 10**6


def is_philly(line: str) -> bool:
    """Whether a file with this first line is one of these."""
    return set(_COLUMNS) <= set(line.strip().split(","))


def read_philly(source: TextSource, use: TraceUse) -> Recorded:
    """The jobs of a file, each a gang of one task a GPU.

    `use.tenant` is vc (default: the virtual cluster) or none. Times are local and stand as they are.

    Raises:
        SnapshotError: A row that is no job, with its line; an option that does not exist.
    """
    understood(use, "philly", ())
    word = chosen(use, "tenant", ("vc", "none"), "vc")
    faults = Faults(source)
    flat = array("q")
    tenants: dict[str, int] = {}
    places: tuple[int, ...] = ()
    cluster = -1
    none = 0
    for number, row in csv_rows(source, faults):
        if not places:
            if missing := [name for name in _COLUMNS if name not in row]:
                faults.add(number, f"no column {', '.join(missing)}")
                faults.check()
            places = tuple(row.index(name) for name in _COLUMNS)
            cluster = row.index("cluster") if "cluster" in row and word == "vc" else -1
            count = len(row)
            continue
        try:
            if len(row) != count:
                raise ValueError(row)
            submit = moment(row[places[0]])
            runtime = round(float(row[places[1]]) * 1000)
            gpus = int(row[places[2]])
        except (ValueError, OverflowError):
            faults.add(number, f"found {','.join(row)[:60]!r}, expected a time, seconds and a number of GPUs")
            continue
        if not (0 <= submit <= LARGEST_MS and 0 <= runtime <= LARGEST_MS and 0 <= gpus <= _MOST_GPUS):
            faults.add(number, "found a time or a number of GPUs beyond all reason")
            continue
        if not gpus:
            none += 1
            continue
        name = (row[cluster] or "no-vc") if cluster >= 0 else "all"
        flat.extend((submit, runtime, gpus, tenants.setdefault(name, len(tenants))))
    faults.check()
    rows = np.frombuffer(flat, dtype=np.int64).reshape(-1, 4)
    submits = rows[:, 0] - rows[:, 0].min(initial=LARGEST_MS)
    jobs = workload(
        list(tenants),
        (GPU,),
        submit=submits,
        runtime=rows[:, 1],
        demand=np.full((len(rows), 1), 1000),
        tenant=rows[:, 3],
        tasks=rows[:, 2],
    )
    return Recorded(
        jobs,
        told=(
            f"read {counted(len(rows) + none, 'job')} of {counted(len(tenants), 'virtual cluster')}, "
            f"submitted over {span(jobs)}",
            *skipped({"no GPU asked for": none}),
            "when they started is not known: assumed at once, to know what ran together",
            "assumed the run time as the estimate of every job: none says one",
        ),
    )
