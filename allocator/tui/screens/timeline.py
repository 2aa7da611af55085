"""The jobs run over time and played: charts, nodes, the jobs of the moment, and why one waits; one policy or two."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.widgets import Input, Static

from allocator.reports import units
from allocator.session import Session
from allocator.sitting import Sitting
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TIME
from allocator.tui.screens.timeline_layout import LAYOUT
from allocator.tui.screens.timeline_playing import Playing
from allocator.tui.screens.timeline_running import Runs
from allocator.tui.screens.timeline_why import Why
from allocator.tui.time.chart import Chart
from allocator.tui.time.heading import heading
from allocator.tui.time.jobs import JobRows, jobs_title
from allocator.tui.time.lines import jobs_in_words, panels
from allocator.tui.time.moment import Moment
from allocator.tui.time.node_map import NodeMap
from allocator.tui.time.nodes import Nodes
from allocator.tui.time.player import Player
from allocator.tui.time.time_line import TimeLine
from allocator.tui.widgets.filter import Filter
from allocator.tui.widgets.footer import Footer
from allocator.tui.widgets.table import Table

_SLOW_FRAMES = 5
"""Frames between two of the table of jobs while it plays."""
PANELS = {"charts": "", "nodes": "#map", "jobs": "#job-table", "why": "#why-scroll"}
"""And what in each has the keys."""


class TimeScreen(Playing):
    """A film of the run, with a clock."""

    MODE = TIME
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(TIME)
    AUTO_FOCUS = ""
    DEFAULT_CSS = LAYOUT

    def __init__(self) -> None:
        super().__init__()
        self.player = Player()
        self.runs = Runs(self)
        self.why = Why(self)
        self._session: Session | None = None
        self._sitting: Sitting | None = None
        self._frame = 0
        self._panel = "charts"
        self._follows = False
        """Whether a person has chosen the job."""
        self.job: int | None = None
        """The chosen job."""

    def compose(self) -> ComposeResult:
        """Heading, charts, jobs, nodes, why, time line, footer."""
        yield Static("", id="heading", markup=False)
        yield Static("", id="progress", markup=False)
        with Container(id="time-body"):
            with Vertical(id="charts", classes="panel -open"):
                yield Static("charts", classes="title", markup=False)
                yield Chart(self.glyphs, units.percent, id="used")
                yield Chart(self.glyphs, jobs_in_words, id="queued")
                yield Chart(self.glyphs, units.percent, id="shares")
                yield Chart(self.glyphs, jobs_in_words, id="running")
            with Vertical(id="nodes", classes="panel"):
                yield Static("nodes", classes="title", id="nodes-title", markup=False)
                yield NodeMap(self.glyphs, id="map")
            with Vertical(id="jobs", classes="panel"):
                yield Static("jobs", classes="title", id="jobs-title", markup=False)
                yield Table(self.glyphs, id="job-table")
                yield Filter("waits or runs, a job, its tenant")
            with Vertical(id="why", classes="panel"):
                yield Static("why", classes="title", id="why-title", markup=False)
                with VerticalScroll(id="why-scroll"):
                    yield Static("", id="why-text", markup=False)
        yield TimeLine(self.glyphs, id="line")
        yield Footer()

    def answered(self) -> None:
        """Another policy, or another file: run it, unless that was done."""
        session = self.desk.session
        if session is not self._session:
            if self.player.film is not None and self._sitting is self.desk.sitting and session.scenario.timed:
                self.player.outdate()
            else:
                self.player, self.job, self._follows = Player(), None, False
            self._session, self._sitting = session, self.desk.sitting
            self.why.forget()
        self.query_one(Footer).show(self.keys())
        if session.scenario.timed:
            self.runs.want()
        self.draw()

    def moved(self) -> None:
        """The clock is elsewhere: move the cursors, and have the moment made."""
        player = self.player
        film, now = player.film, player.now_ms
        self._heading()
        if film is None:
            return
        self._show_lines()
        for chart in self.query(Chart):
            chart.move(now)
        self.query_one(TimeLine).move(now)
        self.fairheap.computing.start("moment", lambda _: film.at(now), self._shown)

    def _shown(self, moment: Moment) -> None:
        before, self.player.moment = self.player.moment, moment
        self._frame += 1
        slow = not self.player.playing or self._frame % _SLOW_FRAMES == 0
        if slow or before is None or not moment.stands_as(before):
            self._show_nodes()
        if slow:
            self._show_jobs()
            self.why.show()

    # --- drawing -------------------------------------------------------------------------------------------------

    def forget_why(self) -> None:
        """What was told of waiting is out of date."""
        self.why.forget()

    def draw(self) -> None:
        """Everything."""
        self.set_class(self.player.film is None, "-bare")
        self.query_one("#progress", Static).update(self.runs.words)
        self.moved()

    def tell(self) -> None:
        """How far what runs is."""
        self.query_one("#progress", Static).update(self.runs.words)
        self._heading()

    def _heading(self) -> None:
        line, runs, sitting = self.query_one("#heading", Static), self.runs, self.desk.sitting
        width, title = max(20, line.content_size.width), self.desk.session.scenario.title
        _write(line, heading(self.player, runs.words, title, width, runs=runs.busy, dirty=sitting.dirty))

    def _show_lines(self) -> None:
        player = self.player
        assert player.film is not None
        for chart, panel in zip(self.query(Chart), panels(player), strict=True):
            chart.show(panel.title, panel.lines, player.window, panel.most, panel.rest)
        film = player.film
        self.query_one(TimeLine).show(film.work.submit, film.events, player.end_ms, player.window)

    def _show_nodes(self) -> None:
        film, moment = self.player.film, self.player.moment
        if film is not None and moment is not None:
            found, nodes = Nodes(film, moment), self.query_one(NodeMap)
            nodes.show(found)
            _write(self.query_one("#nodes-title", Static), found.title)

    def _show_jobs(self) -> None:
        film, moment = self.player.film, self.player.moment
        if film is None or moment is None:
            return
        rows, table = JobRows(film, moment), self.query_one(Table)
        at = None if self.job is None else rows.row_of(self.job)
        with table.prevent(Table.Highlighted):
            table.show(rows)
            if at is not None:
                table.select(at)
        _write(self.query_one("#jobs-title", Static), jobs_title(film, moment))
        if not self._follows:
            self._chosen()

    @on(Table.Arranged)
    def _title_jobs(self) -> None:
        film, moment, table = self.player.film, self.player.moment, self.query_one(Table)
        if film is not None and moment is not None:
            shown = f"{table.shown:,} shown; " if table.filter else ""
            self.query_one("#jobs-title", Static).update(shown + jobs_title(film, moment))

    def _chosen(self) -> None:
        film, moment, row = self.player.film, self.player.moment, self.query_one(Table).row
        if film is None or moment is None or row is None or row >= len(moment.waiting) + len(moment.running):
            return
        waits = len(moment.waiting)
        self.job = int(moment.waiting[row] if row < waits else moment.running[row - waits])

    # --- what a person does --------------------------------------------------------------------------------------

    def on_table_highlighted(self, message: Table.Highlighted) -> None:
        """Another job is chosen: it is followed, wherever the clock goes."""
        if message.table.has_focus or not self._follows:
            self._chosen()
            self._follows = self.job is not None and message.table.has_focus
        self.why.show()

    @on(NodeMap.Chosen)
    def _into_node(self) -> None:
        """What runs longest there is chosen among the jobs."""
        moment = self.player.moment
        jobs = [] if moment is None else moment.jobs_on(self.query_one(NodeMap).chosen).tolist()
        if jobs:
            self.job, self._follows = jobs[0], True
            self.open("jobs")
            self._show_jobs()

    @on(Chart.Picked)
    @on(TimeLine.Picked)
    def _picked(self, message: Chart.Picked | TimeLine.Picked) -> None:
        self.go_to(message.at_ms)

    def action_tenant(self, by: int) -> None:
        """Look at the next tenant."""
        self.played()
        self.player.next_tenant(by)
        self.runs.prepare()

    def action_versus(self, by: int) -> None:
        """The next second policy."""
        self.played()
        self.runs.next_other(by)

    def action_versus_named(self, name: str) -> None:
        """That second policy."""
        self.played()
        self.runs.other(name)

    def action_cancel(self) -> None:
        """Stop what runs, or what is asked."""
        if not self.why.stop():
            self.runs.stop()

    @on(Table.Chosen)
    def action_why(self) -> None:
        """Why the chosen job waits."""
        self.played()
        self._follows = self.job is not None
        self.why.ask_job()

    def action_why_tenant(self) -> None:
        """Why the jobs of its tenant wait."""
        self.played()
        self.why.ask_tenant()

    def action_filter(self) -> None:
        """Type what jobs are filtered by."""
        self.played()
        self.open("jobs")
        self.query_one(Filter).begin()

    def action_filter_by(self, words: str) -> None:
        """Filter by words that were typed elsewhere."""
        self.query_one(Filter).put(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each letter narrows."""
        self.query_one(Table).filter_by(event.value)
        self._title_jobs()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Keep the filter; the keys are the table's again."""
        self.query_one(Filter).keep()
        self.open("jobs")

    def action_clear(self) -> None:
        """Show all jobs."""
        if self.query_one(Filter).has_class("-open"):
            self.query_one(Filter).put("")
            self.open("jobs")

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.open("jobs")
        self.query_one(Table).sort_by_next()

    def action_panel(self, by: int) -> None:
        """The next panel."""
        names = list(PANELS)
        self.open(names[(names.index(self._panel) + by) % len(names)])

    def open(self, panel: str) -> None:
        """Give a panel the keys."""
        self._panel = panel
        for name in PANELS:
            self.query_one(f"#{name}").set_class(name == panel, "-open")
        inner = PANELS[panel]
        self.set_focus(self.query_one(inner) if inner else None)


def _write(line: Static, words: str) -> None:
    """Put words on a line of their own: nothing is laid out anew, or drawn where it says so already."""
    if line.content != words:
        line.update(words, layout=False)
