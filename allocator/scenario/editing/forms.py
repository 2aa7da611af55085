"""Fields that a person fills in, and what comes of reading them: another scenario, or faults by field."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from allocator.core.model import Scenario
from allocator.core.text import did_you_mean
from allocator.scenario.faults import Collector
from allocator.scenario.positions import Path, show

_WHOLE = re.compile(r"[+-]?\d{1,1000}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,100}(\.\d{1,100})?([eE][+-]?\d{1,9})?", re.ASCII)
_YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_TOLD = 3
"""So many changes are told one by one."""
_LONGEST = 40


def number(text: str) -> object:
    """What a file has where `text` stands: a number bare, all else in quotes."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


def yes(text: str) -> object:
    """True or false where `text` says so."""
    return _YES.get(text.strip().lower(), text.strip())


def words(text: str) -> object:
    """The names between commas."""
    return [word.strip() for word in text.split(",")]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    path: Path
    """Where a file has it."""
    label: str
    text: str = ""
    """As it stands before anything is typed; empty where the file leaves it out."""
    about: str = ""
    """What is taken where it is empty, or what is accepted."""
    group: str = ""
    """What stands above the first of several that belong together."""
    read: Callable[[str], object] = number
    """What a file has where that was typed."""
    keeps_empty: bool = False
    """Whether an empty text is one, rather than nothing."""
    of: str = ""
    """What goes before the label where a change is told."""

    @property
    def place(self) -> str:
        """The path as faults have it."""
        return show(self.path)


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of the fields."""

    scenario: Scenario | None
    """None where there are faults."""
    done: str
    """What was changed, in words; empty where nothing was."""
    tenant: str | None = None
    """The name of the tenant that is looked at from then on."""
    faults: Mapping[int, str] = field(default_factory=dict)
    """By number of the field."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """What was hardly meant, by number of the field."""
    more: tuple[str, ...] = ()
    """Faults of no one field."""
    drops: tuple[str, ...] = ()
    """Options that the scenario says now, so that nothing may go before them."""


class Form(Protocol):
    """Something that is edited by filling in fields."""

    @property
    def title(self) -> str:
        """What is edited."""

    @property
    def fields(self) -> Sequence[Field]:
        """In their order on the screen."""

    def read(self, texts: Sequence[str]) -> Reading:
        """What the fields say with these texts in them."""


def changed(fields: Sequence[Field], texts: Sequence[str]) -> list[int]:
    """The numbers of the fields that say something else than before."""
    return [number for number, (one, text) in enumerate(zip(fields, texts, strict=True)) if text != one.text]


def filled(table: dict[str, Any], fields: Sequence[Field], texts: Sequence[str]) -> dict[str, Any]:
    """`table` with what was typed; what was not touched stays as it is, to the last digit."""
    table = copy.deepcopy(table)
    for number in changed(fields, texts):
        *steps, last = fields[number].path
        inner: Any = table
        for step in steps:
            inner = inner.setdefault(step, {}) if isinstance(inner, dict) else inner[step]
        if texts[number].strip() or fields[number].keeps_empty:
            inner[last] = fields[number].read(texts[number])
        else:
            inner.pop(last, None)
    return table


def told(fields: Sequence[Field], texts: Sequence[str]) -> str:
    """What was changed, in words: `weight 1 -> 2, demand cpu 1 -> 500m`."""
    numbers = changed(fields, texts)
    parts = [f"{fields[n].of}{fields[n].label} {brief(fields[n].text)} -> {brief(texts[n])}" for n in numbers[:_TOLD]]
    return ", ".join([*parts, *([f"and {len(numbers) - _TOLD} more"] if len(numbers) > _TOLD else [])])


def set_text(fields: Sequence[Field], word: str, text: str) -> list[str] | str:
    """The texts of all fields with one of them changed, or why there is no such field."""
    names = [f"{field.of}{field.label}".replace(" ", "-") for field in fields]
    if word not in names:
        return f"no field '{word}'{did_you_mean(word, names) or '; there are: ' + ', '.join(names)}"
    return [text if number == names.index(word) else field.text for number, field in enumerate(fields)]


def brief(text: str) -> str:
    """`text`, cut where it is long."""
    text = text.strip()
    return (text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...") or "none"


def by_field(
    fields: Sequence[Field], collect: Collector, also_at: Mapping[str, int] | None = None
) -> tuple[dict[int, str], dict[int, str], tuple[str, ...]]:
    """What `collect` was told, as the faults and notes of a `Reading`, and what is of no field.

    Args:
        fields: Those of the form.
        collect: Was told.
        also_at: Further places that a field has, by number.
    """
    places = {one.place: number for number, one in enumerate(fields)} | dict(also_at or {})
    faults: dict[int, str] = {}
    notes: dict[int, str] = {}
    more: list[str] = []
    for found, into in ((collect.faults(""), faults), (collect.warnings(""), notes)):
        for fault in found:
            number = _nearest(fault.place, places)
            if number is not None:
                into.setdefault(number, fault.message)
            elif into is faults:
                more.append(fault.message)
    return faults, notes, tuple(more)


def _nearest(place: str, places: Mapping[str, int]) -> int | None:
    """The field of that place, or of the list that it stands in."""
    head, _, last = place.rpartition("[")
    return places.get(place, places.get(head) if last else None)
