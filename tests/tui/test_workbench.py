"""The workbench, used as a person uses it: who gets what, what another policy changes, and why."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from allocator.tui.glyphs import ASCII, UNICODE, Glyphs
from allocator.tui.widgets.table import Table
from tests.tui.harness import SIZES, Driving, golden, hostile_scenario, running


def shown(ui: Driving) -> int:
    """How many tenants the filter lets through."""
    return ui.app.screen.query_one(Table).shown


class TestPolicies:
    """The whole screen answers to another policy."""

    async def test_changes_are_marked(self) -> None:
        """Who got more and less than under the policy before is marked, counted, and named by that policy."""
        async with running() as ui:
            assert "less than under" not in ui.text
            await ui.press("2")
            assert "▸2 fair-share" in ui.text
            assert "▲ search" in ui.text
            assert "▼ batch" in ui.text
            assert "▲ 1 more, ▼ 1 less than under drf" in ui.text

    async def test_ascii(self) -> None:
        """Without Unicode no glyph beyond ASCII is drawn by the workbench."""
        async with running(glyphs=ASCII) as ui:
            await ui.press("2")
            assert "+ search" in ui.text
            assert not set("█░▲▼▸…") & set(ui.text)


class TestWhy:
    """The reason comes at once, its explanation after a pause."""

    async def test_the_explanation_follows_the_cursor(self) -> None:
        """What stopped the chosen tenant, who was served before it, and what would be enough."""
        async with running(size=(160, 50)) as ui:
            await ui.press("j", "j")
            assert "partial; weight" in ui.text
            assert "Enough for all it wants" in ui.text
            assert "Most of the cpu by then had" in ui.text

    async def test_copy(self) -> None:
        """`y` copies the line and why of the chosen tenant, and says of whom."""
        async with running() as ui:
            await ui.press("j", "y")
            assert "14 of 20 wanted" in ui.app.clipboard
            assert ui.app.clipboard.splitlines()[:2] == ["search", "policy drf"]
            assert ui.told == ["copied to the clipboard, if the terminal lets it: search"]


class TestFilter:
    """`/` narrows with each letter."""

    async def test_narrow_keep_clear(self) -> None:
        """Letters narrow, enter keeps and gives the table the keys, escape shows all."""
        async with running() as ui:
            await ui.press("slash")
            await ui.type("ba")
            assert (shown(ui), ui.app.screen.query_one(Input).value) == (1, "ba")
            await ui.press("enter", "2")
            assert (shown(ui), ui.app.desk.policy.name) == (1, "fair-share")
            await ui.press("escape")
            assert shown(ui) == 6

    async def test_nothing_matches(self) -> None:
        """Where nothing matches, that is said, and no tenant is explained."""
        async with running() as ui:
            await ui.press("slash")
            await ui.type("zzz")
            assert shown(ui) == 0
            assert "no tenant matches" in ui.text


class TestSort:
    """`S` and the headings."""

    async def test_long_names_of_resources(self) -> None:
        """Where a name leaves no room beside its bar, what is said of it stands below, and no word is cut or alone."""
        named = '"a-name-that-is-very-long" = 12345'
        text = f'[capacity]\n{named}\n[[tenants]]\nname = "a"\ndemand = {{ {named} }}\ntasks = 1\n'
        async with running(text) as ui:
            assert any(line.endswith("  12345 of 12345 wanted, fair share") for line in ui.lines)

    async def test_without_tenants(self) -> None:
        """Where there are no tenants, that is said, and what there is to share is shown."""
        async with running("[capacity]\ncpu = 10\n") as ui:
            assert "no tenants; a adds one" in ui.text
            assert "0 of 10, 10 left" in ui.text

    async def test_wanted_without_limit(self) -> None:
        """What is wanted without limit is said as a sentence, of the tenant and of the pool."""
        async with running(
            '[capacity]\ncpu = 10\n[[tenants]]\nname = "a"\ndemand = { cpu = 1 }\ntasks = "unlimited"\n'
        ) as ui:
            said = " ".join(" ".join(line[80:] for line in ui.lines).split())
            assert "10 of 10, 0 left; wanted without limit" in said
            assert "10; it wants without limit; its fair share 10" in said

    async def test_sort_by_key_and_click(self) -> None:
        """The heading says by what; the chosen tenant stays chosen."""
        async with running() as ui:
            table = ui.app.screen.query_one(Table)
            await ui.press("j", "S", "S", "S")
            assert "tenant▲" in ui.text
            assert ui.app.desk.allocation is not None
            assert table.row is not None
            assert ui.app.desk.allocation.tenants[table.row].name == "search"
            at = ui.lines[3].index("satisfied")
            await ui.click("#tenants", at=(at, 0))
            assert ", by satisfied▲" in ui.text
            await ui.click("#tenants", at=(at, 0))
            assert ", by satisfied▼" in ui.text


class TestPanels:
    """Where there is no room for all, tab opens one after the other."""

    @pytest.mark.parametrize("size", [(60, 18), (80, 24)], ids=str)
    async def test_tab(self, size: tuple[int, int]) -> None:
        """Tab goes tenants, pool, why, and shift+tab back."""
        async with running(size=size) as ui:
            await ui.press("tab")
            assert "Jain index" in ui.text
            await ui.press("tab")
            assert "fair share" in ui.text
            await ui.press("shift+tab")
            assert "Jain index" in ui.text
            await ui.press("escape")
            assert "satisfied" in ui.text

    @pytest.mark.parametrize("size", [(60, 18), (160, 50)], ids=str)
    async def test_hostile_names_in_every_panel(self, size: tuple[int, int]) -> None:
        """No panel reads a name as markup or lets one drive the terminal."""
        async with running(hostile_scenario(), size) as ui:
            for _ in range(12):
                await ui.press("j", "tab")
                assert "\x1b" not in ui.text
                assert "\u202e" not in ui.text
                await ui.press("tab", "tab")
            assert ui.app.is_running


class TestTitles:
    """Titles and policies are buttons, and say in short what is not open."""

    async def test_click_a_title(self) -> None:
        """At 80x24 the line of a closed panel says the least of it, and a click opens it."""
        async with running(size=(80, 24)) as ui:
            pool = next(line for line in ui.lines if line.startswith("  pool"))
            assert "Jain 0.960" in pool
            await ui.pilot.click(offset=(4, ui.lines.index(pool)))
            await ui.settle()
            assert "Jain index" in ui.text
            assert "weight prio" not in ui.text

    async def test_click_a_tab(self) -> None:
        """At 60x18 one line names all panels, and a click opens one."""
        async with running(size=(60, 18)) as ui:
            assert "tab next panel" in ui.lines[2]
            await ui.click("#tabs", at=(ui.lines[2].index("why"), 0))
            assert "fair share" in ui.text

    async def test_click_a_policy(self) -> None:
        """A click on a policy switches to it; the chosen one is seen wherever it is in the list."""
        async with running(size=(60, 18)) as ui:
            await ui.click("#policies", at=(ui.lines[1].index("fifo"), 0))
            assert ui.app.desk.policy.name == "fifo"
            await ui.press("7")
            assert "▸7 smallest-demand-first" in ui.lines[1]
            assert ui.lines[1].startswith("«")

    async def test_the_filter_is_counted(self) -> None:
        """How many of how many are shown is in the title of the table."""
        async with running() as ui:
            await ui.press("slash")
            await ui.type("ba")
            assert "tenants  1 of 6" in ui.text


class TestLooks:
    """What is drawn."""

    @pytest.mark.parametrize("size", SIZES[:4], ids=str)
    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
    async def test_golden(self, size: tuple[int, int], glyphs: Glyphs) -> None:
        """The screen in each size, after a switch of policy."""
        async with running(size=size, glyphs=glyphs) as ui:
            await ui.press("2", "j")
            golden(f"workbench-{size[0]}x{size[1]}-{'unicode' if glyphs.unicode else 'ascii'}", ui.text)
