"""Taking along what is shown: the same bytes as the command line writes, a picture, a copy; nothing is lost by it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from allocator.cli import main
from allocator.tui.catalogue.export import FORMATS
from allocator.tui.exports import FORMS
from allocator.tui.screens.exporting import Exporting
from tests.tui.harness import HOSTILE_NAMES, Driving, hostile_scenario, running

TITLE = "quickstart-six-teams-on-one-cluster"
TEXTS = ("table", "csv", "json", "markdown")
JOBS = """\
title = "Two queues"
[capacity]
cpu = 4
[policy]
compare = ["fifo", "priority"]
[[tenants]]
name = "slow"
[[tenants]]
name = "urgent"
priority = 1
[[jobs]]
tenant = "slow"
submit = "0s"
runtime = "1h"
demand = { cpu = 4 }
[[jobs]]
tenant = "urgent"
submit = "2s"
runtime = "1m"
demand = { cpu = 4 }
"""


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A directory of its own, in which files without a directory are made."""
    place = tmp_path / "work"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "120")
    return place


async def export(ui: Driving, line: str) -> None:
    """What `:export LINE` does."""
    await ui.app.perform(f"export_to({line!r})")
    await ui.settle()


class TestSameBytes:
    """Every form of every screen is what the command line writes into a file."""

    async def test_one_allocation(self, here: Path) -> None:
        """The workbench is `--simulate`, the heap is `--steps`, the comparison is `--compare`."""
        async with running() as ui:
            for key, name in (("w", "allocation"), ("n", "steps"), ("c", "comparison")):
                await ui.press(key)
                for form in TEXTS:
                    await export(ui, f"{form} {name}.{form}")
        for name, words in (
            ("allocation", ["--simulate"]),
            ("steps", ["--simulate", "--steps"]),
            ("comparison", ["--compare"]),
        ):
            for form in TEXTS:
                assert main.run([*words, "--format", form, "-o", "expected"]) == 0
                assert (here / f"{name}.{form}").read_bytes() == (here / "expected").read_bytes(), (name, form)

    async def test_over_time(self, here: Path) -> None:
        """The same for a run over time, and for several."""
        (here / "jobs.toml").write_text(JOBS)
        async with running("jobs.toml") as ui:
            for key, name in (("t", "run"), ("c", "comparison")):
                await ui.press(key)
                for form in TEXTS:
                    await export(ui, f"{form} {name}.{form}")
        for name, word in (("run", "--simulate"), ("comparison", "--compare")):
            for form in TEXTS:
                assert main.run(["jobs.toml", word, "--format", form, "-o", "expected"]) == 0
                assert (here / f"{name}.{form}").read_bytes() == (here / "expected").read_bytes(), (name, form)

    async def test_another_policy(self, here: Path) -> None:
        """It is what is shown that is exported, not what the scenario says."""
        async with running() as ui:
            await ui.press("3")
            await export(ui, "csv")
        assert main.run(["--simulate", "--policy", "fifo", "--format", "csv", "-o", "expected"]) == 0
        assert (here / f"{TITLE}-fifo.csv").read_bytes() == (here / "expected").read_bytes()


