"""What the events of a scenario do: to nodes and what runs there, and to tenants and what they wait for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from allocator.core.resources import Quantities
from allocator.core.timeline import Event
from allocator.simulation.intake import Intake
from allocator.simulation.machines import Machines
from allocator.simulation.record import Record
from allocator.simulation.run import Outcome
from allocator.simulation.stage import Stage
from allocator.simulation.tenancy import Account


class Happenings:
    """Lets events happen.

    Args:
        stage: What runs and waits.
        machines: The nodes.
        intake: Told who joins and leaves, and what is lost.
        record: Told what is up.
        capacity: As declared; what entitlements are made of.
        weight_unit: The common denominator of all weights.
        priorities: Of each job; changed here.
        follows: Of each job, whether it has the priority of its tenant, whatever that becomes.
        requeues: Whether a job that loses its node waits again, or is killed.
    """

    def __init__(
        self,
        stage: Stage,
        machines: Machines,
        intake: Intake,
        record: Record,
        capacity: Quantities,
        weight_unit: int,
        priorities: list[int],
        follows: Sequence[bool],
        requeues: bool,
    ) -> None:
        self._stage = stage
        self._machines = machines
        self._intake = intake
        self._record = record
        self._capacity = capacity
        self._weight_unit = weight_unit
        self._priorities = priorities
        self._follows = follows
        self._requeues = requeues
        self._accounts = {account.name: account for account in stage.accounts}
        self.on_change: Callable[[], None] = lambda: None
        """Told of whatever a plan did not foresee."""

    def happen(self, event: Event) -> None:
        """Let `event` happen now."""
        self._record.events.append(event)
        if event.kind == "note":
            return
        self._stage.stirred = True
        self.on_change()
        if event.kind in ("node-down", "node-up", "drain", "capacity"):
            self._to_node(event)
        elif event.tenant in self._accounts:
            self._to_tenant(event, self._accounts[event.tenant])

    def _to_node(self, event: Event) -> None:
        node = self._machines.change(event)
        if node is None:
            return
        if event.kind == "node-down" and not self._machines.cluster.merged:
            self._lose(node)
        self._stage.freed([node])
        self._record.capacity(self._stage.now, self._machines.up())

    def _lose(self, node: int) -> None:
        """Whatever has a task on `node` is lost as a whole."""
        stage, outcome = self._stage, Outcome.WAITING if self._requeues else Outcome.KILLED
        for job in sorted(job for job, one in stage.running.items() if any(place == node for place, _ in one.spot)):
            stage.agenda.call_off(job)
            stage.freed([place for place, _ in stage.end(job, outcome)])
            if outcome is Outcome.WAITING:
                self._intake.again(job)
            else:
                self._intake.ended(job, outcome)

    def _to_tenant(self, event: Event, account: Account) -> None:
        stage = self._stage
        if event.kind == "tenant-join":
            self._intake.join(account)
        elif event.kind == "tenant-leave":
            self._intake.leave(account)
        elif event.kind == "weight":
            assert isinstance(event.value, Fraction)
            account.weight = int(event.value * self._weight_unit)
            stage.claims.entitle(self._capacity)
            for one in stage.accounts:
                one.held.clear()
        elif event.kind == "priority":
            assert isinstance(event.value, int)
            account.priority = event.value
            for job, tenant in enumerate(stage.tenant):
                if tenant == account.index and self._follows[job]:
                    self._priorities[job] = event.value
        stage.order.rekey()
