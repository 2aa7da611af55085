"""What is handed out by entitlement instead of popped from the heap: slices, reserved shares, and what remains after.

Every amount comes from the tenants' entitlements or from max-min; no policy is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator

from allocator.core.clerk import Clerk
from allocator.core.decision import Decision
from allocator.core.ledger import TenantAccount
from allocator.core.maxmin import max_min


def hand_out_slices(clerk: Clerk) -> Iterator[Decision | None]:
    """Serve each tenant inside its slice, each resource by itself where its work is divisible."""
    for account in clerk.ledger.tenants:
        for work in account.works:
            if work.blocked:
                continue
            if work.infeasible:
                yield clerk.refuse(work, None)
            elif work.divisible:
                yield clerk.book_each(work, {name: account.headroom(name) for name, _ in work.need})[0]
            else:
                yield clerk.grant_whole(work, None, everything=True)[0]


def hand_out_entitlements(clerk: Clerk) -> Iterator[Decision | None]:
    """Give every tenant whose work is all divisible exactly its entitlement, before any whole task."""
    for account in clerk.ledger.tenants:
        if not all(work.divisible for work in account.works):
            continue
        left = dict(account.entitlement or {})
        for work in account.works:
            if work.blocked:
                continue
            if work.infeasible:
                yield clerk.refuse(work, None)
                continue
            decision, added = clerk.book_each(work, left)
            for name, amount in added.items():
                left[name] -= amount
            yield decision


def fill_what_remains(clerk: Clerk) -> Iterator[Decision | None]:
    """Share what whole tasks left over, each resource by itself, max-min among divisible work."""
    ledger = clerk.ledger
    wanting = [
        account
        for account in ledger.tenants
        if any(work.divisible and not work.infeasible and not work.blocked for work in account.works)
    ]
    goals: dict[int, dict[str, int]] = {account.index: {} for account in wanting}
    for name in ledger.resources:
        if not ledger.free[name]:
            continue
        held = [account.usage[name] for account in wanting]
        tops = [_divisible_top(account, name) for account in wanting]
        weights = [account.weight for account in wanting]
        for account, goal, has in zip(
            wanting, max_min(ledger.free[name] + sum(held), tops, weights, held), held, strict=True
        ):
            goals[account.index][name] = goal - has
    for account in wanting:
        left = goals[account.index]
        for work in account.works:
            if work.divisible and not work.infeasible and not work.blocked and any(left.values()):
                decision, added = clerk.book_each(work, left)
                for name, amount in added.items():
                    left[name] -= amount
                if added:
                    yield decision


def _divisible_top(account: TenantAccount, name: str) -> int | None:
    """The most of one resource that a tenant may hold once its divisible work has all it wants; None: no limit."""
    top: int | None = account.usage[name]
    for work in account.works:
        if work.divisible and not work.infeasible:
            amount = work.work.demand.get(name, 0)
            if amount and work.work.tasks is None:
                top = None
                break
            assert top is not None
            top += amount * (work.work.tasks or 0) - work.granted.get(name, 0)
    limit = account.tenant.limit.get(name)
    if limit is None:
        return top
    return max(limit, account.usage[name]) if top is None else min(top, max(limit, account.usage[name]))
