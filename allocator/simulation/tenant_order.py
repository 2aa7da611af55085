"""Waiting jobs under a policy that ranks tenants: a queue for each, and a heap of the tenants for each walk."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Container, Iterable, Iterator, Sequence
from heapq import heapify, heappop, heapreplace

from allocator.core.policy import Key
from allocator.simulation.claims import Claims
from allocator.simulation.floor import Gang
from allocator.simulation.order import Order
from allocator.simulation.tenancy import Account


class TenantOrder(Order):
    """Under a policy that ranks tenants: the smallest key first, ties by tenant; its jobs by (priority, row).

    A tenant's key counts the first eligible job of its queue, whether that fits or not.
    """

    def __init__(
        self,
        claims: Claims,
        accounts: Sequence[Account],
        tenant: Sequence[int],
        gangs: Sequence[Gang],
        priorities: Sequence[int],
    ) -> None:
        super().__init__(claims, accounts, tenant, gangs)
        self._priorities = priorities
        self._queues: list[list[tuple[int, int]]] = [[] for _ in accounts]
        """Of each tenant (priority, job), ascending."""
        self._place: dict[int, tuple[int, int]] = {}
        """Of each waiting job its entry."""
        self._keys: dict[int, tuple[Key] | None] = {}
        """Of tenants whose key is known: in a tuple, or None where none of its jobs is eligible."""

    def __contains__(self, job: int) -> bool:
        return job in self._place

    def __len__(self) -> int:
        return len(self._place)

    def add(self, job: int) -> None:
        """Sort it into the queue of its tenant."""
        tenant = self.tenant[job]
        entry = self._place[job] = self._priorities[job], job
        queue = self._queues[tenant]
        insort(queue, entry)
        account = self.accounts[tenant]
        if queue[0] == entry or account.limit or account.slice:  # behind an eligible first, it changes nothing
            self._keys.pop(tenant, None)

    def remove(self, job: int) -> None:
        """Take it out of the queue of its tenant."""
        tenant, queue = self.tenant[job], self._queues[self.tenant[job]]
        del queue[bisect_left(queue, self._place.pop(job))]
        self._keys.pop(tenant, None)

    def used(self, account: Account) -> None:
        """Its key is no longer known."""
        self._keys.pop(account.index, None)

    def rekey(self) -> None:
        """Forget every key, and sort every queue again."""
        self._keys.clear()
        for tenant, queue in enumerate(self._queues):
            self._queues[tenant] = sorted((self._priorities[job], job) for _, job in queue)
        self._place = {entry[1]: entry for queue in self._queues for entry in queue}

    def _walk(
        self, jobs: Iterable[int] | None, without: Container[int], planned: set[int] | None, owed: bool
    ) -> Iterator[int]:
        number = self._number
        turns: list[tuple[Key, int, Iterator[tuple[int, int]]]] = []
        for tenant, entries in self._chosen(jobs):
            key = self._key_of(tenant, planned)
            if key is not None:
                turns.append((key[0], tenant, iter(entries)))
        heapify(turns)
        while turns:
            _, tenant, rest = turns[0]
            for _, job in rest:
                if number[job] not in without and self._may(job, owed):
                    yield job
                    if planned is not None or job not in self._place:
                        break
            else:
                heappop(turns)
                continue
            key = self._key_of(tenant, planned)
            if key is None:
                heappop(turns)
            else:
                heapreplace(turns, (key[0], tenant, rest))

    def _chosen(self, jobs: Iterable[int] | None) -> Iterable[tuple[int, list[tuple[int, int]]]]:
        if jobs is None:
            return [(tenant, queue.copy()) for tenant, queue in enumerate(self._queues) if queue]
        chosen: dict[int, list[tuple[int, int]]] = {}
        for entry in sorted(self._place[job] for job in jobs if job in self._place):
            chosen.setdefault(self.tenant[entry[1]], []).append(entry)
        return chosen.items()

    def _key_of(self, tenant: int, planned: set[int] | None = None) -> tuple[Key] | None:
        if planned is not None:
            return self._key_now(tenant, planned)
        if tenant not in self._keys:
            self._keys[tenant] = self._key_now(tenant)
        return self._keys[tenant]

    def _key_now(self, tenant: int, planned: Container[int] = ()) -> tuple[Key] | None:
        first = self._first(tenant, planned)
        return None if first is None else (self.claims.of_tenant(self.accounts[tenant], first),)

    def _first(self, tenant: int, planned: Container[int] = ()) -> int | None:
        """The first eligible job of a queue."""
        account = self.accounts[tenant]
        for _, job in self._queues[tenant]:
            if job not in planned and account.eligible(self.gangs[job]):
                return job
        return None

    def words(self, job: int) -> str:
        """The key of its tenant."""
        first = self._first(self.tenant[job])
        return self.claims.words(job, job if first is None else first)

    def check(self) -> None:
        """Every key that is kept is current."""
        for tenant, key in self._keys.items():
            now = self._key_now(tenant)
            assert now == key, f"tenant {tenant} waits under {key!r}, now it is {now!r}"
