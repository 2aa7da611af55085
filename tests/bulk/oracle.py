"""The slow truth that the fast path is held against: the engine's loop over a scenario of the same rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from allocator.bulk import UNLIMITED, Rows
from allocator.core.engine import Engine
from allocator.core.model import OnMisfit, Scenario, Tenant, Work
from allocator.core.policy import Policy


@dataclass
class Case:
    """One input of `allocate`, as plain lists."""

    demand: list[list[int]]
    capacity: list[int]
    tenant: list[int]
    tasks: list[int]
    divisible: list[bool]
    weight: list[int | float | Fraction]
    priority: list[int] = field(default_factory=list)

    def rows(self) -> Rows:
        """The case as columns."""
        count, width = len(self.demand), len(self.capacity)
        return Rows.of(
            np.array(self.demand, np.int64).reshape(count, width),
            np.array(self.capacity, np.int64),
            tenant=np.array(self.tenant, np.int64),
            tasks=np.array(self.tasks, np.int64),
            weight=self.weight,
            priority=np.array(self.priority or [0] * count, np.int64),
            divisible=np.array(self.divisible, np.bool_),
        )


def engine_grants(case: Case, policy: Policy, on_misfit: OnMisfit = "skip") -> npt.NDArray[np.int64]:
    """(rows, resources): what the engine grants, with the rows declared in their order."""
    names = [str(column) for column in range(len(case.capacity))]
    priority = case.priority or [0] * len(case.demand)
    mine: list[list[int]] = [[] for _ in case.weight]
    for row, owner in enumerate(case.tenant):
        mine[owner].append(row)
    tenants = tuple(
        Tenant(
            name=str(index),
            work=tuple(
                Work(
                    demand=dict(zip(names, case.demand[row], strict=True)),
                    tasks=None if case.tasks[row] == UNLIMITED else case.tasks[row],
                    divisible=case.divisible[row],
                    priority=priority[row],
                )
                for row in rows
            ),
            weight=Fraction(repr(weight)) if isinstance(weight, float) else Fraction(weight),
        )
        for index, (rows, weight) in enumerate(zip(mine, case.weight, strict=True))
    )
    engine = Engine(Scenario(dict(zip(names, case.capacity, strict=True)), tenants), policy, on_misfit)
    row_of = [row for rows in mine for row in rows]
    engine.ledger.works.sort(key=lambda account: row_of[account.order])
    for _ in engine.decisions():
        pass
    granted = np.zeros((len(case.demand), len(names)), np.int64)
    for row, account in enumerate(engine.ledger.works):
        granted[row] = [account.granted.get(name, 0) for name in names]
    return granted
