"""Pops and pushes of a heap as `heapq` does them, with the swaps that it does not tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class Waiting(NamedTuple):
    """Who stands in the heap."""

    tenant: str
    work: str
    """What it would be served next."""


Entry = tuple[Any, int, Waiting]
"""Key, order of declaration, who; compared by the first two, of which no two in a heap are equal."""


@dataclass(frozen=True, slots=True)
class Move:
    """One operation on the heap."""

    entry: Entry
    popped: bool
    """Taken out at the root; otherwise put in."""
    swaps: tuple[tuple[int, int], ...]
    """Places (parent, child) whose entries changed places, in order: of a pop the last entry, put at the root, sinks;
    of a push the new entry, put at the end, climbs."""
    place: int | None
    """Where the entry that was swapped came to lie; None where a pop left nothing."""


def pop(heap: list[Entry]) -> Move:
    """Pop as `heapq` does, telling the swaps."""
    popped, moved = heap[0], heap.pop()
    if not heap:
        return Move(popped, True, (), None)
    swaps: list[tuple[int, int]] = []
    place, heap[0] = 0, moved
    while (child := 2 * place + 1) < len(heap):
        if child + 1 < len(heap) and heap[child + 1] < heap[child]:
            child += 1
        if moved < heap[child]:
            break
        heap[place], heap[child] = heap[child], moved
        swaps.append((place, child))
        place = child
    return Move(popped, True, tuple(swaps), place)


def push(heap: list[Entry], entry: Entry) -> Move:
    """Push as `heapq` does, telling the swaps."""
    swaps: list[tuple[int, int]] = []
    heap.append(entry)
    place = len(heap) - 1
    while place and entry < heap[parent := (place - 1) // 2]:
        heap[place], heap[parent] = heap[parent], entry
        swaps.append((parent, place))
        place = parent
    return Move(entry, False, tuple(swaps), place)
