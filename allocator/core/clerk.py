"""Grants one work what it may have, and tells that as a decision. Who is served, and when, is for its callers."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.core.decision import Decision, Kind, Outcome, Round
from allocator.core.filling import Leaver, Rising
from allocator.core.ledger import Ledger, WorkAccount, next_unit
from allocator.core.policy import Key
from allocator.core.resources import Quantities


class Clerk:
    """Books grants in the ledger, numbers the decisions and words them; one for each allocation."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.rising = Rising(ledger.shared, ledger.free)
        """The divisible work that rises in this round."""
        self.round = Round.SHARE
        self.tells = True
        """Whether decisions are made into data; without, every method that tells returns None instead."""
        self._step = 0

    def left(self) -> Mapping[str, int]:
        """What is free: divisible work that still rises holds what the level gives it, though it is not booked yet."""
        if not self.rising:
            return self.ledger.free
        rising = self.rising.used(self.rising.level)
        return {name: amount - rising.get(name, 0) for name, amount in self.ledger.free.items()}

    def bring_up(self, leaver: Leaver) -> Quantities:
        """Grant divisible work what the level gives it beyond what it has; the amounts added."""
        work = leaver.account
        added = {name: amount - work.granted.get(name, 0) for name, amount in leaver.bundle.items()}
        added = {name: amount for name, amount in added.items() if amount > 0}
        self.ledger.grant(work, added)
        if leaver.stopped_by:
            work.blocked = True
        return added

    def grant_part(self, work: WorkAccount, key: Key, words: str) -> tuple[Decision | None, bool]:
        """Grant divisible work all that fits in one pop; the decision, and whether that was all it asked."""
        # Since it was put into the heap, other work of the tenant may have used up some of its limit.
        self.ledger.cap_to_headroom(work)
        part = self.ledger.part_that_fits(work, self.left())
        self.ledger.grant(work, part)
        work.blocked = True
        return self.tell(work, Kind.POP, key, part, so_far(work), words=words), not work.wants

    def grant_whole(
        self, work: WorkAccount, key: Key, words: str = "", *, everything: bool
    ) -> tuple[Decision | None, bool]:
        """Grant whole tasks: all that fit, or one; the decision, and whether that was all it asked in this pop."""
        ledger = self.ledger
        room = ledger.within_cap(work)
        rest = None if work.tasks is None else work.tasks - work.granted_tasks
        asked = min((bound for bound in (rest, room) if bound is not None), default=None)
        goal = asked if everything else 1 if asked is None else min(1, asked)
        if goal == 1 and self.rising:
            # Divisible work that still rises holds what the level gives it, though it is not booked yet.
            count = int(self.rising.fits(self.rising.level, dict(work.need)))
        else:
            fit = ledger.fits(work, self.left())
            count = fit if goal is None else min(goal, fit)
        granted = ledger.grant_tasks(work, count) if count else {}
        all_granted = goal is not None and count >= goal
        if not all_granted or not goal:
            work.blocked = True
        outcome = Outcome.GRANTED if all_granted and goal else (Outcome.PARTIAL if count else Outcome.REFUSED)
        short_of = () if goal == 0 else None
        decision = self.tell(
            work, Kind.POP, key, granted, outcome, words=words, asked=goal, tasks=count, short_of=short_of
        )
        return decision, all_granted

    def refuse(self, work: WorkAccount, key: Key, words: str = "") -> Decision | None:
        """Refuse work that can never run; the decision names what the pool lacks."""
        work.blocked = True
        lacking = self.ledger.lacking(work)
        return self.tell(work, Kind.POP, key, {}, Outcome.INFEASIBLE, words=words, asked=work.tasks, short_of=lacking)

    def book_each(self, work: WorkAccount, most: Mapping[str, int | None]) -> tuple[Decision | None, Quantities]:
        """Grant divisible `work` what it wants of each resource by itself, `most` of it at the most; amounts added."""
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
        outcome = Outcome.GRANTED if satisfied else _partial_or_refused(work)
        return self.tell(work, Kind.SHARE, None, added, outcome), added

    def tell(
        self,
        work: WorkAccount,
        kind: Kind,
        key: Key,
        granted: Quantities,
        outcome: Outcome,
        *,
        words: str = "",
        asked: int | None = None,
        tasks: int = 0,
        short_of: tuple[str, ...] | None = None,
        left: Mapping[str, int] | None = None,
    ) -> Decision | None:
        """The decision as data; None where nobody listens. Without `short_of`, it is found from what is left."""
        if not self.tells:
            return None
        self._step += 1
        left = self.left() if left is None else left
        if short_of is None:
            need = work.need if not work.divisible else next_unit(work).items()
            short_of = () if outcome is Outcome.GRANTED else tuple(n for n, amount in need if left[n] < amount)
        return Decision(
            step=self._step,
            kind=kind,
            round=self.round,
            tenant=work.owner.tenant.name,
            work=work.work.name,
            key=key,
            key_words=words,
            asked=asked,
            tasks=tasks,
            granted=granted,
            left=dict(left),
            outcome=outcome,
            short_of=short_of,
        )


def so_far(work: WorkAccount) -> Outcome:
    """The outcome of divisible work as it stands."""
    return _partial_or_refused(work) if work.wants else Outcome.GRANTED


def _partial_or_refused(work: WorkAccount) -> Outcome:
    return Outcome.PARTIAL if any(work.granted.values()) else Outcome.REFUSED
