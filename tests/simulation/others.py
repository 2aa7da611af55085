"""Policies as other people may write them: what the contract allows and no built-in policy does over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from allocator import Claim, Filling, Key, KeyChange, Policy, Quantities, Ranks, TenantView, fair_shares


class JobsByUse:
    """Ranks jobs, by keys that follow the use of their tenants."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.OWN_USAGE

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The weighted use, and then the longest first."""
        return sum(claim.usage.values()) / claim.weight, -(claim.estimate_ms or 0)


class TenantsByEntitlement:
    """Ranks tenants by what they have of what they are entitled to, in a run as in one allocation."""

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.OWN_USAGE
    filling: ClassVar = Filling.ENTITLEMENT

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The largest part, with the next job."""
        assert claim.entitlement is not None
        return max(
            ((claim.usage[name] + claim.demand[name]) / (claim.entitlement[name] or 0.5) for name in capacity),
            default=0.0,
        )

    def entitle(self, tenants: Sequence[TenantView], capacity: Quantities) -> Sequence[Quantities]:
        """Weighted max-min shares."""
        return fair_shares(tenants, capacity)


class TenantsByPriority:
    """Ranks tenants by keys that never change while they wait."""

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.STATIC

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The priority of the tenant, and then the heaviest first."""
        return claim.priority, -claim.weight


class TenantsByNextJob:
    """Ranks tenants by the job that each would be served next."""

    ranks: ClassVar = Ranks.TENANTS
    key_change: ClassVar = KeyChange.OWN_USAGE

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """All that is known of a job."""
        assert claim.wanted is not None
        return claim.estimate_ms, claim.submit_ms, claim.deadline_ms or 0, claim.tasks, sum(claim.wanted.values())


class JobsInSlices:
    """Ranks jobs, and gives every tenant half of everything at most."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC
    filling: ClassVar = Filling.SLICE

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The lightest first, and then the smallest gang."""
        return claim.weight, claim.tasks, max(claim.demand.values())

    def entitle(self, tenants: Sequence[TenantView], capacity: Quantities) -> Sequence[Quantities]:
        """Halves."""
        return [{name: total // 2 for name, total in capacity.items()} for _ in tenants]


OTHERS: dict[str, type[Policy]] = {
    cls.__name__: cls for cls in (JobsByUse, TenantsByEntitlement, TenantsByPriority, TenantsByNextJob, JobsInSlices)
}
