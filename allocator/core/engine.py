"""The one-shot engine: heapify the claims, pop, grant, tell the decision, put back; until nothing more can be granted.

A generator of decisions, so that whoever drives it can step, tell and check. It decides nothing itself: the policy
says who is next, the ledger what fits, filling how far a level may rise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from allocator.core.answers import entitlements_of, key_of
from allocator.core.clerk import Clerk, so_far
from allocator.core.decision import Decision, Kind, Round
from allocator.core.filling import Leaver, Rising, dominant_share
from allocator.core.handout import fill_what_remains, hand_out_entitlements, hand_out_slices
from allocator.core.heap import KeyedHeap
from allocator.core.ledger import Ledger, TenantAccount, WorkAccount, next_unit, tenant_views
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
    filling,
)
from allocator.core.resources import Quantities


@dataclass(slots=True, eq=False)
class Claimant:
    """What stands in the heap: its claim as the policy sees it, and the work behind it in order of service."""

    claim: Claim
    works: list[WorkAccount]
    account: TenantAccount
    passed: int = 0
    """How many works from the first want nothing more in this round; that never turns back within one."""

    def current(self) -> WorkAccount | None:
        """The first work that still wants and is not known to be blocked."""
        while self.passed < len(self.works):
            work = self.works[self.passed]
            if not work.blocked and work.wants:
                return work
            self.passed += 1
        return None


class Engine:
    """One allocation: `run()`, or iterate `decisions()` to the end; then read `ledger`.

    Args:
        scenario: Who wants what of which capacity.
        policy: Who is next.
        on_misfit: What to do with a pop that is not granted all it asked.
        check: Recompute every key after every decision, and assert that the policy told the truth about when keys
            change; O(n) a decision, for tests.
        heap: Makes the heap of a round from its entries; without any it stands for one that is given up. For those
            who watch.
    """

    def __init__(
        self,
        scenario: Scenario,
        policy: Policy,
        on_misfit: OnMisfit = "skip",
        *,
        check: bool = False,
        heap: Callable[..., KeyedHeap[Claimant]] = KeyedHeap,
    ) -> None:
        self.ledger = Ledger(scenario)
        self.policy = policy
        self.filling = filling(policy)
        self.heap: KeyedHeap[Claimant] = KeyedHeap()
        self._new_heap = heap
        self._stops = on_misfit == "stop"
        self._check = check
        self._clerk = Clerk(self.ledger)

    def run(self) -> Ledger:
        """Decide everything without telling it, which is quicker; the ledger with the grants."""
        self._clerk.tells = False
        for _ in self._decide():
            pass
        return self.ledger

    def decisions(self) -> Iterator[Decision]:
        """Every decision in order; when the iterator ends, nothing more can be granted."""
        for decision in self._decide():
            assert decision is not None, "only run() decides untold"
            yield decision

    def _decide(self) -> Iterator[Decision | None]:
        ledger = self.ledger
        self._entitle()
        if self.filling is Filling.SLICE:
            ledger.open_round({account.index: self._slice(account) for account in ledger.tenants})
            yield from hand_out_slices(self._clerk)
            return
        if self.filling is Filling.ENTITLEMENT:
            ledger.open_round(ledger.limits)
            yield from hand_out_entitlements(self._clerk)
        guaranteed = [account for account in ledger.tenants if account.tenant.guarantee]
        if guaranteed:
            yield from self._guarantee_round(guaranteed)
        self._clerk.round = Round.SHARE
        ledger.open_round(ledger.limits, self._in_the_heap(ledger.works))
        yield from self._heap_round(self._stops)
        if self.filling is Filling.ENTITLEMENT:
            ledger.open_round(ledger.limits)
            yield from fill_what_remains(self._clerk)

    # --- rounds ------------------------------------------------------------------------------------------------

    def _guarantee_round(self, guaranteed: list[TenantAccount]) -> Iterator[Decision | None]:
        """Serve each tenant up to its guarantee, under the same policy; a misfit is always skipped."""
        self._clerk.round = Round.GUARANTEE
        caps = {account.index: {**account.tenant.limit, **account.tenant.guarantee} for account in guaranteed}
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

    def _heap_round(self, stops: bool) -> Iterator[Decision | None]:
        """Pop until nobody is left, raising the common level of divisible work between the pops."""
        self._clerk.rising = rising = Rising(self.ledger.shared, self.ledger.free)
        self.heap = self._new_heap(
            (self._key(claimant), claimant.claim.order, claimant)
            for claimant in self._claimants()
            if self._refresh(claimant)
        )
        while self.heap or rising:
            target = self.heap.peek()[0] if self.heap else float("inf")
            if rising and (stage := self._rise(target)):
                yield from self._tell_stage(stage)
                for leaver, _ in stage:
                    self._put_back(self._claimant_of(leaver.account))
                continue
            if not self.heap:
                break
            key, _, claimant = self.heap.pop()
            decision, all_granted = self._serve(claimant, key)
            yield decision
            if not all_granted and stops:
                yield from self._tell_stage([(leaver, self._clerk.bring_up(leaver)) for leaver in rising.leave_all()])
                self.heap = self._new_heap()
                return
            self._put_back(claimant)
            if self._check:
                self._assert_keys_are_current()
        if self.filling is Filling.DOMINANT_SHARE:
            yield from self._round_up()

    def _rise(self, target: float) -> list[tuple[Leaver, Quantities]]:
        """Raise the level to `target`, or until a resource runs out, or a tenant could be served other work.

        Returns:
            Who left on the way, by level, and what each was granted.
        """
        stage: list[tuple[Leaver, Quantities]] = []
        while self._clerk.rising and (leavers := self._clerk.rising.rise(target)):
            stage += [(leaver, self._clerk.bring_up(leaver)) for leaver in leavers]
            if leavers[0].stopped_by or len(leavers[0].account.owner.works) > 1:
                break
        return stage

    def _tell_stage(self, stage: list[tuple[Leaver, Quantities]]) -> Iterator[Decision | None]:
        """Tell who left the rising level and where; what is left is what remains at the end of the stage."""
        left = self._clerk.left() if self._clerk.tells else {}
        for leaver, added in stage:
            work = leaver.account
            yield self._clerk.tell(
                work, Kind.FILL, leaver.level, added, so_far(work), short_of=leaver.stopped_by or None, left=left
            )

    def _round_up(self) -> Iterator[Decision | None]:
        """Raise each unsatisfied divisible work, in order of declaration, to its next whole unit where that fits.

        Again until nobody can be raised: one pass is enough below 2^53 units, where a float level skips no unit.
        """
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
                        amount <= ledger.free[name] and _within(amount, account.headroom(name))
                        for name, amount in step.items()
                    ):
                        ledger.grant(work, step)
                        yield self._clerk.tell(work, Kind.ROUND, None, step, so_far(work))
                        raised = True

    def _entitle(self) -> None:
        """Ask a policy that has entitlements for them, once."""
        if not isinstance(self.policy, Entitling):
            return
        ledger = self.ledger
        found = entitlements_of(self.policy, tenant_views(ledger), ledger.capacity, ledger.resources)
        for account, entitlement in zip(ledger.tenants, found, strict=True):
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
        while (work := claimant.current()) is not None and work.divisible:
            self.ledger.cap_to_headroom(work)
            if work.wants:
                break
            # Other work of the tenant has used up what its limit holds.
            work.blocked = True
        if work is None:
            return None
        if (
            work.divisible
            and self.filling is Filling.DOMINANT_SHARE
            and not work.infeasible
            and dominant_share(work.whole, self.ledger.shared) > 0.0
        ):
            self._clerk.rising.join(work)
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
        return key_of(self.policy, claimant.claim, self.ledger.shared)

    def _serve(self, claimant: Claimant, key: Key) -> tuple[Decision | None, bool]:
        """Grant the work on top what it may have in one pop; the decision, and whether that was all it asked."""
        work = claimant.current()
        assert work is not None, "only claimants that want are in the heap"
        words = self._words(claimant)
        if work.infeasible:
            return self._clerk.refuse(work, key, words), False
        if work.divisible:
            return self._clerk.grant_part(work, key, words)
        everything = self.policy.key_change is KeyChange.STATIC
        return self._clerk.grant_whole(work, key, words, everything=everything)

    def _words(self, claimant: Claimant) -> str:
        """The key of a claim in words; asked before it is granted anything, which its claim would show."""
        if self._clerk.tells and isinstance(self.policy, Explaining):
            return self.policy.explain(claimant.claim, self.ledger.shared)
        return ""

    def _assert_keys_are_current(self) -> None:
        for key, _, claimant in self.heap.entries:
            now = self._key(claimant)
            assert now == key, (
                f"{type(self.policy).__name__} declares {self.policy.key_change}, but the key of "
                f"{claimant.claim.tenant!r} went from {key} to {now} while it waited"
            )


def _within(amount: int, room: int | None) -> bool:
    return room is None or amount <= room
