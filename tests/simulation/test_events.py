"""What happens to nodes and tenants while jobs run, and what is told of why jobs wait."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from allocator.core.model import Tenant
from allocator.core.timeline import Event
from allocator.simulation.run import Run, Serve, Wait
from allocator.simulation.workload import NONE
from policies.drf import DominantResourceFairness
from policies.priority import Priority
from tests.simulation.terse import J, node, on, outcomes, tenants

AB = (node("a", 2), node("b", 2))


class TestOrder:
    """Events of one instant."""

    def test_by_priority_then_declaration(self) -> None:
        """Three events of one time with priorities 3, 1, 2 are handled as 1, 2, 3."""
        events = (
            Event(5, "note", 3, text="payment"),
            Event(5, "note", 1, text="registration"),
            Event(5, "note", 2, text="e-mail"),
            Event(2, "note", 9, text="before"),
        )
        run = on(events=events).run(J(0, 1))
        assert [event.text for event in run.events] == ["before", "registration", "e-mail", "payment"]
        assert (run.ended, run.stopped_ms) == ("drained", 1)

    def test_nothing_happens_at_the_horizon(self) -> None:
        """An event at the horizon has not happened."""
        assert on(events=(Event(5, "note"),), duration_ms=5).run().events == ()


class TestNodes:
    """Nodes fail, return, drain and change."""

    def test_a_failed_node_loses_its_jobs_and_they_start_again(self) -> None:
        """A job is lost at 3, has no room until 8, and runs for all of its time again; both attempts are told."""
        events = (Event(3, "node-down", node="a"), Event(8, "node-up", node="a"))
        run = on(nodes=(node("a", 2),), events=events).run(J(0, 5, 2))
        assert (run.start.tolist(), run.last_start.tolist(), run.end.tolist()) == ([0], [8], [13])
        pieces = run.pieces
        assert (pieces.start.tolist(), pieces.end.tolist(), pieces.lost.tolist()) == ([0, 8], [3, 13], [1, 0])
        assert run.capacity_at.tolist() == [0, 3, 8]
        assert run.capacity.tolist() == [[[2, 0]], [[0, 0]], [[2, 0]]]

    def test_or_they_are_killed(self) -> None:
        """With on_failure = kill they are over, and so is what comes after them; other nodes go on."""
        setting = on(nodes=AB, events=(Event(3, "node-down", node="a"),), on_failure="kill", placement="first-fit")
        run = setting.run(J(0, 5, 2), J(0, 5, 2), J(0, 1, after=(0,)))
        assert outcomes(run) == ["killed", "completed", "impossible"]
        assert run.end.tolist() == [3, 5, NONE]

    def test_a_gang_is_lost_with_any_of_its_nodes(self) -> None:
        """Its other nodes are free at once."""
        setting = on(nodes=AB, events=(Event(3, "node-down", node="a"),), on_failure="kill")
        run = setting.run(J(0, 9, 1, tasks=4), J(1, 1, 2))
        assert (outcomes(run), run.start.tolist()) == (["killed", "completed"], [0, 3])

    def test_a_lost_job_comes_first_again(self) -> None:
        """It keeps its row: among equals it starts before what arrived later."""
        setting = on(nodes=AB, events=(Event(3, "node-down", node="a"),), placement="first-fit")
        run = setting.run(J(0, 9, 2), J(0, 6, 2), J(1, 5, 2))
        assert run.last_start.tolist() == [6, 0, 15]

    def test_a_draining_node_takes_nothing_and_loses_nothing(self) -> None:
        """What runs there ends there; the next job waits until the node is back."""
        events = (Event(2, "drain", node="a"), Event(9, "node-up", node="a"))
        run = on(nodes=(node("a", 2),), events=events).run(J(0, 5), J(3, 1))
        assert (run.start.tolist(), run.end.tolist()) == ([0, 9], [5, 10])
        assert run.capacity_at.tolist() == [0]

    def test_what_waits_for_a_node_that_never_returns_stays_waiting(self) -> None:
        """When no event is left the run is over."""
        run = on(nodes=(node("a", 2),), events=(Event(0, "node-down", node="a"),)).run(J(1, 1))
        assert (outcomes(run), run.ended) == (["waiting"], "drained")

    def test_capacity_shrinks_under_jobs_that_run(self) -> None:
        """They are left alone; nothing fits until what runs is within what there is."""
        events = (Event(2, "capacity", node="a", capacity={"cpu": 3}),)
        run = on(nodes=(node("a", 6),), events=events).run(J(0, 5, 2), J(0, 9, 2), J(1, 1, 3), J(3, 1, 1))
        assert run.start.tolist() == [0, 0, 9, 5]

    def test_capacity_grows(self) -> None:
        """A job that only the larger pool can hold waits for it, and is not impossible."""
        events = (Event(4, "capacity", capacity={"cpu": 8}),)
        assert on(2, events=events).run(J(0, 1, 8), J(0, 1, 9)).start.tolist() == [4, NONE]

    def test_a_pool_of_nodes_only_shrinks(self) -> None:
        """Where nodes are taken as one nobody knows what ran on the failed one: nothing is lost, less starts."""
        setting = on(nodes=AB, events=(Event(1, "node-down", node="a"),), placement="pool")
        run = setting.run(J(0, 5, 4), J(2, 1, 2))
        assert (run.end.tolist(), run.capacity.tolist()) == ([5, 6], [[[4, 0]], [[2, 0]]])


class TestTenants:
    """Tenants come, go and change."""

    def test_jobs_wait_for_their_tenant_to_join(self) -> None:
        """They arrive at 1 and start at 5."""
        assert on(events=(Event(5, "tenant-join", tenant="A"),)).run(J(1, 1)).start.tolist() == [5]

    def test_a_leaving_tenant_takes_what_waits_with_it(self) -> None:
        """Running jobs go on, waiting ones are withdrawn, later ones too until it is back."""
        events = (Event(3, "tenant-leave", tenant="A"), Event(8, "tenant-join", tenant="A"))
        run = on(1, events=events).run(J(0, 6), J(1, 1), J(1, 1, after=(0,)), J(4, 1), J(9, 1))
        assert outcomes(run) == ["completed", "killed", "killed", "killed", "completed"]
        assert run.end.tolist() == [6, 3, 3, 4, 10]
        assert run.start.tolist() == [0, NONE, NONE, NONE, 9]

    def test_a_priority_holds_from_then_on(self) -> None:
        """B comes first from 2 on, but for its job that has a priority of its own."""
        setting = on(1, tenants=tenants("A", "B"), events=(Event(2, "priority", tenant="B", value=1),))
        jobs = (J(0, 5), J(1, 5), J(1, 5, tenant="B"), J(1, 5, tenant="B", priority=200))
        assert setting.run(*jobs, policy=Priority()).start.tolist() == [0, 10, 5, 15]

    def test_a_weight_holds_from_then_on(self) -> None:
        """With four times the weight B may use more than A before A is next again."""
        events = (Event(0, "weight", tenant="B", value=Fraction(4)),)
        jobs = [J(0, 9, tenant=name) for name in "AAABBB"]
        setting = on(4, tenants=tenants("A", "B"), events=events)
        started = setting.run(*jobs, policy=DominantResourceFairness()).start.tolist()
        assert started == [0, 9, 9, 0, 0, 0]


def causes(run: Run) -> tuple[Wait, ...]:
    """The intervals, without the words of their keys."""
    return tuple(replace(wait, key_words="") for wait in run.waits)


class TestWhy:
    """What is told of jobs that are watched."""

    def test_short_of_what(self) -> None:
        """There is cpu enough and no memory, until the first job ends."""
        run = on(4, 4).run(J(0, 6, 1, 4), J(2, 1, 1, 1), watch=[1])
        assert causes(run) == (Wait(1, 2, 6, "short", ("mem",)),)

    def test_fragments(self) -> None:
        """Two nodes have 2 free in total and 1 each: too little on every node for a task of 2."""
        run = on(nodes=AB).run(J(0, 6), J(0, 6), J(2, 1, 2), watch=[2])
        assert causes(run) == (Wait(2, 2, 6, "short", ("cpu",)),)

    def test_limit_then_room(self) -> None:
        """First its tenant's limit holds it, then the pool is full."""
        setting = on(4, tenants=(Tenant("A", limit={"cpu": 2}), Tenant("B")))
        jobs = (J(0, 5, 2), J(1, 2, 1), J(2, 9, 2, tenant="B"), J(4, 9, 2, tenant="B"), J(5, 4, 1))
        run = setting.run(*jobs, watch=[0, 1])
        assert causes(run) == (Wait(1, 1, 5, "limit", ("cpu",)),)

    def test_behind_a_head(self) -> None:
        """Strict: whatever comes after the head waits for the head, and the head for room."""
        run = on(4, queue="strict").run(J(0, 5, 3), J(1, 2, 4), J(2, 1, 1), watch=[1, 2])
        assert causes(run) == (
            Wait(1, 1, 5, "short", ("cpu",)),
            Wait(2, 2, 5, "blocked", (), 1),
            Wait(2, 5, 7, "short", ("cpu",)),
        )

    def test_a_reservation(self) -> None:
        """EASY: the third job fits, and would delay what is promised to the second for 5."""
        run = on(4, queue="easy").run(J(0, 5, 3), J(1, 2, 4), J(2, 9, 1), watch=[2])
        assert causes(run)[0] == Wait(2, 2, 5, "reservation", (), 1, 5)

    def test_a_reservation_of_many(self) -> None:
        """Conservative: it would delay the job after the head, whose time is 20."""
        jobs = (J(0, 10, 6), J(1, 10, 8), J(2, 10, 10), J(3, 18, 2))
        run = on(10, queue="conservative").run(*jobs, watch=[3])
        assert causes(run)[0] == Wait(3, 3, 10, "reservation", (), 1, 10)

    def test_other_jobs_tenants_and_nodes(self) -> None:
        """A job it comes after; a tenant that has yet to join; no node that is up; to the end where nothing changes."""
        events = (Event(0, "node-down", node="a"), Event(4, "node-up", node="a"), Event(3, "tenant-join", tenant="B"))
        setting = on(nodes=(node("a", 1, pool="x"), node("b", 1)), tenants=tenants("A", "B"), events=events)
        run = setting.run(
            J(0, 5),
            J(1, 1, after=(0,)),
            J(1, 1, tenant="B", pools=("x",)),
            J(2, 10**6),
            J(9, 1, pools=("x",)),
            watch=[1, 2],
        )
        assert causes(run) == (
            Wait(1, 1, 5, "dependency", (), 0),
            Wait(2, 1, 3, "absent"),
            Wait(2, 3, 4, "down"),
        )

    def test_who_is_served_under_which_key(self) -> None:
        """Every start is told with the key as it was before it, of the tenant where tenants are ranked."""
        setting = on(4, tenants=tenants("A", "B"))
        jobs = (J(0, 5, 2), J(0, 5, 2, tenant="B"), J(1, 5, 1), J(2, 9, 2, tenant="B"))
        run = setting.run(*jobs, policy=DominantResourceFairness(), watch=[2])
        assert run.served == (
            Serve(0, 0, "share 0.5 of cpu"),
            Serve(0, 1, "share 0.5 of cpu"),
            Serve(5, 2, "share 0.25 of cpu"),
            Serve(5, 3, "share 0.5 of cpu"),
        )
        assert run.waits == (Wait(2, 1, 5, "short", ("cpu",), key_words="share 0.75 of cpu"),)
        assert setting.run(*jobs).served == ()
