"""`sacct -P` with any header or order of fields, and records of NREL's Eagle as CSV -> the jobs that ran.

Rows of job steps are not counted beside their job.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from allocator.core.timeline import TraceUse
from allocator.formats.recorded import counted
from allocator.formats.slurm.records import Gathered, Record
from allocator.formats.slurm.rows import parser, tenant_field
from allocator.formats.slurm.tables import Table
from allocator.formats.sources import TextSource, refusal


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
            word = tenant_field(table, use.tenant)
            parse = parser(table, word)
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
        tenant_field(table, use.tenant)
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
