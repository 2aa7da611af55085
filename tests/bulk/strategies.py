"""Inputs of the fast path for hypothesis, and larger seeded ones."""

from __future__ import annotations

import random
from fractions import Fraction

from hypothesis import strategies as st

from allocator.bulk import UNLIMITED
from allocator.core.policy import Policy
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from policies.fifo import Fifo
from policies.largest_first import LargestFirst
from policies.priority import Priority
from policies.proportional import Proportional
from policies.smallest_demand_first import SmallestDemandFirst
from tests.bulk.oracle import Case

POLICIES: dict[str, Policy] = {
    "fifo": Fifo(),
    "priority": Priority(),
    "smallest-demand-first": SmallestDemandFirst(),
    "smallest-demand-first by sum": SmallestDemandFirst("sum"),
    "smallest-demand-first by one resource": SmallestDemandFirst("1"),
    "largest-first": LargestFirst(),
    "largest-first by product": LargestFirst("product"),
    "proportional": Proportional(),
    "fair-share": FairShare(),
    "drf, key after": DominantResourceFairness("after"),
    "drf, key current": DominantResourceFairness("current"),
}

FEW_POPS = 40
"""The engine pops whole tasks one by one: no row may want or hold many more than this."""


@st.composite
def cases(draw: st.DrawFn, largest: int = 1000, most_rows: int = 7) -> Case:
    """Anything small: zero demands and capacities, equal rows, unlimited, mixed, several rows a tenant."""
    count, width = draw(st.integers(0, most_rows)), draw(st.integers(1, 3))
    amount = st.one_of(st.integers(0, min(3, largest)), st.integers(0, largest), st.just(largest))
    shapes = draw(st.lists(st.lists(amount, min_size=width, max_size=width), min_size=1, max_size=max(count, 1)))
    demand = [draw(st.sampled_from(shapes)) for _ in range(count)]
    capacity = draw(st.lists(st.integers(0, largest * 3), min_size=width, max_size=width))
    several = draw(st.booleans())
    tenants = max(1, count // 2) if several else count
    tenant = (
        [draw(st.integers(0, tenants - 1)) for _ in range(count)] if several else draw(st.permutations(range(count)))
    )
    kind = draw(st.sampled_from(["divisible", "whole", "mixed"]))
    divisible = [kind == "divisible" or (kind == "mixed" and draw(st.booleans())) for _ in range(count)]
    tasks = [draw(st.sampled_from([0, 1, 1, 2, 5, UNLIMITED])) for _ in range(count)]
    for row, need in enumerate(demand):
        pops = min((have // want for have, want in zip(capacity, need, strict=True) if want), default=0)
        if tasks[row] == UNLIMITED and pops > FEW_POPS:
            tasks[row] = 3
    weights = draw(
        st.sampled_from(
            [
                st.just(1),
                st.integers(1, 5),
                st.sampled_from([0.1, 0.2, 0.3, 1.5, 2.0]),
                st.fractions(Fraction(1, 9), 9, max_denominator=9),
                st.sampled_from([1, 10**9, Fraction(1, 10**9), Fraction(1, 10**18)]),
            ]
        )
    )
    return Case(
        demand=demand,
        capacity=capacity,
        tenant=list(tenant),
        tasks=tasks,
        divisible=divisible,
        weight=[draw(weights) for _ in range(tenants)],
        priority=[draw(st.integers(0, 2)) for _ in range(count)],
    )


def many(seed: int, rows: int, *, divisible: bool, tasks: int = 1, scale: tuple[int, ...] = (100, 2**20, 1000)) -> Case:
    """A seeded cluster: few shapes wanted by many, so that ties and near ties are the rule; half of it fits."""
    chance = random.Random(seed)
    shapes = [[chance.choice([0, 1, 2, 3, 5, 8]) * unit for unit in scale] for _ in range(rows // 10)]
    shapes = [shape if any(shape) else list(scale) for shape in shapes]
    demand = [list(chance.choice(shapes)) for _ in range(rows)]
    for need in demand:
        if chance.random() < 0.3:
            # A near tie: one unit beside a shape that others share.
            column = chance.randrange(len(scale))
            need[column] += chance.choice([-1, 1]) if need[column] else 1
    counts = [chance.randint(1, tasks) for _ in range(rows)]
    wanted = [sum(need[c] * n for need, n in zip(demand, counts, strict=True)) for c in range(len(scale))]
    return Case(
        demand=demand,
        capacity=[amount // 2 + chance.randint(0, 10) for amount in wanted],
        tenant=list(range(rows)),
        tasks=counts,
        divisible=[divisible] * rows,
        weight=[chance.choice([1, 1, 2, 0.5, 3]) for _ in range(rows)],
        priority=[chance.randint(0, 9) for _ in range(rows)],
    )
