"""What nodes hold of what the pool promises, for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator import Node, Scenario, allocate, allocation, decisions
from allocator.core.scaling import pooled
from allocator.core.timeline import Placement, SimulationSettings
from allocator.explanation import explain
from allocator.reports.table import columns_of
from allocator.results import Allocation
from allocator.simulation import one_shot
from allocator.views import allocation_view, explanation_view, placing_view, steps_view
from allocator.views.style import Style
from tests.support import fluid, tenant, whole

GIB = 2**30
NODES = tuple(Node(f"n-{at}", {"cpu": 4_000, "memory": 4 * GIB}) for at in range(3))


def on(nodes: tuple[Node, ...], *tenants: object) -> Scenario:
    """A scenario with these nodes."""
    return Scenario(pooled(nodes), tenants, nodes)  # type: ignore[arg-type]


def shown(result: Allocation, width: int = 80) -> list[str]:
    """The section, as it stands in the report."""
    return placing_view.lines(result, Style(width=width))


LARGE = tenant("large", whole({"cpu": 3_000, "memory": 3 * GIB}, 4))


class TestWhatNodesHold:
    """Both numbers, by tenant and in all."""

    def test_fewer_than_promised(self) -> None:
        """The tenants that lose by it, the sums, and what is stranded of each resource."""
        nodes = tuple(Node(f"n-{at}", {"cpu": 4_000, "memory": 8 * GIB}) for at in range(3))
        large, small = whole({"cpu": 2_500, "memory": 6 * GIB}, 4), whole({"cpu": 1_000}, 2)
        assert shown(allocate(on(nodes, tenant("large", large), tenant("small", small)))) == [
            "On nodes: 5 of the 6 tasks that the pool promises (placement least-loaded).",
            "tenant       pool  nodes",
            "large           4      3",
            "all tenants     6      5",
            "Stranded, on nodes where no task that waits fits: 2.5 cpu (21%) and 6Gi memory",
            "(25%).",
        ]

    def test_all_that_is_promised(self) -> None:
        """One line; and what is free is free for use."""
        result = allocate(on(NODES, tenant("small", whole({"cpu": 1_000}, 5))))
        assert shown(result) == [
            "On nodes: all 5 tasks that the pool promises (placement least-loaded).",
            "Nothing is stranded.",
        ]

    def test_it_stands_at_the_end_of_the_report(self) -> None:
        """After the pool, with a blank line between."""
        result = allocate(on(NODES, LARGE))
        report = allocation_view.text(result, Style(width=80))
        section = shown(result)
        assert report[-len(section) :] == section
        assert report[-len(section) - 1] == ""

    def test_markdown(self) -> None:
        """The same sentences, unwrapped, at the end."""
        result = allocate(on(NODES, LARGE))
        assert allocation_view.markdown(result, Style(width=80))[-2:] == [
            "On nodes: 3 of the 4 tasks that the pool promises (placement least-loaded).",
            "Stranded, on nodes where no task that waits fits: 3 cpu (25%) and 3Gi memory (25%).",
        ]

    def test_pools_by_label(self) -> None:
        """Where nodes carry labels: of each, how many, their tasks, what is left and stranded there."""
        nodes = tuple(replace(node, pool=label) for node, label in zip(NODES, ("gpu", "gpu", ""), strict=True))
        work = replace(whole({"cpu": 3_000}, 3), pools=("gpu",))
        assert shown(allocate(on(nodes, tenant("t", work))))[-5:] == [
            "Stranded, on nodes where no task that waits fits: 6 cpu (50%).",
            "",
            "nodes     count  tasks  resource  of  left  stranded",
            "gpu           2      2  cpu        8     2         2",
            "no label      1      0  cpu        4     4         4",
        ]

    def test_divisible_work(self) -> None:
        """It is on no node, and that is said."""
        result = allocate(on(NODES, LARGE, tenant("fluid", fluid({"cpu": 1_000}))))
        assert shown(result)[-2:] == [
            "Divisible work is not placed: it takes room that is free here, so what is",
            "stranded is not known.",
        ]

    def test_nothing_to_say(self) -> None:
        """A pool without nodes, one node, or no whole task: there is one number."""
        for result in (
            allocate(Scenario({"cpu": 9_000}, (LARGE,))),
            allocate(on(NODES[:1], LARGE)),
            allocate(on(NODES, tenant("fluid", fluid({"cpu": 1_000})))),
        ):
            assert shown(result) == []

    def test_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where grants are not made one by one, nothing is placed, and that is said."""
        pytest.importorskip("numpy")
        monkeypatch.setattr(allocation, "BULK_FROM", 1)
        result = allocate(on(NODES, LARGE))
        assert result.on_nodes is None
        assert " ".join(shown(result)) == placing_view.UNKNOWN
        assert result.to_dict()["nodes"]["placed"] is None

    @pytest.mark.parametrize(("placement", "placed"), [("best-fit", None), ("least-loaded", 3)])
    def test_too_many_nodes(self, monkeypatch: pytest.MonkeyPatch, placement: Placement, placed: int | None) -> None:
        """Where every task looks at every node there may be too many of both; sorted nodes are no trouble."""
        monkeypatch.setattr(one_shot, "MOST", 11)
        what = replace(on(NODES, LARGE), simulation=SimulationSettings(placement=placement))
        assert allocate(what).to_dict()["nodes"]["placed"] == placed

    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_widths(self, width: int) -> None:
        """No line is wider than the terminal, whatever names say; none of them is printed raw."""
        nodes = tuple(replace(node, pool=f"pool\x1b[31m-{at}-{'x' * 40}") for at, node in enumerate(NODES))
        result = allocate(on(nodes, tenant("a\x1b[31m" + "b" * 90, *LARGE.work)))
        lines = shown(result, width)
        assert all(columns_of(line) <= width for line in lines)
        assert not any("\x1b" in line for line in lines)

    def test_many_tenants(self) -> None:
        """More than can be read are summed up in a line."""
        crowd = [tenant(f"t{at}", whole({"cpu": 3_000}, 1)) for at in range(80)]
        nodes = tuple(Node(f"n-{at}", {"cpu": 2_500 if at else 3_000}) for at in range(90))
        lines = shown(allocate(on(nodes, *crowd)))
        assert len(lines) < 50
        assert [line for line in lines if "more tenants" in line] == ["34 more tenants    34      0"]


