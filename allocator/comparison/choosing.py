"""What comparisons of every kind choose alike: labels that differ, the verdict told first, a baseline by its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from allocator.core.errors import UnknownPolicyError
from allocator.core.model import PolicyUse
from allocator.core.text import did_you_mean
from allocator.registry import Prepared


class Judged(Protocol):
    """One result against the baseline."""

    @property
    def policy(self) -> Prepared | None:
        """Under which it came about; None for what runs, or ran, without one."""


Verdict = TypeVar("Verdict", bound=Judged)


def distinct(many: Sequence[Prepared], taken: set[str]) -> list[Prepared]:
    """`many` with equal labels made distinct: by the options that differ from the first of them, else by a number."""
    found: dict[str, Prepared] = {}
    for one in many:
        label = one.label
        twin = found.get(label)
        if twin is not None and one.name == twin.name:
            own = {**one.options, "on_misfit": one.on_misfit}
            its = {**twin.options, "on_misfit": twin.on_misfit}
            differing = ", ".join(f"{name}={value}" for name, value in own.items() if its.get(name) != value)
            label = f"{label}, {differing}" if differing else label
        number = 2
        distinct = label
        while distinct in found or distinct in taken:
            distinct = f"{label} ({number})"
            number += 1
        found[distinct] = replace(one, label=distinct)
    return list(found.values())


def alike(one: Prepared, other: Prepared | None) -> bool:
    """Whether both decide the same, whatever they are called."""
    if other is None:
        return False
    return (one.name, one.options, one.on_misfit) == (other.name, other.options, other.on_misfit)


def own_verdict(verdicts: Sequence[Verdict], use: PolicyUse) -> Verdict | None:
    """The verdict of the policy that a scenario uses, by label or else by name; else the last one, None for none."""
    for called in (use.label or use.name, use.name):
        for verdict in verdicts:
            if verdict.policy is not None and called in (verdict.policy.label, verdict.policy.name):
                return verdict
    return verdicts[-1] if verdicts else None


def not_compared(against: str, labels: Sequence[str]) -> UnknownPolicyError:
    """What to raise where the baseline that is asked for is not among the compared."""
    near = did_you_mean(against, labels) or ";"
    return UnknownPolicyError(
        f"cannot compare against '{against}': not among the compared{near} accepted: {', '.join(labels)}"
    )
