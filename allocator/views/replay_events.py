"""What happened during a run besides jobs, in the order in which it was handled: a line an event."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from allocator.core.text import sanitize
from allocator.core.timeline import Event
from allocator.reports import units
from allocator.reports.table import Column, Table
from allocator.simulation.run import Run
from allocator.views.style import Style
from allocator.views.wording import name_of, named_list, weight_in_words

MOST = 20


def table(run: Run, style: Style) -> Table | None:
    """The events, the first of them where there are many; None where nothing happened."""
    if not run.events:
        return None
    found = Table([Column("at", "right"), Column("event"), Column("what", shrinks=True, least=20)])
    for event in run.events if style.everyone else run.events[:MOST]:
        found.add(units.clock(event.at_ms), event.kind, in_words(event))
    return found


def hidden(run: Run, style: Style) -> list[str]:
    """A line that says how many events are not shown; none where all are."""
    more = 0 if style.everyone else len(run.events) - MOST
    return [f"and {more:,} more; --all shows them all"] if more > 0 else []


def in_words(event: Event) -> str:
    """Whom or what an event is about."""
    return sanitize("; ".join(_parts(event)))


def _parts(event: Event) -> Iterator[str]:
    about = " ".join(name_of(name) for name in (event.node, event.tenant) if name)
    if event.kind == "capacity":
        yield f"{about or 'the pool'} now has {named_list(event.capacity)}"
    elif event.kind == "weight" and isinstance(event.value, Fraction | int):
        yield f"{about} now weighs {weight_in_words(event.value)}"
    elif event.kind == "priority":
        yield f"{about} now has priority {event.value}"
    elif about:
        yield about
    if event.text:
        yield event.text
