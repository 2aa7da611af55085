"""Progressive filling: one level of weighted dominant share rises for all divisible work at once.

It says how far the level may rise and who leaves it there; it books nothing. The arithmetic is fixed to the operation
(one division for a dominant share, then level x weight / share, then the floor), so that any other path that repeats
it gets the same whole numbers.

Source: Ghodsi et al., Dominant Resource Fairness, NSDI 2011, section 4; rounds after a resource saturates: Parkes,
Procaccia & Shah, Beyond Dominant Resource Fairness, EC 2012, section 3.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass

from allocator.core.ledger import WorkAccount
from allocator.core.resources import Quantities

_SLACK = 1e-9
"""Relative error allowed to the float estimate of what a level uses; what is nearer is summed exactly."""


def dominant_share(amounts: Quantities, shared: Quantities) -> float:
    """The largest share of any one resource: one correctly rounded division each, so equal shares are equal."""
    return max((amounts.get(name, 0) / total for name, total in shared.items()), default=0.0)


class Filler:
    """One divisible work while the level rises."""

    __slots__ = ("account", "base", "bent", "completion", "dominant", "held", "since", "slope", "weight", "whole")

    def __init__(self, account: WorkAccount, shared: Quantities) -> None:
        owner = account.owner
        self.account = account
        self.weight = owner.weight
        self.whole = account.whole
        self.held = {name: account.granted.get(name, 0) for name in account.whole}
        self.dominant = dominant_share(account.whole, shared)
        self.since = 0.0
        """The level below which it keeps what it had: set when somebody joins late."""
        others = {name: owner.usage[name] - account.granted.get(name, 0) for name in shared}
        self.base = {name: (others[name], total) for name, total in shared.items()} if any(others.values()) else {}
        """What the owner's other work holds of each shared resource, and the total; empty where it holds nothing."""
        self.slope = {name: self.weight * amount / self.dominant for name, amount in account.whole.items()}
        self.completion = math.inf if account.unlimited else self._completion()
        self.bent = bool(self.base) or any(self.held.values())

    def _completion(self) -> float:
        """The least level, found in steps of a float, at which the whole want is granted."""
        level = self.dominant / self.weight
        for name, (used, total) in self.base.items():
            level = max(level, (used + self.whole.get(name, 0)) / (total * self.weight))
        step = math.ulp(level)
        while self.fraction(level) < 1.0:
            level += step
            step *= 2
        return level

    def fraction(self, level: float) -> float:
        """How much of the want (of one task, where that is unlimited) a level grants."""
        reach = max(level, self.since) * self.weight
        if not self.base:
            fraction = reach / self.dominant
        else:
            # Other work of the tenant counts towards its share: this one rises once the level is above that.
            fraction = math.inf
            for name, (used, total) in self.base.items():
                room = reach * total - used
                amount = self.whole.get(name, 0)
                if amount:
                    fraction = min(fraction, room / amount)
                elif room < 0:
                    return 0.0
            fraction = max(0.0, fraction)
        return fraction if self.account.unlimited else min(1.0, fraction)

    def bundle(self, level: float) -> dict[str, int]:
        """What a level grants of each resource, what was held before included."""
        fraction = self.fraction(level)
        if fraction == math.inf:
            return dict.fromkeys(self.whole, 2**200)
        if self.account.unlimited:
            return {name: max(self.held[name], math.floor(fraction * amount)) for name, amount in self.whole.items()}
        if fraction == 1.0:
            return dict(self.whole)  # exact, where a float product would lose units beyond 2^53
        return {
            name: max(self.held[name], min(amount, math.floor(fraction * amount)))
            for name, amount in self.whole.items()
        }


@dataclass(frozen=True, slots=True)
class Leaver:
    """A work that stops rising: at its want, or at the level where a resource ran out."""

    account: WorkAccount
    level: float
    bundle: dict[str, int]
    stopped_by: tuple[str, ...]
    """The resources that ran out; empty where it has all it wants."""


