"""Minimal SimPy models of the rules that `replay.py` measures: one pool, several resources, one pass an instant.

An arrival process, a timeout for each running job with a callback at its end (a process for each job costs SimPy about
twice as much), plain lists and deques. At one instant all ends and arrivals come before one pass, as in Fairheap, so
that the starts are the same. No job runs for no time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import Any

import simpy


class Strict:
    """First come, first served; the head blocks.

    Args:
        submit: Of each job, ascending.
        run: Of each job, 1 or more.
        demand: Of each job, of each resource.
        capacity: Of each resource.
    """

    def __init__(self, submit: list[int], run: list[int], demand: list[list[int]], capacity: list[int]) -> None:
        self.env = simpy.Environment()
        self.submit, self.run, self.demand, self.capacity = submit, run, demand, capacity
        self.free = list(capacity)
        self.resources = range(len(capacity))
        self.start = [-1] * len(submit)
        self.queue: deque[int] = deque()

    def simulate(self) -> list[int]:
        """The start of each job."""
        self.env.process(self.arrivals())
        self.env.run()
        return self.start

    def arrivals(self) -> Generator[Any, Any, None]:
        """Jobs are submitted."""
        env, submit, job = self.env, self.submit, 0
        while job < len(submit):
            if submit[job] > env.now:
                yield env.timeout(submit[job] - env.now)
            now = env.now
            while job < len(submit) and submit[job] == now:
                self.line_up(job)
                job += 1
            if env.peek() > now:
                self.serve()

    def begin(self, job: int) -> None:
        """`job` starts."""
        needs, free = self.demand[job], self.free
        for resource in self.resources:
            free[resource] -= needs[resource]
        self.start[job] = self.env.now
        self.env.timeout(self.run[job], job).callbacks.append(self.end)

    def end(self, event: Any) -> None:
        """A job ends."""
        self.give_back(event.value)
        if self.env.peek() > self.env.now:  # else something else happens at this instant
            self.serve()

    def give_back(self, job: int) -> None:
        """What it had is free."""
        needs, free = self.demand[job], self.free
        for resource in self.resources:
            free[resource] += needs[resource]

    def fits(self, job: int) -> bool:
        """Whether it could start now."""
        needs, free = self.demand[job], self.free
        for resource in self.resources:  # noqa: SIM110 - quicker than all()
            if needs[resource] > free[resource]:
                return False
        return True

    def line_up(self, job: int) -> None:
        """`job` waits."""
        self.queue.append(job)

    def serve(self) -> None:
        """One pass."""
        while self.queue and self.fits(self.queue[0]):
            self.begin(self.queue.popleft())


class Drf(Strict):
    """Whose dominant share, with its next job, is smallest is served next: its first job that fits, or its head only.

    Args:
        tenant: Of each job.
        tenants: How many there are.
        heads_only: Whether the head of each tenant's queue blocks the rest of it; that is less work than the rules say.
    """

    def __init__(self, *jobs: Any, tenant: list[int], tenants: int, heads_only: bool) -> None:
        super().__init__(*jobs)
        self.tenant, self.heads_only = tenant, heads_only
        self.queues: list[deque[int]] = [deque() for _ in range(tenants)]
        self.used = [[0] * len(self.capacity) for _ in range(tenants)]
        self.waiting: set[int] = set()

    def line_up(self, job: int) -> None:
        """`job` waits."""
        self.queues[self.tenant[job]].append(job)
        self.waiting.add(self.tenant[job])

    def give_back(self, job: int) -> None:
        """What it had is free."""
        super().give_back(job)
        used, needs = self.used[self.tenant[job]], self.demand[job]
        for resource in self.resources:
            used[resource] -= needs[resource]

    def next_of(self, who: int) -> int | None:
        """The job that a tenant would be served now."""
        for job in self.queues[who]:
            if self.fits(job):
                return job
            if self.heads_only:
                return None
        return None

    def share(self, who: int) -> float:
        """The dominant share, the head of its queue included."""
        used, ahead = self.used[who], self.demand[self.queues[who][0]]
        return max([(used[at] + ahead[at]) / self.capacity[at] for at in self.resources])

    def serve(self) -> None:
        """One pass; what does not fit once in it fits no more."""
        candidates: Any = self.waiting
        while True:
            found = {who: job for who in candidates if (job := self.next_of(who)) is not None}
            if not found:
                return
            who = min(found, key=lambda who: (self.share(who), who))
            job = found[who]
            self.queues[who].remove(job)
            if not self.queues[who]:
                self.waiting.discard(who)
            used, needs = self.used[who], self.demand[job]
            for resource in self.resources:
                used[resource] += needs[resource]
            self.begin(job)
            candidates = [who for who in found if self.queues[who]]
