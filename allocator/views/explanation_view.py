"""An explanation for people: at most fifteen lines that can be pasted into a ticket, and the same as markdown.

Words and layout only; every number was found before. Names from data are sanitised here.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.decision import Kind
from allocator.core.resources import Quantities
from allocator.core.text import sanitize
from allocator.explanation import Axis, Cause, Change, Explanation, Payer, Stop, Taker
from allocator.reports import units
from allocator.reports.table import Column, Table, clip, columns_of, escape_markdown, wrap
from allocator.results import TenantResult
from allocator.views.versus_view import versus_csv, versus_markdown, versus_text
from allocator.views.wording import exact, factor, name_of, named, resource_of, wanted, weight_in_words

__all__ = ["csv", "markdown", "text", "versus_csv", "versus_markdown", "versus_text"]

MOST_LINES = 15
_ROOM = ((3, 4, 9), (2, 4, 9), (2, 3, 9), (2, 2, 9), (1, 2, 9), (1, 1, 9), (1, 1, 4), (0, 1, 4), (0, 1, 3), (0, 1, 2))
"""Takers, resources and changes that are shown: what a reader can best do without goes first."""
_CHANGE_WIDTH = 38


def text(explanation: Explanation, width: int = 80, unicode: bool = False) -> list[str]:
    """At most `MOST_LINES` lines of at most `width` terminal columns."""
    lines: list[str] = []
    for takers, rows, changes in _ROOM:
        lines = [
            *wrap(heading(explanation), width),
            *amounts(explanation, rows).text(width, indent="  "),
            *(part for line in _why(explanation, takers) for part in _wrapped(line, width)),
            *_changes(explanation, changes, width, unicode),
        ]
        if len(lines) <= MOST_LINES:
            break
    return [clip(line, width) for line in lines[:MOST_LINES]]


def heading(explanation: Explanation) -> str:
    """Who, under what, and what came of it."""
    result = explanation.result
    policy = explanation.policy
    return f"{name_of(result.name)} under {sanitize(policy.label)}: {_outcome(result)}"


def _outcome(result: TenantResult) -> str:
    if result.tasks_wanted is None:
        got = f"{units.tasks(float(result.tasks_granted))} tasks of unlimited"
    elif all(work.divisible for work in result.tenant.work):
        got = f"{units.percent(result.satisfaction)} of what it wanted"
    else:
        got = f"{units.tasks(float(result.tasks_granted))} of {units.count(result.tasks_wanted, 'task')}"
    rank = f"weight {weight_in_words(result.tenant.weight)}, priority {result.tenant.priority}"
    return f"{result.outcome.value}, {got}; {rank}"


def amounts(explanation: Explanation, most: int) -> Table:
    """A row a resource, what stopped it first: wanted, held, granted, entitled, fair share, borrowed."""
    result = explanation.result
    shown = explanation.resources[:most]
    hidden = len(explanation.resources) - len(shown)
    table = Table(
        [Column(f"+{hidden} more" if hidden else "", shrinks=True, least=8)]
        + [Column(title, "right") for title in ("wanted", "held", "granted", "entitled", "fair share", "borrowed")]
    )
    for name in shown:
        wants = wanted(result, name)
        table.add(
            resource_of(name),
            "no limit" if wants is None else units.amount(name, wants),
            "-" if explanation.held is None else units.amount(name, explanation.held.get(name, 0)),
            units.amount(name, result.granted[name]),
            units.amount(name, result.entitled[name]),
            units.amount(name, result.fair_share[name]),
            units.amount(name, result.borrowed[name]) if result.borrowed[name] else "-",
        )
    return table


# --- why -----------------------------------------------------------------------------------------------------------


def _why(explanation: Explanation, takers: int) -> list[str]:
    stop = explanation.stop
    if stop is None:
        return [f"{'It wanted nothing' if explanation.cause is Cause.IDLE else 'It got all it wanted'}."]
    if explanation.cause in (Cause.INFEASIBLE, Cause.LIMIT, Cause.SLICE):
        return _own_doing(explanation, stop)
    lines = [_stopped(explanation, stop)]
    key = _key(stop)
    if key:
        lines.append(key)
    return lines + _takers(explanation, stop, takers)


def _own_doing(explanation: Explanation, stop: Stop) -> list[str]:
    """Where nobody else is to blame: its limit, its slice, the size of one task."""
    limit = explanation.result.tenant.limit
    needs = f"one more task needs {_named(stop.need, list(stop.need))}"
    if explanation.cause is Cause.LIMIT:
        held = ", ".join(named(name, limit[name]) for name in stop.need if name in limit)
        return [f"Stopped by its own limit of {held}; {needs}."]
    if explanation.cause is Cause.SLICE:
        of = units.names_in_words([resource_of(name) for name in stop.short_of]) or "what it needs"
        idle = _named(stop.left, [name for name in stop.short_of if stop.left.get(name)])
        return [
            f"Stopped by its slice of {of}: capacity by weight, whoever asks.",
            f"  Idle in the slices of others, and not lent: {idle}.",
        ]
    short = [name for name in stop.short_of if name in stop.need]
    there_is = _named(explanation.capacity, short)
    return [f"Can never run: one task needs {_named(stop.need, short)}; the whole pool has {there_is}."]


def _stopped(explanation: Explanation, stop: Stop) -> str:
    if stop.level is not None:
        of = units.names_in_words([resource_of(name) for name in stop.short_of])
        if not of:
            return f"The round ended while the common level stood at {_level(stop.level)}."
        return f"The common level (dominant share / weight) rose to {_level(stop.level)}; there {of} ran out."
    at = f" at decision {stop.step:,}" if stop.step is not None else ""
    if stop.ended_by is not None and not stop.takers:
        return f"The round ended{at}: {name_of(stop.ended_by)} did not fit, and on_misfit is stop."
    if not stop.short_of:
        return f"Stopped{at} though the pool has room: the policy grants it no more."
    if stop.resource is None:
        return f"Stopped{at}."
    if stop.kind is Kind.SHARE:
        return _share_ends(explanation, stop)
    more = [name for name in stop.short_of if name != stop.resource]
    also = f"; short of {units.names_in_words([resource_of(name) for name in more])} too" if more else ""
    left = units.amount(stop.resource, stop.left.get(stop.resource, 0))
    return (
        f"Stopped by {resource_of(stop.resource)}{at}: a task needs "
        f"{units.amount(stop.resource, stop.need.get(stop.resource, 0))}, {left} left{also}."
    )


def _share_ends(explanation: Explanation, stop: Stop) -> str:
    """Where no turn was taken: each resource is shared by itself."""
    result = explanation.result
    ends = [
        f"{units.amount(name, result.granted[name])} of {units.amount(name, wants)} {resource_of(name)}"
        for name in stop.short_of
        if (wants := wanted(result, name)) is not None
    ]
    of = f" ends at {', '.join(ends)}" if ends else f" of {', '.join(resource_of(name) for name in stop.short_of)} ends"
    return f"Its max-min share{of}: each resource by itself, by weight."


def _key(stop: Stop) -> str:
    if stop.level is not None:
        others = [
            f"{units.count(stop.froze_with, 'other')} froze with it" if stop.froze_with else "nobody froze with it"
        ]
        if stop.done_before:
            others.append(f"{stop.done_before:,} had all they wanted by then")
        if stop.rose_on:
            others.append(f"{stop.rose_on:,} rose on, needing none of it")
        return f"  {'; '.join(others)}."
    return f"  Its key: {sanitize(stop.key_words)}; the smallest goes first." if stop.key_words else ""


def _takers(explanation: Explanation, stop: Stop, most: int) -> list[str]:
    if stop.resource is None or not stop.takers or not most:
        return []
    resource = stop.resource
    when = "in the end" if stop.step is None or stop.level is not None or stop.kind is Kind.SHARE else "by then"
    shown = stop.takers[:most]
    wide = max(columns_of(name_of(taker.name)) for taker in shown)
    lines = [f"Most of the {resource_of(resource)} {when} had:"]
    for taker in shown:
        name = name_of(taker.name)
        pad = " " * (wide - columns_of(name))
        lines.append(f"  {name}{pad}  {units.amount(resource, taker.amount):>6}  {_taker_key(taker, stop)}".rstrip())
    rest = stop.other_takers + len(stop.takers) - len(shown)
    if rest:
        amount = stop.others_amount + sum(taker.amount for taker in stop.takers[most:])
        lines[0] = f"{lines[0][:-1]} ({units.count(rest, 'other')} {units.amount(resource, amount)}):"
    return lines


def _taker_key(taker: Taker, stop: Stop) -> str:
    weight = f"weight {weight_in_words(taker.weight)}"
    if taker.level is not None:
        return f"level {_level(taker.level)}, {weight}"
    if taker.key_words:
        return f"served at {sanitize(taker.key_words)}"
    return weight


def _level(level: float) -> str:
    return f"{level:.3g}"


def _wrapped(line: str, width: int) -> list[str]:
    """`line` in lines of `width` columns, an indent kept and further lines set in."""
    indent = "  " if line.startswith("  ") else ""
    first, *rest = wrap(line[len(indent) :], width - len(indent)) or [""]
    return [indent + first, *(f"{indent}  {part}" for part in rest)]


def _named(quantities: Quantities, names: Sequence[str]) -> str:
    return ", ".join(named(name, quantities.get(name, 0)) for name in names) or "nothing"


# --- changes -------------------------------------------------------------------------------------------------------


def _changes(explanation: Explanation, most: int, width: int, unicode: bool) -> list[str]:
    if explanation.stop is None:
        return []
    found = [change for change in explanation.changes if change.after is not None]
    failed = [change for change in explanation.changes if change.after is None]
    runs = units.count(explanation.runs, "run")
    less = "; one step less is not enough" if found and all(change.verified for change in found) else ""
    lines = []
    if found:
        lines.append(f"Enough for {explanation.goal} ({runs}{less}):")
        arrow = "\N{RIGHTWARDS ARROW}" if unicode else "->"
        told = [clip(change_in_words(change, explanation, arrow), _CHANGE_WIDTH) for change in found[:most]]
        wide = max(columns_of(words) for words in told)
        for change, words in zip(found[:most], told, strict=True):
            head = f"  {words}{' ' * (wide - columns_of(words))}  "
            lines.append(head + payers_in_words(change, explanation.capacity, width - columns_of(head)))
    if failed:
        start = "Not enough" if found else f"Not enough for {explanation.goal} ({runs})"
        lines += wrap(f"{start}: {', '.join(_failed(change) for change in failed)}.", width)
    if explanation.cut_short:
        lines.append(f"The search was cut short after {runs}: less may be enough.")
    return lines


def change_in_words(change: Change, explanation: Explanation, arrow: str) -> str:
    """One change that is enough, such as `weight 2 -> 3.1`; `at most` where less was not tried."""
    less = change.axis in (Axis.FEWER, Axis.SMALLER)
    bound = "" if change.verified else "at least " if less else "at most "
    arrow = f"{arrow} {bound}".rstrip()
    before, after = change.before, change.after
    assert after is not None, "only changes that were found are told"
    of = f" of {sanitize(change.work)}" if change.work else ""
    if change.axis is Axis.WEIGHT:
        return f"weight {weight_in_words(before)} {arrow} {weight_in_words(after)}"
    if change.axis is Axis.PRIORITY:
        own = any(work.priority is not None for work in explanation.result.tenant.work)
        return f"priority {'of all its work' if own else before} {arrow} {after}"
    if change.axis is Axis.FEWER:
        return f"{int(before):,} {arrow} {units.count(int(after), 'task')}{of}"
    if change.axis is Axis.ALL_CAPACITY:
        return f"all capacity x {bound}{factor(after)}"
    if change.axis is Axis.SMALLER:
        return _smaller(change, explanation, of, bound)
    name = change.resource
    what = "limit" if change.axis is Axis.LIMIT else "capacity"
    if name is None:
        return f"{what} " + ", ".join(
            f"{exact(other, amount)} {resource_of(other)}" for other, amount in change.detail.items()
        )
    if change.axis is Axis.LIMIT:
        return f"limit {resource_of(name)} {exact(name, int(before))} {arrow} {exact(name, int(after))}"
    return f"{resource_of(name)} {exact(name, int(before))} {arrow} {exact(name, int(after))}"


def _smaller(change: Change, explanation: Explanation, of: str, bound: str) -> str:
    part = units.percent(float(change.after or 0))
    divisible = all(work.divisible for work in explanation.result.tenant.work)
    words = f"{bound}{part} of it" if divisible else f"tasks{of} at {bound}{part}"
    told = [f"{exact(name, amount)} {resource_of(name)}" for name, amount in change.detail.items()]
    # An amount that was cut off would be another amount: what does not fit is left out.
    for count in range(len(told), 0, -1):
        more = ", ..." if count < len(told) else ""
        longer = f"{words}: {', '.join(told[:count])}{more}"
        if columns_of(longer) <= _CHANGE_WIDTH:
            return longer
    return words


def payers_in_words(change: Change, capacity: Quantities, room: int) -> str:
    """`paid by web 2 cpu, batch 1 cpu, 3 more`: as many as fit in `room` columns, of each what it loses most of."""
    if not change.payers:
        return "nobody pays"
    for most in (9, 1):
        told = [_loss(payer, capacity, most) for payer in change.payers[:8]]
        for count in range(len(told), 0, -1):
            rest = len(change.payers) - count
            words = "paid by " + ", ".join(told[:count]) + (f", {rest:,} more" if rest else "")
            if columns_of(words) <= room and (most == 1 or not rest):
                return words
    return clip(f"paid by {units.count(len(change.payers), 'tenant')}: {told[0]}", max(1, room))


def _loss(payer: Payer, capacity: Quantities, most: int) -> str:
    """Who, and what it would lose: at most `most` resources, those first of which it loses the largest part."""
    lost = sorted(payer.lost, key=lambda name: -payer.lost[name] / max(1, capacity.get(name, 0)))[:most]
    return f"{name_of(payer.name)} {' '.join(named(name, payer.lost[name]) for name in lost)}"


def _failed(change: Change) -> str:
    tried = change.tried or 0
    words = {
        Axis.WEIGHT: "any weight (it changes nothing)" if change.inert else f"weight {weight_in_words(tried)}",
        Axis.PRIORITY: f"priority {tried}",
        Axis.FEWER: f"wanting {units.count(int(tried), 'task')}",
        Axis.SMALLER: f"{units.percent(float(tried))} of its demand (devices whole)",
        Axis.ALL_CAPACITY: f"all capacity x {factor(tried)}",
        Axis.LIMIT: "a limit that holds it all",
    }
    if change.axis in words:
        return words[change.axis]
    of = resource_of(change.resource or "")
    return f"{exact(change.resource or '', int(tried))} {of} alone"


# --- markdown ------------------------------------------------------------------------------------------------------


def markdown(explanation: Explanation) -> list[str]:
    """The same as markdown: a heading, the amounts, why, and the changes with who pays."""
    lines = [f"## {escape_markdown(heading(explanation))}", "", *amounts(explanation, 99).markdown(), ""]
    lines += [_bullet(line) for line in _why(explanation, 3)]
    told = _changes(explanation, 99, 10_000, False)
    lines += ["", *[_bullet(line) for line in told if not line.startswith(" ")]]
    found = [change for change in explanation.changes if change.after is not None]
    if found:
        table = Table([Column("enough"), Column("who pays")])
        for change in found:
            payers = payers_in_words(change, explanation.capacity, 10_000)
            table.add(change_in_words(change, explanation, "->"), payers)
        lines += ["", *table.markdown()]
    return lines


def _bullet(line: str) -> str:
    depth = "  " if line.startswith(" ") else ""
    return f"{depth}- {escape_markdown(' '.join(line.split()))}"


def csv(explanation: Explanation) -> str:
    """A row for the tenant as it is, and one for each change that was tried and each payer of it; smallest units."""
    heads = ("kind", "axis", "resource", "work", "before", "after", "verified", "tenant", "amounts")
    table = Table([Column(title) for title in heads])
    exact_data = explanation.to_dict()
    tenant = exact_data["tenant"]
    for field in ("wanted", "held", "granted", "entitled", "fair_share", "borrowed"):
        table.add(field, *[""] * 6, tenant["name"], _pairs(tenant[field]))
    stop = exact_data["stop"]
    table.add("cause", exact_data["cause"], (stop or {}).get("resource") or "", *[""] * 4, tenant["name"], "")
    for taker in stop["takers"] if stop else ():
        table.add("taker", "", stop["resource"] or "", *[""] * 4, taker["name"], str(taker["amount"]))
    for change in exact_data["changes"]:
        what = (change["axis"], change["resource"] or "", change["work"], str(change["before"]))
        after = "" if change["after"] is None else str(change["after"])
        table.add("change", *what, after, str(change["verified"]).lower(), tenant["name"], _pairs(change["demand"]))
        for payer in change["payers"]:
            table.add("payer", *what, after, "", payer["name"], _pairs(payer["lost"]))
    return table.csv()


def _pairs(quantities: Quantities | None) -> str:
    return "" if quantities is None else " ".join(f"{name}={amount}" for name, amount in quantities.items())
