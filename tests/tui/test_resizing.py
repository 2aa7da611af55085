"""The terminal may be any size, and become another at any moment."""

from __future__ import annotations

import pytest

from tests.cli.running import SAMPLES
from tests.tui.harness import hostile_scenario, running

PLACES = {
    "workbench": (),
    "the filter": ("/", "a"),
    "step": ("n", "n"),
    "compare": ("c",),
    "help": ("question_mark",),
    "commands": ("colon", "p"),
    "palette": ("ctrl+p",),
    "open": ("o",),
    "export": ("x",),
    "edit": ("e",),
    "capacity": ("C",),
    "options": ("O",),
}
TINY = (12, 4)


class TestResizing:
    """Every place, through every size."""

    @pytest.mark.parametrize("keys", PLACES.values(), ids=PLACES)
    async def test_each_place(self, keys: tuple[str, ...]) -> None:
        """It is drawn at every size, one far too small too, and can be left as always."""
        async with running(hostile_scenario(), (120, 40)) as ui:
            await ui.press(*keys)
            for size in (TINY, (60, 18), (160, 50)):
                await ui.resize(*size)
            await ui.press("escape", "escape", "escape")
            assert ui.mode == "workbench"
            assert "? Help" in ui.lines[-1]

    async def test_while_a_run_is_played(self) -> None:
        """A film goes on playing."""
        async with running(SAMPLES / "bursty-team.toml", (120, 40)) as ui:
            await ui.press("space")
            for size in (TINY, (60, 18), (160, 50)):
                await ui.resize(*size)
            assert ui.app.is_running
            assert "? Help" in ui.lines[-1]
