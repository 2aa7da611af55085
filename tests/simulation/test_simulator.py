"""The loop: order within one instant, queues, gangs, limits, guarantees, dependencies, and how a run ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest

from allocator.core.errors import BadPolicyError
from allocator.core.model import Tenant
from allocator.core.policy import Claim, Key, KeyChange, Policy, Ranks
from allocator.core.resources import Quantities
from allocator.core.timeline import Event
from allocator.simulation.run import Outcome
from allocator.simulation.workload import NONE
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from policies.fifo import Fifo
from policies.proportional import Proportional
from tests.simulation.terse import J, node, on, outcomes, tenants


class Shortest:
    """Jobs by their estimates."""

    ranks: ClassVar = Ranks.WORK
    key_change: ClassVar = KeyChange.STATIC

    def key(self, claim: Claim, capacity: Quantities) -> Key:
        """The estimate."""
        return claim.estimate_ms


class TestPublished:
    """Numbers of others."""

    def test_strict_fifo_of_nine_jobs(self) -> None:
        """CQSim without backfill on its nine jobs (des-fcfs-9) starts and ends them so."""
        rows = [(0, 4000, 40), (1000, 2000, 80), (2000, 1000, 90), (3000, 5000, 20), (4000, 3000, 60)]
        rows += [(5000, 3000, 50), (6000, 2000, 50), (8000, 1000, 50), (8000, 5000, 10)]
        run = on(100, queue="strict").run(*(J(*row) for row in rows))
        assert run.start.tolist() == [0, 4000, 6000, 7000, 7000, 10000, 12000, 13000, 14000]
        assert run.end.tolist() == [4000, 6000, 7000, 12000, 10000, 13000, 14000, 14000, 19000]
        assert run.stopped_ms == 19000

    @pytest.mark.parametrize(
        ("policy", "waits"), [(Shortest(), [0, 7, 15, 9]), (Fifo(), [0, 7, 10, 18])], ids=["sjf", "fcfs"]
    )
    def test_shortest_job_first(self, policy: Policy, waits: list[int]) -> None:
        """Silberschatz's four processes wait 7.75 on average under SJF, 8.75 under FCFS (srpt-textbook)."""
        run = on(1).run(J(0, 8), J(1, 4), J(2, 9), J(3, 5), policy=policy)
        assert (run.start - run.workload.submit).tolist() == waits
        assert sum(waits) / 4 in (7.75, 8.75)


class TestOneInstant:
    """What happens at one time happens in a fixed order."""

    def test_what_ends_frees_what_starts(self) -> None:
        """A job that ends at the time at which another arrives leaves its place to it."""
        assert on(1, queue="strict").run(J(0, 5), J(5, 5)).start.tolist() == [0, 5]

    def test_arrivals_of_one_time_are_served_by_key_together(self) -> None:
        """Of jobs that arrive together the smallest key is first, whichever is declared first."""
        assert on(1).run(J(0, 9), J(0, 2), J(0, 5), policy=Shortest()).start.tolist() == [7, 0, 2]

    def test_ties_fall_to_the_row(self) -> None:
        """Of equal keys the first row is first."""
        assert on(1).run(*(J(0, 3) for _ in range(4)), policy=Shortest()).start.tolist() == [0, 3, 6, 9]

    def test_a_job_without_length_leaves_its_place_at_once(self) -> None:
        """Jobs of no run time all run in the instant in which they arrive, one after the other."""
        run = on(1, queue="strict").run(J(3, 0), J(3, 0), J(3, 4))
        assert (run.start.tolist(), run.end.tolist()) == ([3, 3, 3], [3, 3, 7])

    def test_events_come_between_ends_and_arrivals(self) -> None:
        """A job that ends when its node fails has ended; one that arrives then finds the node down."""
        setting = on(nodes=(node("n", 1),), events=(Event(5, "node-down", node="n"), Event(8, "node-up", node="n")))
        run = setting.run(J(0, 5), J(5, 1))
        assert (run.end.tolist(), run.start.tolist()) == ([5, 9], [0, 8])


