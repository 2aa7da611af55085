"""Weighted max-min fairness of one resource, exact in whole units. Knows no tenants and no policies, only columns.

Source: Bertsekas & Gallager, Data Networks (2nd ed., 1992), section 6.5; with floors it is what YARN's
ComputeFairShares finds by bisection.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction


def max_min(
    total: int,
    wants: Sequence[int | None],
    weights: Sequence[int],
    floors: Sequence[int] | None = None,
) -> list[int]:
    """Share `total` so that `x = min(want, max(floor, level x weight))` for the one level that uses it up.

    Whole units are given by largest remainder, ties to the lower index. Floors that together exceed `total` are
    wants that share it by the same rule, and nobody else gets anything. O(n log n).

    Args:
        total: What there is, in whole units.
        wants: The most each takes; None is without limit.
        weights: Above 0; larger gets more.
        floors: The least each gets if it wants it; none where left out.

    Returns:
        What each gets; the sum is `total`, or all the wants where they are less.
    """
    tops = [total if want is None else min(want, total) for want in wants]
    if sum(tops) <= total:
        return tops
    least = [0] * len(tops) if floors is None else [min(pair) for pair in zip(floors, tops, strict=True)]
    if sum(least) >= total:
        return least if sum(least) == total else max_min(total, least, weights)
    level = _level(total, tops, weights, least)
    return _whole(total, tops, weights, least, level)


def _level(total: int, tops: list[int], weights: Sequence[int], least: list[int]) -> Fraction:
    """The exact level at which the shares add up to `total`; some top is above it."""

    def used(level: Fraction) -> Fraction:
        rise, over = level.numerator, level.denominator
        fixed = moving = 0
        for top, weight, low in zip(tops, weights, least, strict=True):
            reach = rise * weight
            if reach >= top * over:
                fixed += top
            elif reach <= low * over:
                fixed += low
            else:
                moving += weight
        return fixed + level * moving

    # A share bends where it leaves its floor and where it meets its want. The level lies between two
    # neighbouring bends; floats only order the candidates, every comparison that decides is exact.
    low, high = Fraction(0), None
    candidates = sorted(
        {(bound, weight) for column in (tops, least) for bound, weight in zip(column, weights, strict=True) if bound},
        key=lambda bend: bend[0] / bend[1],
    )
    bends = [Fraction(bound, weight) for bound, weight in candidates]
    while bends:
        # The first bend that uses too much; bisect asks `used` only O(log n) times.
        at = bisect_left(bends, True, key=lambda bend: used(bend) > total)
        if at < len(bends):
            high = bends[at] if high is None else min(high, bends[at])
        if at > 0:
            low = max(low, bends[at - 1])
        # Equal floats may have hidden the true order of a few: look again among those strictly between.
        bends = sorted(bend for bend in set(bends) if low < bend and (high is None or bend < high))
    # Between the two bends use is a straight line: some are at their want by the lower, some at their floor till the
    # upper, and the rest share by weight.
    fixed = moving = 0
    for top, weight, floor in zip(tops, weights, least, strict=True):
        if low.numerator * weight >= top * low.denominator:
            fixed += top
        elif high is not None and high.numerator * weight <= floor * high.denominator:
            fixed += floor
        else:
            moving += weight
    return Fraction(total - fixed, moving)


def _whole(total: int, tops: list[int], weights: Sequence[int], least: list[int], level: Fraction) -> list[int]:
    """Round the exact shares down, and give the units that remain by largest remainder."""
    shares: list[int] = []
    remainders: list[tuple[int, int]] = []
    for index, (top, weight, low) in enumerate(zip(tops, weights, least, strict=True)):
        units, remainder = divmod(level.numerator * weight, level.denominator)
        if units >= top:
            shares.append(top)
        elif units < low:
            shares.append(low)
        else:
            shares.append(units)
            if remainder:
                remainders.append((-remainder, index))
    for _, index in sorted(remainders)[: total - sum(shares)]:
        shares[index] += 1
    return shares
