"""Runs of the same jobs under several policies side by side: who waits less, who more, and how each measures up.

The workload is the same for all of them, what is drawn by chance included. Prints nothing: `views` gives it form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from allocator.comparison.choosing import alike, distinct, not_compared, own_verdict
from allocator.core.errors import PolicyError
from allocator.core.model import Scenario
from allocator.registry import Prepared
from allocator.replay import Progress, Staged, recorded, replay
from allocator.replays import RECORDED, Replay
from allocator.simulation.metrics.headlines import Kind, headlines
from allocator.simulation.metrics.measures import Measures
from allocator.simulation.metrics.population import arrived
from allocator.simulation.replications import Replications, summarise
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE
from allocator.version import __version__

VISIBLE_MS, VISIBLE_PART = 1_000, 0.01
"""A tenant whose mean wait changes by less than a second, or than a hundredth, waits the same."""


@dataclass(frozen=True, slots=True)
class TimedMetric:
    """One figure of every run, in their order."""

    name: str
    values: tuple[float | None, ...]
    """None where undefined."""
    kind: Kind
    better: Literal["more", "less"]
    resource: str
    """The resource it is about; empty where it is about none."""


@dataclass(frozen=True, slots=True)
class WaitChange:
    """How long one tenant's jobs wait under two policies, on the mean; those that still wait included."""

    name: str
    before_ms: float | None
    after_ms: float | None
    never_before: int = 0
    """How many of its jobs can never run."""
    never_after: int = 0

    @property
    def size(self) -> float:
        """ms more that it waits; negative where it waits less, 0 where the same, or where not the same jobs can run."""
        if self.before_ms is None or self.after_ms is None or self.never_before != self.never_after:
            return 0.0
        moved = self.after_ms - self.before_ms
        if abs(moved) < max(VISIBLE_MS, VISIBLE_PART * max(self.before_ms, self.after_ms)):
            return 0.0
        return moved


@dataclass(frozen=True)
class TimedVerdict:
    """One run against the baseline."""

    before: Replay
    after: Replay

    @property
    def label(self) -> str:
        """Whose verdict it is."""
        return self.after.label

    @property
    def policy(self) -> Prepared | None:
        """Under which it came about; None for what runs, or ran, without one."""
        return self.after.policy

    @cached_property
    def changes(self) -> tuple[WaitChange, ...]:
        """Every tenant's change, in order of declaration."""
        before, after = self.before.run, self.after.run
        columns = (mean_waits(before), mean_waits(after), impossible(before), impossible(after))
        return tuple(WaitChange(*row) for row in zip(before.workload.tenants, *columns, strict=True))

    @cached_property
    def less(self) -> tuple[WaitChange, ...]:
        """Those who wait less, the largest change first, then in order of declaration."""
        return tuple(sorted((one for one in self.changes if one.size < 0), key=lambda one: one.size))

    @cached_property
    def more(self) -> tuple[WaitChange, ...]:
        """Those who wait more, likewise."""
        return tuple(sorted((one for one in self.changes if one.size > 0), key=lambda one: -one.size))

    @cached_property
    def barred(self) -> tuple[WaitChange, ...]:
        """Those of whom more jobs can never run than before, the most first, then in order of declaration."""
        found = (one for one in self.changes if one.never_after > one.never_before)
        return tuple(sorted(found, key=lambda one: one.never_before - one.never_after))

    @property
    def admitted(self) -> int:
        """How many have fewer jobs that can never run."""
        return sum(one.never_after < one.never_before for one in self.changes)

    @property
    def same(self) -> int:
        """How many wait as long as before."""
        return len(self.changes) - len(self.less) - len(self.more) - len(self.barred) - self.admitted


