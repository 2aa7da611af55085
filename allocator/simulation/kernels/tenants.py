"""Tenants by their keys, each served the first job of its queue that fits. One pool, skipping order.

Restricted Python that a compiler takes as it is: whole numbers, flat lists, a heap with one integer an event
(end << bits | how many started before); only keys are whatever the policy makes of them. Writes the starts, computes
nothing else.

A tournament over tenants: each node has the smallest key below it, and field by field the least that any job waiting
there needs. Few tenants are looked at in plain scans instead, those together whose jobs need no less than the same, and
only those that may have a job that fits are asked for keys. What a pass leaves waiting does not fit, and goes on not
fitting until something ends.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any, Protocol

from allocator.simulation.kernels.tree import after, first_fit, put, size_for, take

BREATH = 4096
"""Instants from one yield to the next."""
MANY = 48
"""From this many waiting jobs of one tenant on, they stand in a tree; below it a plain list is quicker."""
FEW = 12
"""Down to this many the tree is kept."""
SCANNED = 200
"""Up to so many tenants are looked at in a plain scan; more stand in a tournament."""


class Keys(Protocol):
    """What the policy makes of a tenant."""

    def of(self, tenant: int, used: int, first: int) -> Any:
        """The key of a tenant that uses `used`, packed, and next would be served the job `first`."""

    def rebase(self, now_ms: int) -> bool:
        """Whether every key is another from now on, because the units of decayed use began anew."""

    def start(self, job: int, now_ms: int) -> None:
        """`job` starts, and its tenant is charged for it."""

    def end(self, job: int, ran_ms: int) -> None:
        """`job` ends, and its charge is put right."""


def by_tenant(
    submit: list[int],
    arriving: list[int],
    run: list[int],
    need: list[int],
    tenant: list[int],
    tenants: int,
    keys: Keys,
    decays: bool,
    free: int,
    guards: int,
    masks: dict[int, int],
    bits: int,
    stop: int,
    start: list[int],
) -> Iterator[tuple[int, int]]:
    """While any waiting job fits, start the first that does of the tenant with the smallest key that has one.

    O(log n + log tenants) an event, and two keys a job at most.

    Args:
        submit: ms of each arrival, ascending.
        arriving: The job of each arrival; jobs are numbered in the order of a tenant's queue.
        run: ms each job will run.
        need: Packed; no more than all there is.
        tenant: Of each job.
        tenants: How many there are; of equal keys the first is served first.
        keys: Asked for the key of a tenant when that may have changed.
        decays: Whether use decays: then `keys` keeps it, and is told of starts and ends in the order they happen.
        free: All there is, packed, with the guard bits.
        guards: All guard bits.
        masks: The fields below each set of guard bits.
        bits: Bits of a number of a job.
        stop: Nothing starts at this ms or later.
        start: ms of each job, written here; left as it is where a job does not start.

    Yields:
        Now and then the number of jobs that have ended, and the time in ms.
    """
    count: int = len(submit)
    nothing: int = masks[guards]
    ends: list[int] = []
    begun: list[int] = []  # jobs in the order in which they started: that decides which of one end is first
    used: list[int] = [0] * tenants
    waits: list[int] = [0] * tenants  # how many jobs of each
    queues: list[list[int]] = [[] for _ in range(tenants)]  # of each: ascending while few wait, else a heap
    trees: list[list[int]] = [[] for _ in range(tenants)]  # of each: while many wait, else empty
    members: list[list[int]] = [[] for _ in range(tenants)]  # of each: the job at each place of its tree
    place: list[int] = []  # of each job: its leaf
    loose: list[bool] = [False] * tenants  # whether its least need may be less than any of its jobs has
    stale: list[bool] = [False] * tenants  # whether its key is to be asked for again
    changed: list[int] = []  # those tenants
    flat: bool = tenants <= SCANNED
    alike: dict[int, list[int]] = {}  # of few tenants: those whose jobs need no less than this
    fitting: list[int] = []
    size: int = 0 if flat else size_for(tenants)
    least: list[int] = [nothing] * (tenants if flat else 2 * size)
    ranks: list[Any] = [None] * len(least)  # keys; the smallest below each node
    lowest: Any = None
    job_bits: int = (1 << bits) - 1
    arrived: int = 0
    waiting: int = 0
    now: int = 0
    job: int = 0
    who: int = 0
    node: int = 0
    while True:
        for _ in range(BREATH):
            alone: bool = True
            if ends and (arrived >= count or ends[0] >> bits <= submit[arrived]):
                now = ends[0] >> bits
                if now >= stop:
                    return
                alone = False
                if decays and keys.rebase(now):
                    changed = [other for other in range(tenants) if waits[other]]
                    stale = [waits[other] > 0 for other in range(tenants)]
                while ends and ends[0] >> bits == now:
                    job = begun[heappop(ends) & job_bits]
                    who = tenant[job]
                    free += need[job]
                    used[who] -= need[job]
                    if decays:
                        keys.end(job, now - start[job])
                    if waits[who] and not stale[who]:
                        stale[who] = True
                        changed.append(who)
            elif arrived < count:
                now = submit[arrived]
                if decays and keys.rebase(now):
                    changed = [other for other in range(tenants) if waits[other]]
                    stale = [waits[other] > 0 for other in range(tenants)]
                if arrived + 1 < count and submit[arrived + 1] == now:
                    alone = False
                elif (free - need[arriving[arrived]]) & guards == guards:
                    # Nothing that waits fits, so it passes them all.
                    job = arriving[arrived]
                    arrived += 1
                    who = tenant[job]
                    free -= need[job]
                    used[who] += need[job]
                    start[job] = now
                    heappush(ends, now + run[job] << bits | len(begun))
                    begun.append(job)
                    if decays:
                        keys.start(job, now)
                    if waits[who] and not stale[who]:
                        stale[who] = True
                        changed.append(who)
                    continue
            else:
                return

            while arrived < count and submit[arrived] == now:
                job = arriving[arrived]
                arrived += 1
                who = tenant[job]
                waits[who] += 1
                waiting += 1
                if trees[who]:
                    heappush(queues[who], job)
                    put(trees[who], place[job], need[job], guards, masks)
                else:
                    insort(queues[who], job)
                    if len(queues[who]) >= MANY:
                        if not place:
                            place = places(tenant, members)
                        trees[who] = [nothing] * (2 * size_for(len(members[who])))
                        for other in queues[who]:
                            put(trees[who], place[other], need[other], guards, masks)
                if queues[who][0] == job and not stale[who]:
                    stale[who] = True
                    changed.append(who)
                least_need: int = minimum(least[size + who], need[job], guards, masks)
                if flat:
                    move(alike, who, least[who], least_need, nothing)
                    least[who] = least_need
                else:
                    put(least, size + who, least_need, guards, masks)
            if alone:
                continue

            if flat:
                fitting = [who for low, mine in alike.items() if (free - low) & guards == guards for who in mine]
            while True:
                found: int = -1
                if flat:
                    if len(fitting) > 1:
                        for who in fitting:
                            if stale[who]:
                                stale[who] = False
                                ranks[who] = keys.of(who, used[who], queues[who][0])
                        fitting.sort()
                        fitting.sort(key=ranks.__getitem__)
                    passed: int = 0
                    for who in fitting:
                        found = first_in(queues[who], trees[who], members[who], need, free, guards)
                        if found >= 0:
                            break
                        passed += 1
                        if loose[who]:
                            loose[who] = False
                            least_need = lowest_of(queues[who], need, guards, masks)
                            move(alike, who, least[who], least_need, nothing)
                            least[who] = least_need
                    # Who has nothing that fits now has nothing later in this pass.
                    del fitting[:passed]
                elif (free - least[1]) & guards == guards:
                    for who in changed:
                        stale[who] = False
                        if waits[who]:
                            rank(ranks, size + who, keys.of(who, used[who], queues[who][0]))
                    changed = []
                    # Branch and bound: only where something may fit, under a smaller key than what was found.
                    node = 1
                    while node > 0:
                        if (free - least[node]) & guards == guards and (found < 0 or ranks[node] < lowest):
                            if node < size:
                                node *= 2
                                continue
                            who = node - size
                            job = first_in(queues[who], trees[who], members[who], need, free, guards)
                            if job >= 0:
                                found = job
                                lowest = ranks[node]
                            elif loose[who]:
                                loose[who] = False
                                settle(least, node, lowest_of(queues[who], need, guards, masks), guards, masks)
                        node = after(node)
                if found < 0:
                    break

                job = found
                who = tenant[job]
                free -= need[job]
                used[who] += need[job]
                start[job] = now
                heappush(ends, now + run[job] << bits | len(begun))
                begun.append(job)
                if decays:
                    keys.start(job, now)
                waits[who] -= 1
                waiting -= 1
                if waits[who] and not stale[who]:
                    stale[who] = True
                    changed.append(who)
                if trees[who]:
                    take(trees[who], place[job], nothing, guards, masks)
                    least_need = trees[who][1]
                    while queues[who] and start[queues[who][0]] >= 0:
                        heappop(queues[who])
                    if waits[who] <= FEW:
                        queues[who] = sorted([other for other in queues[who] if start[other] < 0])
                        trees[who] = []
                        loose[who] = False
                else:
                    queues[who].remove(job)
                    loose[who] = True
                    least_need = least[size + who] if waits[who] else nothing
                if flat:
                    move(alike, who, least[who], least_need, nothing)
                    least[who] = least_need
                    fitting = [other for other in fitting if (free - least[other]) & guards == guards]
                else:
                    settle(least, size + who, least_need, guards, masks)
                    if waits[who] == 0:
                        rank(ranks, size + who, None)
            if flat:
                changed = []
        yield arrived - waiting - len(ends), now


def move(alike: dict[int, list[int]], who: int, before: int, least: int, nothing: int) -> None:
    """The jobs of a tenant need `least` at least, and not `before`; `nothing` where none waits."""
    if before == least:
        return
    if before != nothing:
        alike[before].remove(who)
        if not alike[before]:
            del alike[before]
    if least != nothing:
        alike.setdefault(least, []).append(who)


def places(tenant: list[int], members: list[list[int]]) -> list[int]:
    """The leaf of each job in a tree of its tenant's jobs, whose numbers are put into `members`."""
    found: list[int] = []
    for job in range(len(tenant)):
        found.append(len(members[tenant[job]]))
        members[tenant[job]].append(job)
    sizes: list[int] = [size_for(len(mine)) for mine in members]
    for job in range(len(tenant)):
        found[job] += sizes[tenant[job]]
    return found


