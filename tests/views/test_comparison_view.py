"""A comparison as people read it: the verdict first, reasons, marks without colour, nothing wider than the screen."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import Node, PolicyUse, Scenario, Tenant, Work
from allocator.comparison import Comparison, Metric, compare
from allocator.core.text import sanitize
from allocator.reports.table import columns_of
from allocator.views import comparison_view as view
from allocator.views.comparison_grids import marked
from allocator.views.policy_grid import Grid
from tests.support import fluid, scenario, scenarios, tenant, whole

HOSTILE = [
    "line\nbreak\r\n\tand tab",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "\u202ereversed\u2066",
    "x" * 200,
    "\u540d\u524d" * 60,
    "=cmd()|'a'!A1",
    "| **bold** | `code` <b>",
    "",
]
LONG = [PolicyUse(name, label=f"{name} as the platform team would like to have it") for name in ("drf", "fifo")]
SEVEN = [
    *LONG,
    *map(PolicyUse, ("fair-share", "largest-first", "priority", "proportional", "smallest-demand-first")),
]


def use(*names: str) -> list[PolicyUse]:
    """Policies by name."""
    return [PolicyUse(name) for name in names]


def held(demand: dict[str, int], tasks: int, running: int) -> Work:
    """Whole tasks, some of which run already."""
    return Work(demand, tasks=tasks, divisible=False, held=Fraction(running))


def crowd(count: int) -> Scenario:
    """Tenants of whom the first holds all, on nodes."""
    nodes = tuple(Node(f"n{index}", {"cpu": 4000, "nvidia.com/gpu": 1000}) for index in range(count))
    capacity = {"cpu": 4000 * count, "nvidia.com/gpu": 1000 * count}
    first = Tenant("team-0", (held({"cpu": 1000}, 4 * count, 4 * count),))
    rest = tuple(Tenant(f"team-{index}", (held({"cpu": 1000}, 6, 0),)) for index in range(1, count))
    return Scenario(capacity, (first, *rest), nodes, title="A crowd")


def hostile() -> Comparison:
    """Names that nobody should have, everywhere a name may stand."""
    tenants = [
        tenant(name, held({"cpu": 1000 * index, "ev\x1bil/g\u202epu": 1000}, 9, index))
        for index, name in enumerate(HOSTILE, 1)
    ]
    what = replace(scenario({"cpu": 40000, "ev\x1bil/g\u202epu": 9000}, *tenants), title="\x1b[2Jgone\n" * 30)
    return compare(what, [PolicyUse("drf", label=HOSTILE[1]), PolicyUse("fifo", label=HOSTILE[4]), *use("priority")])


def fits(lines: list[str], width: int) -> None:
    """Every line fits the width and holds nothing that drives a terminal."""
    for line in lines:
        assert line == sanitize(line)
        assert columns_of(line) <= width


class TestText:
    """What a terminal shows."""

    def test_whole_report(self) -> None:
        """One holds all and gives back what it borrowed; the other had less than it is entitled to."""
        what = scenario(
            {"cpu": 8000}, tenant("big", held({"cpu": 1000}, 8, 7)), tenant("small", held({"cpu": 1000}, 4, 1))
        )
        result = compare(replace(what, title="Two"), use("drf", "proportional"), against="now")
        assert view.text(result, 100) == [
            "Two",
            "2 tenants; wanted: cpu 150%",
            "All 2 policies grant the same: there is nothing to choose between them.",
            "every policy against now:  1 gain  1 lose  0 same",
            "",
            "every policy against now, tenant by tenant:",
            "LOSES (1)  now          every policy  cpu  why",
            "  big       88% #####.   50% ###...    -3  borrowed 3 cpu above its entitled 4",
            "GAINS (1)",
            "  small     25% ##....  100% ######    +3  had 1 of its entitled 4 cpu",
            "",
            "                            now  every policy",
            "cpu utilisation            100%          100%",
            "Jain index                0.640             -",
            "min-max ratio             0.143             -",
            "satisfied tenants (of 2)    0 -           1 +",
            "below entitled              1 -           0 +",
            "zero grants                   0             0",
            *view.text(result, 100)[-3:],
        ]

    def test_first_line_says_what_it_is(self) -> None:
        """Tenants, nodes, what is wanted of what there is, and who can never run."""
        what = crowd(60)
        impossible = Tenant("never", (whole({"cpu": 10**9}, 1),))
        result = compare(replace(what, tenants=(*what.tenants, impossible)), use("drf"))
        assert view.headline(result) == "61 tenants, 60 nodes pooled; wanted: cpu 248%; 1 tenant can never run"

    def test_top_and_the_rest(self) -> None:
        """So many are named, the rest is a count; --all names everybody."""
        result = compare(crowd(30), use("drf"))
        lines = view.text(result, 100, top=2)
        assert "GAINS (29)" in lines
        assert sum(line.startswith("  team-") for line in lines) == 3
        assert "  and 27 more" in lines
        everyone = view.text(result, 100, top=2, show_all=True)
        assert sum(line.startswith("team-") for line in everyone) == 30

    def test_wide_shows_grants(self) -> None:
        """Grants by resource, for those whose grants differ most, or for all; what nobody wants has no table."""
        result = compare(crowd(30), use("drf", "fifo"))
        lines = view.text(result, 100, wide=True, top=2)
        at = next(index for index, line in enumerate(lines) if line.startswith("cpu granted"))
        assert lines[at].split() == ["cpu", "granted", "wanted", "now", "drf", "fifo"]
        assert lines[at + 1].split() == ["team-0", "120", "120", "4", "120"]
        assert lines[at + 5] == "and 26 more whose grants differ less (--all shows every tenant)"
        assert not any(line.startswith("gpu granted") for line in lines)
        whole_list = view.text(result, 100, wide=True, show_all=True)
        assert not any("differ less" in line for line in whole_list)

    def test_everything_fits(self) -> None:
        """Where no policy has to choose, one line says so, and there is no empty comparison."""
        result = compare(scenario({"cpu": 8}, tenant("a", whole({"cpu": 1}, 3))), use("drf", "fifo"))
        lines = view.text(result, 80)
        said = "All 2 policies grant the same: everything fits, and there is nothing to choose between them."
        assert " ".join(lines[1:3]) == said
        assert not any("LOSES" in line or " against " in line for line in lines)

    def test_everything_fits_but_not_under_all(self) -> None:
        """Where only some policies leave somebody short, they are named."""
        what = scenario({"cpu": 8}, tenant("a", whole({"cpu": 1}, 5)), tenant("b", whole({"cpu": 1}, 1)))
        lines = view.text(compare(what, use("drf", "fifo", "proportional")), 80)
        assert "Everything fits, but not under proportional." in lines

    def test_a_policy_that_changes_something_is_told(self) -> None:
        """Where the scenario's own policy changes nothing, the one under which most lose is told tenant by tenant."""
        what = scenario({"cpu": 8}, tenant("a", held({"cpu": 1}, 5, 5)), tenant("b", held({"cpu": 1}, 1, 1)))
        lines = view.text(compare(what, use("proportional", "fifo", "drf")), 80)
        assert "proportional against now, tenant by tenant:" in lines

    def test_what_nobody_wants_has_no_row(self) -> None:
        """A resource that nobody wants has no metric to compare."""
        lines = view.text(compare(crowd(3), use("drf")), 80)
        assert not any("gpu" in line for line in lines)

    def test_one_policy_alone(self) -> None:
        """A single policy with nothing held is measured, not compared."""
        what = scenario({"cpu": 8}, tenant("a", whole({"cpu": 1}, 3)))
        lines = view.text(compare(what, use("drf")), 80)
        assert lines[1] == "Only drf is compared: there is nothing to set it against."
        assert any(line.startswith("cpu utilisation") for line in lines)

    def test_more_held_than_there_is(self) -> None:
        """What runs today on a pool that is too small is said, not passed over as the best utilisation."""
        what = scenario({"cpu": 4000}, tenant("a", held({"cpu": 1000}, 6, 6)))
        assert "What runs now holds 150% of cpu: more than there is." in view.text(compare(what, use("drf")), 80)

    def test_nobody(self) -> None:
        """No tenants make a short report, not a crash."""
        lines = view.text(compare(scenario({"cpu": 8}), use("drf", "fifo")), 80, show_all=True, wide=True)
        assert lines[0] == "0 tenants: nothing is wanted"

    def test_unlimited_work_counts_tasks(self) -> None:
        """A want without limit has no percentage: the number of tasks stands there."""
        what = scenario({"cpu": 8}, tenant("a", whole({"cpu": 1})), tenant("b", whole({"cpu": 1})))
        lines = view.text(compare(what, use("drf", "fifo")), 100)
        assert any(line.split()[:5] == ["a", "4", "tasks", "8", "tasks"] for line in lines)
        assert "2 tenants; wanted: cpu without limit" in lines

    def test_two_vendors_of_one_resource(self) -> None:
        """Two resources that would be called the same keep their full names."""
        what = scenario({"a.com/gpu": 8, "b.com/gpu": 8}, tenant("a", whole({"a.com/gpu": 1, "b.com/gpu": 1}, 9)))
        assert view.headline(compare(what, use("drf"))) == "1 tenant; wanted: a.com/gpu 112%, b.com/gpu 112%"

    def test_blocks_hold_every_policy(self) -> None:
        """Seven policies of long names stand in blocks, the first column repeated, each policy exactly once."""
        lines = view.text(compare(crowd(8), SEVEN), 80)
        fits(lines, 80)
        rows = [line for line in lines if line.startswith("cpu utilisation")]
        assert len(rows) > 1
        assert sum(row.count("%") for row in rows) == 8
        wider = view.text(compare(crowd(8), SEVEN), 200)
        assert sum(line.startswith("cpu utilisation") for line in wider) == 1

    @pytest.mark.parametrize("width", [60, 61, 72, 80, 100, 132, 200])
    def test_hostile_names_stay_in_their_cells(self, width: int) -> None:
        """Escapes, line breaks, bidi controls, endless and wide names change nothing but their own cell."""
        fits(view.text(hostile(), width, unicode=True, show_all=True, wide=True, top=20), width)

    @settings(deadline=None, max_examples=60)
    @given(scenarios(), st.integers(60, 220), st.integers(0, 7), st.booleans(), st.booleans())
    def test_no_line_is_wider_than_asked(self, what: Scenario, width: int, top: int, every: bool, wide: bool) -> None:
        """Whatever the scenario, the text fits every width from 60 columns on."""
        names = dict(zip("ABCDE", HOSTILE, strict=False))
        renamed = tuple(replace(one, name=names[one.name]) for one in what.tenants)
        result = compare(replace(what, tenants=renamed), SEVEN)
        fits(view.text(result, width, show_all=every, wide=wide, top=top), width)


