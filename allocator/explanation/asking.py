"""The two questions: why did this tenant get what it got, and why did that one get more?

Puts together what the results, the log and the search say; decides nothing itself.
"""

from __future__ import annotations

from dataclasses import replace

from allocator.allocation import allocate, chosen, decisions, settle
from allocator.core.decision import Outcome
from allocator.core.ledger import Ledger, WorkAccount
from allocator.core.model import Scenario, Tenant
from allocator.core.policy import Filling, filling
from allocator.core.resources import Quantities
from allocator.explanation import least_change, rivalry, story
from allocator.explanation.facts import Cause, Explanation, Stop
from allocator.explanation.rivalry import Known, Versus
from allocator.explanation.trials import Trials, has_all, stopped_by_limit
from allocator.registry import Prepared
from allocator.results import Allocation, TenantResult


def explain(
    scenario: Scenario, tenant: str, policy: Prepared | str | None = None, known: Allocation | None = None
) -> Explanation:
    """Why `tenant` got what it got, and the least change that would satisfy it.

    Args:
        scenario: Who wants what of which capacity.
        tenant: By its name.
        policy: Made ready, or its name; None is the scenario's own.
        known: The allocation of the scenario under that policy, where it need not be made again.

    Raises:
        UnknownTenantError: The scenario has no such tenant; the message names the nearest.
        PolicyError: No such policy, or options it does not take.
    """
    prepared = policy if isinstance(policy, Prepared) else chosen(scenario, policy)
    index = index_of(scenario, tenant)
    result = (known or allocate(scenario, prepared)).tenants[index]
    if result.outcome in (Outcome.GRANTED, Outcome.IDLE):
        cause = Cause.NOTHING if result.outcome is Outcome.GRANTED else Cause.IDLE
        return _explanation(scenario, prepared, result, cause)
    books = settle(scenario, prepared)
    log = _read(scenario, prepared, result)
    cause, stop = _stop(books, prepared, index, result, log)
    if stop is None:
        return _explanation(scenario, prepared, result, cause)
    trials = Trials(scenario, prepared, index, books, None if log.cut else log.read)
    changes = least_change.search(trials, cause, _scarcest_first(books, stop.short_of))
    return replace(
        _explanation(scenario, prepared, result, cause),
        resources=_concerned(result, stop.resource),
        stop=stop,
        goal=_goal(trials, cause),
        changes=changes,
        runs=trials.runs,
        cut_short=trials.cut_short,
        decisions_read=log.read,
        log_cut=log.cut,
    )


def _explanation(scenario: Scenario, prepared: Prepared, result: TenantResult, cause: Cause) -> Explanation:
    """What is said of a tenant that nothing stopped."""
    return Explanation(
        policy=prepared,
        result=result,
        resources=_concerned(result, None),
        capacity={name: scenario.capacity.get(name, 0) for name in scenario.resources},
        held=held(result.tenant),
        cause=cause,
        stop=None,
        goal="all it wants",
        changes=(),
        runs=0,
        cut_short=False,
        decisions_read=0,
        log_cut=False,
    )


def versus(scenario: Scenario, tenant: str, other: str, policy: Prepared | str | None = None) -> Versus:
    """`tenant` and `other` side by side, and why one got more.

    Raises:
        UnknownTenantError: The scenario has no such tenant; the message names the nearest.
        PolicyError: No such policy, or options it does not take.
    """
    prepared = policy if isinstance(policy, Prepared) else chosen(scenario, policy)
    results = allocate(scenario, prepared).tenants
    books = settle(scenario, prepared)
    known = []
    for index in (index_of(scenario, tenant), index_of(scenario, other)):
        log = _read(scenario, prepared, results[index])
        cause, stop = _stop(books, prepared, index, results[index], log)
        known.append(Known(index, results[index], cause, stop, log))
    return rivalry.compare(scenario, prepared, known[0], known[1], books)


