"""Many decisions in little memory: what repeats is kept once, what is left of each resource in arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, MutableSequence
from typing import Any

from allocator.core.decision import Decision

_LARGEST = 1 << 62
"""An amount that fits an array of 64 bits with room to spare."""


class DecisionLog:
    """Decisions in order, by number from 0.

    Args:
        capacity: Of each resource; what is left is never more.
    """

    def __init__(self, capacity: Mapping[str, int]) -> None:
        self._resources = tuple(capacity)
        self._small = max(capacity.values(), default=0) < _LARGEST
        self._left: MutableSequence[int] = array("q") if self._small else []
        self._tenants: list[str] = []
        self._keys: list[Any] = []
        self._words: list[str] = []
        self._shapes: list[tuple[Any, ...]] = []
        """All else; few are different, and each is kept once."""
        self._known: dict[Any, Any] = {}
        self._first = 0
        self._odd: dict[int, Decision] = {}
        """Decisions that tell what is left of other resources, or in another order: kept whole."""

    def __len__(self) -> int:
        """How many there are."""
        return len(self._tenants)

    def append(self, decision: Decision) -> None:
        """Put one at the end."""
        if not self._tenants:
            self._first = decision.step
        if tuple(decision.left) == self._resources and decision.step == self._first + len(self):
            self._left.extend(decision.left.values())
        else:
            self._odd[len(self)] = decision
            self._left.extend([0] * len(self._resources))
        granted = tuple(decision.granted.items())
        shape = (
            decision.kind,
            decision.round,
            decision.work,
            decision.asked,
            decision.tasks,
            granted,
            decision.outcome,
            decision.short_of,
        )
        self._tenants.append(decision.tenant)
        self._keys.append(decision.key)
        self._words.append(self._once(decision.key_words))
        self._shapes.append(self._once(shape))

    def _once(self, value: Any) -> Any:
        return self._known.setdefault(value, value)

    def tenant(self, number: int) -> str:
        """Who was decided about."""
        return self._tenants[number]

    def left(self, number: int) -> Mapping[str, int]:
        """What remained of each resource."""
        if number in self._odd:
            return self._odd[number].left
        wide = len(self._resources)
        amounts: Iterable[int] = self._left[number * wide : (number + 1) * wide]
        return dict(zip(self._resources, amounts, strict=True))

    def __getitem__(self, number: int) -> Decision:
        """The decision, as it was."""
        if number in self._odd:
            return self._odd[number]
        kind, round_, work, asked, tasks, granted, outcome, short_of = self._shapes[number]
        return Decision(
            step=self._first + number,
            kind=kind,
            round=round_,
            tenant=self._tenants[number],
            work=work,
            key=self._keys[number],
            key_words=self._words[number],
            asked=asked,
            tasks=tasks,
            granted=dict(granted),
            left=self.left(number),
            outcome=outcome,
            short_of=short_of,
        )
