"""The time screen: jobs run in the background, and played; two policies on one clock; why one waits."""

from __future__ import annotations

import numpy as np
import pytest

from allocator.reports import units
from allocator.session import Session
from allocator.tui.glyphs import ASCII, UNICODE
from allocator.tui.screens.timeline import TimeScreen
from allocator.tui.time.curves import Steps
from allocator.tui.time.moment import Film, Lasting
from tests.tui.harness import HOSTILE_NAMES, SIZES, Driving, quoted, running


def hostile() -> str:
    """Jobs over time in which every name is hostile; more work than there is room for; a node fails and comes back."""
    text = f"title = {quoted(HOSTILE_NAMES[3])}\n"
    for name in HOSTILE_NAMES[:3]:
        text += f"[[nodes]]\nname = {quoted(name)}\ncapacity = {{ cpu = 2 }}\n"
    for name in HOSTILE_NAMES:
        text += f"[[tenants]]\nname = {quoted(name)}\n"
    for number, name in enumerate(HOSTILE_NAMES):
        text += f"[[jobs]]\ntenant = {quoted(name)}\nname = {quoted(name)}\n"
        text += f'submit = "{number}s"\nruntime = "10s"\ndemand = {{ cpu = 1 }}\n'
    for at, kind in ((8, "node-down"), (12, "node-up")):
        text += f'[[events]]\nat = "{at}s"\nkind = "{kind}"\nnode = {quoted(HOSTILE_NAMES[0])}\n'
    return text


def screen(ui: Driving) -> TimeScreen:
    """The time screen, in front."""
    assert isinstance(ui.app.screen, TimeScreen)
    return ui.app.screen


async def go(ui: Driving, at_ms: int) -> None:
    """Put the clock to a time."""
    screen(ui).player.seek(at_ms)
    screen(ui).moved()
    await ui.settle()


class TestFilm:
    """State at a time, against walking through everything."""

    @pytest.mark.parametrize("seed", range(3))
    def test_what_lasts(self, seed: int) -> None:
        """What holds at a time is what has begun and not ended, in order of start."""
        draw = np.random.default_rng(seed)
        start = draw.integers(0, 5_000, 4_000)
        end = start + draw.integers(1, 900, 4_000)
        lasting = Lasting(start, end)
        for now in (-1, 0, 17, 2_500, 4_999, 5_899, 9_999):
            wanted = [int(row) for row in np.argsort(start, kind="stable") if start[row] <= now < end[row]]
            assert lasting.at(now).tolist() == wanted

    def test_a_spike_is_never_lost(self) -> None:
        """However many values one column stands for, the least and the most of them are seen."""
        values = np.zeros(200_000)
        values[123_456] = 9
        least, most = Steps((np.arange(200_000), values)).sample(np.linspace(0, 200_000, 41))
        assert (least.max(), most.max(), int(most.argmax())) == (0, 9, 24)

    def test_moments_agree_with_the_columns(self) -> None:
        """At any time the jobs that run, and that wait, are those whose columns say so."""
        session = Session.open("sample_configs/ci-pipeline.toml")
        replay = session.replay(session.prepare(None, {}))
        film, run = Film(replay), replay.run
        assert not run.pieces.lost.any()
        for now in np.linspace(0, run.stopped_ms - 1, 20).astype(int).tolist():
            moment = film.at(now)
            runs = np.flatnonzero((run.last_start <= now) & (run.start >= 0) & ((run.end > now) | (run.end < 0)))
            assert sorted(moment.running.tolist()) == runs.tolist()
            steps = film.queued(None)
            assert steps is not None
            assert len(moment.waiting) == steps.at(now)

    def test_a_run_that_was_stopped(self) -> None:
        """An interrupt has the simulator close its books: a film as far as it came, that says so."""
        session = Session.open("sample_configs/day-in-the-cluster.toml")
        policy = session.prepare(None, {})

        def stop(*_: int) -> None:
            raise KeyboardInterrupt

        film = Film(session.replay(policy, stop))
        assert film.partial
        assert film.end_ms < session.replay(policy).run.stopped_ms
        assert len(film.at(film.end_ms).running)


class TestPlaying:
    """The clock."""

    async def test_opens_at_once_and_seeks(self) -> None:
        """A scenario with jobs opens here; `$` is its end, `0` its start, `]` the next thing, `<` `>` are steps."""
        async with running(hostile()) as ui:
            player = screen(ui).player
            assert (ui.mode, player.now_ms) == ("time", 0)
            await ui.press("dollar_sign")
            assert player.now_ms == player.end_ms > 0
            await ui.press("0", "right_square_bracket")
            assert player.now_ms == 1_000
            await ui.press("right_curly_bracket")
            assert player.now_ms == 8_000
            await ui.press("greater_than_sign")
            assert player.now_ms == 8_000 + player.end_ms // 100
            await ui.press("less_than_sign", "left_curly_bracket")
            assert (player.now_ms, ui.told) == (8_000, ["no event before"])

    async def test_space_plays_and_stands(self) -> None:
        """Time passes while it plays, by the speed; at the end it stands."""
        async with running(hostile()) as ui:
            player = screen(ui).player
            await ui.press("space")
            assert player.playing
            player.advance(2.0)
            assert player.now_ms >= 2 * player.speed_ms
            player.advance(1e6)
            assert (player.playing, player.now_ms) == (False, player.end_ms)

    async def test_a_click_on_the_time_line_goes_there(self) -> None:
        """The middle of the time line is the middle of the run."""
        async with running(hostile()) as ui:
            player = screen(ui).player
            await ui.click("#line", (60, 0))
            assert player.now_ms == player.end_ms // 2

    async def test_a_failed_node_is_seen(self) -> None:
        """While a node is down it is marked with a letter, and its jobs wait again."""
        async with running(hostile()) as ui:
            await ui.press("right_curly_bracket")
            moment = screen(ui).player.moment
            assert moment is not None
            assert np.isnan(moment.heat).tolist() == [True, False, False]
            assert "down, 0 jobs" in ui.text


class TestPolicies:
    """One or two, and why one job waits."""

    async def test_a_second_policy_on_the_same_clock(self) -> None:
        """`v` adds a second policy, `V` goes back to one."""
        async with running("sample_configs/ci-pipeline.toml") as ui:
            await ui.press("v")
            player = screen(ui).player
            assert player.film is not None
            assert player.other is not None
            assert "versus" in ui.lines[0]
            await ui.press("V")
            assert player.other is None

    async def test_why_the_chosen_job_waits(self) -> None:
        """`i` runs the same again, watched, and tells why it waits at this moment."""
        async with running(hostile()) as ui:
            await go(ui, 10_000)
            await ui.press("i")
            assert f"Now, {units.clock(10_000)}: " in ui.text


class TestLayouts:
    """Every size; hostile names; ASCII."""

    @pytest.mark.parametrize("size", SIZES, ids=str)
    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
    async def test_every_panel(self, size: tuple[int, int], glyphs: object) -> None:
        """Each panel can be opened, no name drives the terminal, and without Unicode nothing of ours needs it."""
        async with running(hostile(), size, ASCII if glyphs is ASCII else UNICODE) as ui:
            await go(ui, 9_000)
            for _ in range(4):
                await ui.press("tab")
                assert "\x1b" not in ui.text
                assert "\x9b" not in ui.text
                if glyphs is ASCII:
                    assert not set(ui.text) & set("│▁▂▃▄▅▆▇█▸▲·─⠤⠄")
