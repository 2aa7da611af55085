"""What is measured of a run, as values. Computes nothing. An undefined number is None, never 0 and never NaN.

Times are whole milliseconds, amounts are smallest units, work is units times milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from allocator.simulation.run import Ended

JAIN_OF = "mean dominant share while a job waited or ran / weight, of the tenants that had one"
TAU_MS = 10_000
"""The bound of the bounded slowdown: a shorter run counts as this long."""


@dataclass(frozen=True, slots=True)
class JobCounts:
    """What became of the jobs submitted before the run stopped: `arrived` is the sum of the last five."""

    arrived: int = 0
    started: int = 0
    """Once or more often, those that ran already at 0 included."""
    completed: int = 0
    waiting: int = 0
    running: int = 0
    killed: int = 0
    impossible: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution in five numbers; percentiles by linear interpolation, all None where there is nothing."""

    count: int = 0
    mean: float | None = None
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    """None for fewer than 100 values."""
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """How long jobs took, of everyone or of one tenant."""

    jobs: JobCounts
    wait_ms: Spread
    """First start - submit, of the jobs that started; without those that ran already at 0."""
    bounded_slowdown: Spread
    """max(1, (end - submit) / max(last run, 10 s)), of the same jobs where they completed.

    Source: Feitelson, Metrics for Parallel Job Scheduling and Their Convergence, JSSPP 2001.
    """
    turnaround_ms: Spread
    """End - submit, of the jobs that completed; without those that ran already at 0."""
    longest_wait_ms: int | None
    """The longest wait, those that still wait included; None where no job started or waits."""
    with_deadline: int
    """Arrived jobs that have one."""
    deadline_misses: int
    """Those of them that ended later, never will end, or had not ended when the run stopped past it."""


@dataclass(frozen=True, slots=True)
class TenantMeasures:
    """One tenant over the run."""

    name: str
    weight: Fraction
    timing: Timing
    dominant_share_mean: float | None
    """Time-weighted over the whole span, of what the pool has at 0."""
    dominant_share_max: float
    share_while_active: float | None
    """Time-weighted over the time in which a job of it waited or ran."""
    active_ms: int
    starved_ms: int
    """The longest time without a break in which a job of it waited and none ran."""


@dataclass(frozen=True, slots=True)
class PoolMeasures:
    """The nodes of one label."""

    label: str
    nodes: int
    started: int
    """Jobs whose last attempt began here."""
    wait_ms: Spread
    utilisation: Mapping[str, float | None]
    useful_utilisation: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Measures:
    """Everything measured of one run; computed from its columns alone."""

    ended: Ended
    span_ms: int
    """From 0 to where the run stopped; what all time-weighted numbers are over."""
    makespan_ms: int | None
    """From the first submit to the last end; only of a run that drained."""
    overall: Timing
    tenants: tuple[TenantMeasures, ...]
    """In order of declaration."""
    pools: tuple[PoolMeasures, ...]
    """By label of nodes, in order of the nodes; empty where none has a label."""
    utilisation: Mapping[str, float | None]
    """Used / capacity that was up, over the span."""
    useful_utilisation: Mapping[str, float | None]
    """The same without the work that was lost."""
    lost_work: Mapping[str, int]
    """Units times ms of attempts that came to nothing: killed, or lost with a node."""
    offered_load: Mapping[str, float | None]
    saturated: tuple[str, ...]
    """The resources offered a load of 1 or more by 100 jobs or more: means then grow with the length of the run."""
    jain_index: float | None
    """Jain's index of `JAIN_OF`, over the whole span."""
    jain_windows: Mapping[str, float | None]
    """The same inside each window of 1 min and of 1 h, and the time-weighted mean of these."""
    stranded: Mapping[str, float | None]
    """Free on nodes where no task of any waiting job fits, while any waits / capacity that was up, over the span; None
    where all is one pool."""
    throughput_per_hour: float | None
    """Completed jobs."""
