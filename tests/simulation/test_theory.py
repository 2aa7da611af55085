"""Mean waits are what queueing theory says, within the confidence interval of independent replications."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.simulation.theory import (
    SERVICE_MS,
    Station,
    erlang_c,
    interval,
    mean_wait,
    mean_wait_of_priorities,
    mean_wait_shortest_first,
    replications,
    waits,
)

SINGLE = Station(servers=1, utilisation=0.6)
SEVERAL = Station(servers=4, utilisation=0.7)
NODES = Station(servers=4, utilisation=0.7, nodes=True)
CLASSES = Station(servers=1, utilisation=0.6, classes=2)


def agrees(means: list[float], expected: float) -> bool:
    """Whether the interval holds the expected value, and is narrow enough to say something."""
    low, high = interval(means)
    assert (high - low) / 2 < 0.15 * expected, f"{low} to {high} says little of {expected}"
    return low <= expected <= high


class TestFormulas:
    """The formulas themselves, at values known otherwise."""

    def test_one_server_waits_with_the_probability_that_it_is_busy(self) -> None:
        """Erlang C of one server is its load."""
        assert erlang_c(1, 0.7) == pytest.approx(0.7)

    def test_two_servers(self) -> None:
        """Erlang C of two servers is 2 u^2 / (1 + u) at utilisation u."""
        assert erlang_c(2, 1.2) == pytest.approx(2 * 0.6**2 / 1.6)

    def test_classes_keep_the_mean(self) -> None:
        """Priorities shift waits between equal classes, and leave their mean as it is."""
        assert np.mean(mean_wait_of_priorities([0.35, 0.35])) == pytest.approx(mean_wait(1, 0.7))

    def test_the_shortest_first_wait_less(self) -> None:
        """At little load the order does not matter; at more it does."""
        assert mean_wait_shortest_first(0.001) == pytest.approx(mean_wait(1, 0.001), rel=0.01)
        assert mean_wait_shortest_first(0.7) < 0.7 * mean_wait(1, 0.7)


class TestOneServer:
    """M/M/1 at utilisation 0.6."""

    @pytest.mark.parametrize(("policy", "queue"), [("fifo", "strict"), ("fifo", "easy"), ("drf", "skip")])
    def test_the_mean_wait(self, policy: str, queue: str) -> None:
        """rho / (1 - rho) mean service times, under whatever order does not look at run times."""
        means = [float(waits(run).mean()) for run in replications(SINGLE, policy, queue)]
        assert agrees(means, 0.6 / 0.4)

    def test_the_shortest_first(self) -> None:
        """Phipps' formula."""
        means = [float(waits(run).mean()) for run in replications(SINGLE, "sjf", "skip")]
        assert agrees(means, mean_wait_shortest_first(0.6))

    def test_two_classes(self) -> None:
        """Cobham's formula for the urgent and for the others."""
        runs = replications(CLASSES, "priority", "skip")
        for index, expected in enumerate(mean_wait_of_priorities([0.3, 0.3])):
            means = [float(waits(run)[run.workload.tenant[-len(waits(run)) :] == index].mean()) for run in runs]
            assert agrees(means, expected)

    def test_waits_are_exponential_beyond_zero(self) -> None:
        """P(wait > t) = rho exp(-(1 - rho) t), at the time t by which half of those that wait have started."""
        half = math.log(2) / 0.4
        means = [float((waits(run) > half).mean()) for run in replications(SINGLE, "fifo", "strict")]
        assert agrees(means, 0.3)


class TestSeveralServers:
    """M/M/4 at utilisation 0.7: a pool of four, or four nodes of one."""

    @pytest.mark.parametrize(
        ("station", "placement"), [(SEVERAL, "pool"), (NODES, "least-loaded")], ids=["pool", "nodes"]
    )
    def test_the_mean_wait(self, station: Station, placement: str) -> None:
        """Erlang C / (servers x (1 - utilisation)) mean service times."""
        means = [float(waits(run).mean()) for run in replications(station, "fifo", "strict", placement)]
        assert agrees(means, mean_wait(4, 0.7))

    def test_who_waits(self) -> None:
        """Erlang C is the part of the jobs that wait at all."""
        means = [float((waits(run) > 0).mean()) for run in replications(SEVERAL, "fifo", "strict")]
        assert agrees(means, erlang_c(4, 2.8))

    def test_little(self) -> None:
        """The mean number that wait is the arrival rate times the mean wait, in every run, exactly."""
        for run in replications(SEVERAL, "fifo", "strict"):
            changes = np.concatenate([run.workload.submit, run.start])
            steps = np.concatenate([np.ones_like(run.start), -np.ones_like(run.start)])
            order = np.argsort(changes, kind="stable")
            area = int((np.cumsum(steps[order])[:-1] * np.diff(changes[order])).sum())
            assert area == int((run.start - run.workload.submit).sum())
            assert area > SERVICE_MS
