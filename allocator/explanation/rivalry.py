"""Two tenants set against each other, and why one got more: the first thing that, made equal, turns it round.

The reason is found by running the engine with one difference between the two removed; words are made in `views`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from allocator.allocation import settle
from allocator.core.ledger import Ledger, TenantAccount
from allocator.core.model import Scenario, Tenant, Work
from allocator.core.resources import Quantities, unit
from allocator.explanation.facts import Cause, Stop, stop_dict
from allocator.explanation.story import Log
from allocator.registry import Prepared
from allocator.results import TenantResult, number


class Why(Enum):
    """Why one of two tenants got more."""

    EQUAL = "equal"
    """Neither did."""
    WANTED_MORE = "wanted more"
    """The other has all it wanted."""
    LIMIT = "limit"
    """The other's own limit."""
    INFEASIBLE = "infeasible"
    """The other's task can never run."""
    RESOURCE = "resource"
    """It does not need the resource that stopped the other."""
    WEIGHT = "weight"
    """With equal weights (and, if that leaves a tie, places exchanged) it would not have got more."""
    PRIORITY = "priority"
    """With equal priorities, likewise."""
    ORDER = "order"
    """Declared the other way round it would not have got more."""
    DEMAND = "demand"
    """With the other's work instead of its own, likewise."""
    POLICY = "policy"
    """No single difference explains it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    result: TenantResult
    cause: Cause
    stop: Stop | None
    share: float
    """Its dominant share / weight in the end."""
    key_then: str
    """The key in words under which it was last served when the other was stopped; empty where it was not, or none."""
    held_then: Quantities
    """What it held when the other was stopped."""


@dataclass(frozen=True, slots=True)
class Versus:
    """Two tenants side by side under one policy."""

    policy: Prepared
    sides: tuple[Side, Side]
    """In the order asked for."""
    resources: tuple[str, ...]
    """Those that either wants."""
    more: int | None
    """Which side got more of its want (of its share, where the want is without limit); None where neither did."""
    why: Why
    found_by_run: bool
    """Whether the reason was found by a run with that one difference removed."""
    exchanged: bool
    """Whether in that run the two also stood the other way round, since being declared first broke the tie."""

    def to_dict(self) -> dict[str, Any]:
        """Every number of the text, for programs.

        Keys: `mode` ("versus"), `policy`, `units`, `more` (a name or null), `why` (a `Why`), `found_by_run`,
        `places_exchanged`, and two `sides`, each with name, weight, priority, tasks_*, wanted, granted, entitled,
        fair_share, borrowed, satisfaction, outcome, reason, share_by_weight, cause, stop (as in an explanation),
        key_when_other_stopped, held_when_other_stopped.
        """
        from allocator.version import __version__

        return {
            "fairheap": __version__,
            "mode": "versus",
            "policy": self.policy.described(over_time=False),
            "units": {name: unit(name) for name in self.sides[0].result.granted},
            "more": None if self.more is None else self.sides[self.more].result.name,
            "why": self.why.value,
            "found_by_run": self.found_by_run,
            "places_exchanged": self.exchanged,
            "sides": [_side_dict(side) for side in self.sides],
        }


def _side_dict(side: Side) -> dict[str, Any]:
    result = side.result
    return {
        "name": result.name,
        "weight": number(result.tenant.weight),
        "priority": result.tenant.priority,
        "tasks_wanted": result.tasks_wanted,
        "tasks_granted": number(result.tasks_granted),
        "wanted": None if result.wanted is None else dict(result.wanted),
        "granted": dict(result.granted),
        "entitled": dict(result.entitled),
        "fair_share": dict(result.fair_share),
        "borrowed": result.borrowed,
        "satisfaction": result.satisfaction,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "share_by_weight": side.share,
        "cause": side.cause.value,
        "stop": None if side.stop is None else stop_dict(side.stop),
        "key_when_other_stopped": side.key_then,
        "held_when_other_stopped": dict(side.held_then),
    }


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one of the two before they are compared."""

    index: int
    result: TenantResult
    cause: Cause
    stop: Stop | None
    log: Log


def compare(scenario: Scenario, prepared: Prepared, one: Known, two: Known, books: Ledger) -> Versus:
    """The two side by side; at most seven runs.

    Args:
        scenario: Who wants what of which capacity.
        prepared: Under which policy.
        one: The tenant asked for.
        two: The one it is set against.
        books: The books of the run that both come from.
    """
    sides = _side(one, two), _side(two, one)
    more = _more(books.tenants[one.index], books.tenants[two.index], books)
    why, found, exchanged = Why.EQUAL, False, False
    if more is not None:
        ahead, behind = (one, two) if more == 0 else (two, one)
        why, found, exchanged = _why(scenario, prepared, ahead, behind)
    names = [
        name
        for name in scenario.resources
        if any(work.demand.get(name) for known in (one, two) for work in known.result.tenant.work)
    ]
    return Versus(prepared, sides, tuple(names or scenario.resources), more, why, found, exchanged)


