"""A tournament over places in an order: each node has, field by field, the least that anything below it needs.

So the first place whose need fits in what is free is found in one walk down, and what fits nowhere is seen at the
root. A tree is one flat list: node 1 is the root, the children of x are 2x and 2x + 1, the places are the second
half. An empty place needs more than there ever is. Takes packed vectors (see packing); knows no job and no time.
"""

from __future__ import annotations


def size_for(places: int) -> int:
    """The least power of two that has as many places."""
    size: int = 1
    while size < places:
        size *= 2
    return size


def put(tree: list[int], node: int, need: int, guards: int, masks: dict[int, int]) -> None:
    """Something at leaf `node` needs `need`; O(log n), and stops where nothing changes."""
    tree[node] = need
    node >>= 1
    while node > 0:
        least: int = tree[node]
        less: int = ((least | guards) - need) & guards
        if less == guards:
            tree[node] = need
        else:
            need = least ^ ((least ^ need) & masks[less])
            if need == least:
                return
            tree[node] = need
        node >>= 1


def take(tree: list[int], node: int, nothing: int, guards: int, masks: dict[int, int]) -> None:
    """Leaf `node` is empty; O(log n), and stops where nothing changes."""
    tree[node] = nothing
    node >>= 1
    while node > 0:
        left: int = tree[2 * node]
        right: int = tree[2 * node + 1]
        left ^= (left ^ right) & masks[((left | guards) - right) & guards]
        if left == tree[node]:
            return
        tree[node] = left
        node >>= 1


def first_fit(tree: list[int], node: int, size: int, free: int, guards: int) -> int:
    """The first leaf at or after `node` (which has everything to its right still to see) that fits; 0 for none.

    Args:
        tree: Of `size` places.
        node: 1 to begin with, then what `after` gives.
        size: The number of places.
        free: With all guard bits set.
        guards: All guard bits.
    """
    while node > 0:
        if (free - tree[node]) & guards == guards:
            if node >= size:
                return node
            node *= 2
        else:
            while node & 1:
                node >>= 1
            if node > 0:
                node += 1
    return 0


def after(node: int) -> int:
    """The node to go on from when a leaf has been seen; 0 where it was the last."""
    while node & 1:
        node >>= 1
    return node + 1 if node > 0 else 0


def empty(tree: list[int], size: int, nothing: int) -> list[int]:
    """Take everything out; the places that were taken, in order. O(log n) for each."""
    found: list[int] = []
    node: int = 1
    while node > 0:
        if tree[node] != nothing:
            tree[node] = nothing
            if node < size:
                node *= 2
                continue
            found.append(node - size)
        node = after(node)
    return found
