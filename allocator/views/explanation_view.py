"""An explanation for people: at most fifteen lines that can be pasted into a ticket, and the same as markdown.

Words and layout only; every number was found before. Names from data are sanitised here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from allocator.core.decision import Kind
from allocator.core.text import sanitize
from allocator.explanation import Axis, Cause, Change, Explanation, Stop, Taker
from allocator.reports import units
from allocator.reports.table import Column, Table, clip, columns_of, escape_markdown
from allocator.results import TenantResult
from allocator.views.wording import exact, factor, name_of, weight_in_words

MOST_LINES = 15
_CHANGE_WIDTH = 40


def text(explanation: Explanation, width: int = 80, unicode: bool = False) -> list[str]:
    """At most `MOST_LINES` lines of at most `width` terminal columns."""
    takers, rows, changes = 3, 4, 99
    while True:
        lines = [
            heading(explanation),
            *amounts(explanation, rows).text(width, indent="  "),
            *_why(explanation, takers),
            *_changes(explanation, changes, width, unicode),
        ]
        if len(lines) <= MOST_LINES:
            return [clip(line, width) for line in lines]
        # What is dropped first is what the reader can best do without.
        if takers > 2:
            takers -= 1
        elif rows > 2:
            rows -= 1
        elif takers > 1:
            takers -= 1
        else:
            changes = min(changes, 6) - 1


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
    table = Table(
        [Column("", shrinks=True, least=6)]
        + [Column(title, "right") for title in ("wanted", "held", "granted", "entitled", "fair share", "borrowed")]
    )
    shown = explanation.resources if len(explanation.resources) <= most else explanation.resources[: most - 1]
    for name in shown:
        wanted = _wanted(result, name)
        table.add(
            units.short(name),
            "no limit" if wanted is None else units.amount(name, wanted),
            "-" if explanation.held is None else units.amount(name, explanation.held.get(name, 0)),
            units.amount(name, result.granted[name]),
            units.amount(name, result.entitled[name]),
            units.amount(name, result.fair_share[name]),
            units.amount(name, result.borrowed[name]) if result.borrowed[name] else "-",
        )
    if len(shown) < len(explanation.resources):
        table.add(f"{len(explanation.resources) - len(shown)} more", *["..."] * 6)
    return table


def _wanted(result: TenantResult, name: str) -> int | None:
    """What is wanted of one resource; None where some work that needs it is without limit."""
    if any(work.tasks is None and work.demand.get(name) for work in result.tenant.work):
        return None
    return sum((work.tasks or 0) * work.demand.get(name, 0) for work in result.tenant.work)


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
    needs = f"one more task needs {_named(stop, list(stop.need))}"
    if explanation.cause is Cause.LIMIT:
        held = ", ".join(units.named(name, limit[name]) for name in stop.need if name in limit)
        return [f"Stopped by its own limit of {held}; {needs}."]
    if explanation.cause is Cause.SLICE:
        of = units.names_in_words([units.short(name) for name in stop.short_of]) or "what it needs"
        idle = _named(stop, [name for name in stop.short_of if stop.left.get(name)], stop.left)
        return [
            f"Stopped by its slice of {of}: capacity by weight, whoever asks.",
            f"  Idle in the slices of others, and not lent: {idle}.",
        ]
    short = [name for name in stop.short_of if name in stop.need]
    there_is = ", ".join(
        f"{units.named(name, explanation.capacity.get(name, 0))}" for name in short
    )
    return [f"Can never run: one task needs {_named(stop, short)}; the whole pool has {there_is}."]


def _stopped(explanation: Explanation, stop: Stop) -> str:
    if stop.level is not None:
        of = units.names_in_words([units.short(name) for name in stop.short_of])
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
    what = "its next task needs" if stop.kind is Kind.POP or stop.kind is None else "it lacked"
    more = [name for name in stop.short_of if name != stop.resource]
    also = f"; also short of {units.names_in_words([units.short(name) for name in more])}" if more else ""
    left = units.amount(stop.resource, stop.left.get(stop.resource, 0))
    return (
        f"Stopped by {units.short(stop.resource)}{at}: {what} "
        f"{units.amount(stop.resource, stop.need.get(stop.resource, 0))}, {left} was left{also}."
    )


def _key(stop: Stop) -> str:
    if stop.level is not None:
        others = [f"{units.count(stop.froze_with, 'other')} froze with it"]
        if stop.done_before:
            others.append(f"{stop.done_before:,} had all they wanted by then")
        if stop.rose_on:
            others.append(f"{stop.rose_on:,} rose on, needing none of it")
        return f"  {'; '.join(others)}."
    return f"  Its key then: {sanitize(stop.key_words)} (the smallest goes first)." if stop.key_words else ""


def _takers(explanation: Explanation, stop: Stop, most: int) -> list[str]:
    if stop.resource is None or not stop.takers:
        return []
    resource = stop.resource
    when = "in the end" if stop.step is None or stop.level is not None else "by then"
    shown = stop.takers[:most]
    wide = max(columns_of(name_of(taker.name)) for taker in shown)
    lines = [f"Most of the {units.short(resource)} {when} had:"]
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


def _named(stop: Stop, names: Sequence[str], of: object = None) -> str:
    quantities = stop.need if of is None else stop.left
    return ", ".join(units.named(name, quantities.get(name, 0)) for name in names) or "nothing"


# --- changes -------------------------------------------------------------------------------------------------------


def _changes(explanation: Explanation, most: int, width: int, unicode: bool) -> list[str]:
    if explanation.stop is None:
        return []
    found = [change for change in explanation.changes if change.after is not None]
    failed = [change for change in explanation.changes if change.after is None]
    policy = sanitize(explanation.policy.label)
    runs = units.count(explanation.runs, "run")
    less = "" if not found else "; one step less is not" if all(change.verified for change in found) else ""
    lines = []
    if found:
        lines.append(f"Enough for {explanation.goal}, by {runs} of {policy}{less}:")
        arrow = "\N{RIGHTWARDS ARROW}" if unicode else "->"
        told = [change_in_words(change, explanation, arrow) for change in found[:most]]
        wide = min(_CHANGE_WIDTH, max(columns_of(words) for words in told))
        for change, words in zip(found[:most], told, strict=True):
            head = f"  {words}{' ' * (wide - columns_of(words))}  "
            lines.append(head + payers_in_words(change, width - columns_of(head)))
    if failed:
        start = "Not enough" if found else f"Not enough for {explanation.goal}, by {runs} of {policy}"
        lines.append(f"{start}: {', '.join(_failed(change, explanation) for change in failed)}.")
    if explanation.cut_short:
        lines.append(f"The search was cut short after {runs}; nearer values may do.")
    return lines


def change_in_words(change: Change, explanation: Explanation, arrow: str) -> str:
    """One change that is enough, such as `weight 2 -> 3.1`."""
    before, after = change.before, change.after
    assert after is not None, "only changes that were found are told"
    of = f" of {sanitize(change.work)}" if change.work else ""
    if change.axis is Axis.WEIGHT:
        return f"weight {weight_in_words(before)} {arrow} {weight_in_words(after)}"
    if change.axis is Axis.PRIORITY:
        return f"priority {before} {arrow} {after}"
    if change.axis is Axis.FEWER:
        return f"{int(before):,} {arrow} {units.count(int(after), 'task')}{of}"
    if change.axis is Axis.ALL_CAPACITY:
        return f"all capacity x {factor(after)}"
    if change.axis is Axis.SMALLER:
        return _smaller(change, explanation, of)
    name = change.resource
    what = "limit" if change.axis is Axis.LIMIT else "capacity"
    if name is None:
        return f"{what} " + ", ".join(f"{exact(other, amount)} {units.short(other)}" for other, amount in change.detail.items())
    if change.axis is Axis.LIMIT:
        return f"limit {units.short(name)} {exact(name, int(before))} {arrow} {exact(name, int(after))}"
    return f"{units.short(name)} {exact(name, int(before))} {arrow} {exact(name, int(after))} in the pool"


def _smaller(change: Change, explanation: Explanation, of: str) -> str:
    part = units.percent(float(change.after or 0))
    divisible = all(work.divisible for work in explanation.result.tenant.work)
    each = "of the demand" if divisible else "of each task"
    what = f" ({', '.join(units.named(name, amount) for name, amount in change.detail.items())})" if change.detail else ""
    return f"{part} {each}{of}{what}"


def payers_in_words(change: Change, room: int) -> str:
    """`paid by web 2 cpu, batch 1 cpu and 3 more`, as many as fit in `room` columns."""
    if not change.payers:
        return "nobody pays"
    told = [
        f"{name_of(payer.name)} -{' -'.join(units.named(name, lost) for name, lost in payer.lost.items())}"
        for payer in change.payers
    ]
    for count in range(len(told), 0, -1):
        rest = len(told) - count
        words = "pay: " + ", ".join(told[:count]) + (f", {rest:,} more" if rest else "")
        if columns_of(words) <= room:
            return words
    return clip(f"{len(told):,} pay: {told[0]}" if len(told) > 1 else f"pay: {told[0]}", max(1, room))


def _failed(change: Change, explanation: Explanation) -> str:
    tried = change.tried
    if change.axis is Axis.WEIGHT:
        return "any weight (it changes nothing)" if change.inert else f"weight {weight_in_words(tried or 0)}"
    if change.axis is Axis.PRIORITY:
        return f"priority {tried}"
    if change.axis is Axis.FEWER:
        return f"{units.count(int(tried or 0), 'task')}"
    if change.axis is Axis.SMALLER:
        return f"{units.percent(float(tried or 0))} of its size"
    if change.axis is Axis.ALL_CAPACITY:
        return f"all capacity x {factor(tried or 0)}"
    if change.axis is Axis.LIMIT:
        return "a limit that holds it all"
    return f"{_times(change)} {units.short(change.resource or '')} alone"


def _times(change: Change) -> str:
    if not change.before:
        return exact(change.resource or "", int(change.tried or 0))
    return f"{float((change.tried or 0) / change.before):.0f} x the"


# --- markdown ------------------------------------------------------------------------------------------------------


def markdown(explanation: Explanation) -> list[str]:
    """The same as markdown: a heading, the amounts, why, and the changes with who pays."""
    lines = [f"## {escape_markdown(heading(explanation))}", "", *amounts(explanation, 99).markdown(), ""]
    why = [line.strip() for line in _why(explanation, 3)]
    lines += [escape_markdown(line) for line in why]
    found = [change for change in explanation.changes if change.after is not None]
    if found:
        table = Table([Column("enough"), Column("who pays")])
        for change in found:
            table.add(change_in_words(change, explanation, "->"), payers_in_words(change, 10_000))
        lines += ["", *table.markdown()]
    rest = [line for line in _changes(explanation, 99, 10_000, False) if not line.startswith(" ")]
    return lines + ["", *[escape_markdown(line) for line in rest]] if rest else lines
