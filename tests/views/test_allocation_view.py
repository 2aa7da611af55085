"""One allocation for people: contention first, then who got what and why, then what is left and how fair that is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import Node, PolicySettings, Scenario, Work, allocate
from allocator.reports.table import columns_of
from allocator.results import Allocation
from allocator.views import allocation_view, tenant_table
from allocator.views.style import Style
from tests.support import fluid, scenario, scenarios, tenant, whole


def shown(what: Scenario, policy: str = "drf", width: int = 80, **style: bool) -> list[str]:
    """The report of a policy on a scenario."""
    return allocation_view.text(allocate(what, policy), Style(width, **style))


def told(what: Scenario, policy: str = "drf", width: int = 80) -> str:
    """The same as one line, so that a sentence is found wherever it is broken."""
    return " ".join(" ".join(shown(what, policy, width)).split())


CONTENDED = scenario(
    {"cpu": 10_000},
    tenant("large", whole({"cpu": 4000}, 2)),
    tenant("small", whole({"cpu": 1000}, 9)),
    tenant("nothing", whole({"cpu": 1000}, 0)),
)


class TestHeading:
    """What there is to share, among whom."""

    def test_nodes_are_said_to_be_pooled(self) -> None:
        """What is shared out is the pool of all nodes."""
        nodes = tuple(Node(f"n-{index}", {"cpu": 5_000}) for index in range(2))
        what = replace(CONTENDED, nodes=nodes, title="A title")
        assert shown(what)[:2] == ["A title", "3 tenants, pooled over 2 nodes"]
        assert shown(replace(what, nodes=nodes[:1]))[1] == "3 tenants, on 1 node"
        assert shown(CONTENDED)[0] == "3 tenants"


class TestContention:
    """Whether anybody has to go short."""

    def test_short(self) -> None:
        """A resource of which more is wanted than there is, is marked."""
        assert shown(CONTENDED)[2:4] == [
            "resource  wanted  capacity  ratio",
            "cpu           17        10   170%  SHORT",
        ]

    def test_without_limit(self) -> None:
        """What has no end has no ratio."""
        assert "cpu            -        10  no limit  SHORT" in shown(
            scenario({"cpu": 10_000}, tenant("a", whole({"cpu": 1})))
        )
        both = scenario({"cpu": 10_000}, tenant("a", whole({"cpu": 1000}), whole({"cpu": 2000}, 1)))
        assert "2 and more" in told(both)

    def test_everything_fits(self) -> None:
        """It says so, and how far that is from being otherwise."""
        what = scenario({"cpu": 100_000}, tenant("a", fluid({"cpu": 7_000})))
        assert (
            "Everything fits: no policy has to choose. At 14.29 times this demand somebody goes short of cpu."
            in told(what)
        )

    def test_limits(self) -> None:
        """A tenant that only its own limit holds back is named."""
        what = scenario({"cpu": 100}, tenant("a", whole({"cpu": 1}, 50), limit={"cpu": 10}))
        assert "Only limits of their own hold tenants back: a, of cpu." in told(what)
        what = scenario({"cpu": 100}, tenant("a", whole({"cpu": 1}, 5), limit={"cpu": 10}))
        assert "At 2.01 times this demand a tenant meets its own limit: a, of cpu." in told(what)

    def test_what_can_never_run_does_not_fit(self) -> None:
        """Never is it said that everything fits where something cannot."""
        what = scenario({"cpu": 10}, tenant("a", whole({"cpu": 11}, 1)), tenant("b", whole({"cpu": 1}, 1)))
        assert "All that can ever run here fits" in told(what)
        assert "Nobody who can run here went short. Can never run here (not counted as unfair): a." in told(what)
        assert "Nothing is wanted that can run here." in told(replace(what, tenants=what.tenants[:1]))
        assert "Nothing is wanted." in told(replace(what, tenants=()))


class TestTenants:
    """Per tenant wanted, granted, satisfaction, fair share, borrowed, outcome and why."""

    def test_a_row_has_it_all(self) -> None:
        """Entitled to a third each, of which one asks nothing: the fair share is half, the rest is borrowed."""
        lines = shown(CONTENDED, "fifo", width=120)
        start = next(index for index, line in enumerate(lines) if line.startswith("tenant"))
        assert [" ".join(line.split()) for line in lines[start : start + 6]] == [
            "tenant satisfied outcome cpu: wanted granted fair share borrowed",
            "large 100% ######## granted 8 8 5 4.67",
            "small 22% ##...... partial 9 2 5 -",
            "got 2 of 9 tasks; one more task needs 1 cpu, 0 is left",
            "nothing idle 0 0 0 -",
            "Fair share: weighted max-min of each resource by itself. Borrowed: above its slice by weight.",
        ]

    def test_options_are_shown(self) -> None:
        """Under which policy, with which options."""
        assert "Policy drf (key = after)" in shown(CONTENDED)
        stop = replace(CONTENDED, policy=PolicySettings(on_misfit="stop"))
        assert "Policy fifo (on_misfit = stop)" in shown(stop, "fifo")

    def test_glyphs(self) -> None:
        """Blocks where the terminal has them."""
        assert any("██░░░░░░" in line for line in shown(CONTENDED, "fifo", unicode=True))

    def test_only_resources_that_a_tenant_wants(self) -> None:
        """A tenant has no row for a resource that it has no use for."""
        what = scenario(
            {"cpu": 10, "gpu": 4, "spare": 9}, tenant("a", whole({"cpu": 1}, 2)), tenant("b", whole({"gpu": 1}, 2))
        )
        tenants = tenant_table.lines(allocate(what, "drf"), Style(80))
        assert sum("cpu" in line for line in tenants) == 1
        assert not any("spare" in line for line in tenants)

    def test_resources_that_nobody_wants_are_named_once(self) -> None:
        """They have no row anywhere, unless nothing is wanted at all."""
        what = scenario({"cpu": 10, "spare": 9, "x.com/y": 1}, tenant("a", whole({"cpu": 1, "spare": 0}, 2)))
        assert [line for line in shown(what) if "spare" in line] == ["Nobody wants any spare and x.com/y."]
        assert sum("spare" in line for line in shown(replace(what, tenants=()))) == 2

    def test_alike_names_keep_their_vendor(self) -> None:
        """Two kinds of gpu are not both called gpu."""
        what = scenario({"a.com/gpu": 1, "b.com/gpu": 1}, tenant("t", whole({"a.com/gpu": 1, "b.com/gpu": 1}, 2)))
        table = "\n".join(tenant_table.lines(allocate(what, "drf"), Style(200)))
        assert "a.com/gpu" in table
        assert "b.com/gpu" in table

    def test_works_of_one_tenant_add_up(self) -> None:
        """Wanted is what all its work wants; without limit where one is."""
        what = scenario(
            {"cpu": 9000, "mem": 9000}, tenant("t", whole({"cpu": 1000}), whole({"cpu": 1000, "mem": 2000}, 2))
        )
        rows = [line.split() for line in tenant_table.lines(allocate(what, "drf"), Style(80))]
        assert any(row[-5:-3] == ["no", "limit"] for row in rows)
        assert any(row[0] == "mem" and row[1] == "4" for row in rows)

    def test_ends(self) -> None:
        """Forty are all shown; of more, the least and the most satisfied and how many there are."""
        few = scenario({"cpu": 9}, *(tenant(f"t{index}", whole({"cpu": 1}, 1)) for index in range(40)))
        assert None not in tenant_table.ends(allocate(few, "fifo").tenants, Style())
        many = scenario({"cpu": 11}, *(tenant(f"t{index}", whole({"cpu": 1}, 1)) for index in range(41)))
        results = allocate(many, "fifo").tenants
        ends = [result.satisfaction if result else None for result in tenant_table.ends(results, Style())]
        assert ends == [0.0] * 10 + [None] + [1.0] * 10
        assert len(tenant_table.ends(results, Style(everyone=True))) == 41
        assert "The 10 least and the 10 most satisfied of 41 tenants; --all shows them all." in told(many, "fifo")

    @pytest.mark.parametrize("width", [60, 80, 120, 200])
    @given(what=scenarios(), policy=st.sampled_from(["drf", "fair-share", "fifo", "proportional"]))
    def test_no_line_is_wider(self, width: int, what: Scenario, policy: str) -> None:
        """Whatever the scenario."""
        assert max(columns_of(line) for line in shown(what, policy, width)) <= width

    def test_largest_amounts_fit(self) -> None:
        """Even quantities at the end of what there is keep to 60 columns."""
        huge = {"cpu": 2**62, "memory": 2**62, "example.com/a-rather-long-name-of-a-resource": 2**62}
        what = scenario(huge, tenant("n" * 300, fluid(huge)), tenant("m", fluid(huge), limit={"cpu": 2**61 + 1}))
        for width in (60, 80, 120):
            assert max(columns_of(line) for line in shown(what, "drf", width)) <= width


class TestPool:
    """What is used and left, and how fair that is."""

    def test_pool(self) -> None:
        """Used, of, left, utilisation."""
        assert "cpu     10  10     0         100%  ########" in shown(CONTENDED, "fifo")

    def test_usable_is_shown_where_it_is_less(self) -> None:
        """Only fair-share and proportional grant what cannot be used."""
        what = scenario(
            {"cpu": 4000, "mem": 4000},
            tenant("a", fluid({"cpu": 4000, "mem": 1000})),
            tenant("b", fluid({"cpu": 4000, "mem": 4000})),
        )
        assert any(line.endswith("usable") for line in shown(what, "fair-share"))
        assert not any(line.endswith("usable") for line in shown(what, "drf"))

    def test_fairness(self) -> None:
        """The indices with what they are of, or why there are none; and who got nothing."""
        what = scenario({"cpu": 4}, *(tenant(name, whole({"cpu": 1}, 4)) for name in "abc"))
        assert (
            "Jain index 0.889, min-max 0.500 (of dominant share / weight of feasible tenants with unmet want)."
            in told(what)
        )
        assert "Zero grants: b and c." in told(what, "fifo")
        assert "undefined, fewer than two tenants went short" in told(CONTENDED, "fifo")


class TestForPrograms:
    """csv is exact, markdown is for people."""

    def test_csv_has_a_row_for_each_tenant_and_resource(self) -> None:
        """In smallest units; empty where there is no number."""
        what = scenario(
            {"cpu": 9000, "memory": 2**31}, tenant("a", whole({"cpu": 1500})), tenant("b", whole({"cpu": 1}, 1))
        )
        rows = [line.split(",") for line in allocation_view.csv(allocate(what, "fifo")).splitlines()]
        assert len(rows) == 5
        first = dict(zip(rows[0], rows[1], strict=False))
        assert (first["tenant"], first["resource"], first["unit"]) == ("a", "cpu", "milli")
        assert (first["wanted"], first["granted"], first["satisfaction"]) == ("", "9000", "")

    def test_markdown(self) -> None:
        """A title, a table with why, the indices; every tenant's row has each column."""
        lines = allocation_view.markdown(allocate(CONTENDED, "fifo"), Style())
        assert lines[0] == "## Allocation: fifo"
        table = [line for line in lines if line.startswith("|")]
        assert len(table) == 5
        assert len({line.count("|") for line in table}) == 1
        assert table[3].endswith("| got 2 of 9 tasks; one more task needs 1 cpu, 0 is left |")


def test_what_runs_today_is_shown_too() -> None:
    """An allocation without policy has no options to show."""
    from allocator.allocation import today

    work = Work({"cpu": 1000}, tasks=3, divisible=False, held=Fraction(2))
    allocation: Allocation = today(scenario({"cpu": 5000}, tenant("a", work)))
    assert "Policy now" in allocation_view.text(allocation, Style())
