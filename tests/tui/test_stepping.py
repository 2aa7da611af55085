"""Stepping the heap: forward and back, played, jumped through, and looked at in every size."""

from __future__ import annotations

import pytest

from allocator.tui.glyphs import ASCII, UNICODE
from allocator.tui.screens.stepping import StepScreen
from tests.tui.harness import HOSTILE_NAMES, SIZES, Driving, golden, hostile_scenario, many_tenants, running


def step(ui: Driving) -> str:
    """Where the heading says one is."""
    return ui.lines[0].split("  ")[1].strip()


class TestStepping:
    """Keys of the step screen."""

    async def test_forward_and_back(self) -> None:
        """`n` begins, then goes forward; `N` goes back; `$` and `0` are the end and the start."""
        async with running() as ui:
            await ui.press("n")
            assert (ui.mode, step(ui)) == ("step", "0 of 47")
            await ui.press("n", "n", "n")
            assert step(ui) == "3 of 47"
            before = ui.text
            await ui.press("n", "N")
            assert ui.text == before
            await ui.press("$")
            assert step(ui) == "47 of 47"
            assert "Nothing more can be granted" in ui.text
            await ui.press("n", "0")
            assert step(ui) == "0 of 47"

    async def test_jumps(self) -> None:
        """`f` follows who was decided about; `]` and `[` go to the next and the last decision about that tenant."""
        async with running() as ui:
            await ui.press("n", "n", "f", "$", "left_square_bracket")
            assert "follows ci" in ui.lines[0]
            last = step(ui)
            await ui.press("left_square_bracket", "right_square_bracket")
            assert step(ui) == last
            await ui.press("$", "right_square_bracket")
            assert ui.told == ["no decision about ci after this one"]

    async def test_the_log_jumps(self) -> None:
        """Enter on a row of the log shows that moment."""
        async with running() as ui:
            await ui.press("n", "j", "j", "enter")
            assert step(ui) == "2 of 47"

    async def test_play(self) -> None:
        """Space plays at the speed that is shown, and stops at the end; how long it was is what it is told."""
        async with running() as ui:
            await ui.press("n", "greater_than_sign")
            assert "(10/s)" in ui.lines[0]
            await ui.press("space")
            assert "PLAY 10/s" in ui.lines[0]
            screen = ui.app.screen
            assert isinstance(screen, StepScreen)
            for _ in range(60):
                screen._tick()
            await ui.settle()
            assert ui.lines[0].strip().startswith("STEP")
            assert step(ui) == "47 of 47"

    async def test_another_policy(self) -> None:
        """A policy that is switched to is traced anew, from its start."""
        async with running() as ui:
            await ui.press("n", "n", "n", "p")
            assert step(ui).startswith("0 of")


class TestLooks:
    """What is drawn."""

    @pytest.mark.parametrize("size", SIZES[:4], ids=str)
    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
    async def test_golden(self, size: tuple[int, int], glyphs: object) -> None:
        """The screen in each size, after a pop that swaps."""
        chosen = ASCII if glyphs is ASCII else UNICODE
        async with running(many_tenants(40), size, chosen) as ui:
            await ui.press("n", "n", "n", "n")
            ui.app.clear_notifications()
            await ui.settle()
            golden(f"step-{size[0]}x{size[1]}-{'ascii' if chosen is ASCII else 'unicode'}", ui.text)
            assert chosen is UNICODE or "▸" not in ui.text

    @pytest.mark.parametrize("size", SIZES, ids=str)
    async def test_hostile_names(self, size: tuple[int, int]) -> None:
        """Names are letters; none is markup, and none drives the terminal."""
        async with running(hostile_scenario(), size) as ui:
            await ui.press("n", "n")
            assert HOSTILE_NAMES[0] in ui.text
            await ui.press("n", "n", "n", "n", "$", "N")
            assert "\x1b" not in ui.text
            assert ui.app.is_running
