"""The changes that would satisfy a tenant and who pays for each, in lines for people; each was found by a run."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.resources import Quantities
from allocator.core.text import sanitize
from allocator.explanation import Axis, Change, Explanation, Payer
from allocator.reports import units
from allocator.reports.table import clip, columns_of, wrap
from allocator.views.wording import exact, factor, name_of, named, resource_of, weight_in_words

_CHANGE_WIDTH = 38


def change_lines(explanation: Explanation, most: int, width: int, unicode: bool) -> list[str]:
    """A line each for at most `most` changes that are enough, what is not, and whether the search was cut short."""
    if explanation.stop is None:
        return []
    found = [change for change in explanation.changes if change.after is not None]
    failed = [change for change in explanation.changes if change.after is None and change.tried is not None]
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
    if name is None and change.axis is Axis.LIMIT:
        return _fitted("limit", [f"{exact(one, amount)} {resource_of(one)}" for one, amount in change.detail.items()])
    if name is None:
        more = {one: amount - explanation.capacity.get(one, 0) for one, amount in change.detail.items()}
        return _fitted("add", [f"{bound}{exact(one, amount)} {resource_of(one)}" for one, amount in more.items()])
    if change.axis is Axis.LIMIT:
        return f"limit {resource_of(name)} {exact(name, int(before))} {arrow} {exact(name, int(after))}"
    return f"{resource_of(name)} {exact(name, int(before))} {arrow} {exact(name, int(after))}"


def _smaller(change: Change, explanation: Explanation, of: str, bound: str) -> str:
    part = units.percent(float(change.after or 0))
    divisible = all(work.divisible for work in explanation.result.tenant.work)
    words = f"{bound}{part} of it" if divisible else f"tasks{of} at {bound}{part}"
    told = [f"{exact(name, amount)} {resource_of(name)}" for name, amount in change.detail.items()]
    return _fitted(f"{words}:", told) if told else words


def _fitted(head: str, told: Sequence[str]) -> str:
    """`head` and as many of `told` as fit: an amount that was cut off would be another amount."""
    for count in range(len(told), 0, -1):
        more = ", ..." if count < len(told) else ""
        line = f"{head} {', '.join(told[:count])}{more}"
        if columns_of(line) <= _CHANGE_WIDTH:
            return line
    return head.rstrip(":") if head.endswith(":") else f"{head} {told[0]}"


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
    if change.resource is None:
        return f"{factor(tried)} times what it lacks of each resource"
    of = resource_of(change.resource or "")
    return f"{exact(change.resource or '', int(tried))} {of} alone"
