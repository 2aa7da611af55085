"""A terse way to generate workloads: one tenant or several, a pool of 128 CPUs, and what is said of the jobs."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocator.core.generators import Draw, Generator, Shape
from allocator.core.model import Node, Scenario, Tenant
from allocator.core.timeline import SimulationSettings
from allocator.simulation.generating import generate
from allocator.simulation.workload import Workload

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

CPU = 1000
"""In the smallest unit."""


def pool(
    *tenants: str,
    seed: int = 1,
    horizon: int | None = None,
    capacity: dict[str, int] | None = None,
    nodes: int = 0,
    generators: tuple[Generator, ...] = (),
) -> Scenario:
    """128 CPUs, as a pool or on equal nodes, that these share; one alone where none is named."""
    whole = capacity or {"cpu": 128 * CPU}
    each = {name: amount // max(1, nodes) for name, amount in whole.items()}
    return Scenario(
        whole,
        tuple(Tenant(name) for name in tenants or ("a",)),
        tuple(Node(f"n{number}", each) for number in range(nodes)),
        simulation=SimulationSettings(duration_ms=horizon, seed=seed),
        generators=generators,
    )


def stream(**said: Any) -> Generator:
    """A generator of one-minute jobs of one CPU, one a minute, unless it is said otherwise."""
    usual: dict[str, Any] = {
        "tenants": (),
        "arrivals": Draw("poisson", {"mean": MINUTE}),
        "runtime": Draw("constant", {"value": MINUTE}),
        "shapes": (Shape({"cpu": CPU}),),
    }
    return Generator(**{**usual, **said})


def draw(kind: str, **parameters: object) -> Draw:
    """A draw; `length=5` is in ms."""
    return Draw(kind, parameters)


def jobs(scenario: Scenario | None = None, index: int = 0, **said: Any) -> Workload:
    """The workload of `stream(**said)`."""
    return generate(stream(**said), index, scenario or pool())


def gaps(workload: Workload) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The times between arrivals, in ms."""
    return np.diff(workload.submit)


def cv(values: np.ndarray[Any, Any]) -> float:
    """The coefficient of variation."""
    return float(values.std() / values.mean())


def offered(workload: Workload, scenario: Scenario, span: int | None = None) -> float:
    """The offered load of the tightest resource, by the definition: work over capacity times span."""
    time = float(workload.submit[-1] - workload.submit[0]) if span is None else span
    loads = []
    for column, name in enumerate(workload.resources):
        rows = zip(workload.demand[:, column].tolist(), workload.tasks.tolist(), workload.runtime.tolist(), strict=True)
        loads.append(sum(demand * tasks * runtime for demand, tasks, runtime in rows) / scenario.capacity[name] / time)
    return max(loads)
