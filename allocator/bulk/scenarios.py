"""Between rows and scenarios: the engine for what has no fast path, and columns for a large scenario."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from allocator.bulk.exact import FLOAT_EXACT, Ints
from allocator.bulk.rows import UNLIMITED, Rows
from allocator.core.engine import Engine
from allocator.core.model import OnMisfit, PolicySettings, Scenario, Tenant, Work
from allocator.core.nodes import Rooms
from allocator.core.policy import Policy
from allocator.core.resources import LARGEST


def run_engine(rows: Rows, policy: Policy, on_misfit: OnMisfit) -> Ints:
    """(rows, resources): what the one-shot engine grants; every policy works here, at the engine's pace."""
    engine = Engine(to_scenario(rows), policy, on_misfit)
    position = _positions(rows)
    engine.ledger.works.sort(key=lambda account: position[account.owner.index, account.order])
    engine.run()
    granted = np.zeros((len(rows), len(rows.capacity)), np.int64, order="F")
    for row, account in enumerate(engine.ledger.works):
        granted[row] = [account.granted.get(name, 0) for name in rows.resources]
    return granted


def to_scenario(rows: Rows) -> Scenario:
    """The rows as a scenario: tenants named by their index, each with its rows as work."""
    works: list[list[Work]] = [[] for _ in range(rows.tenants)]
    columns = (rows.tenant, rows.demand, rows.tasks, rows.divisible, rows.priority)
    for owner, need, tasks, divisible, priority in zip(*(column.tolist() for column in columns), strict=True):
        demand = dict(zip(rows.resources, need, strict=True))
        works[owner].append(
            Work(demand, tasks=None if tasks == UNLIMITED else tasks, divisible=divisible, priority=priority)
        )
    tenants = [
        Tenant(str(index), tuple(mine), Fraction(weight, rows.weight_unit))
        for index, (mine, weight) in enumerate(zip(works, rows.weight_list(), strict=True))
    ]
    return Scenario(
        capacity=dict(zip(rows.resources, rows.capacity.tolist(), strict=True)),
        tenants=tuple(tenants),
        policy=PolicySettings(share_of=tuple(rows.resources[column] for column in rows.shared)),
    )


def _positions(rows: Rows) -> dict[tuple[int, int], int]:
    """(tenant, order among all work of the scenario) to row: the scenario groups work by tenant, rows need not be."""
    by_tenant = np.argsort(rows.tenant, kind="stable").tolist()
    owner = rows.tenant.tolist()
    return {(owner[row], order): row for order, row in enumerate(by_tenant)}


def engine_grants(scenario: Scenario, policy: Policy, on_misfit: OnMisfit) -> list[tuple[int, dict[str, int]]]:
    """(whole tasks, amounts) that the engine grants each work of the scenario."""
    ledger = Engine(scenario, policy, on_misfit).run()
    return [(account.granted_tasks, dict(account.granted)) for account in ledger.works]


def from_scenario(scenario: Scenario) -> Rows | None:
    """A row for each work in order of declaration; None where columns cannot say it.

    That is where somebody has a guarantee or a limit, or a whole task is larger than every node.
    """
    names = scenario.resources
    demand: list[list[int]] = [[] for _ in names]
    owners: list[int] = []
    tasks: list[int] = []
    divisible: list[bool] = []
    priority: list[int] = []
    totals = [0] * len(names)
    rooms = Rooms(scenario)
    for index, tenant in enumerate(scenario.tenants):
        if tenant.guarantee or tenant.limit:
            return None
        for work in tenant.work:
            if rooms and not work.divisible and not rooms.hold(work):
                return None
            need = [work.demand.get(name, 0) for name in names]
            for column, amount in zip(demand, need, strict=True):
                column.append(amount)
            owners.append(index)
            tasks.append(UNLIMITED if work.tasks is None else work.tasks)
            divisible.append(work.divisible)
            priority.append(tenant.rank(work))
            count = 1 if work.tasks is None else work.tasks
            totals = [total + amount * count for total, amount in zip(totals, need, strict=True)]
    capacity = [scenario.capacity.get(name, 0) for name in names]
    if max([*totals, *tasks, *map(abs, priority), *capacity], default=0) > LARGEST:
        return None
    unit = 1
    weights: Ints | tuple[int, ...] | None = None
    if any(tenant.weight != 1 for tenant in scenario.tenants):
        unit, weights = _weights([tenant.weight for tenant in scenario.tenants])
    return Rows(
        demand=np.array(demand, np.int64).reshape(len(names), len(owners)).T,
        capacity=np.array(capacity, np.int64),
        tenant=np.array(owners, np.int64),
        tasks=np.array(tasks, np.int64),
        divisible=np.array(divisible, np.bool_),
        weights=weights,
        weight_unit=unit,
        priority=np.array(priority, np.int64),
        tenants=len(scenario.tenants),
        resources=names,
        shared=tuple(names.index(name) for name in scenario.shared),
    )


def _weights(exact: list[Fraction]) -> tuple[int, Ints | tuple[int, ...]]:
    unit = math.lcm(*{weight.denominator for weight in exact})
    weights = tuple([int(weight * unit) for weight in exact])
    return unit, np.array(weights, np.int64) if sum(weights) <= FLOAT_EXACT else weights
