"""Fair share: weighted max-min of each resource by itself, as YARN computes its fair-share numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Filling, Key, KeyChange, Quantities, Ranks, TenantView, fair_shares


class FairShare:
    """Entitle each tenant to its weighted max-min share of each resource; whole tasks go to who is furthest below."""

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.OWN_USAGE
    filling: ClassVar = Filling.ENTITLEMENT
    key_divides_by: ClassVar = "entitlement"  # with `counts_next`: lets the bulk path count tasks without popping them
    counts_next: ClassVar = True
    facts: ClassVar = Facts(
        summary="Each resource shared max-min by weight; whole tasks go to the tenant furthest below its entitlement.",
        definition="entitlement = weighted max-min share of each resource; divisible work gets exactly that; whole "
        "tasks: key = largest over resources of (held with the next task) / entitlement; what remains is filled "
        "max-min among the divisible",
        source="Bertsekas & Gallager, Data Networks, section 6.5; per resource as in YARN's ComputeFairShares",
        properties={
            "Pareto efficient": "one resource yes; several no, a bundle may hold cpu without its memory",
            "sharing incentive": "yes",
            "envy-free": "yes",
            "strategy-proof": "yes, divisible",
        },
    )

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
