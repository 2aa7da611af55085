"""Changes of what a tenant itself asks for: fewer tasks, or smaller ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from allocator.core.ledger import WorkAccount
from allocator.core.model import Scenario
from allocator.explanation.facts import Axis, Change
from allocator.explanation.grids import part_of
from allocator.explanation.searching import Grid, find, told, with_work
from allocator.explanation.trials import Trials


def fewer(trials: Trials, unmet: Sequence[WorkAccount]) -> Iterator[Change]:
    """Fewer tasks of the work that is unmet, the last served first, down to what it got."""
    cuttable = [work for work in unmet if not work.divisible and work.work.tasks is not None]
    most = sum((work.work.tasks or 0) - work.granted_tasks for work in cuttable)
    wanted = sum(work.work.tasks or 0 for work in cuttable)
    if not cuttable or trials.open_ended:
        return
    if most == wanted and most == 1:
        return  # one task that is refused: to want none is no answer

    def change(index: int) -> Scenario:
        changed = {}
        for work in reversed(cuttable):
            tasks = work.work.tasks or 0
            cut = min(index, tasks - work.granted_tasks)
            index -= cut
            changed[work.order] = replace(work.work, tasks=tasks - cut)
        return with_work(trials, changed)

    # To want nothing at all would satisfy anybody.
    top = most - 1 if most == wanted else most
    # Mostly only what it got can be had: then two runs tell.
    found = find(trials, Grid(change, top=top, guess=max(1, top - 1)))
    name = cuttable[0].work.name if len(cuttable) == 1 and len(cuttable[0].owner.works) > 1 else ""
    yield told(trials, Axis.FEWER, found, wanted, lambda index: wanted - index, top, work=name)


def smaller(trials: Trials, shrinking: Sequence[WorkAccount], only: Sequence[str]) -> Iterator[Change]:
    """A smaller demand, in hundredths: of each task, or of all of divisible work; `only` of some resources."""
    if trials.open_ended:
        return

    def shrunk(work: WorkAccount, index: int) -> dict[str, int]:
        return {
            name: part_of(name, amount, index, work.divisible) if not only or name in only else amount
            for name, amount in work.work.demand.items()
        }

    def change(index: int) -> Scenario:
        return with_work(trials, {work.order: replace(work.work, demand=shrunk(work, index)) for work in shrinking})

    wants = sum(_whole_want(work) for work in shrinking)
    got = sum(min(1.0, _part(work)) * _whole_want(work) for work in shrinking)
    guess = math.ceil(100 * (1 - got / wants)) if wants else 50
    found = find(trials, Grid(change, top=99, guess=max(1, min(99, guess))))
    one = shrinking[0] if len(shrinking) == 1 else None
    detail: dict[str, int] = {}
    if one is not None and found.index is not None:
        times = (one.work.tasks or 1) if one.divisible else 1
        detail = {
            name: amount * times for name, amount in shrunk(one, found.index).items() if amount != one.work.demand[name]
        }
    yield told(
        trials,
        Axis.SMALLER,
        found,
        Fraction(1),
        lambda index: Fraction(100 - index, 100),
        99,
        resource=only[0] if len(only) == 1 else None,
        detail=detail,
        work=one.work.name if one is not None and len(one.owner.works) > 1 else "",
    )


def _whole_want(work: WorkAccount) -> int:
    return work.work.tasks or 1


def _part(work: WorkAccount) -> float:
    """How much of its want the work got, by the least of its resources."""
    tasks = _whole_want(work)
    return min((work.granted.get(name, 0) / (amount * tasks) for name, amount in work.need), default=1.0)
