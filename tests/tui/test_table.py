"""The table of any number of rows: what stays, what moves, what is sorted where nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable

from rich.style import Style

from allocator.tui.glyphs import ASCII, UNICODE
from allocator.tui.widgets.rows import Column, arranged, sorted_rows
from allocator.tui.widgets.table import Table
from allocator.tui.widgets.table_lines import TableLines
from tests.tui.harness import many_tenants, running

COLUMNS = (Column("", 1, fixed=True), Column("name", 5, fixed=True), Column("one", 4), Column("two", 6, "right"))


def plain(_: str) -> Style:
    """No style."""
    return Style.null()


class Numbers:
    """A model whose rows are numbers."""

    columns = COLUMNS

    def __init__(self, keys: list[int]) -> None:
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    def row(self, number: int) -> list[tuple[str, str]]:
        """Its number, its key, its double."""
        return [("", ""), (str(number), ""), (str(self.keys[number]), ""), (str(2 * self.keys[number]), "")]

    def order(self, column: int, descending: bool) -> list[int]:
        """By key."""
        return sorted_rows(self.keys, descending=descending)

    def matches(self, words: str) -> list[int]:
        """Whose key holds the words."""
        return [row for row, key in enumerate(self.keys) if words in str(key)]


def nothing() -> None:
    """Nobody asks to stop."""


class TestOrder:
    """Rows in order."""

    def test_equal_ones_stay_as_they_are(self) -> None:
        """Sorting by parts is the stable sort of all, up and down."""
        keys = [(number * 7919) % 101 for number in range(10_000)]
        for descending in (False, True):
            whole = sorted(range(len(keys)), key=keys.__getitem__, reverse=descending)
            assert sorted_rows(keys, descending=descending) == whole

    def test_sorted_and_filtered(self) -> None:
        """A filter keeps the order of the sort."""
        model = Numbers([31, 2, 13, 3])
        assert list(arranged(model, (2, True), "3", nothing)) == [0, 2, 3]
        assert list(arranged(model, None, "3", nothing)) == [0, 2, 3]
        assert list(arranged(model, (2, False), "", nothing)) == [1, 3, 2, 0]


class TestLines:
    """Sideways."""

    def line(self, left: int, width: int) -> str:
        """A row of the model."""
        lines = TableLines(COLUMNS, ASCII)
        return lines.row(Numbers([42]).row(0), True, left, width, plain).text

    def test_the_first_columns_stay(self) -> None:
        """The mark and the name stay where they are; the others move under them."""
        assert self.line(0, 22) == ">  0     42       84  "
        assert self.line(5, 16) == ">  0         84 "

    def test_the_heading_says_that_there_is_more(self) -> None:
        """An arrow at the right edge, at the left one, and none where all is seen."""
        lines = TableLines(COLUMNS, ASCII)
        heading: Callable[[int, int], str] = lambda left, width: lines.heading(None, left, width, plain).text  # noqa: E731
        assert heading(0, 16) == "   name  one   >"
        assert heading(5, 16) == "   name <   two "
        assert "<" not in heading(0, 22)
        assert ">" not in heading(0, 22)

    def test_a_step_sideways_is_a_column(self) -> None:
        """Each step puts the next column beside those that stay."""
        lines = TableLines(COLUMNS, ASCII)
        assert [lines.next_edge(at, 1) for at in (0, 5)] == [5, 12]
        assert [lines.next_edge(at, -1) for at in (12, 5, 3)] == [5, 0, 0]

    def test_half_a_figure_is_marked(self) -> None:
        """What goes on beyond the edge of the screen says so, wherever it was moved to."""
        lines = TableLines((*COLUMNS, Column("three", 4)), ASCII)
        cells = [("", ""), ("name", ""), ("x", ""), ("123456", ""), ("y", "")]
        assert lines.row(cells, False, 0, 19, plain).text == "   name  x    1234~"
        assert lines.row(cells, False, 0, 20, plain).text == "   name  x    123456"
        assert lines.row(cells, False, 5, 14, plain).text == "   name  1234~"

    def test_a_click_finds_its_column(self) -> None:
        """What stays is found where it is drawn, the others where they were moved to."""
        lines = TableLines(COLUMNS, ASCII)
        assert [lines.at(x, 0) for x in (1, 3, 9, 14)] == [0, 1, 2, 3]
        assert [lines.at(x, 5) for x in (3, 9)] == [1, 3]


class TestManyRows:
    """Where there are so many rows that an order takes a while."""

    async def test_sorted_in_the_background(self) -> None:
        """The cursor stays on its tenant, and the newest order is the one that is shown."""
        async with running(many_tenants(3_000)) as ui:
            table = ui.app.screen.query_one("#tenants", Table)
            await ui.press("j", "j", "j")
            table.sort_by(1)
            table.sort_by(1, descending=True)
            assert table.arranging
            await ui.settle()
            assert not table.arranging
            assert table.row == 3
            await ui.press("g")
            assert table.row == 999

    async def test_nothing_matches(self) -> None:
        """That nothing matches is said where rows would be."""
        async with running(many_tenants(3_000)) as ui:
            table = ui.app.screen.query_one("#tenants", Table)
            table.filter_by("[b]zzz")
            await ui.settle()
            assert (table.shown, table.row) == (0, None)
            assert "matches [b]zzz" in ui.text

    async def test_the_chosen_row_stays_in_sight(self) -> None:
        """Where all rows come back after a filter, the cursor is on the row that was chosen, and it is seen."""
        async with running(many_tenants(200)) as ui:
            await ui.press("slash")
            await ui.type("t199")
            await ui.press("enter", "escape")
            assert ui.app.screen.query_one("#tenants", Table).row == 199
            assert any(f"{UNICODE.cursor}  t199 " in line for line in ui.lines)
