"""Where the tasks of a job go, given what is free on each place."""

from __future__ import annotations

import random
from math import inf

from tests.simulation.reference.world import Amounts, Job, Place, World


class Placing:
    """The placement that the scenario names."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kind = world.settings.placement
        self.chance = random.Random(f"{world.settings.seed}:placement")

    def allowed(self, job: Job, *, open_only: bool = True) -> list[int]:
        """The places that a job may use."""
        return [
            index
            for index, place in enumerate(self.world.places)
            if (place.open or not open_only) and (not job.pools or place.label in job.pools)
        ]

    def possible(self, job: Job) -> bool:
        """Whether the empty cluster, at its largest, can hold a job."""
        most = [{name: place.most(name) for name in self.world.resources} for place in self.world.places]
        return self.holds(job, most, self.allowed(job, open_only=False))

    def fits(self, job: Job, free: list[Amounts]) -> bool:
        """Whether all tasks of a job can be placed."""
        return self.holds(job, free, self.allowed(job))

    def holds(self, job: Job, free: list[Amounts], places: list[int]) -> bool:
        """Whether these places hold all tasks of a job together; of merged places one must hold them all."""
        if self.world.merged:
            return any(room(job.total, free[place]) >= 1 for place in places)
        return sum(room(job.demand, free[place]) for place in places) >= job.tasks

    def place(self, job: Job, free: list[Amounts], *, later: bool = False) -> list[int] | None:
        """The place of each task, or None where they do not all fit; takes nothing from `free`.

        Nothing is drawn for what is only planned for later: it takes the least loaded of all.
        """
        if not self.fits(job, free):
            return None
        if self.world.merged:
            first = next(place for place in self.allowed(job) if room(job.total, free[place]) >= 1)
            return [first] * job.tasks
        left = [dict(amounts) for amounts in free]
        where = []
        for _ in range(job.tasks):
            fitting = [place for place in self.allowed(job) if room(job.demand, left[place]) >= 1]
            if self.kind == "power-of-two" and len(fitting) > 1 and not later:
                fitting = sorted(self.chance.sample(fitting, 2))
            best = min(fitting, key=lambda place: (self._key(job.demand, left[place], self.world.places[place]), place))
            for name, amount in job.demand.items():
                left[best][name] -= amount
            where.append(best)
        return where

    def _key(self, demand: Amounts, free: Amounts, place: Place) -> float:
        full = {name: place.full(name) for name in self.world.resources if place.full(name) > 0}
        loads = [(total - free[name]) / total for name, total in full.items()]
        if self.kind == "first-fit":
            return 0.0
        if self.kind in ("least-loaded", "power-of-two"):
            return max(loads, default=0.0)
        if self.kind == "most-loaded":
            return -max(loads, default=0.0)
        key = 0.0
        for name, total in full.items():
            wants = demand.get(name, 0)
            if self.kind == "best-fit":
                left = (free[name] - wants) / total
                key += left * left
            else:
                assert self.kind == "dot-product"
                key -= (wants / total) * (free[name] / total)
        return key


def room(demand: Amounts, free: Amounts) -> float:
    """How many such tasks fit; none where more is used than there is."""
    if any(amount < 0 for amount in free.values()):
        return 0
    return min((free[name] // amount for name, amount in demand.items() if amount), default=inf)
