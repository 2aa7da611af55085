"""Divisible work under a rising level of dominant share: the whole units that `allocator.core.filling` grants, at once.

The operations on floats are those of the engine, in its order: one division for a dominant share, then
level x weight / share, then the floor of fraction x want. Any other order may give another unit.

Source: as in `allocator.core.filling`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from allocator.bulk.exact import FLOAT_EXACT, Bools, Floats, Ints, largest, product_over, take_rows, total
from allocator.bulk.levels import Bracket, around, sample_stride
from allocator.bulk.ordered import Asked, Order, serve
from allocator.bulk.quotients import divide
from allocator.bulk.rows import Rows

_MOST = 2.0**62
"""More than any resource has: what a level would grant beyond it does not fit anyway."""


@dataclass(frozen=True, eq=False)
class Risers:
    """Divisible rows that rise with the level."""

    whole: Ints
    """(rows, resources): the want; of unlimited work, what one task needs."""
    dominant: Floats
    """(rows,): the dominant share of that."""
    weight: Floats
    unlimited: Bools | None
    """None where no row is."""

    def take(self, rows: Order) -> Risers:
        """Only some rows."""
        unlimited = None if self.unlimited is None else self.unlimited[rows]
        return Risers(take_rows(self.whole, rows), self.dominant[rows], self.weight[rows], unlimited)

    def fractions(self, level: float) -> Floats:
        """(rows,): how much of its want a level grants each."""
        fraction = level * self.weight
        fraction /= self.dominant
        if self.unlimited is None:
            np.minimum(fraction, 1.0, out=fraction)
        else:
            np.minimum(fraction, 1.0, out=fraction, where=~self.unlimited)
        return fraction

    def granted(self, level: float) -> Ints:
        """(rows, resources): what a level grants."""
        fraction = self.fractions(level)
        granted = np.empty(self.whole.shape, np.int64, order="F")
        for resource, column in enumerate(self.whole.T):
            granted[:, resource] = self.units(fraction, column)
        return granted

    def units(self, fraction: Floats, column: Ints) -> Ints:
        """(rows,): what these fractions grant of the resource with this column of `whole`."""
        part = fraction * column
        if self.unlimited is not None:
            np.minimum(part, _MOST, out=part)
        # The cast cuts towards zero, which is the floor of what is never negative.
        units = part.astype(np.int64)
        if largest(column) > FLOAT_EXACT:
            # A want that is no float itself: all of it is exactly that, and a rounded product is not above it.
            bounded = np.ones(len(units), np.bool_) if self.unlimited is None else ~self.unlimited
            np.minimum(units, column, out=units, where=bounded)
            np.copyto(units, column, where=bounded & (fraction >= 1.0))
        return units

    def satisfied_by(self) -> float:
        """A level at which everybody that can be satisfied is."""
        finite = self.dominant if self.unlimited is None else self.dominant[~self.unlimited]
        weight = self.weight if self.unlimited is None else self.weight[~self.unlimited]
        if not len(finite):
            return 1.0
        level = float((finite / weight).max())
        while ((level * weight) / finite < 1.0).any():
            level = math.nextafter(level, math.inf)
        return level


def dominant_shares(rows: Rows) -> Floats:
    """(rows,): the largest share of any one resource, of all that is wanted; one rounding each."""
    shares = np.zeros(len(rows))
    for resource in rows.shared:
        np.maximum(shares, divide(rows.wanted[:, resource], 1, int(rows.capacity[resource])), out=shares)
    return shares


def fill(rows: Rows, chosen: Order, dominant: Floats, free: list[int], granted: Ints) -> None:
    """Raise the level for the chosen rows until each has its want or uses a resource that ran out; then round up.

    Args:
        rows: All work.
        chosen: Divisible rows, one a tenant, in order of their tenants.
        dominant: (rows,), as `dominant_shares` gives it.
        free: What there is of each resource; changed.
        granted: (rows, resources); changed.
    """
    # A row that uses nothing shares are measured in was served before; it only takes part in rounding up.
    active, level = chosen[dominant[chosen] > 0.0], 0.0
    unlimited = rows.unlimited[active] if rows.unlimited.any() else None
    if len(active) == len(rows) and rows.plain:
        risers = Risers(rows.wanted, dominant, rows.weight.astype(np.float64), unlimited)
    else:
        weight = rows.weight_of_rows()[active].astype(np.float64)
        risers = Risers(take_rows(rows.wanted, active), dominant[active], weight, unlimited)
    part = np.zeros(risers.whole.shape, np.int64, order="F")
    while len(active):
        level, over = _highest(risers, level, part, free)
        part = risers.granted(level) if over else risers.whole
        leaves = np.full(len(active), not over)
        for resource in over:
            leaves |= risers.whole[:, resource] > 0
        if leaves.all():
            _book(active, part, free, granted, every=len(active) == len(rows) and rows.plain)
            break
        gone = np.flatnonzero(leaves)
        _book(active[gone], take_rows(part, gone), free, granted)
        stays = np.flatnonzero(~leaves)
        active, risers, part = active[stays], risers.take(stays), take_rows(part, stays)
    _round_up(rows, chosen, free, granted)


def _book(rows: Order, part: Ints, free: list[int], granted: Ints, *, every: bool = False) -> None:
    """Grant `part` to the rows, which are all rows in their order where `every`."""
    for resource, column in enumerate(part.T):
        granted[slice(None) if every else rows, resource] = column
        free[resource] -= total(column)


def _highest(risers: Risers, level: float, low: Ints, free: list[int]) -> tuple[float, tuple[int, ...]]:
    """The largest level from `level` on at which all grants fit, and the resources that stop it; none: all satisfied.

    Args:
        risers: Who rises.
        level: Where it begins; what it grants fits.
        low: (rows, resources): what it grants.
        free: What there is, of which they hold nothing yet.
    """
    high = risers.whole
    used = [total(column) for column in high.T]
    top = risers.satisfied_by()
    if risers.unlimited is not None and risers.unlimited.any():
        high = risers.granted(top)
        used = [total(column) for column in high.T]
        while _within(used, free):
            top *= 2
            high = risers.granted(top)
            used = [total(column) for column in high.T]
    elif _within(used, free):
        return top, ()
    bracket = Bracket(level, top)
    _close(bracket, risers, low, high, free)
    fraction = risers.fractions(bracket.high)
    used = [total(risers.units(fraction, column)) for column in risers.whole.T]
    return bracket.low, tuple(resource for resource, left in enumerate(free) if used[resource] > left)


def _close(bracket: Bracket, risers: Risers, low: Ints, high: Ints, free: list[int]) -> None:
    """Close the bracket on the largest level that fits.

    What can no longer decide is left out on the way: a resource that suffices at the upper end, a row that is granted
    the same at both ends.
    """
    guesses = _guesses_from_a_sample(risers, bracket, free)
    lows, highs = dict(enumerate(low.T)), dict(enumerate(high.T))
    room = {resource: free[resource] - total(column) for resource, column in lows.items()}
    growth = {resource: total(highs[resource]) - total(column) for resource, column in lows.items()}
    while not bracket.closed:
        for resource in [resource for resource in growth if growth[resource] <= room[resource]]:
            del lows[resource], highs[resource], room[resource], growth[resource]
        middle = next(guesses, 0.0)
        if not bracket.low < middle < bracket.high:
            middle = bracket.guess(list(room.values()), list(growth.values()))
        fraction = risers.fractions(middle)
        now = {resource: risers.units(fraction, risers.whole[:, resource]) for resource in growth}
        more = {resource: total(now[resource] - lows[resource]) for resource in growth}
        if all(more[resource] <= room[resource] for resource in growth):
            bracket.fits(middle)
            lows = now
            room = {resource: left - more[resource] for resource, left in room.items()}
            growth = {resource: amount - more[resource] for resource, amount in growth.items()}
        else:
            bracket.exceeds(middle)
            highs, growth = now, more
        differ = np.zeros(len(risers.dominant), np.bool_)
        for resource in growth:
            differ |= lows[resource] != highs[resource]
        if np.count_nonzero(differ) < 0.7 * len(differ):
            keep = np.flatnonzero(differ)
            risers = risers.take(keep)
            lows = {resource: column[keep] for resource, column in lows.items()}
            highs = {resource: column[keep] for resource, column in highs.items()}


def _guesses_from_a_sample(risers: Risers, bracket: Bracket, free: list[int]) -> Iterator[float]:
    """First guesses: where evenly spaced rows would use their part of what is free."""
    rows = len(risers.dominant)
    stride = sample_stride(rows)
    if not stride:
        return iter(())
    sample = risers.take(np.arange(0, rows, stride))
    part = [left / rows * len(sample.dominant) for left in free]

    def fits(level: float) -> bool:
        grants = sample.granted(level)
        return all(float(column.sum(dtype=np.float64)) <= left for column, left in zip(grants.T, part, strict=True))

    return around(bracket.low, bracket.high, fits)


def _within(used: list[int], free: list[int]) -> bool:
    return all(amount <= left for amount, left in zip(used, free, strict=True))


def _round_up(rows: Rows, chosen: Order, free: list[int], granted: Ints) -> None:
    """Raise each unsatisfied row, in order of declaration, to its next whole unit if that fits; while any rises."""
    open_rows = chosen
    while len(open_rows):
        open_rows, step = _next_units(rows, open_rows, free, granted)
        if not len(open_rows):
            return
        size = len(open_rows)
        none = np.zeros(size, np.bool_)
        asked = Asked(step, np.ones(size, np.int64), step, none, none)
        raised = np.zeros(step.shape, np.int64, order="F")
        serve(asked, np.arange(size), free, raised)
        if not raised.any():
            return
        for resource, column in enumerate(raised.T):
            granted[open_rows, resource] += column


def _next_units(rows: Rows, chosen: Order, free: list[int], granted: Ints) -> tuple[Order, Ints]:
    """Those of `chosen` whose next whole unit fits by itself, and what it needs: the engine's `next_unit`."""
    every = slice(None) if len(chosen) == len(rows) and rows.plain else chosen
    wants = rows.unlimited[every]
    for resource, column in enumerate(rows.wanted.T):
        wants = wants | (granted[every, resource] < column[every])
    chosen = chosen[np.flatnonzero(wants)]
    whole, has = take_rows(rows.wanted, chosen), take_rows(granted, chosen)
    smallest = np.full(len(chosen), np.iinfo(np.int64).max)
    has_least = np.zeros(len(chosen), np.int64)
    for resource, column in enumerate(whole.T):
        smaller = (column > 0) & (column < smallest)
        np.copyto(smallest, column, where=smaller)
        np.copyto(has_least, has[:, resource], where=smaller)
    raised = has_least + 1
    unlimited = rows.unlimited[chosen]
    step = np.zeros(whole.shape, np.int64, order="F")
    # The scarcest first: of most rows nothing is left to look at after it.
    scarcest = sorted(range(len(free)), key=lambda resource: free[resource] / max(1, int(rows.capacity[resource])))
    for resource in scarcest:
        column, held = whole[:, resource], has[:, resource]
        goal = product_over(raised, column, smallest)
        np.minimum(goal, column, out=goal, where=~unlimited)
        step[:, resource] = np.maximum(0, goal - held)
        keep = np.flatnonzero(step[:, resource] <= free[resource])
        chosen, raised, smallest, unlimited = chosen[keep], raised[keep], smallest[keep], unlimited[keep]
        whole, has, step = take_rows(whole, keep), take_rows(has, keep), take_rows(step, keep)
    return chosen, step
