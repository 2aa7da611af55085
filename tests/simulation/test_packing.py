"""Amounts as one integer, and the tree that finds the first place whose need fits."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from allocator.simulation.kernels.packing import Packing
from allocator.simulation.kernels.tree import after, empty, first_fit, put, size_for, take


class TestPacking:
    """Amounts as one integer."""

    @given(
        st.lists(st.integers(0, 2**40), min_size=1, max_size=4),
        st.integers(1, 12),
        st.data(),
    )
    def test_fits_as_amounts_do(self, capacity: list[int], step: int, data: st.DataObject) -> None:
        """One subtraction tells whether every resource suffices, whatever the sizes and their common divisors."""
        needs = data.draw(
            st.lists(st.tuples(*(st.integers(0, most // step) for most in capacity)), min_size=1, max_size=8)
        )
        demand = np.array(needs, np.int64) * step
        packing = Packing.of(demand, capacity)
        assert packing is not None
        packed, free, left = packing.pack_all(demand), packing.pack(capacity) | packing.guards, list(capacity)
        for need, amounts in zip(packed, demand.tolist(), strict=True):
            fits = all(amount <= there for amount, there in zip(amounts, left, strict=True))
            assert ((free - need) & packing.guards == packing.guards) == fits
            if packing.columns:
                assert (free - packing.nothing) & packing.guards != packing.guards
            if fits:
                free -= need
                left = [there - amount for there, amount in zip(left, amounts, strict=True)]

    def test_too_many_resources(self) -> None:
        """More resources than masks are kept for are left to the general loop."""
        assert Packing.of(np.ones((2, 11), np.int64), [5] * 11) is None


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 7), st.integers(0, 7)), max_size=40), st.integers(0, 63))
def test_tree_finds_what_a_scan_finds(puts: list[tuple[int, int, int]], room: int) -> None:
    """Whatever is put and taken, the tree hands out those that fit in order of their places."""
    packing = Packing.of(np.array([[1, 1]]), [7, 7])
    assert packing is not None
    guards, masks, nothing = packing.guards, packing.masks(), packing.nothing
    size = size_for(13)
    tree, there = [nothing] * (2 * size), dict[int, int]()
    for place, one, other in puts:
        if place in there:
            take(tree, size + place, nothing, guards, masks)
            del there[place]
        else:
            there[place] = packing.pack([one, other])
            put(tree, size + place, there[place], guards, masks)
    free = packing.pack([room % 8, room // 8]) | guards
    found, node = [], first_fit(tree, 1, size, free, guards)
    while node:
        found.append(node - size)
        node = first_fit(tree, after(node), size, free, guards)
    assert found == sorted(place for place, need in there.items() if (free - need) & guards == guards)
    assert empty(tree, size, nothing) == sorted(there)
    assert tree == [nothing] * (2 * size)
