"""What the reference found, as the columns of a `Run`, so that the checker can examine the reference too."""

from __future__ import annotations

from collections import Counter

from allocator.core.model import Scenario
from allocator.simulation.run import Pieces, Run
from allocator.simulation.workload import NONE, Workload, column
from tests.simulation.reference.loop import Result


def as_run(scenario: Scenario, work: Workload, result: Result) -> Run:
    """The same as columns; the steps of capacity are left out."""
    rows = [
        (one.job.row, node, tasks, one.start, result.stopped_ms if one.end == NONE else one.end, int(one.lost))
        for one in result.attempts
        for node, tasks in Counter(one.where).items()
    ]
    job, node, tasks, start, end, lost = (column(values) for values in zip(*rows, strict=True)) if rows else [[]] * 6
    return Run(
        workload=work,
        start=column(result.start),
        last_start=column(result.last_start),
        end=column(result.end),
        node=column(result.node),
        outcome=column(result.outcome),
        stopped_ms=result.stopped_ms,
        ended="drained" if scenario.simulation.duration_ms is None else "horizon",
        capacity_at=column([]),
        capacity=column([]),
        spread=Pieces(column(job), column(node), column(tasks), column(start), column(end), column(lost)),
        events=result.events,
    )
