"""Who waits, in the order of a policy, the way every queue walks it.

Each job at most once in a pass, in an order that follows the keys while whoever walks starts jobs. What its tenant's
limit holds back is passed over. What is ranked, jobs or tenants, is in `job_order` and `tenant_order`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Iterator, Sequence

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
