"""Whole tasks by a key that grows in equal steps: the heap's grants, without popping the tasks one by one.

A row's tasks have the keys q x a / b for q = 1, 2, ... (or 0, 1, ... where the key does not count the next task), each
rounded once. So how many have a key up to a level is a closed form, and all of them are granted while they fit
together. Near the level where they no longer do, the tasks of a narrow band are sorted by (key, tenant) and served in
that order, misfits skipped; then the level rises on among the rows that still fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from allocator.bulk.exact import Bools, Floats, Ints, compare_products, largest, total
from allocator.bulk.levels import Bracket
from allocator.bulk.ordered import Asked, Order, serve

_BAND = 4096
"""Tasks that are sorted and served together; fewer than this are not worth another pass over all rows."""

_CERTAIN = 2**50
"""Counts and numerators below here are found exactly, with one correction of a float estimate."""


@dataclass(frozen=True, eq=False)
class Tasks:
    """Rows of whole tasks in order of their tenants, and the steps of their keys."""

    demand: Ints
    """(rows, resources): what one task needs; of every row something."""
    most: Ints
    """(rows,): tasks wanted, at most one more than the whole pool holds."""
    step: Floats
    """(rows,): a; 0 where no resource that shares are measured in is needed: the key is always 0."""
    over: Floats
    """(rows,): b; 0 where nothing is entitled: the key is infinite from the first task."""
    counts_next: bool

    def take(self, rows: Ints | Bools) -> Tasks:
        """Only some rows."""
        return Tasks(self.demand[rows], self.most[rows], self.step[rows], self.over[rows], self.counts_next)

    def key(self, number: Ints) -> Floats:
        """The key of each row's task of that number, 1 for the first."""
        return (number if self.counts_next else number - 1) * self.step / self.over

    def count(self, level: float) -> Ints:
        """How many tasks of each row have a key of at most `level`; exact."""
        if level < 0:
            return np.zeros(len(self.most), np.int64)
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = level * self.over / self.step
        ceiling = self.most if self.counts_next else self.most - 1
        always = self.step == 0
        estimate = np.where(always, 0.0, estimate)
        steps = np.minimum(estimate, ceiling).astype(np.int64)
        steps += (steps + 1) * self.step / self.over <= level
        steps -= steps * self.step / self.over > level
        np.minimum(steps, ceiling, out=steps)
        if always.any():
            steps[always] = ceiling[always]
        return steps if self.counts_next else steps + 1


def steepest(size: int, quotients: Iterable[tuple[Ints, Ints]]) -> tuple[Ints, Ints] | None:
    """(a, b) of each row: the demand and the divisor of the resource whose quotient is largest.

    A divisor of 0 makes it infinite where there is demand. None where a divisor is too large for counts to be exact.
    """
    step, over = np.zeros(size, np.int64), np.ones(size, np.int64)
    for need, divisor in quotients:
        if largest(divisor) >= _CERTAIN:
            return None
        larger = compare_products(need, over, step, divisor) > 0
        step = np.where(larger, need, step)
        over = np.where(larger, divisor, over)
    return step, over


def exactly_countable(step: Ints, most: Ints) -> bool:
    """Whether the largest numerator, a task more than is wanted, stays where float64 is exact."""
    return not step.size or float((step.astype(np.float64) * (most.astype(np.float64) + 2)).max()) < _CERTAIN


def serve_tasks(tasks: Tasks, free: list[int], *, stops: bool = False) -> Ints:
    """(rows,): how many tasks each row is granted by the heap; what they need is taken from `free`.

    Args:
        tasks: Rows in the order that decides ties.
        free: What there is of each resource; changed.
        stops: End with the first task that does not fit.
    """
    counts = np.zeros(len(tasks.most), np.int64)
    endless = (tasks.over == 0) & (tasks.step > 0)
    rows = np.flatnonzero(~endless)
    level = -1.0
    while len(rows):
        if not stops:
            rows = rows[_fits(tasks.demand, rows, free) & (counts[rows] < tasks.most[rows])]
        mine = tasks.take(rows)
        band = _find_band(mine, level, counts[rows], free)
        for resource, column in enumerate(mine.demand.T):
            free[resource] -= total(column * (band.low - counts[rows]))
        goes_on = _serve_band(mine, band, free, stops)
        counts[rows] = band.low
        if not goes_on:
            return counts
        if band.level is None:
            break
        level = band.level
    last = np.flatnonzero(endless)
    if len(last):
        served = _serve_in_order(tasks.take(last), tasks.most[last], free, stops)[0]
        counts[last] = served
    return counts


def _fits(demand: Ints, rows: Ints, free: list[int]) -> Bools:
    """Whether one more task of each of these rows fits by itself."""
    fits = np.ones(len(rows), np.bool_)
    for column, left in zip(demand.T, free, strict=True):
        fits &= column[rows] <= left
    return fits


