"""The compare screen, used as a person uses it: who gains and loses under each policy, and what is compared."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from allocator.comparison import comparing
from allocator.session import Session
from allocator.tui.compare.policy_table import PolicyTable
from allocator.tui.glyphs import ASCII, UNICODE, Glyphs
from tests.tui.harness import Driving, golden, hostile_scenario, many_tenants, running

TWO = """\
title = "Two teams"
[capacity]
cpu = 10
[policy]
compare = ["fifo", "proportional"]
[[tenants]]
name = "first"
demand = { cpu = 1 }
tasks = 10
[[tenants]]
name = "second"
demand = { cpu = 1 }
tasks = 10
"""
JOBS = """\
title = "Two queues"
[capacity]
cpu = 4
[policy]
compare = ["fifo", "priority", { use = "priority", as = "[b]again[/b]" }]
[[tenants]]
name = "slow"
priority = 50
[[tenants]]
name = "urgent"
priority = 1
[[jobs]]
tenant = "slow"
submit = "0s"
runtime = "1h"
demand = { cpu = 4 }
[[jobs]]
tenant = "slow"
submit = "1s"
runtime = "1h"
demand = { cpu = 4 }
[[jobs]]
tenant = "urgent"
submit = "2s"
runtime = "1m"
demand = { cpu = 4 }
"""


def labels(ui: Driving) -> list[str]:
    """The columns of the newest comparison."""
    board = ui.app.screen.board  # type: ignore[attr-defined]
    return list(board.labels) if board else []


def baseline(ui: Driving) -> str:
    """What the others are judged against."""
    return labels(ui)[ui.app.screen.board.baseline]  # type: ignore[attr-defined]


def rows(ui: Driving) -> int:
    """How many tenants are shown."""
    return ui.app.screen.query_one(PolicyTable).shown


def chosen(ui: Driving) -> str:
    """The label of the column that keys are about."""
    return labels(ui)[ui.app.screen.column]  # type: ignore[attr-defined]


class TestLooks:
    """What is on the screen."""

    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
    @pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 40), (160, 50)], ids=str)
    async def test_golden(self, size: tuple[int, int], glyphs: Glyphs) -> None:
        """The quickstart looks as it was looked at, at every size, with and without Unicode."""
        async with running(size=size, glyphs=glyphs) as ui:
            await ui.press("c", "right")
            kind = "unicode" if glyphs.unicode else "ascii"
            golden(f"compare-{size[0]}x{size[1]}-{kind}", ui.text)
            assert glyphs.unicode or not set("█░▲▼▸…─") & set(ui.text)

    async def test_it_says_what_the_command_line_says(self) -> None:
        """Verdict, figures with their marks and reasons are those of `--compare`."""
        async with running(size=(160, 50)) as ui:
            await ui.press("c")
            assert "drf against now: 4 gain, 2 lose, 0 same" in ui.text
            assert "had 20 of its entitled 21.3 cpu" in ui.text
            assert "0.987 +" in ui.text
            assert "below entitled: its private slice" in ui.text

    async def test_panels(self) -> None:
        """Where there is room for one panel, tab shows the figures, then the chosen tenant, then all tenants again."""
        async with running(size=(60, 18)) as ui:
            await ui.press("c", "j")
            assert "Jain index" not in ui.text
            await ui.press("tab")
            assert "Jain index" in ui.text
            assert "▸drf" in ui.text
            await ui.press("tab")
            assert "search wants" in ui.text
            assert ui.lines[4].startswith(" ▸ drf: 70%")
            await ui.press("right")
            assert ui.lines[4].startswith(" ▸ fair-share: 80%")
            await ui.press("tab")
            assert "analytics " in ui.text

    @pytest.mark.parametrize("size", [(60, 18), (120, 40)], ids=str)
    async def test_hostile_names(self, size: tuple[int, int]) -> None:
        """No name is read as markup or drives the terminal, in any panel."""
        async with running(hostile_scenario(), size) as ui:
            await ui.press("c")
            assert "[red]x[/]" in ui.text
            for panel in range(3):
                await ui.pilot.press("j", "j", "tab")
                await ui.settle()
                assert not {"\x1b", "\u202e", "\x9b"} & set(ui.text), panel
            for _ in range(12):
                await ui.pilot.press("j")
                said = "".join(ui.app.screen.copied())  # type: ignore[attr-defined]
                assert not {"\x1b", "\u202e", "\x9b", "\n"} & set(said)

    async def test_no_tenants(self) -> None:
        """A scenario without tenants is compared too."""
        async with running("[capacity]\ncpu = 4\n") as ui:
            await ui.press("c", "right", "f", "S", "y")
            assert "there are no tenants" in ui.text


class TestColumns:
    """What is compared, and in what order."""

    async def test_baseline(self) -> None:
        """`b` judges against the chosen column, `B` against what runs now, `:baseline` against what is named."""
        async with running() as ui:
            await ui.press("c")
            assert baseline(ui) == "now"
            await ui.press("right", "b")
            assert baseline(ui) == "fair-share"
            assert "fair-share is what the others are compared with" in ui.text
            await ui.press("B")
            assert baseline(ui) == "now"
            await ui.app.perform("against('fifo')")
            await ui.settle()
            assert baseline(ui) == "fifo"
            await ui.app.perform("against('fifi')")
            await ui.settle()
            assert "did you mean 'fifo'?" in ui.told[-1]

    async def test_another_order_or_baseline_runs_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Order, baseline, a policy less, and coming back are at once: only a policy that is new is run."""
        ran: list[str] = []
        real = comparing.allocate

        def counting(scenario: Any, policy: Any) -> Any:
            ran.append(policy.name)
            return real(scenario, policy)

        monkeypatch.setattr(comparing, "allocate", counting)
        async with running(TWO) as ui:
            await ui.press("c")
            assert ran == ["fifo", "proportional"]
            await ui.press("less_than_sign", "b", "greater_than_sign", "w", "c")
            assert ran == ["fifo", "proportional"]
            await ui.press("a", "enter")
            assert ran == ["fifo", "proportional", "drf"]

    async def test_order(self) -> None:
        """`<` and `>` put the chosen policy elsewhere; it stays chosen, and there is an end on both sides."""
        async with running(TWO) as ui:
            await ui.press("c", "h")
            assert (labels(ui), chosen(ui)) == (["fifo", "proportional"], "fifo")
            await ui.press("greater_than_sign", "greater_than_sign")
            assert (labels(ui), chosen(ui)) == (["proportional", "fifo"], "fifo")
            await ui.press("less_than_sign")
            assert labels(ui) == ["fifo", "proportional"]

    async def test_take_out_and_add(self) -> None:
        """`-` takes out all but the last; `a` lists what is not shown, and `:policy` adds what it names."""
        async with running(TWO) as ui:
            await ui.press("c", "minus")
            assert len(labels(ui)) == 1
            await ui.press("delete")
            assert len(labels(ui)) == 1
            assert "the last policy cannot be taken out" in ui.told[-1]
            await ui.press("a")
            assert "Compare with" in ui.text
            await ui.press("escape")
            assert len(labels(ui)) == 1
            await ui.app.perform("use('drf')")
            await ui.settle()
            assert labels(ui)[-1] == "drf"
            assert chosen(ui) == "drf"

    async def test_now_stays(self) -> None:
        """What runs now is no policy: it is not moved, taken out or opened."""
        async with running() as ui:
            await ui.press("c", "left", "minus", "less_than_sign", "enter")
            assert (labels(ui)[0], ui.mode) == ("now", "compare")
            assert "now is no policy: there is none to open" in ui.told[-1]

    async def test_they_last(self) -> None:
        """Columns, order and baseline last the sitting, on other screens and through edits of anything else."""
        async with running(TWO) as ui:
            await ui.press("c", "h", "b", "greater_than_sign", "w", "c")
            assert (labels(ui), baseline(ui)) == (["proportional", "fifo"], "fifo")

    async def test_open(self) -> None:
        """Enter decides by the chosen policy on the workbench."""
        async with running() as ui:
            await ui.press("c", "right", "enter")
            assert (ui.mode, ui.app.desk.policy.name) == ("workbench", "fair-share")

    async def test_open_with_options(self) -> None:
        """A policy that the scenario compares with options of its own is opened with them."""
        text = TWO.replace('"fifo"', '{ use = "largest-first", as = "small", options = { measure = "memory" } }')
        text = text.replace("cpu = 10", "cpu = 10\nmemory = 10").replace("{ cpu = 1 }", "{ cpu = 1, memory = 1 }")
        async with running(text) as ui:
            await ui.press("c", "1", "enter")
            assert ui.app.desk.policy.name == "largest-first"
            assert ui.app.desk.policy.options["measure"] == "memory"

    async def test_keep(self) -> None:
        """`K` writes the list into the scenario, as an edit that undo takes back."""
        async with running(TWO) as ui:
            await ui.press("c", "h", "greater_than_sign", "K")
            compared = ui.app.desk.session.scenario.policy.compare
            assert [use.name for use in compared] == ["proportional", "fifo"]
            assert ui.app.desk.sitting.dirty
            assert labels(ui) == ["proportional", "fifo"]
            await ui.press("u")
            assert labels(ui) == ["fifo", "proportional"]


