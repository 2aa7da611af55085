"""The decisions of an allocation and the heap as it stood at each, to step through forward and back.

The trace holds operations, never a copy of the heap for each step: what was put in, what was taken out, and a keyframe
now and then. A moment is found by replaying the operations since the keyframe before it with `heapq` itself, which the
engine's heap is made with, so that the array lies as the engine's did.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from allocator import allocation
from allocator.core.decision import Decision
from allocator.core.engine import Claimant, Engine
from allocator.core.heap import KeyedHeap
from allocator.core.model import PolicyUse, Scenario
from allocator.core.policy import Filling, filling
from allocator.registry import Prepared
from allocator.stepping_log import DecisionLog
from allocator.stepping_moves import Entry as Entry
from allocator.stepping_moves import Move as Move
from allocator.stepping_moves import Waiting as Waiting
from allocator.stepping_moves import pop, push

KEYFRAME = 1024
"""Pops between two keyframes, as long as all keyframes together hold no more than `KEPT` entries."""
KEPT = 2_000_000
"""Entries in all keyframes together, 8 bytes each; beyond, every other keyframe is dropped."""
MOST = 300_000
"""Decisions that are kept; of a longer allocation the trace has the first ones."""


class Happening(Enum):
    """What a moment is of."""

    START = "start"
    """Nothing is decided, and there is no heap yet."""
    HEAPIFY = "heapify"
    """A round begins: everybody who waits is made into a heap."""
    DECISION = "decision"
    STOP = "stop"
    """Somebody did not fit, and the policy stops there: who is left in the heap is never served."""


_WITHOUT = (Happening.START, Happening.HEAPIFY, Happening.STOP)
"""What moments without a decision are of."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One step: what was decided, and the heap once who was served has been put back."""

    index: int
    happening: Happening
    decision: Decision | None
    heap: list[Entry]
    """As it lies in its array; the caller's own."""
    moves: tuple[Move, ...]
    """From the heap of the moment before to this one; none for a heap that was made anew."""
    left: Mapping[str, int]
    """What remains of each resource."""

    @property
    def popped(self) -> Entry | None:
        """Who was taken from the root; None where nobody was."""
        return next((move.entry for move in self.moves if move.popped), None)