class TestQueues:
    """What may pass a job that does not fit."""

    def test_strict_blocks_and_skip_passes(self) -> None:
        """A small job behind a large one waits under strict, and starts at once under skip."""
        jobs = (J(0, 10, 6), J(1, 10, 8), J(2, 1, 2))
        assert on(queue="strict").run(*jobs).start.tolist() == [0, 10, 10]
        assert on(queue="skip").run(*jobs).start.tolist() == [0, 10, 2]

    def test_a_job_that_its_limit_holds_blocks_nobody(self) -> None:
        """Even under strict, a job that its tenant's limit holds back is passed over."""
        setting = on(queue="strict", tenants=(Tenant("A", limit={"cpu": 4}), Tenant("B")))
        run = setting.run(J(0, 10, 4), J(1, 5, 1), J(2, 5, 6, tenant="B"))
        assert run.start.tolist() == [0, 10, 2]

    def test_a_gang_starts_together_or_not_at_all(self) -> None:
        """Three tasks of four on two nodes of five: one node has room for one task only, so all wait for the other."""
        setting = on(nodes=(node("a", 8), node("b", 8)), placement="first-fit")
        run = setting.run(J(0, 10, 5), J(1, 5, 4, tasks=3))
        assert run.start.tolist() == [0, 10]
        pieces = run.pieces
        assert list(zip(pieces.job.tolist(), pieces.node.tolist(), pieces.tasks.tolist(), strict=True)) == [
            (0, 0, 1),
            (1, 0, 2),
            (1, 1, 1),
        ]

    def test_pool_takes_nodes_as_one(self) -> None:
        """Under placement pool a task may be larger than any node, but no larger than its label."""
        nodes = (node("a", 4, pool="x"), node("b", 4, pool="x"), node("c", 4, pool="y"))
        run = on(nodes=nodes, placement="pool").run(J(0, 1, 8), J(0, 1, 8, pools=("y",)), J(0, 1, 4, pools=("y",)))
        assert outcomes(run) == ["completed", "impossible", "completed"]
        assert run.node.tolist() == [0, NONE, 1]


class TestTenants:
    """Policies that rank tenants."""

    def test_least_use_goes_first(self) -> None:
        """DRF: B, which runs nothing, goes before A, which does, though A asked first."""
        run = on(2, tenants=tenants("A", "B")).run(
            J(0, 9), J(0, 5), J(1, 9), J(2, 9, tenant="B"), policy=DominantResourceFairness("current")
        )
        assert run.start.tolist() == [0, 0, 9, 5]

    def test_fair_share_over_time_is_the_use_of_one_resource(self) -> None:
        """By use of cpu, the busier one, B goes first; by dominant share A would."""
        jobs = [J(0, 9, 3, 1), J(0, 9, 1, 5, "B"), J(0, 5, 6, 2), J(1, 9, 6, 2), J(1, 9, 6, 2, "B")]
        setting = on(10, 10, tenants=tenants("A", "B"))
        assert setting.run(*jobs, policy=FairShare()).start.tolist() == [0, 0, 0, 14, 5]

    def test_slices_are_caps(self) -> None:
        """Proportional: A may use its half and no more, though the rest is idle; more than a half is impossible."""
        setting = on(10, tenants=tenants("A", "B"))
        run = setting.run(J(0, 4, 3), J(0, 4, 3), J(0, 4, 2), J(0, 1, 6), policy=Proportional())
        assert (run.start.tolist(), outcomes(run)[3]) == ([0, 4, 0, NONE], "impossible")

    def test_guarantees_come_first(self) -> None:
        """What keeps B within its guarantee starts before A's older jobs, and no more than that."""
        setting = on(4, tenants=(Tenant("A"), Tenant("B", guarantee={"cpu": 2})), queue="strict")
        run = setting.run(J(0, 5, 4), J(1, 5, 2), J(2, 5, 2, tenant="B"), J(3, 5, 2, tenant="B"))
        assert run.start.tolist() == [0, 5, 5, 10]


class TestDependencies:
    """Jobs that come after others."""

    def test_a_job_starts_when_all_before_it_completed(self) -> None:
        """Build, two tests beside each other, deploy."""
        run = on().run(J(0, 5), J(0, 3, after=(0,)), J(0, 4, after=(0,)), J(0, 1, after=(1, 2)))
        assert run.start.tolist() == [0, 5, 5, 9]

    def test_what_comes_after_a_killed_job_is_impossible(self) -> None:
        """A build that hits its limit takes test and deploy with it; what arrives later learns then."""
        run = on().run(J(0, 5, estimate=4), J(0, 1, after=(0,)), J(9, 1, after=(1,)))
        assert outcomes(run) == ["killed", "impossible", "impossible"]
        assert run.end.tolist() == [4, NONE, NONE]

    def test_what_can_never_fit_is_said_at_once(self) -> None:
        """Too large for every node, beyond its limit, or after such a job: impossible, and nobody waits for it."""
        setting = on(nodes=(node("a", 4), node("b", 4)), tenants=(Tenant("A"), Tenant("B", limit={"cpu": 2})))
        run = setting.run(J(0, 1, 5), J(0, 1, 3, tenant="B"), J(0, 1, after=(0,)), J(0, 1, 4, tasks=2))
        assert outcomes(run) == ["impossible", "impossible", "impossible", "completed"]


