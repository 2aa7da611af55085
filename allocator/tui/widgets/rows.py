"""What a table shows, and in which order: columns, cells, the model that is asked for rows, sorting and filtering.

Knows no widget: orders of many rows are made in a worker, where Python's lock must not be held for long at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

_CHUNK = 4096
"""Rows sorted at a time; nothing else runs meanwhile."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and a fixed width; widths never come from scanning all the data."""

    title: str
    """What it is known by, too: no two columns of a model have the same."""
    width: int
    align: Literal["left", "right"] = "left"
    fixed: bool = False
    """Whether it stays where it is while the others move sideways; the first columns only."""


Cell = tuple[str, str]
"""Text, and the name of a component class for its style, or the empty string."""


class Model(Protocol):
    """What a table shows."""

    columns: Sequence[Column]

    def __len__(self) -> int:
        """How many rows there are."""

    def row(self, number: int) -> Sequence[Cell]:
        """The cells of one row; called only for rows on screen."""

    def order(self, column: int, descending: bool) -> Sequence[int]:
        """The rows sorted by a column, equal ones as they are."""

    def matches(self, words: str) -> Sequence[int]:
        """The rows that a filter lets through, as they are."""


def arranged(model: Model, by: tuple[int, bool] | None, words: str, check: Callable[[], None]) -> Sequence[int]:
    """The rows of a model as they are shown.

    Args:
        model: Of which.
        by: A column, and whether descending; as they are where left out.
        words: What they are filtered by.
        check: Called now and then; what it raises ends the arranging.
    """
    check()
    kept = model.matches(words) if words else None
    check()
    if by is None:
        return range(len(model)) if kept is None else kept
    order = model.order(*by)
    check()
    if kept is None:
        return order
    among = set(kept)
    return [row for row in order if row in among]


def sorted_rows(keys: Sequence[Any], *, descending: bool) -> list[int]:
    """The numbers of `keys` in their order, equal ones as they are; sorted by parts, then the parts put together.

    One sort of 100,000 would hold Python's lock for its whole time, and a screen would stand still.
    """
    rows: list[int] = []
    for begin in range(0, len(keys), _CHUNK):
        part = range(begin, min(begin + _CHUNK, len(keys)))
        rows += sorted(part, key=keys.__getitem__, reverse=descending)
    # Runs that are in order already are merged, which is the quick part of a sort.
    rows.sort(key=keys.__getitem__, reverse=descending)
    return rows