@dataclass(eq=False)
class _Band:
    """Tasks with keys between two levels: below it all fit, above it they no longer do."""

    low: Ints
    """(rows,): tasks below it; then, tasks granted."""
    high: Ints
    """(rows,): tasks up to its end."""
    level: float | None
    """Where it ends; None where every task is below it."""
    one_key: bool = False
    """Whether all its tasks have the same key."""


def _find_band(tasks: Tasks, level: float, counts: Ints, free: list[int]) -> _Band:
    """The band that follows on `level`, up to which `counts` are granted: narrow, and with the first misfit in it."""
    used = _used(tasks.demand, tasks.most - counts, free)
    if _within(used, free):
        return _Band(tasks.most, tasks.most, None)
    if level < 0:
        # Without the next task in the key, everybody's first has the key 0.
        first = tasks.count(0.0)
        used = _used(tasks.demand, first, free)
        if not _within(used, free):
            return _Band(counts, first, 0.0, one_key=True)
        level, counts = 0.0, first
        free = [left - amount for left, amount in zip(free, used, strict=True)]
        used = _used(tasks.demand, tasks.most - counts, free)
    bracket = Bracket(level, float(tasks.key(tasks.most).max()))
    band = _Band(counts.copy(), tasks.most.copy(), None)
    rows, mine, low, high = np.arange(len(counts)), tasks, counts, tasks.most
    while not bracket.closed and float((high - low).sum(dtype=np.float64)) > _BAND:
        middle = bracket.guess(free, used)
        now = mine.count(middle)
        more = _used(mine.demand, now - low, free)
        if _within(more, free):
            bracket.fits(middle)
            free = [left - amount for left, amount in zip(free, more, strict=True)]
            used = [amount - less for amount, less in zip(used, more, strict=True)]
            low = now
        else:
            bracket.exceeds(middle)
            used, high = more, now
        differ = high > low
        if int(differ.sum()) < 0.7 * len(differ):
            # Rows with no task in the bracket have no more say in where it closes.
            band.low[rows], band.high[rows] = low, high
            rows, mine, low, high = rows[differ], mine.take(differ), low[differ], high[differ]
    band.low[rows], band.high[rows] = low, high
    band.level, band.one_key = bracket.high, bracket.closed
    return band


def _used(demand: Ints, counts: Ints, free: list[int]) -> list[int]:
    """What that many tasks need together: exact wherever it could fit, otherwise about."""
    used: list[int] = []
    for column, left in zip(demand.T, free, strict=True):
        about = float(np.dot(column.astype(np.float64), counts.astype(np.float64)))
        used.append(int(about) if about > left * 1.001 + 1 else total(column * counts))
    return used


def _within(used: list[int], free: list[int]) -> bool:
    return all(amount <= left for amount, left in zip(used, free, strict=True))


def _serve_band(tasks: Tasks, band: _Band, free: list[int], stops: bool) -> bool:
    """Serve the tasks of a band by (key, order); False where it stopped."""
    inside = band.high - band.low
    rows = np.flatnonzero(inside)
    if not len(rows):
        return True
    if band.one_key:
        served, goes_on = _serve_in_order(tasks.take(rows), inside[rows], free, stops)
        band.low = band.low.copy()
        band.low[rows] += served
        return goes_on
    row = np.repeat(rows, inside[rows])
    place = np.arange(len(row)) - np.repeat(np.cumsum(inside[rows]) - inside[rows], inside[rows])
    key = tasks.take(row).key(band.low[row] + 1 + place)
    order = np.lexsort((place, row, key))
    one = Tasks(tasks.demand[row], np.ones(len(row), np.int64), tasks.step[row], tasks.over[row], tasks.counts_next)
    served, goes_on = _serve_in_order(one, one.most, free, stops, order)
    band.low = band.low + np.bincount(row, weights=served, minlength=len(band.low)).astype(np.int64)
    return goes_on


def _serve_in_order(
    tasks: Tasks, counts: Ints, free: list[int], stops: bool, order: Order | None = None
) -> tuple[Ints, bool]:
    """Serve each row up to so many tasks, one row after the other; how many were granted, and whether it goes on."""
    size = len(counts)
    granted = np.zeros(tasks.demand.shape, np.int64, order="F")
    # What is more than the pool holds at once is found out by the first misfit, so the products cannot overflow.
    asked = Asked(
        tasks.demand, counts, tasks.demand * counts[:, None], np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    )
    goes_on = serve(asked, np.arange(size) if order is None else order, free, granted, stops=stops)
    served = np.zeros(size, np.int64)
    for got, need in zip(granted.T, tasks.demand.T, strict=True):
        np.maximum(served, got // np.maximum(need, 1), out=served)
    return served, goes_on
