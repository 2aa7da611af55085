"""What comes next, and when: ends of jobs, events of the scenario, arrivals. Decides nothing.

At one instant all ends come first, then the events by (priority, declaration), then the arrivals by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from allocator.core.timeline import Event


class Agenda:
    """The times at which something happens.

    Args:
        submits: Of each job, ascending.
        events: Of the scenario, in order of declaration.
    """

    def __init__(self, submits: Sequence[int], events: Iterable[Event]) -> None:
        self._submits = submits
        self._events = in_order(events)
        self._next_event = 0
        self.arrived = 0
        """So many jobs have arrived: those of the first rows."""
        self._ends: list[tuple[int, int, int]] = []
        """A heap of (ms, sequence, job); jobs that were lost since are still in it."""
        self._sequence = 0
        self._current: dict[int, int] = {}
        """Of each running job, the sequence of its end."""

    def ends(self, job: int, at_ms: int) -> None:
        """`job` will end at `at_ms`, unless it is called off."""
        self._sequence += 1
        self._current[job] = self._sequence
        heappush(self._ends, (at_ms, self._sequence, job))

    def call_off(self, job: int) -> None:
        """`job` will not end when it was said to."""
        del self._current[job]

    def next(self) -> int | None:
        """The next instant at which anything happens, or None."""
        times = []
        while self._ends and self._current.get(self._ends[0][2]) != self._ends[0][1]:
            heappop(self._ends)
        if self._ends:
            times.append(self._ends[0][0])
        if self._next_event < len(self._events):
            times.append(self._events[self._next_event].at_ms)
        if self.arrived < len(self._submits):
            times.append(self._submits[self.arrived])
        return min(times, default=None)

    def ending(self, now_ms: int) -> Iterator[int]:
        """The jobs that end now, each taken off the agenda."""
        while self._ends and self._ends[0][0] <= now_ms:
            _, sequence, job = heappop(self._ends)
            if self._current.get(job) == sequence:
                del self._current[job]
                yield job

    def happening(self, now_ms: int) -> Iterator[Event]:
        """The events of now, each taken off the agenda."""
        while self._next_event < len(self._events) and self._events[self._next_event].at_ms <= now_ms:
            self._next_event += 1
            yield self._events[self._next_event - 1]

    def arriving(self, now_ms: int) -> range:
        """The jobs that are submitted now, taken off the agenda."""
        first = self.arrived
        while self.arrived < len(self._submits) and self._submits[self.arrived] <= now_ms:
            self.arrived += 1
        return range(first, self.arrived)


def in_order(events: Iterable[Event]) -> list[Event]:
    """`events` in the order in which they happen: by (time, priority, declaration)."""
    return sorted(events, key=lambda event: (event.at_ms, event.priority))
