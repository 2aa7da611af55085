"""A moment of a heap trace in words: a sentence for what was decided, one for what that did to the heap, short keys."""

from __future__ import annotations

from typing import Any

from allocator.core.decision import Decision, Kind, Outcome, Round
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.stepping import Entry, Happening, HeapTrace, Moment, Move
from allocator.views.steps_view import key_in_words, took
from allocator.views.wording import name_of, named_list, resource_of


def sentence(trace: HeapTrace, index: int) -> str:
    """What happened at a moment, in one sentence; it needs no heap, so that a log of any length can ask for it."""
    decision = trace.decision(index)
    if decision is not None:
        return _decided(decision, trace.scenario.weight_unit)
    happening = trace.happening(index)
    if happening is Happening.STOP:
        return "The policy stops at what does not fit: who is left in the heap is not served."
    if happening is Happening.START:
        return "Nothing is decided yet, and nobody stands in a heap."
    following = trace.decision(index + 1) if index < trace.last else None
    guarantees = following is not None and following.round is Round.GUARANTEE
    what = "Guarantees first" if guarantees else "Then everybody" if index else "Everybody"
    count = trace.made_of(index)
    return f"{what}: {units.count(count, 'claim')} {'is' if count == 1 else 'are'} made into a heap."


def _decided(decision: Decision, weight_unit: int) -> str:
    name = full_name(decision.tenant, decision.work)
    key = key_in_words(decision, weight_unit)
    taken = took(decision)
    if decision.kind is Kind.FILL:
        if decision.outcome is Outcome.GRANTED:
            end = "has all it wants"
        elif decision.short_of:
            end = f"stops for want of {_resources(decision)}"
        else:
            end = f"leaves {decision.outcome.value}"
        return f"{name} rose to {key} and {end}{f', took {taken}' if taken else ''}; {_left(decision)}."
    if decision.outcome is Outcome.INFEASIBLE:
        why = f" for want of {_resources(decision)}" if decision.short_of else ""
        return f"{name} can never run{why}{_under(key)}."
    short = f", short of {_resources(decision)}" if decision.short_of else ""
    what = f"{decision.outcome.value} {taken}" if taken else decision.outcome.value
    return f"{name} {what}{_under(key)}{short}; {_left(decision)}."


def _under(key: str) -> str:
    return f" ({key})" if key else ""


def _resources(decision: Decision) -> str:
    return units.names_in_words([resource_of(name) for name in decision.short_of])


def _left(decision: Decision) -> str:
    return f"{named_list(decision.left)} left"


def full_name(tenant: str, work: str) -> str:
    """A tenant and its work as a line may hold them."""
    return name_of(tenant) + (f"/{name_of(work)}" if work else "")


def key_label(trace: HeapTrace, key: Any) -> str:
    """A key in a few letters, as it may stand in a node: `0.125`, `2,7`, `first`."""
    if isinstance(key, bool) or key is None:
        return str(key)
    if isinstance(key, int):
        return str(key)
    if isinstance(key, float):
        return _number(key * trace.scenario.weight_unit if trace.keys_are_levels else key)
    if isinstance(key, tuple):
        return ",".join(key_label(trace, part) for part in key)
    return name_of(str(key))


def _number(value: float) -> str:
    return f"{value:.3g}" if value == value else "?"


def coming(trace: HeapTrace, index: int) -> str:
    """Who comes next and under which key, in one sentence; at the end, that there is nobody."""
    if index >= trace.last:
        return "Nothing more can be granted." if trace.complete else "There is more; no more than this is kept."
    decision = trace.decision(index + 1)
    if decision is None:
        return "Next, " + sentence(trace, index + 1)[0].lower() + sentence(trace, index + 1)[1:]
    key = key_in_words(decision, trace.scenario.weight_unit)
    return f"Next is {full_name(decision.tenant, decision.work)}{_under(key)}."


def moved(moment: Moment, *, arrow: str = "->") -> str:
    """What a moment did to the heap: who was popped, which swaps followed, who came back where; empty for nothing."""
    if moment.happening is Happening.HEAPIFY:
        return f"heapify: {units.count(len(moment.heap), 'entry', 'entries')}, the smallest key at the root"
    if moment.happening is Happening.STOP:
        return "the heap is given up"
    if not moment.moves:
        return "the heap did not move" if moment.heap else ""
    return "; ".join(_move(move, arrow) for move in moment.moves) + _gone(moment)


def _move(move: Move, arrow: str) -> str:
    swaps = ", ".join(f"{parent}{arrow}{child}" for parent, child in move.swaps[:12])
    if move.popped:
        if move.place is None:
            return f"popped {entry_name(move.entry)}: the heap is empty"
        sank = f"the last entry goes to the root and sinks to {move.place}"
        if not move.swaps:
            sank = "the last entry goes to the root and stays"
        return f"popped {entry_name(move.entry)}; {sank}" + (f" (swaps {swaps})" if swaps else "")
    climbed = "no swap" if not move.swaps else f"swaps {swaps}"
    return f"put {entry_name(move.entry)} in at {move.place} ({climbed})"


def _gone(moment: Moment) -> str:
    """Whether who was popped has left for good."""
    popped = moment.popped
    back = any(not move.popped for move in moment.moves)
    return "" if popped is None or back else "; it does not come back"


def entry_name(entry: Entry) -> str:
    """Who an entry is."""
    return name_of(sanitize(entry[2].tenant))
