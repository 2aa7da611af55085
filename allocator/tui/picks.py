"""Which policies stand side by side, in what order, against which, and how their rows are ordered. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from allocator import registry
from allocator.core.errors import PolicyError
from allocator.core.model import PolicyUse, Scenario
from allocator.core.policy import needs_time
from allocator.results import NOW

Use = str | PolicyUse
"""A policy by name, or as a scenario asks for it, with a label and options of its own."""


class Sort(Enum):
    """By what tenants are ordered, in words."""

    DECLARED = "as declared"
    NAME = "by name"
    COLUMN = "by the chosen policy, least first"
    LOSS = "by what they lose, most first"

    @property
    def of_column(self) -> bool:
        """Whether it depends on which policy is chosen."""
        return self in (Sort.COLUMN, Sort.LOSS)


def called(use: Use) -> str:
    """What a comparison calls it."""
    return use if isinstance(use, str) else use.label or use.name


def name_of(use: Use) -> str:
    """Its policy."""
    return use if isinstance(use, str) else use.name


@dataclass
class Picks:
    """The columns of a comparison; they last as long as the file is open."""

    given: tuple[PolicyUse, ...]
    """What the scenario compares: where that is edited, the picks start anew."""
    uses: list[Use]
    baseline: str | None = None
    """A label; None for what a comparison takes by itself."""
    chosen: str = ""
    """The label of the column that keys are about; empty before there is one."""
    losers: bool = False
    """Whether only those are shown who lose."""
    sort: Sort = field(default=Sort.DECLARED)

    @classmethod
    def of(cls, scenario: Scenario) -> Picks:
        """What the scenario compares, or every built-in policy."""
        given = scenario.policy.compare
        return cls(given, [*given] or [*registry.compared(timed=scenario.timed)])

    def labels(self, scenario: Scenario) -> list[str]:
        """What its columns are called, as far as that is known beforehand."""
        return [*([NOW] if scenario.holds else []), *map(called, self.uses)]

    def move(self, at: int, by: int) -> int:
        """Put the policy at a place that many places on, as far as there are; returns where it is."""
        to = max(0, min(at + by, len(self.uses) - 1))
        self.uses.insert(to, self.uses.pop(at))
        return to

    def others(self, *, timed: bool) -> Sequence[str]:
        """The installed policies that are not shown, and can rank what there is."""
        shown = {name_of(use) for use in self.uses}
        return [name for name in registry.names() if name not in shown and _ranks(name, timed=timed)]

    def next_sort(self) -> Sort:
        """Order by the next thing."""
        every = list(Sort)
        self.sort = every[(every.index(self.sort) + 1) % len(every)]
        return self.sort


def _ranks(name: str, *, timed: bool) -> bool:
    try:
        return timed or not needs_time(registry.find(name))
    except PolicyError:
        return False
