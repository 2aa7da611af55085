"""Every metric again, the slow and obvious way: look at each millisecond, each job and each node, in Fractions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from allocator.core.model import Scenario
from allocator.core.timeline import Event
from allocator.simulation.cluster import Cluster
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE


class Oracle:
    """A run, one millisecond at a time."""

    def __init__(self, scenario: Scenario, run: Run) -> None:
        self.scenario, self.run, self.work = scenario, run, run.workload
        self.jobs = [
            job for job in range(len(run.start)) if run.ended == "drained" or self.work.submit[job] < run.stopped_ms
        ]
        rows = (getattr(run.pieces, name).tolist() for name in ("job", "node", "tasks", "start", "end", "lost"))
        self.pieces = list(zip(*rows, strict=True))
        self.span = range(run.stopped_ms)
        comings = [event for event in scenario.events if event.kind in ("tenant-join", "tenant-leave")]
        firsts: dict[str, Event] = {}
        for event in sorted(comings, key=lambda event: (event.at_ms, event.priority)):
            firsts.setdefault(event.tenant, event)
        self.joins = {name: event.at_ms for name, event in firsts.items() if event.kind == "tenant-join"}

    def runs(self, job: int, ms: int) -> bool:
        """Whether it runs then."""
        return any(piece[0] == job and piece[3] <= ms < piece[4] for piece in self.pieces)

    def waits(self, job: int, ms: int) -> bool:
        """Whether it is ready then and does not run."""
        outcome, end = self.run.outcome[job], self.run.end[job]
        if job not in self.jobs or outcome == Outcome.IMPOSSIBLE or ms < self.work.submit[job]:
            return False
        if ms < self.joins.get(self.work.tenants[self.work.tenant[job]], 0):
            return False
        before = self.work.after(job)
        if any(self.run.outcome[other] != Outcome.COMPLETED or self.run.end[other] > ms for other in before):
            return False
        return not self.runs(job, ms) and (end == NONE or ms < end)

    def of(self, tenant: int) -> list[int]:
        """The jobs of a tenant."""
        return [job for job in self.jobs if self.work.tenant[job] == tenant]

    def active(self, tenant: int, ms: int) -> bool:
        """Whether a job of it waits or runs then."""
        return any(self.runs(job, ms) or self.waits(job, ms) for job in self.of(tenant))

    def capacity(self, ms: int) -> list[list[int]]:
        """(nodes, resources): what is up then."""
        step = max(index for index, at in enumerate(self.run.capacity_at.tolist()) if at <= ms)
        found: list[list[int]] = self.run.capacity[step].tolist()
        return found

    def used(self, ms: int, resource: int, *, tenant: int | None = None, node: int | None = None) -> int:
        """Units in use then, of all or of one tenant or node."""
        return sum(
            int(self.work.demand[job, resource]) * tasks
            for job, where, tasks, start, end, _ in self.pieces
            if start <= ms < end
            and (tenant is None or self.work.tenant[job] == tenant)
            and (node is None or where == node)
        )

    def share(self, tenant: int, ms: int) -> Fraction:
        """The dominant share of a tenant then."""
        shares = [
            Fraction(self.used(ms, index, tenant=tenant), self.scenario.capacity[name])
            for index, name in enumerate(self.work.resources)
            if name in self.scenario.shared
        ]
        return max(shares, default=Fraction(0))

    def utilisation(self, resource: int) -> Fraction | None:
        """Used / up."""
        up = sum(sum(node[resource] for node in self.capacity(ms)) for ms in self.span)
        return Fraction(sum(self.used(ms, resource) for ms in self.span), up) if up else None

    def lost_work(self, resource: int) -> int:
        """Units times ms that came to nothing."""
        return sum(
            int(self.work.demand[job, resource]) * tasks * (end - start)
            for job, _, tasks, start, end, lost in self.pieces
            if lost
        )

    def starved(self, tenant: int) -> int:
        """The longest stretch in which a job of it waits and none runs."""
        longest = now = 0
        for ms in self.span:
            mine = self.of(tenant)
            hungry = any(self.waits(job, ms) for job in mine) and not any(self.runs(job, ms) for job in mine)
            now = now + 1 if hungry else 0
            longest = max(longest, now)
        return longest

    def jain(self, length: int) -> Fraction | None:
        """The mean over windows of `length` ms."""
        found: list[tuple[Fraction, int]] = []
        for begin in range(0, len(self.span), length):
            window = range(begin, min(begin + length, len(self.span)))
            values = list(self._values(window))
            squares = sum(value * value for value in values)
            if len(values) > 1 and squares:
                found.append((sum(values) ** 2 / (len(values) * squares), len(window)))
        return sum(index * lasted for index, lasted in found) / sum(n for _, n in found) if found else None

    def _values(self, window: Iterable[int]) -> Iterator[Fraction]:
        window = list(window)
        for tenant, name in enumerate(self.work.tenants):
            there = [ms for ms in window if self.active(tenant, ms)]
            if there:
                weight = self.scenario.must_have(name).weight
                yield sum((self.share(tenant, ms) for ms in there), Fraction(0)) / len(there) / weight

    def stranded(self, resource: int) -> Fraction | None:
        """Stranded / up."""
        labels = Cluster.of(self.scenario, self.work.resources).pools
        lost = up = 0
        for ms in self.span:
            capacity = self.capacity(ms)
            queue = [job for job in self.jobs if self.waits(job, ms)]
            for node, there in enumerate(capacity):
                up += there[resource]
                free = [
                    max(0, amount - self.used(ms, index, node=node)) if amount else 0
                    for index, amount in enumerate(there)
                ]
                if queue and not any(self._fits(job, free, there, labels[node]) for job in queue):
                    lost += free[resource]
        return Fraction(lost, up) if up and len(labels) > 1 else None

    def _fits(self, job: int, free: list[int], there: list[int], label: str) -> bool:
        pools = self.work.pool_sets[self.work.pools[job]] if len(self.work.pools) else ()
        demand = self.work.demand[job].tolist()
        return (
            any(there)
            and (not pools or label in pools)
            and all(need <= have for need, have in zip(demand, free, strict=True))
        )