def mean_waits(run: Run) -> list[float | None]:
    """ms that the jobs of each tenant waited on the mean, until they started or the run stopped; None for no job.

    Jobs that no policy can run, and those that ran already at 0, are left out. Unlike the mean over jobs that started,
    it cannot be improved by letting a job wait for good.
    """
    work = run.workload
    counted = arrived(run) & (run.outcome != Outcome.IMPOSSIBLE)
    if len(work.running):
        counted &= work.running == 0
    gone = (run.start == NONE) & (run.outcome == Outcome.KILLED)
    until = np.where(run.start == NONE, np.where(gone, run.end, run.stopped_ms), run.start)
    waited = (until - work.submit)[counted]
    tenants = work.tenant[counted]
    jobs = np.bincount(tenants, minlength=len(work.tenants))
    total = np.bincount(tenants, weights=waited, minlength=len(work.tenants))
    return [total_ms / count if count else None for total_ms, count in zip(total.tolist(), jobs.tolist(), strict=True)]


def impossible(run: Run) -> list[int]:
    """How many jobs of each tenant can never run."""
    work = run.workload
    never = arrived(run) & (run.outcome == Outcome.IMPOSSIBLE)
    found: list[int] = np.bincount(work.tenant[never], minlength=len(work.tenants)).tolist()
    return found


@dataclass(frozen=True, slots=True)
class Calibration:
    """What really happened beside what the nearest policy makes of the same jobs."""

    nearest: str
    recorded_ms: tuple[float, float]
    """Median and 95th percentile of the waits that were recorded."""
    simulated_ms: tuple[float, float]


