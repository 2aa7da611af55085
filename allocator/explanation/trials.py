"""Runs of the engine with one thing changed, within a budget: is the tenant satisfied then, and who holds less?

Says what a run brought; which runs are worth making is the business of `least_change`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from allocator.allocation import BULK_FROM, settle
from allocator.core.ledger import Ledger, TenantAccount, WorkAccount
from allocator.core.model import Scenario
from allocator.core.policy import Filling, filling
from allocator.explanation.facts import Payer
from allocator.registry import Prepared

_ROUNDING = 10**9
"""A loss below this part of the capacity is the rounding of divisible work to whole units, and no payment."""
_BUDGET = 120_000
"""What all runs of one search may cost, in decisions of the engine: some four seconds."""
_MOST_RUNS = 150
_LEAST_RUNS = 4
FURTHEST = 64
"""No weight and no capacity above this many times today's is tried."""
MANY = 30_000
"""Decisions that are counted, and read, at the most: about two seconds."""


def decisions_a_run(scenario: Scenario, prepared: Prepared, counted: int | None) -> int:
    """What a run costs, in decisions of the engine that take as long.

    Args:
        scenario: What is run.
        prepared: Under which policy.
        counted: How many decisions a run takes; None where they were too many to count.
    """
    works = sum(len(tenant.work) for tenant in scenario.tenants)
    if works >= BULK_FROM:
        from allocator import bulk  # as above

        if bulk.applies(scenario, prepared.policy, prepared.on_misfit):
            return works * 3 // 4
    cost = max(works, MANY if counted is None else counted)
    if filling(prepared.policy) is Filling.DOMINANT_SHARE:
        # A decision about work that rises takes as long as three others.
        cost += 2 * sum(work.divisible for tenant in scenario.tenants for work in tenant.work)
    return cost


def stopped_by_limit(ledger: Ledger, work: WorkAccount) -> bool:
    """Whether the tenant's own limit holds no more of this work."""
    owner = work.owner
    owner.cap = owner.tenant.limit
    if not any(name in owner.cap for name, _ in work.need):
        return False
    if not work.divisible:
        return ledger.within_cap(work) == 0
    rooms: Mapping[str, int | None] = {name: owner.headroom(name) for name, _ in work.need}
    held = work.granted
    ledger.cap_divisible(
        work, {name: None if room is None else room + held.get(name, 0) for name, room in rooms.items()}
    )
    return not work.unlimited and all(held.get(name, 0) >= amount for name, amount in work.whole.items())


def has_all(work: WorkAccount) -> bool:
    """Whether the work was granted all that it wants; without limit, it never is."""
    tasks = work.work.tasks
    if not work.need:
        return True
    return tasks is not None and all(work.granted.get(name, 0) >= amount * tasks for name, amount in work.need)


def _furthest(scenario: Scenario, cost: int) -> int:
    """`FURTHEST`, or less where so much capacity would take more decisions than a quarter of the budget."""
    works = [work for tenant in scenario.tenants for work in tenant.work]
    if all(work.tasks is not None for work in works) and sum(work.tasks or 0 for work in works) <= _BUDGET // 4:
        return FURTHEST
    return max(2, min(FURTHEST, _BUDGET // (4 * max(1, cost))))


class Trials:
    """One tenant of one scenario under one policy, and a budget of runs.

    A tenant is satisfied when each of its work has all it wants, or all that its own limit lets it have. Of work
    without limit there is no all: then it must get one more task than it got, and none of its other work less.
    """

    def __init__(self, scenario: Scenario, prepared: Prepared, index: int, base: Ledger, decisions: int | None) -> None:
        """`base` has the books of a run; `decisions` is how many it took, None where too many to have been counted."""
        self.scenario = scenario
        self.prepared = prepared
        self.index = index
        self.base = base
        self.capacity = self.base.capacity
        self.runs = 0
        self.cut_short = False
        cost = decisions_a_run(scenario, prepared, decisions)
        self.budget = max(_LEAST_RUNS, min(_MOST_RUNS, _BUDGET // max(1, cost)))
        self._allowed = self.budget
        self.furthest = _furthest(scenario, cost)
        """How many times today's capacity may be tried: more capacity is more decisions."""
        mine = self.account(self.base)
        self._least = {work.order: dict(work.granted) for work in mine.works}
        open_ended = [work for work in mine.works if work.need and work.work.tasks is None and not work.infeasible]
        open_ended = [work for work in open_ended if not stopped_by_limit(self.base, work)]
        self.open_ended = bool(open_ended)
        if open_ended:
            focus = open_ended[0]
            self._least[focus.order] = {name: focus.granted.get(name, 0) + amount for name, amount in focus.need}

    def account(self, ledger: Ledger) -> TenantAccount:
        """The tenant's account in the books of a run."""
        return ledger.tenants[self.index]

    def allow(self, part: Fraction) -> None:
        """Let the next search spend `part` of the runs that are left."""
        left = self.budget - self.runs
        self._allowed = self.runs + max(1, int(left * part)) if left > 0 else self.runs

    def run(self, changed: Scenario) -> Ledger | None:
        """The books of a run of `changed`; None where the budget is spent."""
        if self.runs >= self._allowed:
            self.cut_short = True
            return None
        self.runs += 1
        return settle(changed, self.prepared)

    def satisfied(self, ledger: Ledger) -> bool:
        """Whether the tenant has in `ledger` what it is to have."""
        return all(self._enough(ledger, work) for work in self.account(ledger).works)

    def _enough(self, ledger: Ledger, work: WorkAccount) -> bool:
        if self.open_ended:
            least = self._least[work.order]
            return all(work.granted.get(name, 0) >= amount for name, amount in least.items())
        return has_all(work) or stopped_by_limit(ledger, work)

    def same_grants(self, ledger: Ledger) -> bool:
        """Whether nobody holds anything else than before."""
        return all(now.usage == before.usage for now, before in zip(ledger.tenants, self.base.tenants, strict=True))

    def payers(self, ledger: Ledger) -> tuple[Payer, ...]:
        """The other tenants that hold less in `ledger` than before, the largest loss first."""
        found = []
        for now, before in zip(ledger.tenants, self.base.tenants, strict=True):
            if now.index == self.index or now.usage == before.usage:
                continue
            lost = {name: amount - now.usage.get(name, 0) for name, amount in before.usage.items()}
            lost = {
                name: amount
                for name, amount in lost.items()
                if amount > 0 and amount * _ROUNDING >= self.capacity.get(name, 0)
            }
            if lost:
                share = max(amount / self.capacity[name] for name, amount in lost.items())
                found.append(Payer(now.tenant.name, lost, share))
        return tuple(sorted(found, key=lambda payer: -payer.share))
