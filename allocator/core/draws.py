"""What may be drawn for a generated workload: every process of arrivals and every distribution, with its parameters.

The one catalogue that the schema, the checks of a scenario, the documentation and the generators are made from. Owns
names, bounds and meanings; draws nothing and reads no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from allocator.core.durations import LARGEST_MS
from allocator.core.generators import Draw
from allocator.core.kinds import Family, Kind, Parameter

MOST_JOBS = 10_000_000
"""Of one generator; each costs memory in every column."""

MOST_TASKS = 1_000_000
"""Of one job."""

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS


def _duration(name: str, meaning: str, **more: Any) -> Parameter:
    return Parameter(name, "duration", meaning, **{"above": True, "most": LARGEST_MS, **more})


def _gap(name: str = "mean", meaning: str = "mean time between two arrivals", default: int | None = None) -> Parameter:
    return _duration(name, meaning, gap=True, default=default)


def _cv(**more: Any) -> Parameter:
    meaning = "coefficient of variation: the standard deviation over the mean"
    return Parameter("cv", "number", meaning, **{"least": 0.01, "most": 100, **more})


def _of_sets(default: str) -> Parameter:
    return Parameter("set", "choice", "the parameters of which jobs", default, choices=SETS)


def _ordered(values: Mapping[str, Any]) -> tuple[str, str] | None:
    return ("high", "no less than low") if values["high"] < values["low"] else None


def _shared(values: Mapping[str, Any]) -> tuple[str, str] | None:
    shares = values["shares"]
    if shares is None:
        return None
    if len(shares) != len(values["values"]):
        return "shares", f"as many as values, {len(values['values'])}"
    return None if any(shares) else ("shares", "one of them above 0")


def _ascending(values: Mapping[str, Any]) -> tuple[str, str] | None:
    listed: Sequence[int] = values["values"]
    rising = all(one < other for one, other in pairwise(listed))
    return None if rising else ("values", "durations in ascending order")


def _some_day(values: Mapping[str, Any]) -> tuple[str, str] | None:
    return None if any(values["week"]) else ("week", "one of them above 0")


def _catalogue(*kinds: Kind) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds}


SETS = ("typeless", "batch", "interactive")
LUBLIN = "Lublin and Feitelson, The workload on parallel supercomputers, JPDC 63(11), 2003"
_STARTS = _duration(
    "starts", "time of the week at the start of the run; 0 is Monday, 0:00", default=0, above=False, most=WEEK_MS
)
_SHARES = Parameter("shares", "numbers", "how often each, in proportion; equal when left out", optional=True)
_LOW, _HIGH = _duration("low", "the least"), _duration("high", "the most")
_MOST = Parameter("most", "whole", "no job has more", 1000, least=1, most=MOST_TASKS)
_UNDER = Parameter("under", "number", "share of jobs whose estimate is too short", 0, most=1)

ARRIVALS = Family(
    "arrivals",
    "a process of arrivals",
    _catalogue(
        Kind("poisson", "independent arrivals at a constant rate", (_gap(),)),
        Kind("every", "one arrival after the other at equal distances", (_gap("gap", "time between two arrivals"),)),
        Kind("at-once", "all jobs at the start; needs `jobs`"),
        Kind(
            "gamma", "independent gaps of a gamma distribution: cv below 1 is regular, above 1 bursty", (_gap(), _cv())
        ),
        Kind("weibull", "independent gaps of a Weibull distribution", (_gap(), _cv())),
        Kind(
            "batch",
            "groups that arrive together: Poisson, with a geometric number of jobs",
            (
                _gap("mean", "mean time between two groups"),
                Parameter("size", "number", "mean number of jobs in a group", 10, least=1, most=MOST_TASKS),
            ),
        ),
        Kind(
            "diurnal",
            "a Poisson process whose rate follows the day and the week",
            (
                _gap("mean", "mean time between two arrivals, over a whole week"),
                Parameter("amplitude", "number", "how far the rate swings around its mean, of the mean", 0.8, most=1),
                _duration(
                    "peak", "time of the day of the highest rate", default=14 * 3_600_000, above=False, most=DAY_MS
                ),
                Parameter(
                    "week", "numbers", "weight of each day, from Monday", (1, 1, 1, 1, 1, 1, 1), length=7, most=1e6
                ),
                _STARTS,
            ),
            _some_day,
            "Cinlar, Introduction to stochastic processes, 1975: the time change of a Poisson process",
        ),
        Kind(
            "mmpp",
            "bursts and calm in turn, Poisson in each: a Markov-modulated Poisson process",
            (
                _gap("burst", "mean time between two arrivals in a burst", 3_000),
                _gap("calm", "mean time between two arrivals in the calm", 60_000),
                _duration("burst_length", "mean length of a burst", default=5 * 60_000),
                _duration("calm_length", "mean length of the calm", default=45 * 60_000),
            ),
            source="Fischer and Meier-Hellstern, The MMPP cookbook, 1993",
        ),
        Kind(
            "on-off",
            "Poisson while on, nothing while off",
            (
                _gap("mean", "mean time between two arrivals while on"),
                _duration("on", "mean length of a period that is on"),
                _duration("off", "mean length of a period that is off"),
                Parameter(
                    "tail",
                    "number",
                    "lengths are Pareto with this exponent, 1.2 being wild; exponential when left out",
                    optional=True,
                    least=1,
                    above=True,
                    most=100,
                ),
            ),
        ),
        Kind(
            "lublin",
            "the arrivals of supercomputers, with their daily cycle",
            (_of_sets("typeless"), _STARTS),
            source=LUBLIN,
        ),
    ),
)

RUNTIMES = Family(
    "runtime",
    "a distribution",
    _catalogue(
        Kind("constant", "always the same", (_duration("value", "the run time", above=False),)),
        Kind("exponential", "without memory; cv 1", (_duration("mean", "the mean"),)),
        Kind(
            "hyperexponential",
            "two exponentials, one short and one long, with balanced means",
            (_duration("mean", "the mean"), _cv(least=1, above=True)),
        ),
        Kind("gamma", "between constant (small cv) and long-tailed", (_duration("mean", "the mean"), _cv())),
        Kind("lognormal", "most jobs short, some long", (_duration("mean", "the mean"), _cv())),
        Kind(
            "weibull",
            "a mild tail with a shape below 1",
            (
                _duration("mean", "the mean"),
                Parameter("shape", "number", "below 1 is long-tailed", least=0.1, most=100),
            ),
        ),
        Kind(
            "bounded-pareto",
            "a heavy tail: few jobs are most of the load",
            (
                Parameter("alpha", "number", "the exponent; 1 to 1.3 is typical of computing", least=0.1, most=10),
                _LOW,
                _HIGH,
            ),
            _ordered,
            "Harchol-Balter and Downey, Exploiting process lifetime distributions for dynamic load balancing, 1997",
        ),
        Kind("log-uniform", "every order of magnitude as often", (_LOW, _HIGH), _ordered, "Downey, 1997"),
        Kind("uniform", "every value as often", (_duration("low", "the least", above=False), _HIGH), _ordered),
        Kind(
            "mix",
            "one of a few values",
            (Parameter("values", "durations", "the run times", most=LARGEST_MS), _SHARES),
            _shared,
        ),
        Kind(
            "lublin",
            "the run times of supercomputers: jobs of more tasks run longer",
            (_of_sets("typeless"),),
            source=LUBLIN,
        ),
    ),
    "constant",
)

TASKS = Family(
    "tasks",
    "a distribution of whole numbers",
    _catalogue(
        Kind("constant", "always the same", (Parameter("value", "whole", "the number", least=1, most=MOST_TASKS),)),
        Kind(
            "geometric",
            "one or a few",
            (Parameter("mean", "number", "the mean, before `most`", least=1, most=MOST_TASKS), _MOST),
        ),
        Kind(
            "zipf",
            "one most often, at times very many",
            (Parameter("exponent", "number", "how much rarer larger ones are", 1.5, most=20), _MOST),
        ),
        Kind("power-of-two", "1, 2, 4, ... as often each", (_MOST,)),
        Kind(
            "uniform",
            "every number as often",
            (
                Parameter("low", "whole", "the least", 1, least=1, most=MOST_TASKS),
                Parameter("high", "whole", "the most", least=1, most=MOST_TASKS),
            ),
            _ordered,
        ),
        Kind(
            "mix",
            "one of a few numbers",
            (Parameter("values", "wholes", "the numbers", least=1, most=MOST_TASKS), _SHARES),
            _shared,
        ),
        Kind(
            "lublin",
            "the sizes of supercomputer jobs: often a power of two",
            (
                _of_sets("typeless"),
                Parameter(
                    "processors",
                    "whole",
                    "the largest job; as many tasks as the pool holds when left out",
                    optional=True,
                    least=1,
                    most=MOST_TASKS,
                ),
            ),
            source=LUBLIN,
        ),
    ),
    "constant",
)

ESTIMATES = Family(
    "estimates",
    "a way to estimate",
    _catalogue(
        Kind("exact", "the run time"),
        Kind(
            "factor",
            "the run time, up to a factor too long",
            (Parameter("most", "number", "the largest factor", 5, least=1, most=1e6), _UNDER),
            source="Feitelson and Mu'alem Weil, Utilization and predictability in scheduling the IBM SP2, 1998",
        ),
        Kind(
            "rounded",
            "one of a few round values; longer jobs take a multiple of the last",
            (
                Parameter(
                    "values",
                    "durations",
                    "the round values, ascending",
                    (900_000, 3_600_000, 14_400_000, 43_200_000),
                    above=True,
                    most=LARGEST_MS,
                ),
                Parameter("most", "number", "the run time times up to this is rounded up", 1, least=1, most=1e6),
                _UNDER,
            ),
            _ascending,
            "Tsafrir, Etsion and Feitelson, Modeling user runtime estimates, 2005",
        ),
    ),
)


def mean_gap(arrivals: Draw) -> float | None:
    """The mean time in ms between two arrivals; None where only drawing them would tell.

    Raises:
        QuantityError: As `Family.complete`.
    """
    given = ARRIVALS.complete(arrivals)
    match arrivals.kind:
        case "poisson" | "gamma" | "weibull" | "diurnal":
            gap: float = given["mean"]
        case "every":
            gap = given["gap"]
        case "batch":
            gap = given["mean"] / given["size"]
        case "mmpp":
            jobs = given["burst_length"] / given["burst"] + given["calm_length"] / given["calm"]
            gap = (given["burst_length"] + given["calm_length"]) / jobs
        case "on-off":
            gap = given["mean"] * (given["on"] + given["off"]) / given["on"]
        case _:
            return None
    return gap


def most_tasks(tasks: Draw | None) -> int:
    """The most tasks that a job may be drawn to have; 1 where that depends on the pool.

    Raises:
        QuantityError: As `Family.complete`.
    """
    if tasks is None:
        return 1
    given = TASKS.complete(tasks)
    most = next((given[name] for name in ("value", "most", "high", "processors", "values") if given.get(name)), 1)
    return max(most) if isinstance(most, tuple) else most


FAMILIES = (ARRIVALS, RUNTIMES, TASKS, ESTIMATES)


@dataclass(frozen=True)
class Preset:
    """A named workload: it fills in whatever a table leaves out."""

    name: str
    summary: str
    tenants: int = 1
    """How many it needs at least."""
    resources: int = 1
    """How many the capacity must have, unless the table says what is demanded."""


PRESETS = {
    preset.name: preset
    for preset in (
        Preset("textbook", "the two demands of the DRF paper in turn, all submitted at once: policies differ", 2, 2),
        Preset("noisy-neighbour", "the first tenant sends ten times as many jobs as each other, small ones", 2),
        Preset("elephant-mice", "run times with a heavy tail: 1 job in 100 is two fifths of the load"),
        Preset("bursty-team", "the first tenant is away nine tenths of the time, then sends eight times as much", 2),
        Preset("fragment", "tasks that do not tile a node: what the pool promises and the nodes cannot hold"),
        Preset("deadline-rush", "more than there is room for, with deadlines of 10 minutes, half an hour and 2 hours"),
        Preset("hpc-lublin", "jobs of supercomputers by Lublin and Feitelson: sizes, run times and their day"),
    )
}
"""Each named workload; `simulation.generating.presets` fills them in."""
