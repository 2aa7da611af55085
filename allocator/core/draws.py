"""What may be drawn for a generated workload: every process of arrivals and every distribution, with its parameters.

The one catalogue that the schema, the checks of a scenario, the documentation and the generators are made from. Owns
names, bounds and meanings; draws nothing and reads no text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any, Literal

from allocator.core.durations import LARGEST_MS
from allocator.core.errors import QuantityError
from allocator.core.generators import Draw
from allocator.core.text import did_you_mean

MOST_JOBS = 10_000_000
"""Of one generator; each costs memory in every column."""

MOST_TASKS = 1_000_000
"""Of one job."""

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS

Form = Literal["duration", "number", "whole", "durations", "numbers", "wholes", "choice"]
"""What a value is: one, or a list of at least one."""


@dataclass(frozen=True)
class Parameter:
    """One number, list or word that a kind of draw takes."""

    name: str
    form: Form
    meaning: str
    default: object = None
    optional: bool = False
    """Whether it may be left out although it has no default; the meaning says what happens then."""
    least: float = 0
    most: float = 1e9
    above: bool = False
    """Whether the least itself is too little."""
    choices: tuple[str, ...] = ()
    length: int | None = None
    """Of a list that must have just so many."""
    gap: bool = False
    """Whether it is a time between arrivals: `load` scales it, and where that is said even a required one may miss."""

    @property
    def required(self) -> bool:
        """Whether a draw must have it."""
        return self.default is None and not self.optional

    @property
    def listed(self) -> bool:
        """Whether it is a list."""
        return self.form in ("durations", "numbers", "wholes")

    @property
    def accepted(self) -> str:
        """What it may be, in words: `a number above 1`."""
        if self.form == "choice":
            return "one of " + ", ".join(f'"{choice}"' for choice in self.choices)
        one = {"duration": "a duration", "number": "a number", "whole": "a whole number"}.get(self.form.rstrip("s"), "")
        if self.form.startswith("duration"):
            bounds = " above 0" if self.above else f" up to {self.most / DAY_MS:g}d" if self.most < LARGEST_MS else ""
        elif self.above:
            bounds = f" above {self.least:g}" + (f", at most {self.most:,.16g}" if self.most < 1e9 else "")
        elif self.most < 1e9:
            bounds = f" from {self.least:g} to {self.most:,.16g}"
        else:
            bounds = f" of at least {self.least:g}"
        if self.listed:
            count = "" if self.length is None else f"{self.length} "
            return f"a list of {count}{one.removeprefix('a ')}s{bounds}" + (" each" if bounds else "")
        return one + bounds

    def takes(self, value: object) -> bool:
        """Whether `value` may stand here: durations in whole milliseconds, lists as lists or tuples."""
        if self.form == "choice":
            return value in self.choices
        if self.listed:
            if not isinstance(value, list | tuple) or not value or self.length not in (None, len(value)):
                return False
            return all(self._takes_one(one) for one in value)
        return self._takes_one(value)

    def _takes_one(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return False
        if self.form.rstrip("s") != "number" and not isinstance(value, int):
            return False
        most = LARGEST_MS if self.form.startswith("duration") else self.most
        return self.least <= value <= min(most, self.most) and not (self.above and value == self.least)


Agrees = Callable[[Mapping[str, Any]], tuple[str, str] | None]
"""Of parameters that are each fine: the one that does not go with the rest, and what is expected; None where all do."""


@dataclass(frozen=True)
class Kind:
    """One process of arrivals, or one distribution."""

    name: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    agrees: Agrees | None = None
    source: str = ""

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((one for one in self.parameters if one.name == name), None)

    def filled(self, parameters: Mapping[str, object]) -> dict[str, Any]:
        """`parameters` with those left out at their defaults; a required `gap` left out is a minute."""
        other = {one.name: 60_000 if one.gap and one.required else one.default for one in self.parameters}
        return {**other, **parameters}

    def unknown(self, name: str) -> str:
        """What to say of a parameter it does not have."""
        known = [one.name for one in self.parameters]
        listed = ", ".join(known) or "none"
        return f"unknown key, {self.name} takes {listed}{did_you_mean(name, known)}"


@dataclass(frozen=True)
class Family:
    """All that one key of a workload may be drawn from."""

    key: str
    """Of the workload: `arrivals`, `runtime`, `tasks`, `estimates`."""
    noun: str
    """What one of its kinds is called."""
    kinds: Mapping[str, Kind]
    plain: str = ""
    """The kind that a plain value, outside of a table, stands for, as its parameter `value`."""

    def kind(self, name: object) -> Kind:
        """The kind of that name.

        Raises:
            QuantityError: There is none; the message has the nearest.
        """
        found = self.kinds.get(name) if isinstance(name, str) else None
        if found is None:
            shown = repr(name) if len(repr(name)) <= 60 else f"{repr(name)[:57]}..."
            near = did_you_mean(name, self.kinds) if isinstance(name, str) else ""
            raise QuantityError(f"found {shown}, expected {self.noun}: one of {', '.join(self.kinds)}{near}")
        return found

    def complete(self, draw: Draw) -> dict[str, Any]:
        """Every parameter of `draw`, those left out as in `Kind.filled`.

        Raises:
            QuantityError: There is no such kind, or a parameter is unknown, missing or out of its bounds.
        """
        kind = self.kind(draw.kind)
        for name in draw.parameters:
            if kind.parameter(name) is None:
                raise QuantityError(f"{self.key}.{name}: {kind.unknown(name)}")
        made = kind.filled(draw.parameters)
        for one in kind.parameters:
            value = made[one.name]
            if value is None and one.required:
                raise QuantityError(f"{self.key}.{one.name}: missing, expected {one.accepted}")
            if value is not None and not one.takes(value):
                raise QuantityError(f"{self.key}.{one.name}: found {value!r}, expected {one.accepted}")
        wrong = kind.agrees(made) if kind.agrees else None
        if wrong is not None:
            raise QuantityError(f"{self.key}.{wrong[0]}: expected {wrong[1]}")
        return made


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
