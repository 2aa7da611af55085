"""Skipping order: what does not fit is passed over. One pool, jobs numbered by rank.

Restricted Python that a compiler takes as it is: whole numbers, flat lists, a heap with one integer an event
(end << bits | job). Writes the starts, computes nothing else. What a pass leaves waiting does not fit, and goes on
not fitting until something ends: so an arrival costs one test, and only an end costs a pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from allocator.simulation.kernels.tree import after, empty, first_fit, put, size_for, take

BREATH = 4096
"""Instants from one yield to the next."""
MANY = 160
"""From this many waiting on, they stand in a tree; below it a plain list is quicker."""
FEW = 40
"""Down to this many the tree is kept."""


def skip(
    submit: list[int],
    arriving: list[int],
    run: list[int],
    need: list[int],
    free: int,
    guards: int,
    masks: dict[int, int],
    bits: int,
    stop: int,
    start: list[int],
) -> Iterator[tuple[int, int]]:
    """Go through those that wait by rank once an end has made room, and start each that fits; O(log n) an event.

    Args:
        submit: ms of each arrival, ascending.
        arriving: The job (its rank) of each arrival.
        run: ms each job will run.
        need: Packed; no more than all there is.
        free: All there is, packed, with the guard bits.
        guards: All guard bits.
        masks: The fields below each set of guard bits.
        bits: Bits of a job number.
        stop: Nothing starts at this ms or later.
        start: ms of each job, written here; left as it is where a job does not start.

    Yields:
        Now and then the number of jobs that have ended, and the time in ms.
    """
    count: int = len(submit)
    size: int = size_for(count)
    nothing: int = masks[guards]
    ends: list[int] = []
    waiting: list[int] = []  # ascending, while few wait
    tree: list[int] = []  # while many do
    in_tree: int = 0
    job_bits: int = (1 << bits) - 1
    arrived: int = 0
    now: int = 0
    job: int = 0
    while True:
        for _ in range(BREATH):
            if ends and (arrived >= count or ends[0] >> bits <= submit[arrived]):
                now = ends[0] >> bits
                if now >= stop:
                    return
                while ends and ends[0] >> bits == now:
                    free += need[heappop(ends) & job_bits]
                # What waits comes before what arrives now, or among it: one order, one pass.
                fresh: list[int] = []
                while arrived < count and submit[arrived] == now:
                    fresh.append(arriving[arrived])
                    arrived += 1
                if in_tree:
                    for job in fresh:
                        put(tree, size + job, need[job], guards, masks)
                    in_tree += len(fresh)
                    node: int = first_fit(tree, 1, size, free, guards)
                    while node > 0:
                        job = node - size
                        free -= need[job]
                        start[job] = now
                        heappush(ends, now + run[job] << bits | job)
                        take(tree, node, nothing, guards, masks)
                        in_tree -= 1
                        # The root sees at once that nothing else fits, without going on from here.
                        if (free - tree[1]) & guards != guards:
                            break
                        node = first_fit(tree, after(node), size, free, guards)
                    if in_tree < FEW:
                        waiting = empty(tree, size, nothing)
                        in_tree = 0
                elif waiting or fresh:
                    if fresh:
                        waiting += fresh
                        waiting.sort()
                    fitting: list[int] = [job for job in waiting if (free - need[job]) & guards == guards]
                    if fitting:
                        for job in fitting:
                            if (free - need[job]) & guards == guards:
                                free -= need[job]
                                start[job] = now
                                heappush(ends, now + run[job] << bits | job)
                        waiting = [job for job in waiting if start[job] < 0]
            elif arrived < count:
                now = submit[arrived]
                fresh = [arriving[arrived]]
                arrived += 1
                while arrived < count and submit[arrived] == now:
                    fresh.append(arriving[arrived])
                    arrived += 1
                if len(fresh) > 1:
                    fresh.sort()
                for job in fresh:
                    if (free - need[job]) & guards == guards:
                        free -= need[job]
                        start[job] = now
                        heappush(ends, now + run[job] << bits | job)
                    elif in_tree:
                        put(tree, size + job, need[job], guards, masks)
                        in_tree += 1
                    elif not waiting or waiting[-1] < job:
                        waiting.append(job)
                    else:
                        low: int = 0
                        high: int = len(waiting)
                        while low < high:
                            middle: int = low + high >> 1
                            if waiting[middle] < job:
                                low = middle + 1
                            else:
                                high = middle
                        waiting.insert(low, job)
            else:
                return
            if len(waiting) >= MANY:
                if not tree:
                    tree = [nothing] * (2 * size)
                for job in waiting:
                    put(tree, size + job, need[job], guards, masks)
                in_tree = len(waiting)
                waiting = []
        yield arrived - len(waiting) - in_tree - len(ends), now
