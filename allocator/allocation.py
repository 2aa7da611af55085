"""Scenario and policy in, allocation out.

It runs the engine (or, for large inputs, the bulk path that computes the same grants), has the books read as results
and decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from allocator import registry
from allocator.core.decision import Decision
from allocator.core.engine import Engine
from allocator.core.errors import PolicyError
from allocator.core.fairness import entitled, fair_shares
from allocator.core.ledger import Ledger, tenant_views
from allocator.core.model import PolicyUse, Scenario
from allocator.core.policy import Filling, Policy, filling, needs_time
from allocator.registry import Prepared
from allocator.results import Allocation
from allocator.verdicts import tenant_result, work_result

BULK_FROM = 5_000
"""Works from which the bulk path is worth importing numpy for; below, the engine is as quick."""
BULK_FROM_TASKS = 50_000
"""Whole tasks that could be granted, one a pop, from which the same holds."""


def allocate(scenario: Scenario, policy: Prepared | PolicyUse | str | None = None) -> Allocation:
    """The allocation of `scenario` under `policy`; without one, under the policy that the scenario names.

    Raises:
        PolicyError: No such policy, options it does not take, or one that ranks nothing but jobs.
    """
    prepared = for_one_allocation(scenario, policy)
    ledger = settle(scenario, prepared)
    return _allocation(scenario, prepared, ledger, pops=tuple(ledger.pops))


def decisions(scenario: Scenario, policy: Prepared | PolicyUse | str | None = None) -> Iterator[Decision]:
    """The same allocation, one decision at a time."""
    prepared = for_one_allocation(scenario, policy)
    yield from Engine(scenario, prepared.policy, prepared.on_misfit).decisions()


def for_one_allocation(scenario: Scenario, policy: Prepared | PolicyUse | str | None) -> Prepared:
    """The policy made ready, or the scenario's own.

    Raises:
        PolicyError: No such policy, options it does not take, or one that ranks nothing but jobs.
    """
    prepared = policy if isinstance(policy, Prepared) else chosen(scenario, policy)
    if needs_time(prepared.policy):
        raise PolicyError(registry.without_jobs(prepared.name))
    return prepared


def today(scenario: Scenario) -> Allocation:
    """What runs before any decision, as an allocation to compare with: each work is granted what it holds."""
    ledger = Ledger(scenario)
    for work in ledger.works:
        held = work.work.held or Fraction(0)
        work.granted_tasks = int(held)
        ledger.grant(work, {name: int(amount * held) for name, amount in work.need})
    return _allocation(scenario, None, ledger)


def chosen(
    scenario: Scenario, policy: PolicyUse | Policy | str | None, options: Mapping[str, str] | None = None
) -> Prepared:
    """A policy made ready for `scenario`: its own where None, one by name or as an object otherwise.

    Args:
        scenario: Its `[policy]` table has options and `on_misfit` for all policies.
        policy: A name may be `module:Class`: whoever types that runs code anyway. A scenario file cannot.
        options: They go before what the scenario says; `on_misfit` is accepted beside the policy's own.

    Raises:
        PolicyError: No such policy, or options it does not take.
    """
    own = scenario.policy.use
    if policy is None or policy == own.name:
        use, typed = own, False
    elif isinstance(policy, str):
        use, typed = PolicyUse(policy), True
    elif isinstance(policy, PolicyUse):
        use, typed = policy, False
    else:
        return registry.prepare_own(policy, scenario.policy, options or {}, timed=scenario.timed)
    use = replace(use, options={**use.options, **(options or {})})
    unknown = scenario.trace is not None and not scenario.capacity  # the trace says what there is, when it is read
    resources = None if unknown else tuple(scenario.capacity)
    return registry.prepare(use, scenario.policy, resources, module=typed, timed=scenario.timed)


def settle(scenario: Scenario, prepared: Prepared) -> Ledger:
    """The books after everything is decided: by the engine, or for large inputs by the bulk path where it applies."""
    if _is_large(scenario):
        from allocator import bulk  # numpy, which a small allocation never needs

        grants = bulk.fast_grants(scenario, prepared.policy, prepared.on_misfit)
        if grants is not None:
            ledger = Ledger(scenario)
            for work, (count, amounts) in zip(ledger.works, grants, strict=True):
                work.granted_tasks = count
                ledger.grant(work, amounts)
            return ledger
    return Engine(scenario, prepared.policy, prepared.on_misfit).run()


def _is_large(scenario: Scenario) -> bool:
    """Whether there is so much work, or there are so many whole tasks to grant, that columns are quicker than pops."""
    if sum(len(tenant.work) for tenant in scenario.tenants) >= BULK_FROM:
        return True
    pops = 0
    for tenant in scenario.tenants:
        for work in tenant.work:
            need = [(name, amount) for name, amount in work.demand.items() if amount]
            if need and not work.divisible:
                fit = min(scenario.capacity.get(name, 0) // amount for name, amount in need)
                pops += fit if work.tasks is None else min(fit, work.tasks)
    return pops >= BULK_FROM_TASKS


def _allocation(
    scenario: Scenario, prepared: Prepared | None, ledger: Ledger, pops: tuple[tuple[int, int], ...] = ()
) -> Allocation:
    """What the books say; they are closed."""
    # Wants are those after limits again, whatever round was the last: a reason may have to say "its limit".
    ledger.open_round(ledger.limits)
    weights = [account.weight for account in ledger.tenants]
    there_is = {name: amount for name, amount in ledger.capacity.items() if amount}
    slices = entitled(weights, ledger.capacity) if weights else []
    shares = fair_shares(tenant_views(ledger), there_is)
    how = filling(prepared.policy) if prepared else Filling.NONE
    stops = prepared is not None and prepared.on_misfit == "stop"
    results = []
    for account, mine, fair in zip(ledger.tenants, slices, shares, strict=True):
        works = tuple(
            work_result(ledger, work, how, stops=stops, today=prepared is None)
            for work in sorted(account.works, key=lambda work: work.order)
        )
        results.append(tenant_result(ledger, account.tenant, works, mine, {**dict.fromkeys(mine, 0), **fair}))
    ledger.close()
    return Allocation(scenario, prepared, tuple(results), pops)
