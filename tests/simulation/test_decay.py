"""Use that is forgotten by halves ranks tenants as decaying everything to now would."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.model import Tenant
from allocator.simulation.decay import REBASE, DecayingUse
from allocator.simulation.simulator import simulate
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from tests.simulation.terse import J, on, tenants

HALF = 10


def use(count: int) -> tuple[list[dict[str, float]], DecayingUse]:
    """Nothing used yet."""
    shown = [{"cpu": 0} for _ in range(count)]
    return shown, DecayingUse(HALF, shown)


class TestCharges:
    """What a job counts."""

    def test_a_start_is_charged_its_estimate_and_an_end_puts_it_right(self) -> None:
        """Two cpus for an estimate of 30 are 60; ended after 10, they are 20, in units of the start."""
        (shown,), decaying = use(1)
        decaying.start(0, 0, {"cpu": 2}, 30, 0)
        assert shown == {"cpu": 60.0}
        decaying.end(0, 0, 10)
        assert shown == {"cpu": 20.0}

    def test_later_use_weighs_twice_as_much_a_half_life_later(self) -> None:
        """The same job one half-life later counts twice: what was used before has halved by then."""
        (before, later), decaying = use(2)
        decaying.start(0, 0, {"cpu": 1}, 8, 0)
        decaying.start(1, 1, {"cpu": 1}, 8, HALF)
        assert later["cpu"] == 2 * before["cpu"]

    def test_units_begin_anew_without_changing_an_order(self) -> None:
        """After 400 half-lives all is divided by a power of two: every ratio stays, to the last bit."""
        (one, other), decaying = use(2)
        at = (REBASE - 1) * HALF
        decaying.start(0, 0, {"cpu": 3}, 7, at)
        decaying.start(1, 1, {"cpu": 5}, 11, at)
        ratio = one["cpu"] / other["cpu"]
        assert not decaying.rebase(at)
        assert decaying.rebase(REBASE * HALF)
        assert one["cpu"] / other["cpu"] == ratio
        assert one["cpu"] < 21
        decaying.end(0, 0, 14)
        assert one["cpu"] == 42 * decaying.factor(at)

    def test_a_job_that_ran_for_nothing_wipes_nothing(self) -> None:
        """A charge a hundred half-lives later is 2^100 times as large; taken back, what was before is there."""
        (one,), decaying = use(1)
        decaying.start(0, 0, {"cpu": 1}, 302, 0)
        decaying.end(0, 0, 302)
        decaying.start(1, 0, {"cpu": 1}, 1, 100 * HALF)
        assert one["cpu"] == 2.0**100
        decaying.end(1, 0, 0)
        assert one["cpu"] == 302.0

    def test_nothing_ever_overflows(self) -> None:
        """Ten thousand half-lives later a job counts what it counts, and what was before is nothing."""
        (one, other), decaying = use(2)
        decaying.start(0, 0, {"cpu": 1}, 5, 0)
        decaying.rebase(10_000 * HALF)
        decaying.start(1, 1, {"cpu": 1}, 5, 10_000 * HALF)
        assert (one["cpu"], other["cpu"]) == (0.0, 5.0)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9), st.integers(1, 40), st.integers(0, 60)), max_size=12),
    st.integers(0, 900),
)
def test_inflated_units_are_decay_to_now_times_one_number(jobs: list[tuple[int, int, int, int]], idle: int) -> None:
    """Whatever started when, use by use the ratio to what exact decay to the last instant gives is the same."""
    shown, decaying = use(4)
    now, truth = 0, [Fraction(0)] * 4
    steps: list[tuple[int, Fraction, int]] = []
    for number, (tenant, rate, lasts, gap) in enumerate(jobs):
        now += gap * HALF  # whole half-lives, so that the truth is a fraction
        decaying.rebase(now)
        decaying.start(number, tenant, {"cpu": rate}, lasts, now)
        decaying.end(number, tenant, lasts // 2)
        steps.append((tenant, Fraction(rate * (lasts // 2)), now))
    now += idle * HALF
    decaying.rebase(now)
    for tenant, amount, at in steps:
        truth[tenant] += amount / 2 ** ((now - at) // HALF)
    for mine, exact in zip(shown, truth, strict=True):
        decayed = Fraction(mine["cpu"]) / Fraction(decaying.factor(now))
        assert abs(decayed - exact) <= exact / 10**12 + Fraction(1, 10**60)


class TestRuns:
    """What it does to a queue."""

    def test_past_use_counts_and_fades(self) -> None:
        """B goes before A, which ran long before; a hundred half-lives later, with only a crumb left, A still does not
        pass, and an equal tie would have gone to A."""
        jobs = (J(0, 50), J(50, 20, tenant="B"), J(60, 5), J(60, 5, tenant="B"))
        short = on(1, tenants=tenants("A", "B")).run(*jobs, policy=FairShare(half_life="1ms"))
        long = on(1, tenants=tenants("A", "B")).run(*jobs, policy=FairShare(half_life="1h"))
        assert short.start.tolist() == [0, 50, 70, 75]
        assert long.start.tolist() == [0, 50, 75, 70]

    def test_weights_divide_decayed_use(self) -> None:
        """With three times the weight A may have used nearly three times as much."""
        jobs = (J(0, 10), J(10, 5, tenant="B"), J(11, 5), J(11, 5, tenant="B"))
        setting = on(1, tenants=(Tenant("A", weight=Fraction(3)), Tenant("B")))
        run = setting.run(*jobs, policy=DominantResourceFairness(half_life="1h"))
        assert run.start.tolist() == [0, 10, 15, 20]

    def test_a_long_run_begins_units_anew_and_stays_in_order(self) -> None:
        """Two tenants in turns over two thousand half-lives: always the one that went less recently."""
        jobs = [J(at, 3, tenant=name) for at in range(0, 2000, 5) for name in "AB"]
        run = on(1, tenants=tenants("A", "B")).run(*jobs, policy=FairShare(half_life="1ms"))
        started = sorted(range(len(jobs)), key=lambda job: run.start[job])
        names = [jobs[job].tenant for job in started]
        assert names == ["A", "B"] * 400

    @pytest.mark.parametrize("kernels", [False, True])
    def test_what_was_used_before_the_start_counts_and_fades(self, kernels: bool) -> None:
        """A goes before B, which a trace says used much; under a half-life that has forgotten it, B goes first."""
        jobs = (J(40, 10), J(50, 5), J(50, 5, tenant="B"))
        setting = on(1, tenants=(Tenant("A"), Tenant("B", used_before={"cpu": 10**6})))
        for half_life, starts in (("1h", [40, 50, 55]), ("1ms", [40, 55, 50])):
            policy = FairShare(half_life=half_life)
            run = simulate(setting.scenario, setting.work(jobs), policy, kernels=kernels)
            assert run.start.tolist() == starts
