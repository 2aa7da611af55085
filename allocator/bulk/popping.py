"""The heap over rows of whole tasks, one task a pop: for what has no closed form. Python's integers, so never inexact.

It is the engine's loop without decisions, words or objects; some microseconds a task.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from operator import add, sub, truediv

from allocator.bulk.exact import Bools, Ints
from allocator.bulk.rows import Rows


def pop_tasks(
    rows: Rows,
    chosen: Bools,
    divisors: Sequence[list[int]],
    free: list[int],
    granted: Ints,
    *,
    counts_next: bool,
    stops: bool = False,
) -> None:
    """Serve the chosen rows, of tenants that hold nothing yet, one task a pop.

    Args:
        rows: All work.
        chosen: Rows of whole tasks that want something.
        divisors: For each resource that shares are measured in, what each tenant's usage of it is divided by.
        free: What there is of each resource; changed.
        granted: (rows, resources); changed.
        counts_next: Whether the key counts the next task.
        stops: End with the first task that does not fit.
    """
    works: list[list[int]] = [[] for _ in range(rows.tenants)]
    picked = [row for row, takes_part in enumerate(chosen.tolist()) if takes_part]
    priority, owner = rows.priority.tolist(), rows.tenant.tolist()
    for row in sorted(picked, key=lambda row: (priority[row], row)):
        works[owner[row]].append(row)
    needs = rows.demand.tolist()
    left = [math.inf if tasks < 0 else tasks for tasks in rows.tasks.tolist()]
    served = [0] * len(needs)
    usage = [[0] * len(free) for _ in range(rows.tenants)]
    below = list(zip(*divisors, strict=True)) if divisors else [()] * rows.tenants
    nothing = [0] * len(free)
    every = rows.shared == tuple(range(len(free)))

    def key(tenant: int, row: int) -> float:
        held = list(map(add, usage[tenant], needs[row] if counts_next else nothing))
        mine = held if every else [held[column] for column in rows.shared]
        try:
            return max(map(truediv, mine, below[tenant]), default=0.0)
        except ZeroDivisionError:
            # Nothing is entitled: infinite where anything of it is held or asked.
            quotients = zip(mine, below[tenant], strict=True)
            return max(
                [amount / divisor if divisor else math.inf for amount, divisor in quotients if amount], default=0.0
            )

    heap = [(key(tenant, mine[0]), tenant) for tenant, mine in enumerate(works) if mine]
    heapq.heapify(heap)
    for mine in works:
        mine.reverse()
    while heap:
        _, tenant = heap[0]
        mine = works[tenant]
        row = mine[-1]
        need = needs[row]
        after = list(map(sub, free, need))
        # What a task does not need cannot be short: nothing is ever over-allocated.
        if min(after) >= 0:
            free[:] = after
            usage[tenant] = list(map(add, usage[tenant], need))
            served[row] += 1
            left[row] -= 1
            if not left[row]:
                mine.pop()
        elif stops:
            break
        else:
            # Free capacity only shrinks: this work can be granted nothing more.
            mine.pop()
        if mine:
            heapq.heapreplace(heap, (key(tenant, mine[-1]), tenant))
        else:
            heapq.heappop(heap)
    for row, count in enumerate(served):
        if count:
            granted[row] = [amount * count for amount in needs[row]]