class TestDialog:
    """`x` asks in which form, and to which file."""

    @pytest.mark.parametrize("size", [(60, 18), (80, 24)], ids=str)
    async def test_letters_choose(self, size: tuple[int, int], here: Path) -> None:
        """A letter chooses the form, the ending of the file follows, enter writes, and it is said where."""
        async with running(size=size) as ui:
            await ui.press("x")
            assert "Export the allocation" in ui.text
            assert "esc goes" in ui.text
            await ui.press("j")
            assert f"{TITLE}-drf.json" in ui.text
            await ui.press("enter")
            assert ui.told == [f"wrote {TITLE}-drf.json"]
        assert (here / f"{TITLE}-drf.json").read_text().startswith("{")

    async def test_escape_writes_nothing(self, here: Path) -> None:
        """Escape leaves it."""
        async with running() as ui:
            await ui.press("x", "c", "escape")
            assert not isinstance(ui.app.screen, Exporting)
        assert list(here.iterdir()) == []

    async def test_a_path_of_ones_own(self, here: Path) -> None:
        """Tab goes to the file; what is typed there is where it goes."""
        async with running() as ui:
            await ui.press("x", "m", "tab", "home", *"my-")
            assert f"my-{TITLE}-drf.md" in ui.text
            await ui.press("enter")
        assert (here / f"my-{TITLE}-drf.md").exists()

    async def test_overwriting_asks(self, here: Path) -> None:
        """What is there stays there unless it is said otherwise; another name can be typed."""
        kept = here / f"{TITLE}-drf.csv"
        kept.write_text("mine")
        async with running() as ui:
            await ui.press("x", "c")
            assert "is there already" in ui.text
            await ui.press("enter", "escape")
            assert kept.read_text() == "mine"
            await ui.press("x", "enter", "enter")
            assert isinstance(ui.app.screen, Exporting)
            assert ui.app.screen.query_one(OptionList).highlighted == 1
            await ui.press("escape", "x", "enter", "o")
        assert kept.read_text() != "mine"

    async def test_a_place_that_cannot_be_written(self) -> None:
        """That is said in a line, and it goes on."""
        async with running() as ui:
            await export(ui, "csv nowhere/at/all.csv")
            assert "there is no directory" in ui.told[-1]
            await export(ui, "cvs")
            assert "did you mean 'csv'?" in ui.told[-1]
            assert ui.mode == "workbench"

    async def test_hostile_names(self, here: Path) -> None:
        """Whatever a title holds, the file has a name that every system and terminal can show."""
        async with running(hostile_scenario()) as ui:
            await ui.press("x", "c", "enter")
        (made,) = here.iterdir()
        assert made.name.replace("-", "").removesuffix(".csv").isalnum()
        assert made.name.isascii()

    async def test_a_hostile_path(self, here: Path) -> None:
        """A path that is pasted never drives the terminal; one that cannot be is told in a line."""
        async with running() as ui:
            await export(ui, f"csv {HOSTILE_NAMES[4]}")
            await export(ui, "csv a\x00b")
            assert "\x1b" not in ui.text
            assert "cannot be written" in ui.told[-1]


class TestPicture:
    """svg is the screen as it is."""

    async def test_without_the_dialog(self, here: Path) -> None:
        """The picture shows what was in front before the dialog was."""
        async with running() as ui:
            await ui.press("c", "x", "s", "enter")
        svg = (here / f"{TITLE}-compare.svg").read_text()
        assert svg.startswith("<svg")
        assert "smallest" in svg or "proportional" in svg or "fair-share" in svg
        assert "Export" not in svg.replace("Export</text>", "")


class TestCopy:
    """`y` copies what is said of what is chosen, on every screen."""

    async def test_compare(self) -> None:
        """The chosen tenant under every policy, with the reasons."""
        async with running() as ui:
            await ui.press("c", "j", "y")
            lines = ui.app.clipboard.splitlines()
            assert lines[0] == "search wants 20 cpu, 160Gi memory"
            assert len(lines) == 9
            assert "borrowed" in ui.app.clipboard

    async def test_step(self) -> None:
        """The decision that is shown, in words."""
        async with running() as ui:
            await ui.press("n", "n", "y")
            assert ui.app.clipboard[:40] in ui.text

    async def test_time(self, here: Path) -> None:
        """The chosen job, and why it waits."""
        (here / "jobs.toml").write_text(JOBS)
        async with running("jobs.toml") as ui:
            await ui.press("greater_than_sign", "greater_than_sign", "y")
            assert "urgent" in ui.app.clipboard or "slow" in ui.app.clipboard


def test_forms_are_those_that_are_completed() -> None:
    """What `:export` completes is what it takes."""
    assert tuple(FORMS) == FORMATS
