"""A table of any number of rows: only what is on screen is ever formatted.

Rows are asked of a model by number; the widget holds the order in which they are shown, and the cursor. Text of cells
is sanitised by whoever makes it; it is never read as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from allocator.core.text import sanitize
from allocator.reports.table import clip
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TABLE
from allocator.tui.face import Face
from allocator.tui.glyphs import ASCII, Glyphs
from allocator.tui.widgets.rows import Cell as Cell
from allocator.tui.widgets.rows import Column as Column
from allocator.tui.widgets.rows import Model as Model
from allocator.tui.widgets.rows import arranged
from allocator.tui.widgets.table_lines import CSS, STYLES, TableLines

AT_ONCE = 2_000
"""Rows up to which an order is made at once; above, in the background."""


class Table(ScrollView, can_focus=True):
    """The rows of a model under a heading that stays."""

    COMPONENT_CLASSES: ClassVar = STYLES
    DEFAULT_CSS = CSS
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(TABLE)

    cursor = var(0)
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

    class Arranged(Message):
        """Other rows are shown, or in another order, or that is being worked out."""

        def __init__(self, table: Table) -> None:
            self.table = table
            super().__init__()

    def __init__(self, glyphs: Glyphs = ASCII, *, noun: str = "row", id: str | None = None) -> None:
        super().__init__(id=id)
        self._glyphs = glyphs
        self._noun = noun
        self._model: Model | None = None
        self._lines = TableLines((), glyphs)
        self._order: Sequence[int] = ()
        self._by: tuple[str, bool] | None = None
        """The title of the column that is sorted by, and whether descending."""
        self._filter = ""
        self._arranging = False
        self._cache: LRUCache[tuple[int, int, int, bool], Strip] = LRUCache(1024)
        self._styles: dict[str, Style] = {}

    def show(self, model: Model) -> None:
        """Show another model, or the same after a change; cursor, sort and filter stay where they can."""
        same = self._model is not None and len(self._model) == len(model)
        self._model = model
        if self._lines.columns != model.columns:
            self._lines = TableLines(model.columns, self._glyphs)
        if self._by is not None and self._sorted is None:
            self._by = None
        if not same:
            chosen = self.row
            self._put(range(len(model)), chosen)
        if not same or self._by or self._filter:
            self._arrange()
        self._measure()
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

    @property
    def arranging(self) -> bool:
        """Whether the order that was asked for is still being worked out."""
        return self._arranging

    @property
    def sorted_by(self) -> str:
        """The title of the column that is sorted by, with its arrow; empty where rows are as they are."""
        if self._by is None:
            return ""
        return self._by[0] + (self._glyphs.descending if self._by[1] else self._glyphs.ascending)

    @property
    def _sorted(self) -> tuple[int, bool] | None:
        titles = [column.title for column in self._lines.columns]
        return (titles.index(self._by[0]), self._by[1]) if self._by and self._by[0] in titles else None

    def filter_by(self, words: str) -> None:
        """Show only the rows that match; all for the empty string."""
        if words != self._filter:
            self._filter = words
            self._arrange()

    def sort_by(self, column: int | None, descending: bool = False) -> None:
        """Sort by a column, or show the rows as they are."""
        self._by = None if column is None else (self._lines.columns[column].title, descending)
        self._arrange()

    def sort_by_next(self) -> None:
        """Sort by each column in turn, down and up, then as declared."""
        columns, now = len(self._lines.columns), self._sorted
        if now is None:
            self.sort_by(0 if columns else None)
        elif not now[1]:
            self.sort_by(now[0], descending=True)
        else:
            self.sort_by(now[0] + 1 if now[0] + 1 < columns else None)

    def select(self, row: int) -> None:
        """Put the cursor on a row of the model, if it is shown."""
        at = min(row, len(self._order) - 1) if isinstance(self._order, range) else None
        if at is None and row in self._order:
            at = self._order.index(row)
        if at is not None:
            height = self.size.height - 1
            if height > 2 and not self.scroll_offset.y <= at < self.scroll_offset.y + height:
                # To the middle: the next few need no scrolling, which draws everything anew.
                self.scroll_to(y=at - height // 2, animate=False, force=True)
            self.cursor = at

    def redraw(self, *rows: int) -> None:
        """Rows of the model are other than they were; the others are not."""
        for key in [key for key in list(self._cache.keys()) if key[0] in rows]:
            self._cache.discard(key)
        top, height = self.scroll_offset.y, self.size.height - 1
        for line in range(min(height, len(self._order) - top)):
            if self._order[top + line] in rows:
                self.refresh(Region(0, line + 1, self.size.width, 1))

    def _arrange(self) -> None:
        model, by, words = self._model, self._sorted, self._filter
        if model is None:
            return
        computing, kind = cast("Face", self.app).computing, f"order-{id(self)}"
        if len(model) <= AT_ONCE or (by is None and not words):
            computing.cancel(kind)
            self._arranged(arranged(model, by, words, lambda: None))
            return
        self._arranging = True
        computing.start(kind, lambda ticket: arranged(model, by, words, ticket.check), self._arranged)
        self._repaint()
        self.post_message(self.Arranged(self))

    def _arranged(self, order: Sequence[int]) -> None:
        self._arranging = False
        self._put(order, self.row)
        self._repaint()
        self.post_message(self.Arranged(self))

    def _put(self, order: Sequence[int], chosen: int | None) -> None:
        """Show rows in this order, the cursor on the one that was chosen."""
        self._order = order
        self._measure()  # before the cursor moves: it is followed no further than there are lines
        if chosen is not None:
            self.select(chosen)
        self.cursor = min(self.cursor, max(0, len(order) - 1))
        if self.row != chosen:
            self.post_message(self.Highlighted(self, self.row))

    def _measure(self) -> None:
        self.virtual_size = Size(self._lines.width, len(self._order) + 1)

    def notify_style_update(self) -> None:
        """Colours have changed."""
        self._styles.clear()
        self._repaint()
        super().notify_style_update()

    def _repaint(self) -> None:
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
        if self._model is None:
            return Strip.blank(width, self._style("row"))
        if y == 0:
            return self._lines.heading(self._sorted, left, width, self._style)
        at = top + y - 1
        if at >= len(self._order):
            return self._beyond(y, width)
        here = at == self.cursor
        key = (self._order[at], left, width, here)
        strip = self._cache.get(key)
        if strip is None:
            cells = self._model.row(self._order[at])
            strip = self._cache[key] = self._lines.row(cells, here, left, width, self._style)
        return strip

    def _beyond(self, y: int, width: int) -> Strip:
        """A line after the last row; where there is none, why."""
        words = ""
        if y == 1 and not self._arranging:
            words = f" no {self._noun} matches {sanitize(self._filter)}" if self._filter else f" no {self._noun}s"
        return Strip([Segment(clip(words, width), self._style("dim"))]).crop_extend(0, width, self._style("row"))

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
        """A column to the left or right, where the table is wider than the screen."""
        self.scroll_to(x=self._lines.next_edge(self.scroll_offset.x, by), animate=False)

    def action_choose(self) -> None:
        """Enter."""
        self.post_message(self.Chosen(self, self.row))

    def on_click(self, event: events.Click) -> None:
        """A heading sorts, a row is chosen."""
        if event.y == 0:
            column, now = self._lines.at(event.x, self.scroll_offset.x), self._sorted
            if column is not None:
                self.sort_by(column, descending=now == (column, False))
            return
        at = self.scroll_offset.y + event.y - 1
        if at < len(self._order):
            again = at == self.cursor
            self.cursor = at
            if again and event.chain > 1:
                self.action_choose()
