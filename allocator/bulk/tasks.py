"""Whole tasks by a key that grows in equal steps: the heap's grants, without popping the tasks one by one.

A row's tasks have the keys q x a / b for q = 1, 2, ... (or 0, 1, ... where the key does not count the next task), each
rounded once. So how many have a key up to a level is a closed form, and all of them are granted while they fit
together. Near the level where they no longer do, the tasks of a narrow band are sorted by (key, tenant) and served in
that order, misfits skipped; then the level rises on among the rows that still fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allocator.bulk.exact import Bools, Floats, Ints, compare_products, take_rows, total
from allocator.bulk.levels import Bracket, around, sample_stride
from allocator.bulk.ordered import Asked, Order, serve
from allocator.bulk.quotients import divide

_BAND = 4096
"""Tasks that are sorted and served together; fewer than this are not worth another pass over all rows."""

_CERTAIN = 2**50
"""Numerators and divisors below here are floats, and so is one task more."""

_DOUBT = 2.0**-48
"""Relative distance to a whole number of tasks within which a float estimate is not trusted."""


@dataclass(frozen=True, eq=False)
class Tasks:
    """Rows of whole tasks in order of their tenants, and the steps of their keys."""

    demand: Ints
    """(rows, resources): what one task needs; of every row something."""
    most: Ints
    """(rows,): tasks wanted, at most one more than the whole pool holds."""
    step: Ints
    """(rows,): a; 0 where no resource that shares are measured in is needed: the key is always 0."""
    over: Ints
    """(rows,): b, but for `factor`; 0 where nothing is entitled: the key is infinite from the first task."""
    factor: Ints
    """(rows,): b is `over x factor`."""
    counts_next: bool
    narrow: bool
    """Whether every a x q and b is below 2^50: then float64 counts exactly."""

    def take(self, rows: Order) -> Tasks:
        """Only some rows."""
        return Tasks(
            take_rows(self.demand, rows),
            self.most[rows],
            self.step[rows],
            self.over[rows],
            self.factor[rows],
            self.counts_next,
            self.narrow,
        )

    @cached_property
    def _a(self) -> Floats:
        return self.step.astype(np.float64)

    @cached_property
    def _b(self) -> Floats:
        return self.over.astype(np.float64) * self.factor

    def key(self, number: Ints) -> Floats:
        """The key of each row's task of that number, 1 for the first; exact."""
        steps = number if self.counts_next else number - 1
        if self.narrow:
            return steps * self._a / self._b
        return divide(steps, self.step, self.over, self.factor)

    def above_all(self) -> float:
        """A level that no key exceeds."""
        return float((self.most * self._a / self._b).max()) * (1 + 2.0**-40)

    def count(self, level: float) -> Ints:
        """How many tasks of each row have a key of at most `level`; exact."""
        ceiling = self.most if self.counts_next else self.most - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = level * self._b / self._a
        estimate[self.step == 0] = np.inf
        steps = np.minimum(estimate, ceiling).astype(np.int64)
        if self.narrow:
            steps += (steps + 1) * self._a / self._b <= level
            steps -= steps * self._a / self._b > level
            np.minimum(steps, ceiling, out=steps)
            if not self._a.all():
                np.copyto(steps, ceiling, where=self.step == 0)
        else:
            np.minimum(estimate, ceiling + 2.0, out=estimate)
            near = np.rint(estimate)
            estimate -= near
            doubtful = (np.abs(estimate) <= near * _DOUBT) & (near <= ceiling) & (near > 0)
            self._settle(steps, np.flatnonzero(doubtful), near, level)
        return steps if self.counts_next else steps + 1

    def _settle(self, steps: Ints, rows: Ints, near: Floats, level: float) -> None:
        """Decide by Python's integers whether the task nearest to the level has a key of at most that."""
        decided: dict[tuple[int, int, int, int], int] = {}
        columns = (rows, near[rows].astype(np.int64), self.step[rows], self.over[rows], self.factor[rows])
        for row, *numbers in zip(*(column.tolist() for column in columns), strict=True):
            count, step, over, factor = numbers
            found = decided.get((count, step, over, factor))
            if found is None:
                found = count + 1
                while found and found * step / (over * factor) > level:
                    found -= 1
                decided[count, step, over, factor] = found
            steps[row] = found
        np.minimum(steps, self.most if self.counts_next else self.most - 1, out=steps)


