"""Reads the decisions of one run up to where a tenant was stopped: at which key or level, and who was served before it.

Streams: it holds a sum for each tenant, never the decisions. Searches no change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from allocator.core.decision import Decision, Kind, Outcome, Round
from allocator.core.ledger import Ledger, TenantAccount, WorkAccount
from allocator.core.resources import Quantities
from allocator.explanation.facts import Stop, Taker
from allocator.explanation.trials import MANY, has_all

_TAKERS = 3
_SAME_LEVEL = 1e-3
"""Levels are the same, relative to whole units of small amounts, when told from who holds what."""


@dataclass(slots=True)
class Log:
    """What one reading of the decisions found."""

    read: int = 0
    cut: bool = False
    """Whether there were more than were read."""
    decisive: Decision | None = None
    """The decision after which the tenant could get no more."""
    last: Decision | None = None
    """The last one, which where a misfit ends the round is that misfit."""
    holdings: dict[str, dict[str, int]] = field(default_factory=dict)
    """What each tenant held when the decisive one fell (in the end, where none did)."""
    words: dict[tuple[str, str], str] = field(default_factory=dict)
    """The last key in words, by tenant and resource, at that moment."""
    levels: dict[str, float] = field(default_factory=dict)
    """Filling: the level at which each tenant last left."""
    frozen: Counter[float] = field(default_factory=Counter)
    """Filling: how many froze at a level."""
    done: Counter[float] = field(default_factory=Counter)
    """Filling: how many had all they wanted at a level."""


def read(decisions: Iterator[Decision], tenant: str, works: Sequence[str], most: int = MANY) -> Log:
    """Read `decisions` to the end, or to the `most`th.

    Args:
        decisions: Of one run, in order.
        tenant: Who is to be explained.
        works: The names of its work that is unmet in the end; none where nothing is.
    """
    log = Log()
    for decision in decisions:
        if log.read >= most:
            log.cut = True
            break
        log.read += 1
        log.last = decision
        if decision.kind is Kind.FILL:
            log.levels[decision.tenant] = decision.key
            (log.done if decision.outcome is Outcome.GRANTED else log.frozen)[decision.key] += 1
        if log.decisive is not None:
            continue
        mine = log.holdings.setdefault(decision.tenant, {})
        for name, amount in decision.granted.items():
            mine[name] = mine.get(name, 0) + amount
            log.words[decision.tenant, name] = decision.key_words
        if (
            decision.tenant == tenant
            and decision.work in works
            and decision.round is Round.SHARE
            and decision.outcome is not Outcome.GRANTED
        ):
            log.decisive = decision
    return log


def stop(log: Log, ledger: Ledger, focus: WorkAccount, short_of: Sequence[str], *, stops: bool, fills: bool) -> Stop:
    """What stopped the work `focus`, in the words of the log as far as it goes.

    Args:
        log: A reading of the decisions.
        ledger: The books at the end of the run.
        focus: The work that is unmet.
        short_of: What it is short of in the end.
        stops: Whether the first misfit ended the round.
        fills: Whether the policy raises a common level for divisible work.
    """
    decisive = log.decisive
    own = focus.owner
    filled = decisive is not None and decisive.kind is Kind.FILL
    lacking = tuple(decisive.short_of) if decisive is not None and decisive.short_of else tuple(short_of)
    left: Quantities = decisive.left if decisive is not None else ledger.free
    need = _need(focus)
    resource = scarcest(lacking, need, left)
    # While a level rises nothing of it is booked, and shares are not taken in turn: the end tells who holds what.
    settled = decisive is None or decisive.kind in (Kind.FILL, Kind.SHARE)
    final = {account.tenant.name: account.usage for account in ledger.tenants}
    holdings = final if settled else log.holdings
    takers = [
        (name, held[resource])
        for name, held in holdings.items()
        if resource is not None and name != own.tenant.name and held.get(resource, 0)
    ]
    takers.sort(key=lambda taker: -taker[1])
    unit = ledger.weight_unit
    level = decisive.key * unit if filled and decisive is not None else None
    froze, done, rose = _around(log, decisive.key) if filled and decisive is not None else (0, 0, 0)
    if fills and decisive is None and log.cut and focus.divisible:
        level, froze, done, rose = _levels_in_the_end(ledger, focus)
    return Stop(
        step=decisive.step if decisive is not None else None,
        kind=decisive.kind if decisive is not None else None,
        resource=resource,
        short_of=lacking,
        need=need,
        left={name: left.get(name, 0) for name, _ in focus.need},
        key_words=decisive.key_words if decisive is not None else "",
        level=level,
        takers=tuple(_taker(log, ledger, name, resource, amount) for name, amount in takers[:_TAKERS] if resource),
        other_takers=max(0, len(takers) - _TAKERS),
        others_amount=sum(amount for _, amount in takers[_TAKERS:]),
        froze_with=froze,
        done_before=done,
        rose_on=rose,
        ended_by=_ended_by(log, own.tenant.name) if stops else None,
    )


def _around(log: Log, level: float) -> tuple[int, int, int]:
    """How many others froze at a level, had all they wanted by then, rose above it."""
    everyone = [*log.done.items(), *log.frozen.items()]
    done = sum(count for at, count in log.done.items() if at <= level)
    return max(0, log.frozen[level] - 1), done, sum(count for at, count in everyone if at > level)


def _levels_in_the_end(ledger: Ledger, focus: WorkAccount) -> tuple[float, int, int, int]:
    """The same from who holds what in the end, and the level; for a filling of too many to read."""
    unit = ledger.weight_unit

    def level(account: TenantAccount) -> float:
        share = max((account.usage[name] / total for name, total in ledger.shared.items()), default=0.0)
        return share * unit / account.weight

    mine = level(focus.owner)
    froze = done = rose = 0
    for account in ledger.tenants:
        theirs = level(account)
        if account is focus.owner:
            continue
        if theirs > mine * (1 + _SAME_LEVEL):
            rose += 1
        elif all(has_all(work) for work in account.works):
            done += 1
        elif theirs >= mine * (1 - _SAME_LEVEL):
            froze += 1
    return mine, froze, done, rose


def scarcest(names: Iterable[str], need: Quantities, left: Quantities) -> str | None:
    """Of `names`, the resource of which the smallest part of what is needed is left; None of none."""
    return min(names, key=lambda name: Fraction(left.get(name, 0), max(1, need.get(name, 0))), default=None)


def _need(work: WorkAccount) -> dict[str, int]:
    """One more task of it; of divisible work all that it wants and has not."""
    tasks = work.work.tasks
    if not work.divisible or tasks is None:
        return dict(work.need)
    missing = {name: amount * tasks - work.granted.get(name, 0) for name, amount in work.need}
    return {name: amount for name, amount in missing.items() if amount > 0}


def _taker(log: Log, ledger: Ledger, name: str, resource: str, amount: int) -> Taker:
    tenant = ledger.scenario.tenant(name)
    level = log.levels.get(name)
    return Taker(
        name=name,
        weight=tenant.weight if tenant is not None else Fraction(1),
        amount=amount,
        # Of a log that was not read to the moment, the last key read is not the one that counted.
        key_words="" if log.cut and log.decisive is None else log.words.get((name, resource), ""),
        level=None if level is None else level * ledger.weight_unit,
    )


def _ended_by(log: Log, tenant: str) -> str | None:
    """Whose misfit ended the round; None where it was the tenant's own, or the log was not read to the end."""
    last = log.last
    if log.cut or last is None or last.outcome is Outcome.GRANTED or last.tenant == tenant:
        return None
    return last.tenant
