"""One row after the other, each all that fits: the loop of a policy whose keys are `STATIC`, in a few passes.

Rows that fit whole are found together, by the running sum of a block of the order; the row that does not is served
by itself, and what no longer fits at all is dropped. A block in which that happens often is walked row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from allocator.bulk.exact import Bools, Ints

Order = npt.NDArray[np.intp]

_FIRST_BLOCK = 65536
_SMALL_BLOCK = 1024
"""At this length a walk costs about what two more passes would."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What each row asks for when its turn comes."""

    demand: Ints
    """(rows, resources): what one task needs."""
    tasks: Ints
    """(rows,): whole tasks asked; ignored where divisible. Any count above what fits may stand for no limit."""
    wanted: Ints
    """(rows, resources): all of it together; of unlimited work, what one task needs."""
    divisible: Bools
    unlimited: Bools

    @cached_property
    def all_divisible(self) -> bool:
        """Whether every row is."""
        return bool(self.divisible.all())

    @cached_property
    def some_unlimited(self) -> bool:
        """Whether any row is."""
        return bool(self.unlimited.any())


def serve(asked: Asked, order: Order, free: list[int], granted: Ints, *, stops: bool = False) -> bool:
    """Serve the rows of `order`; write what each is granted into `granted`, and take it from `free`.

    Every row is granted all that still fits of what it asks: whole tasks, or of divisible work the largest part in
    proportion. Usually O(rows) in a few passes; never more than a walk costs.

    Args:
        asked: What the rows want; those of `order` need something.
        order: Which rows, first served first; none twice.
        free: What there is of each resource; changed.
        granted: (rows, resources), 0 so far; changed.
        stops: End with the first row that is not granted all it asked.

    Returns:
        False only where it stopped.
    """
    start, block, tight = 0, _FIRST_BLOCK, False
    while start < len(order):
        end = min(start + block, len(order))
        part = order[start:end]
        places = None
        if tight and not stops and not asked.all_divisible:
            places = np.flatnonzero(_may_take(asked, part, free))
            part = part[places]
        done = _take_run(asked, part, free, granted, tight and not stops)
        if done == len(part):
            start, block = end, block * 2
            continue
        tight = True
        if not _walk(asked, part[done : done + 1], free, granted, stops):
            return False
        if block > _SMALL_BLOCK:
            # What is left of this block comes first in the next, shorter one.
            start += (done if places is None else int(places[done])) + 1
            block = max(block // 4, _SMALL_BLOCK)
            continue
        if not _walk(asked, part[done + 1 :], free, granted, stops):
            return False
        start, block = end, block * 2
    return True


def _may_take(asked: Asked, part: Order, free: list[int]) -> Bools:
    """Whether a row may be granted anything: all but whole tasks of which not one fits."""
    may = np.ones(len(part), np.bool_)
    for column, left in zip(asked.demand.T, free, strict=True):
        may &= column[part] <= left
    return may | asked.divisible[part]


def _take_run(asked: Asked, part: Order, free: list[int], granted: Ints, tight: bool) -> int:
    """Grant the longest run of rows at the head of `part` that fits; how many they are.

    Args:
        asked: What the rows want.
        part: Rows, first served first.
        free: What there is; changed.
        granted: Changed.
        tight: Whether divisible rows are content with what a resource that is used up leaves them.
    """
    wants = [column[part] for column in asked.wanted.T]
    endless = asked.unlimited[part] if asked.some_unlimited else None
    if tight and not all(free):
        content = _limit_to_used_up(wants, None if asked.all_divisible else asked.divisible[part], free)
        if endless is not None:
            endless &= ~content
    run = len(part) if endless is None or not endless.any() else int(endless.argmax())
    sums: list[Ints] = []
    for want, left in zip(wants, free, strict=True):
        # The sum may wrap around once it has passed `left`, never before: both are at most 2^62.
        used = np.cumsum(want[:run])
        over = (used > left) | (used < 0)
        if over.any():
            run = int(over.argmax())
        sums.append(used)
    if run:
        for resource, (want, used) in enumerate(zip(wants, sums, strict=True)):
            granted[part[:run], resource] = want[:run]
            free[resource] -= int(used[run - 1])
    return run


def _limit_to_used_up(wants: list[Ints], divisible: Bools | None, free: list[int]) -> Bools:
    """Cut the wants of divisible rows to what they can have without a unit of what is used up; which rows these are.

    As in `part_that_fits`: the largest part of which a used-up resource rounds down to nothing.
    """
    scarce = np.zeros(len(wants[0]), np.int64)
    for want, left in zip(wants, free, strict=True):
        if not left:
            np.maximum(scarce, want, out=scarce)
    cut: Bools = scarce > 0
    if divisible is not None:
        cut &= divisible
    places = np.flatnonzero(cut)
    most = scarce[places]
    for want in wants:
        want[places] = np.maximum(want[places] - 1, 0) // most
    return cut


def _walk(asked: Asked, rows: Order, free: list[int], granted: Ints, stops: bool) -> bool:
    """Serve `rows` one by one; False where one is not granted all it asked, and that stops it."""
    columns = (asked.demand[rows], asked.wanted[rows], asked.tasks[rows], asked.divisible[rows], asked.unlimited[rows])
    for row, need, wanted, goal, divisible, unlimited in zip(
        rows.tolist(), *(column.tolist() for column in columns), strict=True
    ):
        if divisible:
            amounts, all_of_it = part_that_fits(wanted, free, unlimited=unlimited)
        else:
            fit = min([left // amount for amount, left in zip(need, free, strict=True) if amount])
            count = fit if unlimited else min(goal, fit)
            all_of_it = not unlimited and count >= goal
            amounts = [amount * count for amount in need] if count else []
        for resource, amount in enumerate(amounts):
            if amount:
                granted[row, resource] = amount
                free[resource] -= amount
        if stops and not all_of_it:
            return False
    return True


def part_that_fits(wanted: list[int], free: list[int], *, unlimited: bool) -> tuple[list[int], bool]:
    """The largest part of `wanted` that `free` holds, in proportion and rounded down, and whether that is all of it.

    The resource that binds is used up exactly. Of unlimited work, `wanted` is one task, and the part may be more.
    """
    over, of = 1, 0
    for amount, left in zip(wanted, free, strict=True):
        if amount and (unlimited or left < amount) and (not of or (left + 1) * of < over * amount):
            over, of = left + 1, amount
    if not of:
        return wanted, True
    return [max(0, amount * over - 1) // of for amount in wanted], False
