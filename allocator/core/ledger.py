"""Who holds what while one allocation is made: free capacity, each tenant's usage, each work's want of the round.

Exact integers only. It grants what it is told to and knows no order; who is next is the business of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from allocator.core.model import Scenario, Tenant, Work
from allocator.core.nodes import Rooms
from allocator.core.policy import TenantView
from allocator.core.resources import Quantities


@dataclass(slots=True, eq=False)
class WorkAccount:
    """One work: what it wants in this round, and what it has been granted."""

    owner: TenantAccount
    work: Work
    order: int
    """Order of declaration among all work of the scenario."""
    need: tuple[tuple[str, int], ...]
    """The demand of one task without its zeros."""
    infeasible: bool = False
    """One task can never be granted: the pool, every node or its limit is smaller; divisible: there is none at all."""
    tasks: int | None = None
    """Whole tasks wanted in this round; None is without limit. Unused where divisible."""
    whole: dict[str, int] = field(default_factory=dict)
    """Divisible: what it wants in this round, or where `unlimited` what one task needs."""
    unlimited: bool = False
    """Divisible and without limit: fractions may exceed 1."""
    blocked: bool = False
    """Nothing more can be granted in this round: free capacity and headroom only shrink."""
    granted_tasks: int = 0
    granted: dict[str, int] = field(default_factory=dict)

    @property
    def divisible(self) -> bool:
        """Whether any fraction may be granted."""
        return self.work.divisible

    @property
    def idle(self) -> bool:
        """Whether it wants nothing at all: no task, or tasks that need nothing, however many."""
        return not self.need or self.work.tasks == 0

    @property
    def wants(self) -> bool:
        """Whether anything of this round's want is not granted yet."""
        if not self.work.divisible:
            return self.tasks is None or self.granted_tasks < self.tasks
        return self.unlimited or any(self.granted.get(name, 0) < amount for name, amount in self.whole.items())


@dataclass(slots=True, eq=False)
class TenantAccount:
    """One tenant: its weight as a whole number, what it holds, how far it may go in this round."""

    tenant: Tenant
    index: int
    weight: int
    usage: dict[str, int]
    cap: Quantities = field(default_factory=dict)
    """The most it may hold of the resources named, in this round."""
    works: list[WorkAccount] = field(default_factory=list)
    """In order of service: (priority, declaration)."""
    entitlement: Quantities | None = None

    def headroom(self, name: str) -> int | None:
        """How much more of a resource it may hold in this round; None where nothing caps it."""
        cap = self.cap.get(name)
        return None if cap is None else max(0, cap - self.usage[name])


