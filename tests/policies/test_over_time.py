"""What ranks the jobs of a run: sjf, edf, and what drf, fair-share and fifo become over time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import Claim, KeyChange, OverTime, PolicyError, Ranks, allocate, decisions
from allocator.core.policy import half_life_ms, needs_time
from allocator.core.timeline import Job
from policies.drf import DominantResourceFairness
from policies.edf import EarliestDeadlineFirst
from policies.fair_share import FairShare, WeightedUse
from policies.fifo import Fifo
from policies.proportional import Proportional
from policies.sjf import ShortestJobFirst
from tests.support import claim, scenario, tenant, whole

MINUTE, HOUR = 60_000, 3_600_000
POOL = {"cpu": 10, "mem": 40}


def order(policy: Any, *jobs: Claim) -> str:
    """The names of jobs, each a claim, in the order in which the policy serves them."""
    ranked = sorted(range(len(jobs)), key=lambda row: (policy.key(jobs[row], POOL), row))
    return "".join(jobs[row].tenant for row in ranked)


class TestShortestJobFirst:
    """By estimate, weighed if so told."""

    A = claim("A", demand={"cpu": 1}, estimate_ms=30 * MINUTE, weight=4)
    B = claim("B", demand={"cpu": 4}, tasks=2, estimate_ms=20 * MINUTE, weight=2)
    C = claim("C", demand={"cpu": 1}, estimate_ms=20 * MINUTE, weight=1)

    def test_it_ranks_jobs_once(self) -> None:
        """Jobs each by itself, under keys that never change while they wait; in one allocation there are none."""
        assert (ShortestJobFirst.ranks, ShortestJobFirst.key_change) == (Ranks.WORK, KeyChange.STATIC)
        assert needs_time(ShortestJobFirst)

    @pytest.mark.parametrize(("by", "expected"), [("estimate", "BCA"), ("weighted", "ABC"), ("area", "CAB")])
    def test_what_short_means(self, by: str, expected: str) -> None:
        """20, 20 and 30 minutes; by weight 7.5, 10 and 20; by the 0.8, 0.1 and 0.1 of the cpu held 16, 2 and 3."""
        assert order(ShortestJobFirst(by), self.A, self.B, self.C) == expected

    def test_the_default_is_the_estimate(self) -> None:
        """Neither weight nor width counts; of equal estimates the first submitted goes first."""
        assert ShortestJobFirst().key(self.B, POOL) == ShortestJobFirst().key(self.C, POOL) == 20 * MINUTE

    @given(st.integers(0, 10**13), st.integers(1, 10**6), st.integers(1, 10**6))
    def test_equal_on_paper_is_equal(self, estimate: int, weight: int, times: int) -> None:
        """Twice the estimate at twice the weight ties, whatever the numbers: one division of whole numbers."""
        one = claim(estimate_ms=estimate, weight=weight, weight_unit=1)
        other = claim(estimate_ms=estimate * times, weight=weight * times, weight_unit=1)
        assert ShortestJobFirst("weighted").key(one, POOL) == ShortestJobFirst("weighted").key(other, POOL)

    @pytest.mark.parametrize(
        ("by", "words"),
        [
            ("estimate", "estimate 20m"),
            ("weighted", "estimate 20m / weight 2"),
            ("area", "estimate 20m x 0.8 of the capacity"),
        ],
    )
    def test_in_words(self, by: str, words: str) -> None:
        """The estimate, and what it is weighed by."""
        assert ShortestJobFirst(by).explain(self.B, POOL) == words


class TestEarliestDeadlineFirst:
    """By deadline; those without one last."""

    def test_it_ranks_jobs_once(self) -> None:
        """Jobs each by itself, under keys that never change while they wait; in one allocation there are none."""
        assert (EarliestDeadlineFirst.ranks, EarliestDeadlineFirst.key_change) == (Ranks.WORK, KeyChange.STATIC)
        assert needs_time(EarliestDeadlineFirst)

    def test_jobs_without_a_deadline_come_last_as_submitted(self) -> None:
        """The earlier deadline first, a deadline of 0 before all; without one in order of submission."""
        jobs = [claim(name, deadline_ms=at) for name, at in zip("ABCDE", [None, 9, 5, None, 0], strict=True)]
        assert order(EarliestDeadlineFirst(), *jobs) == "ECBAD"

    def test_in_words(self) -> None:
        """When it is due."""
        assert EarliestDeadlineFirst().explain(claim(deadline_ms=2 * HOUR), POOL) == "deadline at 2h"
        assert EarliestDeadlineFirst().explain(claim(), POOL) == "no deadline"


@pytest.mark.parametrize("policy", ["sjf", "edf", ShortestJobFirst()])
def test_one_allocation_has_no_jobs_to_rank(policy: Any) -> None:
    """Asked for one allocation, or for its decisions, a policy for jobs is refused: with jobs elsewhere or without."""
    job = Job("A", 0, 1, {"cpu": 1})
    for jobs in ((), (job,)):
        what = replace(scenario({"cpu": 9}, tenant("A", whole({"cpu": 1}, 1))), jobs=jobs)
        for ask in (allocate, lambda what, policy: list(decisions(what, policy))):
            with pytest.raises(PolicyError, match="ranks jobs, and one allocation has none"):
                ask(what, policy)


class TestFairShareOverTime:
    """Weighted use of one resource."""

    @pytest.mark.parametrize(
        ("load", "resource"),
        [({"cpu": 0.4, "mem": 0.9}, "mem"), ({"cpu": 1.1, "mem": 1.1}, "cpu"), ({"cpu": 0.0, "mem": 0.0}, "cpu")],
    )
    def test_the_busiest_resource_ranks(self, load: dict[str, float], resource: str) -> None:
        """The one with the highest offered load, of equal ones the first."""
        policy = FairShare().over_time(load)
        assert policy.key(claim(usage={resource: POOL[resource] // 2}), POOL) == 0.5
        other = {"cpu": "mem", "mem": "cpu"}[resource]
        assert policy.key(claim(usage={other: POOL[other] // 2}), POOL) == 0.0

    def test_the_busiest_of_those_that_shares_are_measured_in(self) -> None:
        """A resource left out of shares ranks nobody, however busy it is."""
        policy = FairShare().over_time({"cpu": 0.4, "gpu": 2.0})
        assert policy.key(claim(usage={"cpu": 5, "gpu": 1}, resources=("cpu", "gpu")), {"cpu": 10}) == 0.5

    def test_a_named_resource_ranks(self) -> None:
        """The resource that is named, whatever the load."""
        policy = FairShare(resource="cpu").over_time({"cpu": 0.1, "mem": 0.9})
        assert policy.key(claim(usage={"cpu": 3, "mem": 40}), POOL) == 0.3

    def test_the_key_is_current_use_by_weight(self) -> None:
        """Used / (capacity x weight), without the next job: as YARN's FairSharePolicy; idle tenants tie at 0."""
        policy = WeightedUse(["cpu"])
        light, heavy = claim(usage={"cpu": 2}, demand={"cpu": 9}), claim(usage={"cpu": 4}, weight=2)
        assert policy.key(light, POOL) == policy.key(heavy, POOL) == 0.2
        assert policy.key(claim(demand={"cpu": 9}), POOL) == 0.0
        assert (policy.ranks, policy.key_change) == (Ranks.TENANTS, KeyChange.OWN_USAGE)

    def test_a_resource_that_is_not_shared_ranks_nobody(self) -> None:
        """Where shares are not measured in it, or nothing is known of the load, all tie."""
        for policy in (WeightedUse(["gpu"]), FairShare().over_time({})):
            assert policy.key(claim(usage={"cpu": 2}), POOL) == 0.0

    def test_it_differs_from_drf(self) -> None:
        """A heavy user of what is not busy is served first by fair-share, and last by drf."""
        hog, other = claim("H", usage={"cpu": 9, "mem": 4}), claim("O", usage={"cpu": 1, "mem": 16})
        assert order(FairShare().over_time({"cpu": 0.3, "mem": 1.2}), hog, other) == "HO"
        assert order(DominantResourceFairness("current"), hog, other) == "OH"

    def test_in_words(self) -> None:
        """The share of the resource, by the tenant's weight."""
        used = claim(usage={"cpu": 3}, weight="1/2", weight_unit=4)
        assert WeightedUse(["cpu"]).explain(used, POOL) == "weighted use 0.6 of cpu"