class TestMarks:
    """Best and worst of a row."""

    @staticmethod
    def row(*values: float | None, better: str = "more", kind: str = "part") -> list[str]:
        """The cells of one metric."""
        metric = Metric("m", values, kind, better)  # type: ignore[arg-type]
        return marked(metric, range(len(values)))

    def test_best_and_worst(self) -> None:
        """The largest part is the best, the smallest the worst, the rest unmarked but aligned."""
        assert self.row(0.5, 0.9, 0.7) == ["50% -", "90% +", "70%  "]

    def test_fewer_may_be_better(self) -> None:
        """Of zero grants, the fewest are the best."""
        assert self.row(0, 2, 1, better="less", kind="count") == ["0 +", "2 -", "1  "]

    def test_ties_are_marked_alike(self) -> None:
        """Equal ones share the mark, also where only the rounded figure is equal."""
        assert self.row(0.9, 0.5, 0.9001, 0.5) == ["90% +", "50% -", "90% +", "50% -"]

    def test_all_equal_is_unmarked(self) -> None:
        """Where nobody is better, nothing is marked."""
        assert self.row(0.9, 0.9) == ["90%", "90%"]
        assert self.row(0.9, None) == ["90%", "-"]

    def test_more_than_all_is_not_the_best(self) -> None:
        """What runs on more than there is takes no mark."""
        assert self.row(1.5, 0.5, 0.75) == ["150%  ", "50% -", "75% +"]

    def test_undefined_is_neither(self) -> None:
        """An undefined figure is a dash and takes no mark."""
        assert self.row(None, 0.25, 0.75, kind="index") == ["-  ", "0.250 -", "0.750 +"]


