"""A row of a table of jobs -> a record: whatever of `sacct` and `squeue` the fields are.

What a row says of memory goes by its TRES first: an unset ReqMem comes out as 2147486648M.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from allocator.formats.slurm.records import Record
from allocator.formats.slurm.tables import Table
from allocator.formats.slurm.values import gres, length, moment, requested_memory, tasks_of_array, tres
from allocator.formats.sources import refusal
from allocator.simulation.workload import NONE

ALL = "all"
"""The tenant where the file does not say who submitted."""
_DIGITS = re.compile(r"\d{1,9}(?=$|-)")  # 2-4 nodes are at least 2
_SHORT = {
    "PD": "PENDING", "R": "RUNNING", "CG": "COMPLETING", "CF": "CONFIGURING", "S": "SUSPENDED", "ST": "STOPPED",
    "CD": "COMPLETED", "CA": "CANCELLED", "F": "FAILED", "TO": "TIMEOUT", "NF": "NODE_FAIL", "PR": "PREEMPTED",
    "OOM": "OUT_OF_MEMORY", "RQ": "REQUEUED", "RH": "REQUEUE_HOLD", "SE": "SPECIAL_EXIT", "DL": "DEADLINE",
}  # fmt: skip


def tenant_field(table: Table, wanted: str) -> str:
    """The field of `table` that names tenants: `wanted`, else account or user; empty where there is none.

    Raises:
        SnapshotError: The table has no such field, or none that says it lists jobs.
    """
    if "jobid" not in table.names and "jobidraw" not in table.names:
        known = ", ".join(list(table.names)[:8])
        message = f"no field JobID among {known}; without a header line say which they are: fields = ['JobID', ...]"
        raise refusal(table.source.name, message, line=1)
    if wanted and wanted.lower() not in table.names:
        raise refusal(table.source.name, f"tenant is {wanted}, but there is no such field", line=1)
    return wanted.lower() or next((name for name in ("account", "user") if name in table.names), "")


def parser(table: Table, word: str) -> Callable[[list[str]], Record]:
    """What reads a row of `table`, its fields looked up once."""
    at = table.names

    def get(name: str) -> Callable[[list[str]], str]:
        place = at.get(name)
        return (lambda row: "") if place is None else (lambda row: row[place].strip())

    job, tenant, state = get("jobid" if "jobid" in at else "jobidraw"), get(word), get("state")
    partition, reason = get("partition"), get("reason" if "reason" in at else "nodelist(reason)")
    submit, eligible, start, end = get("submit"), get("eligible"), get("start"), get("end")
    nodes, priority, cluster = get("nnodes"), get("priority"), get("cluster")
    elapsed, limit, amounts = _elapsed(table), _limit(table), _amounts(table)

    def parse(row: list[str]) -> Record:
        found = amounts(row)
        count = nodes(row)
        rank = priority(row)
        name = job(row)
        word_of_state = (state(row).split() or ["COMPLETED"])[0].rstrip("+")
        return Record(
            id=name,
            tenant=(tenant(row) or f"no-{word}") if word else ALL,
            state=_SHORT.get(word_of_state, word_of_state),
            partition=partition(row),
            submit=moment(submit(row)),
            eligible=moment(eligible(row)),
            start=moment(start(row)),
            end=moment(end(row)),
            elapsed=elapsed(row),
            limit=limit(row),
            nodes=int(few[0]) if (few := _DIGITS.match(count)) else found.get("node", 1),
            amounts=found,
            priority=int(rank) if rank.isdigit() else NONE,
            cluster=cluster(row),
            reason=reason(row).strip("()"),
            copies=tasks_of_array(name.partition("_[")[2].rstrip("]")) if "_[" in name else 1,
        )

    return parse


def _elapsed(table: Table) -> Callable[[list[str]], int]:
    raw, text = table.place("elapsedraw"), table.place("elapsed")
    if raw is not None:
        return lambda row: _seconds(row[raw])
    if text is not None:
        return lambda row: length(row[text].strip())
    return lambda row: NONE


def _limit(table: Table) -> Callable[[list[str]], int]:
    text, minutes, seconds = table.place("timelimit"), table.place("timelimitraw"), table.place("timelimitsec")
    if text is not None:
        return lambda row: length(row[text].strip())
    if minutes is not None:
        return lambda row: int(row[minutes]) * 60_000 if row[minutes].strip().isdigit() else NONE
    if seconds is not None:
        return lambda row: _seconds(row[seconds])
    return lambda row: NONE


def _seconds(text: str) -> int:
    return round(float(text) * 1000) if text.strip() else NONE


def _amounts(table: Table) -> Callable[[list[str]], Mapping[str, int]]:
    """What a job had, or else asked for: allocated TRES, requested TRES, and the plain columns for the rest."""
    had, asked = table.place("alloctres"), table.place("reqtres")
    cpus, memory, gpus = table.place("ncpus", "reqcpus"), table.place("reqmem"), table.place("gpus")
    nodes, each = table.place("nnodes", "reqnodes"), table.place("trespernode", "gres", "reqgres")

    queue = table.queue

    def whole(row: list[str], place: int | None) -> int | None:
        text = row[place].strip() if place is not None else ""
        return int(text) if text.isdigit() and len(text) < 16 else None

    def amounts(row: list[str]) -> Mapping[str, int]:
        found = dict(tres(row[had].strip())) if had is not None else {}
        if asked is not None:
            found = {**tres(row[asked].strip()), **found}
        if "cpu" not in found and (count := whole(row, cpus)):
            found["cpu"] = count * 1000
        if "gpu" not in found and (count := whole(row, gpus)):
            found["gpu"] = count * 1000
        hosts = whole(row, nodes) or found.get("node", 1)
        if "memory" not in found and memory is not None:
            unit = row[memory].strip()
            if unit and queue and unit[-1] not in "nc":
                unit += "n"  # squeue says what a node needs, sacct what the job does
            found["memory"] = requested_memory(unit, found.get("cpu", 1000) // 1000, hosts)
        if each is not None:
            for kind, count in gres(row[each]).items():
                found.setdefault(kind, count * 1000 * hosts)
        return found

    return amounts
