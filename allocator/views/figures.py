"""One figure of several results side by side: as people read it, the best and the worst of a row marked.

The marks are signs beside the number, never a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from allocator.reports import units

if TYPE_CHECKING:  # numpy comes with it, which a comparison of allocations may do without
    from allocator.simulation.metrics.headlines import Kind


def in_words(kind: Kind, value: float | None) -> str:
    """A figure as people read it, `-` where undefined."""
    if value is None:
        return "-"
    if kind == "duration":
        return units.duration(value)
    if kind == "part":
        return units.percent(value)
    if kind == "count":
        return f"{int(value):,}"
    return units.ratio(value) if kind == "index" else units.three_digits(value)


def marked(
    kind: Kind, values: Sequence[float | None], ranked: Sequence[float], better: Literal["more", "less"]
) -> list[str]:
    """`values` in words with `+` at the best and `-` at the worst of `ranked`; what looks equal is marked alike."""
    shown = [in_words(kind, value) for value in values]
    if len({in_words(kind, value) for value in ranked}) < 2:
        return shown
    best, worst = (max, min) if better == "more" else (min, max)
    marks = {in_words(kind, best(ranked)): " +", in_words(kind, worst(ranked)): " -"}
    return [text + marks.get(text, "  ") for text in shown]
