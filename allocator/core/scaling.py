"""A scenario with more or less of something: what-ifs that change amounts and nothing else."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from allocator.core.errors import QuantityError
from allocator.core.model import Node, Scenario, Tenant, Work
from allocator.core.resources import LARGEST, Quantities


def scale_demand(scenario: Scenario, factor: Fraction, tenant: str | None = None) -> Scenario:
    """`scenario` with `factor` times the want of one tenant, or of all: rounded up.

    Whole tasks change in number, divisible work in amount; what is without limit stays so, and what is held is held.
    Jobs are left alone: over time, more demand is jobs that arrive faster.

    Raises:
        QuantityError: Somebody would want more than a quantity can be.
    """
    changed = [
        replace(one, work=tuple(_scaled(work, factor) for work in one.work)) if tenant in (None, one.name) else one
        for one in scenario.tenants
    ]
    _check(changed)
    return replace(scenario, tenants=tuple(changed))


def _scaled(work: Work, factor: Fraction) -> Work:
    if work.tasks is None:
        return work
    if not work.divisible:
        return replace(work, tasks=math.ceil(work.tasks * factor))
    held = work.held if work.held is None or not factor else work.held / factor
    return replace(work, demand=_times(work.demand, factor, up=True), held=held)


def _check(tenants: list[Tenant]) -> None:
    totals: dict[str, int] = {}
    for tenant in tenants:
        for work in tenant.work:
            for name, amount in work.demand.items():
                totals[name] = totals.get(name, 0) + amount * (1 if work.tasks is None else work.tasks)
    for name, total in totals.items():
        if total > LARGEST:
            raise QuantityError(f"scaled like that, more {name} is wanted than 2^62 of its smallest unit")


def scale_capacity(scenario: Scenario, factor: Fraction, resource: str | None = None) -> Scenario:
    """`scenario` with `factor` times the capacity of one resource, or of all, on every node: rounded down.

    So is what an event sets it to. What others use on a node stays, up to all that the node still has.

    Raises:
        QuantityError: There would be more of something than a quantity can be.
    """
    nodes = tuple(_resized(node, factor, resource) for node in scenario.nodes)
    capacity = pooled(nodes) if nodes else _times(scenario.capacity, factor, resource)
    events = tuple(replace(event, capacity=_times(event.capacity, factor, resource)) for event in scenario.events)
    for amounts in (capacity, *(event.capacity for event in events)):
        for name, amount in amounts.items():
            if amount > LARGEST:
                raise QuantityError(f"scaled like that, there is more {name} than 2^62 of its smallest unit")
    return replace(scenario, nodes=nodes, capacity=capacity, events=events)


def _resized(node: Node, factor: Fraction, resource: str | None) -> Node:
    capacity = _times(node.capacity, factor, resource)
    load = {name: min(amount, capacity.get(name, 0)) for name, amount in node.load.items()}
    return replace(node, capacity=capacity, load=load)


def pooled(nodes: tuple[Node, ...]) -> dict[str, int]:
    """What all `nodes` together have to share."""
    total: dict[str, int] = {}
    for node in nodes:
        for name, amount in node.free.items():
            total[name] = total.get(name, 0) + amount
    return total


def _times(amounts: Quantities, factor: Fraction, resource: str | None = None, *, up: bool = False) -> dict[str, int]:
    rounded = math.ceil if up else math.floor
    return {name: rounded(amount * factor) if resource in (None, name) else amount for name, amount in amounts.items()}
