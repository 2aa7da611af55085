"""Runs of each policy, one a seed: the mean of every headline figure, how sure it is, and what sets policies apart.

The runs of one seed share their workload, so policies are compared seed by seed: the paired difference is far surer
than the difference of the means. Jobs of one run are never taken for independent, runs of different seeds are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

from allocator.simulation.metrics.headlines import Headline, Kind, headlines
from allocator.simulation.metrics.measures import Measures

CONFIDENCE = 0.95
_EXACT = (
    12.706204736, 4.302652730, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135,
    2.262157163, 2.228138852,
)  # fmt: skip
"""97.5 % quantiles of Student's t for 1 to 10 degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications, with its 95 % confidence interval."""

    count: int
    """Replications in which the figure is defined (of a difference: for both policies)."""
    mean: float | None
    """None where there is none."""
    half_width: float | None
    """The interval is mean - this to mean + this; None for fewer than two replications."""

    @property
    def interval(self) -> tuple[float, float] | None:
        """From where to where; None where it is undefined."""
        if self.mean is None or self.half_width is None:
            return None
        return self.mean - self.half_width, self.mean + self.half_width

    @property
    def differs(self) -> bool | None:
        """Of a difference: whether its interval leaves 0 out; None where it is undefined."""
        bounds = self.interval
        return None if bounds is None else not bounds[0] <= 0 <= bounds[1]


@dataclass(frozen=True, slots=True)
class ReplicatedMetric:
    """One headline figure under every policy, in their order."""

    name: str
    kind: Kind
    better: Literal["more", "less"]
    resource: str
    means: tuple[Estimate, ...]
    differences: tuple[Estimate | None, ...]
    """To the first policy, in the same replication; None for the first policy itself."""


@dataclass(frozen=True)
class Replications:
    """What several seeds say together."""

    labels: tuple[str, ...]
    """Of the policies; the first is the one that differences are to."""
    seeds: tuple[int, ...]
    metrics: tuple[ReplicatedMetric, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON: one object a figure, in it one a policy; undefined numbers None."""
        return {
            "count": len(self.seeds),
            "seeds": list(self.seeds),
            "confidence": CONFIDENCE,
            "baseline": self.labels[0],
            "metrics": [
                {
                    "name": metric.name,
                    "resource": metric.resource or None,
                    "better": metric.better,
                    "policies": [
                        {
                            "label": label,
                            **_estimate_dict(mean),
                            "difference": difference and {**_estimate_dict(difference), "differs": difference.differs},
                        }
                        for label, mean, difference in zip(self.labels, metric.means, metric.differences, strict=True)
                    ],
                }
                for metric in self.metrics
            ],
        }


def _estimate_dict(one: Estimate) -> dict[str, Any]:
    low, high = one.interval or (None, None)
    return {"count": one.count, "mean": one.mean, "low": low, "high": high}


def summarise(labels: Sequence[str], seeds: Sequence[int], measures: Sequence[Sequence[Measures]]) -> Replications:
    """Means, intervals and paired differences to the first policy.

    Args:
        labels: Of the policies; at least one.
        seeds: Of the replications; at least one.
        measures: For each policy the measures of its run under each seed, in these orders.
    """
    runs = [[headlines(one) for one in of_policy] for of_policy in measures]
    found = []
    for index, head in enumerate(runs[0][0]):
        values = [[one[index].value for one in of_policy] for of_policy in runs]
        found.append(_metric(head, values))
    return Replications(tuple(labels), tuple(seeds), tuple(found))


def _metric(head: Headline, values: Sequence[Sequence[float | None]]) -> ReplicatedMetric:
    first = values[0]
    differences: list[Estimate | None] = [None]
    for of_policy in values[1:]:
        pairs = zip(of_policy, first, strict=True)
        differences.append(estimate([None if a is None or b is None else a - b for a, b in pairs]))
    means = tuple(estimate(of_policy) for of_policy in values)
    return ReplicatedMetric(head.name, head.kind, head.better, head.resource, means, tuple(differences))


def estimate(values: Sequence[float | None]) -> Estimate:
    """The mean of those that are defined, and mean +- t(n - 1) sd / sqrt(n) around it."""
    known = [value for value in values if value is not None]
    count = len(known)
    if not count:
        return Estimate(0, None, None)
    mean = math.fsum(known) / count
    if count < 2:
        return Estimate(count, mean, None)
    variance = math.fsum((value - mean) ** 2 for value in known) / (count - 1)
    return Estimate(count, mean, t_quantile(count - 1) * math.sqrt(variance / count))


def t_quantile(freedom: int) -> float:
    """The 97.5 % quantile of Student's t, to five digits: from a table, and beyond it by the expansion in 1 / freedom.

    Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    if freedom <= len(_EXACT):
        return _EXACT[freedom - 1]
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, start=1))
