"""The small words that every view of a comparison shares: satisfaction with a bar, signed amounts, resource names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from allocator.core.decision import Outcome
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.results import TenantResult

BAR = 6
"""Columns of a bar."""


def satisfaction(result: TenantResult, *, unicode: bool = False, bars: bool = True) -> str:
    """`71% ####..`; for a want without limit, the number of tasks; for no want, `-`."""
    if result.satisfaction is None:
        if result.outcome is Outcome.IDLE:
            return "-"
        count = result.tasks_granted
        return "1 task" if count == 1 else f"{units.tasks(float(count))} tasks"
    shown = f"{units.percent(result.satisfaction):>4}"
    return f"{shown} {units.bar(result.satisfaction, BAR, unicode=unicode)}" if bars else shown.strip()


def signed(resource: str, amount: int) -> str:
    """`+22`, `-1.5Gi`; empty where nothing changed."""
    return "" if amount == 0 else ("+" if amount > 0 else "") + units.amount(resource, amount)


def distinct_names(resources: Iterable[str]) -> dict[str, str]:
    """What each resource is called: without its vendor, unless two would be called the same."""
    many = list(resources)
    uses = Counter(units.short(name) for name in many)
    return {name: sanitize(units.short(name) if uses[units.short(name)] == 1 else name) for name in many}
