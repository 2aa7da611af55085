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


def lines(run: Run, style: Style) -> list[str]:
    """A table of the events; none where nothing happened."""
    if not run.events:
        return []
    table = Table([Column("at", "right"), Column("event"), Column("what", shrinks=True, least=20)])
    for event in run.events if style.everyone else run.events[:MOST]:
        table.add(units.clock(event.at_ms), event.kind, in_words(event))
    hidden = len(run.events) - len(table.rows)
    return [*table.text(style.width), *([f"and {hidden:,} more; --all shows them all"] if hidden else [])]


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
