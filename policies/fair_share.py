"""Fair share: weighted max-min of each resource by itself, and over time weighted use of the one that is busiest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Filling, Key, KeyChange, Option, Policy, Quantities, Ranks, TenantView, fair_shares
from policies.half_life import HALF_LIFE, half_life_of, in_words

BUSIEST = "busiest"


class FairShare:
    """Entitle each tenant to its weighted max-min share of each resource; whole tasks go to who is furthest below.

    Over time there is no entitlement: whoever uses least of one resource by its weight goes first.

    Args:
        resource: Over time, which one: `busiest`, the one with the highest offered load, or a resource's name.
        half_life: Over time, how long until half of what was used is forgotten; `none` counts what is used now.
    """

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.OWN_USAGE
    filling: ClassVar = Filling.ENTITLEMENT
    key_divides_by: ClassVar = "entitlement"  # with `counts_next`: lets the bulk path count tasks without popping them
    counts_next: ClassVar = True
    options: ClassVar = (
        Option(
            "resource",
            default=BUSIEST,
            choices=(BUSIEST,),
            help="the one resource whose weighted use ranks tenants: the one with the highest offered load (busiest), "
            "or the one that is named",
            resources=True,
            over_time=True,
        ),
        HALF_LIFE,
    )
    facts: ClassVar = Facts(
        summary="Each resource shared max-min by weight; whole tasks, and over time jobs, go to the tenant furthest "
        "below its share.",
        definition="entitlement = weighted max-min share of each resource; divisible work gets exactly that; whole "
        "tasks: key = largest over resources of (held with the next task) / entitlement; what remains is filled "
        "max-min among the divisible; over time: key = used / (capacity x weight) of one resource",
        source="Bertsekas & Gallager, Data Networks, section 6.5; per resource as in YARN's ComputeFairShares; over "
        "time as YARN's FairSharePolicy, for the resource that is chosen",
        properties={
            "Pareto efficient": "one resource yes; several no, a bundle may hold cpu without its memory",
            "sharing incentive": "yes",
            "envy-free": "yes",
            "strategy-proof": "yes, divisible",
        },
    )

    def __init__(self, resource: str = BUSIEST, half_life: str = HALF_LIFE.default) -> None:
        self.resource = resource
        self.half_life = half_life
        self.half_life_ms = half_life_of(half_life)

    def over_time(self, offered_load: Mapping[str, float]) -> Policy:
        """Tenants by weighted use of one resource: of those that shares are measured in the busiest, of equals the
        first; or the one that is named.
        """
        by_load = sorted(offered_load, key=lambda name: -offered_load[name])
        return WeightedUse(by_load if self.resource == BUSIEST else [self.resource], self.half_life)

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The largest of (held with the next task) / entitlement; infinite where nothing is entitled."""
        entitled = claim.entitlement or {}
        worst = 0.0
        for name in capacity:
            held = claim.usage[name] + claim.demand[name]
            if held:
                mine = entitled.get(name, 0)
                worst = max(worst, held / mine if mine else math.inf)
        return worst

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        key = self.key(claim, capacity)
        return "entitled to none of it" if key == math.inf else f"{key:.2f} of its entitlement"

    def entitle(self, tenants: Sequence[TenantView], capacity: Quantities) -> Sequence[Quantities]:
        """Weighted max-min of each resource by itself: no more than is wanted, no less than a guarantee."""
        return fair_shares(tenants, capacity)

    def entitle_columns(self, entitlements: Any) -> Any:
        """`entitle` for a million tenants without guarantees."""
        return entitlements.max_min(up_to_wants=True)


class WeightedUse:
    """Serve the tenant that uses least of one resource by its weight: fair-share over time.

    Args:
        resources: Which: the first that shares are measured in; where they are measured in none, all tenants tie.
        half_life: How long until half of what was used is forgotten; `none` counts what is used now.
    """

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.OWN_USAGE

    def __init__(self, resources: Sequence[str], half_life: str = HALF_LIFE.default) -> None:
        self.resources = resources
        self.half_life = half_life
        self.half_life_ms = half_life_of(half_life)

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """Used / (capacity x weight); one division, so uses equal on paper are equal."""
        for name in self.resources:
            if name in capacity:
                return claim.usage[name] / (capacity[name] * claim.weight)
        return 0.0

    def explain(self, claim: Claim, capacity: Quantities) -> str:
        """The key in words."""
        used = self.key(claim, capacity) * claim.weight_unit
        resource = next((name for name in self.resources if name in capacity), "")
        if self.half_life_ms is not None:
            return in_words(used, resource, self.half_life)
        return f"weighted use {used:.3g} of {resource or 'nothing'}"
