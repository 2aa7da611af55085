"""What really happened to the jobs of a trace, as a run on the same columns: the same metrics tell of it.

A trace seldom says on which node a job ran, so the nodes of one label count as one, and all of them where some job
might have run on any of several labels. Events of the scenario did not happen then.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocator.core.model import Scenario
from allocator.simulation.cluster import Cluster
from allocator.simulation.run import Outcome, Run
from allocator.simulation.staging import widened
from allocator.simulation.workload import NONE, Column, Workload


def recorded(scenario: Scenario, workload: Workload) -> tuple[Scenario, Run]:
    """The scenario with its nodes taken as one, and what happened on it.

    A job with a start and an end completed, with only a start ran when the record stopped, with only an end was
    withdrawn while it waited, and with neither waits. Under a horizon the run stops there.
    """
    labels = {node.pool for node in scenario.nodes}
    roomy = len(labels) > 1 and not _told_apart(workload)
    nodes = tuple(replace(node, pool="") for node in scenario.nodes) if roomy else scenario.nodes
    settings = replace(scenario.simulation, placement="pool")
    scenario = replace(scenario, nodes=nodes, simulation=settings, events=())
    workload = widened(workload, scenario)
    cluster = Cluster.of(scenario, workload.resources)
    stopped, start, end = _times(scenario, workload)
    outcome = np.full(len(workload), Outcome.WAITING, np.int64)
    outcome[start != NONE] = Outcome.RUNNING
    outcome[end != NONE] = Outcome.COMPLETED
    outcome[(start == NONE) & (end != NONE)] = Outcome.KILLED
    at = np.array([_first(cluster.pools, wanted) for wanted in workload.pool_sets], np.int64)
    where = at[workload.pools] if len(workload.pools) else np.zeros(len(workload), np.int64)
    run = Run(
        workload=workload,
        start=start,
        last_start=start,
        end=end,
        node=np.where(start == NONE, NONE, where),
        outcome=outcome,
        stopped_ms=stopped,
        ended="drained" if scenario.simulation.duration_ms is None else "horizon",
        capacity_at=np.zeros(1, np.int64),
        capacity=np.array([cluster.capacity], np.int64).reshape(1, len(cluster.pools), len(workload.resources)),
    )
    return scenario, run


def _told_apart(workload: Workload) -> bool:
    """Whether each job could run on the nodes of one label only."""
    if not len(workload.pools):
        return False
    return all(len(workload.pool_sets[index]) == 1 for index in np.unique(workload.pools).tolist())


def _first(labels: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    return next((index for index, label in enumerate(labels) if label in wanted), 0)


def _times(scenario: Scenario, workload: Workload) -> tuple[int, Column, Column]:
    """When the record stops, and of each job the start and the end, NONE where there was none by then."""
    start, end = workload.recorded_start.copy(), workload.recorded_end.copy()
    if len(workload.running):
        start[workload.running == 1] = 0
    # Clocks of a cluster disagree by a little: nothing starts before it is submitted or ends before it starts.
    began, ended = start != NONE, end != NONE
    start = np.where(began, np.maximum(start, workload.submit), NONE)
    end = np.where(ended, np.maximum(end, np.maximum(start, workload.submit)), NONE)
    stopped = scenario.simulation.duration_ms
    if stopped is None:
        return int(max(start.max(initial=0), end.max(initial=0))), start, end
    return stopped, np.where(start < stopped, start, NONE), np.where(end <= stopped, end, NONE)
