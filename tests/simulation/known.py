"""What the columns of a run and its scenario say of any instant: who ran where, who waited, what was used.

Knows nothing of how a run is made, and adds everything up anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from allocator.core.model import Scenario
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE


@dataclass
class Site:
    """Where tasks run, as the scenario and its events have it: a node, or the nodes of a label as one."""

    label: str
    names: list[str]
    steps: list[tuple[int, list[int], bool]] = field(default_factory=list)
    """From when on: what it has to share, and whether it takes tasks."""

    def at(self, time: int) -> tuple[list[int], bool]:
        """After all events of an instant."""
        return next((amounts, takes) for since, amounts, takes in reversed(self.steps) if since <= time)


@dataclass(frozen=True)
class Attempt:
    """One attempt of a job: when, where, and whether it came to nothing."""

    job: int
    start: int
    end: int
    tasks: dict[int, int]
    """By site."""
    lost: bool

    def lasts(self, time: int) -> bool:
        """Whether it still runs after an instant."""
        return self.start <= time < self.end


class Known:
    """A run under examination."""

    def __init__(self, scenario: Scenario, run: Run) -> None:
        self.scenario = scenario
        self.run = run
        self.work = work = run.workload
        self.demand = work.demand.tolist()
        self.ran_already = [bool(flag) for flag in work.running.tolist()] or [False] * len(work)
        self.start, self.end, self.outcome = run.start.tolist(), run.end.tolist(), run.outcome.tolist()

    @cached_property
    def sites(self) -> list[Site]:
        """All of them, with what happens to them."""
        scenario, names = self.scenario, self.work.resources
        nodes = [(node.name, node.pool, dict(node.capacity), dict(node.load)) for node in scenario.nodes]
        nodes = nodes or [("", "", dict(scenario.capacity), {})]
        merged = scenario.simulation.placement == "pool"
        labels = list(dict.fromkeys(label for _, label, _, _ in nodes))
        groups = [[one for one in nodes if one[1] == label] for label in labels] if merged else [[one] for one in nodes]
        sites = [Site(group[0][1], [name for name, _, _, _ in group]) for group in groups]
        down: set[str] = set()
        draining: set[str] = set()

        def note(time: int) -> None:
            for site, group in zip(sites, groups, strict=True):
                here = [one for one in group if one[0] not in down | draining]
                amounts = [sum(c.get(name, 0) - load.get(name, 0) for _, _, c, load in here) for name in names]
                site.steps.append((time, amounts, bool(here)))

        note(0)
        for event in sorted(scenario.events, key=lambda one: (one.at_ms, one.priority)):
            if event.kind == "node-down":
                down.add(event.node)
            elif event.kind == "node-up":
                down.discard(event.node)
                draining.discard(event.node)
            elif event.kind == "drain":
                draining.add(event.node)
            elif event.kind == "capacity":
                next(one for one in nodes if one[0] == event.node)[2].update(event.capacity)
            note(event.at_ms)
        return sites

    @cached_property
    def attempts(self) -> list[Attempt]:
        """By job and time."""
        pieces = self.run.pieces
        found: dict[tuple[int, int, int, int], dict[int, int]] = {}
        columns = (pieces.job, pieces.start, pieces.end, pieces.lost, pieces.node, pieces.tasks)
        for number, (job, start, end, lost, node, tasks) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
            # A job that fails the moment it starts may have two attempts of the same instant: no node comes twice.
            key = (job, start, end, lost)
            if node in found.get(key, {}):
                key = (job, start, end, -number - 1)
            found.setdefault(key, {})[node] = tasks
        return [Attempt(job, start, end, tasks, lost != 0) for (job, start, end, lost), tasks in sorted(found.items())]

    def ready(self, job: int) -> int:
        """When it may start for the first time; NONE where never."""
        ends = [self.end[other] for other in self.work.after(job)]
        if any(self.outcome[other] != Outcome.COMPLETED for other in self.work.after(job)):
            return NONE
        return max(int(self.work.submit[job]), *ends) if ends else int(self.work.submit[job])

    def waits(self, job: int, time: int) -> bool:
        """Whether it could have started at an instant, and waits on after it."""
        if self.outcome[job] == Outcome.IMPOSSIBLE or self.ready(job) == NONE or self.ready(job) > time:
            return False
        if self.outcome[job] == Outcome.KILLED and self.end[job] <= time:
            return False
        mine = [one for one in self.attempts if one.job == job and one.start <= time]
        if not mine:
            return True
        return mine[-1].lost and mine[-1].end <= time and self.outcome[job] != Outcome.KILLED

    def used(self, time: int, without: Sequence[Attempt] = ()) -> list[list[int]]:
        """What is used on each site after an instant."""
        used = [[0] * len(self.work.resources) for _ in self.sites]
        for one in self.attempts:
            if one.lasts(time) and one not in without:
                self.add(used, one, 1)
        return used

    def add(self, used: list[list[int]], one: Attempt, sign: int) -> None:
        """Add (or take away) what an attempt uses."""
        for site, tasks in one.tasks.items():
            for resource, amount in enumerate(self.demand[one.job]):
                used[site][resource] += sign * amount * tasks

    def allowed(self, job: int) -> list[int]:
        """The sites of its pools."""
        labels = self.work.pool_sets[self.work.pools[job]] if len(self.work.pools) else ()
        return [index for index, site in enumerate(self.sites) if not labels or site.label in labels]

    def fits(self, job: int, time: int, used: list[list[int]]) -> bool:
        """Whether all its tasks have room beside what is used."""
        tasks = int(self.work.tasks[job])
        needs, found = self.demand[job], 0
        one_place = self.scenario.simulation.placement == "pool" or not self.scenario.nodes
        for site in self.allowed(job):
            amounts, takes = self.sites[site].at(time)
            free = [amount - use for amount, use in zip(amounts, used[site], strict=True)]
            if takes and min(free, default=0) >= 0:
                here = min((left // need for left, need in zip(free, needs, strict=True) if need), default=tasks)
                found = max(found, here) if one_place else found + here
        return found >= tasks

    @cached_property
    def instants(self) -> list[int]:
        """When anything was submitted, started or ended, before the end of the run."""
        times = {time for one in self.attempts for time in (one.start, one.end)} | set(self.work.submit.tolist())
        stop = self.run.stopped_ms
        return sorted(time for time in times if time < stop or (self.run.ended == "drained" and time == stop))
