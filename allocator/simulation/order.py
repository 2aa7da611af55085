"""Who waits, in the order of a policy: the jobs by their keys, or the tenants by theirs and each one's jobs in a queue.

Both walk the waiting jobs the way every queue needs it: each job at most once in a pass, in an order that follows the
keys while whoever walks starts jobs. What its tenant's limit holds back is passed over.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections.abc import Container, Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush, heapreplace

from allocator.core.policy import Key, KeyChange, Ranks
from allocator.simulation.claims import Claims
from allocator.simulation.floor import Gang
from allocator.simulation.tenancy import Account


class Order(ABC):
    """The waiting jobs.

    Args:
        claims: Makes keys.
        accounts: Of each tenant.
        tenant: Of each job, the index of its tenant.
        gangs: Of each job.
    """

    def __init__(
        self, claims: Claims, accounts: Sequence[Account], tenant: Sequence[int], gangs: Sequence[Gang]
    ) -> None:
        self.claims = claims
        self.accounts = accounts
        self.tenant = tenant
        self.gangs = gangs
        self.planned: dict[int, list[int]] = {}
        """While a pass plans: of each tenant, (resources,), what its jobs planned in this pass will use."""
        self._number = [gang.number for gang in gangs]
        self._guarantees = any(account.guarantee for account in accounts)

    @abstractmethod
    def __contains__(self, job: int) -> bool:
        """Whether `job` waits here."""

    @abstractmethod
    def __len__(self) -> int:
        """How many jobs wait."""

    @abstractmethod
    def waiting(self) -> list[int]:
        """The waiting jobs, in no order that means anything to a policy."""

    @abstractmethod
    def add(self, job: int) -> None:
        """Let `job` wait."""

    @abstractmethod
    def remove(self, job: int) -> None:
        """Take `job` out."""

    @abstractmethod
    def used(self, account: Account) -> None:
        """The use of a tenant has changed."""

    @abstractmethod
    def rekey(self) -> None:
        """Anything that keys are made of may have changed."""

    @abstractmethod
    def words(self, job: int) -> str:
        """The key that `job`, which waits here, is ranked by now, in the words of the policy."""

    @abstractmethod
    def _walk(
        self, jobs: Iterable[int] | None, without: Container[int], planned: set[int] | None, owed: bool
    ) -> Iterator[int]:
        """`walk`, of the jobs that are owed to their tenants only, or of all.

        While a pass plans, `planned` are the jobs that were handed out: whoever walks puts them there.
        """

    @abstractmethod
    def check(self) -> None:
        """Assert that every key is what the policy would say now; for tests."""

    def walk(
        self, jobs: Iterable[int] | None = None, *, without: Container[int] = (), planning: bool = False
    ) -> Iterator[int]:
        """The eligible jobs in policy order, what is guaranteed to a tenant before everything else.

        Args:
            jobs: Only these, of the waiting ones.
            without: Numbers of gangs whose jobs are passed over; it may grow on the way.
            planning: Whether each job that was handed out counts as served, since it was given a time to start.
        """
        if not self._guarantees and not planning:
            yield from self._walk(jobs, without, None, owed=False)
            return
        tried: set[int] = set()
        for owed in (True, False) if self._guarantees else (False,):
            for job in self._walk(jobs, without, tried if planning else None, owed):
                if job not in tried:
                    tried.add(job)
                    yield job

    def _may(self, job: int, owed: bool) -> bool:
        """Whether its tenant lets `job` start, and where `owed` is asked for, as part of its guarantee."""
        account, gang = self.accounts[self.tenant[job]], self.gangs[job]
        if owed and not account.owed(gang, self.planned.get(account.index)):
            return False
        return account.eligible(gang)


class JobOrder(Order):
    """Under a policy that ranks work: smallest key first, ties by row."""

    def __init__(
        self, claims: Claims, accounts: Sequence[Account], tenant: Sequence[int], gangs: Sequence[Gang]
    ) -> None:
        super().__init__(claims, accounts, tenant, gangs)
        self._entries: list[tuple[Key, int]] = []
        self._key: dict[int, Key] = {}
        self._moves = claims.policy.key_change is not KeyChange.STATIC
        self._walking: list[tuple[Key, int]] = []
        """What is left of a walk, where keys move under it."""

    def __contains__(self, job: int) -> bool:
        return job in self._key

    def __len__(self) -> int:
        return len(self._entries)

    def waiting(self) -> list[int]:
        """By key."""
        return [job for _, job in self._entries]

    def add(self, job: int) -> None:
        """Ask for its key and sort it in; O(log n) but for moving a list."""
        key = self._key[job] = self.claims.of_job(job)
        insort(self._entries, (key, job))

    def remove(self, job: int) -> None:
        """Take it out; O(log n) but for moving a list."""
        del self._entries[bisect_left(self._entries, (self._key.pop(job), job))]

    def used(self, account: Account) -> None:
        """Ask for the keys of its jobs again, where they may have moved."""
        if not self._moves:
            return
        for job in [job for job in self._key if self.tenant[job] == account.index]:
            key = self.claims.of_job(job)
            if key != self._key[job]:
                self.remove(job)
                self._key[job] = key
                insort(self._entries, (key, job))
                heappush(self._walking, (key, job))

    def rekey(self) -> None:
        """Ask for every key again."""
        self._key = {job: self.claims.of_job(job) for job in self._key}
        self._entries = sorted((key, job) for job, key in self._key.items())

    def _walk(
        self, jobs: Iterable[int] | None, without: Container[int], planned: set[int] | None, owed: bool
    ) -> Iterator[int]:
        entries = (
            self._entries.copy() if jobs is None else sorted((self._key[job], job) for job in jobs if job in self._key)
        )
        if not self._moves:
            number = self._number
            for _, job in entries:
                if number[job] not in without and self._may(job, owed):
                    yield job
            return
        self._walking = walking = entries
        tried = set()
        while walking:
            key, job = heappop(walking)
            current = job not in tried and job in self._key and self._key[job] == key
            if current and self._number[job] not in without and self._may(job, owed):
                tried.add(job)
                yield job

    def words(self, job: int) -> str:
        """The key of the job."""
        return self.claims.words(job, job)

    def check(self) -> None:
        """Every key is current."""
        for key, job in self._entries:
            now = self.claims.of_job(job)
            assert now == key, f"job {job} waits under {key!r}, now it is {now!r}"


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

    def waiting(self) -> list[int]:
        """In the order in which they came."""
        return list(self._place)

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


def order_for(
    claims: Claims,
    accounts: Sequence[Account],
    tenant: Sequence[int],
    gangs: Sequence[Gang],
    priorities: Sequence[int],
) -> Order:
    """The order that the policy of `claims` asks for."""
    if claims.policy.ranks is Ranks.WORK:
        return JobOrder(claims, accounts, tenant, gangs)
    return TenantOrder(claims, accounts, tenant, gangs, priorities)
