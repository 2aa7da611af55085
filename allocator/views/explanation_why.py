"""What stopped a tenant and who was before it, in lines for people; the reason was found before."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.decision import Kind, Outcome
from allocator.core.resources import Quantities
from allocator.core.text import sanitize
from allocator.explanation import Cause, Explanation, Stop, Taker
from allocator.reports import units
from allocator.reports.table import columns_of
from allocator.views.wording import name_of, named, resource_of, wanted, weight_in_words


def why_lines(explanation: Explanation, takers: int) -> list[str]:
    """What stopped it, its key then, and the `takers` largest holders of what ran out; lines may be long."""
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
    if all(explanation.capacity.get(name, 0) >= stop.need[name] for name in short):
        # The pool has it, no node does: the reason names the one that comes nearest.
        reason = next(work.reason for work in explanation.result.work if work.outcome is Outcome.INFEASIBLE)
        return [f"{reason[:1].upper()}{reason[1:]}."]
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
    return f"  Its key: {sanitize(stop.key_words)}." if stop.key_words else ""


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


def _named(quantities: Quantities, names: Sequence[str]) -> str:
    return ", ".join(named(name, quantities.get(name, 0)) for name in names) or "nothing"
