"""How large a demand is: the measures that smallest-demand-first and largest-first order by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from allocator import Option, Quantities

Ratio = tuple[int, int]

MEASURE = Option(
    "measure",
    default="dominant",
    choices=("dominant", "sum", "product"),
    help="how large a demand is: its largest share of any resource (dominant), the sum or the product of its shares "
    "of every resource, or its share of the one resource that is named",
    resources=True,
)


def size(amounts: Quantities, capacity: Quantities, measure: str) -> Ratio:
    """How large `amounts` is, as (numerator, denominator): whole numbers, so that equal sizes compare equal."""
    if measure == "sum":
        common = math.lcm(*capacity.values())
        return sum(amounts[name] * (common // total) for name, total in capacity.items()), common
    if measure == "product":
        return math.prod(amounts[name] for name in capacity), math.prod(capacity.values())
    if measure != "dominant":
        return (amounts[measure], capacity[measure]) if measure in capacity else (0, 1)
    largest: Ratio = (0, 1)
    for name, total in capacity.items():
        if amounts[name] * largest[1] > largest[0] * total:
            largest = (amounts[name], total)
    return largest


def size_key(
    wanted: Quantities | None, demand: Quantities, capacity: Quantities, measure: str, weight: Ratio
) -> tuple[bool, float]:
    """(without limit, size x weight): unlimited work is above any other, and compares by one of its tasks."""
    numerator, denominator = size(demand if wanted is None else wanted, capacity, measure)
    try:
        return wanted is None, (numerator * weight[0]) / (denominator * weight[1])
    except OverflowError:  # the product of twenty shares may pass the largest float
        return wanted is None, math.inf


def size_columns(rows: Any, capacity: Any, measure: str, weighing: Literal["divide", "multiply"]) -> Sequence[Any]:
    """`size_key` for a million rows; the same numbers to the last bit."""
    return rows.unlimited, rows.size(capacity, measure, weighing)
