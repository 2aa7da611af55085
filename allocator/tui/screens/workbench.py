"""The first screen: who gets what under one policy, how the pool is used, and why the chosen tenant got what it got."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.timer import Timer
from textual.widgets import Input, Static

from allocator.core.text import sanitize
from allocator.results import Allocation
from allocator.tui import pool_drawing
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import WORKBENCH
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.snapshot import TenantRows
from allocator.tui.widgets.footer import Footer
from allocator.tui.widgets.table import Table

PAUSE = 0.3
"""Seconds on a tenant before its explanation is computed."""
EAGER = 2_000
"""Tenants up to which explanations come by themselves; above, enter asks for one, which takes many runs."""
PANELS = ("tenants", "pool", "why")


class WorkbenchScreen(DeskScreen):
    """Tenants in a table; beside it the pool and the reason."""

    MODE = WORKBENCH
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(WORKBENCH)
    AUTO_FOCUS = "#tenants"
    DEFAULT_CSS = """
    WorkbenchScreen #policies { height: 1; padding: 0 1; color: $primary; }
    WorkbenchScreen #filter { height: 1; border: none; padding: 0 1; display: none; background: $panel; }
    WorkbenchScreen #filter.-open { display: block; }
    WorkbenchScreen #side { padding: 0; }
    WorkbenchScreen #pool-panel { height: auto; max-height: 50%; padding: 0 1; }
    WorkbenchScreen #why-panel { height: 1fr; padding: 0 1; border-top: solid $panel; }
    WorkbenchScreen #pool-panel:focus, WorkbenchScreen #why-panel:focus { background: $surface; }
    WorkbenchScreen.-wide #side { width: 66; }
    WorkbenchScreen.-narrow #side { height: 11; }
    WorkbenchScreen.-narrow #pool-panel, WorkbenchScreen.-narrow #why-panel,
    WorkbenchScreen.-tiny #pool-panel, WorkbenchScreen.-tiny #why-panel {
        display: none; height: 1fr; max-height: 100%; border-top: none;
    }
    WorkbenchScreen.-narrow #pool-panel.-open, WorkbenchScreen.-narrow #why-panel.-open,
    WorkbenchScreen.-tiny #pool-panel.-open, WorkbenchScreen.-tiny #why-panel.-open { display: block; }
    WorkbenchScreen.-tiny #side { display: none; height: 1fr; border-top: none; }
    WorkbenchScreen.-tiny #side.-open { display: block; }
    WorkbenchScreen.-tiny #tenants { display: none; }
    WorkbenchScreen.-tiny #tenants.-open { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._panel = "tenants"
        self._side = "why"
        """The panel of the side that is open where only one is."""
        self._drawn: Allocation | None = None
        self._explained: list[str] = []
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """Heading, policies, table, side, filter, footer."""
        yield Static("", id="heading", markup=False)
        yield Static("", id="policies", markup=False)
        with Horizontal(id="body"):
            yield Table(self.glyphs, id="tenants")
            with VerticalScroll(id="side", can_focus=False):
                with VerticalScroll(id="pool-panel"):
                    yield Static("", id="pool", markup=False)
                with VerticalScroll(id="why-panel"):
                    yield Static("", id="why", markup=False)
        yield Input(id="filter", compact=True, placeholder="words in a name or an outcome; enter keeps, esc clears")
        yield Footer()

    def on_mount(self) -> None:
        """Open the table."""
        self._open("tenants")

    def on_resize(self, _: events.Resize) -> None:
        """Lines are as long as there is room."""
        self.call_after_refresh(self.answered)

    # --- drawing ---------------------------------------------------------------------------------------------------

    def answered(self) -> None:
        """Draw the newest answer; what takes longer follows."""
        desk = self.desk
        title = sanitize(desk.session.scenario.title) or sanitize(desk.session.source)
        mark = " [modified]" if desk.sitting.dirty else ""
        self.query_one("#heading", Static).update(f"{title}{mark}  policy {sanitize(desk.policy.label)}")
        names, width = desk.policies, max(20, self.size.width - 2)
        self.query_one("#policies", Static).update(
            pool_drawing.policy_line(names, desk.policy.name, width, self.glyphs)
        )
        self.query_one(Footer).show(self.keys())
        allocation, before, glyphs = desk.allocation, desk.before, self.glyphs
        if allocation is None:
            return
        room = self._room("#pool-panel")

        def work(_: object) -> tuple[TenantRows, list[str]]:
            return TenantRows(allocation, before, glyphs), pool_drawing.pool_lines(allocation, before, room, glyphs)

        def done(answer: tuple[TenantRows, list[str]]) -> None:
            rows, lines = answer
            self.query_one(Table).show(rows)
            self.query_one("#pool", Static).update("\n".join(lines))
            self._drawn = allocation
            self._show_why()
            self._place(allocation, lines, room)

        self.fairheap.computing.start("snapshot", work, done)

    def _place(self, allocation: Allocation, lines: list[str], room: int) -> None:
        """Below the pool, what the nodes hold: placing takes a while."""

        def done(more: list[str]) -> None:
            if more and allocation is self._drawn:
                self.query_one("#pool", Static).update("\n".join([*lines, "", *more]))

        self.fairheap.computing.start("nodes", lambda _: pool_drawing.node_lines(allocation, room), done)

    def _room(self, panel: str) -> int:
        width = self.query_one(panel).size.width
        side = {"-wide": 64, "-normal": 41}
        known = next((room for name, room in side.items() if self.has_class(name)), self.size.width - 4)
        return max(24, width - 3 if width > 10 else known)

    def _show_why(self) -> None:
        """At once the reason; after a pause what explains it."""
        allocation, row = self._drawn, self.query_one(Table).row
        self._explained = []
        self.fairheap.computing.cancel("explain")
        if self._pause is not None:
            self._pause.stop()
        if allocation is None or row is None:
            self.query_one("#why", Static).update("no tenant matches the filter" if allocation else "")
            return
        many = len(allocation.tenants) > EAGER
        self._draw_why(["enter explains it: with so many tenants that takes a while"] if many else [])
        if not many:
            self._pause = self.set_timer(PAUSE, self._explain)

    def _draw_why(self, more: list[str]) -> None:
        allocation, row = self._drawn, self.query_one(Table).row
        if allocation is not None and row is not None:
            lines = pool_drawing.tenant_lines(allocation.tenants[row], self._room("#why-panel"))
            self.query_one("#why", Static).update("\n".join([*lines, "", *more] if more else lines))

    def _explain(self) -> None:
        allocation, row = self._drawn, self.query_one(Table).row
        policy = allocation.policy if allocation else None
        if allocation is None or row is None or policy is None:
            return
        session, name, room, glyphs = (
            self.desk.session,
            allocation.tenants[row].name,
            self._room("#why-panel"),
            self.glyphs,
        )
        if session.scenario is not allocation.scenario:
            return

        def done(lines: list[str]) -> None:
            if self._drawn is allocation and self.query_one(Table).row == row:
                self._explained = lines
                self._draw_why(lines)

        self._draw_why(["..."])
        self.fairheap.computing.start(
            "explain",
            lambda _: pool_drawing.explained_lines(session.explain(name, policy), room, glyphs),
            done,
            failed=lambda words: self._draw_why([words]),
        )

    def on_table_highlighted(self, _: Table.Highlighted) -> None:
        """Another tenant is chosen."""
        self._show_why()

    def on_table_chosen(self, _: Table.Chosen) -> None:
        """Enter: explain at once, and show it."""
        self._open("why")
        self.query_one("#tenants").focus()
        self._explain()

    # --- what is done here -----------------------------------------------------------------------------------------

    def _open(self, panel: str) -> None:
        self._panel = panel
        if panel != "tenants":
            self._side = panel
        for name in PANELS[1:]:
            self.query_one(f"#{name}-panel").set_class(name == self._side, "-open")
        tiny = self.has_class("-tiny")
        self.query_one("#side").set_class(panel != "tenants", "-open")
        self.query_one("#tenants").set_class(panel == "tenants" or not tiny, "-open")
        self.query_one("#tenants" if panel == "tenants" else f"#{panel}-panel").focus()

    def action_panel(self, by: int) -> None:
        """The next panel, or the one before."""
        self._open(PANELS[(PANELS.index(self._panel) + by) % len(PANELS)])

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.query_one(Table).sort_by_next()

    def action_filter(self) -> None:
        """Type what to filter by."""
        field = self.query_one("#filter", Input)
        field.add_class("-open")
        field.focus()

    def action_filter_by(self, words: str) -> None:
        """Filter by words that were typed elsewhere."""
        self.query_one("#filter", Input).value = words
        self.query_one("#filter", Input).set_class(bool(words), "-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each letter narrows."""
        self.query_one(Table).filter_by(event.value)
        self._show_why()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Keep the filter; the keys are the table's again."""
        field = self.query_one("#filter", Input)
        field.set_class(bool(field.value), "-open")
        self._open("tenants")

    def action_clear(self) -> None:
        """Show all, and the table in front."""
        field = self.query_one("#filter", Input)
        field.value = ""
        field.remove_class("-open")
        self._open("tenants")

    def action_copy(self) -> None:
        """Copy the chosen tenant's line and why."""
        allocation, row = self._drawn, self.query_one(Table).row
        if allocation is None or row is None:
            return
        one = allocation.tenants[row]
        lines = [f"policy {sanitize(allocation.label)}", *pool_drawing.tenant_lines(one, 100), *self._explained]
        self.app.copy_to_clipboard("\n".join(lines))
        self.notify(f"copied to the clipboard, if the terminal lets it: {sanitize(one.name)}", markup=False)
