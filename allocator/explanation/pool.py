"""Changes of the pool: more of one resource, or of all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from allocator.core.ledger import WorkAccount
from allocator.core.model import Scenario
from allocator.core.policy import Filling, filling
from allocator.core.resources import LARGEST
from allocator.explanation.facts import Axis, Change
from allocator.explanation.grids import grid_step
from allocator.explanation.searching import Grid, find, told
from allocator.explanation.trials import Trials

_TIMES_LACKING = 16
"""How many times what a tenant lacks of several resources is tried."""


def capacity(trials: Trials, unmet: Sequence[WorkAccount], name: str) -> Change:
    """More of one resource, all others as they are."""
    there_is = trials.capacity.get(name, 0)
    missing = max(1, sum(_missing(work, name) for work in unmet))
    step = grid_step(trials.scenario, name, max(there_is, missing))
    whole = there_is // step

    def value(index: int) -> int:
        return (whole + index) * step if index else there_is

    furthest = min(LARGEST, trials.furthest * max(there_is, missing))
    if (wanted := _wanted_by_all(trials, name)) is not None:
        # Where all that everybody wants of it is there, more of it is no use to anybody.
        furthest = min(furthest, max(wanted, there_is + missing) + step)
    top = max(1, furthest // step - whole)
    axis = Grid(
        lambda index: replace(trials.scenario, capacity={**trials.scenario.capacity, name: value(index)}, nodes=()),
        top=top,
        # Among many, others take most of what is added: what it misses alone is too little to begin with.
        guess=max(-(-missing // step), top // 8),
    )
    return told(trials, Axis.CAPACITY, find(trials, axis), there_is, value, axis.top, resource=name)


def together(trials: Trials, unmet: Sequence[WorkAccount]) -> Iterator[Change]:
    """More of each resource that it lacks, in proportion to what it lacks; nothing where it lacks but one."""
    lacking = {name: sum(_missing(work, name) for work in unmet) for work in unmet for name, _ in work.need}
    lacking = {name: amount for name, amount in lacking.items() if amount}
    if len(lacking) < 2:
        return
    steps = {
        name: grid_step(trials.scenario, name, max(trials.capacity.get(name, 0), amount))
        for name, amount in lacking.items()
    }

    def grown(index: int) -> dict[str, int]:
        capacity = {}
        for name, amount in lacking.items():
            goal = trials.capacity.get(name, 0) + -(-amount * index // 100)
            capacity[name] = min(LARGEST, -(-goal // steps[name]) * steps[name])
        return capacity

    def change(index: int) -> Scenario:
        return replace(trials.scenario, capacity={**trials.scenario.capacity, **grown(index)}, nodes=())

    found = find(trials, Grid(change, top=100 * _TIMES_LACKING, guess=100))
    detail = {} if found.index is None else grown(found.index)
    yield told(trials, Axis.CAPACITY, found, 0, lambda index: Fraction(index, 100), 100 * _TIMES_LACKING, detail=detail)


def _wanted_by_all(trials: Trials, name: str) -> int | None:
    """What everybody wants of a resource; None where some work is without limit, or slices keep all for their owner."""
    if filling(trials.prepared.policy) is Filling.SLICE:
        return None
    total = 0
    for tenant in trials.scenario.tenants:
        for work in tenant.work:
            amount = work.demand.get(name, 0)
            if amount and work.tasks is None:
                return None
            total += amount * (work.tasks or 0)
    return total


def _missing(work: WorkAccount, name: str) -> int:
    """How much of a resource the work wants and does not have; of work without limit, one task."""
    amount = dict(work.need).get(name, 0)
    tasks = work.work.tasks
    return amount if tasks is None else max(0, amount * tasks - work.granted.get(name, 0))


def all_capacity(trials: Trials) -> Change:
    """So many hundredths more of every resource, rounded down."""

    def change(index: int) -> Scenario:
        grown = {name: min(LARGEST, amount * (100 + index) // 100) for name, amount in trials.capacity.items()}
        return replace(trials.scenario, capacity=grown, nodes=())

    top = 100 * (trials.furthest - 1)
    wants = {name: _wanted_by_all(trials, name) for name, amount in trials.capacity.items() if amount}
    if wants and None not in wants.values():
        most = max(Fraction(want or 0, trials.capacity[name]) for name, want in wants.items())
        top = min(top, max(1, math.ceil(100 * most) - 100))
    axis = Grid(change, top=top, guess=max(1, min(25, top // 2)))
    found = find(trials, axis)
    return told(trials, Axis.ALL_CAPACITY, found, Fraction(1), lambda index: Fraction(100 + index, 100), axis.top)
