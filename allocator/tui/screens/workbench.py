"""The first screen: who gets what under one policy, how the pool is used, and why the chosen tenant got what it got."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from allocator.core.text import sanitize
from allocator.reports import units
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import WORKBENCH
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.snapshot import TenantRows
from allocator.tui.widgets.footer import Footer
from allocator.tui.widgets.table import Table


class WorkbenchScreen(DeskScreen):
    """Tenants in a table; beside it the pool and the reason."""

    MODE = WORKBENCH

    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(WORKBENCH)

    def compose(self) -> ComposeResult:
        """Heading, table, side, footer."""
        yield Static("", id="heading", markup=False)
        with Horizontal(id="body"):
            yield Table(self.glyphs, id="tenants")
            with VerticalScroll(id="side", can_focus=False):
                yield Static("", id="pool", markup=False)
                yield Static("", id="why", markup=False)
        yield Footer()

    def answered(self) -> None:
        """Draw the newest answer."""
        desk = self.desk
        title = sanitize(desk.session.scenario.title) or sanitize(desk.session.source)
        mark = " [modified]" if desk.sitting.dirty else ""
        self.query_one("#heading", Static).update(f"{title}{mark}  policy {sanitize(desk.policy.label)}")
        self.query_one(Footer).show(self.keys())
        if desk.allocation is None:
            return
        self.query_one(Table).show(TenantRows(desk.allocation, desk.before, self.glyphs))
        self._show_pool()
        self._show_why()

    def _show_pool(self) -> None:
        allocation = self.desk.allocation
        assert allocation is not None
        lines = []
        for name in allocation.scenario.capacity:
            used = allocation.utilisation[name]
            bar = units.bar(used, 10, unicode=self.glyphs.unicode)
            left = units.amount(name, allocation.unallocated[name])
            lines.append(f"{units.short(sanitize(name)):<10.10} {bar} {units.percent(used):>4}  {left} left")
        lines.append(f"Jain {units.ratio(allocation.jain_index)}  min-max {units.ratio(allocation.min_max_ratio)}")
        self.query_one("#pool", Static).update("\n".join(lines))

    def _show_why(self) -> None:
        allocation, row = self.desk.allocation, self.query_one(Table).row
        if allocation is None or row is None:
            return
        one = allocation.tenants[row]
        self.query_one("#why", Static).update(f"{sanitize(one.name)}: {sanitize(one.reason)}")

    def on_table_highlighted(self) -> None:
        """Another tenant is chosen."""
        self._show_why()
