"""Jobs of one task on nodes, each on the least loaded that it fits on. Strict or skipping order, jobs numbered by rank.

Restricted Python that a compiler takes as it is: whole numbers, flat lists, a heap with one integer an event
(end << bits | job). Writes starts and nodes, computes nothing else.

A heap has the least loaded node at hand, and mostly that is it; else all nodes are looked at in one plain scan, which
a tournament did not beat: the most that is free on any of a few nodes looks like room for everything. What a pass
leaves waiting fits on no node, and goes on fitting on none but those where something ends.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush

from allocator.simulation.kernels.tree import after, empty, first_fit, put, size_for, take

BREATH = 64
"""Instants from one yield to the next; on many nodes each takes long."""
MANY = 64
"""From this many waiting on, they stand in a tree; below it a plain list is quicker."""
FEW = 16
"""Down to this many the tree is kept."""


def strict_on_nodes(
    submit: list[int],
    arriving: list[int],
    run: list[int],
    need: list[int],
    free: list[int],
    load_of: Callable[[int, int], float],
    guards: int,
    bits: int,
    stop: int,
    start: list[int],
    where: list[int],
) -> Iterator[tuple[int, int]]:
    """As long as the lowest-ranked that waits fits on a node, start it there; O(nodes) an event at worst.

    Args:
        submit: ms of each arrival, ascending.
        arriving: The job (its rank) of each arrival.
        run: ms each job will run.
        need: Packed; no more than there is on some node.
        free: Of each node what there is, packed, with the guard bits; used up here.
        load_of: The load of a node, from (node, what is free on it).
        guards: All guard bits.
        bits: Bits of a job number.
        stop: Nothing starts at this ms or later.
        start: ms of each job, written here; left as it is where a job does not start.
        where: The node of each job, written here.

    Yields:
        Now and then the number of jobs that have ended, and the time in ms.
    """
    count: int = len(submit)
    load: list[float] = [load_of(node, free[node]) for node in range(len(free))]
    by_load: list[tuple[float, int]] = [(load[node], node) for node in range(len(free))]
    heapify(by_load)
    ends: list[int] = []
    waiting: list[int] = []
    blocked: int = -1  # the first that waits, known to fit on no node
    job_bits: int = (1 << bits) - 1
    arrived: int = 0
    now: int = 0
    job: int = 0
    node: int = 0
    while True:
        for _ in range(BREATH):
            freed: list[int] = []
            if ends and (arrived >= count or ends[0] >> bits <= submit[arrived]):
                now = ends[0] >> bits
                if now >= stop:
                    return
                while ends and ends[0] >> bits == now:
                    job = heappop(ends) & job_bits
                    node = where[job]
                    free[node] += need[job]
                    load[node] = load_of(node, free[node])
                    heappush(by_load, (load[node], node))
                    freed.append(node)
            elif arrived < count:
                now = submit[arrived]
            else:
                return
            while arrived < count and submit[arrived] == now:
                heappush(waiting, arriving[arrived])
                arrived += 1
            while waiting:
                job = waiting[0]
                if job == blocked:
                    node = least_of(freed, need[job], free, load, guards)
                else:
                    node = least_loaded(need[job], by_load, free, load, guards)
                if node < 0:
                    blocked = job
                    break
                heappop(waiting)
                free[node] -= need[job]
                load[node] = load_of(node, free[node])
                heappush(by_load, (load[node], node))
                start[job] = now
                where[job] = node
                heappush(ends, now + run[job] << bits | job)
        yield arrived - len(waiting) - len(ends), now


def skip_on_nodes(
    submit: list[int],
    arriving: list[int],
    run: list[int],
    need: list[int],
    free: list[int],
    load_of: Callable[[int, int], float],
    guards: int,
    masks: dict[int, int],
    bits: int,
    stop: int,
    start: list[int],
    where: list[int],
) -> Iterator[tuple[int, int]]:
    """Go through those that wait by rank once an end has made room, and start each that fits on a node.

    Args:
        submit: ms of each arrival, ascending.
        arriving: The job (its rank) of each arrival.
        run: ms each job will run.
        need: Packed; no more than there is on some node.
        free: Of each node what there is, packed, with the guard bits; used up here.
        load_of: The load of a node, from (node, what is free on it).
        guards: All guard bits.
        masks: The fields below each set of guard bits.
        bits: Bits of a job number.
        stop: Nothing starts at this ms or later.
        start: ms of each job, written here; left as it is where a job does not start.
        where: The node of each job, written here.

    Yields:
        Now and then the number of jobs that have ended, and the time in ms.
    """
    count: int = len(submit)
    size: int = size_for(count)
    nothing: int = masks[guards]
    load: list[float] = [load_of(node, free[node]) for node in range(len(free))]
    by_load: list[tuple[float, int]] = [(load[node], node) for node in range(len(free))]
    heapify(by_load)
    ends: list[int] = []
    waiting: list[int] = []  # ascending, while few wait
    tree: list[int] = []  # while many do
    in_tree: int = 0
    stuck: dict[int, int] = {}  # how many wait with just this need, which fits on no node
    job_bits: int = (1 << bits) - 1
    arrived: int = 0
    now: int = 0
    job: int = 0
    node: int = 0
    while True:
        for _ in range(BREATH):
            freed: list[int] = []
            if ends and (arrived >= count or ends[0] >> bits <= submit[arrived]):
                now = ends[0] >> bits
                if now >= stop:
                    return
                while ends and ends[0] >> bits == now:
                    job = heappop(ends) & job_bits
                    node = where[job]
                    free[node] += need[job]
                    load[node] = load_of(node, free[node])
                    heappush(by_load, (load[node], node))
                    freed.append(node)
            elif arrived < count:
                now = submit[arrived]
            else:
                return
            fresh: list[int] = []
            while arrived < count and submit[arrived] == now:
                fresh.append(arriving[arrived])
                arrived += 1
            if len(fresh) > 1:
                fresh.sort()

            # Two walks by rank at once: what waited fits only where something ended, what is fresh anywhere.
            leaf: int = 0
            fitting: list[int] = []
            room: int = guards
            if freed and (waiting or in_tree > 0):
                room = together(freed, free, guards, masks)
                if in_tree > 0:
                    leaf = first_fit(tree, 1, size, room, guards)
                else:
                    fitting = [job for job in waiting if (room - need[job]) & guards == guards]
            failed: list[int] = []
            tried: int = 0
            seen: int = 0
            while True:
                job = -1
                if leaf > 0:
                    job = leaf - size
                elif tried < len(fitting):
                    job = fitting[tried]
                if seen < len(fresh) and (job < 0 or fresh[seen] < job):
                    job = fresh[seen]
                    seen += 1
                    node = -1
                    if freed or stuck.get(need[job], 0) == 0:
                        node = least_loaded(need[job], by_load, free, load, guards)
                    if node < 0:
                        failed.append(job)
                        continue
                elif job >= 0:
                    node = least_of(freed, need[job], free, load, guards)
                    if node >= 0:
                        stuck[need[job]] -= 1
                    if leaf > 0:
                        if node >= 0:
                            take(tree, leaf, nothing, guards, masks)
                            in_tree -= 1
                        leaf = after(leaf)
                    else:
                        tried += 1
                else:
                    break
                if node >= 0:
                    free[node] -= need[job]
                    load[node] = load_of(node, free[node])
                    heappush(by_load, (load[node], node))
                    start[job] = now
                    where[job] = node
                    heappush(ends, now + run[job] << bits | job)
                if leaf > 0:
                    room = together(freed, free, guards, masks)
                    leaf = first_fit(tree, leaf, size, room, guards)

            if fitting:
                waiting = [job for job in waiting if start[job] < 0]
            for job in failed:
                stuck[need[job]] = stuck.get(need[job], 0) + 1
                if in_tree > 0:
                    put(tree, size + job, need[job], guards, masks)
                    in_tree += 1
                else:
                    waiting.insert(bisect_left(waiting, job), job)
            if len(waiting) >= MANY:
                if not tree:
                    tree = [nothing] * (2 * size)
                for job in waiting:
                    put(tree, size + job, need[job], guards, masks)
                in_tree = len(waiting)
                waiting = []
            elif 0 < in_tree < FEW:
                waiting = empty(tree, size, nothing)
                in_tree = 0
        yield arrived - len(waiting) - in_tree - len(ends), now


def least_loaded(need: int, by_load: list[tuple[float, int]], free: list[int], load: list[float], guards: int) -> int:
    """The least loaded node that has room for `need`, of equal ones the first; -1 where none has."""
    # A node stands in the heap once for each change since its entry was on top; only one entry says what it is now.
    while by_load[0][0] != load[by_load[0][1]]:
        heappop(by_load)
    if len(by_load) > 8 * len(free) + 64:
        by_load[:] = [(load[node], node) for node in range(len(free))]
        heapify(by_load)
    top: int = by_load[0][1]
    if (free[top] - need) & guards == guards:
        return top
    fitting: list[int] = [node for node in range(len(free)) if (free[node] - need) & guards == guards]
    return least_of(fitting, need, free, load, guards)


def least_of(nodes: list[int], need: int, free: list[int], load: list[float], guards: int) -> int:
    """Of these nodes the least loaded that has room for `need`, of equal ones the first; -1 where none has."""
    found: int = -1
    for node in nodes:
        if (free[node] - need) & guards == guards and (
            found < 0 or load[node] < load[found] or (load[node] == load[found] and node < found)
        ):
            found = node
    return found


def together(nodes: list[int], free: list[int], guards: int, masks: dict[int, int]) -> int:
    """Field by field the most that is free on any of these nodes, with the guard bits."""
    found: int = guards
    for node in nodes:
        other: int = free[node]
        found ^= (found ^ other) & masks[(other - (found ^ guards)) & guards]
    return found