def index_of(scenario: Scenario, name: str) -> int:
    """The place of the tenant of that name, from 0.

    Raises:
        UnknownTenantError: There is none.
    """
    scenario.must_have(name)
    return next(index for index, tenant in enumerate(scenario.tenants) if tenant.name == name)


def _read(scenario: Scenario, prepared: Prepared, result: TenantResult) -> story.Log:
    """The decisions of a run as far as they tell of one tenant; none where it got all."""
    if result.outcome in (Outcome.GRANTED, Outcome.IDLE):
        return story.Log()
    unmet = [work.name for work in result.work if work.outcome not in (Outcome.GRANTED, Outcome.IDLE)]
    return story.read(decisions(scenario, prepared), result.name, unmet)


def held(tenant: Tenant) -> Quantities | None:
    """What `tenant` holds before any decision; None where no work of it says."""
    if all(work.held is None for work in tenant.work):
        return None
    sums: dict[str, int] = {}
    for work in tenant.work:
        for name, amount in work.demand.items():
            sums[name] = sums.get(name, 0) + int(amount * (work.held or 0))
    return sums


def _stop(
    books: Ledger, prepared: Prepared, index: int, result: TenantResult, log: story.Log
) -> tuple[Cause, Stop | None]:
    """What stopped the tenant: the cause, and the story of the first of its work that could have had more."""
    unmet = [work for work in books.tenants[index].works if not has_all(work)]
    if not unmet:
        return (Cause.IDLE if result.outcome is Outcome.IDLE else Cause.NOTHING), None
    free = [work for work in unmet if not stopped_by_limit(books, work)]
    focus = next((work for work in free if not work.infeasible), (free or unmet)[0])
    short_of = _short_of(result, focus)
    if not free:
        cause = Cause.LIMIT
    elif focus.infeasible:
        cause = Cause.INFEASIBLE
    elif filling(prepared.policy) is Filling.SLICE:
        cause = Cause.SLICE
        short_of = _beyond_slice(books, focus)
    elif short_of:
        cause = Cause.POOL
    else:
        cause = Cause.ROUND_ENDED if prepared.on_misfit == "stop" else Cause.POLICY
    fills = filling(prepared.policy) is Filling.DOMINANT_SHARE
    return cause, story.stop(log, books, focus, short_of, stops=prepared.on_misfit == "stop", fills=fills)


def _short_of(result: TenantResult, focus: WorkAccount) -> tuple[str, ...]:
    """What the work is short of in the end."""
    place = sorted(focus.owner.works, key=lambda work: work.order).index(focus)
    return result.work[place].short_of


def _beyond_slice(ledger: Ledger, focus: WorkAccount) -> tuple[str, ...]:
    """The resources of which the tenant's slice holds no more of the work."""
    owner = focus.owner
    everyone = sum(account.weight for account in ledger.tenants)
    slices = owner.entitlement or {name: all_ * owner.weight // everyone for name, all_ in ledger.capacity.items()}
    return tuple(
        name for name, amount in focus.need if slices[name] - owner.usage[name] < (1 if focus.divisible else amount)
    )


def _scarcest_first(ledger: Ledger, names: tuple[str, ...]) -> list[str]:
    """`names`, the one of which the smallest part of the capacity is free first; ties in order of the scenario."""
    return sorted(names, key=lambda name: ledger.free[name] / max(1, ledger.capacity[name]))


def _goal(trials: Trials, cause: Cause) -> str:
    """What a change is to reach."""
    if trials.open_ended:
        return "one more task"
    tenant = trials.account(trials.base).tenant
    wanted = tenant.wanted
    capped = any(wanted is None or wanted.get(name, 0) > most for name, most in tenant.limit.items())
    return "all its limit allows" if capped and cause is not Cause.LIMIT else "all it wants"


def _concerned(result: TenantResult, first: str | None) -> tuple[str, ...]:
    """The resources it wants, in the scenario's order, what stopped it first."""
    names = [name for name in result.granted if any(work.demand.get(name) for work in result.tenant.work)]
    names = names or list(result.granted)
    return tuple(sorted(names, key=lambda name: name != first))
