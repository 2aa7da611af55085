"""A terse way to write a few jobs and run them with every check on; times are plain numbers of ms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from allocator.core.model import Node, Scenario, Tenant
from allocator.core.policy import Policy
from allocator.core.resources import Quantities
from allocator.core.timeline import Event, SimulationSettings
from allocator.simulation.run import Outcome, Run
from allocator.simulation.simulator import simulate
from allocator.simulation.workload import NONE, Workload, workload
from policies.fifo import Fifo

FIFO = Fifo()


@dataclass(frozen=True)
class J:
    """A job."""

    submit: int
    runtime: int
    cpu: int = 1
    mem: int = 0
    tenant: str = "A"
    estimate: int | None = None
    tasks: int = 1
    priority: int = 100
    after: tuple[int, ...] = ()
    pools: tuple[str, ...] = ()
    ran: bool = False
    deadline: int = NONE


@dataclass(frozen=True)
class Setting:
    """Where jobs run; `cpu` and `mem` are the pool where there are no nodes."""

    cpu: int = 10
    mem: int = 0
    nodes: tuple[Node, ...] = ()
    tenants: tuple[Tenant, ...] = (Tenant("A"),)
    events: tuple[Event, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """As a scenario."""
        total = {name: sum(node.free.get(name, 0) for node in self.nodes) for name in ("cpu", "mem")}
        capacity = total if self.nodes else {"cpu": self.cpu, "mem": self.mem}
        settings = SimulationSettings(**{"queue": "skip", **self.settings})
        return Scenario(capacity, self.tenants, self.nodes, simulation=settings, events=self.events)

    def work(self, jobs: Sequence[J]) -> Workload:
        """`jobs` as columns."""
        names = [tenant.name for tenant in self.tenants]
        return workload(
            names,
            ("cpu", "mem"),
            submit=[job.submit for job in jobs],
            runtime=[job.runtime for job in jobs],
            estimate=[NONE if job.estimate is None else job.estimate for job in jobs],
            demand=[(job.cpu, job.mem) for job in jobs],
            tenant=[names.index(job.tenant) for job in jobs],
            priority=[job.priority for job in jobs],
            tasks=[job.tasks for job in jobs],
            deadline=[job.deadline for job in jobs],
            after=[job.after for job in jobs],
            pools=[job.pools for job in jobs],
            running=[int(job.ran) for job in jobs] if any(job.ran for job in jobs) else (),
        )

    def run(self, *jobs: J, policy: Policy = FIFO, watch: Collection[int] = (), check: bool = True, **more: Any) -> Run:
        """What becomes of `jobs`, every key checked after every pass."""
        return simulate(self.scenario, self.work(jobs), policy, watch=watch, kernels=False, check=check, **more)


def on(cpu: int = 10, mem: int = 0, **more: Any) -> Setting:
    """A pool, or `nodes=`; with `tenants=` and `events=`, and settings by their names."""
    known = {name: more.pop(name) for name in ("nodes", "tenants", "events") if name in more}
    return Setting(cpu, mem, settings=more, **known)


def node(name: str, cpu: int, mem: int = 0, pool: str = "", load: Quantities | None = None) -> Node:
    """A node."""
    return Node(name, {"cpu": cpu, "mem": mem}, pool, load or {})


def tenants(*names: str, weight: Fraction = Fraction(1)) -> tuple[Tenant, ...]:
    """Tenants that are alike."""
    return tuple(Tenant(name, weight=weight) for name in names)


def outcomes(run: Run) -> list[str]:
    """In words, by row."""
    return [Outcome(one).word for one in run.outcome.tolist()]
