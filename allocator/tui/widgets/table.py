"""A table of any number of rows: only what is on screen is ever formatted.

Rows are asked of a model by number; the widget holds the order in which they are shown, and the cursor. Text of cells
is sanitised by whoever makes it; it is never read as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from allocator.reports.table import padded
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TABLE
from allocator.tui.glyphs import ASCII, Glyphs


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and a fixed width; widths never come from scanning the data."""

    title: str
    width: int
    align: Literal["left", "right"] = "left"


Cell = tuple[str, str]
"""Text, and the name of a component class for its style, or the empty string."""


class Model(Protocol):
    """What a table shows."""

    columns: Sequence[Column]

    def __len__(self) -> int:
        """How many rows there are."""

    def row(self, number: int) -> Sequence[Cell]:
        """The cells of one row; called only for rows on screen."""

    def order(self, column: int, descending: bool) -> Sequence[int]:
        """The rows sorted by a column, equal ones as they are."""

    def matches(self, words: str) -> Sequence[int]:
        """The rows that a filter lets through, as they are."""


class Table(ScrollView, can_focus=True):
    """The rows of a model under a heading that stays."""

    COMPONENT_CLASSES: ClassVar = {
        "table--header",
        "table--cursor",
        "table--row",
        "table--good",
        "table--bad",
        "table--dim",
        "table--mark",
    }
    DEFAULT_CSS = """
    Table { height: 1fr; background: $surface; color: $foreground; }
    Table > .table--header { background: $panel; text-style: bold; }
    Table > .table--row { background: $surface; }
    Table > .table--cursor { text-style: reverse; }
    Table > .table--good { color: $success; }
    Table > .table--bad { color: $error; }
    Table > .table--dim { color: $text-muted; }
    Table > .table--mark { color: $accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(TABLE)

    cursor = reactive(0)
    """The row of the screen's order that is chosen."""

    class Highlighted(Message):
        """The cursor is on another row."""

        def __init__(self, table: Table, row: int | None) -> None:
            self.table = table
            self.row = row
            """Of the model; None where nothing is shown."""
            super().__init__()

    class Chosen(Highlighted):
        """Enter, or a second click, on a row."""

    def __init__(self, glyphs: Glyphs = ASCII, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._model: Model | None = None
        self._order: Sequence[int] = ()
        self._sorted: tuple[int, bool] | None = None
        self._filter = ""
        self._revision = 0
        self._cache: LRUCache[tuple[int, int, bool], Strip] = LRUCache(1024)
        self._styles: dict[str, Style] = {}

    # --- the model -----------------------------------------------------------------------------------------------

    def show(self, model: Model) -> None:
        """Show another model, or the same after a change; cursor, sort and filter stay where they can."""
        chosen = self.row
        same = self._model is not None and len(self._model) == len(model)
        self._model = model
        if self._sorted is not None and self._sorted[0] >= len(model.columns):
            self._sorted = None
        if not same or self._sorted or self._filter or not len(self._order):
            self._arrange()
            if chosen is not None:
                self._go_to(chosen)
        self._repaint()

    @property
    def row(self) -> int | None:
        """The row of the model under the cursor; None where nothing is shown."""
        return self._order[self.cursor] if self.cursor < len(self._order) else None

    @property
    def shown(self) -> int:
        """How many rows the filter lets through."""
        return len(self._order)

    @property
    def filter(self) -> str:
        """What rows are filtered by."""
        return self._filter

    def filter_by(self, words: str) -> None:
        """Show only the rows that match; all for the empty string."""
        chosen = self.row
        self._filter = words
        self._arrange()
        if chosen is not None:
            self._go_to(chosen)
        self._repaint()

    def sort_by(self, column: int | None, descending: bool = False) -> None:
        """Sort by a column, or show the rows as they are."""
        chosen = self.row
        self._sorted = None if column is None else (column, descending)
        self._arrange()
        if chosen is not None:
            self._go_to(chosen)
        self._repaint()

    def sort_by_next(self) -> None:
        """Sort by each column in turn, down and up, then as declared."""
        columns = len(self._model.columns) if self._model else 0
        if self._sorted is None:
            self.sort_by(0 if columns else None)
        elif not self._sorted[1]:
            self.sort_by(self._sorted[0], descending=True)
        else:
            following = self._sorted[0] + 1
            self.sort_by(following if following < columns else None)

    def select(self, row: int) -> None:
        """Put the cursor on a row of the model, if it is shown."""
        self._go_to(row)

    def _arrange(self) -> None:
        model = self._model
        if model is None:
            self._order = ()
            return
        order: Sequence[int] = range(len(model)) if self._sorted is None else model.order(*self._sorted)
        if self._filter:
            kept = set(model.matches(self._filter))
            order = [row for row in order if row in kept]
        self._order = order
        width = sum(column.width + 1 for column in model.columns) + 1
        self.virtual_size = Size(width, len(order) + 1)
        self.cursor = min(self.cursor, max(0, len(order) - 1))

    def _go_to(self, row: int) -> None:
        if isinstance(self._order, range):
            self.cursor = min(row, max(0, len(self._order) - 1))
        elif row in self._order:
            self.cursor = self._order.index(row)

    # --- drawing -------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Colours have changed."""
        self._styles.clear()
        self._repaint()
        super().notify_style_update()

    def _repaint(self) -> None:
        self._revision += 1
        self._cache.clear()
        self.refresh()

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(f"table--{name}")
        return self._styles[name]

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        left, top = self.scroll_offset
        width = self.size.width
        base = self._style("row")
        if self._model is None:
            return Strip.blank(width, base)
        if y == 0:
            return self._heading().crop_extend(left, left + width, self._style("header"))
        at = top + y - 1
        if at >= len(self._order):
            return Strip.blank(width, base)
        here = at == self.cursor
        key = (self._order[at], self._revision, here)
        strip = self._cache.get(key)
        if strip is None:
            strip = self._cache[key] = self._row(self._order[at], here)
        return strip.crop_extend(left, left + width, self._style("cursor") if here else base)

    def _heading(self) -> Strip:
        assert self._model is not None
        style = self._style("header")
        parts = [Segment(" ", style)]
        for index, column in enumerate(self._model.columns):
            title = column.title
            if self._sorted is not None and self._sorted[0] == index:
                title += self._glyphs.descending if self._sorted[1] else self._glyphs.ascending
            parts.append(Segment(padded(title, column.width, column.align) + " ", style))
        return Strip(parts)

    def _row(self, number: int, here: bool) -> Strip:
        assert self._model is not None
        style = self._style("cursor") if here else self._style("row")
        parts = [Segment(self._glyphs.cursor if here else " ", style)]
        for column, (text, name) in zip(self._model.columns, self._model.row(number), strict=True):
            own = style + self._style(name) if name else style
            # A segment a cell: where letters are two columns wide, the columns after them stay in place.
            parts.append(Segment(padded(text, column.width, column.align) + " ", own))
        return Strip(parts)

    # --- the cursor ----------------------------------------------------------------------------------------------

    def validate_cursor(self, row: int) -> int:
        """Within what is shown."""
        return max(0, min(row, len(self._order) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Keep the cursor on screen; repaint the two rows that changed."""
        top, height = self.scroll_offset.y, max(1, self.size.height - 1)
        if new < top:
            self.scroll_to(y=new, animate=False, force=True)
        elif new >= top + height:
            self.scroll_to(y=new - height + 1, animate=False, force=True)
        for row in (old, new):
            line = row - self.scroll_offset.y + 1
            if 1 <= line <= height:
                self.refresh(Region(0, line, self.size.width, 1))
        self.post_message(self.Highlighted(self, self.row))

    def action_move(self, by: int) -> None:
        """Up or down."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """A screen up or down."""
        self.cursor += by * max(1, self.size.height - 2)

    def action_jump(self, to: int) -> None:
        """To the first or the last row."""
        self.cursor = len(self._order) - 1 if to < 0 else to

    def action_sideways(self, by: int) -> None:
        """Left or right, where the table is wider than the screen."""
        self.scroll_relative(x=8 * by, animate=False)

    def action_choose(self) -> None:
        """Enter."""
        self.post_message(self.Chosen(self, self.row))

    def on_click(self, event: events.Click) -> None:
        """A heading sorts, a row is chosen."""
        if event.y == 0:
            self._click_heading(event.x + self.scroll_offset.x - 1)
            return
        at = self.scroll_offset.y + event.y - 1
        if at < len(self._order):
            again = at == self.cursor
            self.cursor = at
            if again and event.chain > 1:
                self.action_choose()

    def _click_heading(self, x: int) -> None:
        for index, column in enumerate(self._model.columns if self._model else ()):
            if 0 <= x <= column.width:
                flip = self._sorted == (index, False)
                self.sort_by(index, descending=flip)
                return
            x -= column.width + 1