class Rising:
    """The common level and the work that rises with it."""

    def __init__(self, shared: Quantities, free: Mapping[str, int]) -> None:
        """`free` is read live: what leavers are granted must be booked before the next call."""
        self.level = 0.0
        self._shared = shared
        self._free = free
        self._active: dict[int, Filler] = {}
        self._completions: list[tuple[float, int]] = []
        self._slope: dict[str, float] = {}
        self._peak: dict[str, float] = {}
        """The steepest that each slope has been: what its rounding errors are relative to."""
        self._held: dict[str, int] = {}
        self._late = 0.0
        """The level below which somebody keeps what it had, since another joined late."""
        self._bent = 0
        """How many active fillers do not rise in a straight line from nothing: then only exact sums tell."""

    def __len__(self) -> int:
        return len(self._active)

    def join(self, account: WorkAccount) -> None:
        """Let a work rise with the level, from where its tenant stands."""
        if self.level > 0.0:
            # It may have to catch up from below, and may not get far: until it has, the others keep what they have.
            for other in self._active.values():
                other.since = max(other.since, self.level)
            self._late, self.level = max(self._late, self.level), 0.0
        filler = Filler(account, self._shared)
        self._active[account.order] = filler
        heapq.heappush(self._completions, (filler.completion, account.order))
        for name in filler.whole:
            self._slope[name] = self._slope.get(name, 0.0) + filler.slope[name]
            self._peak[name] = max(self._peak.get(name, 0.0), self._slope[name])
            self._held[name] = self._held.get(name, 0) + filler.held[name]
        self._bent += filler.bent

    def rise(self, target: float) -> list[Leaver]:
        """Raise the level to `target`, or to the first point before it where some work leaves; who leaves there."""
        if not self._active:
            self.level = max(self.level, target)
            return []
        while self._completions[0][1] not in self._active:
            heapq.heappop(self._completions)
        completion, order = self._completions[0]
        goal = min(target, completion)
        if not self.fits(goal):
            return self._stop(goal)
        self.level = max(self.level, goal)
        if completion > target or completion == math.inf:
            return []
        filler = self._active[order]
        self._leave(filler)
        return [Leaver(filler.account, completion, filler.bundle(completion), ())]

    def leave_all(self) -> list[Leaver]:
        """Take everybody out where the level stands."""
        fillers = [self._active[order] for order in sorted(self._active)]
        for filler in fillers:
            self._leave(filler)
        return [Leaver(filler.account, self.level, filler.bundle(self.level), ()) for filler in fillers]

    def fits(self, level: float, extra: Quantities | None = None) -> bool:
        """Whether free capacity holds what everybody would have at `level`, and `extra` beside it."""
        extra = extra or {}
        names = self._slope.keys() | extra.keys()
        if not self._bent and max(self.level, self._late) <= level < math.inf:
            verdicts = [self._estimate(name, level, extra.get(name, 0)) for name in names]
            if all(verdict is True for verdict in verdicts):
                return True
            if any(verdict is False for verdict in verdicts):
                return False
        rise = self.used(level)
        return all(rise.get(name, 0) + extra.get(name, 0) <= self._free[name] for name in names)

    def used(self, level: float) -> dict[str, int]:
        """What `level` takes out of free capacity, exactly: all bundles, less what was held before."""
        total = {name: -held for name, held in self._held.items()}
        for filler in self._active.values():
            for name, amount in filler.bundle(level).items():
                total[name] += amount
        return total

    def _estimate(self, name: str, level: float, extra: int) -> bool | None:
        """Whether `level` and `extra` fit in one resource, or None where the float sum is too near to tell.

        Every fraction is linear in the level, and a floor takes off less than one unit of each.
        """
        most = self._slope.get(name, 0.0) * level
        slack = self._peak.get(name, 0.0) * level * _SLACK + 1.0
        room = self._free[name] - extra
        if most + slack <= room:
            return True
        if most - slack - len(self._active) > room:
            return False
        return None

    def _stop(self, goal: float) -> list[Leaver]:
        """Raise to the largest level below `goal` that fits, and take out the users of what ran out."""
        low, high = 0.0, goal
        if high == math.inf:
            high = max((f.completion for f in self._active.values() if f.completion < math.inf), default=1.0)
            while self.fits(high):
                low, high = high, high * 2
        while (middle := low + (high - low) / 2) not in (low, high):
            if self.fits(middle):
                low = middle
            else:
                high = middle
        over = self.used(high)
        stopped_by = tuple(name for name in self._free if over.get(name, 0) > self._free[name])
        self.level = max(self.level, low)
        fillers = [self._active[order] for order in sorted(self._active)]
        leavers = [filler for filler in fillers if any(name in filler.whole for name in stopped_by)]
        for filler in leavers:
            self._leave(filler)
        return [Leaver(filler.account, max(low, filler.since), filler.bundle(low), stopped_by) for filler in leavers]

    def _leave(self, filler: Filler) -> None:
        del self._active[filler.account.order]
        self._bent -= filler.bent
        for name in filler.whole:
            self._slope[name] -= filler.slope[name]
            self._held[name] -= filler.held[name]
