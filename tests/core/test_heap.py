"""The heap of claims pops what a sort would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from allocator.core.heap import KeyedHeap

keys = st.lists(st.integers(0, 5) | st.sampled_from([0.5, 1.5, float("inf")]), max_size=40)


class Incomparable:
    """An item that fails when anybody compares it."""

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> bool:
        raise AssertionError("items are never compared")

    __eq__ = __lt__


@given(keys)
def test_heap_pops_what_a_sort_would(given_keys: list[float]) -> None:
    """Items leave in order of their key, equal keys by order; the items themselves are never compared."""
    heap = KeyedHeap((key, order, Incomparable()) for order, key in enumerate(given_keys))
    heap._check()
    popped = []
    while heap:
        assert heap.peek()[:2] == min(entry[:2] for entry in heap.entries)
        popped.append(heap.pop()[:2])
    assert popped == sorted((key, order) for order, key in enumerate(given_keys))


@given(keys, st.lists(st.none() | st.integers(0, 5), max_size=60))
def test_any_mix_of_pushes_and_pops(start: list[float], operations: list[int | None]) -> None:
    """Whatever is pushed and popped in whatever order, the heap agrees with a sorted list and keeps its invariant."""
    heap = KeyedHeap((key, order, None) for order, key in enumerate(start))
    model: list[tuple[float, int]] = sorted((key, order) for order, key in enumerate(start))
    for order, operation in enumerate(operations, start=len(start)):
        if operation is not None:
            heap.push(operation, order, None)
            model = sorted([*model, (operation, order)])
        elif model:
            assert heap.pop()[:2] == model.pop(0)
        heap._check()
        assert len(heap) == len(model)


def test_entries_lie_as_in_the_array() -> None:
    """`entries` is a copy: changing it changes nothing."""
    heap = KeyedHeap([(2, 0, "b"), (1, 1, "a")])
    heap.entries.clear()
    assert [entry[2] for entry in heap.entries] == ["a", "b"]
