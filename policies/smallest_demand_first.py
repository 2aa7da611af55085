"""Smallest demand first, the user's own name for shortest-first ordering by size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Key, KeyChange, Quantities, Ranks
from policies.measure import MEASURE, size_columns, size_key


class SmallestDemandFirst:
    """Serve the work that wants least in all; weight divides what it wants.

    Args:
        measure: What "least" means for several resources: `dominant`, `sum`, `product` or a resource's name.
    """

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC
    options: ClassVar = (MEASURE,)
    facts: ClassVar = Facts(
        summary="The work that wants least in all goes first; the most tenants are satisfied, the large may starve.",
        definition="key = measure(everything the work wants, after limits) / weight; unlimited work last, by one "
        "task; a pop grants all that fits",
        source="Shortest-first ordering by size (Smith, Naval Research Logistics Quarterly 3, 1956, for one resource)",
        properties={
            "Pareto efficient": "yes",
            "sharing incentive": "no",
            "envy-free": "no",
            "strategy-proof": "no, splitting a request pays",
        },
    )

    def __init__(self, measure: str = "dominant") -> None:
        self.measure = measure

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """(without limit, size / weight)."""
        return size_key(claim.wanted, claim.demand, capacity, self.measure, (claim.weight_unit, claim.weight))

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        unlimited, size = self.key(claim, capacity)
        return (
            f"wants without limit, one task {size:.3g}" if unlimited else f"size {size:.3g} ({self.measure}) / weight"
        )

    def columns(self, rows: Any, capacity: Any) -> Sequence[Any]:
        """The keys of a million rows."""
        return size_columns(rows, capacity, self.measure, "divide")
