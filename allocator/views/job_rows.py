"""One row a job: exact csv for `--jobs-out`, and a table for people where the jobs are few."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from allocator.replays import JOB_COLUMNS, Replay
from allocator.reports import units
from allocator.reports.table import Column, Table, guarded

_AT_ONCE = 10_000


def job_lines(replay: Replay) -> Iterator[str]:
    """The heading and a line for each job, in order of submission."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(JOB_COLUMNS)
    for count, row in enumerate(replay.job_rows(), start=1):
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        if count % _AT_ONCE == 0:
            yield from _lines(out)
    yield from _lines(out)


def _lines(out: io.StringIO) -> list[str]:
    """What was written so far, taken out; `guarded` leaves no line end inside a cell."""
    lines = out.getvalue().splitlines()
    out.seek(0)
    out.truncate()
    return lines


FEW = 20
"""Up to so many jobs are shown one by one."""


def job_table(replay: Replay) -> Table | None:
    """When each job was submitted, started and ended, and where; None where there are more than a few."""
    jobs = replay.measures.overall.jobs.arrived
    if not 0 < jobs <= FEW:
        return None
    nodes = bool(replay.scenario.nodes)
    table = Table([Column("job", shrinks=True), Column("tenant", shrinks=True)])
    table.columns += [Column(title, "right") for title in ("submit", "start", "end", "wait")]
    table.columns += [*([Column("node", shrinks=True)] if nodes else []), Column("outcome")]
    for job, tenant, submit, start, end, node, outcome in islice(replay.job_rows(), jobs):
        times = [_clock(time) for time in (submit, start, end)]
        wait = units.duration(start - submit) if isinstance(start, int) and isinstance(submit, int) else "-"
        table.add(str(job), str(tenant), *times, wait, *([str(node)] if nodes else []), str(outcome))
    return table


def _clock(time: int | str) -> str:
    return units.clock(time) if isinstance(time, int) else "-"