@dataclass(slots=True, eq=False)
class HeapTrace:
    """The moments of one allocation, 0 to `last`; made by `trace`."""

    scenario: Scenario
    prepared: Prepared
    complete: bool = True
    """Whether every decision is here; False where there are more than `MOST`."""
    _log: DecisionLog = field(init=False)
    _told: array[int] = field(default_factory=lambda: array("q"))
    """Of each moment the number of its decision in the log; of one without, -1 and less: what it is of."""
    _ends: array[int] = field(default_factory=lambda: array("q"))
    """Of each moment, how many operations were done when it was over."""
    _operations: list[Entry | None] = field(default_factory=list)
    """What was pushed; None is a pop, or, right before a keyframe, a heap made anew."""
    _keyframes: list[list[Entry]] = field(default_factory=list)
    _framed: list[int] = field(default_factory=list)
    """Of each keyframe, after how many operations it is."""
    _anew: set[int] = field(default_factory=set)
    """After how many operations there was a heap made anew: no replay leads there from before."""
    _others: list[int] = field(default_factory=list)
    """The moments without a decision, of which there are few."""
    _of: dict[str, array[int]] = field(default_factory=dict)
    """The moments of each tenant."""
    _cursor: tuple[int, list[Entry]] = (0, [])

    def __post_init__(self) -> None:
        self._log = DecisionLog(self.scenario.capacity)

    @property
    def last(self) -> int:
        """The last moment."""
        return len(self._told) - 1

    @property
    def decisions(self) -> int:
        """How many decisions there are."""
        return len(self._told) - len(self._others)

    @property
    def keys_are_levels(self) -> bool:
        """Whether keys are of the measure of the rising level, which is told without the denominator of weights."""
        return filling(self.prepared.policy) is Filling.DOMINANT_SHARE

    def decision(self, index: int) -> Decision | None:
        """What was decided at a moment; O(1)."""
        told = self._told[index]
        return self._log[told] if told >= 0 else None

    def happening(self, index: int) -> Happening:
        """What a moment is of; O(1)."""
        told = self._told[index]
        return Happening.DECISION if told >= 0 else _WITHOUT[-1 - told]

    def left(self, index: int) -> Mapping[str, int]:
        """What remains at a moment; O(1), for there are few moments without a decision."""
        while index >= 0:
            told = self._told[index]
            if told >= 0:
                return self._log.left(told)
            index -= 1
        return self.scenario.capacity

    def at(self, index: int) -> Moment:
        """The moment; some milliseconds, wherever it is.

        Args:
            index: 0 to `last`.
        """
        happening, end = self.happening(index), self._ends[index]
        moves: list[Move] = []
        if happening is Happening.DECISION:
            begin = self._ends[index - 1]
            heap = self._heap_after(begin)
            moves = [pop(heap) if entry is None else push(heap, entry) for entry in self._operations[begin:end]]
        else:
            heap = self._heap_after(end)
        self._cursor = (end, heap)
        return Moment(index, happening, self.decision(index), heap.copy(), tuple(moves), self.left(index))

    def made_of(self, index: int) -> int:
        """How many were made into a heap at a moment of `HEAPIFY`; O(log n)."""
        return len(self._keyframes[self._last_keyframe(self._ends[index])])

    def moment_of(self, step: int) -> int:
        """The moment of the decision of that number, 1 is the first; the nearest there is; O(1)."""
        index = max(1, step) - 1
        for other in self._others:
            index += other <= index
        return min(index, self.last)

    def next_of(self, tenant: str, index: int) -> int | None:
        """The first moment after `index` with a decision about `tenant`; O(log n)."""
        mine = self._of.get(tenant, ())
        place = bisect_right(mine, index)
        return mine[place] if place < len(mine) else None

    def previous_of(self, tenant: str, index: int) -> int | None:
        """The last moment before `index` with a decision about `tenant`; O(log n)."""
        mine = self._of.get(tenant, ())
        place = bisect_left(mine, index)
        return mine[place - 1] if place else None

    def _last_keyframe(self, operation: int) -> int:
        return bisect_right(self._framed, operation) - 1

    def _heap_after(self, operation: int) -> list[Entry]:
        """The heap after so many operations; a list that may be changed."""
        done, heap = self._cursor
        frame = self._last_keyframe(operation)
        framed = self._framed[frame] if frame >= 0 else 0
        if not framed <= done <= operation:
            done, heap = framed, self._keyframes[frame].copy() if frame >= 0 else []
        for entry in self._operations[done:operation]:
            if entry is None:
                heapq.heappop(heap)
            else:
                heapq.heappush(heap, entry)
        return heap


def trace(
    scenario: Scenario,
    policy: Prepared | PolicyUse | str | None = None,
    progress: Callable[[int], None] | None = None,
    most: int = MOST,
) -> HeapTrace:
    """The allocation of `scenario` as moments to step through.

    Args:
        scenario: Who wants what of which capacity.
        policy: As for `allocate`.
        progress: Told how many decisions are made, now and then; what it raises ends the tracing.
        most: How many decisions are kept.

    Raises:
        PolicyError: As for `allocate`.
    """
    prepared = allocation.for_one_allocation(scenario, policy)
    made = HeapTrace(scenario, prepared)
    recorder = _Recorder(made)
    engine = Engine(scenario, prepared.policy, prepared.on_misfit, heap=recorder.heap)
    for count, decision in enumerate(engine.decisions(), 1):
        if count > most:
            made.complete = False
            break
        recorder.decide(decision)
        if progress is not None and count % KEYFRAME == 0:
            progress(count)
    recorder.begin()
    return made


