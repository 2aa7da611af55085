"""Dominant Resource Fairness, weighted, for whole tasks and divisible work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from allocator import Claim, Facts, Filling, Key, KeyChange, Option, Policy, Quantities, Ranks
from policies.half_life import HALF_LIFE, half_life_of, in_words


class DominantResourceFairness:
    """Serve the tenant whose largest weighted share of any one resource is smallest.

    Args:
        key: Whether that share counts the next task (`after`) or only what is held (`current`).
        half_life: Over time, how long until half of what was used is forgotten; `none` counts what is held.
    """

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.OWN_USAGE
    filling: ClassVar = Filling.DOMINANT_SHARE
    key_divides_by: ClassVar = "capacity"  # with `counts_next`: lets the bulk path count tasks without popping them
    options: ClassVar = (
        Option(
            "key",
            default="after",
            choices=("after", "current"),
            help="the share a tenant is ranked by: with its next task (after: nobody ends below its private slice) "
            "or without it (current: as in the paper, YARN and Mesos)",
        ),
        HALF_LIFE,
    )
    facts: ClassVar = Facts(
        summary="The tenant with the smallest weighted dominant share goes first.",
        definition="key = max over resources of (held with the next task) / (capacity x weight); one task a pop; "
        "divisible work by progressive filling; over time the next task is the whole job next in its queue; with a "
        "half-life, decayed use takes the place of what is held and the next job is not counted",
        source="Ghodsi et al., Dominant Resource Fairness, NSDI 2011, Algorithm 1 and section 4.3; key = after is "
        "SequentialMinMax of Parkes, Procaccia & Shah, EC 2012, section 5",
        properties={
            "Pareto efficient": "yes",
            "sharing incentive": "yes; whole tasks only with key = after",
            "envy-free": "divisible yes; whole tasks up to one task",
            "strategy-proof": "divisible yes; whole tasks no, larger tasks can pay",
        },
    )

    def __init__(self, key: str = "after", half_life: str = HALF_LIFE.default) -> None:
        self.counts_next = key == "after"
        self.half_life = half_life
        self.half_life_ms = half_life_of(half_life)

    def over_time(self, offered_load: Mapping[str, float]) -> Policy:
        """Itself; with a half-life, by decayed use alone: amounts times time, which one more job cannot be added to."""
        return self if self.half_life_ms is None else DominantResourceFairness("current", self.half_life)

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The weighted dominant share; one division a resource, so shares equal on paper are equal."""
        return self._dominant(claim, capacity)[0]

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words: the share it would reach, or holds, divided by its weight; or its decayed use."""
        key, resource = self._dominant(claim, capacity)
        if self.half_life_ms is not None and claim.estimate_ms is not None:
            return in_words(key * claim.weight_unit, resource, self.half_life)
        what = "share" if self.counts_next else "held share"
        return f"{what} {key * claim.weight_unit:.3g} of {resource}" if resource else "uses nothing that is shared"

    def _dominant(self, claim: Claim, capacity: Quantities) -> tuple[float, str]:
        usage, demand, weight = claim.usage, claim.demand, claim.weight
        key, dominant = 0.0, ""
        for name, total in capacity.items():
            share = (usage[name] + demand[name] if self.counts_next else usage[name]) / (total * weight)
            if share > key or not dominant:
                key, dominant = share, name
        return key, dominant
