"""The model of supercomputer workloads of Lublin and Feitelson: sizes, run times, arrivals with their daily cycle.

Source: Lublin and Feitelson, The workload on parallel supercomputers: modeling the characteristics of rigid jobs,
JPDC 63(11), 2003; the parameters are those of the authors' program.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from allocator.simulation.generating.portable import Floats, exp, gamma_below, scalar_log
from allocator.simulation.generating.streams import Streams
from allocator.simulation.workload import Column

BUCKET_MS = 1_800_000
"""The day has 48 of them."""

_LONGEST = 12.0
"""Of the logarithm of a run time in seconds: e^12 s is 45 hours."""
_LARGEST_GAP = 13.0
"""Of the logarithm of a gap in seconds."""
_OF_PROCESSORS = 7.0
"""log2 of the processors that the sizes below are for."""
_FIRST_BUCKET = 11
"""Of the day: the gamma over half-hours begins at half past five."""
_LN2 = 0.6931471805599453


@dataclass(frozen=True)
class Parameters:
    """One set of parameters; logarithms of sizes are of base 2, of times natural."""

    serial: float
    """Probability of a size of 1."""
    power: float
    """Probability of a power of two, of the sizes above 1."""
    low: float
    middle: float
    high: float
    """log2 of a size: uniform from `low` to `middle`, or from `middle` to `high`; for 128 processors."""
    first_stage: float
    short: tuple[float, float]
    """Shape and scale of the logarithm of a short run time, in s."""
    long: tuple[float, float]
    short_by_size: tuple[float, float]
    """A job of n tasks is short with probability slope x n + constant."""
    gap: tuple[float, float]
    """Shape and scale of the logarithm of the time between two arrivals at rush hour, in s."""
    day: tuple[float, float]
    """Shape and scale of arrivals over the half-hours of a day."""
    rush: float
    """From rush hour to all day: multiplies the shape of `gap`."""


SETS = {
    "typeless": Parameters(
        serial=0.244, power=0.576, low=0.8, middle=4.5, high=7.0, first_stage=0.86,
        short=(4.2, 0.94), long=(312.0, 0.03), short_by_size=(-0.0054, 0.78),
        gap=(10.2303, 0.4871), day=(8.1737, 3.9631), rush=1.0225,
    ),
    "batch": Parameters(
        serial=0.2927, power=0.6686, low=1.2, middle=5.0, high=7.0, first_stage=0.875,
        short=(6.57, 0.823), long=(639.1, 0.0156), short_by_size=(-0.003, 0.6986),
        gap=(6.0415, 0.8531), day=(6.1271, 5.2740), rush=1.0519,
    ),
    "interactive": Parameters(
        serial=0.1541, power=0.625, low=1.0, middle=3.0, high=5.5, first_stage=0.705,
        short=(3.8351, 0.6605), long=(7.073, 0.6856), short_by_size=(-0.0118, 0.9156),
        gap=(6.5510, 0.6621), day=(8.9186, 3.6680), rush=0.9797,
    ),
}  # fmt: skip


def sizes(of: str, processors: int, streams: Streams, count: int) -> Column:
    """How many tasks each job has."""
    one = SETS[of]
    top = scalar_log(processors) / _LN2
    high = max(top - (_OF_PROCESSORS - one.high), 0.0)
    middle = max(high - (one.high - one.middle), min(one.low, high))
    low = min(one.low, middle)
    part = streams.uniform("size", count)
    first = streams.uniform("stage", count) <= one.first_stage
    log2 = np.where(first, low + part * (middle - low), middle + part * (high - middle))
    kind = streams.uniform("serial", count)
    log2 = np.where(kind <= one.serial + one.power, np.rint(log2), log2)
    made = np.where(kind <= one.serial, 1.0, np.rint(exp(log2 * _LN2)))
    return np.minimum(made, processors).astype(np.int64)


def runtimes(of: str, tasks: Column, streams: Streams) -> Floats:
    """How long each job runs, in ms; jobs of more tasks tend to run longer."""
    one = SETS[of]
    slope, constant = one.short_by_size
    short = np.clip(slope * tasks + constant, 0.0, 1.0)
    logarithm = np.full(len(tasks), math.inf)
    again = np.arange(len(tasks))
    turn = 0
    while len(again):
        here = streams.under(f"turn-{turn}")
        is_short = here.uniform("short", len(again)) <= short[again]
        of_short = one.short[1] * here.gamma("short", len(again), one.short[0])
        of_long = one.long[1] * here.gamma("long", len(again), one.long[0])
        logarithm[again] = np.where(is_short, of_short, of_long)
        again = again[logarithm[again] > _LONGEST]
        turn += 1
    return 1000.0 * exp(logarithm)


def gaps(of: str, streams: Streams, count: int) -> Floats:
    """The time between two arrivals, in ms, as if every half-hour were an average one."""
    one = SETS[of]
    drawn = count
    while True:
        logarithm = one.gap[1] * streams.gamma("gap", drawn, one.gap[0] * one.rush)
        kept = logarithm[logarithm <= _LARGEST_GAP]
        if len(kept) >= count:
            return 1000.0 * exp(kept[:count])
        drawn += drawn // 4 + 16


def weights(of: str) -> list[float]:
    """Of each half-hour of a day, from midnight: how many more jobs arrive than on average; their mean is 1."""
    shape, scale = SETS[of].day
    day = [0.0] * 48
    for bucket in range(_FIRST_BUCKET, _FIRST_BUCKET + 48):
        above, below = (bucket + 0.5) / scale, (bucket - 0.5) / scale
        day[bucket % 48] = gamma_below(shape, above) - gamma_below(shape, below)
    total = math.fsum(day)
    return [48.0 * weight / total for weight in day]
