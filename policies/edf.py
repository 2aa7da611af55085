"""Earliest deadline first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Key, KeyChange, Quantities, Ranks, write_duration


class EarliestDeadlineFirst:
    """Start the job whose deadline comes first; jobs without one come last, as submitted."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC
    needs_time: ClassVar = True
    facts: ClassVar = Facts(
        summary="The job with the earliest deadline goes first; jobs without one wait behind all that have one.",
        definition="key = deadline, counted from the start of the run; infinite without one; ties by submit time; a "
        "job that is late already keeps its place, and nothing is dropped",
        source="Liu & Layland, Journal of the ACM 20(1), 1973: optimal on one preemptive processor; not on several "
        "(Dhall & Liu, Operations Research 26(1), 1978), nor here, where a started job runs on",
        properties={
            "Pareto efficient": "yes with queue = skip: nothing that fits waits",
            "sharing incentive": "no",
            "envy-free": "no",
            "strategy-proof": "no, an early deadline pays",
        },
    )

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The deadline in ms; infinite without one."""
        return math.inf if claim.deadline_ms is None else float(claim.deadline_ms)

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        return "no deadline" if claim.deadline_ms is None else f"deadline at {write_duration(claim.deadline_ms)}"

    def columns(self, rows: Any, capacity: Any) -> Sequence[Any]:
        """One column: the deadlines."""
        return (rows.deadline,)
