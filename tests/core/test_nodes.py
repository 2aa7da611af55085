"""Whether any node can hold one task, and which comes nearest."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from allocator.core.engine import Engine
from allocator.core.model import Node, Scenario, Work
from allocator.core.nodes import Rooms
from allocator.core.scaling import pooled
from allocator.core.timeline import SimulationSettings
from policies.drf import DominantResourceFairness
from tests.support import fluid, tenant, whole

LABELS = ("", "gpu", "cpu")
amounts = st.dictionaries(st.sampled_from(["cpu", "mem", "gpu"]), st.integers(0, 9), max_size=3)
pools = st.sampled_from([(), ("gpu",), ("gpu", "cpu"), ("none",)])
node_lists = st.lists(st.tuples(amounts, st.sampled_from(LABELS), amounts), max_size=6)


def on(*nodes: Node, merged: bool = False) -> Scenario:
    """A scenario with these nodes."""
    settings = SimulationSettings(placement="pool" if merged else "least-loaded")
    return Scenario(pooled(nodes), nodes=nodes, simulation=settings)


def made(drawn: list[tuple[dict[str, int], str, dict[str, int]]]) -> tuple[Node, ...]:
    """Nodes with a load no larger than they are."""
    return tuple(
        Node(str(at), capacity, label, {name: min(load.get(name, 0), most) for name, most in capacity.items()})
        for at, (capacity, label, load) in enumerate(drawn)
    )


class TestHold:
    """One task, all nodes empty."""

    @given(node_lists, amounts, pools)
    def test_some_node_that_it_may_use_has_enough_of_everything(
        self, drawn: list[tuple[dict[str, int], str, dict[str, int]]], demand: dict[str, int], mine: tuple[str, ...]
    ) -> None:
        """The load is taken off; without labels on any node, or pools on the work, every node counts."""
        nodes = made(drawn)
        usable = [n for n in nodes if not mine or n.pool in mine or not any(one.pool for one in nodes)]
        expected = any(all(n.free.get(name, 0) >= amount for name, amount in demand.items()) for n in usable)
        rooms = Rooms(on(*nodes))
        assert rooms.hold(Work(demand, pools=mine)) == rooms.hold(Work(demand, pools=mine)) == expected

    def test_nodes_taken_as_one(self) -> None:
        """Under placement "pool" the nodes of a label are one room, and labels stay apart."""
        nodes = [Node(str(at), {"cpu": 4}, "ab"[at // 2]) for at in range(4)]
        assert not Rooms(on(*nodes)).hold(Work({"cpu": 5}))
        assert Rooms(on(*nodes, merged=True)).hold(Work({"cpu": 8}))
        assert not Rooms(on(*nodes, merged=True)).hold(Work({"cpu": 9}))

    def test_nodes_without_any_label(self) -> None:
        """Where no node carries a label, pools rule out none; where one does, the others are ruled out."""
        plain, labelled = Node("a", {"cpu": 4}), Node("b", {"cpu": 1}, "gpu")
        work = Work({"cpu": 3}, pools=("gpu",))
        assert Rooms(on(plain)).hold(work)
        assert not Rooms(on(plain, labelled)).hold(work)

    def test_a_pool_without_nodes_has_no_rooms(self) -> None:
        """Then nothing but the capacity bounds a task."""
        assert not Rooms(Scenario({"cpu": 4}))


class TestNearest:
    """The node that a reason names."""

    A, B, C = Node("a", {"cpu": 8, "mem": 1}), Node("b", {"cpu": 4, "mem": 9}), Node("c", {"cpu": 4, "mem": 9})

    def test_it_lacks_the_fewest_and_has_most_of_the_scarcest(self) -> None:
        """Of those that lack one resource, the one that has the largest part of it; ties fall to the first."""
        rooms = Rooms(on(self.A, self.B, self.C))

        def nearest(**demand: int) -> tuple[str, tuple[str, ...]]:
            work = Work(demand)
            room = rooms.nearest(work)
            assert room is not None
            return room.name, room.lacks(work.demand)

        assert nearest(cpu=6, mem=6) == ("b", ("cpu",))
        assert nearest(cpu=8, mem=9) == ("b", ("cpu",))
        assert nearest(cpu=9) == ("a", ("cpu",))
        assert nearest(cpu=9, mem=10) == ("b", ("cpu", "mem"))

    def test_no_node_in_its_pools(self) -> None:
        """Then none is nearest."""
        rooms = Rooms(on(replace(self.A, pool="gpu")))
        assert rooms.nearest(Work({"cpu": 1}, pools=("cpu",))) is None


class TestInTheEngine:
    """A whole task that no node can hold is infeasible, whatever the pool has."""

    NODES = (Node("a", {"cpu": 4, "mem": 2}), Node("b", {"cpu": 2, "mem": 8}))

    def outcomes(self, *works: Work) -> list[tuple[str, str, tuple[str, ...]]]:
        """Of each decision: who, what came of it, and what was short."""
        what = replace(on(*self.NODES), tenants=tuple(tenant(str(at), work) for at, work in enumerate(works)))
        engine = Engine(what, DominantResourceFairness(), check=True)
        return [(one.tenant, one.outcome.value, one.short_of) for one in engine.decisions()]

    def test_one_resource(self) -> None:
        """The pool has 6 cpu, no node 5: refused for good, and what it lacks is named; 4 fit."""
        assert self.outcomes(whole({"cpu": 5}, 1), whole({"cpu": 4}, 1)) == [
            ("1", "granted", ()),
            ("0", "infeasible", ("cpu",)),
        ]

    def test_no_node_has_both(self) -> None:
        """Each resource alone would fit somewhere; what the nearest node lacks is named."""
        assert self.outcomes(whole({"cpu": 3, "mem": 4}, 1)) == [("0", "infeasible", ("cpu",))]

    def test_divisible_work_needs_no_node_for_itself(self) -> None:
        """Any fraction of it may run anywhere."""
        assert self.outcomes(fluid({"cpu": 6})) == [("0", "granted", ())]

    def test_it_does_not_hold_up_the_others(self) -> None:
        """Its tenant's other work, and others, get theirs."""
        what = replace(on(*self.NODES), tenants=(tenant("A", whole({"cpu": 5}, 1), whole({"cpu": 2}, 3)),))
        engine = Engine(what, DominantResourceFairness())
        engine.run()
        assert [work.granted_tasks for work in engine.ledger.works] == [0, 3]
