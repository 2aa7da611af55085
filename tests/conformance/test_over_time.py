"""Every installed policy over time: what ranks its jobs, and that any run under it keeps to the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator import Filling, KeyChange, Policy, PolicySettings, PolicyUse, Ranks, Scenario, registry
from allocator.core.policy import filling, half_life_ms
from allocator.simulation.simulator import simulate
from allocator.simulation.workload import workload
from tests.conformance.installed import POOL, RESOURCES, every_variant, jobs, over_time, prepared, variants
from tests.simulation import strategies as cases
from tests.simulation.checker import faults
from tests.support import tenant


class TestWhatRanksJobs:
    """The policy that a run asks."""

    @pytest.mark.parametrize(("name", "options"), variants("over_time"))
    def test_what_ranks_its_jobs_is_a_policy(self, name: str, options: dict[str, str]) -> None:
        """`over_time`, where offered, gives a policy, the same for the same loads, whatever is known of them."""
        for load in ({}, {"cpu": 0.0}, {"gpu": 1.3, "cpu": 1.3}):
            policy, other = over_time(prepared(name, **options), load), over_time(prepared(name, **options), load)
            assert isinstance(policy.ranks, Ranks)
            assert isinstance(policy.key_change, KeyChange)
            life = half_life_ms(policy)
            assert life is None or (type(life) is int and life > 0)
            assert [policy.key(one, POOL) for one in jobs()] == [other.key(one, POOL) for one in jobs()]

    @every_variant
    def test_decayed_use_ranks_alike_in_any_unit(self, name: str, options: dict[str, str]) -> None:
        """Under a half-life units grow with time: the order of tenants is the same in any of them."""
        policy = over_time(prepared(name, **options))
        if half_life_ms(policy) is None:
            return

        def order(unit: float) -> list[int]:
            keys = []
            for at, one in enumerate(jobs()):
                used = {"cpu": 1e8 * at * unit, "mem": 3.7e9 * at % 1e10 * unit, "gpu": 0.0}
                keys.append((policy.key(replace(one, usage=used), POOL), at))
            return [at for _, at in sorted(keys)]

        assert order(1.0) == order(2.0**40) == order(2.0**-30)


class TestRuns:
    """Whatever the policy, a run keeps to the rules: small random scenarios, nodes failing and weights changing."""

    @every_variant
    @pytest.mark.parametrize("number", range(4))
    def test_a_run_is_sound_and_the_policy_told_the_truth(
        self, number: int, name: str, options: dict[str, str]
    ) -> None:
        """No node holds more than it has, nothing starts before it may, no room stays idle; keys move as declared."""
        case = cases.case(f"{name}, {options}, {number}")
        policy = made(case, name, options)
        found = faults(case.scenario, simulate(case.scenario, case.work, policy, check=True))
        if filling(policy) is Filling.SLICE:
            found = [fault for fault in found if "though it fits" not in fault]  # what a slice does not hold waits
        assert found == []

    @every_variant
    def test_the_same_again(self, name: str, options: dict[str, str]) -> None:
        """Another instance, the same scenario: the same run; and one instance may serve many runs."""
        case = cases.case(f"{name}, {options}, again", plain=False)
        policy = made(case, name, options)
        runs = [simulate(case.scenario, case.work, one) for one in (policy, policy, made(case, name, options))]
        for column in ("start", "last_start", "end", "node", "outcome"):
            first = getattr(runs[0], column).tolist()
            assert all(getattr(run, column).tolist() == first for run in runs)

    @every_variant
    def test_jobs_that_fit_do_not_wait(self, name: str, options: dict[str, str]) -> None:
        """On an empty cluster with room for all, every job starts when it is submitted, whoever is next."""
        jobs = workload(
            "ab", POOL, submit=[0, 0, 5, 9], runtime=[9, 1, 2, 0], tenant=[0, 1, 1, 0], demand=[[1, 1, 1]] * 4
        )
        what = Scenario({n: 2 * amount for n, amount in POOL.items()}, (tenant("a"), tenant("b")))
        run = simulate(what, jobs, prepared(name, **options), check=True)
        assert run.start.tolist() == [0, 0, 5, 9]
        assert run.end.tolist() == [9, 1, 7, 9]


def made(case: cases.Case, name: str, options: dict[str, str]) -> Policy:
    """The policy as the scenario would make it; a resource that an option names is one of its own."""
    mine = {option: "cpu" if value in RESOURCES else value for option, value in options.items()}
    return registry.prepare(PolicyUse(name, options=mine), PolicySettings(), tuple(case.scenario.capacity)).policy
