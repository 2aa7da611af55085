"""Why a tenant gains or loses, in a few words: facts of both allocations, and the order in which a policy serves.

Words only: who gains is decided before. It asks a policy for keys but runs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allocator.comparison.change import Change, Direction
from allocator.core.decision import Outcome
from allocator.core.ledger import Ledger, WorkAccount
from allocator.core.model import Scenario
from allocator.core.policy import Claim, Explaining, Filling, KeyChange, Ranks, filling
from allocator.registry import Prepared
from allocator.reports import units


@dataclass(frozen=True, slots=True)
class Place:
    """Where a work, or a tenant, stands in the order of a policy."""

    number: int
    """1 is served first."""
    key: str
    """Its key in words; empty where the policy does not say."""


class ServingOrder:
    """The order in which a policy whose keys never change serves those who want something. O(n log n) to make.

    Args:
        scenario: Who wants what.
        prepared: A policy with `STATIC` keys that keeps a heap; see `has_order`.
    """

    def __init__(self, scenario: Scenario, prepared: Prepared) -> None:
        ledger = Ledger(scenario)
        ledger.open_round(ledger.limits)
        policy = prepared.policy
        self.by_work = policy.ranks is Ranks.WORK
        wanting = [work for work in ledger.works if work.need and not work.infeasible and work.wants]
        if not self.by_work:
            # One claim a tenant, for the work that it would be served first.
            firsts: dict[int, WorkAccount] = {}
            rank = {id(work): at for account in ledger.tenants for at, work in enumerate(account.works)}
            for work in sorted(wanting, key=lambda work: rank[id(work)]):
                firsts.setdefault(work.owner.index, work)
            wanting = list(firsts.values())
        claims = [_claim(ledger, work, by_work=self.by_work) for work in wanting]
        ranked = sorted(
            ((policy.key(claim, ledger.shared), claim.order, claim) for claim in claims), key=lambda entry: entry[:2]
        )
        # A key that orders as the file does tells nothing that the place does not.
        tells = isinstance(policy, Explaining) and [claim.order for _, _, claim in ranked] != sorted(
            claim.order for claim in claims
        )
        self.places: Mapping[tuple[str, str], Place] = {
            (claim.tenant, claim.work if self.by_work else ""): Place(
                number, policy.explain(claim, ledger.shared) if tells and isinstance(policy, Explaining) else ""
            )
            for number, (_, _, claim) in enumerate(ranked, start=1)
        }
        ledger.close()

    def place(self, tenant: str, work: str) -> Place | None:
        """Where `work` of `tenant` stands; None where it does not stand in the heap."""
        return self.places.get((tenant, work if self.by_work else ""))


def has_order(prepared: Prepared | None) -> bool:
    """Whether the policy serves in an order that is fixed beforehand."""
    return (
        prepared is not None
        and prepared.policy.key_change is KeyChange.STATIC
        and filling(prepared.policy) is Filling.NONE
    )


def _claim(ledger: Ledger, work: WorkAccount, *, by_work: bool) -> Claim:
    zeros = dict.fromkeys(ledger.resources, 0)
    need = dict(work.need)
    account = work.owner
    if work.divisible:
        tasks = None if work.unlimited else work.work.tasks
        wanted = None if work.unlimited else {**zeros, **work.whole}
    else:
        tasks = work.tasks
        wanted = None if tasks is None else {**zeros, **{name: amount * tasks for name, amount in need.items()}}
    return Claim(
        tenant=account.tenant.name,
        work=work.work.name,
        order=work.order if by_work else account.index,
        weight=account.weight,
        weight_unit=ledger.weight_unit,
        priority=account.tenant.rank(work.work) if by_work else account.tenant.priority,
        demand={**zeros, **need},
        tasks=tasks,
        wanted=wanted,
        usage=zeros,
    )


def why(change: Change, prepared: Prepared | None, capacity: Mapping[str, int], order: ServingOrder | None) -> str:
    """The reason of `change` in words; empty where nothing changes.

    Args:
        change: Whose grants, before and after.
        prepared: The policy of after; None for what runs today.
        capacity: Of each resource; a change is measured against it.
        order: How that policy serves, where it has an order.
    """
    if change.direction is Direction.SAME:
        return ""
    after = change.after
    if prepared is None:
        wants = "" if after.tasks_wanted is None else f" of {after.tasks_wanted:,}"
        return f"runs {units.tasks(float(after.tasks_granted))}{wants} tasks today"
    served = _served(change, order)
    cause = _gained(change, capacity) if change.direction is Direction.GAIN else _lost(change, prepared, capacity)
    return "; ".join(part for part in (served, cause) if part) or "others leave it more"


def _served(change: Change, order: ServingOrder | None) -> str:
    """`served 57th of 60, priority 5`, for the first work that went the way of the tenant."""
    if order is None:
        return ""
    rose = change.direction is Direction.GAIN
    for before, after in zip(change.before.work, change.after.work, strict=True):
        if before.tasks_granted == after.tasks_granted or (after.tasks_granted > before.tasks_granted) is not rose:
            continue
        place = order.place(change.name, after.name)
        if place is None:
            return ""
        who = f"{after.name} " if order.by_work and len(change.after.work) > 1 else ""
        key = f", {place.key}" if place.key else ""
        count = len(order.places)
        rank = "last" if place.number == count > 1 else ordinal(place.number)
        return f"{who}served {rank} of {count:,}{key}"
    return ""


def _gained(change: Change, capacity: Mapping[str, int]) -> str:
    before, after = change.before, change.after
    name = most_moved(change, capacity)
    if name is None:
        return "the same amounts, more of them usable"
    had, called = units.amount(name, before.granted[name]), units.short(name)
    for words, goal in (("entitled", before.entitled), ("fair share", before.fair_share)):
        mine = goal.get(name, 0)
        if before.wanted is not None:
            mine = min(mine, before.wanted[name])
        if before.granted[name] < mine and goal is before.entitled:
            return f"had {had} of its {words} {units.named(name, before.entitled[name])}"
        if before.granted[name] < mine:
            return f"had {had} {called}, below its fair share {units.amount(name, goal[name])}"
    if after.borrowed[name]:
        return f"borrows {units.named(name, after.borrowed[name])} above its entitled {_entitled(change, name)}"
    return f"others leave it more {called}"


def _lost(change: Change, prepared: Prepared, capacity: Mapping[str, int]) -> str:
    before, after = change.before, change.after
    if after.outcome is Outcome.INFEASIBLE:
        return after.reason
    over = [name for name, most in after.tenant.limit.items() if before.granted.get(name, 0) > most]
    if over:
        limit = after.tenant.limit[over[0]]
        above = units.named(over[0], before.granted[over[0]] - limit)
        return f"had {above} above its limit {units.amount(over[0], limit)}"
    name = most_moved(change, capacity, having=before.borrowed)
    if name is not None:
        return f"borrowed {units.named(name, before.borrowed[name])} above its entitled {_entitled(change, name)}"
    if filling(prepared.policy) is Filling.SLICE:
        return "its slice holds no more; what others leave idle is not lent"
    above_fair = {name: max(0, amount - before.fair_share.get(name, 0)) for name, amount in before.granted.items()}
    name = most_moved(change, capacity, having=above_fair)
    if name is not None:
        share = units.amount(name, before.fair_share.get(name, 0))
        return f"had {units.named(name, above_fair[name])} above its fair share {share}"
    if after.short_of:
        return f"{units.names_in_words([units.short(name) for name in after.short_of])} ran out"
    return "the round ended at an earlier misfit" if prepared.on_misfit == "stop" else "the policy grants it no more"


def _entitled(change: Change, name: str) -> str:
    return units.amount(name, change.after.entitled.get(name, 0))


def most_moved(change: Change, capacity: Mapping[str, int], having: Mapping[str, int] | None = None) -> str | None:
    """The resource that moved most against the capacity, the way the tenant went; of those that `having` has."""
    way = 1 if change.direction is Direction.GAIN else -1
    best, most = None, 0.0
    for name, moved in change.moved.items():
        if capacity.get(name, 0) and (having is None or having.get(name, 0)):
            part = way * moved / capacity[name]
            if part > most:
                best, most = name, part
    return best


def ordinal(number: int) -> str:
    """`first`, `22nd`, `113th`."""
    if number == 1:
        return "first"
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
