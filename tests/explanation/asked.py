"""What the tests of explanations share: tiny scenarios, a change applied to a scenario, and a run to check a claim."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from allocator import Outcome, Scenario
from allocator.allocation import allocate, chosen
from allocator.explanation import Axis, Change, Explanation, explain
from allocator.results import Allocation

BUILT_IN = ["drf", "fair-share", "fifo", "largest-first", "priority", "proportional", "smallest-demand-first"]


def outcome(scenario: Scenario, policy: str, on_misfit: str = "skip") -> Allocation:
    """The allocation under a policy by its name."""
    return allocate(scenario, chosen(scenario, policy, {"on_misfit": on_misfit}))


def ask(scenario: Scenario, tenant: str, policy: str, on_misfit: str = "skip") -> Explanation:
    """The explanation under a policy by its name."""
    return explain(scenario, tenant, chosen(scenario, policy, {"on_misfit": on_misfit}))


def found(explanation: Explanation) -> dict[Axis, Change]:
    """The changes that are enough, by axis; of several resources the first."""
    changes: dict[Axis, Change] = {}
    for change in explanation.changes:
        if change.after is not None:
            changes.setdefault(change.axis, change)
    return changes


def applied(scenario: Scenario, tenant: str, change: Change, value: int | Fraction) -> Scenario:
    """The scenario with `value` instead of what the change found; the tenant has one work."""
    if change.axis is Axis.CAPACITY and change.resource is None:
        return replace(scenario, capacity={**scenario.capacity, **change.detail})
    if change.axis is Axis.CAPACITY:
        return replace(scenario, capacity={**scenario.capacity, str(change.resource): int(value)})
    if change.axis is Axis.ALL_CAPACITY:
        grown = {name: int(amount * value) for name, amount in scenario.capacity.items()}
        return replace(scenario, capacity=grown)
    mine = scenario.tenant(tenant)
    assert mine is not None
    (work,) = mine.work
    shrunk = {name: amount // (work.tasks or 1 if work.divisible else 1) for name, amount in change.detail.items()}
    changed = {
        Axis.WEIGHT: lambda: replace(mine, weight=Fraction(value)),
        Axis.PRIORITY: lambda: replace(mine, priority=int(value), work=(replace(work, priority=None),)),
        Axis.LIMIT: lambda: replace(mine, limit={**mine.limit, **change.detail}),
        Axis.FEWER: lambda: replace(mine, work=(replace(work, tasks=int(value)),)),
        Axis.SMALLER: lambda: replace(mine, work=(replace(work, demand={**work.demand, **shrunk}),)),
    }[change.axis]()
    return replace(scenario, tenants=tuple(changed if one is mine else one for one in scenario.tenants))


def granted_all(scenario: Scenario, tenant: str, policy: str) -> bool:
    """Whether the tenant gets all it wants."""
    return outcome(scenario, policy).by_name[tenant].outcome is Outcome.GRANTED
