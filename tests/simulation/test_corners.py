"""Small scenarios in which reference and simulator once differed, or which could be read in several ways."""

from __future__ import annotations

from allocator.core.timeline import Event
from policies.proportional import Proportional
from tests.simulation.terse import J, node, on, outcomes, tenants


class TestWhoLeavesAndWhatDependsOnThat:
    """Withdrawn, impossible, and what waits for such jobs."""

    def test_all_that_waits_of_a_tenant_leaves_with_it(self) -> None:
        """A job that waits for another one of the same tenant is withdrawn with it, not impossible because of it."""
        run = on(events=(Event(0, "tenant-leave", tenant="A"),)).run(J(0, 1), J(0, 1, after=(0,)))
        assert outcomes(run) == ["killed", "killed"]
        assert run.end.tolist() == [0, 0]

    def test_what_others_planned_after_it_is_impossible(self) -> None:
        """A job of another tenant that waits for a withdrawn one can never start."""
        setting = on(tenants=tenants("A", "B"), events=(Event(1, "tenant-leave", tenant="A"),), cpu=1)
        run = setting.run(J(0, 5, tenant="B"), J(0, 1, tenant="A"), J(0, 1, tenant="B", after=(1,)))
        assert outcomes(run) == ["completed", "killed", "impossible"]

    def test_a_job_that_ran_already_passes_no_doom_on(self) -> None:
        """What ran at the start completes, whatever it once waited for, and so what comes after it runs."""
        run = on(cpu=4).run(J(0, 1, cpu=5), J(0, 1, after=(0,), ran=True), J(0, 1, after=(1,)))
        assert outcomes(run) == ["impossible", "completed", "completed"]
        assert run.start.tolist() == [-1, 0, 1]

    def test_doom_passes_on_when_a_job_ends(self) -> None:
        """What waits for a job yet to arrive is not impossible before that one is: until then it can be withdrawn."""
        setting = on(cpu=4, tenants=tenants("B", "C"), events=(Event(2, "tenant-leave", tenant="B"),))
        run = setting.run(J(1, 1, cpu=5, tenant="C"), J(1, 1, tenant="B", after=(2,)), J(3, 1, tenant="C", after=(0,)))
        assert outcomes(run) == ["impossible", "killed", "impossible"]


class TestPlansAndLimits:
    """Conservative reservations of jobs that their tenant's slice holds back."""

    def test_what_a_slice_held_back_is_planned_again(self) -> None:
        """Two jobs planned for now that fit a slice one at a time start one after the other."""
        setting = on(cpu=6, mem=2, tenants=tenants("A", "B", "C"), queue="conservative")
        # Slices of 2 and, of memory, 1, 1 and 0.
        run = setting.run(J(0, 1, 2, 1, tenant="B"), J(0, 1, 1, 1, tenant="B"), policy=Proportional())
        assert run.start.tolist() == [0, 1]


class TestChance:
    """What "power-of-two" draws."""

    def test_only_what_starts_draws(self) -> None:
        """Under EASY, a job that fits but would delay the head leaves the draws of all others as they are."""
        nodes = tuple(node(f"n{index}", 4) for index in range(5))
        setting = on(nodes=nodes, queue="easy", placement="power-of-two", seed=7)
        first = [J(0, 10, cpu=3), J(0, 10, cpu=3), J(0, 10, cpu=1)]
        blocked = [J(1, 1, cpu=4, tasks=5), J(1, 20, cpu=4)]
        later = [J(2, 5, cpu=1) for _ in range(4)]
        without = setting.run(*first, blocked[0], *later)
        with_it = setting.run(*first, *blocked, *later)
        assert with_it.start.tolist()[4] > 2
        assert with_it.node.tolist()[5:] == without.node.tolist()[4:]