class TestLimitsOfTime:
    """Estimates, and what happens to who outlives them."""

    def test_killed_at_the_estimate_or_extended(self) -> None:
        """A job of 5 that said 3 is killed at 3, or completes at 5; with exact estimates nothing is ever killed."""
        job = J(0, 5, estimate=3)
        for settings, end, outcome in [
            ({"at_limit": "kill"}, 3, Outcome.KILLED),
            ({"at_limit": "extend"}, 5, Outcome.COMPLETED),
            ({"at_limit": "kill", "estimates": "exact"}, 5, Outcome.COMPLETED),
        ]:
            run = on(**settings).run(job)
            assert (run.end.tolist(), run.outcome.tolist()) == ([end], [outcome])
            assert run.pieces.lost.tolist() == [int(outcome is Outcome.KILLED)]


class TestTheEnd:
    """How a run stops."""

    def test_at_the_horizon_ends_count_and_nothing_starts(self) -> None:
        """At 10 a job completes; what waits and what arrives stays waiting; what runs, runs."""
        run = on(1, duration_ms=10).run(J(0, 10), J(5, 1), J(10, 1))
        assert outcomes(run) == ["completed", "waiting", "waiting"]
        assert (run.ended, run.stopped_ms) == ("horizon", 10)
        assert outcomes(on(1, duration_ms=10).run(J(0, 11))) == ["running"]

    def test_what_ran_already_is_there_first(self) -> None:
        """Jobs that ran before the start have their place whatever the policy; one that has none waits like others."""
        run = on(4, queue="strict").run(J(0, 9, 1), J(0, 5, 3, ran=True), J(0, 5, 3, ran=True))
        assert run.start.tolist() == [0, 0, 5]

    def test_an_interrupt_leaves_what_is_known(self) -> None:
        """Ctrl-C in the middle: a run of what happened so far, marked as partial."""

        def interrupt(done: int, jobs: int, now: int) -> None:
            raise KeyboardInterrupt

        run = on(1).run(*(J(at, 1) for at in range(5000)), progress=interrupt, check=False)
        assert run.ended == "interrupted"
        assert (run.stopped_ms, outcomes(run)[6:9]) == (7, ["completed", "running", "waiting"])

    def test_progress_where_nothing_ends(self) -> None:
        """Progress is told as long as time passes, however few jobs are over."""
        told: list[tuple[int, int, int]] = []
        on(1).run(*(J(at, 1_000) for at in range(100)), progress=lambda *one: told.append(one), check=False)
        assert sum(done == 0 for done, _, _ in told) == 12

    def test_no_jobs_are_a_run(self) -> None:
        """Nothing arrives, nothing happens."""
        run = on().run()
        assert (len(run.start), run.stopped_ms, run.capacity.tolist()) == (0, 0, [[[10, 0]]])


class TestPoliciesThatLie:
    """A policy of somebody else."""

    @dataclass
    class Restless:
        """Says that its keys never move, and moves them."""

        ranks: ClassVar = Ranks.WORK
        key_change: ClassVar = KeyChange.STATIC

        def key(self, claim: Claim, capacity: Mapping[str, int]) -> Key:
            """What its tenant uses now."""
            return claim.usage["cpu"]

    class Nothing:
        """Has no key."""

        ranks: ClassVar = Ranks.WORK
        key_change: ClassVar = KeyChange.STATIC

        def key(self, claim: Claim, capacity: Quantities) -> Key:
            """None."""

    def test_a_key_that_moves_is_found_out(self) -> None:
        """With checks on, a key that moved against its declaration fails."""
        with pytest.raises(AssertionError, match="waits under"):
            on(2).run(J(0, 2), J(0, 5, 2), J(1, 4), policy=self.Restless())

    def test_a_key_without_an_order_is_refused(self) -> None:
        """None is no key."""
        with pytest.raises(BadPolicyError, match="Nothing ranks 'A' by None"):
            on().run(J(0, 1), policy=self.Nothing())
