"""One job as Slurm knows it, and many of them as columns: what accounting, as text or as JSON, is gathered into.

Says what was skipped and assumed. Holds no object a job once it was added.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allocator.core.durations import LARGEST_MS
from allocator.core.resources import LARGEST
from allocator.formats.amounts import in_order
from allocator.formats.recorded import counted, skipped, span
from allocator.simulation.workload import NONE, Workload, column, workload

NOT_MODELLED = (
    "not modelled: fair tree and multifactor priority (priorities are ranks that do not age), QOS, preemption, "
    "features, licences and dependencies"
)
_MOST_RESOURCES = 64
_MOST_CLUSTERS = 100
_ON = ("RUNNING", "SUSPENDED", "STOPPED", "COMPLETING", "CONFIGURING", "RESIZING", "SIGNALING", "STAGE_OUT")
_GONE = ("CANCELLED", "REVOKED", "DEADLINE")
_GRACE_MS = 60_000
_MIB = 1 << 20


@dataclass(slots=True)
class Record:
    """A job, out of one row or object. Times are ms since 1970 or NONE."""

    id: str
    tenant: str
    state: str
    """The first word: CANCELLED of `CANCELLED by 1000`."""
    partition: str = ""
    submit: int = NONE
    eligible: int = NONE
    start: int = NONE
    end: int = NONE
    elapsed: int = NONE
    """ms; without the time it was suspended."""
    limit: int = NONE
    """ms; NONE without a limit."""
    nodes: int = 1
    amounts: Mapping[str, int] | None = None
    """All of the job together, in smallest units."""
    priority: int = NONE
    reason: str = ""
    """Why it waits."""
    cluster: str = ""
    copies: int = 1
    """Jobs that this stands for: the tasks of an array that wait."""

    @property
    def waits(self) -> bool:
        """Whether it is in the queue."""
        return self.state in ("PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT")

    @property
    def runs(self) -> bool:
        """Whether it holds its resources."""
        return self.state in _ON

    def per_task(self) -> tuple[int, dict[str, int]]:
        """A task for each node it had, and what each needs: Slurm does not say how a job's processors are spread."""
        tasks = max(self.nodes, 1)
        needs = {name: -(-amount // tasks) for name, amount in (self.amounts or {}).items() if name != "node"}
        if tasks > 1 and "memory" in needs:
            needs["memory"] = -(-needs["memory"] // _MIB) * _MIB
        return tasks, needs


class Gathered:
    """Jobs that ended, as columns that grow."""

    def __init__(self) -> None:
        self.read = 0
        self.lost: Counter[str] = Counter()
        self._flat = array("q")
        self._names: list[str] = []
        self._tenants: dict[str, int] = {}
        self._pools: dict[tuple[str, ...], int] = {}
        self._amounts: dict[str, tuple[array[int], array[int]]] = {"cpu": (array("q"), array("q"))}
        self._assumed: Counter[str] = Counter()
        self._clusters: set[str] = set()

    def add(self, job: Record) -> str:
        """Take a job in, or count why not. Returns what is wrong with it, empty where nothing is."""
        self.read += 1
        reason, runtime = _why_not(job)
        if reason:
            self.lost[reason] += 1
            return ""
        submit = max(job.submit, job.eligible)
        if submit == NONE:
            submit = job.start
            self._assumed["no submit time: assumed the start"] += 1
        if job.limit == NONE:
            self._assumed["no time limit: assumed the run time as the estimate"] += 1
        if job.end != NONE and abs(job.end - job.start - runtime) > _GRACE_MS:
            self._assumed["end - start is not elapsed (suspended, or local time was changed): elapsed counts"] += 1
        tasks, needs = job.per_task()
        if not needs.get("cpu"):
            needs["cpu"] = 1000
            self._assumed["no processors said: assumed one a node"] += 1
        if max(abs(submit), abs(job.start), runtime, job.limit) > LARGEST_MS:
            return "a time beyond all reason"
        if max(needs.values()) * tasks > LARGEST >> 10:
            return "an amount beyond all reason"
        if job.cluster and len(self._clusters) < _MOST_CLUSTERS:
            self._clusters.add(job.cluster)
        row = len(self._names)
        for name, amount in needs.items():
            if not amount:
                continue
            if name not in self._amounts and len(self._amounts) >= _MOST_RESOURCES:
                return f"more than {_MOST_RESOURCES} kinds of resources"
            rows, values = self._amounts.setdefault(name, (array("q"), array("q")))
            rows.append(row)
            values.append(amount)
        tenant = self._tenants.setdefault(job.tenant, len(self._tenants))
        pools = tuple(part for part in job.partition.split(",") if part)
        pool = self._pools.setdefault(pools, len(self._pools))
        start = max(job.start, submit)  # an hour that is there twice must not start a job before it came
        self._flat.extend((submit, start, runtime, job.limit, tenant, tasks, job.priority, pool))
        self._names.append(job.id)
        return ""

    def workload(self) -> Workload:
        """The jobs, from the first submit on; higher priorities of Slurm are lower ranks here."""
        flat = np.frombuffer(self._flat, dtype=np.int64).reshape(-1, 8)
        submit, start, runtime, limit, tenant, tasks, priority, pool = (flat[:, index] for index in range(8))
        resources = in_order(self._amounts)
        demand = np.zeros((len(flat), len(resources)), np.int64)
        for index, name in enumerate(resources):
            rows, values = self._amounts[name]
            demand[np.frombuffer(rows, dtype=np.int64), index] = np.frombuffer(values, dtype=np.int64)
        first = int(submit.min(initial=LARGEST_MS))
        pools = list(self._pools)
        ranks = np.unique(-priority, return_inverse=True)[1] + 1 if (priority != NONE).any() else None
        return workload(
            list(self._tenants),
            resources,
            submit=submit - first,
            runtime=runtime,
            demand=demand,
            tenant=tenant,
            estimate=limit,
            priority=None if ranks is None else column(ranks),
            tasks=tasks,
            names=self._names,
            pools=[pools[index] for index in pool.tolist()],
            recorded_start=start - first,
            recorded_end=start - first + runtime,
        )

    def told(self, jobs: Workload, word: str) -> list[str]:
        """What was read, skipped and assumed; `word` is what a tenant is."""
        return [
            f"read {counted(self.read, 'job')} of {counted(len(jobs.tenants), word)}, submitted over {span(jobs)}",
            *skipped(self.lost),
            *(f"{counted(count, 'job')}: {what}" for what, count in self._assumed.items()),
            *([f"the jobs of {len(self._clusters)} clusters are taken as of one"] if len(self._clusters) > 1 else []),
            "a job's processors and memory are taken to be spread evenly over the nodes it had",
            NOT_MODELLED,
        ]


def _why_not(job: Record) -> tuple[str, int]:
    """Why a job cannot be replayed, or the empty string and its run time in ms."""
    gone = job.state in _GONE
    runtime = job.elapsed
    if runtime == NONE and job.end != NONE and job.start != NONE:
        runtime = max(job.end - job.start, 0)
    if job.start == NONE or job.waits:
        return ("cancelled before running" if gone else "never started"), NONE
    if job.runs:
        return "still running: how long it takes is not known", NONE
    if runtime == NONE:
        return "no run time", NONE
    if gone and runtime == 0:
        return "cancelled before running", NONE
    return "", runtime
