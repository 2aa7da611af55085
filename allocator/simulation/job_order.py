"""Waiting jobs under a policy that ranks work: sorted by their keys."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Container, Iterable, Iterator, Sequence
from heapq import heappop, heappush

from allocator.core.policy import Key, KeyChange
from allocator.simulation.claims import Claims
from allocator.simulation.floor import Gang
from allocator.simulation.order import Order
from allocator.simulation.tenancy import Account


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
