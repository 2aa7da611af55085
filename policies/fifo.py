"""First come, first served: in order of declaration, and over time of submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Key, KeyChange, Quantities, Ranks, write_duration


class Fifo:
    """Serve work in order of declaration; with `on_misfit = "stop"` the head blocks (strict FCFS)."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC
    facts: ClassVar = Facts(
        summary="In order of declaration: each takes all that fits.",
        definition="key = order of declaration, over time of submission; a pop grants all that fits of the work",
        source="First come, first served; the head-of-line blocking form is on_misfit = stop, over time queue = strict",
        properties={
            "Pareto efficient": "yes",
            "sharing incentive": "no",
            "envy-free": "no",
            "strategy-proof": "yes, the order does not depend on what is asked",
        },
    )

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The order of declaration; over time jobs are in order of submission."""
        return claim.order

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        if claim.estimate_ms is not None:
            return f"submitted at {write_duration(claim.submit_ms)}"
        return f"place {claim.order + 1} in the file"

    def columns(self, rows: Any, capacity: Any) -> Sequence[Any]:
        """No column: order of declaration is the tie rule itself."""
        return ()