def steepest(size: int, quotients: Iterable[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """(demand, divisor) of each row's resource whose quotient is largest; a divisor of 0 makes it infinite."""
    step, over = np.zeros(size, np.int64), np.ones(size, np.int64)
    for need, divisor in quotients:
        larger = compare_products(need, over, step, divisor) > 0
        step = np.where(larger, need, step)
        over = np.where(larger, divisor, over)
    return step, over


def of_rows(demand: Ints, most: Ints, quotients: Iterable[tuple[Ints, Ints]], factor: Ints, counts_next: bool) -> Tasks:
    """The tasks of rows whose key is the largest of demand / (divisor x factor) times their number.

    The common divisor of amounts and divisors is taken out, so that most keys are quotients of small numbers.
    """
    step, over = steepest(len(most), quotients)
    narrow = float((step.astype(np.float64) * (most + 2.0)).max(initial=0)) < _CERTAIN
    narrow = narrow and float((over.astype(np.float64) * factor).max(initial=0)) < _CERTAIN
    return Tasks(demand, most, step, over, factor, counts_next, narrow)


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
        mine = tasks if len(rows) == len(tasks.most) else tasks.take(rows)
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
    used = _used(tasks.demand, tasks.most - counts)
    if _within(used, free):
        return _Band(tasks.most, tasks.most, None)
    if level < 0:
        # Without the next task in the key, everybody's first has the key 0.
        first = tasks.count(0.0)
        used = _used(tasks.demand, first)
        if not _within(used, free):
            return _Band(counts, first, 0.0, one_key=True)
        level, counts = 0.0, first
        free = [left - amount for left, amount in zip(free, used, strict=True)]
        used = _used(tasks.demand, tasks.most - counts)
    bracket = Bracket(level, tasks.above_all())
    guesses = _guesses_from_a_sample(tasks, bracket, counts, free)
    band = _Band(counts.copy(), tasks.most.copy(), None)
    rows, mine, low, high = np.arange(len(counts)), tasks, counts, tasks.most
    while not bracket.closed and float((high - low).sum(dtype=np.float64)) > _BAND:
        middle = next(guesses, 0.0)
        if not bracket.low < middle < bracket.high:
            middle = bracket.guess(free, used)
        now = mine.count(middle)
        more = _used(mine.demand, now - low)
        if _within(more, free):
            bracket.fits(middle)
            free = [left - amount for left, amount in zip(free, more, strict=True)]
            used = [amount - less for amount, less in zip(used, more, strict=True)]
            low = now
        else:
            bracket.exceeds(middle)
            used, high = more, now
        differ = high > low
        if np.count_nonzero(differ) < 0.7 * len(differ):
            # Rows with no task in the bracket have no more say in where it closes.
            keep = np.flatnonzero(differ)
            band.low[rows], band.high[rows] = low, high
            rows, mine, low, high = rows[keep], mine.take(keep), low[keep], high[keep]
    band.low[rows], band.high[rows] = low, high
    band.level, band.one_key = bracket.high, bracket.closed
    return band


def _guesses_from_a_sample(tasks: Tasks, bracket: Bracket, counts: Ints, free: list[int]) -> Iterator[float]:
    """First guesses: where evenly spaced rows would use their part of what is free."""
    stride = sample_stride(len(counts))
    if not stride:
        return iter(())
    rows = np.arange(0, len(counts), stride)
    sample, before = tasks.take(rows), counts[rows]
    part = [left / len(counts) * len(rows) for left in free]

    def fits(level: float) -> bool:
        return _within(_used(sample.demand, sample.count(level) - before), part)

    return around(bracket.low, bracket.high, fits)


def _used(demand: Ints, counts: Ints) -> list[int]:
    """What that many tasks need together. No row's can overflow: it is at most one task more than the pool."""
    return [total(column * counts) for column in demand.T]


def _within(used: Sequence[float], free: Sequence[float]) -> bool:
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
    ones = np.ones(len(row), np.int64)
    served, goes_on = _serve_in_order(tasks.take(row), ones, free, stops, order)
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