def _side(mine: Known, other: Known) -> Side:
    result = mine.result
    words = ""
    if other.stop is not None and other.stop.resource is not None and other.log.decisive is not None:
        words = other.log.words.get((result.name, other.stop.resource), "")
    held = other.log.holdings.get(result.name, {}) if other.log.decisive is not None else {}
    share = float(result.dominant_share / result.tenant.weight)
    return Side(result, mine.cause, mine.stop, share, words, held)


def _more(one: TenantAccount, two: TenantAccount, books: Ledger) -> int | None:
    """Which of the two got more of what it wanted; of equal parts, or of wants without limit, the larger share."""
    parts = [_part(account) for account in (one, two)]
    if parts[0] is not None and parts[1] is not None and parts[0] != parts[1]:
        return 0 if parts[0] > parts[1] else 1
    shares = [
        max((account.usage[name] / total for name, total in books.shared.items()), default=0.0)
        for account in (one, two)
    ]
    return None if shares[0] == shares[1] else 0 if shares[0] > shares[1] else 1


def _part(account: TenantAccount) -> float | None:
    wanted = account.tenant.wanted
    if wanted is None or not any(wanted.values()):
        return None
    return min(account.usage[name] / amount for name, amount in wanted.items() if amount)


def _why(scenario: Scenario, prepared: Prepared, ahead: Known, behind: Known) -> tuple[Why, bool, bool]:
    """The reason, whether a run found it, and whether that run had the two the other way round."""
    simple = {
        Cause.NOTHING: Why.WANTED_MORE,
        Cause.IDLE: Why.WANTED_MORE,
        Cause.LIMIT: Why.LIMIT,
        Cause.INFEASIBLE: Why.INFEASIBLE,
    }
    if behind.cause in simple:
        return simple[behind.cause], False, False
    resource = behind.stop.resource if behind.stop is not None else None
    if resource is not None and not any(work.demand.get(resource) for work in ahead.result.tenant.work):
        return Why.RESOURCE, False, False
    evened = dict(_levelled(scenario, ahead, behind))
    for why, changed in evened.items():
        if not _still_ahead(changed, prepared, ahead, behind):
            return why, True, why is Why.ORDER
    # What is equal falls to the order of declaration, which may still keep it ahead.
    if ahead.index < behind.index:
        for why, changed in evened.items():
            if why is not Why.ORDER and not _still_ahead(_exchanged(changed, ahead, behind), prepared, ahead, behind):
                return why, True, True
    return Why.POLICY, False, False


def _still_ahead(changed: Scenario, prepared: Prepared, ahead: Known, behind: Known) -> bool:
    """Whether a run of `changed` still gives the one more than the other."""
    places = {tenant.name: place for place, tenant in enumerate(changed.tenants)}
    books = settle(changed, prepared)
    first = books.tenants[places[ahead.result.name]]
    second = books.tenants[places[behind.result.name]]
    return _more(first, second, books) == 0


def _levelled(scenario: Scenario, ahead: Known, behind: Known) -> Iterator[tuple[Why, Scenario]]:
    """The scenario with one difference between the two removed; their places, which cannot be equal, exchanged."""
    first, second = ahead.result.tenant, behind.result.tenant
    if first.weight != second.weight:
        yield Why.WEIGHT, _with(scenario, ahead.index, replace(first, weight=second.weight))
    if _ranks(first) != _ranks(second):
        evened = _with(scenario, ahead.index, replace(first, priority=second.priority, work=_unranked(first)))
        yield Why.PRIORITY, _with(evened, behind.index, replace(second, work=_unranked(second)))
    if ahead.index < behind.index:
        yield Why.ORDER, _exchanged(scenario, ahead, behind)
    if first.work != second.work:
        yield Why.DEMAND, _with(scenario, ahead.index, replace(first, work=second.work))


def _unranked(tenant: Tenant) -> tuple[Work, ...]:
    return tuple(replace(work, priority=None) for work in tenant.work)


def _exchanged(scenario: Scenario, one: Known, two: Known) -> Scenario:
    tenants = list(scenario.tenants)
    tenants[one.index], tenants[two.index] = tenants[two.index], tenants[one.index]
    return replace(scenario, tenants=tuple(tenants))


def _ranks(tenant: Tenant) -> set[int]:
    return {tenant.rank(work) for work in tenant.work} | {tenant.priority}


def _with(scenario: Scenario, index: int, tenant: Tenant) -> Scenario:
    return replace(scenario, tenants=(*scenario.tenants[:index], tenant, *scenario.tenants[index + 1 :]))
