"""Why a job waited, and why the jobs of a tenant did: what was short, who was served meanwhile, and under which key.

Runs the jobs again and watches some of them; what it tells is what the simulator noted, never a guess. Prints nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from allocator.core.errors import UnknownJobError
from allocator.core.text import did_you_mean, sanitize
from allocator.explanation.never import Never, why_never
from allocator.registry import Prepared
from allocator.replay import Progress, Staged, replay
from allocator.replays import Replay
from allocator.simulation.run import Outcome, Run, Serve, Wait
from allocator.simulation.workload import NONE, Workload
from allocator.version import __version__

MOST_WATCHED = 200
"""Of a tenant, the jobs that waited longest are watched, so many of them."""
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Served:
    """The jobs of one tenant that started while a job waited."""

    tenant: str
    jobs: int
    later: int
    """How many of them were submitted after it."""
    taken: dict[str, int]
    """What they need together, in smallest units."""
    key_words: str
    """The key of the last of them, in the policy's words; empty where the policy does not explain."""


@dataclass(frozen=True)
class JobStory:
    """Why one job waited."""

    replay: Replay
    job: int

    @property
    def name(self) -> str:
        """What people call it, raw."""
        return self.replay.run.workload.name(self.job)

    @property
    def tenant(self) -> str:
        """Whose it is, raw."""
        work = self.replay.run.workload
        return work.tenants[int(work.tenant[self.job])]

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        return Outcome(int(self.replay.run.outcome[self.job]))

    @property
    def start_ms(self) -> int | None:
        """When it first started, or None."""
        return _time(self.replay.run.start[self.job])

    @property
    def end_ms(self) -> int | None:
        """When it ended, or None."""
        return _time(self.replay.run.end[self.job])

    @cached_property
    def never(self) -> Never | None:
        """Why it can never run; None where it can."""
        return why_never(self.replay, self.job) if self.outcome is Outcome.IMPOSSIBLE else None

    @property
    def wait_ms(self) -> int:
        """From its submission to its first start; to its withdrawal or the end of the run where there was none."""
        run = self.replay.run
        until = self.start_ms if self.start_ms is not None else self.end_ms
        return (run.stopped_ms if until is None else until) - int(run.workload.submit[self.job])

    @cached_property
    def demand(self) -> dict[str, int]:
        """What one of its tasks needs, in smallest units."""
        work = self.replay.run.workload
        return {name: amount for name, amount in _named(work, work.demand[self.job]).items() if amount}

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        """Why it waited, interval by interval."""
        every = self.replay.run.waits
        first, last = (cut(every, self.job, key=lambda wait: wait.job) for cut in (bisect_left, bisect_right))
        return tuple(every[first:last])

    @property
    def queued(self) -> tuple[Wait, ...]:
        """The intervals in which it was in the queue, and could have been served."""
        return tuple(wait for wait in self.waits if wait.cause not in ("dependency", "absent"))

    @cached_property
    def key_words(self) -> str:
        """The key it waited under at first, in the policy's words."""
        return next((wait.key_words for wait in self.waits if wait.key_words), "")

    @cached_property
    def served(self) -> tuple[Served, ...]:
        """Who was served while it was in the queue, by tenant; who had most jobs first, then as declared."""
        return served_during(self.replay.run, [self])

    def until(self, wait: Wait) -> int:
        """When one of its waits ended, or the run did."""
        return self.replay.run.stopped_ms if wait.to_ms == NONE else wait.to_ms

    def to_dict(self) -> dict[str, Any]:
        """The story as JSON."""
        work = self.replay.run.workload
        return {
            "job": self.name,
            "tenant": self.tenant,
            "outcome": self.outcome.word,
            "submit_ms": int(work.submit[self.job]),
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "wait_ms": self.wait_ms,
            "estimate_ms": int(work.estimate[self.job]),
            "priority": int(work.priority[self.job]),
            "tasks": int(work.tasks[self.job]),
            "demand": self.demand,
            "key": self.key_words,
            "waits": [
                {
                    "from_ms": wait.from_ms,
                    "to_ms": _time(wait.to_ms),
                    "cause": wait.cause,
                    "short_of": list(wait.short_of),
                    "blocker": None if wait.blocker == NONE else work.name(wait.blocker),
                    "until_ms": _time(wait.until_ms),
                }
                for wait in self.waits
            ],
            "served": [_served_dict(one) for one in self.served],
            "never": self._never_dict(),
        }

    def _never_dict(self) -> dict[str, Any] | None:
        if self.never is None:
            return None
        blocker = self.never.blocker
        return {
            "cause": self.never.cause,
            "needs": dict(self.never.needs),
            "most": dict(self.never.most),
            "blocker": None if blocker == NONE else self.replay.run.workload.name(blocker),
        }


