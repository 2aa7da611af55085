"""`sacct -P` with any header or order of fields, and records of NREL's Eagle as CSV -> the jobs that ran.

Rows of job steps are not counted beside their job. What a row says of memory goes by its TRES first: an unset ReqMem
comes out as 2147486648M.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from allocator.core.timeline import TraceUse
from allocator.formats.recorded import counted
from allocator.formats.slurm.records import Gathered, Record
from allocator.formats.slurm.tables import Table
from allocator.formats.slurm.values import length, moment, requested_memory, tres
from allocator.formats.sources import TextSource, refusal
from allocator.simulation.workload import NONE

TENANTS = ("account", "user", "group", "partition", "qos", "cluster", "wckey")
"""What a tenant can be; any other field of the file too."""
ALL = "all"
"""The tenant where the file does not say who submitted."""


def read_text(source: TextSource, use: TraceUse) -> tuple[Gathered, str, list[str]]:
    """The jobs of a table, what a tenant is, and what to tell of the reading.

    Raises:
        SnapshotError: No header and no order of fields, a damaged file, more rows malformed than not.
    """
    table = Table(source, use.fields)
    gathered = Gathered()
    steps = 0
    orphans: dict[str, tuple[int, list[str]]] = {}
    seen: set[str] = set()
    parse: Callable[[list[str]], Record] | None = None
    word = ""

    def add(number: int, record: Record | None) -> None:
        wrong = "no time or amount" if record is None else gathered.add(record)
        if wrong:
            table.rows -= 1
            table.bad(number)

    for number, row in table:
        if parse is None:
            word = _tenant(table, use)
            parse = _parser(table, word)
            place = table.place("jobid", "jobidraw") or 0
        job, dot, _ = row[place].partition(".")
        if dot:
            steps += 1
            if job not in seen:
                orphans.setdefault(job, (number, row))
            continue
        seen.add(job)
        orphans.pop(job, None)
        add(number, _tried(parse, row))
    if parse is None:
        _tenant(table, use)
        raise refusal(source.name, "the file has no row of a job")
    for job, (number, row) in orphans.items():
        record = _tried(parse, row)
        add(number, None if record is None else replace(record, id=job))
    if table.malformed > table.rows:
        raise refusal(
            source.name,
            f"{counted(table.malformed, 'row')} of {table.rows + table.malformed:,} cannot be read",
            line=table.first_malformed,
        )
    told = [f"passed over {counted(steps, 'row')} of job steps"] if steps else []
    if orphans:
        told.append(f"assumed {counted(len(orphans), 'job')} from a step: the row of the job itself is not there")
    if table.malformed:
        told.append(f"skipped {counted(table.malformed, 'row')}: malformed, the first on line {table.first_malformed}")
    if "memreq" in table.names:
        told.append("mem_req is left out: its unit is not said")
    return gathered, word, told


def _tried(parse: Callable[[list[str]], Record], row: list[str]) -> Record | None:
    try:
        return parse(row)
    except (ValueError, OverflowError):
        return None


def _tenant(table: Table, use: TraceUse) -> str:
    """The field that names tenants."""
    if "jobid" not in table.names and "jobidraw" not in table.names:
        known = ", ".join(list(table.names)[:8])
        message = f"no field JobID among {known}; without a header line say which they are: fields = ['JobID', ...]"
        raise refusal(table.source.name, message, line=1)
    wanted = use.tenant.lower()
    if wanted and wanted not in table.names:
        raise refusal(table.source.name, f"tenant is {use.tenant}, but there is no such field", line=1)
    return wanted or next((name for name in ("account", "user") if name in table.names), "")


def _parser(table: Table, word: str) -> Callable[[list[str]], Record]:
    """What reads a row of `table`, its fields looked up once."""
    at = table.names

    def get(name: str) -> Callable[[list[str]], str]:
        place = at.get(name)
        return (lambda row: "") if place is None else (lambda row: row[place].strip())

    job, tenant, state, partition = (
        get("jobid" if "jobid" in at else "jobidraw"),
        get(word),
        get("state"),
        get("partition"),
    )
    submit, eligible, start, end = get("submit"), get("eligible"), get("start"), get("end")
    nodes, priority = get("nnodes"), get("priority")
    elapsed, limit, amounts = _elapsed(table), _limit(table), _amounts(table)

    def parse(row: list[str]) -> Record:
        found = amounts(row)
        count = nodes(row)
        rank = priority(row)
        return Record(
            id=job(row),
            tenant=(tenant(row) or f"no-{word}") if word else ALL,
            state=(state(row).split() or ["COMPLETED"])[0].rstrip("+"),
            partition=partition(row),
            submit=moment(submit(row)),
            eligible=moment(eligible(row)),
            start=moment(start(row)),
            end=moment(end(row)),
            elapsed=elapsed(row),
            limit=limit(row),
            nodes=int(count) if count.isdigit() else found.get("node", 1),
            amounts=found,
            priority=int(rank) if rank.isdigit() else NONE,
        )

    return parse


def _elapsed(table: Table) -> Callable[[list[str]], int]:
    raw, text = table.place("elapsedraw"), table.place("elapsed")
    if raw is not None:
        return lambda row: _seconds(row[raw])
    if text is not None:
        return lambda row: length(row[text])
    return lambda row: NONE


def _limit(table: Table) -> Callable[[list[str]], int]:
    text, minutes, seconds = table.place("timelimit"), table.place("timelimitraw"), table.place("timelimitsec")
    if text is not None:
        return lambda row: length(row[text])
    if minutes is not None:
        return lambda row: int(row[minutes]) * 60_000 if row[minutes].isdigit() else NONE
    if seconds is not None:
        return lambda row: _seconds(row[seconds])
    return lambda row: NONE


def _seconds(text: str) -> int:
    return round(float(text) * 1000) if text.strip() else NONE


def _amounts(table: Table) -> Callable[[list[str]], Mapping[str, int]]:
    """What a job had, or else asked for: allocated TRES, requested TRES, and the plain columns for the rest."""
    had, asked = table.place("alloctres"), table.place("reqtres")
    cpus, memory, gpus = table.place("ncpus", "reqcpus"), table.place("reqmem"), table.place("gpus")
    nodes = table.place("nnodes", "reqnodes")

    def amounts(row: list[str]) -> Mapping[str, int]:
        found = dict(tres(row[had])) if had is not None else {}
        if asked is not None:
            found = {**tres(row[asked]), **found}
        if "cpu" not in found and cpus is not None and row[cpus].isdigit():
            found["cpu"] = int(row[cpus]) * 1000
        if "gpu" not in found and gpus is not None and row[gpus].isdigit():
            found["gpu"] = int(row[gpus]) * 1000
        if "memory" not in found and memory is not None and row[memory] and row[memory] not in ("0", "N/A"):
            count = int(row[nodes]) if nodes is not None and row[nodes].isdigit() else 1
            found["memory"] = requested_memory(row[memory], found.get("cpu", 1000) // 1000, count)
        return found

    return amounts
