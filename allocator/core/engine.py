"""The one-shot engine: heapify the claims, pop, grant, tell the decision, put back; until nothing more can be granted.

A generator of decisions, so that whoever drives it can step, tell and check. It decides nothing itself: the policy
says who is next, the ledger what fits, filling how far a level may rise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from allocator.core.decision import Decision, Kind, Outcome, Round
from allocator.core.filling import Rising, dominant_share
from allocator.core.heap import KeyedHeap
from allocator.core.ledger import Ledger, TenantAccount, WorkAccount
from allocator.core.maxmin import max_min
from allocator.core.model import OnMisfit, Scenario
from allocator.core.policy import (
    Claim,
    Entitling,
    Explaining,
    Filling,
    Key,
    KeyChange,
    Policy,
    Ranks,
    TenantView,
    filling,
)
from allocator.core.resources import Quantities


@dataclass(slots=True, eq=False)
class Claimant:
    """What stands in the heap: its claim as the policy sees it, and the work behind it in order of service."""

    claim: Claim
    works: list[WorkAccount]
    account: TenantAccount

    def current(self) -> WorkAccount | None:
        """The first work that still wants and is not known to be blocked."""
        return next((work for work in self.works if not work.blocked and work.wants), None)


class Engine:
    """One allocation: iterate `decisions()` to the end, then read `ledger`.

    Args:
        scenario: Who wants what of which capacity.
        policy: Who is next.
        on_misfit: What to do with a pop that is not granted all it asked.
        check: Recompute every key after every decision, and assert that the policy told the truth about when keys
            change; O(n) a decision, for tests.
    """

    def __init__(
        self, scenario: Scenario, policy: Policy, on_misfit: OnMisfit = "skip", *, check: bool = False
    ) -> None:
        self.ledger = Ledger(scenario)
        self.policy = policy
        self.filling = filling(policy)
        self.heap: KeyedHeap[Claimant] = KeyedHeap()
        self._stops = on_misfit == "stop"
        self._check = check
        self._step = 0
        self._round = Round.SHARE
        self._rising = Rising(self.ledger.shared, self.ledger.free)

    def decisions(self) -> Iterator[Decision]:
        """Every decision in order; when the iterator ends, nothing more can be granted."""
        ledger = self.ledger
        limits = {account.index: account.tenant.limit for account in ledger.tenants}
        self._entitle()
        if self.filling is Filling.SLICE:
            ledger.open_round({account.index: self._slice(account) for account in ledger.tenants})
            yield from self._hand_out_slices()
            return
        if self.filling is Filling.ENTITLEMENT:
            ledger.open_round(limits)
            yield from self._hand_out_entitlements()
        guaranteed = [account for account in ledger.tenants if account.tenant.guarantee]
        if guaranteed:
            yield from self._guarantee_round(guaranteed, limits)
        self._round = Round.SHARE
        ledger.open_round(limits, self._in_the_heap(ledger.works))
        yield from self._heap_round(self._stops)
        if self.filling is Filling.ENTITLEMENT:
            ledger.open_round(limits)
            yield from self._fill_what_remains()

    # --- rounds ------------------------------------------------------------------------------------------------

    def _guarantee_round(self, guaranteed: list[TenantAccount], limits: Mapping[int, Quantities]) -> Iterator[Decision]:
        """Serve each tenant up to its guarantee, under the same policy; a misfit is always skipped."""
        self._round = Round.GUARANTEE
        caps = {account.index: {**limits[account.index], **account.tenant.guarantee} for account in guaranteed}
        # Work that needs none of the guaranteed resources would have no cap in this round: it waits for the next.
        owed = [
            work
            for account in guaranteed
            for work in account.works
            if any(name in account.tenant.guarantee for name, _ in work.need)
        ]
        self.ledger.open_round(caps, self._in_the_heap(owed))
        yield from self._heap_round(stops=False)

    def _in_the_heap(self, works: Iterable[WorkAccount]) -> list[WorkAccount]:
        """The work that is served by heap and level: whole tasks only, where entitlements are handed out."""
        if self.filling is Filling.ENTITLEMENT:
            return [work for work in works if not work.divisible]
        return list(works)

    def _heap_round(self, stops: bool) -> Iterator[Decision]:
        """Pop until nobody is left, raising the common level of divisible work between the pops."""
        self._rising = rising = Rising(self.ledger.shared, self.ledger.free)
        self.heap = KeyedHeap(
            (self._key(claimant), claimant.claim.order, claimant)
            for claimant in self._claimants()
            if self._refresh(claimant)
        )
        while self.heap or rising:
            target = self.heap.peek()[0] if self.heap else float("inf")
            if rising and (leavers := rising.rise(target)):
                for leaver in leavers:
                    yield self._book(leaver.account, leaver.bundle, Kind.FILL, leaver.level, leaver.stopped_by)
                for leaver in leavers:
                    self._put_back(self._claimant_of(leaver.account))
                continue
            if not self.heap:
                break
            key, _, claimant = self.heap.pop()
            decision, all_granted = self._serve(claimant, key)
            yield decision
            if not all_granted and stops:
                for leaver in rising.leave_all():
                    yield self._book(leaver.account, leaver.bundle, Kind.FILL, leaver.level, ())
                self.heap = KeyedHeap()
                return
            self._put_back(claimant)
            if self._check:
                self._assert_keys_are_current()
        if self.filling is Filling.DOMINANT_SHARE:
            yield from self._round_up()

    def _round_up(self) -> Iterator[Decision]:
        """Raise each unsatisfied divisible work, in order of declaration, to its next whole unit where that fits."""
        ledger = self.ledger
        raised = True
        while raised:
            raised = False
            for account in ledger.tenants:
                for work in account.works:
                    if not work.divisible or work.infeasible or not work.whole or not work.wants:
                        continue
                    step = next_unit(work)
                    if all(
                        amount <= ledger.free[name] and within(amount, account.headroom(name))
                        for name, amount in step.items()
                    ):
                        bundle = {name: work.granted.get(name, 0) + step.get(name, 0) for name in work.whole}
                        yield self._book(work, bundle, Kind.ROUND, None, ())
                        raised = True

    def _hand_out_slices(self) -> Iterator[Decision]:
        """Serve each tenant inside its slice, each resource by itself where its work is divisible."""
        for account in self.ledger.tenants:
            for work in account.works:
                if work.blocked:
                    continue
                if work.infeasible:
                    yield self._refuse(work, None)
                elif work.divisible:
                    yield self._book_each(work, {name: account.headroom(name) for name, _ in work.need})
                else:
                    yield self._grant_whole(work, None, everything=True)[0]

    def _hand_out_entitlements(self) -> Iterator[Decision]:
        """Give every tenant whose work is all divisible exactly its entitlement, before any whole task."""
        for account in self.ledger.tenants:
            if not all(work.divisible for work in account.works):
                continue
            left = dict(account.entitlement or {})
            for work in account.works:
                if work.blocked:
                    continue
                if work.infeasible:
                    yield self._refuse(work, None)
                    continue
                decision = self._book_each(work, left)
                for name, amount in decision.granted.items():
                    left[name] -= amount
                yield decision

    def _fill_what_remains(self) -> Iterator[Decision]:
        """Share what whole tasks left over, each resource by itself, max-min among divisible work."""
        ledger = self.ledger
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
            tops = [self._divisible_top(account, name) for account in wanting]
            weights = [account.weight for account in wanting]
            for account, goal, has in zip(
                wanting, max_min(ledger.free[name] + sum(held), tops, weights, held), held, strict=True
            ):
                goals[account.index][name] = goal - has
        for account in wanting:
            left = goals[account.index]
            for work in account.works:
                if work.divisible and not work.infeasible and not work.blocked and any(left.values()):
                    decision = self._book_each(work, left)
                    for name, amount in decision.granted.items():
                        left[name] -= amount
                    if decision.granted:
                        yield decision

    def _divisible_top(self, account: TenantAccount, name: str) -> int | None:
        """The most of one resource that a tenant may hold once its divisible work has all it wants; None: no limit."""
        top: int | None = account.usage[name]
        for work in account.works:
            if work.divisible and not work.infeasible:
                amount = dict(work.need).get(name, 0)
                if amount and work.work.tasks is None:
                    top = None
                    break
                assert top is not None
                top += amount * (work.work.tasks or 0) - work.granted.get(name, 0)
        limit = account.tenant.limit.get(name)
        if limit is None:
            return top
        return max(limit, account.usage[name]) if top is None else min(top, max(limit, account.usage[name]))

    # --- entitlements ------------------------------------------------------------------------------------------

    def _entitle(self) -> None:
        """Ask a policy that has entitlements for them, once."""
        if not isinstance(self.policy, Entitling):
            return
        ledger = self.ledger
        views = tenant_views(ledger)
        there_is = {name: amount for name, amount in ledger.capacity.items() if amount}
        for account, entitlement in zip(ledger.tenants, self.policy.entitle(views, there_is), strict=True):
            account.entitlement = {name: entitlement.get(name, 0) for name in ledger.resources}

    @staticmethod
    def _slice(account: TenantAccount) -> dict[str, int]:
        limit = account.tenant.limit
        return {name: min(amount, limit.get(name, amount)) for name, amount in (account.entitlement or {}).items()}

    # --- the heap ----------------------------------------------------------------------------------------------

    def _claimants(self) -> list[Claimant]:
        """Everything that may stand in the heap in this round, in order of declaration."""
        if self.policy.ranks is Ranks.WORK:
            works = [[work] for work in self.ledger.works]
        else:
            works = [account.works for account in self.ledger.tenants]
        self._by_work: dict[int, Claimant] = {}
        claimants = []
        for order, mine in enumerate(works):
            if not mine:
                continue
            account, first = mine[0].owner, mine[0]
            claim = Claim(
                tenant=account.tenant.name,
                work=first.work.name,
                order=order,
                weight=account.weight,
                weight_unit=self.ledger.weight_unit,
                priority=account.tenant.rank(first.work)
                if self.policy.ranks is Ranks.WORK
                else account.tenant.priority,
                demand={},
                tasks=None,
                wanted=None,
                usage=account.usage,
                entitlement=account.entitlement,
            )
            claimants.append(Claimant(claim, mine, account))
            for work in mine:
                self._by_work[work.order] = claimants[-1]
        return claimants

    def _claimant_of(self, work: WorkAccount) -> Claimant:
        return self._by_work[work.order]

    def _refresh(self, claimant: Claimant) -> WorkAccount | None:
        """Bring the claim up to date with the work served next; None where nothing is wanted, or it rises instead."""
        work = claimant.current()
        if work is None:
            return None
        if work.divisible:
            self.ledger.cap_to_headroom(work)
            if not work.wants:
                # Other work of the tenant has used up what its limit holds.
                work.blocked = True
                return self._refresh(claimant)
            if (
                self.filling is Filling.DOMINANT_SHARE
                and not work.infeasible
                and dominant_share(work.whole, self.ledger.shared) > 0.0
            ):
                self._rising.join(work)
                return None
        claim = claimant.claim
        zeros = dict.fromkeys(self.ledger.resources, 0)
        claim.work = work.work.name
        claim.demand = {**zeros, **dict(work.need)}
        if work.divisible:
            claim.tasks = None if work.unlimited else work.work.tasks
            claim.wanted = None if work.unlimited else {**zeros, **work.whole}
        else:
            claim.tasks = work.tasks
            claim.wanted = None if work.tasks is None else {**zeros, **{n: a * work.tasks for n, a in work.need}}
        return work

    def _put_back(self, claimant: Claimant) -> None:
        if self._refresh(claimant):
            self.heap.push(self._key(claimant), claimant.claim.order, claimant)

    def _key(self, claimant: Claimant) -> Key:
        return self.policy.key(claimant.claim, self.ledger.shared)

    def _serve(self, claimant: Claimant, key: Key) -> tuple[Decision, bool]:
        """Grant the work on top what it may have in one pop; the decision, and whether that was all it asked."""
        work = claimant.current()
        assert work is not None, "only claimants that want are in the heap"
        if work.infeasible:
            return self._refuse(work, key), False
        if not work.divisible:
            return self._grant_whole(work, key, everything=self.policy.key_change is KeyChange.STATIC)
        # Since it was put into the heap, other work of the tenant may have used up some of its limit.
        self.ledger.cap_to_headroom(work)
        part = self.ledger.part_that_fits(work, self._left())
        bundle = {name: work.granted.get(name, 0) + part.get(name, 0) for name in work.whole}
        decision = self._book(work, bundle, Kind.POP, key, ())
        work.blocked = True
        return decision, not work.wants

    def _grant_whole(self, work: WorkAccount, key: Key, *, everything: bool) -> tuple[Decision, bool]:
        """Grant whole tasks: all that fit, or one; the decision, and whether that was all it asked in this pop."""
        ledger = self.ledger
        room = ledger.within_cap(work)
        rest = None if work.tasks is None else work.tasks - work.granted_tasks
        asked = min((bound for bound in (rest, room) if bound is not None), default=None)
        goal = asked if everything else 1 if asked is None else min(1, asked)
        fit = ledger.fits(work, self._left())
        count = fit if goal is None else min(goal, fit)
        granted = ledger.grant_tasks(work, count) if count else {}
        all_granted = goal is not None and count >= goal
        if not all_granted or not goal:
            work.blocked = True
        outcome = Outcome.GRANTED if all_granted and goal else (Outcome.PARTIAL if count else Outcome.REFUSED)
        decision = self._tell(work, Kind.POP, key, goal, count, granted, outcome, () if goal == 0 else None)
        return decision, all_granted

    def _refuse(self, work: WorkAccount, key: Key) -> Decision:
        work.blocked = True
        lacking = tuple(
            name for name, amount in work.need if self.ledger.capacity[name] < (1 if work.divisible else amount)
        )
        return self._tell(work, Kind.POP, key, work.tasks, 0, {}, Outcome.INFEASIBLE, lacking)

    def _book(
        self, work: WorkAccount, bundle: Quantities, kind: Kind, key: Key, stopped_by: tuple[str, ...]
    ) -> Decision:
        """Bring divisible `work` up to `bundle`, in proportion."""
        added = {name: amount - work.granted.get(name, 0) for name, amount in bundle.items()}
        added = {name: amount for name, amount in added.items() if amount > 0}
        self.ledger.grant(work, added)
        if stopped_by:
            work.blocked = True
        if not work.wants:
            outcome = Outcome.GRANTED
        else:
            outcome = Outcome.PARTIAL if any(work.granted.values()) else Outcome.REFUSED
        return self._tell(work, kind, key, None, 0, added, outcome, stopped_by or None)

    def _book_each(self, work: WorkAccount, most: Mapping[str, int | None]) -> Decision:
        """Grant divisible `work` what it wants of each resource by itself, `most` of it at the most."""
        tasks = work.work.tasks
        added: dict[str, int] = {}
        for name, per_task in work.need:
            goal = self.ledger.free[name] if tasks is None else per_task * tasks - work.granted.get(name, 0)
            bounds = (goal, self.ledger.free[name], most.get(name), work.owner.headroom(name))
            amount = min(bound for bound in bounds if bound is not None)
            if amount > 0:
                added[name] = amount
        self.ledger.grant(work, added)
        satisfied = tasks is not None and all(work.granted.get(name, 0) >= a * tasks for name, a in work.need)
        outcome = Outcome.GRANTED if satisfied else Outcome.PARTIAL if any(work.granted.values()) else Outcome.REFUSED
        return self._tell(work, Kind.SHARE, None, None, 0, added, outcome, None)

    def _tell(
        self,
        work: WorkAccount,
        kind: Kind,
        key: Key,
        asked: int | None,
        tasks: int,
        granted: Quantities,
        outcome: Outcome,
        short_of: tuple[str, ...] | None,
    ) -> Decision:
        self._step += 1
        left = dict(self._left())
        if short_of is None:
            need = work.need if not work.divisible else next_unit(work).items()
            short_of = () if outcome is Outcome.GRANTED else tuple(n for n, amount in need if left[n] < amount)
        return Decision(
            step=self._step,
            kind=kind,
            round=self._round,
            tenant=work.owner.tenant.name,
            work=work.work.name,
            key=key,
            key_words=self._words(work, kind, key),
            asked=asked,
            tasks=tasks,
            granted=granted,
            left=left,
            outcome=outcome,
            short_of=short_of,
        )

    def _left(self) -> Mapping[str, int]:
        """What is free: divisible work that still rises holds what the level gives it, though it is not booked yet."""
        if not self._rising:
            return self.ledger.free
        rising = self._rising.used(self._rising.level)
        return {name: amount - rising.get(name, 0) for name, amount in self.ledger.free.items()}

    def _words(self, work: WorkAccount, kind: Kind, key: Key) -> str:
        if kind is Kind.POP and key is not None and isinstance(self.policy, Explaining):
            return self.policy.explain(self._claimant_of(work).claim, self.ledger.shared)
        return ""

    def _assert_keys_are_current(self) -> None:
        for key, _, claimant in self.heap.entries:
            now = self._key(claimant)
            assert now == key, (
                f"{type(self.policy).__name__} declares {self.policy.key_change}, but the key of "
                f"{claimant.claim.tenant!r} went from {key} to {now} while it waited"
            )


def next_unit(work: WorkAccount) -> dict[str, int]:
    """What divisible `work` needs for one more unit of the resource it wants least of, the others in proportion."""
    least = min(work.whole, key=lambda name: work.whole[name], default=None)
    if least is None:
        return {}
    has = work.granted.get(least, 0)
    fraction = (has + 1) / work.whole[least]
    step: dict[str, int] = {}
    for name, amount in work.whole.items():
        goal = has + 1 if name == least else int(fraction * amount)
        goal = goal if work.unlimited else min(amount, goal)
        step[name] = max(0, goal - work.granted.get(name, 0))
    return {name: amount for name, amount in step.items() if amount}


def within(amount: int, room: int | None) -> bool:
    """Whether `amount` stays within `room`, where None is without limit."""
    return room is None or amount <= room


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
