"""The heap of claims: smallest key first, equal keys by order of declaration. Knows no policy and no resource."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")


class KeyedHeap(Generic[Item]):
    """A binary heap of items, each under a key and an order that no two share, so that items are never compared."""

    def __init__(self, entries: Iterable[tuple[Any, int, Item]] = ()) -> None:
        """Heapify `entries` of (key, order, item); O(n)."""
        self._entries = list(entries)
        heapq.heapify(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> list[tuple[Any, int, Item]]:
        """(key, order, item) as the heap lies in its array: the children of i stand at 2i + 1 and 2i + 2."""
        return list(self._entries)

    def peek(self) -> tuple[Any, int, Item]:
        """The entry with the smallest key; O(1)."""
        return self._entries[0]

    def pop(self) -> tuple[Any, int, Item]:
        """Take out the entry with the smallest key; O(log n)."""
        return heapq.heappop(self._entries)

    def push(self, key: Any, order: int, item: Item) -> None:
        """Put an item in; O(log n)."""
        heapq.heappush(self._entries, (key, order, item))

    def _check(self) -> None:
        """Assert that no parent is larger than its children; O(n), for tests."""
        for child in range(1, len(self._entries)):
            parent = (child - 1) // 2
            assert self._entries[parent][:2] <= self._entries[child][:2], f"entry {child} is smaller than its parent"
