"""Every installed policy over time: what ranks its jobs, and that any run under it keeps to the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator import KeyChange, Ranks
from allocator.core.policy import half_life_ms
from tests.conformance.installed import POOL, every_variant, jobs, over_time, prepared, variants


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
