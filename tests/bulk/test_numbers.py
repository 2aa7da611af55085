"""The arithmetic under the fast path: exact, or rounded once, however large the numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

import allocator
from allocator.bulk.exact import Ints, compare_products, product_over, scaled_floor, total
from allocator.bulk.maxmin import max_min
from allocator.bulk.ordered import part_that_fits
from allocator.bulk.quotients import divide, product_of_shares, sum_of_shares
from allocator.core import maxmin

any_size = st.integers(0, 70).flatmap(lambda bits: st.integers(0, 2 ** min(bits, 62)))
above_zero = any_size.map(lambda amount: max(1, amount))


def column(values: list[int]) -> Ints:
    """As int64."""
    return np.array(values, np.int64)


@given(st.lists(st.tuples(any_size, above_zero), min_size=1, max_size=20), above_zero, st.integers(1, 10**6))
def test_a_quotient_is_rounded_once(rows: list[tuple[int, int]], bottom: int, factor: int) -> None:
    """`divide` gives what Python's division of whole numbers gives, to the last bit."""
    top, weight = column([top for top, _ in rows]), column([weight for _, weight in rows])
    assert divide(top, factor, bottom, weight).tolist() == [(t * factor) / (bottom * w) for t, w in rows]


@given(st.lists(st.tuples(any_size, any_size, any_size), min_size=1, max_size=10), st.tuples(*[above_zero] * 3))
def test_sums_and_products_of_shares_are_rounded_once(
    rows: list[tuple[int, int, int]], totals: tuple[int, int, int]
) -> None:
    """The sum and the product over resources are the true number rounded once, however many digits it has."""
    columns = [(column([row[place] for row in rows]), totals[place]) for place in range(3)]
    for row, summed, multiplied in zip(
        rows, sum_of_shares(columns, 3, 7), product_of_shares(columns, 3, 7), strict=True
    ):
        shares = [Fraction(amount, most) for amount, most in zip(row, totals, strict=True)]
        true_sum = sum(shares, Fraction(0)) * Fraction(3, 7)
        true_product = shares[0] * shares[1] * shares[2] * Fraction(3, 7)
        assert summed == true_sum.numerator / true_sum.denominator
        assert multiplied == true_product.numerator / true_product.denominator


@given(st.lists(st.tuples(any_size, any_size, any_size, any_size), min_size=1, max_size=20))
def test_products_are_compared_in_full(rows: list[tuple[int, int, int, int]]) -> None:
    """a x b is compared with c x d, not their roundings."""
    a, b, c, d = (column(list(values)) for values in zip(*rows, strict=True))
    expected = [(w * x > y * z) - (w * x < y * z) for w, x, y, z in rows]
    assert compare_products(a, b, c, d).tolist() == expected


@given(st.lists(st.tuples(any_size, any_size, above_zero), min_size=1, max_size=20))
def test_a_product_over_a_number_is_exact(rows: list[tuple[int, int, int]]) -> None:
    """a x b // c is exact up to 2^62."""
    a, b, c = (column(list(values)) for values in zip(*rows, strict=True))
    assert product_over(a, b, c).tolist() == [min(x * y // z, 2**62) for x, y, z in rows]


@given(any_size, st.integers(1, 2**59), st.lists(st.integers(1, 2**50), min_size=1, max_size=20))
def test_a_level_times_a_weight_is_exact(rise: int, over: int, weights: list[int]) -> None:
    """Quotient and remainder are Python's."""
    quotient, remainder = scaled_floor((rise, over), column(weights))
    assert quotient.tolist() == [min(rise * weight // over, 2**62) for weight in weights]
    assert remainder.tolist() == [rise * weight % over for weight in weights]


@given(st.lists(any_size, max_size=30))
def test_a_sum_cannot_overflow(values: list[int]) -> None:
    """`total` is the true sum also beyond 2^63."""
    assert total(column(values)) == sum(values)


@given(st.lists(st.tuples(any_size, st.integers(1, 2**40), any_size), max_size=12), any_size, st.booleans())
def test_max_min_is_that_of_the_core(rows: list[tuple[int, int, int]], amount: int, with_floors: bool) -> None:
    """With floors and without, each unit goes where the slow exact rule sends it."""
    wants, weights, floors = ([row[place] for row in rows] for place in range(3))
    assume(sum(wants) <= 2**62 and sum(floors) <= 2**62)
    expected = maxmin.max_min(amount, wants, weights, floors if with_floors else None)
    found = max_min(amount, column(wants), column(weights), column(floors) if with_floors else None)
    assert found.tolist() == expected


def test_max_min_of_many_starts_from_a_sample() -> None:
    """Where a sample gives the first guess, the shares are still the exact ones."""
    chance = np.random.default_rng(3)
    wants, weights = chance.integers(0, 10**6, 40_000), chance.integers(1, 50, 40_000)
    amount = int(wants.sum()) // 3
    assert max_min(amount, wants, weights).tolist() == maxmin.max_min(amount, wants.tolist(), weights.tolist())


@given(st.lists(st.tuples(any_size, any_size), min_size=1, max_size=4))
def test_the_part_that_fits_is_the_largest(rows: list[tuple[int, int]]) -> None:
    """It fits, keeps the proportions to a unit, and uses up the resource that binds."""
    wanted, free = [want for want, _ in rows], [left for _, left in rows]
    part, whole = part_that_fits(wanted, free, unlimited=False)
    assert all(amount <= left for amount, left in zip(part, free, strict=True))
    assert whole == (part == wanted)
    if not whole:
        assert any(amount == left < want for amount, left, want in zip(part, free, wanted, strict=True))


def test_a_product_beyond_every_float() -> None:
    """A volume that no float holds is infinite in columns as it is one by one, and nothing warns."""
    ones = np.ones((2, 20), dtype=np.int64)
    granted = allocator.allocate_arrays(
        ones,
        np.ones(20, dtype=np.int64),
        policy="largest-first",
        tasks=[4, 4 * 10**15],
        divisible=False,
        measure="product",
    )
    assert granted.sum(axis=1).tolist() == [0, 20]
