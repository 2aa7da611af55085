"""The fast path of one-shot allocation against peers, in one run: ratios, which noise distorts least.

Each round times, one after the other: `np.argsort` of one float64 column of the same length (the floor of anything
that sorts), Fairheap's `allocate_arrays` path for every policy, and a loop that a user would write by hand (heapq or
sort over tuples, plain integers). Peers that are slow run fewer rounds, or only at sizes they can do.

    python benchmarks/one_shot.py --sizes 1000,10000,100000,1000000
    python benchmarks/one_shot.py --quick

Times are CPU seconds of this process, so that others on the machine count as little as can be; everything runs on
one thread, HiGHS apart. Nothing here gates: it reports. What must hold (equal grants) is a test.
"""

from __future__ import annotations

import argparse
import gc
import heapq
import os
import platform
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from allocator.bulk import Rows, allocate
from allocator.core.policy import Policy
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from policies.fifo import Fifo
from policies.largest_first import LargestFirst
from policies.priority import Priority
from policies.proportional import Proportional
from policies.smallest_demand_first import SmallestDemandFirst

Ints = npt.NDArray[np.int64]
HAND_LIMIT = 200_000
"""Above this many rows a hand-written loop runs in one round only: it takes many seconds."""


@dataclass
class Input:
    """Tenants as clusters have them: log-normal demand; cpu in 100 m, memory in Mi, 30 % want gpus; weights 1 to 10."""

    demand: Ints
    capacity: Ints
    weight: Ints
    priority: Ints
    tasks: Ints | None = None

    @classmethod
    def of(cls, rows: int, *, tasks: bool) -> Input:
        """Twice as much is wanted as there is of cpu, a little more of memory and gpu."""
        chance = np.random.default_rng(rows)
        columns = [
            np.maximum(1, np.exp(chance.normal(mean, 1.3, rows)).astype(np.int64)) * unit
            for mean, unit in ((2.0, 100), (9.0, 2**20), (1.0, 1000))
        ]
        columns[2][chance.random(rows) < 0.7] = 0
        demand = np.stack(columns, axis=1)
        count = chance.integers(1, 20, rows) if tasks else None
        wanted = demand if count is None else demand * count[:, None]
        capacity = (wanted.sum(axis=0) / np.array([2.0, 2.2, 2.4])).astype(np.int64) // 2**10 * 2**10
        return cls(demand, capacity, chance.integers(1, 11, rows), chance.integers(0, 100, rows), count)


@dataclass
class Contest:
    """One policy on one kind of work: ours, the hand-written loop, and how to tell both did the same job."""

    name: str
    ours: Callable[[Input], Ints]
    hand: Callable[[Input], float]
    tasks: bool = False
    ratios: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    against: list[float] = field(default_factory=list)


def ours(policy: Policy, *, divisible: bool = True) -> Callable[[Input], Ints]:
    """The whole call: arrays in, checked, arrays out."""

    def run(given: Input) -> Ints:
        rows = Rows.of(
            given.demand,
            given.capacity,
            weight=given.weight,
            priority=given.priority,
            tasks=given.tasks,
            divisible=divisible,
        )
        return allocate(rows, policy)

    return run


# --- what a user would write: heapq over tuples, plain integers; the lists are made outside the clock ----------------


def by_hand(key: Callable[[tuple[int, ...], list[int], int, int, int], object]) -> Callable[[Input], float]:
    """Push everybody under a key, pop, grant what fits in proportion."""

    def run(given: Input) -> float:
        demand = [tuple(row) for row in given.demand.tolist()]
        weight, priority, free = given.weight.tolist(), given.priority.tolist(), given.capacity.tolist()
        capacity = list(free)
        begin = time.process_time()
        heap = [
            (key(d, capacity, w, p, i), i) for i, (d, w, p) in enumerate(zip(demand, weight, priority, strict=True))
        ]
        heapq.heapify(heap)
        granted = [()] * len(demand)
        while heap:
            _, i = heapq.heappop(heap)
            d = demand[i]
            part = 1.0
            for want, left in zip(d, free, strict=True):
                if want > left:
                    part = min(part, left / want)
            amounts = d if part == 1.0 else tuple(int(want * part) for want in d)
            for r, amount in enumerate(amounts):
                free[r] -= amount
            granted[i] = amounts
        return time.process_time() - begin

    return run


def dominant(d: tuple[int, ...], capacity: list[int]) -> float:
    """The largest share, as anyone would write it."""
    return max(want / total for want, total in zip(d, capacity, strict=True))


