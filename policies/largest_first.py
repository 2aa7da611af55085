"""Largest first: the packing foil to smallest-demand-first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Key, KeyChange, Quantities, Ranks
from policies.measure import MEASURE, size_columns, size_key


class LargestFirst:
    """Serve the work that wants most in all; weight multiplies what it wants.

    Args:
        measure: What "most" means for several resources: `dominant`, `sum`, `product` or a resource's name.
    """

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC
    options: ClassVar = (MEASURE,)
    facts: ClassVar = Facts(
        summary="The work that wants most in all goes first; it packs well, the small may starve.",
        definition="key = -measure(everything the work wants, after limits) x weight; unlimited work first, by one "
        "task; a pop grants all that fits",
        source="First-fit-decreasing ordering (Johnson, Near-optimal bin packing algorithms, MIT 1973)",
        properties={
            "Pareto efficient": "yes",
            "sharing incentive": "no",
            "envy-free": "no",
            "strategy-proof": "no, inflating a request pays",
        },
    )

    def __init__(self, measure: str = "dominant") -> None:
        self.measure = measure

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """(not without limit, -(size x weight))."""
        unlimited, size = size_key(
            claim.wanted, claim.demand, capacity, self.measure, (claim.weight, claim.weight_unit)
        )
        return not unlimited, -size

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        bounded, size = self.key(claim, capacity)
        return (
            f"size {-size:.3g} ({self.measure}) x weight" if bounded else f"wants without limit, one task {-size:.3g}"
        )

    def columns(self, rows: Any, capacity: Any) -> Sequence[Any]:
        """The keys of a million rows."""
        unlimited, size = size_columns(rows, capacity, self.measure, "multiply")
        return ~unlimited, -size
