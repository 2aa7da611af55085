"""From a generator to a workload: how many jobs there are, in which order, and how fast they come.

Owns the joining of the streams of a preset and the scaling to a load. What the jobs are is `jobs`', when they arrive
`arrivals`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocator.core.draws import MOST_JOBS
from allocator.core.durations import LARGEST_MS
from allocator.core.errors import QuantityError, WorkloadError
from allocator.core.generators import Generator
from allocator.core.model import Scenario
from allocator.simulation.generating.arrivals import Process
from allocator.simulation.generating.jobs import Jobs, deadlines, first_jobs, work
from allocator.simulation.generating.portable import Floats
from allocator.simulation.generating.presets import Part, parts
from allocator.simulation.generating.streams import Streams
from allocator.simulation.workload import Column, Workload, workload

_PILOT = 1000
"""Jobs that a first guess at the load is made of."""
_CLOSE = 5e-4
"""How near the load must come to what was asked."""


def generate(generator: Generator, index: int, scenario: Scenario) -> Workload:
    """The jobs that `generator` describes: the same for the same seed, whatever else the scenario has.

    Args:
        generator: One of the scenario's.
        index: Which: the chance it draws from is that of the seed and this number.
        scenario: It has the seed, the tenants, the capacity and the end of the run.

    Raises:
        QuantityError: A draw is faulty.
        UnknownTenantError: The scenario does not have a tenant that is named.
        WorkloadError: It would never end, has too many jobs, or cannot reach its load.
    """
    try:
        return _Making(generator, index, scenario).workload()
    except (QuantityError, WorkloadError) as error:
        raise type(error)(f"workloads[{index}]: {error}") from None


def name_of(index: int, scenario: Scenario) -> str:
    """What the jobs of a generator are called before their number: a name that no generator before it has."""
    bases = [one.name or one.preset or _one(one.tenants) or "workload" for one in scenario.generators[: index + 1]]
    before = bases[:-1].count(bases[-1])
    return f"{bases[-1]}.{before + 1}" if before else bases[-1]


def _one(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ""


@dataclass(frozen=True)
class _Drawn:
    """When jobs arrive: of each, its stream and its number in it, in order of submission."""

    submit: Column
    stream: Column
    number: Column
    span_ms: int
    """What the load is over: all of the time, or where the number of jobs ends them, from the first to the last."""


class _Stream:
    """One part of a generator, with as many of its jobs as were asked for so far."""

    def __init__(self, part: Part, all_rates: float, name: str, scenario: Scenario, resources: tuple[str, ...]) -> None:
        self.what = part.what
        self.slower = all_rates / part.rate
        """How many times as long as that of all streams together its gaps are."""
        if part.what.arrivals is None:
            raise WorkloadError("a workload without a preset needs arrivals")
        self._streams = Streams(name)
        self.process = Process(part.what.arrivals, self._streams, part.what.from_ms)
        self._scenario = scenario
        self._resources = resources
        self._jobs: Jobs | None = None
        self._work: Floats = np.zeros((0, len(resources)))

    def jobs(self, count: int) -> Jobs:
        """The first jobs, at least so many."""
        if self._jobs is None or len(self._jobs) < count:
            # Twice as many, so that a search for a load does not draw them anew at every step.
            drawn = min(MOST_JOBS, 2 * count) if self.what.load is not None else count
            self._jobs = first_jobs(self.what, self._scenario, self._resources, self._streams, drawn)
            self._work = work(self._jobs, self._scenario.capacity, self._resources)
        return self._jobs

    def work(self, count: int) -> Floats:
        """What the first jobs take of the pool; see `jobs.work`."""
        self.jobs(count)
        return self._work[:count]


class _Making:
    """One generator on its way to a workload."""

    def __init__(self, generator: Generator, index: int, scenario: Scenario) -> None:
        horizon = scenario.simulation.duration_ms
        split = parts(generator, scenario, ends=horizon is not None or generator.until_ms is not None)
        self._index = index
        self._scenario = scenario
        first = split[0].what
        ends = [end for end in (first.until_ms, horizon) if end is not None]
        self._first = first
        self._bounded = bool(ends)
        self._until = min([*ends, LARGEST_MS])
        named = (name for part in split for shape in part.what.shapes for name in shape.demand)
        self._resources = tuple(dict.fromkeys([*scenario.resources, *named]))
        rates = sum(part.rate for part in split)
        base = f"{scenario.simulation.seed}:{index}"
        self._streams = [
            _Stream(part, rates, f"{base}:part-{at}" if at else base, scenario, self._resources)
            for at, part in enumerate(split)
        ]
        at_once = any(part.what.arrivals is not None and part.what.arrivals.kind == "at-once" for part in split)
        if first.jobs is None and (at_once or not self._bounded):
            raise WorkloadError("would never end; expected jobs or until, or a duration of the run")

    def workload(self) -> Workload:
        """All jobs."""
        drawn = self._draw(self._scale(), self._first.jobs or MOST_JOBS + 1)
        count = len(drawn.submit)
        if count > MOST_JOBS:
            raise WorkloadError(f"found more than {MOST_JOBS:,} jobs until the end, expected fewer")
        if self._first.jobs is not None and count < self._first.jobs and not self._bounded:
            days = LARGEST_MS // 86_400_000
            raise WorkloadError(f"the last of its jobs would come after more than {days:,} days")
        rows = [drawn.number[drawn.stream == at] for at in range(len(self._streams))]
        jobs = [stream.jobs(len(mine)) for stream, mine in zip(self._streams, rows, strict=True)]
        # Back from by stream to by submission.
        order = np.empty(count, np.int64)
        order[np.argsort(drawn.stream, kind="stable")] = np.arange(count)

        def joined(columns: Sequence[Column]) -> Column:
            return np.concatenate([one[mine] for one, mine in zip(columns, rows, strict=True)])[order]

        late = [deadlines(one.what, drawn.submit[drawn.stream == at]) for at, one in enumerate(self._streams)]
        name = name_of(self._index, self._scenario) if self._index < len(self._scenario.generators) else "workload"
        return workload(
            [tenant.name for tenant in self._scenario.tenants],
            self._resources,
            submit=drawn.submit,
            runtime=joined([one.runtime for one in jobs]),
            demand=joined([one.demand for one in jobs]),
            tenant=joined([one.tenant for one in jobs]),
            estimate=joined([one.estimate for one in jobs]),
            priority=joined([one.priority for one in jobs]),
            tasks=joined([one.tasks for one in jobs]),
            deadline=np.concatenate(late)[order],
            names=[f"{name}-{number}" for number in range(1, count + 1)],
            pools=[self._first.pools] * count if self._first.pools else (),
        )

    def _draw(self, scale: float, most: int) -> _Drawn:
        """When jobs arrive if the times between arrivals are scaled so: the first of all streams together."""
        times = [one.process.times(scale * one.slower, self._until, most) for one in self._streams]
        submit = np.concatenate(times)
        stream = np.repeat(np.arange(len(times)), [len(one) for one in times])
        number = np.concatenate([np.arange(len(one)) for one in times])
        if len(times) > 1:
            # At one instant, as often each as its rate says.
            turn = np.concatenate(
                [np.arange(1, len(mine) + 1) * one.slower for one, mine in zip(self._streams, times, strict=True)]
            )
            order = np.lexsort((stream, turn, submit))[:most]
            submit, stream, number = submit[order], stream[order], number[order]
        cut = len(submit) >= most or not self._bounded
        span = int(submit[-1] - submit[0]) if cut and len(submit) else self._until - self._first.from_ms
        return _Drawn(submit, stream, number, span)

    def _scale(self) -> float:
        """What the times between arrivals are multiplied by to reach the load that is asked for; 1 if none is."""
        goal = self._first.load
        if goal is None:
            return 1.0
        jobs = self._first.jobs
        scale = 1.0
        for most, tries in ((min(jobs or _PILOT, _PILOT), 3), (jobs or MOST_JOBS, 60)):
            # The load falls as the scale grows; between the two it was found above and below the goal.
            low, high = 0.0, float("inf")
            best = (float("inf"), scale)
            for _ in range(tries):
                ratio = self._load(scale, most) / goal
                best = min(best, (abs(ratio - 1.0), scale))
                if best[0] <= _CLOSE:
                    break
                low, high = (scale, high) if ratio > 1.0 else (low, scale)
                scale *= min(max(ratio, 1 / 16), 16.0)
                if not low < scale < high:
                    scale = (low + high) / 2
            scale = best[1]
        return scale

    def _load(self, scale: float, most: int) -> float:
        """The offered load of the tightest resource."""
        drawn = self._draw(scale, most)
        total = np.zeros(len(self._resources))
        for at, one in enumerate(self._streams):
            count = int(np.count_nonzero(drawn.stream == at))
            # One after the other: a sum in pairs may differ in its last bit from one machine to the next.
            if count:
                total = total + np.add.accumulate(one.work(count), axis=0)[-1]
        highest = float(total.max(initial=0.0))
        if len(drawn.submit) and not highest:
            raise WorkloadError("its jobs need nothing that the pool has, so no load can be reached")
        return highest / max(1, drawn.span_ms)
