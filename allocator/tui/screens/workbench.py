"""The first screen: who gets what under one policy, how the pool is used, and why the chosen tenant got what it got."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from allocator.core.text import sanitize
from allocator.reports.table import clip, columns_of
from allocator.results import Allocation
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import WORKBENCH
from allocator.tui.saying import Line, drawn
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.screens.workbench_layout import LAYOUT
from allocator.tui.screens.workbench_why import Why
from allocator.tui.widgets.choices import Choices
from allocator.tui.widgets.filter import Filter
from allocator.tui.widgets.footer import Footer
from allocator.tui.widgets.table import Table
from allocator.tui.widgets.titles import Titles
from allocator.tui.workbench import drawing
from allocator.tui.workbench.snapshot import TenantRows

PANELS = ("tenants", "pool", "why")
NEXT = "tab next panel"


class WorkbenchScreen(DeskScreen):
    """Tenants in a table; beside it the pool and the reason."""

    MODE = WORKBENCH
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(WORKBENCH)
    AUTO_FOCUS = "#tenants"
    DEFAULT_CSS = LAYOUT

    def __init__(self) -> None:
        super().__init__()
        self._panel = "tenants"
        """The panel that has the keys; where there is no room for all, the one that is open."""
        self._drawn: Allocation | None = None
        self._pooled: Allocation | None = None
        """The allocation whose sums are made."""
        self._rows: TenantRows | None = None
        self._why: Why | None = None

    def compose(self) -> ComposeResult:
        """Heading, policies, table, side, filter, footer."""
        glyphs = self.glyphs
        yield Static("", id="heading", markup=False)
        yield Choices(glyphs, id="policies")
        yield Titles(PANELS, glyphs, NEXT, id="tabs")
        with Horizontal(id="body"):
            with Vertical(id="main"):
                yield Titles(["tenants"], glyphs)
                yield Table(glyphs, noun="tenant", id="tenants")
            with Vertical(id="side"):
                yield Titles(["pool"], glyphs)
                with VerticalScroll(id="pool-panel"):
                    yield Static("", id="pool", markup=False)
                yield Titles(["why"], glyphs, NEXT)
                with VerticalScroll(id="why-panel"):
                    yield Static("", id="why", markup=False)
        yield Filter("a name or an outcome")
        yield Footer()

    def on_mount(self) -> None:
        """Open the table."""
        self._why = Why(self.fairheap, self, lambda: self._room, self._reasoned)
        self._open("tenants")

    def on_resize(self, _: events.Resize) -> None:
        """Columns and lines are as wide as there is room."""
        self.call_after_refresh(self._fit)

    # --- drawing ---------------------------------------------------------------------------------------------------

    def asked(self) -> None:
        """Another policy was chosen: it is marked before it has answered."""
        if not self.is_mounted:
            return
        desk = self.desk
        computing = "  computing ..." if self.fairheap.computing.busy("allocate") else ""
        state = f"{self.mark}  policy {sanitize(desk.policy.label)}{computing}"
        # A long path gives way: that it is modified must be seen.
        room = max(10, self.size.width - 2 - columns_of(state))
        self.query_one("#heading", Static).update(f"{clip(self.called, room)}{state}")
        self.query_one(Choices).show(desk.policies, desk.chosen or desk.policy.name)

    def answered(self) -> None:
        """Draw the newest answer; what takes longer follows."""
        self.asked()
        self.query_one(Footer).show(self.keys())
        allocation, before, glyphs = self.desk.allocation, self.desk.before, self.glyphs
        if allocation is None:
            return
        room, width = self._room, self._table_width

        def done(rows: TenantRows) -> None:
            self._rows = rows
            rows.fit(self._table_width)
            self._drawn = allocation
            self.query_one(Table).show(rows)
            self._follow(allocation)
            self._chosen()
            self._pool(allocation, before, room)

        self.fairheap.computing.start("snapshot", lambda _: TenantRows(allocation, before, glyphs, width), done)

    @property
    def tenant(self) -> str | None:
        """The name of the chosen tenant."""
        row = self.query_one(Table).row
        return self._drawn.tenants[row].name if self._drawn is not None and row is not None else None

    def _follow(self, allocation: Allocation) -> None:
        """After an edit the cursor goes to whom it was about."""
        name, self.desk.follow = self.desk.follow, None
        row = None if name is None else next((i for i, one in enumerate(allocation.tenants) if one.name == name), None)
        if row is not None:
            self.query_one(Table).select(row)

    def _pool(self, allocation: Allocation, before: Allocation | None, room: int) -> None:
        """Beside the table, the pool: adding up many tenants takes longer than showing those in sight."""

        def done(lines: list[Line]) -> None:
            if allocation is self._drawn:
                self._pooled = allocation
                self.query_one("#pool", Static).update(drawn(lines))
                self._title()
                self._place(allocation, lines, room)

        glyphs = self.glyphs
        self.fairheap.computing.start("pool", lambda _: drawing.pool_lines(allocation, before, room, glyphs), done)

    def _place(self, allocation: Allocation, lines: list[Line], room: int) -> None:
        """Below the pool, what the nodes hold: placing takes a while."""

        def done(more: list[Line]) -> None:
            if more and allocation is self._drawn:
                self.query_one("#pool", Static).update(drawn([*lines, [], *more]))

        self.fairheap.computing.start("nodes", lambda _: drawing.node_lines(allocation, room), done)

    def _fit(self) -> None:
        if self._rows is not None:
            self._rows.fit(self._table_width)
            self.query_one(Table).show(self._rows)
        self.answered()

    @property
    def _table_width(self) -> int:
        return self.size.width - next(
            (side for name, side in (("-wide", 61), ("-normal", 41)) if self.has_class(name)), 0
        )

    @property
    def _room(self) -> int:
        """How wide lines at the side may be, beside padding and scrollbar."""
        side = {"-wide": 60, "-normal": 40}
        return max(24, next((width for name, width in side.items() if self.has_class(name)), self.size.width) - 3)

    def _chosen(self) -> None:
        """Another tenant is chosen, or the same is told anew."""
        table = self.query_one(Table)
        if self._why is not None:
            nobody = "no tenant matches the filter" if table.filter else "no tenants; a adds one"
            self._why.about(self._drawn, table.row, nobody if self._drawn else "")
        self._title()

    def _reasoned(self, lines: object) -> None:
        assert isinstance(lines, list)
        self.query_one("#why", Static).update(drawn(lines))

    def _title(self) -> None:
        """What the titles of the panels say."""
        table, allocation = self.query_one(Table), self._drawn
        words = {"tenants": "", "pool": "", "why": ""}
        if allocation is not None:
            there = len(allocation.tenants)
            count = f"{table.shown:,} of {there:,}" if table.filter else f"{there:,}"
            by = f", by {table.sorted_by}" if table.sorted_by else ""
            words["tenants"] = "sorting ..." if table.arranging else f"{count}{by}"
            if not self._is_open("pool") and allocation is self._pooled:
                words["pool"] = drawing.pool_in_short(allocation)
            if not self._is_open("why") and table.row is not None:
                words["why"] = drawing.tenant_in_short(allocation.tenants[table.row])
            if self.has_class("-tiny"):
                words |= {"pool": "", "why": ""}
        for titles in self.query(Titles):
            titles.show(self._panel, words)

    def _is_open(self, panel: str) -> bool:
        return not (self.has_class("-narrow") or self.has_class("-tiny")) or panel == self._panel

    def on_table_arranged(self, _: Table.Arranged) -> None:
        """Other rows are shown."""
        self._title()

    def on_table_highlighted(self, _: Table.Highlighted) -> None:
        """Another tenant is chosen."""
        self._chosen()

    def on_table_chosen(self, _: Table.Chosen) -> None:
        """Enter: explain at once, and show it."""
        if not self._is_open("why"):
            self._open("why")
        if self._why is not None:
            self._why.explain()

    # --- what is done here -----------------------------------------------------------------------------------------

    def _open(self, panel: str) -> None:
        self._panel = panel
        for name in PANELS:
            self.set_class(name == panel, f"-at-{name}")
        self._title()
        self.query_one("#tenants" if panel == "tenants" else f"#{panel}-panel").focus()

    def on_titles_opened(self, message: Titles.Opened) -> None:
        """A title was clicked."""
        self._open(message.panel)

    def on_choices_picked(self, message: Choices.Picked) -> None:
        """A policy was clicked."""
        self.desk.choose(message.name)
        self.fairheap.ask()

    def action_panel(self, by: int) -> None:
        """The next panel, or the one before."""
        self._open(PANELS[(PANELS.index(self._panel) + by) % len(PANELS)])

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.query_one(Table).sort_by_next()

    def action_filter(self) -> None:
        """Type what to filter by."""
        self.query_one(Filter).begin()

    def action_filter_by(self, words: str) -> None:
        """Filter by words that were typed elsewhere."""
        self.query_one(Filter).put(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each letter narrows."""
        self.query_one(Table).filter_by(event.value)
        self._chosen()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Keep the filter; the keys are the table's again."""
        self.query_one(Filter).keep()
        self._open("tenants")

    def action_clear(self) -> None:
        """Show all, and the table in front."""
        self.query_one(Filter).put("")
        self._open("tenants")

    def copied(self) -> list[str]:
        """The chosen tenant's lines and why."""
        return [] if self._why is None else self._why.copied