class TestRows:
    """Which tenants are shown, and in what order."""

    async def test_losers(self) -> None:
        """`f` shows who loses under the chosen policy; under any, where the baseline is chosen; then all again."""
        async with running() as ui:
            await ui.press("c", "f")
            assert rows(ui) == 2
            assert "only who loses" in ui.text
            await ui.press("left")
            assert (chosen(ui), rows(ui)) == ("now", 2)
            await ui.press("f")
            assert rows(ui) == 6
            await ui.press("f")
            await ui.press("escape")
            assert (rows(ui), ui.mode) == (6, "compare")
            await ui.press("escape")
            assert ui.mode == "workbench"

    async def test_filter(self) -> None:
        """Letters narrow, enter keeps, the chosen tenant stays chosen."""
        async with running() as ui:
            await ui.press("c", "slash")
            await ui.type("ai")
            assert rows(ui) == 1
            await ui.press("enter")
            assert "training wants" in ui.text
            await ui.press("escape")
            assert rows(ui) == 6
            await ui.press("slash")
            await ui.type("zzz")
            assert "no tenant matches" in ui.text

    async def test_sort(self) -> None:
        """`S` sorts by name, by the chosen policy, by loss; a click on a heading chooses that policy, and sorts."""
        async with running() as ui:
            await ui.press("c", "S")
            assert ui.lines[4].startswith(("▸analytics", " analytics"))
            assert "tenant▲" in ui.text
            await ui.press("S")
            assert "▸drf▲" in ui.text
            await ui.press("S")
            assert "search" in ui.lines[5]
            assert "analytics" in ui.lines[4]
            await ui.press("S")
            assert "web" in ui.lines[4]
            await ui.click("#grants", at=(28, 0))
            assert chosen(ui) == "now"


