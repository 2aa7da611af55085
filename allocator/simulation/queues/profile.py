"""What will be free when, as far as anybody knows: the floor at every instant at which a plan changes it."""

from __future__ import annotations

import math
from bisect import bisect_right

from allocator.simulation.floor import Floor, Gang, Spot
from allocator.simulation.placement import Placer

Rows = list[list[int]]
"""(nodes, resources); a row is never changed, only replaced, so that steps may share it."""


class Profile:
    """Steps in time, each with what is free on every node from then on.

    Args:
        now_ms: When it begins.
        floor: What is free then; capacity and what is open are its own for all time.
        placer: Picks nodes.
    """

    def __init__(self, now_ms: int, floor: Floor, placer: Placer) -> None:
        self._floor = floor
        self._placer = placer
        self._over = bool(floor.over)
        """Whether more is used on some node than there is, where then nothing fits."""
        self.times = [now_ms]
        self.steps: list[Rows] = [[row.copy() for row in floor.free]]

    def advance(self, now_ms: int) -> None:
        """Forget what is past, and the steps that change nothing any more."""
        past = bisect_right(self.times, now_ms) - 1
        self.times[past] = now_ms
        kept = [
            step for step in range(past, len(self.times)) if step == past or self.steps[step] != self.steps[step - 1]
        ]
        self.times = [self.times[step] for step in kept]
        self.steps = [self.steps[step] for step in kept]

    def take(self, spot: Spot, gang: Gang, from_ms: int, to_ms: int) -> None:
        """The tasks at `spot` need their amounts from `from_ms` until `to_ms`."""
        self._add(spot, gang, from_ms, to_ms, -1)

    def give(self, spot: Spot, gang: Gang, from_ms: int, to_ms: int | None = None) -> None:
        """The tasks at `spot` do not need their amounts from `from_ms` until `to_ms`, or ever after."""
        self._add(spot, gang, from_ms, to_ms, 1)

    def earliest(self, gang: Gang, lasts_ms: int) -> tuple[int, Floor] | None:
        """The first instant from which all tasks of `gang` can run for `lasts_ms`, and what is free for all that time.

        None where there is no such instant. O(steps x nodes), but where tasks would have to move while they run.
        """
        first = 0
        for step in range(len(self.times)):
            if not self._holds(step, gang):
                first = step + 1  # every start up to here would run into it
                continue
            until = self.times[step + 1] if step + 1 < len(self.times) else math.inf
            while first <= step and self.times[first] + lasts_ms <= until:
                floor = self._least(first, step + 1)
                if first == step or floor.holds(gang):
                    return self.times[first], floor
                first += 1
        return None

    def earlier(self, gang: Gang, lasts_ms: int, before_ms: int) -> bool:
        """Whether `gang`, planned from `before_ms` on, could begin earlier beside its own place; of a single node only.

        There its own place is no obstacle, so the steps before it tell, and nothing has to be taken out to look.
        """
        first = 0
        for step, at in enumerate(self.times):
            if at >= before_ms:
                return first < step
            if not self._holds(step, gang):
                first = step + 1
            elif step + 1 < len(self.times) and self.times[step + 1] - self.times[first] >= lasts_ms:
                return True
        return first < len(self.times)

    def _holds(self, step: int, gang: Gang) -> bool:
        """Whether `gang` fits at one instant."""
        rows, is_open = self.steps[step], self._floor.open
        lacking = gang.tasks
        for node in gang.nodes:
            row = rows[node]
            if not is_open[node] or (self._over and min(row, default=0) < 0):
                continue
            if lacking == 1:
                for resource, amount in gang.need:
                    if row[resource] < amount:
                        break
                else:
                    return True
            else:
                lacking -= min((row[resource] // amount for resource, amount in gang.need), default=lacking)
                if lacking <= 0:
                    return True
        return False

    def _least(self, first: int, last: int) -> Floor:
        """On every node the least that is free in the steps from `first` up to `last`."""
        if last - first == 1:
            free = [row.copy() for row in self.steps[first]]
        else:
            by_node = zip(*self.steps[first:last], strict=True)
            free = [list(map(min, *rows)) for rows in by_node]
        return self._placer.floor(free, self._floor.full, self._floor.open)

    def _add(self, spot: Spot, gang: Gang, from_ms: int, to_ms: int | None, sign: int) -> None:
        from_ms = max(from_ms, self.times[0])
        if to_ms is not None and from_ms >= to_ms:
            return
        first = self._at(from_ms)
        for step in self.steps[first : None if to_ms is None else self._at(to_ms)]:
            for node, tasks in spot:
                row = step[node] = step[node].copy()
                for resource, amount in gang.need:
                    row[resource] += sign * amount * tasks

    def _at(self, ms: int) -> int:
        """The step that begins at `ms`, made where there is none."""
        after = bisect_right(self.times, ms)
        if self.times[after - 1] != ms:
            self.times.insert(after, ms)
            self.steps.insert(after, self.steps[after - 1].copy())
            return after
        return after - 1
