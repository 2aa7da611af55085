"""What the time screen says: the nodes, the jobs of the moment, the heading, the runs that are laid over each other."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from unittest.mock import Mock, patch

import pytest
from textual.widgets import Static

from allocator.session import Session
from allocator.tui.computing import Stale
from allocator.tui.glyphs import ASCII, UNICODE, Glyphs
from allocator.tui.screens.timeline import TimeScreen
from allocator.tui.time.heading import clock, heading
from allocator.tui.time.jobs import JobRows
from allocator.tui.time.moment import Film
from allocator.tui.time.node_map import NodeMap
from allocator.tui.time.player import Player
from allocator.tui.widgets.table import Table
from tests.tui.harness import PATIENCE, SIZES, Driving, golden, running
from tests.tui.test_time import go, hostile, screen

LOG = "sample_configs/hpc-trace.toml"


def small(nodes: int = 3, tenants: int = 2) -> str:
    """More jobs than there is room for on some nodes, of which the second fails for a while and the third drains."""
    text = 'title = "A small cluster"\n[simulation]\nduration = "10m"\n'
    for number in range(1, nodes + 1):
        text += f'[[nodes]]\nname = "node-{number}"\ncapacity = {{ cpu = 4, memory = "8Gi" }}\n'
    for number in range(1, tenants + 1):
        text += f'[[tenants]]\nname = "team-{number}"\n'
    for number in range(18):
        text += (
            f'[[jobs]]\ntenant = "team-{number % tenants + 1}"\nname = "job-{number + 1}"\nsubmit = "{number * 10}s"\n'
        )
        text += f'runtime = "{(number % 3 + 1) * 60}s"\ndemand = {{ cpu = {number % 2 + 1}, memory = "1Gi" }}\n'
    text += '[[jobs]]\ntenant = "team-1"\nname = "too-big"\nruntime = "1m"\ndemand = { cpu = 5 }\n'
    for at, kind, node in ((100, "node-down", 2), (200, "node-up", 2), (100, "drain", 3)):
        text += f'[[events]]\nat = "{at}s"\nkind = "{kind}"\nnode = "node-{node}"\n'
    return text


def line_with(ui: Driving, words: str) -> str:
    """The first line of the screen that holds some words."""
    return next(line for line in ui.lines if words in line)


class TestNodes:
    """Who runs where."""

    async def test_a_line_a_node(self) -> None:
        """Where nodes fit as lines, each is told with how full it is, how many jobs it has, and whose most are."""
        async with running(small()) as ui:
            await go(ui, 90_000)
            assert "3 nodes, 3 full" in ui.text
            assert "node-1 ██████████ 100%  3 jobs: team-1 2, team-2 1" in line_with(ui, "node-1 ")
            await go(ui, 30_000)
            assert "node-1 ████████░░  75%  2 jobs: " in line_with(ui, "node-1 ")

    async def test_down_and_draining_are_words(self) -> None:
        """A node that failed, and one that takes no more, are told without colour."""
        async with running(small(), glyphs=ASCII) as ui:
            await go(ui, 110_000)
            assert "xxxxxxxxxx down" in line_with(ui, " node-2 ")
            assert "draining; " in line_with(ui, " node-3 ")
            await go(ui, 210_000)
            assert "down" not in ui.text

    async def test_the_chosen_node_and_its_jobs(self) -> None:
        """Under the nodes the jobs of the chosen one are listed; enter goes to what runs longest there."""
        async with running(small(), (160, 50)) as ui:
            await go(ui, 90_000)
            await ui.press("tab", "j")
            nodes = ui.app.screen.query_one(NodeMap)
            assert nodes.chosen == 1
            at = ui.lines.index(line_with(ui, "node-2: 100% cpu"))
            moment = screen(ui).player.moment
            assert moment is not None
            listed = [screen(ui).played().work.name(int(job)) for job in moment.jobs_on(1)]
            assert [name for name, line in zip(listed, ui.lines[at + 1 :], strict=False) if name in line] == listed
            await ui.press("enter")
            assert screen(ui).job == moment.jobs_on(1)[0]
            assert isinstance(ui.app.focused, Table)

    @pytest.mark.parametrize(("count", "share"), [(3, 0), (16, 0), (300, 1), (3_000, 3)])
    async def test_as_many_as_there_are(self, count: int, share: int) -> None:
        """Lines, then cells beside each other, then a letter each, then a letter for several; the keys reach each."""
        async with running(small(count)) as ui:
            await ui.press("tab")
            nodes = ui.app.screen.query_one(NodeMap)
            assert (nodes.share > 1) == (share > 1)
            assert bool(nodes.share) == bool(share)
            await ui.press("G")
            assert nodes.chosen == (count - 1) // max(1, nodes.share) * max(1, nodes.share)
            await ui.press("h")
            assert nodes.chosen == count - 1 - (count - 1) % max(1, nodes.share) - max(1, nodes.share)
            await ui.press("g", "l")
            assert nodes.chosen == max(1, nodes.share)
            assert ("· idle" in ui.text) == bool(share)

    async def test_no_failed_node_is_lost_in_a_map(self) -> None:
        """A letter that stands for several nodes says so where one of them is down."""
        async with running(small(3_000)) as ui:
            await go(ui, 110_000)
            assert "3,000 nodes, 1 down" in ui.text
            at = ui.lines.index(line_with(ui, "3,000 nodes"))
            assert " x▁···" in ui.lines[at + 1]
            assert "x one is down; a letter is" in ui.text


class TestHeading:
    """What the clock does is always said."""

    async def test_what_the_clock_does(self) -> None:
        """It is paused, plays, or is at the end; a run that its horizon ended says so."""
        async with running(small()) as ui:
            assert "00:00:00  PAUSED" in ui.lines[0]
            await ui.press("space")
            assert "  PLAYING  " in ui.lines[0]
            await ui.press("space", "dollar_sign")
            assert "00:10:00  AT THE HORIZON" in ui.lines[0]
        async with running(hostile()) as ui:
            await ui.press("dollar_sign")
            assert "AT THE END" in ui.lines[0]

    async def test_a_cancelled_run(self) -> None:
        """What was cancelled says where, also beside another."""
        session = Session.open("sample_configs/day-in-the-cluster.toml")
        policy = session.prepare(None, {})
        film = Film(session.replay(policy, Mock(side_effect=KeyboardInterrupt)))
        said = heading(Player(film=film), "", "", 100, runs=False, dirty=False)
        assert f"drf (cancelled at {clock(film.end_ms, film.end_ms)})" in said

    async def test_the_title_gives_way(self) -> None:
        """Where it is narrow the title goes first; the clock, its state and the policies stay."""
        async with running(small(), (60, 18)) as ui:
            await ui.press("v", "v")
            assert ui.lines[0].startswith(" 00:00:00  PAUSED  ")
            assert " versus " in ui.lines[0]
            assert "A small cluster" not in ui.lines[0]

    async def test_short_runs_are_told_to_the_millisecond(self) -> None:
        """Of a run that is over within a minute, whole seconds would say nothing."""
        async with running("sample_configs/event-processing.toml") as ui:
            await go(ui, 123)
            assert ui.lines[0].startswith(" 00:00:00.123  ")


class TestTimeLine:
    """What happens besides jobs."""

    async def test_the_newest_event_is_told(self) -> None:
        """Beside the clock stands what happened last, with its mark, and when; before anything did, nothing."""
        async with running(small()) as ui:
            assert "node-down" not in ui.text
            await ui.press("right_curly_bracket")
            assert "00:01:40 ▲  x node-down: node-2; d drain: node-3 (00:01:40)" in ui.text
            await ui.press("right_curly_bracket", "dollar_sign")
            assert "o node-up: node-2 (00:03:20)" in ui.text


class TestRuns:
    """What is laid over each other."""

    async def test_what_was_recorded(self) -> None:
        """After the policies `v` offers what a trace recorded; `:versus recorded` too, and says where none did."""
        async with running(LOG) as ui:
            await ui.press("V")
            player = screen(ui).player
            assert player.other is not None
            assert player.other.replay.policy is None
            assert "fifo versus recorded" in ui.lines[0]
            assert "recorded " in line_with(ui, "jobs waiting")
            await ui.press("v")
            assert player.other is None
        async with running(small()) as ui:
            await ui.command("versus recorded")
            assert "nothing recorded" in ui.told[-1]

    async def test_never_the_same_twice(self) -> None:
        """A policy that was the second and becomes the first stands there alone."""
        async with running("sample_configs/ci-pipeline.toml") as ui:
            await ui.press("v")
            assert "priority versus fifo" in ui.lines[0]
            await ui.command("policy fifo")
            assert "  fifo  " in ui.lines[0]
            assert "versus" not in ui.lines[0]

    async def test_an_edit_keeps_the_clock(self, tmp_path: Path) -> None:
        """A tenant is edited here; the run is made anew, and clock, tenant, job and second policy stay."""
        path = tmp_path / "small.toml"
        path.write_text(small(), encoding="utf-8")
        async with running(path) as ui:
            await go(ui, 90_000)
            await ui.press("m", "v")
            before, tenant, job = screen(ui).player.film, screen(ui).player.tenant, screen(ui).job
            assert tenant is not None
            await ui.press("e", "tab")
            await ui.type("2")
            await ui.press("enter")
            player = screen(ui).player
            assert player.film is not before
            assert (player.now_ms, player.tenant, screen(ui).job) == (90_000, tenant, job)
            assert player.other is not None
            assert not player.stale
            assert "[modified]" in ui.lines[0]
            await ui.press("u")
            assert player.now_ms == 90_000
            assert "[modified]" not in ui.lines[0]

    async def test_more_tenants_than_lines(self) -> None:
        """At most what can be told apart has a line; how many more there are is said."""
        async with running(small(tenants=9), (160, 50)) as ui:
            legend = line_with(ui, "jobs waiting").split(" jobs wait,")[0]
            said = re.search(r"\+(\d+)", legend)
            assert said is not None
            assert 1 < legend.count("team-") <= 5
            assert legend.count("team-") + int(said[1]) == 9
            await ui.press("m")
            assert "jobs waiting of team-" in ui.text
            assert "+" not in line_with(ui, "jobs waiting")


class TestAsking:
    """What takes its time."""

    async def test_asking_can_be_stopped(self) -> None:
        """`X` ends what is asked about waiting; the run that is shown stays, and nothing is said of it later."""
        async with running(small()) as ui:
            await go(ui, 110_000)
            waits = threading.Event()

            def slow(*_: object) -> object:
                waits.wait(PATIENCE)
                raise Stale

            with patch.object(Session, "explain_replay", slow):
                await ui.pilot.press("I")
                assert "asking; X stops" in str(ui.app.screen.query_one("#why-text", Static).content)
                await ui.pilot.press("X")
                assert "asking" not in str(ui.app.screen.query_one("#why-text", Static).content)
                assert screen(ui).player.film is not None
                waits.set()
                await ui.settle()
            assert "X stops" not in ui.text

    async def test_keys_before_there_is_a_run(self) -> None:
        """While the first run is made, keys of the clock say that there is nothing to look at yet."""
        async with running(small()) as ui:
            screen(ui).player.film = None
            for key in ("space", "right_square_bracket", "dollar_sign", "z", "m", "i"):
                ui.app.clear_notifications()
                await ui.press(key)
                assert ui.told == ["there is no run to look at yet"]


class TestJobs:
    """The jobs of the moment, and the chosen one."""

    async def test_a_chosen_job_is_followed(self) -> None:
        """Wherever the clock goes the job that was chosen stays: before it is there, and after it is gone."""
        async with running(small()) as ui:
            await go(ui, 150_000)
            screen(ui).open("jobs")
            await ui.press("j")
            job = screen(ui).job
            assert job is not None
            await ui.press("0")
            assert screen(ui).job == job
            assert "is submitted at" in ui.text
            await ui.press("dollar_sign")
            assert screen(ui).job == job

    async def test_filter_and_sort(self) -> None:
        """`/` shows the jobs that hold every word, `:filter` too; `S` sorts; esc shows all again."""
        async with running(small(), (160, 50)) as ui:
            await go(ui, 110_000)
            table = ui.app.screen.query_one(Table)
            every = table.shown
            await ui.press("slash")
            await ui.type("waits team-2")
            assert table.shown == 3
            assert "3 shown; 4 jobs wait" in ui.text
            await ui.press("enter")
            assert ui.app.focused is table
            await ui.press("S")
            assert "state▲" in ui.text
            await ui.press("escape")
            assert table.shown == every
            await ui.command("filter job-11")
            assert table.shown == 1

    async def test_what_can_never_run_is_counted(self) -> None:
        """A job that no node can hold neither waits nor runs; that it is there is said."""
        async with running(small()) as ui:
            assert "1 can never run" in ui.text

    async def test_no_column_of_nodes_where_all_is_one_pool(self) -> None:
        """Nodes are a column only where there are any."""
        async with running(LOG) as ui:
            film, moment = screen(ui).player.film, screen(ui).player.moment
            assert film is not None
            assert moment is not None
            titles = [column.title for column in JobRows(film, moment).columns]
            assert titles == ["state", "job", "tenant", "for", "needs"]
            assert len(JobRows(film, moment).row(0)) == len(titles)

    async def test_tasks_are_counted(self) -> None:
        """What a job of several tasks needs is told as so many times what one does, among nodes and among jobs."""
        async with running("sample_configs/ci-pipeline.toml", (160, 50)) as ui:
            await go(ui, 660_000)
            assert ui.text.count("4 x 2 cpu, 2Gi memory") >= 2


class TestLooks:
    """What is drawn."""

    @pytest.mark.parametrize("size", SIZES[:4], ids=str)
    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
    async def test_golden(self, size: tuple[int, int], glyphs: Glyphs) -> None:
        """The screen in each size, while a node is down."""
        async with running(small(), size, glyphs) as ui:
            await go(ui, 110_000)
            golden(f"time-{size[0]}x{size[1]}-{'unicode' if glyphs.unicode else 'ascii'}", ui.text)
            if size == SIZES[0]:
                await ui.press("tab")
                golden(f"time-nodes-{size[0]}x{size[1]}-{'unicode' if glyphs.unicode else 'ascii'}", ui.text)

    @pytest.mark.parametrize("size", [(60, 18), (120, 40)], ids=str)
    async def test_hostile_names(self, size: tuple[int, int]) -> None:
        """Names are letters; none is markup, and none drives the terminal, in whatever panel is open."""
        async with running(hostile(), size) as ui:
            await go(ui, 9_000)
            await ui.press("v", "m")
            for _ in range(4):
                await ui.press("tab", "j", "enter")
                assert isinstance(ui.app.screen, TimeScreen)
                assert not set(ui.text) & {"\x1b", "\x9b", "\x07", "\u202e"}
