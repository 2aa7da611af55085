"""Work done and capacity that was up, in units times ms: all of it, by pool of nodes, and what came to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allocator.simulation.metrics.exact import exact_dot, ratio
from allocator.simulation.run import Run
from allocator.simulation.workload import Column


@dataclass(frozen=True, slots=True)
class Volumes:
    """Of some nodes over the span of a run, by resource."""

    used: Mapping[str, int]
    lost: Mapping[str, int]
    up: Mapping[str, int]

    @property
    def utilisation(self) -> dict[str, float | None]:
        """Used / up; None where nothing was."""
        return {name: ratio(used, self.up[name]) for name, used in self.used.items()}

    @property
    def useful(self) -> dict[str, float | None]:
        """The same without what was lost."""
        return {name: ratio(used - self.lost[name], self.up[name]) for name, used in self.used.items()}


def volumes(run: Run, nodes: Sequence[int] | None = None) -> Volumes:
    """Of all nodes, or of `nodes` (indices)."""
    pieces, work = run.pieces, run.workload
    rows = np.arange(len(pieces.job))
    capacity = np.maximum(run.capacity, 0)
    if nodes is not None:
        rows = np.flatnonzero(np.isin(pieces.node, nodes))
        capacity = capacity[:, list(nodes)]
    lasted, jobs, tasks = (pieces.end - pieces.start)[rows], pieces.job[rows], pieces.tasks[rows]
    lost = np.flatnonzero(pieces.lost[rows])
    span = np.broadcast_to(lengths(run)[:, None], capacity.shape[:2]).ravel()
    used, came_to_nothing, up = {}, {}, {}
    for index, name in enumerate(work.resources):
        amount = work.demand[jobs, index] * tasks
        used[name] = exact_dot(amount, lasted)
        came_to_nothing[name] = exact_dot(amount[lost], lasted[lost])
        up[name] = exact_dot(capacity[:, :, index].ravel(), span)
    return Volumes(used, came_to_nothing, up)


def lengths(run: Run) -> Column:
    """(steps,) ms: how long each step of capacity lasted inside the span."""
    edges = np.minimum(np.append(run.capacity_at, run.stopped_ms), run.stopped_ms)
    lasted: Column = edges[1:] - edges[:-1]
    return lasted
