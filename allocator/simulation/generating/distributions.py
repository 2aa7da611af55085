"""What each job is drawn from: how long it runs, how many tasks it has, what its owner says it will take.

Parameters are those of the catalogue in `core.draws`. Each job uses the same numbers of its streams however many jobs
there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from allocator.core.draws import ESTIMATES, RUNTIMES, TASKS
from allocator.core.durations import LARGEST_MS
from allocator.core.generators import Draw
from allocator.simulation.generating import lublin
from allocator.simulation.generating.portable import Floats, exp, log, log_gamma, scalar_exp, scalar_log
from allocator.simulation.generating.streams import Streams
from allocator.simulation.workload import Column

Given = Mapping[str, Any]
"""Every parameter of a draw."""


def runtimes(draw: Draw, tasks: Column, streams: Streams) -> Column:
    """How long each job runs, in whole ms.

    Args:
        draw: Of `core.draws.RUNTIMES`.
        tasks: How many each has.
        streams: Of the jobs.

    Raises:
        QuantityError: The draw is faulty.
    """
    given = RUNTIMES.complete(draw)
    if draw.kind == "lublin":
        return whole_ms(lublin.runtimes(given["set"], tasks, streams.under("runtime")))
    return whole_ms(_RUNTIMES[draw.kind](given, streams, len(tasks)))


def whole_ms(exact: Floats) -> Column:
    """The nearest whole ms, within what a time may be."""
    return np.floor(np.minimum(exact, float(LARGEST_MS)) + 0.5).astype(np.int64)


def _hyperexponential(given: Given, streams: Streams, count: int) -> Floats:
    squared: float = given["cv"] * given["cv"]
    often = (1.0 + math.sqrt((squared - 1.0) / (squared + 1.0))) / 2.0
    short = streams.uniform("branch", count) < often
    mean: Floats = np.where(short, given["mean"] / (2.0 * often), given["mean"] / (2.0 * (1.0 - often)))
    return mean * streams.exponential("runtime", count)


def _gamma(given: Given, streams: Streams, count: int) -> Floats:
    squared: float = given["cv"] * given["cv"]
    mean: float = given["mean"]
    return mean * squared * streams.gamma("runtime", count, 1.0 / squared)


def _lognormal(given: Given, streams: Streams, count: int) -> Floats:
    variance = scalar_log(1.0 + given["cv"] * given["cv"])
    middle = scalar_log(given["mean"]) - variance / 2.0
    return exp(np.minimum(middle + math.sqrt(variance) * streams.normal("runtime", count), 700.0))


def _weibull(given: Given, streams: Streams, count: int) -> Floats:
    mean: float = given["mean"]
    return mean * weibull(given["shape"], streams, "runtime", count)


def weibull(shape: float, streams: Streams, purpose: str, count: int) -> Floats:
    """Weibull numbers of mean 1."""
    scale = scalar_exp(-log_gamma(1.0 + 1.0 / shape))
    power = log(streams.exponential(purpose, count)) / shape
    return scale * exp(np.clip(power, -700.0, 700.0))


def weibull_shape(cv: float) -> float:
    """The shape whose coefficient of variation is `cv`."""
    low, high = 0.05, 500.0
    goal = scalar_log(1.0 + cv * cv)
    for _ in range(60):
        middle = math.sqrt(low * high)
        if log_gamma(1.0 + 2.0 / middle) - 2.0 * log_gamma(1.0 + 1.0 / middle) > goal:
            low = middle
        else:
            high = middle
    return low


def _bounded_pareto(given: Given, streams: Streams, count: int) -> Floats:
    alpha: float = given["alpha"]
    low: float = given["low"]
    ratio = scalar_exp(alpha * scalar_log(low / given["high"]))
    return low * exp(-log(1.0 - streams.uniform("runtime", count) * (1.0 - ratio)) / alpha)


def _log_uniform(given: Given, streams: Streams, count: int) -> Floats:
    low: float = given["low"]
    return low * exp(streams.uniform("runtime", count) * scalar_log(given["high"] / low))


def _uniform(given: Given, streams: Streams, count: int) -> Floats:
    low: float = given["low"]
    wide: float = given["high"] - low
    return low + streams.uniform("runtime", count) * wide


def _exponential(given: Given, streams: Streams, count: int) -> Floats:
    mean: float = given["mean"]
    return mean * streams.exponential("runtime", count)


_RUNTIMES: dict[str, Callable[[Given, Streams, int], Floats]] = {
    "constant": lambda given, _, count: np.full(count, float(given["value"])),
    "exponential": _exponential,
    "hyperexponential": _hyperexponential,
    "gamma": _gamma,
    "lognormal": _lognormal,
    "weibull": _weibull,
    "bounded-pareto": _bounded_pareto,
    "log-uniform": _log_uniform,
    "uniform": _uniform,
    "mix": lambda given, streams, count: _mix(given, streams, "runtime", count).astype(np.float64),
}


def tasks(draw: Draw | None, streams: Streams, count: int, holds: int) -> Column:
    """How many tasks each job has; 1 where nothing is drawn.

    Args:
        draw: Of `core.draws.TASKS`.
        streams: Of the jobs.
        count: How many jobs.
        holds: How many of their tasks the empty pool holds.

    Raises:
        QuantityError: The draw is faulty.
    """
    if draw is None:
        return np.ones(count, np.int64)
    given = TASKS.complete(draw)
    match draw.kind:
        case "constant":
            made: Column = np.full(count, given["value"], np.int64)
        case "geometric":
            made = np.minimum(geometric(given["mean"], streams, "tasks", count), given["most"])
        case "zipf":
            numbers = np.arange(1, given["most"] + 1, dtype=np.float64)
            made = 1 + chosen(exp(-given["exponent"] * log(numbers)), streams, "tasks", count)
        case "power-of-two":
            powers = np.floor(streams.uniform("tasks", count) * given["most"].bit_length())
            made = np.ldexp(1.0, powers.astype(np.int64)).astype(np.int64)
        case "uniform":
            above = np.floor(streams.uniform("tasks", count) * (given["high"] - given["low"] + 1))
            made = given["low"] + above.astype(np.int64)
        case "mix":
            made = _mix(given, streams, "tasks", count)
        case _:
            processors = max(1, holds) if given["processors"] is None else given["processors"]
            made = lublin.sizes(given["set"], processors, streams.under("tasks"), count)
    return made


def geometric(mean: float, streams: Streams, purpose: str, count: int) -> Column:
    """Geometric numbers from 1 on."""
    if mean <= 1.0:
        return np.ones(count, np.int64)
    more = np.floor(log(streams.uniform(purpose, count)) / scalar_log(1.0 - 1.0 / mean))
    made: Column = 1 + more.astype(np.int64)
    return made


def chosen(shares: Floats | Sequence[float], streams: Streams, purpose: str, count: int) -> Column:
    """Indices into `shares`, each as often as its share."""
    up_to = np.cumsum(np.asarray(shares, dtype=np.float64))
    found: Column = np.searchsorted(up_to, streams.uniform(purpose, count) * up_to[-1], side="right")
    return np.minimum(found, len(up_to) - 1)


def _mix(given: Given, streams: Streams, purpose: str, count: int) -> Column:
    values = np.array(given["values"], dtype=np.int64)
    drawn: Column = values[chosen(given["shares"] or [1.0] * len(values), streams, purpose, count)]
    return drawn


def estimates(draw: Draw | None, runtime: Column, streams: Streams) -> Column:
    """What the owner of each job says it will take, in whole ms.

    Args:
        draw: Of `core.draws.ESTIMATES`; None is exact.
        runtime: What each takes, in ms.
        streams: Of the jobs.

    Raises:
        QuantityError: The draw is faulty.
    """
    given = {} if draw is None else ESTIMATES.complete(draw)
    if draw is None or draw.kind == "exact":
        return runtime
    under = streams.uniform("under", len(runtime)) < given["under"]
    said = runtime * (1.0 + streams.uniform("estimate", len(runtime)) * (given["most"] - 1.0))
    if draw.kind == "factor":
        short = runtime * (0.5 + 0.5 * streams.uniform("short", len(runtime)))
        return np.where(under, np.minimum(whole_ms(short), np.maximum(runtime - 1, 0)), whole_ms(said))
    values = np.array(given["values"], dtype=np.int64)
    at = np.searchsorted(values, whole_ms(said), side="left")
    beyond = -(-whole_ms(said) // values[-1]) * values[-1]
    enough = np.where(at < len(values), values[np.minimum(at, len(values) - 1)], np.minimum(beyond, LARGEST_MS))
    below = np.searchsorted(values, runtime, side="left") - 1
    return np.where(under & (below >= 0), values[np.maximum(below, 0)], enough)