@dataclass(frozen=True)
class ReplayComparison:
    """Runs of one workload, in the order named; `recorded` comes first where a trace says what really happened."""

    scenario: Scenario
    replays: tuple[Replay, ...]
    """At least one. Labels are unique."""
    baseline: Replay
    """One of them."""
    replications: Replications | None = None
    """What further seeds say; None where only one was run."""
    skipped: tuple[str, ...] = ()
    """The policies that an interrupt left no complete run of."""
    missing: int = 0
    """Replications that it cut off."""

    @property
    def interrupted(self) -> bool:
        """Whether something was cut short or left out."""
        return bool(self.skipped or self.missing)

    @cached_property
    def verdicts(self) -> tuple[TimedVerdict, ...]:
        """One for every run but the baseline."""
        return tuple(TimedVerdict(self.baseline, one) for one in self.replays if one is not self.baseline)

    @cached_property
    def focus(self) -> TimedVerdict | None:
        """The verdict to tell first: that of the scenario's own policy, else of the last one; None for none."""
        return own_verdict(self.verdicts, self.scenario.policy.use)

    @cached_property
    def calibration(self) -> Calibration | None:
        """The policy whose median and 95th percentile of waits are nearest to the recorded ones; None without any."""
        record = next((one for one in self.replays if one.policy is None), None)
        was = None if record is None else _median_and_tail(record)
        if record is None or was is None:
            return None
        best: Calibration | None = None
        least = math.inf
        for one in self.replays:
            now = None if one is record else _median_and_tail(one)
            if now is None:
                continue
            # Waits span decades: what matters is by which factor they are off. A second more spares log(0).
            off = sum(abs(math.log((mine + 1_000) / (its + 1_000))) for mine, its in zip(now, was, strict=True))
            if off < least:
                best, least = Calibration(one.label, was, now), off
        return best

    @cached_property
    def metrics(self) -> tuple[TimedMetric, ...]:
        """Every headline figure, a row each."""
        rows = zip(*(headlines(one.measures) for one in self.replays), strict=True)
        return tuple(
            TimedMetric(row[0].name, tuple(one.value for one in row), row[0].kind, row[0].better, row[0].resource)
            for row in rows
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON of DESIGN section 7: one run's object for each, in order; `recorded` is named so."""
        return {
            "fairheap": __version__,
            "mode": "compare",
            "title": self.scenario.title,
            "results": [one.to_dict() for one in self.replays],
            **({"replications": self.replications.to_dict()} if self.replications else {}),
            **({"left_out": [*self.skipped], "replications_left_out": self.missing} if self.interrupted else {}),
        }


def _median_and_tail(one: Replay) -> tuple[float, float] | None:
    waits = one.measures.overall.wait_ms
    return None if waits.p50 is None or waits.p95 is None else (waits.p50, waits.p95)


def compare(
    staged: Staged,
    uses: Sequence[Prepared],
    against: str | None = None,
    progress: Callable[[str], Progress] | None = None,
    further: Sequence[Callable[[], Staged]] = (),
    known: Sequence[Replay] = (),
) -> ReplayComparison:
    """The same jobs under each policy; an interrupt keeps what has been run.

    Args:
        staged: What all of them share.
        uses: The policies; at least one.
        against: The label of the baseline, or "recorded". Left out: `recorded` where the trace has it, else the
            first policy.
        progress: Given the label of a policy that is about to run, what is told of its progress.
        further: Makes the same under a further seed, each: the other replications.
        known: Complete runs of these very jobs, which need not be run again.

    Raises:
        PolicyError: A policy that cannot be used, or a baseline that is not among them.
    """
    record = recorded(staged)
    prepared = distinct(uses, {RECORDED} if record else set())
    labels = [*([RECORDED] if record else []), *(one.label for one in prepared)]
    baseline = _baseline(labels, against)
    runs = _runs(staged, prepared, progress, "", known)
    ran = ([record] if record else []) + runs
    whole = {one.label for one in runs if one.run.ended != "interrupted"}
    skipped = tuple(one.label for one in prepared if one.label not in whole)
    first = next((one for one in ran if one.label == baseline), ran[0])
    comparison = ReplayComparison(staged.scenario, tuple(ran), first, None, skipped, len(further) if skipped else 0)
    if not further or skipped:
        return comparison
    told = _replications(comparison, further, prepared, progress)
    return replace(comparison, replications=told, missing=1 + len(further) - (len(told.seeds) if told else 1))


def _baseline(labels: Sequence[str], against: str | None) -> str:
    if against is None:
        return labels[0]
    if against in labels:
        return against
    if against == RECORDED:
        raise PolicyError("cannot compare against recorded: no trace says when jobs that come at this pace started")
    raise not_compared(against, labels)


def _runs(
    staged: Staged,
    prepared: Sequence[Prepared],
    progress: Callable[[str], Progress] | None,
    which: str,
    known: Sequence[Replay] = (),
) -> list[Replay]:
    """A run of each policy. An interrupt ends them: what it cut short is left out, unless there is nothing else."""
    runs: list[Replay] = []
    for one in prepared:
        found = next((it for it in known if alike(one, it.policy)), None)
        if found is not None:
            runs.append(found if found.label == one.label else replace(found, policy=one))
            continue
        try:
            run = replay(staged, one, progress(f"{one.label}{which}") if progress else None)
        except KeyboardInterrupt:  # between two runs, or while one was measured
            if runs:
                break
            raise
        if run.run.ended == "interrupted":
            return runs or [run]
        runs.append(run)
    return runs


def _replications(
    comparison: ReplayComparison,
    further: Sequence[Callable[[], Staged]],
    prepared: Sequence[Prepared],
    progress: Callable[[str], Progress] | None,
) -> Replications | None:
    """What all seeds say together; those that an interrupt cut short are left out, None where none is left."""
    first = comparison.baseline.label
    # Differences are to the first of them.
    prepared = sorted(prepared, key=lambda one: one.label != first)
    seeds = [comparison.scenario.simulation.seed]
    ran = {one.label: one.measures for one in comparison.replays}
    measures: list[list[Measures]] = [[ran[one.label]] for one in prepared]
    for number, stage in enumerate(further, start=2):
        try:
            staged = stage()
            runs = _runs(staged, prepared, progress, f", {number} of {len(further) + 1}")
        except KeyboardInterrupt:
            break
        if len(runs) < len(prepared) or runs[-1].run.ended == "interrupted":
            break
        seeds.append(staged.scenario.simulation.seed)
        for of_policy, one in zip(measures, runs, strict=True):
            of_policy.append(one.measures)
    if len(seeds) == 1:
        return None
    return summarise([one.label for one in prepared], seeds, measures)
