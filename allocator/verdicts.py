"""What each work and each tenant got, and in one sentence why: read from the books when all is decided."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from allocator.core.decision import Outcome
from allocator.core.ledger import Ledger, WorkAccount, next_unit
from allocator.core.model import Tenant
from allocator.core.policy import Filling
from allocator.core.resources import Quantities
from allocator.reports import reasons
from allocator.results import TenantResult, WorkResult, total


def work_result(ledger: Ledger, account: WorkAccount, how: Filling, *, stops: bool, today: bool) -> WorkResult:
    """What one work got.

    Args:
        ledger: The books, with the wants of a round that only limits bound.
        account: The work in them.
        how: How divisible work was granted.
        stops: Whether the first misfit ended the round.
        today: Whether it is what runs today, which no policy granted.
    """
    work = account.work
    need = dict(account.need)
    granted = {name: account.granted.get(name, 0) for name in ledger.resources}
    wanted = None
    if not need or work.tasks is not None:
        wanted = {name: need.get(name, 0) * (work.tasks or 0) for name in ledger.resources}
    usable = granted
    tasks: int | Fraction = account.granted_tasks
    if work.divisible:
        tasks = min((Fraction(granted[name], amount) for name, amount in account.need), default=Fraction(0))
        if how in (Filling.ENTITLEMENT, Filling.SLICE):
            # Each resource was granted by itself: what the least of them allows is all that can be used.
            usable = {name: int(tasks * need.get(name, 0)) for name in ledger.resources}
    satisfaction = satisfied_part(granted, wanted)
    outcome = _outcome(account, satisfaction, any(granted.values()))
    short_of = _short_of(ledger, account, outcome)
    cause = reasons.Cause.of(
        outcome,
        short_of=short_of,
        limited=_limited(account),
        confined=how is Filling.SLICE,
        stops=stops,
        today=today,
    )
    reason = reasons.sentence(
        cause,
        tasks_granted=tasks,
        tasks_wanted=work.tasks,
        divisible=work.divisible,
        satisfaction=satisfaction,
        need=need,
        left=ledger.free,
        short_of=short_of,
        limit=_binding(account) or account.owner.tenant.limit,
        capacity=ledger.capacity,
        room=_room(ledger, account) if outcome is Outcome.INFEASIBLE else None,
    )
    return WorkResult(
        name=work.name,
        priority=account.owner.tenant.rank(work),
        tasks_wanted=work.tasks,
        tasks_held=work.held,
        tasks_granted=tasks,
        wanted=wanted,
        granted=granted,
        usable=usable,
        satisfaction=satisfaction,
        outcome=outcome,
        short_of=short_of,
        reason=reason,
    )


def _room(ledger: Ledger, account: WorkAccount) -> reasons.Room | None:
    """The node that comes nearest to one task, where that is what it exceeds."""
    if account.divisible or not ledger.rooms or ledger.rooms.hold(account.work):
        return None
    nearest = ledger.rooms.nearest(account.work)
    open_rooms = ledger.rooms.open_to(account.work.pools)
    return reasons.Room(
        name="" if nearest is None else nearest.name,
        free={} if nearest is None else nearest.free,
        most={name: max((room.free.get(name, 0) for room in open_rooms), default=0) for name, _ in account.need},
        of_pools=len(open_rooms) < len(ledger.rooms.all),
        merged=ledger.rooms.merged,
    )


def satisfied_part(granted: Quantities, wanted: Quantities | None) -> float | None:
    """The least of granted / wanted, 1.0 only where all is granted to the unit; None for no want, or one without limit.

    A quotient of large amounts may round to 1.0 though a byte is missing; then it is the next number below.
    """
    if wanted is None or not any(wanted.values()):
        return None
    if all(granted[name] >= amount for name, amount in wanted.items()):
        return 1.0
    least = min(granted[name] / amount for name, amount in wanted.items() if amount)
    return min(least, math.nextafter(1.0, 0.0))


def _outcome(account: WorkAccount, satisfaction: float | None, something: bool) -> Outcome:
    if account.idle:
        return Outcome.IDLE
    if satisfaction == 1.0:
        return Outcome.GRANTED
    if something:
        return Outcome.PARTIAL
    return Outcome.INFEASIBLE if account.infeasible else Outcome.REFUSED


def _short_of(ledger: Ledger, account: WorkAccount, outcome: Outcome) -> tuple[str, ...]:
    if outcome is Outcome.INFEASIBLE:
        return ledger.lacking(account)
    if outcome not in (Outcome.PARTIAL, Outcome.REFUSED):
        return ()
    # Resources granted each by itself are out of proportion; then the one that lacks is the one that ran out.
    step = {name: 1 for name, _ in _missing(account)} if account.divisible else dict(account.need)
    if account.divisible and account.whole and not _out_of_proportion(account):
        step = next_unit(account) or step
    return tuple(name for name, amount in step.items() if ledger.free[name] < amount)


def _missing(account: WorkAccount) -> Iterable[tuple[str, int]]:
    for name, amount in account.whole.items():
        lacking = amount - account.granted.get(name, 0)
        if account.unlimited or lacking > 0:
            yield name, lacking


def _out_of_proportion(account: WorkAccount) -> bool:
    parts = [Fraction(account.granted.get(name, 0), amount) for name, amount in account.whole.items()]
    return any(abs(part - parts[0]) * amount > 1 for part, amount in zip(parts, account.whole.values(), strict=True))


def _binding(account: WorkAccount) -> Quantities:
    """Of the tenant's limit, the resources of which it leaves less than one more task, or one more unit."""
    usage = account.owner.usage
    least = {name: 1 if account.divisible else amount for name, amount in account.need}
    return {
        name: most
        for name, most in account.owner.tenant.limit.items()
        if name in least and most - usage.get(name, 0) < least[name]
    }