def max_min_by_hand(given: Input) -> float:
    """Each resource by itself: pop the smallest want / weight, give it its part of what is left."""
    weights = given.weight.tolist()
    columns = [column.tolist() for column in given.demand.T]
    begin = time.process_time()
    for column, left in zip(columns, given.capacity.tolist(), strict=True):
        heap = [(want / weight, i) for i, (want, weight) in enumerate(zip(column, weights, strict=True))]
        heapq.heapify(heap)
        weight_left = sum(weights)
        granted = [0] * len(column)
        while heap:
            _, i = heapq.heappop(heap)
            granted[i] = min(column[i], left * weights[i] // weight_left)
            left -= granted[i]
            weight_left -= weights[i]
    return time.process_time() - begin


def slices_by_hand(given: Input) -> float:
    """Each resource by itself: a part by weight, no more than is wanted."""
    weights = given.weight.tolist()
    columns = [column.tolist() for column in given.demand.T]
    begin = time.process_time()
    total_weight = sum(weights)
    for column, amount in zip(columns, given.capacity.tolist(), strict=True):
        [min(want, amount * weight // total_weight) for want, weight in zip(column, weights, strict=True)]
    return time.process_time() - begin


def filling_by_hand(given: Input) -> float:
    """Progressive filling: pop the next to be satisfied; where a resource runs out first, freeze its users."""
    demand = [tuple(row) for row in given.demand.tolist()]
    weights, free = given.weight.tolist(), [float(amount) for amount in given.capacity.tolist()]
    capacity = given.capacity.tolist()
    begin = time.process_time()
    levels = [dominant(d, capacity) / w for d, w in zip(demand, weights, strict=True)]
    heap = [(level, i) for i, level in enumerate(levels)]
    heapq.heapify(heap)
    slope = [0.0] * len(free)
    for d, level in zip(demand, levels, strict=True):
        for r, want in enumerate(d):
            slope[r] += want / level
    frozen = [False] * len(free)
    fraction = [0.0] * len(demand)
    out = [False] * len(demand)
    level = 0.0
    while heap:
        target, i = heap[0]
        if out[i]:
            heapq.heappop(heap)
            continue
        stop = min(
            (
                (left / rate, r)
                for r, (left, rate) in enumerate(zip(free, slope, strict=True))
                if not frozen[r] and rate > 1e-9
            ),
            default=(float("inf"), -1),
        )
        rise = min(target - level, stop[0])
        level += rise
        free = [left - rate * rise for left, rate in zip(free, slope, strict=True)]
        if target - level <= 1e-15:
            heapq.heappop(heap)
            leavers = [i]
        else:
            frozen[stop[1]] = True
            leavers = [j for j, d in enumerate(demand) if not out[j] and d[stop[1]]]
        for j in leavers:
            out[j] = True
            fraction[j] = min(1.0, level / levels[j])
            for r, want in enumerate(demand[j]):
                slope[r] -= want / levels[j]
    return time.process_time() - begin


def tasks_by_hand(divisors: Callable[[Input], list[list[int]]]) -> Callable[[Input], float]:
    """Pop the smallest key, start one task, push it back: the loop of the DRF paper."""

    def run(given: Input) -> float:
        assert given.tasks is not None
        demand = [tuple(row) for row in given.demand.tolist()]
        wanted, free, below = given.tasks.tolist(), given.capacity.tolist(), divisors(given)
        begin = time.process_time()
        step = [
            max(want / total if total else float("inf") for want, total in zip(d, mine, strict=True) if want)
            for d, mine in zip(demand, below, strict=True)
        ]
        heap = [(one, i) for i, one in enumerate(step)]
        heapq.heapify(heap)
        started = [0] * len(demand)
        while heap:
            _, i = heap[0]
            d = demand[i]
            if started[i] < wanted[i] and all(want <= left for want, left in zip(d, free, strict=True)):
                for r, want in enumerate(d):
                    free[r] -= want
                started[i] += 1
                heapq.heapreplace(heap, ((started[i] + 1) * step[i], i))
            else:
                heapq.heappop(heap)
        return time.process_time() - begin

    return run


def weighted_capacity(given: Input) -> list[list[int]]:
    """What drf divides by."""
    capacity = given.capacity.tolist()
    return [[total * weight for total in capacity] for weight in given.weight.tolist()]


def entitlements(given: Input) -> list[list[int]]:
    """What fair-share divides by; not part of the hand-written time, which is in its favour."""
    assert given.tasks is not None
    rows = Rows.of(given.demand * given.tasks[:, None], given.capacity, weight=given.weight)
    return allocate(rows, FairShare()).tolist()  # type: ignore[no-any-return]


CONTESTS = (
    lambda: Contest("fifo", ours(Fifo()), by_hand(lambda d, c, w, p, i: i)),
    lambda: Contest("priority", ours(Priority()), by_hand(lambda d, c, w, p, i: p)),
    lambda: Contest(
        "smallest-demand-first", ours(SmallestDemandFirst()), by_hand(lambda d, c, w, p, i: dominant(d, c) / w)
    ),
    lambda: Contest("largest-first", ours(LargestFirst()), by_hand(lambda d, c, w, p, i: -dominant(d, c) * w)),
    lambda: Contest("proportional", ours(Proportional()), slices_by_hand),
    lambda: Contest("fair-share", ours(FairShare()), max_min_by_hand),
    lambda: Contest("drf", ours(DominantResourceFairness()), filling_by_hand),
    lambda: Contest(
        "drf, 10 tasks a row", ours(DominantResourceFairness(), divisible=False), tasks_by_hand(weighted_capacity), True
    ),
    lambda: Contest(
        "fair-share, 10 tasks a row", ours(FairShare(), divisible=False), tasks_by_hand(entitlements), True
    ),
)


def solver_seconds(given: Input) -> float:
    """HiGHS: the largest common dominant share, the first round of drf as a linear program."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, hstack, vstack

    rows = len(given.demand)
    begin = time.process_time()
    share = given.demand / given.capacity
    least = -share.max(axis=1) / given.weight
    # Fractions x and the level t: share^T x <= 1, and t - x_i x dominant_i / weight_i <= 0.
    below = hstack([csr_matrix(share.T), csr_matrix((share.shape[1], 1))])
    above = hstack([csr_matrix((least, (range(rows), range(rows)))), csr_matrix(np.ones((rows, 1)))])
    linprog(
        c=[0.0] * rows + [-1.0],
        A_ub=vstack([below, above]),
        b_ub=np.concatenate([np.ones(share.shape[1]), np.zeros(rows)]),
        bounds=[(0, 1)] * rows + [(0, None)],
        method="highs",
    )
    return time.process_time() - begin


def solver_ratios(size: int, rounds: int) -> list[float]:
    """HiGHS over ours, in pairs."""
    given, run = Input.of(size, tasks=False), ours(DominantResourceFairness())
    return [solver_seconds(given) / timed(lambda: run(given)) for _ in range(rounds)]


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def bytes_per_row(contest: Contest, given: Input) -> float:
    """Peak of what one call allocates, its result included, over the number of rows."""
    tracemalloc.start()
    contest.ours(given)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / len(given.demand)


def spread(values: list[float]) -> str:
    """Median, then least and largest."""
    return f"{statistics.median(values):7.1f} ({min(values):.1f}-{max(values):.1f})"


def measure(size: int, rounds: int, with_hand: bool) -> None:
    """Print the table of one size."""
    contests = [make() for make in CONTESTS]
    inputs = {tasks: Input.of(size, tasks=tasks) for tasks in (False, True)}
    column = np.random.default_rng(7).random(size)
    hand_rounds = rounds if size <= HAND_LIMIT else 1
    floor: list[float] = []
    for contest in contests:
        contest.ours(inputs[contest.tasks])
    for turn in range(rounds):
        for contest in contests:
            # Floor before and after, so that a slow moment of the machine hits both.
            before = timed(lambda: np.argsort(column))
            mine = timed(lambda c=contest: c.ours(inputs[c.tasks]))  # type: ignore[misc]
            after = timed(lambda: np.argsort(column))
            floor += [before, after]
            contest.seconds.append(mine)
            contest.ratios.append(mine / ((before + after) / 2))
            if with_hand and turn < hand_rounds:
                contest.against.append(contest.hand(inputs[contest.tasks]) / mine)
    print(
        f"\n{size:,} rows x 3 resources, {rounds} rounds; "
        f"np.argsort of one float64 column: {statistics.median(floor) * 1e3:.2f} ms"
    )
    print(f"{'policy':28}{'ms':>10}  {'x argsort':>22}  {'hand-written / ours':>24}  {'bytes/row':>9}")
    for contest in contests:
        hand = spread(contest.against) if contest.against else "-"
        memory = bytes_per_row(contest, inputs[contest.tasks])
        print(
            f"{contest.name:28}{statistics.median(contest.seconds) * 1e3:10.2f}  "
            f"{spread(contest.ratios):>22}  {hand:>24}  {memory:9.0f}"
        )


def main() -> None:
    """Read the options, print a table a size."""
    parser = argparse.ArgumentParser(description="Ratios of one-shot allocation against peers, in one run.")
    parser.add_argument("--sizes", default="1000,10000,100000,1000000", help="rows, separated by commas")
    parser.add_argument("--rounds", type=int, default=7, help="interleaved rounds a size")
    parser.add_argument("--quick", action="store_true", help="1000 and 10000 rows, 3 rounds")
    parser.add_argument("--no-hand", action="store_true", help="leave the hand-written loops out")
    parser.add_argument("--solver-up-to", type=int, default=3000, help="largest size that HiGHS is asked to solve")
    options = parser.parse_args()
    sizes = [1000, 10000] if options.quick else [int(float(size)) for size in options.sizes.split(",")]
    rounds = 3 if options.quick else options.rounds
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} cores, {platform.machine()}")
    for size in sizes:
        measure(size, rounds, not options.no_hand)
        if size <= options.solver_up_to:
            print(f"{'scipy HiGHS / drf':28}{spread(solver_ratios(size, min(rounds, 3))):>34}")


if __name__ == "__main__":
    main()
