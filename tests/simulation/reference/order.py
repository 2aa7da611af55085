"""Who is next under a policy: keys made anew from everything known, each time somebody asks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations
from typing import Any

from allocator.core.policy import Claim, Entitling, Filling, Policy, Ranks, TenantView, filling, half_life_ms
from allocator.simulation.workload import NONE
from tests.simulation.reference.world import Job, Tenant, World, summed

CLOSE = 1e-9


class Order:
    """The order of the waiting jobs."""

    def __init__(self, world: World, policy: Policy) -> None:
        self.world = world
        self.policy = policy
        self.half_life = half_life_ms(policy)
        scenario = world.scenario
        self.capacity = {name: scenario.capacity[name] for name in scenario.shared}
        weights = [tenant.weight for tenant in scenario.tenants]
        weights += [event.value for event in scenario.events if isinstance(event.value, Fraction)]
        self.unit = math.lcm(*(weight.denominator for weight in weights))
        self.near_tie = False
        """Whether two decayed uses were ever so close that rounding may have decided between them."""

    def entitle(self) -> None:
        """Give each tenant its entitlement, and its slice under a policy of slices."""
        if not isinstance(self.policy, Entitling):
            return
        capacity = {name: amount for name, amount in self.world.scenario.capacity.items() if amount}
        views = [
            TenantView(tenant.name, self._weight(tenant), dict.fromkeys(self.world.resources), tenant.guarantee)
            for tenant in self.world.tenants
        ]
        for tenant, entitled in zip(self.world.tenants, self.policy.entitle(views, capacity), strict=True):
            tenant.entitlement = dict(entitled)
            if filling(self.policy) is Filling.SLICE:
                tenant.cap = dict(entitled)

    def next_job(self, waiting: Iterable[Job], may: Callable[[Job], bool], planned: Iterable[Job] = ()) -> Job | None:
        """The first of the `waiting` eligible jobs in policy order that `may`; `planned` ones count as running.

        What is guaranteed to its tenant comes before everything else.
        """
        planned = list(planned)
        waiting = [job for job in waiting if self.world.eligible(job)]
        by_tenants = self.policy.ranks is Ranks.TENANTS
        rank = self._by_tenants(waiting, planned) if by_tenants else self._by_jobs(waiting, planned)
        choices = [
            (not self.world.guaranteed(job, self._use(job.tenant, planned)), *rank[job.row], job.row, job)
            for job in waiting
            if may(job)
        ]
        return min(choices, key=lambda one: one[:-1])[-1] if choices else None

    def _by_jobs(self, waiting: list[Job], planned: list[Job]) -> dict[int, tuple[Any, ...]]:
        """The rank of each job, by row: its own key."""
        claims = {job.row: self._claim(job, job.demand, job.tasks, job.row, job.priority, planned) for job in waiting}
        return {row: (self.policy.key(claim, self.capacity),) for row, claim in claims.items()}

    def _by_tenants(self, waiting: list[Job], planned: list[Job]) -> dict[int, tuple[Any, ...]]:
        """The rank of each job, by row: the key of its tenant, then its place in the queue of its tenant.

        The key of a tenant is made with the first job of its queue, whether that fits or not.
        """
        keys = {}
        for tenant in self.world.tenants:
            mine = [job for job in waiting if job.tenant is tenant]
            if mine:
                first = min(mine, key=lambda job: (job.priority, job.row))
                claim = self._claim(first, first.total, 1, tenant.index, tenant.priority, planned)
                keys[tenant.index] = self.policy.key(claim, self.capacity)
        if self.half_life:
            self.near_tie |= any(close(mine, other) for mine, other in combinations(keys.values(), 2))
        return {job.row: (keys[job.tenant.index], job.tenant.index, job.priority) for job in waiting}

    def _claim(
        self, job: Job, demand: dict[str, int], tasks: int, order: int, priority: int, planned: list[Job]
    ) -> Claim:
        nothing = dict.fromkeys(self.world.resources, 0)
        return Claim(
            tenant=job.tenant.name,
            work=job.name,
            order=order,
            weight=self._weight(job.tenant),
            weight_unit=self.unit,
            priority=priority,
            demand={**nothing, **demand},
            tasks=tasks,
            wanted={**nothing, **job.total},
            usage=self._remembered(job.tenant, planned) if self.half_life else self._use(job.tenant, planned),
            entitlement=job.tenant.entitlement,
            submit_ms=job.submit,
            estimate_ms=job.estimate,
            deadline_ms=job.deadline,
        )

    def _weight(self, tenant: Tenant) -> int:
        return int(tenant.weight * self.unit)

    def _use(self, tenant: Tenant, planned: list[Job]) -> dict[str, int]:
        more = [job.total for job in planned if job.tenant is tenant]
        return summed(self.world.resources, [self.world.use(tenant), *more])

    def _remembered(self, tenant: Tenant, planned: list[Job]) -> dict[str, float]:
        """All it ever used, halved once a half-life; a running job counts as if it had used its whole estimate."""
        found = dict.fromkeys(self.world.resources, 0.0)
        spans = [
            (one.job, one.start, one.job.estimate if one.end == NONE else one.end - one.start)
            for one in self.world.attempts
        ]
        spans += [(job, self.world.now, job.estimate) for job in planned]
        for job, start, length in spans:
            if job.tenant is tenant:
                faded = 2.0 ** ((start - self.world.now) / self.half_life)
                for name, amount in job.total.items():
                    found[name] += amount * length * faded
        return found


def close(one: Any, other: Any) -> bool:
    """Whether two keys are so close that rounding may decide between them."""
    if isinstance(one, tuple):
        return any(close(mine, its) for mine, its in zip(one, other, strict=True))
    return bool(one or other) and abs(one - other) <= CLOSE * max(abs(one), abs(other))
