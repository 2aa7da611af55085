"""What nodes hold of one allocation: tasks in the order of their grants, and what is stranded."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import allocate
from allocator.core.model import Node, Scenario, Work
from allocator.core.scaling import pooled
from allocator.core.timeline import Placement, SimulationSettings
from allocator.simulation.one_shot import OnNodes, on_nodes
from tests.support import fluid, tenant, whole


def what(nodes: tuple[Node, ...], *works: Work, placement: Placement = "least-loaded") -> Scenario:
    """Nodes, and a tenant for each work."""
    tenants = tuple(tenant(f"t{at}", work) for at, work in enumerate(works))
    return Scenario(pooled(nodes), tenants, nodes, simulation=SimulationSettings(placement=placement))


def held(scenario: Scenario, *pops: tuple[int, int], waiting: tuple[int, ...] = (), divisible: bool = False) -> OnNodes:
    """What the nodes hold of these grants; `waiting` says whose work could run more than it was granted."""
    works = range(len(scenario.tenants))
    return on_nodes(scenario, pops, [at in waiting for at in works], divisible)


THREE = tuple(Node(f"n{at}", {"cpu": 4, "mem": 4}) for at in range(3))


class TestBothNumbers:
    """What the pool promises, and what the nodes hold."""

    def test_pool_against_nodes(self) -> None:
        """Three nodes of 4 promise four tasks of 3 and hold three: a quarter is stranded (pool-vs-nodes)."""
        result = held(what(THREE, whole({"cpu": 3, "mem": 3})), (0, 4), waiting=(0,))
        assert (result.promised, result.placed) == ((4,), (3,))
        assert result.stranded == {"cpu": 0.25, "mem": 0.25}

    def test_what_was_granted_first_is_placed_first(self) -> None:
        """Of two tasks that want the same node, the one that was granted first has it."""
        scenario = what(THREE[:1], whole({"cpu": 3}, 1), whole({"cpu": 2}, 1))
        assert held(scenario, (0, 1), (1, 1)).placed == (1, 0)
        assert held(scenario, (1, 1), (0, 1)).placed == (0, 1)

    @pytest.mark.parametrize(("policy", "placed"), [("fifo", (1, 0)), ("largest-first", (0, 1))])
    def test_the_order_is_that_of_the_policy(self, policy: str, placed: tuple[int, ...]) -> None:
        """Who is served first by the heap has the first choice of nodes."""
        nodes = (Node("n0", {"cpu": 4}), Node("n1", {"cpu": 1}))
        result = allocate(what(nodes, whole({"cpu": 2}, 1), whole({"cpu": 3}, 1)), policy).on_nodes
        assert result is not None
        assert (result.promised, result.placed) == ((1, 1), placed)

    def test_a_misfit_is_passed_over(self) -> None:
        """What fits nowhere keeps nobody else from a node."""
        scenario = what(THREE, whole({"cpu": 3}), whole({"cpu": 1}))
        assert held(scenario, (0, 4), (1, 3), (0, 1)).placed == (3, 3)

    def test_a_task_stays_in_its_pools(self) -> None:
        """Work that names pools is placed on nodes of those labels alone."""
        nodes = tuple(replace(node, pool=label) for node, label in zip(THREE, "aab", strict=True))
        result = held(what(nodes, replace(whole({"cpu": 2}, 9), pools=("b",))), (0, 6), waiting=(0,))
        assert result.placed == (2,)
        assert [(pool.label, pool.nodes, pool.placed) for pool in result.pools] == [("a", 2, 0), ("b", 1, 2)]

    def test_the_load_of_a_node_is_not_there(self) -> None:
        """What others use on a node holds no task."""
        nodes = (replace(THREE[0], load={"cpu": 2}), THREE[1])
        assert held(what(nodes, whole({"cpu": 3}, 2)), (0, 2)).placed == (1,)

    def test_nodes_as_one_pool_hold_all(self) -> None:
        """Placement "pool" takes the nodes of a label as one: nothing is lost between them."""
        assert held(what(THREE, whole({"cpu": 3}), placement="pool"), (0, 4)).placed == (4,)

    def test_placements_differ(self) -> None:
        """Spreading small tasks leaves no whole node; packing them does."""
        scenario = what(THREE, whole({"cpu": 1}, 3), whole({"cpu": 4}, 2))
        spread = held(scenario, (0, 3), (1, 2))
        packed = held(replace(scenario, simulation=SimulationSettings(placement="most-loaded")), (0, 3), (1, 2))
        assert (spread.placed, packed.placed) == ((3, 0), (3, 2))


class TestStranded:
    """What is free where no task that waits fits."""

    def test_nothing_waits(self) -> None:
        """Then nothing is stranded, however much is free."""
        assert held(what(THREE, whole({"cpu": 3}, 2)), (0, 2)).stranded == {"cpu": 0.0, "mem": 0.0}

    def test_a_small_task_that_waits_can_use_what_a_large_one_cannot(self) -> None:
        """A node is of use as soon as any waiting task fits on it."""
        scenario = what(THREE, whole({"cpu": 3, "mem": 3}), whole({"cpu": 1, "mem": 1}))
        assert held(scenario, (0, 4), waiting=(0, 1)).stranded == {"cpu": 0.0, "mem": 0.0}

    def test_the_other_resource_is_stranded_with_it(self) -> None:
        """Where cpu is used up, the memory beside it is of no use."""
        scenario = what(THREE[:1], whole({"cpu": 4, "mem": 1}))
        assert held(scenario, (0, 1), waiting=(0,)).stranded == {"cpu": 0.0, "mem": 0.75}

    def test_divisible_work_is_nowhere(self) -> None:
        """Where it was granted something, nobody knows what is free."""
        scenario = what(THREE, whole({"cpu": 3}), fluid({"cpu": 2}))
        assert held(scenario, (0, 3), waiting=(0,), divisible=True).stranded == {"cpu": None, "mem": None}


amounts = st.fixed_dictionaries({"cpu": st.integers(0, 6), "mem": st.integers(0, 6)})


@given(
    shapes=st.lists(st.tuples(amounts, st.sampled_from(["", "a", "b"])), min_size=1, max_size=5),
    kinds=st.lists(st.tuples(amounts, st.sampled_from([(), ("a",), ("a", "b")])), min_size=1, max_size=4),
    drawn=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=8),
    placement=st.sampled_from(get_args(Placement)),
)
def test_the_books_are_right(
    shapes: list[tuple[dict[str, int], str]],
    kinds: list[tuple[dict[str, int], tuple[str, ...]]],
    drawn: list[tuple[int, int]],
    placement: Placement,
) -> None:
    """What is placed and what is left are the capacity; where a task found no node, all that is left is stranded."""
    nodes = tuple(Node(str(at), *shape) for at, shape in enumerate(shapes))
    works = [replace(whole(demand, 9), pools=pools) for demand, pools in kinds]
    pops = [(work % len(works), count) for work, count in drawn]
    result = held(what(nodes, *works, placement=placement), *pops)
    assert result == held(what(nodes, *works, placement=placement), *pops)
    for name in ("cpu", "mem"):
        used = sum(work.demand[name] * count for work, count in zip(works, result.placed, strict=True))
        assert sum(pool.capacity[name] - pool.left[name] for pool in result.pools) == used
        assert all(0 <= pool.stranded[name] <= pool.left[name] for pool in result.pools)
    assert sum(pool.placed for pool in result.pools) == sum(result.placed)
    for at, (promised, placed) in enumerate(zip(result.promised, result.placed, strict=True)):
        assert promised == sum(count for work, count in pops if work == at)
        assert 0 <= placed <= promised
    if sum(result.placed) < sum(result.promised):
        assert all(pool.stranded == pool.left for pool in result.pools)
    else:
        assert not any(amount for pool in result.pools for amount in pool.stranded.values())


@pytest.mark.parametrize("placement", get_args(Placement))
def test_first_come_first_placed_while_all_fits(placement: Placement) -> None:
    """Where every node holds every task, all are placed under any placement."""
    assert held(what(THREE, whole({"cpu": 1, "mem": 1}, 12), placement=placement), (0, 12)).placed == (12,)