def first_in(queue: list[int], tree: list[int], members: list[int], need: list[int], free: int, guards: int) -> int:
    """The first job of a queue that fits, -1 for none; by its tree, where it has one."""
    if tree:
        size: int = len(tree) // 2
        leaf: int = first_fit(tree, 1, size, free, guards)
        return members[leaf - size] if leaf > 0 else -1
    for job in queue:
        if (free - need[job]) & guards == guards:
            return job
    return -1


def minimum(one: int, other: int, guards: int, masks: dict[int, int]) -> int:
    """The lesser of each field."""
    return one ^ ((one ^ other) & masks[((one | guards) - other) & guards])


def lowest_of(jobs: list[int], need: list[int], guards: int, masks: dict[int, int]) -> int:
    """Field by field the least that any of `jobs` needs."""
    least: int = masks[guards]
    for job in jobs:
        least = minimum(least, need[job], guards, masks)
    return least


def settle(least: list[int], node: int, need: int, guards: int, masks: dict[int, int]) -> None:
    """Leaf `node` needs `need` at least, be that more or less than before; O(log n), stops where nothing changes."""
    least[node] = need
    node >>= 1
    while node > 0:
        need = minimum(least[2 * node], least[2 * node + 1], guards, masks)
        if need == least[node]:
            return
        least[node] = need
        node >>= 1


def rank(ranks: list[Any], node: int, key: Any) -> None:
    """Leaf `node` has `key`, None for no key; O(log n), stops where nothing changes."""
    ranks[node] = key
    node >>= 1
    while node > 0:
        key = ranks[2 * node]
        other: Any = ranks[2 * node + 1]
        if key is None or (other is not None and other < key):
            key = other
        if key == ranks[node]:
            return
        ranks[node] = key
        node >>= 1
