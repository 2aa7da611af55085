"""Policies side by side: who gains and who loses under each, against a baseline, and what that does to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from allocator.core.text import sanitize
from allocator.reports.table import clip, wrap
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import COMPARE
from allocator.tui.compare.board import Board, BoardRows, arranged, below, beyond, fitted, headings
from allocator.tui.compare.policy_table import PolicyTable
from allocator.tui.computing import Ticket
from allocator.tui.picks import Picks
from allocator.tui.screens.comparing_layout import LAYOUT
from allocator.tui.screens.comparing_picks import Picking
from allocator.tui.screens.comparing_running import Comparisons
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.widgets.filter import Filter
from allocator.tui.widgets.footer import Footer

EAGER = 2_000
"""Tenants up to which reasons are told for every policy; above, for the chosen one: each takes an order of all."""
PANELS = {"tenants": "#grants", "metrics": "#metrics-panel", "detail": "#detail-panel"}
"""And what in each has the keys."""


class CompareScreen(Picking, DeskScreen):
    """Tenants down, policies across; figures below; the chosen tenant under every policy."""

    MODE = COMPARE
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(COMPARE)
    AUTO_FOCUS = "#grants"
    DEFAULT_CSS = LAYOUT

    def __init__(self) -> None:
        super().__init__()
        self.comparisons = Comparisons(self.fairheap, self._changed)
        self._panel = "tenants"
        self._order: tuple[Board | None, Sequence[int]] = (None, ())
        """The tenants to show, and of which board."""
        self.shown_from = 0
        self._tenant = 0
        """The chosen one."""
        self._words = ""
        """What is filtered by."""
        self._reasons: tuple[object, Sequence[str]] = (None, ())
        """Why the chosen tenant gains or loses, and what that was asked of."""

    def compose(self) -> ComposeResult:
        """Heading, verdict, table, figures, the chosen tenant, filter, footer."""
        yield Static("", id="heading", markup=False)
        yield Static("", id="verdict", markup=False)
        with Vertical(id="compare-body"):
            yield PolicyTable(self.glyphs, id="grants")
            with VerticalScroll(id="metrics-panel"):
                yield Static("", id="metrics", markup=False)
            with VerticalScroll(id="detail-panel"):
                yield Static("", id="detail", markup=False)
        yield Filter("a name")
        yield Footer()

    def on_mount(self) -> None:
        """The table has the keys."""
        self._open("tenants")

    def on_resize(self, _: events.Resize) -> None:
        """As many columns as there is room for."""
        self.call_after_refresh(self.draw)

    @property
    def picks(self) -> Picks:
        """What stands side by side."""
        return self.desk.picks

    @property
    def board(self) -> Board | None:
        """The newest comparison."""
        return self.comparisons.board

    @property
    def tenant(self) -> int | None:
        """The chosen one; None where there is none to choose."""
        row = self.query_one(PolicyTable).row
        board, rows = self._order
        return rows[row] if board is self.board and row is not None and row < len(rows) else None

    # --- drawing -----------------------------------------------------------------------------------------------------

    def answered(self) -> None:
        """The scenario may be another, or the picks: compare, unless that was done."""
        self.comparisons.want(self.picks)
        self._changed()

    def _changed(self) -> None:
        """There is a newer board, or more to tell."""
        if self.is_mounted:
            self.draw()
            if self.board is not self._order[0]:
                self.order()

    def order(self) -> None:
        """Have the rows ordered and filtered, and show them."""
        board, picks, words = self.board, self.picks, self._words
        if board is None:
            return
        sort, losers, column = picks.sort, picks.losers, self.column

        def done(rows: Sequence[int]) -> None:
            if board is self.board:
                self._order = (board, rows)
                self.draw()
                table = self.query_one(PolicyTable)
                if self._tenant in rows:
                    table.select(rows.index(self._tenant))
                self._explain()

        self.fairheap.computing.start("arrange", lambda _: arranged(board, sort, column, words, losers=losers), done)

    def draw(self) -> None:
        """Everything that is known."""
        board, picks = self.board, self.picks
        heading = f"compare{self.mark}  {self.called}"
        self.query_one("#heading", Static).update(clip(heading, max(10, self.size.width - 2)))
        self.query_one(Footer).show(self.keys())
        words = [self.comparisons.words] * bool(self.comparisons.words)
        if board is None:
            self.query_one("#verdict", Static).update("\n".join(words))
            return
        column = self.column
        view = fitted(board, self.size.width - 2, column, self.shown_from)
        self.shown_from = view.first
        shown = [board.verdict(column)]
        shown += ["only who loses"] * picks.losers
        shown += [f"filter: {sanitize(self._words)}"] * bool(self._words)
        shown += [aside] if (aside := beyond(board, view)) else []
        facts = board.title if self.has_class("-tall") else board.title[:1] if self.has_class("-medium") else []
        self.query_one("#verdict", Static).update("\n".join(["; ".join(shown), *words, *facts]))
        of, rows = self._order
        if of is board:
            self.query_one(PolicyTable).show(BoardRows(board, rows, view, column, picks.sort, self.glyphs))
        tallies = [board.tally(at) for at in range(len(board.labels))]
        figures = below(board, view, [(board.counted, tallies), *board.metrics])
        if self._panel == "metrics" and self.has_class("-short"):
            figures = below(board, view, [headings(board, column, self.glyphs)]) + figures
        notes = [note for note in (*board.title, *board.notes) if note not in facts]
        room = max(20, self.size.width - 4)
        told = [f" {line}" for note in notes for line in wrap(note, room)]
        self.query_one("#metrics", Static).update("\n".join([*figures, "", *told]))
        self._draw_detail()

    def _draw_detail(self) -> None:
        board, tenant = self.board, self.tenant
        if board is None:
            return
        if tenant is None:
            nobody = "nobody loses" if self.picks.losers and not self._words else "no tenant matches"
            self.query_one("#detail", Static).update(nobody if board.tenants else "there are no tenants")
            return
        room = max(20, self.size.width - 8)
        head, *lines = self._told(board, tenant)
        shown = wrap(head, room)
        # The chosen policy first: where there is little room, it is the one that is seen.
        for line in sorted(lines, key=lambda line: line[0] == " "):
            first, *rest = wrap(line[2:], room)
            shown += [line[:2] + first, *(f"    {part}" for part in rest)]
        self.query_one("#detail", Static).update("\n".join(shown))

    def copied(self) -> list[str]:
        """The chosen tenant under every policy, with the reasons where they are told."""
        board, tenant = self.board, self.tenant
        return [] if board is None or tenant is None else self._told(board, tenant)

    def _told(self, board: Board, tenant: int) -> list[str]:
        head, *lines = board.about(tenant, self.column)
        asked, reasons = self._reasons
        if asked == (board, tenant, self.column):
            lines = [f"{line}: {why}" if why else line for line, why in zip(lines, reasons, strict=True)]
        return [head, *lines]

    def _explain(self) -> None:
        """Have the reasons of the chosen tenant told."""
        board, tenant, column = self.board, self.tenant, self.column
        self._draw_detail()
        asked = (board, tenant, column)
        if board is None or tenant is None or self._reasons[0] == asked:
            return
        many = len(board.tenants) > EAGER

        def work(ticket: Ticket) -> list[str]:
            told = []
            for at in range(len(board.labels)):
                ticket.check()
                told.append("" if many and at != column else board.reasons(tenant, at))
            return told

        def done(told: list[str]) -> None:
            self._reasons = (asked, told)
            self._draw_detail()

        self.fairheap.computing.start("reasons", work, done)

    # --- moving ------------------------------------------------------------------------------------------------------

    @on(PolicyTable.Highlighted)
    def _highlighted(self) -> None:
        if (tenant := self.tenant) is not None:
            self._tenant = tenant
        self._explain()

    def chosen_changed(self) -> None:
        """Another column is chosen: what depends on it follows."""
        self.draw()
        if self.picks.losers or self.picks.sort.of_column:
            self.order()
        self._explain()

    def action_panel(self, by: int) -> None:
        """The next panel, or the one before."""
        names = list(PANELS)
        self._open(names[(names.index(self._panel) + by) % len(names)])
        self.draw()

    def _open(self, panel: str) -> None:
        self._panel = panel
        for name, inner in PANELS.items():
            self.query_one(inner).set_class(name == panel, "-open")
        if panel != "tenants" or not self.query(".-below"):
            lower = "metrics" if panel == "tenants" else panel
            for name in ("metrics", "detail"):
                self.query_one(PANELS[name]).set_class(name == lower, "-below")
        self.set_focus(self.query_one(PANELS[panel]))

    # --- filter ------------------------------------------------------------------------------------------------------

    def action_filter(self) -> None:
        """Type what to filter by."""
        self.query_one(Filter).begin()

    def action_filter_by(self, words: str) -> None:
        """Filter by words that were typed elsewhere."""
        self.query_one(Filter).put(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each letter narrows."""
        self._words = event.value
        self.draw()
        self.order()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Keep the filter; the keys are the table's again."""
        self.query_one(Filter).keep()
        self._open("tenants")

    async def action_clear(self) -> None:
        """Show all; where all is shown, go back."""
        field = self.query_one(Filter)
        if not (field.value or field.has_focus or self.picks.losers):
            await self.fairheap.action_do("app.back")
            return
        field.put("")
        self.picks.losers = False
        self._open("tenants")
        self.draw()
        self.order()
