"""The published numbers that matter most, written out: they run wherever the tests do."""

from __future__ import annotations

import pytest

from allocator import Tenant
from policies.drf import DominantResourceFairness
from tests.support import fluid, run, scenario, share, tenant, whole


class TestComputeFairShares:
    """Apache Hadoop YARN, TestComputeFairShares.java: one resource, minimum and maximum shares, weights."""

    @staticmethod
    def shares(total: int, *queues: tuple[float, int, int | None]) -> list[int]:
        """fair-share of queues of (weight, min, max), all wanting without limit."""
        tenants = [
            tenant(
                f"p{number}",
                fluid({"mem": 1000}, None),
                weight=str(weight),
                guarantee={"mem": least * 1000} if least else {},
                limit={} if most is None else {"mem": most * 1000},
            )
            for number, (weight, least, most) in enumerate(queues, start=1)
        ]
        got = run(scenario({"mem": total * 1000}, *tenants), "fair-share").of("mem")
        return [amount // 1000 for amount in got.values()]

    def test_equal_sharing(self) -> None:
        """Four equal queues get a quarter each."""
        assert self.shares(40, *[(1, 0, None)] * 4) == [10, 10, 10, 10]

    def test_low_max_shares(self) -> None:
        """What the queues with a low maximum leave is shared by the others."""
        assert self.shares(40, (1, 0, 100), (1, 0, 50), (1, 0, 11), (1, 0, 3)) == [13, 13, 11, 3]

    def test_min_shares(self) -> None:
        """Minimum shares that use everything up leave a queue without one nothing."""
        assert self.shares(40, (1, 20, None), (1, 18, None), (1, 0, None), (1, 2, None)) == [20, 18, 0, 2]

    def test_weighted_sharing_with_max_shares(self) -> None:
        """Weights divide what remains below the maximum shares."""
        assert self.shares(45, (2, 0, 10), (1, 0, 11), (1, 0, 30), (0.5, 0, 20)) == [10, 11, 16, 8]

    def test_weighted_sharing_with_min_shares(self) -> None:
        """A minimum lifts a queue of low weight above its part; the rest goes by weight."""
        assert self.shares(45, (2, 20, None), (1, 0, None), (1, 5, None), (0.5, 15, None)) == [20, 5, 5, 15]

    def test_empty_list(self) -> None:
        """No queue is no error."""
        assert self.shares(40) == []


class TestDominantResourceFairness:
    """Ghodsi et al., NSDI 2011: 9 CPUs and 18 GB between A, with tasks of <1 CPU, 4 GB>, and B, <3 CPU, 1 GB>."""

    A = whole({"cpu": 1, "mem": 4})
    B = whole({"cpu": 3, "mem": 1})

    @pytest.mark.parametrize("key", ["after", "current"])
    def test_section_4_1(self, key: str) -> None:
        """A ends with 3 tasks and B with 2, whichever key ranks them."""
        tenants = (tenant("A", self.A), tenant("B", self.B))
        result = run(scenario({"cpu": 9, "mem": 18}, *tenants), DominantResourceFairness(key=key))
        assert result.tasks == {"A": 3, "B": 2}
        assert result.left == {"cpu": 0, "mem": 4}

    def test_table_1(self) -> None:
        """The published order B, A, A, B, A comes out when the first tie falls to B."""
        result = share(
            {"cpu": 9, "mem": 18},
            tenant("B", self.B),
            tenant("A", self.A),
            policy=DominantResourceFairness(key="current"),
        )
        assert result.order == "BAABA"
        keys = [decision.key for decision in result.decisions if decision.granted]
        assert keys == [0.0, 0.0, 4 / 18, 3 / 9, 8 / 18]

    def test_divisible(self) -> None:
        """Divisible, both dominant shares are two thirds: 3 and 2 tasks, to the last unit."""
        result = share(
            {"cpu": 9000, "mem": 18000},
            tenant("A", fluid({"cpu": 1000, "mem": 4000}, None)),
            tenant("B", fluid({"cpu": 3000, "mem": 1000}, None)),
        )
        assert result.of("cpu") == {"A": 3000, "B": 6000}
        assert result.of("mem") == pytest.approx({"A": 12000, "B": 2000}, abs=1)

    def test_weighted(self) -> None:
        """Section 4.3: with twice the weight A has twice B's dominant share, 54/13 tasks and 18/13."""
        result = share(
            {"cpu": 9_000_000, "mem": 18_000_000},
            tenant("A", fluid({"cpu": 1_000_000, "mem": 4_000_000}, None), weight=2),
            tenant("B", fluid({"cpu": 3_000_000, "mem": 1_000_000}, None)),
        )
        assert result.of("cpu")["A"] / 1e6 == pytest.approx(54 / 13, abs=1e-5)
        assert result.of("mem")["B"] / 1e6 == pytest.approx(18 / 13, abs=1e-5)

    def test_zero_demands_fill_on(self) -> None:
        """Parkes et al., EC 2012: after cpu is used up, the tenant that needs none of it rises on to all GPUs."""
        result = share(
            {"cpu": 10, "gpu": 4},
            tenant("A", fluid({"cpu": 1}, None)),
            tenant("B", fluid({"cpu": 1}, None)),
            tenant("C", fluid({"gpu": 1}, None)),
        )
        assert result.grants == {"A": {"cpu": 5}, "B": {"cpu": 5}, "C": {"gpu": 4}}


class TestSharingIncentive:
    """Parkes, Procaccia & Shah, EC 2012: with whole tasks the key decides whether anyone falls below its slice."""

    POOL = {"cpu": 4, "mem": 4}  # noqa: RUF012 - a constant of the example
    A = tenant("A", whole({"cpu": 1, "mem": 1}))
    B = tenant("B", whole({"cpu": 3, "mem": 1}))

    def test_current_breaks_it(self) -> None:
        """By the current share A gets 1 task, though its private half holds 2."""
        assert share(self.POOL, self.A, self.B, policy="drf, current key").tasks == {"A": 1, "B": 1}

    def test_after_keeps_it(self) -> None:
        """By the share after the next task A gets 4; the half of B holds none, so it has lost nothing."""
        assert share(self.POOL, self.A, self.B, policy="drf").tasks == {"A": 4, "B": 0}


class TestOneShotOrders:
    """Strict priority and the two orders by size."""

    TENANTS: tuple[Tenant, ...] = (
        tenant("two", whole({"cpu": 2}, 1)),
        tenant("five", whole({"cpu": 5}, 1)),
        tenant("eight", whole({"cpu": 8}, 1)),
    )

    def test_demands_2_5_8(self) -> None:
        """smallest-demand-first serves 2, 5, 8 in that order, largest-first in the other."""
        smallest = share({"cpu": 15}, *self.TENANTS, policy="smallest-demand-first")
        largest = share({"cpu": 15}, *self.TENANTS, policy="largest-first")
        assert [decision.tenant for decision in smallest.decisions] == ["two", "five", "eight"]
        assert [decision.tenant for decision in largest.decisions] == ["eight", "five", "two"]

    def test_strict_priority(self) -> None:
        """gold fills first, silver takes what is left of cpu, bronze starves."""
        result = share(
            {"cpu": 8, "mem": 16},
            tenant("bronze", whole({"cpu": 1, "mem": 1}, 5), priority=5),
            tenant("silver", whole({"cpu": 2, "mem": 4}, 3), priority=1),
            tenant("gold", whole({"cpu": 3, "mem": 4}, 2), priority=0),
            policy="priority",
        )
        assert result.tasks == {"bronze": 0, "silver": 1, "gold": 2}

    def test_ci_queue(self) -> None:
        """On one runner the jobs of priority 5, 1, 2, 3 are decided 1, 2, 3, 5."""
        jobs = [tenant(str(number), whole({"runner": 1}, 1), priority=number) for number in (5, 1, 2, 3)]
        result = share({"runner": 1}, *jobs, policy="priority")
        assert [decision.tenant for decision in result.decisions] == ["1", "2", "3", "5"]
        assert result.tasks == {"5": 0, "1": 1, "2": 0, "3": 0}
