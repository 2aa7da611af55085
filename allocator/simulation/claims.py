"""What a policy is shown of a job or a tenant over time, and the keys it answers with."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.answers import entitlements_of, key_of
from allocator.core.policy import Claim, Entitling, Explaining, Filling, Key, Policy, Ranks, TenantView, filling
from allocator.core.resources import Quantities
from allocator.simulation.floor import Gang
from allocator.simulation.tenancy import Account, amounts
from allocator.simulation.workload import NONE, Workload


class Claims:
    """Keys of jobs and of tenants.

    Args:
        policy: Whose keys.
        workload: The jobs.
        estimates: Of each job, what is planned with, in ms.
        priorities: Of each job; kept current by whoever changes them.
        gangs: Of each job.
        accounts: Of each tenant.
        weight_unit: The common denominator of all weights.
        shared: What shares are measured in, as declared: denominators do not move with the capacity.
    """

    def __init__(
        self,
        policy: Policy,
        workload: Workload,
        estimates: Sequence[int],
        priorities: Sequence[int],
        gangs: Sequence[Gang],
        accounts: Sequence[Account],
        weight_unit: int,
        shared: Quantities,
    ) -> None:
        self.policy = policy
        self._workload = workload
        self._submit: list[int] = workload.submit.tolist()
        self._deadline: list[int] = workload.deadline.tolist()
        self._tasks: list[int] = workload.tasks.tolist()
        self._tenant: list[int] = workload.tenant.tolist()
        self._estimates = estimates
        self._priorities = priorities
        self._gangs = gangs
        self._accounts = accounts
        self._weight_unit = weight_unit
        self._shared = shared
        self._named: dict[int, tuple[dict[str, int], dict[str, int]]] = {}

    def of_job(self, job: int) -> Key:
        """The key of a job under a policy that ranks work: one task's demand, the gang as its tasks."""
        return key_of(self.policy, self._claim_of_job(job), self._shared)

    def of_tenant(self, account: Account, job: int) -> Key:
        """The key of a tenant under a policy that ranks tenants; `job`, next in its queue, is one task as a whole."""
        return key_of(self.policy, self._claim_of_tenant(account, job), self._shared)

    def words(self, job: int, next_in_queue: int) -> str:
        """The key of `job`, or of its tenant with what is next there; empty where the policy does not explain."""
        if not isinstance(self.policy, Explaining):
            return ""
        if self.policy.ranks is Ranks.WORK:
            claim = self._claim_of_job(job)
        else:
            claim = self._claim_of_tenant(self._accounts[self._tenant[job]], next_in_queue)
        return self.policy.explain(claim, self._shared)

    def needs(self, job: int) -> tuple[dict[str, int], dict[str, int]]:
        """By name of the resource: what one task of `job` needs, and what all do. Shared: to read only."""
        number = self._gangs[job].number
        found = self._named.get(number)
        if found is None:
            demand = dict(zip(self._workload.resources, self._workload.demand[job].tolist(), strict=True))
            tasks = self._tasks[job]
            found = self._named[number] = demand, {name: amount * tasks for name, amount in demand.items()}
        return found

    def entitle(self, capacity: Quantities) -> None:
        """Ask a policy that has entitlements for them, as if every tenant wanted all there is at any time.

        Raises:
            BadPolicyError: What it answers is not whole numbers of 0 or more, one entry a tenant.
        """
        if not isinstance(self.policy, Entitling):
            return
        always = dict.fromkeys(name for name, amount in capacity.items() if amount)
        views = [TenantView(one.name, one.weight, dict(always), self._by_name(one)) for one in self._accounts]
        resources = self._workload.resources
        found = entitlements_of(self.policy, views, capacity, resources)
        for account, entitlement in zip(self._accounts, found, strict=True):
            account.entitlement = {name: entitlement.get(name, 0) for name in resources}
            if filling(self.policy) is Filling.SLICE:
                account.slice = amounts(entitlement, resources)

    def _by_name(self, account: Account) -> dict[str, int]:
        return {self._workload.resources[resource]: amount for resource, amount in account.guarantee}

    def _claim_of_job(self, job: int) -> Claim:
        account = self._accounts[self._tenant[job]]
        demand, total = self.needs(job)
        return self._claim(account, job, job, self._priorities[job], demand, self._tasks[job], total)

    def _claim_of_tenant(self, account: Account, job: int) -> Claim:
        _, total = self.needs(job)
        return self._claim(account, job, account.index, account.priority, total, 1, total)

    def _claim(
        self,
        account: Account,
        job: int,
        order: int,
        priority: int,
        demand: dict[str, int],
        tasks: int,
        wanted: dict[str, int],
    ) -> Claim:
        deadline = self._deadline[job]
        return Claim(
            tenant=account.name,
            work=self._workload.name(job),
            order=order,
            weight=account.weight,
            weight_unit=self._weight_unit,
            priority=priority,
            demand=demand,
            tasks=tasks,
            wanted=wanted,
            usage=account.shown,
            entitlement=account.entitlement,
            submit_ms=self._submit[job],
            estimate_ms=self._estimates[job],
            deadline_ms=None if deadline == NONE else deadline,
        )
