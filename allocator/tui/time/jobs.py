"""The jobs of a moment as the rows of a table: who waits first, the longest wait above, then what runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import columns_of
from allocator.simulation.workload import Column as Times
from allocator.tui.time.moment import Film, Moment
from allocator.tui.widgets.table import Cell, Column
from allocator.views.wording import named_list

_MOST_NAMES = 20_000
"""Rows up to which a filter looks at the names of jobs as well as of tenants."""
_MEASURED = 100
"""Names that a column's width is taken from."""


class JobRows:
    """What a table of the jobs of a moment shows.

    Args:
        film: The run.
        moment: The time.
    """

    def __init__(self, film: Film, moment: Moment) -> None:
        self._film, self._work = film, film.work
        self._nodes = any(film.replay.node_names)
        columns = [
            Column("state", 6),
            Column("job", _fitting(_ends(film), 4, 20)),
            Column("tenant", _fitting(film.work.tenants, 7, 14)),
            Column("for", 8, "right"),
        ]
        columns += [Column("node", _fitting(film.replay.node_names, 5, 16))] * self._nodes
        self.columns: Sequence[Column] = (*columns, Column("needs", 26))
        self._waits = len(moment.waiting)
        self._now = moment.at_ms
        self.jobs: Times = np.concatenate((moment.waiting, moment.running))
        """The job of each row."""
        self._since = np.concatenate((moment.waiting_since, moment.running_since))

    def __len__(self) -> int:
        return len(self.jobs)

    def row(self, number: int) -> Sequence[Cell]:
        """The cells of one job."""
        job, work = int(self.jobs[number]), self._work
        waits = number < self._waits
        tasks = int(work.tasks[job])
        needs = named_list(dict(zip(work.resources, work.demand[job].tolist(), strict=True)))
        node = "" if waits else sanitize(self._film.replay.node_name(job))
        more = "+" if not waits and tasks > 1 else ""
        cells: list[Cell] = [
            ("waits", "mark") if waits else ("runs", "good"),
            (sanitize(work.name(job)), ""),
            (sanitize(work.tenants[int(work.tenant[job])]), ""),
            (units.duration(max(0, self._now - int(self._since[number]))), ""),
        ]
        cells += [(node + more, "dim")] * self._nodes
        return (*cells, (f"{tasks} x {needs}" if tasks > 1 else needs, "dim"))

    def row_of(self, job: int) -> int | None:
        """The row of a job; None where it is not there."""
        found = np.flatnonzero(self.jobs == job)
        return int(found[0]) if len(found) else None

    def order(self, column: int, descending: bool) -> Sequence[int]:
        """The rows sorted by a column, equal ones as they are."""
        work, jobs = self._work, self.jobs
        if column == 0:
            keys = (np.arange(len(jobs)) >= self._waits).astype(np.int64)
        elif column == 1:
            keys = jobs
        elif column == 2:
            place = np.argsort(np.argsort(np.array(work.tenants)))
            keys = place[work.tenant[jobs]]
        elif column == 3:
            keys = self._now - self._since
        elif column == 4 and self._nodes:
            keys = np.where(np.arange(len(jobs)) < self._waits, -1, self._film.replay.run.node[jobs])
        else:
            keys = work.total_demand[jobs, 0] if work.demand.shape[1] else jobs
        order: list[int] = np.argsort(-keys if descending else keys, kind="stable").tolist()
        return order

    def matches(self, words: str) -> Sequence[int]:
        """The jobs whose state, tenant or name holds every word."""
        work = self._work
        kept = np.ones(len(self), np.bool_)
        waits = np.arange(len(self)) < self._waits
        for word in words.lower().split():
            owners = np.array([word in name.lower() for name in work.tenants], np.bool_)
            has = owners[work.tenant[self.jobs]]
            has |= waits & (word in "waits") | ~waits & (word in "runs")
            if len(self) <= _MOST_NAMES:
                has |= np.array([word in work.name(job).lower() for job in self.jobs.tolist()], np.bool_)
            kept &= has
        found: list[int] = np.flatnonzero(kept).tolist()
        return found


def _ends(film: Film) -> list[str]:
    """The names of the first and the last jobs."""
    count = len(film.work)
    return [film.work.name(job) for job in {*range(min(count, _MEASURED // 2)), *range(count)[-_MEASURED // 2 :]}]


def _fitting(names: Sequence[str], least: int, most: int) -> int:
    """Columns for names, some of them looked at."""
    return max(least, min(most, max((columns_of(sanitize(name)) for name in names[:_MEASURED]), default=0)))


def jobs_title(film: Film, moment: Moment) -> str:
    """All jobs of a moment in a line."""
    waits = len(moment.waiting)
    return (
        f"{units.count(waits, 'job')} wait{'s' * (waits == 1)}, {len(moment.running):,} run; "
        f"{moment.arrived:,} of {len(film.work):,} arrived, "
        + (f"{film.never:,} can never run" if film.never else f"{moment.ended:,} ended")
    )