class Ledger:
    """The books of one allocation."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.resources = scenario.resources
        self.capacity: dict[str, int] = {name: scenario.capacity.get(name, 0) for name in self.resources}
        self.shared: dict[str, int] = {name: self.capacity[name] for name in scenario.shared}
        self.free = dict(self.capacity)
        self.weight_unit = scenario.weight_unit
        self.rooms = Rooms(scenario)
        """The nodes, where there are any: a whole task must fit on one."""
        self.pops: list[tuple[int, int]] = []
        """(order of the work, whole tasks) of each grant of whole tasks, in the order in which they were made."""
        self.tenants: list[TenantAccount] = []
        self.works: list[WorkAccount] = []
        for index, tenant in enumerate(scenario.tenants):
            account = TenantAccount(
                tenant, index, int(tenant.weight * self.weight_unit), dict.fromkeys(self.resources, 0)
            )
            for work in tenant.work:
                need = tuple((name, amount) for name, amount in work.demand.items() if amount)
                entry = WorkAccount(account, work, len(self.works), need)
                entry.infeasible = bool(self.lacking(entry)) or _exceeds_limit(entry)
                self.works.append(entry)
                account.works.append(entry)
            account.works.sort(key=lambda entry: (account.tenant.rank(entry.work), entry.order))
            self.tenants.append(account)
        self.limits: dict[int, Quantities] = {account.index: account.tenant.limit for account in self.tenants}
        """The caps of a round that only limits bound, by the tenant's index."""

    def close(self) -> None:
        """Let go of all accounts, one by one: nobody reads the books any more, and those of a tenant and of its work
        hold each other, so that they would stay until Python looks for garbage.
        """
        self.works.clear()
        while self.tenants:
            self.tenants.pop().works.clear()

    def lacking(self, work: WorkAccount) -> tuple[str, ...]:
        """What keeps one task from ever being granted: the resources of which the whole pool has less than it needs, or
        else the node that comes nearest; divisible work: of which there is none. Empty where nothing does.
        """
        lacking = tuple(name for name, amount in work.need if self.capacity[name] < (1 if work.divisible else amount))
        if lacking or work.divisible or not self.rooms or self.rooms.hold(work.work):
            return lacking
        nearest = self.rooms.nearest(work.work)
        return tuple(name for name, _ in work.need) if nearest is None else nearest.lacks(work.work.demand)

    def open_round(self, caps: Mapping[int, Quantities], only: Iterable[WorkAccount] | None = None) -> None:
        """Begin a round: each tenant may go up to its cap, and each work of `only` (default: all) wants up to it."""
        for account in self.tenants:
            account.cap = caps.get(account.index, {})
        taking_part = None if only is None else set(map(id, only))
        for work in self.works:
            work.blocked = work.idle or (taking_part is not None and id(work) not in taking_part)
            if work.blocked:
                work.tasks, work.whole, work.unlimited = 0, {}, False
            elif work.divisible:
                self.cap_divisible(work, work.owner.cap)
            else:
                work.tasks = capped_tasks(work.need, work.work.tasks, work.owner.cap)

    def cap_divisible(self, work: WorkAccount, cap: Mapping[str, int | None]) -> None:
        """Set what divisible `work` wants: its want, or the part of it that stays within `cap`, in proportion."""
        tasks = work.work.tasks
        whole = {name: amount * (1 if tasks is None else tasks) for name, amount in work.need}
        binding: tuple[int, int] | None = None
        for name, amount in whole.items():
            most = cap.get(name)
            if most is None or not amount or (tasks is not None and most >= amount):
                continue
            if binding is None or most * binding[1] < binding[0] * amount:
                binding = (most, amount)
        work.unlimited = tasks is None and binding is None and bool(whole)
        if binding is not None:
            whole = {name: amount * binding[0] // binding[1] for name, amount in whole.items()}
        work.whole = {name: amount for name, amount in whole.items() if amount}

    def cap_to_headroom(self, work: WorkAccount) -> None:
        """Set what divisible `work` wants to the part that its owner's cap of this round still leaves room for."""
        rooms = ((name, work.owner.headroom(name)) for name, _ in work.need)
        held = work.granted
        self.cap_divisible(work, {n: None if room is None else room + held.get(n, 0) for n, room in rooms})

    def fits(self, work: WorkAccount, left: Mapping[str, int]) -> int:
        """How many more whole tasks `left` holds, whatever is wanted; the task needs something."""
        return min(left[name] // amount for name, amount in work.need)

    def within_cap(self, work: WorkAccount) -> int | None:
        """How many more whole tasks the owner's cap of this round leaves room for; None is without limit."""
        rooms = ((work.owner.headroom(name), amount) for name, amount in work.need)
        return min((room // amount for room, amount in rooms if room is not None), default=None)

    def part_that_fits(self, work: WorkAccount, left: Mapping[str, int]) -> dict[str, int]:
        """What divisible `work` can be granted of `left` in one go: all it still wants, or a part in proportion.

        The part is the largest that fits once each amount is rounded down: the resource that binds is used up exactly.
        """
        bound: tuple[int, int] | None = None
        for name, amount in work.whole.items():
            over = work.granted.get(name, 0) + left[name] + 1
            if (work.unlimited or over <= amount) and (bound is None or over * bound[1] < bound[0] * amount):
                bound = (over, amount)
        part: dict[str, int] = {}
        for name, amount in work.whole.items():
            # Every fraction below over / amount still fits; the bundle just below the least of them is the largest.
            goal = amount if bound is None else (amount * bound[0] - 1) // bound[1]
            part[name] = max(0, goal - work.granted.get(name, 0))
        return {name: amount for name, amount in part.items() if amount}

    def grant_tasks(self, work: WorkAccount, count: int) -> dict[str, int]:
        """Grant `count` whole tasks; returns the amounts."""
        amounts = {name: amount * count for name, amount in work.need}
        work.granted_tasks += count
        self.pops.append((work.order, count))
        self.grant(work, amounts)
        return amounts

    def grant(self, work: WorkAccount, amounts: Quantities) -> None:
        """Grant amounts of each resource; the caller has made sure that they fit."""
        usage, granted, free = work.owner.usage, work.granted, self.free
        for name, amount in amounts.items():
            free[name] -= amount
            usage[name] += amount
            granted[name] = granted.get(name, 0) + amount


def _exceeds_limit(work: WorkAccount) -> bool:
    # Divisible work under a limit of 0 could run a part of itself; its limit stops it, as any other would.
    limit = work.owner.tenant.limit
    return not work.divisible and any(limit.get(name, amount) < amount for name, amount in work.need)


def capped_tasks(need: Iterable[tuple[str, int]], tasks: int | None, cap: Quantities) -> int | None:
    """`tasks`, or fewer where a cap holds fewer: the least of cap / demand, rounded down; None is without limit."""
    within = [cap[name] // amount for name, amount in need if name in cap]
    if tasks is not None:
        within.append(tasks)
    return min(within, default=None)


def next_unit(work: WorkAccount) -> dict[str, int]:
    """What divisible `work` needs for one more unit of the resource it wants least of, the others in proportion."""
    least = min(work.whole, key=lambda name: work.whole[name], default=None)
    if least is None:
        return {}
    has = work.granted.get(least, 0)
    step: dict[str, int] = {}
    for name, amount in work.whole.items():
        goal = (has + 1) * amount // work.whole[least]
        goal = goal if work.unlimited else min(amount, goal)
        step[name] = max(0, goal - work.granted.get(name, 0))
    return {name: amount for name, amount in step.items() if amount}


def tenant_views(ledger: Ledger) -> list[TenantView]:
    """The tenants as `entitle` sees them: wants after limits, each resource by itself; infeasible work left out."""
    views = []
    for account in ledger.tenants:
        wanted: dict[str, int | None] = dict.fromkeys(ledger.resources, 0)
        for work in account.works:
            if work.infeasible:
                continue
            for name, amount in work.need:
                before = wanted[name]
                tasks = work.work.tasks
                wanted[name] = None if before is None or tasks is None else before + amount * tasks
        for name, limit in account.tenant.limit.items():
            if name in wanted:
                before = wanted[name]
                wanted[name] = limit if before is None else min(before, limit)
        views.append(TenantView(account.tenant.name, account.weight, wanted, account.tenant.guarantee))
    return views
