"""Weighted max-min of one resource, held against exact water-filling in fractions."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allocator import max_min

Rows = list[tuple[int | None, int, int]]

rows = st.lists(
    st.tuples(st.none() | st.integers(0, 40), st.integers(1, 9), st.integers(0, 25)), min_size=1, max_size=6
)
"""(want, weight, floor) of each."""


def split(table: Rows) -> tuple[list[int | None], list[int], list[int]]:
    """The three columns."""
    return [row[0] for row in table], [row[1] for row in table], [row[2] for row in table]


def water(total: int, tops: list[int], weights: list[int], floors: list[int]) -> list[Fraction]:
    """The exact shares, by trying every point where a share leaves its floor or meets its want."""

    def at(level: Fraction) -> list[Fraction]:
        triples = zip(tops, weights, floors, strict=True)
        return [min(Fraction(top), max(Fraction(low), level * weight)) for top, weight, low in triples]

    if sum(tops) <= total:
        return [Fraction(top) for top in tops]
    least = [min(pair) for pair in zip(floors, tops, strict=True)]
    if sum(least) > total:
        return water(total, least, weights, [0] * len(least))
    bends = sorted(
        {Fraction(0)} | {Fraction(b, w) for column in (tops, least) for b, w in zip(column, weights, strict=True)}
    )
    below = max(level for level in bends if sum(at(level)) <= total)
    above = min(level for level in bends if sum(at(level)) > total)
    low, high = sum(at(below)), sum(at(above))
    return at(below + (above - below) * (total - low) / (high - low))


@given(st.integers(0, 80), rows)
def test_every_share_is_its_exact_share_rounded(total: int, table: Rows) -> None:
    """Each share is the exact one rounded down or up, and together they use up what there is."""
    wants, weights, floors = split(table)
    tops = [total if want is None else min(want, total) for want in wants]
    got = max_min(total, wants, weights, floors)
    exact = water(total, tops, weights, floors)
    assert sum(got) == min(total, sum(tops))
    assert all(part == share or int(share) <= part <= int(share) + 1 for part, share in zip(got, exact, strict=True))
    assert all(part <= top for part, top in zip(got, tops, strict=True))


@given(st.integers(0, 80), rows)
def test_units_go_to_the_largest_remainders(total: int, table: Rows) -> None:
    """Nobody is rounded up while another with a larger remainder is rounded down; equal ones go to the first."""
    wants, weights, floors = split(table)
    tops = [total if want is None else min(want, total) for want in wants]
    got = max_min(total, wants, weights, floors)
    exact = water(total, tops, weights, floors)
    up = [(share - int(share), -at) for at, share in enumerate(exact) if share != int(share) and got[at] > share]
    down = [(share - int(share), -at) for at, share in enumerate(exact) if share != int(share) and got[at] < share]
    assert not up or not down or min(up) > max(down)


@given(st.integers(0, 80), rows)
def test_more_capacity_takes_from_nobody(total: int, table: Rows) -> None:
    """One resource is monotone: with one unit more nobody has more than a unit less (the largest remainder moves)."""
    wants, weights, floors = split(table)
    before, after = max_min(total, wants, weights, floors), max_min(total + 1, wants, weights, floors)
    assert all(now >= then - 1 for then, now in zip(before, after, strict=True))
    assert sum(after) >= sum(before)


@given(st.integers(0, 80), rows)
def test_floors_are_honoured_where_they_fit(total: int, table: Rows) -> None:
    """Each gets its floor or its want, whichever is less, where all those fit together."""
    wants, weights, floors = split(table)
    least = [low if want is None else min(low, want) for want, low in zip(wants, floors, strict=True)]
    if sum(least) <= total:
        got = max_min(total, wants, weights, floors)
        assert all(part >= low for part, low in zip(got, least, strict=True))


@given(st.lists(st.integers(1, 2**55), min_size=2, max_size=8), st.integers(1, 2**60))
def test_no_float_decides(weights: list[int], total: int) -> None:
    """Weights and totals beyond the reach of a float still add up to the last unit."""
    got = max_min(total, [None] * len(weights), weights)
    assert sum(got) == total
    for part, weight in zip(got, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_bends_that_are_equal_as_floats() -> None:
    """Wants whose level only differs beyond the precision of a float are still told apart."""
    big = 2**54
    assert max_min(2 * big + 1, [big + 1, big, None], [1, 1, 1]) == max_min(2 * big + 1, [None] * 3, [1, 1, 1])
    assert max_min(3 * big, [big - 1, big, None], [1, 1, 1]) == [big - 1, big, big + 1]
    assert max_min(3 * big, [big + 1, big - 1, None], [1, 1, 1]) == [big + 1, big - 1, big]


def test_equal_remainders_go_to_the_first() -> None:
    """Eleven units among three equals: the first two get one more."""
    assert max_min(11, [None] * 3, [1, 1, 1]) == [4, 4, 3]


def test_floors_above_the_total_share_it() -> None:
    """Floors that together exceed the total share it as wants, and nobody else gets anything."""
    assert max_min(10, [None, None, None], [1, 1, 1], [10, 2, 0]) == [8, 2, 0]


def test_nobody_and_nothing() -> None:
    """No tenants and no capacity are no errors."""
    assert max_min(10, [], []) == []
    assert max_min(0, [None, 3], [1, 2]) == [0, 0]
    assert max_min(10, [0, 3], [1, 2], [5, 0]) == [0, 3]