class _Recorder:
    """Writes down what is done to the heap of an engine."""

    def __init__(self, made: HeapTrace) -> None:
        self._made = made
        self._pops = 0
        self._every = KEYFRAME
        self._kept = 0
        self._standing: list[Entry] = []

    def heap(self, entries: Iterable[tuple[Any, int, Claimant]] | None = None) -> KeyedHeap[Claimant]:
        """A heap that is written down; without entries, the one there was is given up."""
        if entries is None:
            if self._standing:
                self._anew(Happening.STOP, [])
            return KeyedHeap()
        made = _Observed(self, entries)
        self._anew(Happening.HEAPIFY, made.standing)
        self._standing = made.standing
        return made

    def begin(self) -> None:
        """Make sure that there is a moment before the first decision."""
        made = self._made
        if not made._told:
            made._others.append(0)
            made._told.append(-1 - _WITHOUT.index(Happening.START))
            made._ends.append(0)

    def decide(self, decision: Decision) -> None:
        """A decision was made; what is pushed from now on belongs to it."""
        self.begin()
        made = self._made
        mine = made._of.get(decision.tenant)
        if mine is None:
            mine = made._of[decision.tenant] = array("q")
        mine.append(len(made._told))
        made._told.append(len(made._log))
        made._log.append(decision)
        made._ends.append(len(made._operations))

    def pop(self, standing: list[Entry]) -> None:
        """The root is about to be taken out."""
        made = self._made
        if self._pops >= self._every:
            self._keyframe(standing)
        self._pops += 1
        made._operations.append(None)

    def push(self, entry: Entry) -> None:
        """An entry was put in."""
        self._made._operations.append(entry)
        self._made._ends[-1] += 1

    def _anew(self, happening: Happening, standing: list[Entry]) -> None:
        made = self._made
        made._others.append(len(made._told))
        made._told.append(-1 - _WITHOUT.index(happening))
        made._operations.append(None)
        made._ends.append(len(made._operations))
        made._anew.add(len(made._operations))
        self._keyframe(standing)

    def _keyframe(self, standing: list[Entry]) -> None:
        made = self._made
        self._pops = 0
        made._framed.append(len(made._operations))
        made._keyframes.append(standing.copy())
        self._kept += len(standing)
        if self._kept > KEPT:
            self._thin_out()

    def _thin_out(self) -> None:
        made = self._made
        kept = [n for n, at in enumerate(made._framed) if n % 2 == 0 or at in made._anew]
        made._framed = [made._framed[n] for n in kept]
        made._keyframes = [made._keyframes[n] for n in kept]
        self._kept = sum(len(frame) for frame in made._keyframes)
        self._every *= 2


class _Observed(KeyedHeap[Claimant]):
    """The engine's heap, of plain values; each pop and push is told."""

    def __init__(self, recorder: _Recorder, entries: Iterable[tuple[Any, int, Claimant]]) -> None:
        self._recorder = recorder
        self._claimants: dict[int, Claimant] = {}
        self._waiting: dict[int, Waiting] = {}
        """By order; made anew where another work of the tenant is next."""
        super().__init__()
        self.standing: list[Entry] = [self._entry(*entry) for entry in entries]
        heapq.heapify(self.standing)

    def _entry(self, key: Any, order: int, claimant: Claimant) -> Entry:
        self._claimants[order] = claimant
        waiting = Waiting(claimant.claim.tenant, claimant.claim.work)
        if self._waiting.get(order) != waiting:
            self._waiting[order] = waiting
        return key, order, self._waiting[order]

    def __len__(self) -> int:
        return len(self.standing)

    @property
    def entries(self) -> list[tuple[Any, int, Claimant]]:
        return [(key, order, self._claimants[order]) for key, order, _ in self.standing]

    def peek(self) -> tuple[Any, int, Claimant]:
        key, order, _ = self.standing[0]
        return key, order, self._claimants[order]

    def pop(self) -> tuple[Any, int, Claimant]:
        self._recorder.pop(self.standing)
        key, order, _ = heapq.heappop(self.standing)
        return key, order, self._claimants[order]

    def push(self, key: Any, order: int, item: Claimant) -> None:
        entry = self._entry(key, order, item)
        heapq.heappush(self.standing, entry)
        self._recorder.push(entry)
