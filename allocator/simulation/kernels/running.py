"""Which kernel may run what: the jobs as flat lists, the kernel, and a run as columns from the starts it found.

A kernel does one common case, and nothing else: no events that change anything, no limits or guarantees, no job that
waits for another or ran already, and jobs that each go to one place. Everything else is for the general loop, which
finds the same run more slowly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.core.model import Scenario, Tenant
from allocator.core.policy import Entitling, Filling, KeyChange, Policy, Ranks, filling, half_life_ms
from allocator.simulation.agenda import in_order
from allocator.simulation.cluster import Cluster
from allocator.simulation.kernels.easy import easy
from allocator.simulation.kernels.node_loads import NodeLoads
from allocator.simulation.kernels.nodes import skip_on_nodes, strict_on_nodes
from allocator.simulation.kernels.packing import Packing
from allocator.simulation.kernels.ranking import Ranked
from allocator.simulation.kernels.skip import skip
from allocator.simulation.kernels.strict import by_rank, in_order_of_submission
from allocator.simulation.kernels.tenant_keys import TenantKeys
from allocator.simulation.kernels.tenants import by_tenant
from allocator.simulation.run import Ended, Outcome, Run
from allocator.simulation.workload import NONE, Column, Workload, column

Progress = Callable[[int, int, int], None]
"""Told now and then: how many jobs are done, of how many, and the time of the run in ms."""
FOREVER = 1 << 62
"""A horizon that no job reaches, in ms."""


def run(
    scenario: Scenario, workload: Workload, policy: Policy, cluster: Cluster, progress: Progress | None = None
) -> Run | None:
    """The run of `workload` by a kernel, or None where there is none for it.

    Args:
        scenario: What there is, and how the run goes.
        workload: The jobs, with a column for every resource of `cluster`.
        policy: Who is next, over time.
        cluster: The nodes.
        progress: Told now and then.

    Raises:
        BadPolicyError: A key without a place in an order.
    """
    if not _plain(scenario, workload, cluster) or not _suits(policy, scenario, workload, cluster):
        return None
    one = _Run.of(scenario, workload, policy, cluster)
    return None if one is None else one.run(progress)


def _plain(scenario: Scenario, workload: Workload, cluster: Cluster) -> bool:
    """Whether nothing happens but that jobs come, run and go."""
    tenants = [scenario.tenant(name) for name in workload.tenants]
    return (
        len(workload) > 0
        and workload.resources == cluster.resources
        and all(event.kind == "note" for event in scenario.events)
        and not any(tenant and (tenant.limit or tenant.guarantee) for tenant in tenants)
        and not len(workload.after_job)
        and not workload.running.any()
        and not (workload.pools.any() and any(cluster.pools))
        and min(min(row, default=0) for row in cluster.capacity) >= 0
    )


def _suits(policy: Policy, scenario: Scenario, workload: Workload, cluster: Cluster) -> bool:
    """Whether there is a kernel for this policy, queue and placement."""
    queue = scenario.simulation.queue
    if isinstance(policy, Entitling) or filling(policy) is Filling.SLICE:
        return False
    if policy.ranks is Ranks.TENANTS:
        return queue == "skip" and len(cluster.names) == 1
    if policy.key_change is not KeyChange.STATIC or half_life_ms(policy) is not None:
        return False
    if len(cluster.names) == 1:
        return queue in ("strict", "skip") or (queue == "easy" and not _outlived(scenario, workload))
    on_nodes = scenario.simulation.placement == "least-loaded" and not cluster.merged
    return on_nodes and queue in ("strict", "skip") and bool((workload.tasks == 1).all())


def _outlived(scenario: Scenario, workload: Workload) -> bool:
    """Whether any job outlives the estimate that is planned with."""
    settings = scenario.simulation
    kept = settings.estimates == "exact" or settings.at_limit == "kill"
    return not kept and bool((workload.runtime > workload.estimate).any())


@dataclass(frozen=True)
class _Run:
    """One run: the jobs that take part are numbered in the order of the policy, or of the queues of tenants."""

    scenario: Scenario
    workload: Workload
    cluster: Cluster
    ranked: Ranked
    estimate: Column
    """(rows,) ms: what is planned with."""
    lasts: Column
    """(rows,) ms: how long each runs until it ends or is killed."""
    total: Column
    """(rows, resources): what all tasks of each need together."""
    possible: Any
    """(rows,): whether each fits on the empty cluster."""
    rows: Column
    """(jobs,): of each job in the order of their numbers, its row."""
    packing: Packing
    stop: int
    """Nothing arrives or starts from this ms on."""

    @classmethod
    def of(cls, scenario: Scenario, workload: Workload, policy: Policy, cluster: Cluster) -> _Run | None:
        """Who takes part, and in which order."""
        settings = scenario.simulation
        tenants = [scenario.tenant(name) or Tenant(name) for name in workload.tenants]
        weight_unit = math.lcm(*(tenant.weight.denominator for tenant in tenants))
        ranked = Ranked(policy, tenants, weight_unit, {name: scenario.capacity[name] for name in scenario.shared})
        estimate = workload.runtime if settings.estimates == "exact" else workload.estimate
        lasts = workload.runtime if settings.at_limit == "extend" else np.minimum(workload.runtime, estimate)
        total = workload.total_demand
        possible = _possible(total, cluster.capacity)
        stop = FOREVER if settings.duration_ms is None else settings.duration_ms
        rows = np.flatnonzero(possible & (workload.submit < stop))
        most = [max(amounts) for amounts in zip(*cluster.capacity, strict=True)]
        packing = Packing.of(total[rows], most)
        if packing is None or not packing.columns:
            return None
        if policy.ranks is Ranks.TENANTS:
            rows = rows[np.argsort(workload.priority[rows], kind="stable")]
        else:
            rows = ranked.order_of(workload, estimate, rows)
        return cls(scenario, workload, cluster, ranked, estimate, lasts, total, possible, rows, packing, stop)

    def run(self, progress: Progress | None) -> Run:
        """From the start to the end, or to where it is interrupted."""
        jobs, impossible = len(self.rows), int(len(self.possible) - np.count_nonzero(self.possible))
        start, where = [NONE] * jobs, [0] * jobs if len(self.cluster.names) == 1 else [NONE] * jobs
        now = 0
        interrupted = False
        try:
            for done, now in self._kernel(start, where):
                if progress is not None:
                    progress(done + impossible, len(self.workload), now)
        except KeyboardInterrupt:
            interrupted = True
        return self._columns(column(start), column(where), now if interrupted else None)

    def _kernel(self, start: list[int], where: list[int]) -> Iterator[tuple[int, int]]:
        """The kernel for this policy, queue and placement."""
        rows, packing, queue = self.rows, self.packing, self.scenario.simulation.queue
        arrivals = np.sort(rows)
        number = np.empty(len(self.workload), np.int64)
        number[rows] = np.arange(len(rows))
        submit: list[int] = self.workload.submit[arrivals].tolist()
        arriving: list[int] = number[arrivals].tolist()
        lasts: list[int] = self.lasts[rows].tolist()
        need = packing.pack_all(self.total[rows])
        guards, bits, stop = packing.guards, len(rows).bit_length(), self.stop
        free = [packing.pack(amounts) | guards for amounts in self.cluster.capacity]
        if len(free) > 1:
            load_of = NodeLoads(self.cluster, packing).of
            if queue == "strict":
                return strict_on_nodes(submit, arriving, lasts, need, free, load_of, guards, bits, stop, start, where)
            return skip_on_nodes(
                submit, arriving, lasts, need, free, load_of, guards, packing.masks(), bits, stop, start, where
            )
        if self.ranked.policy.ranks is Ranks.TENANTS:
            keys = TenantKeys(self.ranked, self.workload, self.estimate, rows, packing, need)
            return by_tenant(
                submit,
                arriving,
                lasts,
                need,
                self.workload.tenant[rows].tolist(),
                len(self.ranked.tenants),
                keys,
                keys.decaying is not None,
                free[0],
                guards,
                packing.masks(),
                bits,
                stop,
                start,
            )
        if queue == "strict":
            if (rows[1:] > rows[:-1]).all():
                return in_order_of_submission(submit, lasts, need, free[0], guards, bits, stop, start)
            return by_rank(submit, arriving, lasts, need, free[0], guards, bits, stop, start)
        if queue == "skip":
            return skip(submit, arriving, lasts, need, free[0], guards, packing.masks(), bits, stop, start)
        kind, kinds = self._kinds()
        return easy(
            submit,
            arriving,
            lasts,
            self.estimate[rows].tolist(),
            need,
            kind,
            kinds,
            free[0],
            guards,
            packing.masks(),
            bits,
            stop,
            start,
        )

    def _kinds(self) -> tuple[list[int], int]:
        """Of each job half the binary digits of what it needs of the busiest resource, and one more than the largest.

        A job needs much or little of what there is too little of: that tells apart best who can pass.
        """
        demand = self.total[self.rows]
        work = (demand * self.lasts[self.rows][:, None].astype(np.float64)).sum(axis=0)
        share = [work[at] / self.cluster.capacity[0][at] for at in self.packing.columns]
        busiest = max(range(len(share)), key=share.__getitem__)
        units = demand[:, self.packing.columns[busiest]] // self.packing.units[busiest]
        # frexp is exact up to 2^53, and beyond it only a kind more or less.
        kind: list[int] = (np.frexp(units.astype(np.float64))[1] // 2).tolist()
        return kind, max(kind) + 1

    def _columns(self, started: Column, where: Column, interrupted_ms: int | None) -> Run:
        """The run, from the starts and nodes by number."""
        workload, horizon = self.workload, self.scenario.simulation.duration_ms
        start, node = np.full(len(workload), NONE, np.int64), np.full(len(workload), NONE, np.int64)
        start[self.rows] = started
        ran = start != NONE
        node[self.rows] = np.where(started == NONE, NONE, where)
        end = np.where(ran, start + self.lasts, NONE)
        ended: Ended = "drained" if horizon is None else "horizon"
        stopped = int(end.max()) if horizon is None else horizon
        if interrupted_ms is not None:
            # What started after the last word from the kernel is known too.
            ended, stopped = "interrupted", max(interrupted_ms, int(start.max()))
        stopped = max(stopped, 0)
        events = tuple(
            event
            for event in in_order(self.scenario.events)
            if ended == "drained" or event.at_ms < stopped + (ended == "interrupted")
        )
        outcome = np.full(len(workload), int(Outcome.WAITING), np.int64)
        outcome[ran] = np.where(workload.runtime > self.lasts, Outcome.KILLED, Outcome.COMPLETED)[ran]
        running = ran & (end > stopped)
        outcome[running] = Outcome.RUNNING
        end[running] = NONE
        # Drained, all have arrived, be it after the last end.
        known = ended == "drained" or workload.submit < stopped + (ended == "interrupted")
        outcome[~self.possible & known] = Outcome.IMPOSSIBLE
        return Run(
            workload=workload,
            start=start,
            last_start=start.copy(),
            end=end,
            node=node,
            outcome=outcome,
            stopped_ms=stopped,
            ended=ended,
            capacity_at=column([0]),
            capacity=np.array([self.cluster.capacity], np.int64).reshape(1, -1, len(workload.resources)),
            events=events,
        )


def _possible(total: Column, capacity: list[list[int]]) -> Any:
    """(rows,): whether each fits on some node; `total` is what its tasks need together, on one node."""
    # A node that has no more of anything than another decides nothing.
    sizes = sorted({tuple(row) for row in capacity}, reverse=True)
    largest: list[tuple[int, ...]] = []
    for row in sizes:
        if not any(all(mine <= its for mine, its in zip(row, other, strict=True)) for other in largest):
            largest.append(row)
    found = np.zeros(len(total), bool)
    for row in largest:
        found |= (total <= np.array(row, np.int64)).all(axis=1)
    return found
