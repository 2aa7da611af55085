"""Several allocations of one scenario side by side: who gains, who loses, and how each policy measures up.

Runs every policy on the same input and judges each against one baseline. Prints nothing: `views` gives it form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from allocator import registry
from allocator.allocation import allocate, chosen, today
from allocator.comparison.change import Change, Direction, between
from allocator.comparison.choosing import alike, distinct, not_compared, own_verdict
from allocator.comparison.private_slice import is_below, slice_tasks
from allocator.comparison.reasons import ServingOrder, has_order, why
from allocator.core.decision import Outcome
from allocator.core.errors import PolicyError
from allocator.core.model import PolicyUse, Scenario
from allocator.core.resources import Quantities
from allocator.registry import Prepared
from allocator.results import NOW, Allocation
from allocator.version import __version__

Progress = Callable[[int, int, str], None]
"""Told before each policy is run: how many are done, of how many, and the label of the next."""


@dataclass(frozen=True)
class Verdict:
    """One allocation against the baseline."""

    before: Allocation
    after: Allocation

    @property
    def label(self) -> str:
        """Whose verdict it is."""
        return self.after.label

    @property
    def policy(self) -> Prepared | None:
        """Under which it came about; None for what runs, or ran, without one."""
        return self.after.policy

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every tenant's change, in order of declaration."""
        capacity = shared_capacity(self.after.scenario)
        return tuple(
            between(before, after, capacity)
            for before, after in zip(self.before.tenants, self.after.tenants, strict=True)
        )

    @cached_property
    def gains(self) -> tuple[Change, ...]:
        """Those who gain, the largest first, then in order of declaration."""
        return self._of(Direction.GAIN)

    @cached_property
    def loses(self) -> tuple[Change, ...]:
        """Those who lose, the largest loss first, then in order of declaration."""
        return self._of(Direction.LOSE)

    @property
    def same(self) -> int:
        """How many neither gain nor lose."""
        return len(self.changes) - len(self.gains) - len(self.loses)

    def why(self, change: Change) -> str:
        """The reason of one of `changes`, in words."""
        return why(change, self.after.policy, self.after.scenario.capacity, self._order)

    def _of(self, direction: Direction) -> tuple[Change, ...]:
        found = [change for change in self.changes if change.direction is direction]
        # Sorting is stable: equal changes stay in order of declaration.
        return tuple(sorted(found, key=lambda change: -abs(change.size)))

    @cached_property
    def _order(self) -> ServingOrder | None:
        policy = self.after.policy
        return ServingOrder(self.after.scenario, policy) if policy is not None and has_order(policy) else None


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of every allocation, in their order."""

    name: str
    values: tuple[int | float | None, ...]
    """None where undefined."""
    kind: Literal["part", "index", "count"]
    """A part of a whole, an index from 0 to 1, or a number of tenants."""
    better: Literal["more", "less"]
    resource: str = ""
    """The resource it is about, if it is about one."""


@dataclass(frozen=True)
class Comparison:
    """Allocations of one scenario, in the order named; `now` comes first where work is held."""

    scenario: Scenario
    allocations: tuple[Allocation, ...]
    """At least one. Labels are unique."""
    baseline: Allocation
    """One of them."""

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One for every allocation but the baseline."""
        return tuple(Verdict(self.baseline, one) for one in self.allocations if one is not self.baseline)

    @cached_property
    def focus(self) -> Verdict | None:
        """The verdict to tell first: that of the scenario's own policy, else of the last one; None for none."""
        return own_verdict(self.verdicts, self.scenario.policy.use)

    @cached_property
    def below_entitled(self) -> tuple[tuple[str, ...], ...]:
        """Per allocation, the tenants whose entitled slice alone would have run more of their own work."""
        capacity = shared_capacity(self.scenario)
        alone = [slice_tasks(result.tenant, result.entitled) for result in self.baseline.tenants]
        return tuple(
            tuple(
                result.name
                for result, mine in zip(allocation.tenants, alone, strict=True)
                if is_below(result, mine, capacity)
            )
            for allocation in self.allocations
        )

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """Every figure, a row each: utilisation by resource, evenness, and counts of tenants."""
        many = self.allocations
        rows = []
        for name in self.scenario.resources:
            rows.append(Metric("utilisation", tuple(one.utilisation[name] for one in many), "part", "more", name))
            usable = tuple(one.usable_utilisation[name] for one in many)
            rows.append(Metric("usable utilisation", usable, "part", "more", name))
        if len(self.scenario.nodes) > 1 and any(one.on_nodes is not None for one in many):
            rows.append(Metric("placed on nodes", tuple(_placed(one) for one in many), "part", "more"))
        satisfied = tuple(sum(result.outcome is Outcome.GRANTED for result in one.tenants) for one in many)
        below = tuple(map(len, self.below_entitled))
        return (
            *rows,
            Metric("Jain index", tuple(one.jain_index for one in many), "index", "more"),
            Metric("min-max ratio", tuple(one.min_max_ratio for one in many), "index", "more"),
            Metric("satisfied tenants", satisfied, "count", "more"),
            Metric("below entitled", below, "count", "less"),
            Metric("zero grants", tuple(len(one.zero_grants) for one in many), "count", "less"),
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON of DESIGN section 7: one allocation's object for each, in order; `now` is named so."""
        return {
            "fairheap": __version__,
            "mode": "compare",
            "title": self.scenario.title,
            "results": [allocation.to_dict() for allocation in self.allocations],
        }


def compare(
    scenario: Scenario,
    uses: Sequence[PolicyUse | Prepared] | None = None,
    against: str | None = None,
    progress: Progress | None = None,
    known: Sequence[Allocation] = (),
) -> Comparison:
    """`scenario` under each policy.

    Args:
        scenario: What all of them share.
        uses: The policies; left out or empty, those that the scenario names to compare, else every built-in one.
        against: The label of the baseline, or "now". Left out: `now` where work is held, else the scenario's own
            policy if it is among them, else the first.
        progress: Told before each policy is run.
        known: Allocations of this very scenario, which need not be made again.

    Raises:
        PolicyError: A policy that cannot be used, or a baseline that is not among them.
    """
    named: Sequence[PolicyUse | Prepared] = uses or scenario.policy.compare
    if not named:
        named = [PolicyUse(name) for name in registry.compared(timed=False)]
    ready = [use if isinstance(use, Prepared) else chosen(scenario, use) for use in named]
    prepared = distinct(ready, {NOW} if scenario.holds else set())
    labels = [*([NOW] if scenario.holds else []), *(one.label for one in prepared)]
    baseline = _baseline(scenario, labels, prepared, against)
    allocations = [_today(scenario, known)] if scenario.holds else []
    for done, one in enumerate(prepared):
        found = next((it for it in known if alike(one, it.policy)), None)
        if found is not None:
            allocations.append(found if found.label == one.label else replace(found, policy=one))
            continue
        if progress is not None:
            progress(done, len(prepared), one.label)
        with registry.blaming(one):
            allocations.append(allocate(scenario, one))
    return Comparison(scenario, tuple(allocations), allocations[labels.index(baseline)])


def _today(scenario: Scenario, known: Sequence[Allocation]) -> Allocation:
    return next((it for it in known if it.policy is None), None) or today(scenario)


def _baseline(scenario: Scenario, labels: list[str], prepared: Sequence[Prepared], against: str | None) -> str:
    if against is None:
        if scenario.holds:
            return NOW
        use = scenario.policy.use
        own = [label for label in labels if label == (use.label or use.name)]
        own += [one.label for one in prepared if one.name == use.name]
        return (own or labels)[0]
    if against in labels:
        return against
    accepted = ", ".join(labels)
    if against == NOW:
        raise PolicyError(
            f"cannot compare against now: no work of the scenario says what it holds; accepted: {accepted}"
        )
    raise not_compared(against, labels)


def _placed(allocation: Allocation) -> float | None:
    """Of the whole tasks that it grants, the part that the nodes hold; None where it grants or places none."""
    held = allocation.on_nodes
    return sum(held.placed) / sum(held.promised) if held is not None and any(held.promised) else None


def shared_capacity(scenario: Scenario) -> Quantities:
    """The resources that shares are measured in, and how much there is of each."""
    return {name: scenario.capacity[name] for name in scenario.shared}