class TestHalfLife:
    """Ranking by use that is forgotten by halves."""

    @pytest.mark.parametrize("cls", [DominantResourceFairness, FairShare])
    def test_what_is_said_is_what_ranks(self, cls: type[Any]) -> None:
        """The half-life is read once; without one, current use ranks, and nothing decays."""
        decaying, plain = cls(half_life="7d").over_time({"cpu": 1.0}), cls().over_time({"cpu": 1.0})
        assert half_life_ms(decaying) == 7 * 24 * HOUR
        assert half_life_ms(plain) is None

    def test_drf_ranks_by_the_largest_decayed_share_alone(self) -> None:
        """Whatever `key` says: a job's demand is no amount of amounts times time."""
        for key in ("after", "current"):
            policy = DominantResourceFairness(key, "1h").over_time({})
            assert policy.key(claim(demand={"cpu": 9}, usage={"cpu": 3, "mem": 8}, estimate_ms=1), POOL) == 0.3

    def test_one_allocation_is_as_without(self) -> None:
        """drf asked for one allocation counts the next task, half-life or not."""
        one = claim(demand={"cpu": 2}, usage={"cpu": 1})
        assert DominantResourceFairness(half_life="1h").key(one, POOL) == DominantResourceFairness().key(one, POOL)

    def test_without_a_half_life_drf_is_itself(self) -> None:
        """Over time, too, it counts the next job."""
        policy = DominantResourceFairness()
        assert policy.over_time({"cpu": 1.0}) is policy
        assert isinstance(policy, OverTime)

    @pytest.mark.parametrize("policy", [DominantResourceFairness(half_life="7d"), FairShare(half_life="7d")])
    def test_in_words(self, policy: OverTime) -> None:
        """What decayed, of which resource, how fast."""
        used = claim(usage={"cpu": 3 * HOUR, "mem": HOUR}, estimate_ms=MINUTE)
        words = policy.over_time({"cpu": 1.0}).explain(used, POOL)  # type: ignore[attr-defined]
        assert words == "decayed use 1.08e+06 of cpu / weight, half-life 7d"


class TestInWords:
    """What the keys of the others are called over time."""

    def test_fifo_says_when_a_job_was_submitted(self) -> None:
        """In one allocation it says the place in the file."""
        assert Fifo().explain(claim(order=7, submit_ms=90 * MINUTE, estimate_ms=1), POOL) == "submitted at 90m"
        assert Fifo().explain(claim(order=7), POOL) == "place 8 in the file"

    def test_no_key_is_infinite_in_words(self) -> None:
        """A job without a deadline has no number to show."""
        assert EarliestDeadlineFirst().key(claim(), POOL) == math.inf

    def test_proportional_ranks_tenants_as_declared(self) -> None:
        """Slices hold them back, not the order."""
        assert Proportional().key(claim(order=3, usage={"cpu": 9}), POOL) == 3
