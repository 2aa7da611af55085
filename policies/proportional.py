"""Static slices by weight: the private cluster that every fair policy is held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from allocator import Claim, Facts, Filling, Key, KeyChange, Quantities, Ranks, TenantView, max_min


class Proportional:
    """Give each tenant its slice of each resource by weight; what it does not use stays idle."""

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.STATIC
    filling: ClassVar = Filling.SLICE
    facts: ClassVar = Facts(
        summary="A private slice by weight for each tenant; what one does not use stays idle.",
        definition="slice = max(guarantee, level x weight) of each resource, the slices adding to the capacity; "
        "whole tasks as they fit in it, divisible work each resource by itself; nothing is redistributed",
        source="Static partitioning; the reference for sharing incentive in Ghodsi et al., NSDI 2011, section 3",
        properties={
            "Pareto efficient": "no, unused slices stay idle",
            "sharing incentive": "it is the reference",
            "envy-free": "yes",
            "strategy-proof": "yes",
        },
    )

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The order of declaration; slices do not depend on who is served first."""
        return claim.order

    def entitle(self, tenants: Sequence[TenantView], capacity: Quantities) -> Sequence[Quantities]:
        """The slices: weighted parts of each resource that add to the capacity, whoever asks."""
        weights = [tenant.weight for tenant in tenants]
        slices: list[dict[str, int]] = [{} for _ in tenants]
        for name, total in capacity.items():
            floors = [tenant.guarantee.get(name, 0) for tenant in tenants]
            for mine, part in zip(slices, max_min(total, [None] * len(tenants), weights, floors), strict=True):
                mine[name] = part
        return slices

    def entitle_columns(self, entitlements: Any) -> Any:
        """`entitle` for a million tenants without guarantees."""
        return entitlements.max_min(up_to_wants=False)
