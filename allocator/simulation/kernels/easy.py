"""EASY backfill: the first that waits has a reservation, and nothing that passes it delays that. One pool.

Restricted Python that a compiler takes as it is: whole numbers, flat lists, a heap with one integer an event
(end << bits | job). Writes the starts, computes nothing else. No job outlives its estimate here; so what a pass leaves
waiting goes on waiting until something ends, and an arrival behind the head costs one test.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from heapq import heappop, heappush

from allocator.simulation.kernels.tree import after, size_for

BREATH = 4096
"""Instants from one yield to the next."""
MANY = 160
"""From this many waiting on, they stand in a tree; below it a plain list is quicker."""
FEW = 40
"""Down to this many the tree is kept."""
NEVER = 1 << 62
"""Longer than any estimate."""


def easy(
    submit: list[int],
    arriving: list[int],
    run: list[int],
    estimate: list[int],
    need: list[int],
    kind: list[int],
    kinds: int,
    free: int,
    guards: int,
    masks: dict[int, int],
    bits: int,
    stop: int,
    start: list[int],
) -> Iterator[tuple[int, int]]:
    """Start by rank what fits; then what fits and is gone before the first that waits can start, or leaves it room.

    Args:
        submit: ms of each arrival, ascending.
        arriving: The job (its rank) of each arrival.
        run: ms each job will run; never more than its estimate.
        estimate: ms each job is expected to run.
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
    nothing: int = masks[guards]
    ends: list[int] = []
    until: list[int] = []  # of those that run, ascending: expected end << bits | job
    held: list[int] = []  # beside it: what each of them holds
    waiting: list[int] = []  # ascending, while few wait
    order: list[int] = []  # a heap, while many do; some have started
    trees: list[list[int]] = []  # of each kind, then
    short: list[list[int]] = []  # beside each: the shortest estimate below each node
    members: list[list[int]] = []  # of each kind: the job at each place
    place: list[int] = [0] * count  # of each job: its leaf
    in_tree: int = 0
    head: int = -1  # the first that waits
    known: bool = False  # whether shadow and extra are those of now: asked for only when something else fits
    shadow: int = 0
    extra: int = 0
    job_bits: int = (1 << bits) - 1
    arrived: int = 0
    now: int = 0
    job: int = 0
    at: int = 0
    while True:
        for _ in range(BREATH):
            ended: bool = False
            if ends and (arrived >= count or ends[0] >> bits <= submit[arrived]):
                now = ends[0] >> bits
                if now >= stop:
                    return
                ended = True
                known = False
                while ends and ends[0] >> bits == now:
                    job = heappop(ends) & job_bits
                    free += need[job]
                    at = bisect_left(until, start[job] + estimate[job] << bits | job)
                    del until[at], held[at]
            elif arrived < count:
                now = submit[arrived]
            else:
                return
            fresh: list[int] = []
            while arrived < count and submit[arrived] == now:
                fresh.append(arriving[arrived])
                arrived += 1

            if not ended and len(fresh) == 1 and (head < 0 or fresh[0] > head):
                # One arrival behind all that were passed over: nobody else can have changed his mind.
                job = fresh[0]
                if (free - need[job]) & guards == guards:
                    if head >= 0 and not known:
                        shadow, extra = reservation(need[head], now, free, guards, bits, until, held)
                        known = True
                    if head < 0 or now + estimate[job] <= shadow:
                        free -= need[job]
                        begin(job, now, run, estimate, need, bits, start, ends, until, held)
                        continue
                    if (extra - need[job]) & guards == guards:
                        free -= need[job]
                        extra -= need[job]
                        begin(job, now, run, estimate, need, bits, start, ends, until, held)
                        continue
                if head < 0:
                    head = job
                    known = False
                if in_tree:
                    add(trees[kind[job]], short[kind[job]], place[job], need[job], estimate[job], guards, masks)
                    heappush(order, job)
                    in_tree += 1
                else:
                    waiting.insert(bisect_left(waiting, job), job)

            elif in_tree == 0:
                if fresh:
                    waiting += fresh
                    waiting.sort()
                at = 0
                while at < len(waiting) and (free - need[waiting[at]]) & guards == guards:
                    job = waiting[at]
                    free -= need[job]
                    begin(job, now, run, estimate, need, bits, start, ends, until, held)
                    at += 1
                del waiting[:at]
                head = waiting[0] if waiting else -1
                fitting: list[int] = [job for job in waiting if (free - need[job]) & guards == guards]
                known = len(fitting) > 0
                if known:
                    shadow, extra = reservation(need[head], now, free, guards, bits, until, held)
                    for job in fitting:
                        if (free - need[job]) & guards == guards:
                            if now + estimate[job] > shadow:
                                if (extra - need[job]) & guards != guards:
                                    continue
                                extra -= need[job]
                            free -= need[job]
                            begin(job, now, run, estimate, need, bits, start, ends, until, held)
                    waiting = [job for job in waiting if start[job] < 0]

            else:
                for job in fresh:
                    add(trees[kind[job]], short[kind[job]], place[job], need[job], estimate[job], guards, masks)
                    heappush(order, job)
                in_tree += len(fresh)
                while order:
                    head = order[0]
                    if start[head] < 0:
                        if (free - need[head]) & guards != guards:
                            break
                        free -= need[head]
                        begin(head, now, run, estimate, need, bits, start, ends, until, held)
                        drop(trees[kind[head]], short[kind[head]], place[head], nothing, guards, masks)
                        in_tree -= 1
                    heappop(order)
                known = False
                front: list[int] = []  # of each kind the first that may pass: job << bits | kind
                for one in range(kinds):
                    least: int = trees[one][1]
                    if (free - least) & guards == guards:
                        if not known:
                            shadow, extra = reservation(need[head], now, free, guards, bits, until, held)
                            known = True
                        at = 0
                        if now + short[one][1] <= shadow or (extra - least) & guards == guards:
                            at = first(trees[one], short[one], 1, free, extra, shadow - now, guards)
                        if at > 0:
                            heappush(front, members[one][at - len(members[one])] << bits | one)
                while front:
                    one = front[0] & job_bits
                    job = front[0] >> bits
                    heappop(front)
                    at = place[job]
                    if (free - need[job]) & guards == guards and (
                        now + estimate[job] <= shadow or (extra - need[job]) & guards == guards
                    ):
                        if now + estimate[job] > shadow:
                            extra -= need[job]
                        free -= need[job]
                        begin(job, now, run, estimate, need, bits, start, ends, until, held)
                        drop(trees[one], short[one], at, nothing, guards, masks)
                        in_tree -= 1
                    if (free - trees[one][1]) & guards == guards:
                        at = first(trees[one], short[one], after(at), free, extra, shadow - now, guards)
                        if at > 0:
                            heappush(front, members[one][at - len(members[one])] << bits | one)
                if in_tree < FEW:
                    waiting = sorted([job for job in order if start[job] < 0])
                    for job in waiting:
                        drop(trees[kind[job]], short[kind[job]], place[job], nothing, guards, masks)
                    head = waiting[0] if waiting else -1
                    in_tree = 0
                    order = []

            if len(waiting) >= MANY:
                if not trees:
                    for one in range(kinds):
                        members.append([job for job in range(count) if kind[job] == one])
                        at = size_for(len(members[one]))
                        trees.append([nothing] * (2 * at))
                        short.append([NEVER] * (2 * at))
                        for job in members[one]:
                            place[job] = at
                            at += 1
                        members[one] += [-1] * (len(trees[one]) // 2 - len(members[one]))
                for job in waiting:
                    add(trees[kind[job]], short[kind[job]], place[job], need[job], estimate[job], guards, masks)
                in_tree = len(waiting)
                order = waiting
                waiting = []
        yield arrived - len(waiting) - in_tree - len(ends), now


def begin(
    job: int,
    now: int,
    run: list[int],
    estimate: list[int],
    need: list[int],
    bits: int,
    start: list[int],
    ends: list[int],
    until: list[int],
    held: list[int],
) -> None:
    """`job` starts, and joins those that run."""
    start[job] = now
    heappush(ends, now + run[job] << bits | job)
    expected: int = now + estimate[job] << bits | job
    at: int = bisect_left(until, expected)
    until.insert(at, expected)
    held.insert(at, need[job])


def reservation(
    need: int, now: int, free: int, guards: int, bits: int, until: list[int], held: list[int]
) -> tuple[int, int]:
    """When `need` will fit, if those that run end as expected, and what will be left over then; O(running)."""
    at: int = 0
    while (free - need) & guards != guards:
        free += held[at]
        at += 1
    # Whoever should have ended by now has not yet.
    shadow: int = max(until[at - 1] >> bits, now + 1)
    # All that end at that instant make room for it.
    while at < len(until) and until[at] >> bits <= shadow:
        free += held[at]
        at += 1
    return shadow, free - need


def add(
    tree: list[int], short: list[int], node: int, need: int, estimate: int, guards: int, masks: dict[int, int]
) -> None:
    """Something at leaf `node` needs `need` for `estimate`; O(log n), and stops where nothing changes."""
    tree[node] = need
    short[node] = estimate
    node >>= 1
    while node > 0:
        least: int = tree[node]
        need = least ^ ((least ^ need) & masks[((least | guards) - need) & guards])
        if estimate >= short[node]:
            estimate = short[node]
            if need == least:
                return
        tree[node] = need
        short[node] = estimate
        node >>= 1


def drop(tree: list[int], short: list[int], node: int, nothing: int, guards: int, masks: dict[int, int]) -> None:
    """Leaf `node` is empty; O(log n), and stops where nothing changes."""
    tree[node] = nothing
    short[node] = NEVER
    node >>= 1
    while node > 0:
        left: int = tree[2 * node]
        right: int = tree[2 * node + 1]
        left ^= (left ^ right) & masks[((left | guards) - right) & guards]
        estimate: int = short[2 * node]
        if short[2 * node + 1] < estimate:
            estimate = short[2 * node + 1]
        if left == tree[node] and estimate == short[node]:
            return
        tree[node] = left
        short[node] = estimate
        node >>= 1


def first(tree: list[int], short: list[int], node: int, free: int, extra: int, window: int, guards: int) -> int:
    """The first leaf at or after `node` that fits now, and in what is extra too if its estimate is beyond `window`."""
    size: int = len(tree) // 2
    while node > 0:
        if (free - tree[node]) & guards == guards and (
            short[node] <= window or (extra - tree[node]) & guards == guards
        ):
            if node >= size:
                return node
            node *= 2
        else:
            while node & 1:
                node >>= 1
            if node > 0:
                node += 1
    return 0