class TestReasons:
    """Why a task can never run, where the pool would hold it."""

    @staticmethod
    def reason(nodes: tuple[Node, ...], demand: dict[str, int], *pools: str) -> str:
        """The reason of a tenant that wants one such task."""
        result = allocate(on(nodes, tenant("t", replace(whole(demand, 1), pools=pools))))
        assert result.tenants[0].outcome.value == "infeasible"
        return result.tenants[0].reason

    def test_the_largest_node_is_named(self) -> None:
        """With how much it has."""
        assert self.reason(NODES, {"cpu": 5_000}) == (
            "can never run: one task needs 5 cpu, the largest node (n-0) has 4"
        )

    def test_no_node_has_all(self) -> None:
        """Each resource would fit somewhere: the nearest is named, with what it lacks."""
        nodes = (Node("a", {"cpu": 8_000, "memory": GIB}), Node("b", {"cpu": 2_000, "memory": 9 * GIB}))
        assert self.reason(nodes, {"cpu": 4_000, "memory": 4 * GIB}) == (
            "can never run: no node has all that one task needs; b comes nearest, with 2 of 4 cpu"
        )

    def test_explained_and_told_step_by_step(self) -> None:
        """The explanation gives the same reason; the step says that no room is left for it whatever happens."""
        what = on(NODES, tenant("t", whole({"cpu": 5_000}, 1)))
        told = explanation_view.text(explain(what, "t"), width=100)
        assert "Can never run: one task needs 5 cpu, the largest node (n-0) has 4." in told
        step = next(line for line in steps_view.text(decisions(what), width=120) if " t " in line)
        assert step.endswith("can never run, for want of cpu")

    def test_pools(self) -> None:
        """Only the nodes it may use count; there may be none."""
        nodes = (Node("a", {"cpu": 8_000}, "big"), Node("b", {"cpu": 2_000}, "small"))
        assert self.reason(nodes, {"cpu": 4_000}, "small") == (
            "can never run: one task needs 4 cpu, the largest node of its pools (b) has 2"
        )
        assert self.reason(nodes, {"cpu": 1_000}, "none") == "can never run: no node is in its pools"
