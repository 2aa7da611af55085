"""A moment of a heap trace as the step screen draws it: the heap with its marks, the pool, the sentences, the log."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.core.decision import Decision, Outcome
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import padded
from allocator.tui.glyphs import Glyphs
from allocator.tui.step.stepper import Stepper
from allocator.tui.step.tree import Heap
from allocator.tui.widgets.table import Cell, Column
from allocator.views.comparison_words import distinct_names
from allocator.views.moment_words import coming, entry_name, key_label, moved, sentence
from allocator.views.wording import name_of

_BAR = 10
_OUTCOMES = {Outcome.GRANTED: "good", Outcome.REFUSED: "bad", Outcome.INFEASIBLE: "bad"}


def heap_of(stepper: Stepper) -> Heap:
    """The heap, who was put in and who was swapped on the way marked."""
    moment, trace, followed = stepper.moment, stepper.trace, stepper.followed
    entries = moment.heap
    swaps = [swap for move in moment.moves for swap in move.swaps]
    marked = {place: "swapped" for swap in swaps for place in swap if place < len(entries)}
    for move in moment.moves:
        if not move.popped and move.place is not None:
            # A later move may have swapped it on; then it is found where it lies now.
            place = move.place
            if entries[place] is not move.entry:
                place = next(n for n, entry in enumerate(entries) if entry is move.entry)
            marked[place] = "put"
    return Heap(
        size=len(entries),
        name=lambda place: name_of(entries[place][2].tenant),
        key=lambda place: key_label(trace, entries[place][0]),
        marked=marked,
        followed=lambda place: entries[place][2].tenant == followed,
        swaps=frozenset(swaps),
        above=f"popped: {entry_name(popped)} {key_label(trace, popped[0])}" if (popped := moment.popped) else "",
    )


def pool_of(stepper: Stepper, glyphs: Glyphs) -> list[str]:
    """Of each resource what is left, as a bar that shrinks, and what was taken of it just now."""
    moment, capacity = stepper.moment, stepper.trace.scenario.capacity
    granted = moment.decision.granted if moment.decision else {}
    names = distinct_names(list(capacity))
    wide = max((len(sanitize(name)) for name in names.values()), default=0)
    lines = []
    for name, total in capacity.items():
        left = moment.left.get(name, 0)
        bar = units.bar(left / total if total else 0.0, _BAR, unicode=glyphs.unicode)
        taken = f"  {glyphs.changed} -{units.amount(name, granted[name])}" if granted.get(name) else ""
        word = padded(sanitize(names[name]), min(wide, 14))
        lines.append(f"{word} {bar} {units.amount(name, left)} of {units.amount(name, total)} left{taken}")
    return lines


def said_of(stepper: Stepper, glyphs: Glyphs) -> list[str]:
    """What was decided, who comes next, and what was done to the heap."""
    arrow = "↔" if glyphs.unicode else "-"
    trace, index = stepper.trace, stepper.index
    said = [sentence(trace, index), coming(trace, index), moved(stepper.moment, arrow=arrow)]
    return [text for text in said if text]


class LogRows:
    """Every moment, a row each; words are made for the rows on screen alone.

    Args:
        stepper: Where one is: that row is marked.
        glyphs: What marks are drawn with.
    """

    columns: Sequence[Column] = (Column("", 1), Column("step", 7, "right"), Column("decision", 200))

    def __init__(self, stepper: Stepper, glyphs: Glyphs) -> None:
        self._stepper = stepper
        self._glyphs = glyphs

    def __len__(self) -> int:
        return self._stepper.trace.last + 1

    def row(self, number: int) -> Sequence[Cell]:
        """One moment."""
        trace = self._stepper.trace
        decision = trace.decision(number)
        here = self._glyphs.changed if number == self._stepper.index else ""
        return (
            (here, "mark"),
            (f"{decision.step:,}" if decision else "", "dim"),
            (sentence(trace, number), _OUTCOMES.get(decision.outcome, "") if decision else "mark"),
        )

    def order(self, column: int, descending: bool) -> Sequence[int]:
        """As they came, or the other way round: a log has no other order."""
        rows = range(len(self))
        return rows[::-1] if descending else rows

    def matches(self, words: str) -> Sequence[int]:
        """The decisions about tenants whose name, or with an outcome that, holds every word."""
        wanted = words.lower().split()
        trace = self._stepper.trace
        return [
            row
            for row in range(len(self))
            if (decision := trace.decision(row)) and all(_holds(decision, word) for word in wanted)
        ]


def _holds(decision: Decision, word: str) -> bool:
    return word in decision.tenant.lower() or word in decision.outcome.value
