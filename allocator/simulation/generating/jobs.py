"""The jobs of one stream apart from when they arrive: whose they are, what they need, how long they run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.core.errors import WorkloadError
from allocator.core.generators import Generator
from allocator.core.model import Scenario
from allocator.core.resources import Quantities
from allocator.simulation.generating.distributions import chosen, estimates, runtimes, tasks
from allocator.simulation.generating.portable import Floats, exp, log
from allocator.simulation.generating.streams import Streams
from allocator.simulation.workload import NONE, Column


@dataclass(frozen=True)
class Jobs:
    """Columns of the first jobs of a stream, in order of arrival."""

    tenant: Column
    """Index into the tenants of the scenario."""
    runtime: Column
    estimate: Column
    tasks: Column
    demand: Column
    """int64 (jobs, resources): what one task needs."""
    priority: Column

    def __len__(self) -> int:
        return len(self.tenant)


def first_jobs(
    generator: Generator, scenario: Scenario, resources: tuple[str, ...], streams: Streams, count: int
) -> Jobs:
    """The first jobs of a stream.

    Args:
        generator: Complete, and without a preset.
        scenario: It has the tenants and the pool.
        resources: What `demand` counts.
        streams: Of the stream.
        count: How many.

    Raises:
        QuantityError: A draw of it is faulty.
        WorkloadError: It does not say how long a job runs or what a task needs.
    """
    if generator.runtime is None or not generator.shapes:
        raise WorkloadError(f"a workload without a preset needs {'shapes' if generator.runtime else 'a runtime'}")
    index = {tenant.name: at for at, tenant in enumerate(scenario.tenants)}
    who = np.array([index[name] for name in generator.tenants], np.int64)
    places = np.arange(1, len(who) + 1, dtype=np.float64)
    tenant = who[chosen(exp(-generator.skew * log(places)), streams, "tenant", count)]
    shape = chosen([one.share for one in generator.shapes], streams, "shape", count)
    demands = np.array([[one.demand.get(name, 0) for name in resources] for one in generator.shapes], np.int64)
    gang = tasks(generator.tasks, streams, count, min(_holds(scenario, one.demand) for one in generator.shapes))
    runtime = runtimes(generator.runtime, gang, streams)
    ranks = np.array([one.priority for one in scenario.tenants], np.int64)
    return Jobs(
        tenant=tenant,
        runtime=runtime,
        estimate=estimates(generator.estimate, runtime, streams),
        tasks=gang,
        demand=demands.reshape(len(generator.shapes), len(resources))[shape],
        priority=ranks[tenant] if generator.priority is None else np.full(count, generator.priority, np.int64),
    )


def deadlines(generator: Generator, submit: Column) -> Column:
    """When jobs submitted then should have ended, or NONE."""
    if generator.deadline_ms is None:
        return np.full(len(submit), NONE, np.int64)
    return submit + generator.deadline_ms


def _holds(scenario: Scenario, demand: Quantities) -> int:
    """How many tasks of that demand the empty pool holds."""
    free = [node.free for node in scenario.nodes] or [scenario.capacity]
    needed = {name: amount for name, amount in demand.items() if amount > 0}
    return sum(min((one.get(name, 0) // amount for name, amount in needed.items()), default=1) for one in free)


def work(jobs: Jobs, capacity: Quantities, resources: tuple[str, ...]) -> Floats:
    """float64 (jobs, resources): for how many ms each job takes all there is of a resource; 0 where there is none."""
    inverse = np.array([1.0 / capacity[name] if capacity.get(name) else 0.0 for name in resources])
    taken: Floats = (jobs.demand * inverse) * (jobs.tasks * jobs.runtime.astype(np.float64))[:, None]
    return taken
