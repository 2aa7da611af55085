"""Weighted max-min of one resource for a column of wants: the same whole units as `allocator.core.maxmin.max_min`.

The level is an exact fraction, found from below without a sort: those whose want is under it leave with their want,
which raises it for the rest. No float decides.

Source: as in `allocator.core.maxmin`; the fixed point is Newton's method on a concave, piecewise linear function.
"""

from __future__ import annotations

import numpy as np

from allocator.bulk.exact import Bools, Ints, scaled_floor, total
from allocator.bulk.levels import sample_stride

_WIDEST = 2**60
"""Remainders of a larger divisor than this do not fit int64; the sum of all weights is its bound."""


def applies(weights: Ints) -> bool:
    """Whether the columns can hold every remainder exactly."""
    return total(weights) < _WIDEST


def max_min(amount: int, wants: Ints, weights: Ints, floors: Ints | None = None) -> Ints:
    """Share `amount` so that `x = min(want, max(floor, level x weight))` for the one level that uses it up.

    Args:
        amount: What there is, at most 2^62.
        wants: (tenants,), the most each takes; `amount` or more is without limit.
        weights: (tenants,), above 0.
        floors: (tenants,), the least each gets if it wants it.
    """
    tops = np.minimum(wants, amount)
    if total(tops) <= amount:
        return tops
    if floors is None or not floors.any():
        share, _ = _above(amount, tops, weights)
        return share
    least = np.minimum(floors, tops)
    owed = total(least)
    if owed >= amount:
        return least if owed == amount else max_min(amount, least, weights)
    # The level without floors is too high: whoever it leaves below its floor is below it at the true level too.
    shares = least.copy()
    rows = np.arange(len(tops))
    left = amount
    while True:
        part, reach = _above(left, tops[rows], weights[rows])
        below = reach < least[rows]
        if not below.any():
            shares[rows] = part
            return shares
        left -= total(least[rows[below]])
        rows = rows[~below]


def _above(amount: int, tops: Ints, weights: Ints) -> tuple[Ints, Ints]:
    """The shares without floors, and how far the level reaches for each, rounded down."""
    if total(tops) <= amount:
        return tops, np.full(len(tops), 2**62)
    left, weight = amount, total(weights)
    rows: Ints | None = None
    """Those above the level so far; None is all."""
    mine_top, mine_weight = tops, weights
    done: Bools | None = _surely_below(amount, tops, weights)
    while True:
        if done is None:
            units, remainder = scaled_floor((left, weight), mine_weight)
            done = mine_top <= units
            if not done.any():
                break
        left -= total(mine_top[done])
        weight -= total(mine_weight[done])
        keep = np.flatnonzero(~done)
        rows = keep if rows is None else rows[keep]
        mine_top, mine_weight = mine_top[keep], mine_weight[keep]
        done = None
    reach = units.copy() if rows is None else scaled_floor((left, weight), weights)[0]
    _hand_out(left - total(units), units, remainder)
    if rows is None:
        return units, reach
    shares = tops.copy()
    shares[rows] = units
    return shares, reach


def _surely_below(amount: int, tops: Ints, weights: Ints) -> Bools | None:
    """Who is below a level that is surely below the true one: a start from a sample that saves passes over all.

    Whoever leaves with its want too early only makes the next pass find the others; nobody leaves wrongly.
    """
    stride = sample_stride(len(tops))
    if not stride:
        return None
    top, weight = tops[::stride].astype(np.float64), weights[::stride].astype(np.float64)
    left = amount / len(tops) * len(top)
    level = left / float(weight.sum())
    for _ in range(30):
        above = top > level * weight
        moving = float(weight[above].sum())
        if not moving:
            break
        higher = (left - float(top[~above].sum())) / moving
        if higher <= level * 1.0001:
            break
        level = higher
    reach = weights * (level * 0.97)
    below: Bools = tops < reach * (1 - 1e-9)
    used = float(np.minimum(reach, tops, out=reach).sum())
    return below if used < amount * (1 - 1e-9) and below.any() else None


def _hand_out(rest: int, units: Ints, remainder: Ints) -> None:
    """Give the `rest` units, one each, by largest remainder; ties to the lower index."""
    if not rest:
        return
    cut = np.partition(remainder, len(remainder) - rest)[len(remainder) - rest]
    units += remainder > cut
    ties = np.flatnonzero(remainder == cut)
    units[ties[: rest - int((remainder > cut).sum())]] += 1