class TestOverTime:
    """With jobs it is waits that are compared."""

    async def test_waits(self) -> None:
        """Who waits less and more on the mean, what that is, and what became of the jobs."""
        async with running(JOBS) as ui:
            await ui.press("c", "2")
            assert "priority against fifo: 1 wait less, 1 wait more, 0 same" in ui.text
            assert "-1h" in ui.text
            assert "[b]again[/b]" in ui.text
            assert "p95 wait" in ui.text
            await ui.press("f")
            assert rows(ui) == 1
            assert "slow: " not in ui.text
            await ui.press("enter")
            assert (ui.mode, ui.app.desk.policy.name) == ("time", "priority")

    async def test_recorded(self) -> None:
        """What a trace recorded is a column, and what the others are judged against."""
        async with running("sample_configs/hpc-trace.toml", (80, 24)) as ui:
            await ui.press("c")
            assert labels(ui)[0] == baseline(ui) == "recorded"
            await ui.press("tab", "tab", "tab", "x")
            assert "Export the comparison" in ui.text


class TestBackground:
    """Comparing takes time; the screen does not."""

    async def test_progress_and_stop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It says which policy of how many; `X` stops, once more goes on."""
        go = threading.Event()
        real = comparing.allocate

        def slow(scenario: Any, policy: Any) -> Any:
            go.wait(30)
            return real(scenario, policy)

        monkeypatch.setattr(comparing, "allocate", slow)
        async with running(TWO) as ui:
            await ui.pilot.press("c")
            while "fifo (1 of 2); X stops" not in ui.text:
                await ui.pilot.pause()
            await ui.pilot.press("X")
            await ui.pilot.pause()
            assert "stopped; X goes on" in ui.text
            go.set()
            await ui.settle()
            assert labels(ui) == []
            await ui.press("X")
            assert labels(ui) == ["fifo", "proportional"]

    async def test_the_columns_that_are_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """While a policy is added, keys are still about the column that is seen."""
        go = threading.Event()
        real = comparing.allocate

        def slow(scenario: Any, policy: Any) -> Any:
            if policy.name == "drf":
                go.wait(30)
            return real(scenario, policy)

        monkeypatch.setattr(comparing, "allocate", slow)
        async with running(TWO) as ui:
            await ui.press("c", "h")
            await ui.app.perform("use('drf')")
            await ui.pilot.press("right", "minus")
            go.set()
            await ui.settle()
            assert labels(ui) == ["fifo", "drf"]

    async def test_another_scenario(self) -> None:
        """An edit compares anew, and what was compared before is not shown as if it were of it."""
        async with running(TWO) as ui:
            await ui.press("c")
            from fractions import Fraction

            desk = ui.app.desk
            desk.sitting.edit(desk.session.with_capacity(Fraction(2)), "twice as much")
            ui.app.ask()
            await ui.settle()
            assert "All 2 policies grant the same" in ui.text
            await ui.press("u")
            assert "grant the same" not in ui.text

    async def test_many_tenants(self) -> None:
        """Rows are made as they come on screen: the last of very many is there at once."""
        made = 0
        async with running(
            many_tenants(5_000).replace("[capacity]", '[policy]\ncompare=["fifo","drf"]\n[capacity]')
        ) as ui:
            await ui.press("c")
            board = ui.app.screen.board  # type: ignore[attr-defined]
            real = board.cell

            def counting(*args: Any, **kinds: Any) -> Any:
                nonlocal made
                made += 1
                return real(*args, **kinds)

            board.cell = counting
            await ui.press("G")
            assert "t4999" in ui.text
            assert made < 1_000

    async def test_a_fault(self) -> None:
        """A policy that fails is told in words; what was compared before stays."""
        async with running(TWO) as ui:
            await ui.press("c")
            await ui.app.perform("use('nonesuch')")
            await ui.settle()
            assert "no policy 'nonesuch'" in ui.text
            assert labels(ui) == ["fifo", "proportional"]
            await ui.press("b")
            assert "nonesuch" not in ui.text
            assert (labels(ui), baseline(ui)) == (["fifo", "proportional"], "proportional")


def test_session_is_untouched() -> None:
    """What is known of an earlier comparison is taken as it is, under the label that it has now."""
    session = Session.open(None)
    first = session.compare(["drf", "fifo"], {})
    again = session.compare(["fifo", "drf"], {}, "drf", known=first.allocations)
    assert again.allocations[1] is first.allocations[2]
    assert again.baseline is first.allocations[1]