@dataclass(frozen=True)
class JobExplanation:
    """Why one job waited, under one policy."""

    story: JobStory

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON."""
        return {**_head(self.story.replay), **self.story.to_dict()}


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason for waiting, and how long jobs waited for it together."""

    cause: str
    short_of: tuple[str, ...]
    waited_ms: int
    jobs: int


@dataclass(frozen=True)
class TenantExplanation:
    """Why the jobs of one tenant waited, under one policy."""

    replay: Replay
    tenant: str
    stories: tuple[JobStory, ...]
    """Of the jobs that waited longest, the longest first; of all that waited where they are few; of none that an
    interrupt left unwatched."""
    waited: int
    """How many jobs waited."""
    impossible: JobStory | None = None
    """Of the first job that can never run, if there is one."""

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """What those jobs waited for, what took longest first."""
        return causes_of(self.stories)

    @cached_property
    def served(self) -> tuple[Served, ...]:
        """Who was served while any of those jobs waited, by tenant."""
        return served_during(self.replay.run, self.stories)

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON."""
        measures = next(one for one in self.replay.to_dict()["tenants"] if one["name"] == self.tenant)
        return {
            **_head(self.replay),
            "tenant": measures,
            "waited": self.waited,
            "watched": len(self.stories),
            "causes": [
                {"cause": one.cause, "short_of": list(one.short_of), "waited_ms": one.waited_ms, "jobs": one.jobs}
                for one in self.causes
            ],
            "served": [_served_dict(one) for one in self.served],
            "longest": [story.to_dict() for story in self.stories[:_LISTED]],
            "impossible": self.impossible.to_dict() if self.impossible else None,
        }


def explain_job(staged: Staged, name: str, prepared: Prepared, progress: Progress | None = None) -> JobExplanation:
    """Why the job that people call `name` waited.

    Raises:
        UnknownJobError: There is none; the message names the nearest.
    """
    row = staged.workload.find(name)
    if row is None:
        work = staged.workload
        known = [work.name(job) for job in range(min(len(work), 20_000))]
        near = did_you_mean(name, known) or ";"
        listed = ", ".join(known[:8]) + (f", and {len(work) - 8:,} more" if len(work) > 8 else "")
        raise UnknownJobError(sanitize(f"no job '{name}'{near} there are: {listed or 'none'}"))
    return JobExplanation(JobStory(replay(staged, prepared, progress, watch=[row]), row))


def explain_tenant(
    staged: Staged, tenant: str, prepared: Prepared, progress: Callable[[str], Progress] | None = None
) -> TenantExplanation:
    """Why the jobs of `tenant` waited: those that waited longest are watched in a second run of the same.

    Args:
        staged: The jobs.
        tenant: Whose.
        prepared: The policy.
        progress: Given what the next run is for, what is told of its progress.

    Raises:
        UnknownTenantError: There is none; the message names the nearest.
    """
    staged.scenario.must_have(tenant)
    first = replay(staged, prepared, progress("who waits") if progress else None)
    rows, waited, impossible = _longest(first.run, tenant)
    watched = first
    if rows and first.run.ended != "interrupted":
        watched = replay(staged, prepared, progress("why they wait") if progress else None, rows)
    told = {wait.job for wait in watched.run.waits}
    return TenantExplanation(
        watched,
        tenant,
        tuple(JobStory(watched, row) for row in rows if row in told),
        waited,
        None if impossible is None else JobStory(first, impossible),
    )


def _longest(run: Run, tenant: str) -> tuple[list[int], int, int | None]:
    """The jobs of a tenant that waited longest, the longest first; how many waited; the first that can never run."""
    work = run.workload
    if tenant not in work.tenants:
        return [], 0, None
    mine = np.flatnonzero(work.tenant == work.tenants.index(tenant))
    never = run.outcome[mine] == Outcome.IMPOSSIBLE
    until = np.where(run.start == NONE, np.where(run.end == NONE, run.stopped_ms, run.end), run.start)[mine]
    waits = np.where(never, 0, until - work.submit[mine])
    longest = mine[np.argsort(-waits, kind="stable")][: min(MOST_WATCHED, waited := int((waits > 0).sum()))]
    return longest.tolist(), waited, int(mine[never][0]) if never.any() else None


def causes_of(stories: Sequence[JobStory]) -> tuple[Cause, ...]:
    """What `stories` waited for, what took longest first."""
    total: dict[tuple[str, tuple[str, ...]], tuple[int, set[int]]] = {}
    for story in stories:
        for wait in story.waits:
            key = (wait.cause, wait.short_of)
            before, jobs = total.get(key, (0, set()))
            total[key] = (before + story.until(wait) - wait.from_ms, jobs | {story.job})
    found = [Cause(*key, waited, len(jobs)) for key, (waited, jobs) in total.items()]
    return tuple(sorted(found, key=lambda one: -one.waited_ms))


def served_during(run: Run, stories: Sequence[JobStory]) -> tuple[Served, ...]:
    """Who started while any of `stories` could have, by tenant; each start is counted once."""
    work = run.workload
    own = {story.job for story in stories}
    spans = _merged([(wait.from_ms, story.until(wait)) for story in stories for wait in story.queued])
    first = min((story.job for story in stories), default=0)
    rows: dict[int, list[Serve]] = {}
    at = 0
    for serve in run.served:
        while at < len(spans) and spans[at][1] < serve.at_ms:
            at += 1
        if at == len(spans):
            break
        if serve.job in own:
            if len(own) == 1 and serve.at_ms >= spans[-1][1]:
                break  # what started after it at the same instant was not served before it
            continue
        if serve.at_ms >= spans[at][0]:
            rows.setdefault(int(work.tenant[serve.job]), []).append(serve)
    found = []
    for tenant, serves in sorted(rows.items(), key=lambda item: (-len(item[1]), item[0])):
        jobs = np.array([serve.job for serve in serves])
        taken = (work.demand[jobs] * work.tasks[jobs, None]).sum(axis=0)
        later = int((jobs > first).sum())
        found.append(Served(work.tenants[tenant], len(jobs), later, _named(work, taken), serves[-1].key_words))
    return tuple(found)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`spans` in order, those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _named(work: Workload, amounts: Any) -> dict[str, int]:
    return dict(zip(work.resources, amounts.tolist(), strict=True))


def _time(value: Any) -> int | None:
    return None if value == NONE else int(value)


def _served_dict(one: Served) -> dict[str, Any]:
    return {"tenant": one.tenant, "jobs": one.jobs, "later": one.later, "taken": one.taken, "key": one.key_words}


def _head(replay: Replay) -> dict[str, Any]:
    policy = replay.policy
    return {
        "fairheap": __version__,
        "mode": "explain",
        "title": replay.scenario.title,
        "policy": policy.described() if policy else None,
        "ended": replay.run.ended,
    }
