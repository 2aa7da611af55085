"""Shortest job first, by the estimate of its owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Key, KeyChange, Option, Quantities, Ranks, write_duration
from policies.measure import size


class ShortestJobFirst:
    """Start the job that is estimated to take least.

    Args:
        by: Whether "least" is time (`estimate`), time by the tenant's weight (`weighted`), or time by the largest
            share of the capacity that the whole job holds meanwhile (`area`).
    """

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC
    needs_time: ClassVar = True
    options: ClassVar = (
        Option(
            "by",
            default="estimate",
            choices=("estimate", "weighted", "area"),
            help="what makes a job short: its estimate; its estimate / its tenant's weight (weighted: Smith's rule); "
            "or its estimate x the largest share of any resource that all its tasks hold (area: a wide job is not "
            "short)",
            over_time=True,
        ),
    )
    facts: ClassVar = Facts(
        summary="The job with the shortest estimate goes first; the mean wait is short, the long may starve.",
        definition="key = estimate of the job, whose tasks all start at once; ties by submit time; with "
        "[simulation] estimates = exact the true run time",
        source="Smith, Various optimizers for single-stage production, Naval Research Logistics Quarterly 3, 1956: "
        "shortest processing time first, and weighted",
        properties={
            "Pareto efficient": "yes with queue = skip: nothing that fits waits",
            "sharing incentive": "no",
            "envy-free": "no",
            "strategy-proof": "no, a short estimate pays unless jobs are killed at it (at_limit = kill)",
        },
    )

    def __init__(self, by: str = "estimate") -> None:
        self.by = by
        if by == "estimate":  # the others are quotients, which keys round once and columns would not
            self.columns = _estimates

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The estimate, or what it is weighed to; one division of whole numbers."""
        estimate = claim.estimate_ms or 0
        if self.by == "weighted":
            return estimate * claim.weight_unit / claim.weight
        if self.by == "area":
            part, whole = size(claim.wanted or claim.demand, capacity, "dominant")
            return estimate * part / whole
        return estimate

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        words = f"estimate {write_duration(claim.estimate_ms or 0)}"
        if self.by == "weighted":
            return f"{words} / weight {claim.weight / claim.weight_unit:.3g}"
        if self.by == "area":
            part, whole = size(claim.wanted or claim.demand, capacity, "dominant")
            return f"{words} x {part / whole:.3g} of the capacity"
        return words


def _estimates(rows: Any, capacity: Any) -> Sequence[Any]:
    """One column: the estimates."""
    return (rows.estimate,)