def _limited(account: WorkAccount) -> bool:
    """Whether the tenant's own limit holds no more of this work."""
    if _binding(account):
        return True
    # Divisible work stays in proportion: it may have all that its limit allows though no resource is used up to it.
    return account.divisible and not account.unlimited and not any(True for _ in _missing(account))


def tenant_result(
    ledger: Ledger, tenant: Tenant, works: tuple[WorkResult, ...], mine: Quantities, fair: Quantities
) -> TenantResult:
    """What one tenant got.

    Args:
        ledger: The books.
        tenant: Who.
        works: What its work got, in order of declaration.
        mine: Its slice by weight.
        fair: Its weighted max-min share of each resource by itself.
    """
    resources = ledger.resources
    granted = total(resources, (work.granted for work in works))
    wants = [work.wanted for work in works]
    wanted = None if any(want is None for want in wants) else total(resources, (want for want in wants if want))
    satisfaction = satisfied_part(granted, wanted)
    dominant, share = None, 0.0
    for name, there_is in ledger.shared.items():
        if granted[name] / there_is > share:
            dominant, share = name, granted[name] / there_is
    outcome = combined(work.outcome for work in works)
    lacking = {name for work in works for name in work.short_of}
    counts = [work.tasks_wanted for work in works]
    held = [work.tasks_held for work in works if work.tasks_held is not None]
    return TenantResult(
        tenant=tenant,
        tasks_wanted=None if any(count is None for count in counts) else sum(count or 0 for count in counts),
        tasks_held=sum(held, Fraction(0)) if held else None,
        tasks_granted=sum((work.tasks_granted for work in works), 0),
        wanted=wanted,
        granted=granted,
        usable=total(resources, (work.usable for work in works)),
        entitled=mine,
        fair_share=fair,
        satisfaction=satisfaction,
        dominant_resource=dominant,
        dominant_share=share,
        outcome=outcome,
        short_of=tuple(name for name in resources if name in lacking),
        reason=reasons.of_tenant(outcome, works),
        work=works,
    )


def combined(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a tenant from those of its work."""
    found = {outcome for outcome in outcomes if outcome is not Outcome.IDLE}
    if not found:
        return Outcome.IDLE
    if len(found) == 1:
        return next(iter(found))
    if found & {Outcome.GRANTED, Outcome.PARTIAL}:
        return Outcome.PARTIAL
    return Outcome.REFUSED
