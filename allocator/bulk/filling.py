"""Divisible work under a rising level of dominant share: the whole units that `allocator.core.filling` grants, at once.

The operations on floats are those of the engine, in its order: one division for a dominant share, then
level x weight / share, then the floor of fraction x want. Any other order may give another unit.

Source: as in `allocator.core.filling`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from allocator.bulk.exact import FLOAT_EXACT, Bools, Floats, Ints, divide, largest, total
from allocator.bulk.levels import Bracket
from allocator.bulk.ordered import Asked, Order, serve
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

    def take(self, rows: Ints | Bools) -> Risers:
        """Only some rows."""
        unlimited = None if self.unlimited is None else self.unlimited[rows]
        return Risers(_rows_of(self.whole, rows), self.dominant[rows], self.weight[rows], unlimited)

    def granted(self, level: float) -> Ints:
        """(rows, resources): what a level grants."""
        fraction = level * self.weight
        fraction /= self.dominant
        if self.unlimited is None:
            np.minimum(fraction, 1.0, out=fraction)
        else:
            np.minimum(fraction, 1.0, out=fraction, where=~self.unlimited)
        granted = np.empty(self.whole.shape, np.int64, order="F")
        for resource, column in enumerate(self.whole.T):
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
            granted[:, resource] = units
        return granted

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


def _rows_of(columns: Ints, rows: Ints | Bools) -> Ints:
    picked = np.empty((len(rows) if rows.dtype != np.bool_ else int(rows.sum()), columns.shape[1]), np.int64, order="F")
    for resource, column in enumerate(columns.T):
        picked[:, resource] = column[rows]
    return picked


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
    weight = rows.weight.astype(np.float64)[rows.tenant[active]]
    risers = Risers(_rows_of(rows.wanted, active), dominant[active], weight, unlimited)
    while len(active):
        level, over = _highest(risers, level, free)
        part = risers.granted(level)
        if not over:
            leaves = np.ones(len(active), np.bool_)
        else:
            leaves = np.zeros(len(active), np.bool_)
            for resource in over:
                leaves |= risers.whole[:, resource] > 0
        gone = np.flatnonzero(leaves)
        for resource, column in enumerate(part.T):
            amounts = column[gone]
            granted[active[gone], resource] = amounts
            free[resource] -= total(amounts)
        stays = np.flatnonzero(~leaves)
        active, risers = active[stays], risers.take(stays)
    _round_up(rows, chosen, free, granted)


def _highest(risers: Risers, level: float, free: list[int]) -> tuple[float, tuple[int, ...]]:
    """The largest level, from `level` on, at which all grants fit, and the resources that stop it; none: satisfied."""
    resources = range(len(free))
    low = risers.granted(level)
    top = risers.satisfied_by()
    high = risers.granted(top)
    used = [total(column) for column in high.T]
    while _within(used, free):
        if risers.unlimited is None or not risers.unlimited.any():
            return top, ()
        top *= 2
        high = risers.granted(top)
        used = [total(column) for column in high.T]
    settled = [0] * len(free)
    """What rows use whose grant is the same at both ends."""
    bracket = Bracket(level, top)
    at_low = [total(column) for column in low.T]
    while not bracket.closed:
        room = [left - amount for left, amount in zip(free, at_low, strict=True)]
        middle = bracket.guess(room, [most - least for most, least in zip(used, at_low, strict=True)])
        now = risers.granted(middle)
        amounts = [settled[resource] + total(now[:, resource]) for resource in resources]
        if _within(amounts, free):
            bracket.fits(middle)
            low, at_low = now, amounts
        else:
            bracket.exceeds(middle)
            high, used = now, amounts
        differ = (low != high).any(axis=1)
        if int(differ.sum()) < 0.7 * len(differ):
            same = ~differ
            settled = [settled[resource] + total(low[same, resource]) for resource in resources]
            risers, low, high = risers.take(differ), low[differ], high[differ]
    return bracket.low, tuple(resource for resource in resources if used[resource] > free[resource])


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
    # Somebody who wants more uses what is left of every resource it still lacks: a quick look before any arithmetic.
    wants = np.zeros(len(chosen), np.bool_)
    for resource, column in enumerate(rows.wanted.T):
        wants |= granted[chosen, resource] < column[chosen]
    wants |= rows.unlimited[chosen]
    chosen = chosen[wants]
    whole, has = _rows_of(rows.wanted, chosen), _rows_of(granted, chosen)
    huge = np.where(whole > 0, whole, np.iinfo(np.int64).max)
    least = huge.argmin(axis=1)
    at = np.arange(len(chosen))
    fraction = divide(has[at, least] + 1, 1, whole[at, least])
    unlimited = rows.unlimited[chosen]
    step = np.zeros(whole.shape, np.int64, order="F")
    fits = np.ones(len(chosen), np.bool_)
    for resource, left in enumerate(free):
        column = whole[:, resource]
        goal = np.minimum(fraction * column, _MOST).astype(np.int64)
        goal = np.where(least == resource, has[:, resource] + 1, goal)
        goal = np.where(unlimited, goal, np.minimum(goal, column))
        step[:, resource] = np.maximum(0, goal - has[:, resource])
        fits &= step[:, resource] <= left
    keep = np.flatnonzero(fits)
    return chosen[keep], _rows_of(step, keep)
