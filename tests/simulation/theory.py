"""What queueing theory says of the mean wait: formulas, and workloads that satisfy their assumptions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant
from allocator.core.timeline import SimulationSettings
from allocator.registry import prepare
from allocator.simulation.run import Run
from allocator.simulation.simulator import simulate
from allocator.simulation.workload import Workload, workload

SERVICE_MS = 1_000_000
"""The mean run time: so long that whole milliseconds do not matter."""


def erlang_c(servers: int, load: float) -> float:
    """The probability that an arrival of M/M/c has to wait, where `load` = arrival rate x mean service time.

    Source: Kleinrock, Queueing Systems I, section 3.5.
    """
    waiting = load**servers / math.factorial(servers) * servers / (servers - load)
    return waiting / (sum(load**number / math.factorial(number) for number in range(servers)) + waiting)


def mean_wait(servers: int, utilisation: float) -> float:
    """Of M/M/c under any order that does not look at run times, in mean service times."""
    return erlang_c(servers, utilisation * servers) / (servers * (1 - utilisation))


def mean_wait_of_priorities(loads: list[float]) -> list[float]:
    """Of each class of M/M/1, most urgent first, all alike but for their priority; a started job runs on.

    Source: Cobham, Operations Research 2(1), 1954.
    """
    before = [sum(loads[:number]) for number in range(len(loads) + 1)]
    return [sum(loads) / ((1 - one) * (1 - other)) for one, other in pairwise(before)]


def mean_wait_shortest_first(utilisation: float) -> float:
    """Of M/M/1 when the shortest of those that wait goes first; a started job runs on.

    Source: Phipps, Operations Research 4(1), 1956: the limit of Cobham's classes, one for each run time.
    """
    times = np.linspace(0, 60, 600_001)
    density = np.exp(-times)
    shorter = utilisation * (1 - np.exp(-times) * (1 + times))
    values = density / (1 - shorter) ** 2
    return float(utilisation * np.sum((values[1:] + values[:-1]) / 2 * np.diff(times)))


@dataclass(frozen=True)
class Station:
    """Servers, and who arrives at random: exponential gaps and run times."""

    servers: int
    utilisation: float
    classes: int = 1
    """Tenants of equal loads, the first the most urgent."""
    nodes: bool = False
    """Whether each server is a node of its own."""

    def scenario(self, queue: str, placement: str) -> Scenario:
        """The servers."""
        nodes = tuple(Node(f"n{index}", {"cpu": 1}) for index in range(self.servers)) if self.nodes else ()
        return Scenario(
            {"cpu": self.servers},
            tuple(Tenant(f"class {index}", priority=index) for index in range(self.classes)),
            nodes,
            simulation=SimulationSettings(queue=queue, placement=placement),  # type: ignore[arg-type]
        )

    def arrivals(self, jobs: int, seed: int) -> Workload:
        """One replication."""
        rng = np.random.default_rng(seed)
        tenant = rng.integers(0, self.classes, jobs)
        gap = SERVICE_MS / (self.servers * self.utilisation)
        return workload(
            [f"class {index}" for index in range(self.classes)],
            ["cpu"],
            submit=np.cumsum(rng.exponential(gap, jobs)).round(),
            runtime=rng.exponential(SERVICE_MS, jobs).round(),
            demand=np.ones((jobs, 1)),
            tenant=tenant,
            priority=tenant,
        )


REPLICATIONS = 10
JOBS = 8_000


def replications(station: Station, policy: str, queue: str, placement: str = "pool") -> tuple[Run, ...]:
    """Independent runs, each with its own seed."""
    return _replications(station, policy, queue, placement)


@cache
def _replications(station: Station, policy: str, queue: str, placement: str) -> tuple[Run, ...]:
    scenario = station.scenario(queue, placement)
    made = prepare(PolicyUse(policy), PolicySettings(), ["cpu"]).policy
    return tuple(simulate(scenario, station.arrivals(JOBS, seed), made) for seed in range(REPLICATIONS))


def waits(run: Run) -> np.ndarray:
    """The wait of each job in mean service times, without the tenth that finds an empty station."""
    return ((run.start - run.workload.submit) / SERVICE_MS)[len(run.start) // 10 :]


STUDENT_99 = 3.25
"""The 99.5 % quantile of Student's distribution with 9 degrees of freedom: ten replications."""


def interval(means: list[float]) -> tuple[float, float]:
    """The 99 % confidence interval of the mean of ten independent means."""
    assert len(means) == REPLICATIONS
    half = STUDENT_99 * float(np.std(means, ddof=1)) / math.sqrt(len(means))
    return float(np.mean(means)) - half, float(np.mean(means)) + half