class TestGrid:
    """Policies across."""

    def test_headings_wrap_before_blocks_do(self) -> None:
        """A heading breaks at its hyphens where that keeps the grid in one block."""
        grid = Grid("", ["smallest-demand-first", "drf"])
        grid.add("cpu", ["1", "2"])
        assert grid.text(40) == ["     smallest-demand-first  drf", "cpu                      1    2"]
        assert grid.text(24) == [
            "        smallest-",
            "     demand-first  drf",
            "cpu             1    2",
        ]
        assert grid.text(20) == [
            "        smallest-",
            "     demand-first",
            "cpu             1",
            "",
            "     drf",
            "cpu    2",
        ]

    def test_cells_give_way_last(self) -> None:
        """A cell that is wider than the room beside the names is cut, and the line still fits."""
        grid = Grid("", ["drf"])
        grid.add("x" * 50, ["4,611,686,018,427,387,904 tasks"])
        fits(grid.text(40), 40)


class TestCsv:
    """The tidy table."""

    def test_a_row_for_each_policy_tenant_and_resource(self) -> None:
        """Numbers are exact and in smallest units; the verdict stands beside them."""
        what = scenario(
            {"cpu": 8000, "gpu": 0}, tenant("big", held({"cpu": 1000}, 8, 7)), tenant("free", fluid({"cpu": 5}, None))
        )
        rows = list(csv.DictReader(io.StringIO(view.csv(compare(what, use("drf"))))))
        assert [(row["policy"], row["tenant"], row["resource"]) for row in rows] == [
            (policy, name, resource)
            for policy in ("now", "drf")
            for name in ("big", "free")
            for resource in ("cpu", "gpu")
        ]
        assert rows[0] == {
            "policy": "now", "tenant": "big", "weight": "1", "resource": "cpu", "unit": "milli", "capacity": "8000",
            "wanted": "8000", "granted": "7000", "usable": "7000", "entitled": "4000", "fair_share": "4000",
            "borrowed": "3000", "tasks_wanted": "8", "tasks_granted": "7", "satisfaction": "0.875",
            "outcome": "partial", "verdict": "baseline",
        }  # fmt: skip
        assert (rows[4]["granted"], rows[4]["verdict"]) == ("4000", "lose")
        assert (rows[6]["wanted"], rows[6]["satisfaction"], rows[6]["verdict"]) == ("", "", "gain")

    def test_hostile_names(self) -> None:
        """No name breaks a row, and none is run as a formula."""
        result = hostile()
        rows = list(csv.reader(io.StringIO(view.csv(result))))
        assert {len(row) for row in rows} == {17}
        assert len(rows) == 1 + 4 * len(HOSTILE) * 2
        assert all(cell == sanitize(cell) for row in rows for cell in row)
        assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


class TestMarkdown:
    """The same for a ticket."""

    def test_tables(self) -> None:
        """Verdict, who changes and why, metrics: each a pipe table of equal rows."""
        lines = view.markdown(compare(crowd(8), use("drf", "fifo")))
        assert lines[0] == "## A crowd"
        assert "| against now | gain | lose | same |" in lines
        assert "| drf | 7 | 1 | 0 |" in lines
        assert "### drf against now" in lines
        assert "| loses | team-0 | 100% | 12% | -28 cpu | borrowed 28 cpu above its entitled 4 |" in lines
        assert any(line.startswith("| cpu utilisation |") for line in lines)

    def test_hostile_names(self) -> None:
        """No name opens a cell, a tag or an emphasis."""
        lines = view.markdown(hostile(), show_all=True, wide=True, top=20)
        assert all(line == sanitize(line) for line in lines)
        assert not any("**bold**" in line or "<b>" in line or "`code`" in line for line in lines)
        at = lines.index("### Satisfaction") + 2
        pipes = {line.replace("\\|", "").count("|") for line in lines[at : at + 2 + len(HOSTILE)]}
        assert pipes == {6}
