"""Strict priority: the lower number first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Key, KeyChange, Quantities, Ranks


class Priority:
    """Serve the work with the lowest priority number; equal numbers in order of declaration."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC
    facts: ClassVar = Facts(
        summary="The lower priority number first: each takes all that fits, the last may starve.",
        definition="key = priority (lower first); a pop grants all that fits of the work",
        source="Strict priority; Kubernetes PriorityClass and YARN count the other way round (higher first)",
        properties={
            "Pareto efficient": "yes",
            "sharing incentive": "no",
            "envy-free": "no",
            "strategy-proof": "only where tenants do not set their own priority",
        },
    )

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The priority number."""
        return claim.priority

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        return f"priority {claim.priority}"

    def columns(self, rows: Any, capacity: Any) -> Sequence[Any]:
        """One column: the priority numbers."""
        return (rows.priority,)
