"""Everything at one instant: what runs where, who waits, what is free. Jobs start and end here; others decide which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from allocator.simulation.agenda import Agenda
from allocator.simulation.claims import Claims
from allocator.simulation.decay import DecayingUse
from allocator.simulation.floor import Floor, Gang, Spot
from allocator.simulation.order import Order
from allocator.simulation.placement import Placer
from allocator.simulation.record import Record
from allocator.simulation.run import Outcome
from allocator.simulation.tenancy import Account


@dataclass(slots=True, eq=False)
class Attempt:
    """A running job."""

    job: int
    spot: Spot
    start_ms: int
    expected_ms: int
    """When it should have ended by its estimate."""


@dataclass(frozen=True)
class Times:
    """Of each job, in ms."""

    estimate: Sequence[int]
    """What is planned with."""
    run: Sequence[int]
    """How long it runs until it ends or is killed."""
    killed: Sequence[bool]
    """Whether it is killed then."""


class Stage:
    """What runs and what waits.

    Args:
        agenda: Told when jobs will end.
        record: Told what becomes of them.
        order: Who waits.
        claims: What jobs need, by name.
        accounts: Of each tenant.
        tenant: Of each job, the index of its tenant.
        gangs: Of each job.
        times: Of the jobs.
        floor: What is free.
        placer: Picks nodes.
        decaying: The use that the policy ranks by, where that decays.
    """

    def __init__(
        self,
        agenda: Agenda,
        record: Record,
        order: Order,
        claims: Claims,
        accounts: Sequence[Account],
        tenant: Sequence[int],
        gangs: Sequence[Gang],
        times: Times,
        floor: Floor,
        placer: Placer,
        decaying: DecayingUse | None,
    ) -> None:
        self.now = 0
        self.agenda = agenda
        self.record = record
        self.order = order
        self.claims = claims
        self.accounts = accounts
        self.tenant = tenant
        self.gangs = gangs
        self.times = times
        self.floor = floor
        self.placer = placer
        self.decaying = decaying
        self.running: dict[int, Attempt] = {}
        self.fresh: list[int] = []
        """The jobs that came into the queue since the last pass."""
        self.stirred = True
        """Whether anything else happened since the last pass; if not, what waited then still cannot start."""
        self.on_serve: Callable[[int], None] | None = None
        """Told of a job that waits just before it starts."""
        self.on_start: Callable[[Attempt], None] = lambda attempt: None
        self.on_end: Callable[[Attempt], None] = lambda attempt: None
        self._shown_before: dict[int, dict[str, Any]] = {}
        """While a pass plans: by tenant, the use that a policy was shown before."""
        self._kinds = {gang.number: gang for gang in gangs}
        self.misfits: set[int] = set()
        """Numbers of gangs that fit nowhere, until something is freed that could hold a task of them."""

    def find(self, job: int) -> Spot | None:
        """Where `job` would start now, or None where it does not fit."""
        gang = self.gangs[job]
        if gang.number in self.misfits:
            return None
        spot = self.placer.find(self.floor, gang)
        if spot is None:
            self.misfits.add(gang.number)
        return spot

    def fits(self, job: int) -> bool:
        """Whether `find` would find a place."""
        gang = self.gangs[job]
        if gang.number not in self.misfits and not self.floor.holds(gang):
            self.misfits.add(gang.number)
        return gang.number not in self.misfits

    def start(self, job: int, spot: Spot) -> None:
        """Start `job`, which waits, at `spot`."""
        if self.on_serve is not None:
            self.on_serve(job)
        self.order.remove(job)
        self.resume(job, spot)

    def resume(self, job: int, spot: Spot) -> None:
        """Start `job`, which does not wait, at `spot`."""
        now, gang, account = self.now, self.gangs[job], self.accounts[self.tenant[job]]
        self.floor.take(spot, gang.need)
        estimate = self.times.estimate[job]
        for resource, amount in gang.total:
            account.usage[resource] += amount
        self._show(account, job, 1)
        if self.decaying:
            self.decaying.start(job, account.index, self.claims.needs(job)[1], estimate, now)
        self.record.started(job, spot, now)
        attempt = self.running[job] = Attempt(job, spot, now, now + estimate)
        self.agenda.ends(job, now + self.times.run[job])
        self.order.used(account)
        self.on_start(attempt)

    def end(self, job: int, outcome: Outcome) -> Spot:
        """End `job`, which runs; WAITING where it is lost and waits again. What it leaves is told to `freed`."""
        attempt, gang, account = self.running[job], self.gangs[job], self.accounts[self.tenant[job]]
        self.floor.give(attempt.spot, gang.need)
        for resource, amount in gang.total:
            account.usage[resource] -= amount
        account.held.clear()
        self._show(account, job, -1)
        if self.decaying:
            self.decaying.end(job, account.index, self.now - attempt.start_ms)
        self.record.ended(job, attempt.spot, self.now, outcome)
        del self.running[job]
        self.order.used(account)
        self.on_end(attempt)
        return attempt.spot

    def freed(self, nodes: Iterable[int]) -> None:
        """Something became free on `nodes`, or they are back."""
        self.stirred = True
        for node in nodes:
            if not self.misfits:
                return
            self.misfits = {number for number in self.misfits if not self.floor.fits(node, self._kinds[number].need)}

    def eligible(self, job: int) -> bool:
        """Whether the limit and the slice of its tenant let `job` start now."""
        return self.accounts[self.tenant[job]].eligible(self.gangs[job])

    @contextmanager
    def planning(self) -> Iterator[None]:
        """Inside, a policy is shown what was planned as if it ran; afterwards all is as it was."""
        self._shown_before = {}
        yield
        for tenant, shown in self._shown_before.items():
            self.accounts[tenant].shown.update(shown)
            self.order.used(self.accounts[tenant])
        self.order.planned.clear()

    def plan(self, job: int) -> None:
        """Show `job` as running, for as long as this pass plans."""
        account, gang = self.accounts[self.tenant[job]], self.gangs[job]
        self._shown_before.setdefault(account.index, account.shown.copy())
        planned = self.order.planned.setdefault(account.index, [0] * len(account.usage))
        for resource, amount in gang.total:
            planned[resource] += amount
        self._show(account, job, 1)
        if self.decaying:
            needs = self.claims.needs(job)[1]
            self.decaying.plan(account.index, needs, self.times.estimate[job], self.now)
        self.order.used(account)

    def _show(self, account: Account, job: int, times: int) -> None:
        """The policy is shown what runs now; decayed use is shown by who keeps it."""
        if self.decaying is None:
            shown = account.shown
            for name, amount in self.claims.needs(job)[1].items():
                shown[name] += times * amount
