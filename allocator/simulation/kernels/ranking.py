"""The order in which a policy that ranks work by fixed keys serves the jobs of a run: found once, before it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.core.answers import key_of
from allocator.core.model import Tenant
from allocator.core.policy import Claim, Columnar, Key, Policy
from allocator.simulation.workload import NONE, Column, Workload

NEVER = np.iinfo(np.int64).max
"""The deadline of a job without one, in a column."""
REMEMBERED = 4096
"""So many shapes of demand are kept by name; more are named anew."""


class NotInColumns(Exception):
    """A policy asked for something that only its keys, one by one, can say."""


@dataclass(frozen=True)
class JobRows:
    """Jobs as a policy's `columns` sees them: only the resources that shares are measured in."""

    demand: Column
    """(jobs, resources): what one task needs."""
    wanted: Column
    """(jobs, resources): all tasks together."""
    weight: Any
    """(jobs,): of the tenant, rounded to a float."""
    priority: Column
    submit: Column
    """ms."""
    estimate: Column
    """ms: what is planned with."""
    deadline: Column
    """ms; the largest int64 where there is none."""

    @property
    def unlimited(self) -> Any:
        """(jobs,): no job wants without limit."""
        return np.zeros(len(self.demand), bool)

    def size(self, capacity: Any, measure: str, weighing: str) -> Any:
        """How large each want is: a quotient that keys round exactly, and no column here does.

        Raises:
            NotInColumns: Always.
        """
        raise NotInColumns


@dataclass(frozen=True)
class Ranked:
    """Everything keys are made of, beside the jobs."""

    policy: Policy
    tenants: Sequence[Tenant]
    weight_unit: int
    shared: Mapping[str, int]
    """What shares are measured in, and how much there is."""

    def order_of(self, workload: Workload, estimate: Column, rows: Column) -> Column:
        """Those `rows` of `workload` (ascending), smallest key first, equal keys by row.

        Raises:
            BadPolicyError: A key without a place in an order.
        """
        if isinstance(self.policy, Columnar):
            try:
                return self._by_columns(self.policy, workload, estimate, rows)
            except NotInColumns:
                pass
        keys = self._keys(workload, estimate, rows)
        return rows[np.array(sorted(range(len(keys)), key=keys.__getitem__), np.intp)]

    def claims(self, resources: Sequence[str]) -> list[Claim]:
        """Of each tenant one that can be used again and again; nothing is in use, and no job stands in it yet."""
        nothing = dict.fromkeys(resources, 0)
        return [
            Claim(
                tenant=tenant.name,
                work="",
                order=index,
                weight=int(tenant.weight * self.weight_unit),
                weight_unit=self.weight_unit,
                priority=tenant.priority,
                demand=nothing,
                tasks=1,
                wanted=nothing,
                usage=dict.fromkeys(resources, 0),
            )
            for index, tenant in enumerate(self.tenants)
        ]

    def _by_columns(self, policy: Columnar, workload: Workload, estimate: Column, chosen: Column) -> Column:
        shared = [workload.resources.index(name) for name in self.shared]
        unit = self.weight_unit
        weights = np.array([int(tenant.weight * unit) / unit for tenant in self.tenants])
        deadline = workload.deadline[chosen]
        rows = JobRows(
            demand=workload.demand[chosen][:, shared],
            wanted=workload.total_demand[chosen][:, shared],
            weight=weights[workload.tenant[chosen]],
            priority=workload.priority[chosen],
            submit=workload.submit[chosen],
            estimate=estimate[chosen],
            deadline=np.where(deadline == NONE, NEVER, deadline),
        )
        columns = policy.columns(rows, np.array(list(self.shared.values()), np.int64))
        if not len(columns):
            return chosen
        return chosen[np.lexsort(tuple(reversed([np.asarray(column) for column in columns])))]

    def _keys(self, workload: Workload, estimate: Column, chosen: Column) -> list[Key]:
        names, shared, policy = workload.resources, dict(self.shared), self.policy
        claims = self.claims(names)
        known: dict[tuple[int, ...], tuple[dict[str, int], dict[str, int]]] = {}
        keys: list[Key] = []
        columns = (workload.tenant, workload.priority, workload.tasks, workload.submit, estimate, workload.deadline)
        for row, owner, priority, tasks, submit, expected, deadline, *need in zip(
            chosen.tolist(),
            *(column[chosen].tolist() for column in columns),
            *workload.demand[chosen].T.tolist(),
            strict=True,
        ):
            shape = (tasks, *need)
            named = known.get(shape)
            if named is None:
                if len(known) >= REMEMBERED:
                    known.clear()
                demand = dict(zip(names, need, strict=True))
                named = known[shape] = demand, {name: amount * tasks for name, amount in demand.items()}
            claim = claims[owner]
            claim.work = workload.name(row)
            claim.order = row
            claim.priority = priority
            claim.demand, claim.wanted = named
            claim.tasks = tasks
            claim.submit_ms = submit
            claim.estimate_ms = expected
            claim.deadline_ms = None if deadline == NONE else deadline
            keys.append(key_of(policy, claim, shared))
        return keys
