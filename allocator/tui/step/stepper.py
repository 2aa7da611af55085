"""Where one is in a heap trace, and how fast it plays. Knows no widget and no clock: it is told how long it was."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.stepping import HeapTrace, Moment

SPEEDS: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 500, 2000, 10_000)
"""Moments a second."""


class Stepper:
    """A place in a trace.

    Args:
        trace: What is stepped through.
    """

    def __init__(self, trace: HeapTrace) -> None:
        self.trace = trace
        self.moment: Moment = trace.at(0)
        """What is shown."""
        self.followed = next(iter(self._named(1)), "")
        """Whose decisions are jumped between; empty where there is nobody."""
        self.playing = False
        self._speed = 2
        self._due = 0.0

    @property
    def index(self) -> int:
        """Which moment is shown."""
        return self.moment.index

    @property
    def step(self) -> int:
        """The number of the last decision that was made by now; 0 before the first."""
        for index in range(self.index, -1, -1):  # few moments are without one
            if decision := self.trace.decision(index):
                return decision.step
        return 0

    @property
    def speed(self) -> int:
        """Moments a second."""
        return SPEEDS[self._speed]

    def _named(self, index: int) -> Sequence[str]:
        decision = self.trace.decision(index) if index <= self.trace.last else None
        return [decision.tenant] if decision else [tenant.name for tenant in self.trace.scenario.tenants[:1]]

    def go(self, to: int | None) -> bool:
        """Show another moment, the nearest there is; whether that is another than the one shown."""
        if to is None:
            return False
        to = max(0, min(to, self.trace.last))
        if to == self.index:
            return False
        self.moment = self.trace.at(to)
        return True

    def jump(self, by: int) -> bool:
        """Go to the next decision about who is followed, or the one before; whether there is one."""
        find = self.trace.next_of if by > 0 else self.trace.previous_of
        return self.go(find(self.followed, self.index))

    def follow(self) -> None:
        """Follow who was decided about at this moment."""
        if self.moment.decision is not None:
            self.followed = self.moment.decision.tenant

    def faster(self, by: int) -> None:
        """Play faster, or slower."""
        self._speed = max(0, min(self._speed + by, len(SPEEDS) - 1))

    def play(self, playing: bool) -> None:
        """Play from here, from the start where this is the end; or stop."""
        if playing and self.index == self.trace.last:
            self.go(0)
        self.playing, self._due = playing, 0.0

    def passed(self, seconds: float) -> bool:
        """So much time has passed while playing; whether another moment is shown. It stops at the end."""
        self._due += seconds * self.speed
        whole = int(self._due + 1e-9)
        self._due -= whole
        moved = whole > 0 and self.go(self.index + whole)
        if self.index == self.trace.last:
            self.playing = False
        return moved
