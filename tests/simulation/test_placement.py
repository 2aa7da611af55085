"""Which node a task goes to, and how many whole tasks nodes hold."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.model import Node, Scenario
from allocator.core.timeline import Placement, SimulationSettings
from allocator.simulation.cluster import Cluster
from allocator.simulation.floor import Floor
from allocator.simulation.placement import Placer, gang_of
from tests.simulation.strategies import PLACEMENTS
from tests.simulation.terse import J, node, on, outcomes


def cluster(*nodes: Node, placement: Placement = "first-fit") -> Cluster:
    """A cluster of nodes with cpu and mem."""
    capacity = {name: sum(one.free.get(name, 0) for one in nodes) for name in ("cpu", "mem")}
    return Cluster.of(Scenario(capacity, nodes=nodes, simulation=SimulationSettings(placement=placement)))


def placed(here: Cluster, placement: Placement, demand: tuple[int, int], tasks: int = 1) -> list[str]:
    """The node of each of so many tasks, one after the other, as far as they fit."""
    placer, gang = Placer(placement, 1), gang_of(here, 0, demand, 1, ())
    floor = placer.floor([row.copy() for row in here.capacity], here.full, [True] * len(here.names))
    found = []
    for _ in range(tasks):
        spot = placer.find(floor, gang)
        if spot is not None:
            floor.take(spot, gang.need)
            found.append(here.names[spot[0][0]])
    return found


class TestPublished:
    """Numbers of others."""

    @pytest.mark.parametrize(
        ("placement", "picked"),
        [("first-fit", "N1"), ("best-fit", "N1"), ("least-loaded", "N1"), ("dot-product", "N2")],
    )
    def test_best_fit_and_dot_product_differ(self, placement: Placement, picked: str) -> None:
        """Three nodes of <16, 64> with <4, 16>, <9, 8>, <2, 32> free, a task of <2, 8> (placement-best-vs-dot)."""
        free = {"N1": (4, 16), "N2": (9, 8), "N3": (2, 32)}
        nodes = [node(name, 16, 64, load={"cpu": 16 - cpu, "mem": 64 - mem}) for name, (cpu, mem) in free.items()]
        assert placed(cluster(*nodes), placement, (2, 8)) == [picked]

    def test_a_pool_promises_what_its_nodes_cannot_hold(self) -> None:
        """Tasks of <3, 3> on three nodes of <4, 4>: the pool promises 4, the nodes hold 3 (pool-vs-nodes)."""
        nodes = [node(name, 4, 4) for name in "abc"]
        assert placed(cluster(*nodes, placement="pool"), "pool", (3, 3), 9) == ["pool"] * 4
        assert placed(cluster(*nodes), "least-loaded", (3, 3), 9) == ["a", "b", "c"]

    def test_the_least_loaded_of_workers_with_loads(self) -> None:
        """Of workers with loads 10, 20 and 5 the third gets the task."""
        nodes = [node(f"w{load}", 100, load={"cpu": load}) for load in (10, 20, 5)]
        assert placed(cluster(*nodes), "least-loaded", (1, 0)) == ["w5"]


class TestOrders:
    """Each placement over nodes that fill up."""

    @pytest.mark.parametrize(
        ("placement", "order"),
        [("first-fit", [0, 0, 1, 1]), ("least-loaded", [0, 1, 0, 1]), ("most-loaded", [0, 0, 1, 1])],
    )
    def test_equal_nodes(self, placement: Placement, order: list[int]) -> None:
        """Two nodes of 2: filled one after the other, or in turns; ties go to the first."""
        assert on(nodes=(node("a", 2), node("b", 2)), placement=placement).run(*[J(0, 5)] * 4).node.tolist() == order

    def test_loads_count_when_a_node_is_picked_and_are_not_there_to_be_shared(self) -> None:
        """A node of 4 with a load of 3 is loaded, and holds one task more."""
        setting = on(nodes=(node("a", 4, load={"cpu": 3}), node("b", 4)))
        run = setting.run(*[J(0, 5)] * 6)
        assert (run.node.tolist(), run.start.tolist()[-1]) == ([1, 1, 1, 0, 1, 1], 5)
        assert run.capacity.tolist() == [[[1, 0], [4, 0]]]

    def test_two_choices_draw_from_the_seed(self) -> None:
        """Power of two: the same seed picks the same nodes, the draws are those of its own stream."""
        nodes = tuple(node(f"n{index}", 9) for index in range(5))
        chance, used, expected = random.Random("7:placement"), [0] * 5, []
        for _ in range(20):
            pair = sorted(chance.sample([index for index in range(5) if used[index] < 9], 2))
            expected.append(min(pair, key=lambda index: used[index]))
            used[expected[-1]] += 1
        run = on(nodes=nodes, placement="power-of-two", seed=7).run(*[J(0, 5)] * 20)
        assert run.node.tolist() == expected

    def test_labels_bind(self) -> None:
        """A job runs on nodes of its labels only; where no node has a label, labels mean nothing."""
        jobs = (J(0, 5, 4, pools=("x",)), J(0, 5, 4, pools=("y",)), J(0, 5, 4, pools=("x", "z")), J(0, 5, pools=("q",)))
        run = on(nodes=(node("a", 4, pool="x"), node("b", 4, pool="y"))).run(*jobs)
        assert (run.node.tolist(), run.start.tolist()[2]) == ([0, 1, 0, -1], 5)
        assert outcomes(run)[3] == "impossible"
        assert outcomes(on(nodes=(node("a", 4),)).run(jobs[3])) == ["completed"]


@st.composite
def floors(draw: st.DrawFn) -> tuple[list[list[int]], list[list[int]], list[tuple[int, int, int]]]:
    """Capacity of some nodes, what is free there, and tasks that come (cpu, mem, how many at once)."""
    full = draw(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=1, max_size=5))
    free = [[draw(st.integers(-1, amount)) for amount in row] for row in full]
    return full, free, draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 3)), max_size=8))


@given(floors(), st.sampled_from([one for one in PLACEMENTS if one != "power-of-two"]))
def test_a_gang_is_placed_exactly_where_one_task_after_the_other_would_be(
    drawn: tuple[list[list[int]], list[list[int]], list[tuple[int, int, int]]], placement: Placement
) -> None:
    """Whatever was placed and given back before, each task goes to the node with the smallest key of all that fit."""
    full, free, tasks = drawn
    here = cluster(*(node(f"n{index}", *row) for index, row in enumerate(full)))
    placer = Placer(placement, 1)
    floor = placer.floor([row.copy() for row in free], full, [True] * len(full))
    for number, (cpu, mem, count) in enumerate(tasks):
        gang = gang_of(here, number, (cpu, mem), count, ())
        left, expected = [row.copy() for row in floor.free], []
        for _ in range(count):
            fitting = [index for index, row in enumerate(left) if min(row) >= 0 and row[0] >= cpu and row[1] >= mem]
            if not fitting:
                break
            best = min(fitting, key=lambda index: (slow_key(placement, (cpu, mem), left[index], full[index]), index))
            left[best] = [left[best][0] - cpu, left[best][1] - mem]
            expected.append(best)
        spot = placer.find(floor, gang)
        if len(expected) < count:
            assert spot is None
            continue
        assert spot is not None
        assert {index: expected.count(index) for index in expected} == dict(spot)
        floor.take(spot, gang.need)
        assert floor.free == left
        if number % 3 == 2:
            floor.give(spot, gang.need)


def slow_key(placement: Placement, demand: tuple[int, int], free: list[int], full: list[int]) -> float:
    """As the field defines it."""
    known = [(need, left, total) for need, left, total in zip(demand, free, full, strict=True) if total]
    load = max(((total - left) / total for _, left, total in known), default=0.0)
    return {
        "first-fit": 0.0,
        "pool": 0.0,
        "least-loaded": load,
        "most-loaded": -load,
        "best-fit": sum(((left - need) / total) * ((left - need) / total) for need, left, total in known),
        "dot-product": -sum((need / total) * (left / total) for need, left, total in known),
    }[placement]


def test_a_copy_of_a_floor_leaves_it_alone() -> None:
    """What is planned on a copy changes nothing."""
    floor = Floor([[4]], [[4]], [True], 1)
    floor.by_load()
    planned = floor.copy()
    planned.take(((0, 1),), ((0, 3),))
    assert (floor.free, planned.free, floor.by_load(), planned.by_load()) == ([[4]], [[1]], [(0.0, 0)], [(0.75, 0)])
