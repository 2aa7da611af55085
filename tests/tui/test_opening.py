"""Another file is opened or imported from inside; what was open stays until the new one is read."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from allocator import homes
from allocator.scenario.saving import dumps
from allocator.session import Session
from allocator.tui import recent
from allocator.tui.doing import opening
from allocator.tui.files import completed
from allocator.tui.screens.asking import Asking
from allocator.tui.screens.opening import Opening
from allocator.tui.screens.telling import Telling, Waiting
from tests.cli.running import ROOT
from tests.tui.harness import HOSTILE_NAMES, Driving, hostile_scenario, quoted, running

SMALLEST = (60, 18)
SCENARIO = '[capacity]\ncpu = 4\n[[tenants]]\nname = "web"\ndemand = { cpu = 1 }\n'
CSV = "# capacity: cpu=9\nname,weight,cpu\nweb,1,3\nci,2,4\n"
READY = {"allocatable": {"cpu": "8"}, "conditions": [{"type": "Ready", "status": "True"}]}
PODS = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, "status": READY},
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p", "namespace": "shop"},
            "spec": {"nodeName": "n", "containers": [{"name": "c", "resources": {"requests": {"cpu": "2"}}}]},
            "status": {"phase": "Running"},
        },
    ],
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, which is the current one."""
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


async def choose(ui: Driving, path: str) -> None:
    """Press `o`, give a path, press enter."""
    await ui.press("o")
    ui.app.screen.query_one(Input).insert_text_at_cursor(path)
    await ui.press("enter")


def names(ui: Driving) -> list[str]:
    """The tenants of what is open."""
    return [tenant.name for tenant in ui.app.desk.session.scenario.tenants]


class TestOpening:
    """`o`, and `:open FILE`."""

    async def test_a_scenario(self, here: Path) -> None:
        """A scenario that is chosen by its path is shown, and is the one that is open."""
        (here / "team.toml").write_text(SCENARIO)
        async with running(size=SMALLEST) as ui:
            await choose(ui, "team.toml")
            assert names(ui) == ["web"]
            assert ui.app.desk.sitting.file == "team.toml"
            assert "opened team.toml" in ui.told

    async def test_by_its_verb(self, here: Path) -> None:
        """So is one that is named after `:open`; without a name the same dialog opens."""
        (here / "team.toml").write_text(SCENARIO)
        async with running() as ui:
            await ui.command("open team.toml")
            assert names(ui) == ["web"]
            await ui.command("open")
            assert isinstance(ui.app.screen, Opening)

    async def test_over_time(self, here: Path) -> None:
        """From a scenario with jobs to one without, and back: the screen that suits it is in front."""
        (here / "team.toml").write_text(SCENARIO)
        async with running(ROOT / "sample_configs" / "hpc-trace.toml") as ui:
            await ui.command("open team.toml")
            assert ui.mode == "workbench"
            assert "web" in ui.text
            await ui.command(f"open {ROOT / 'sample_configs' / 'hpc-trace.toml'}")
            assert ui.mode == "time"

    async def test_completion(self, here: Path) -> None:
        """What begins as typed is listed; tab writes it out, enter goes into a directory and opens a file."""
        (here / "sub").mkdir()
        (here / "sub" / "team.toml").write_text(SCENARIO)
        (here / ".hidden").write_text("")
        async with running(size=SMALLEST) as ui:
            await ui.press("o")
            await ui.type("s")
            assert "sub/" in ui.text
            await ui.press("enter")
            field = ui.app.screen.query_one(Input)
            assert field.value == "sub/"
            await ui.press("tab")
            assert field.value == "sub/team.toml"
            await ui.press("enter")
            assert names(ui) == ["web"]

    async def test_recent_ones_come_first(self, here: Path) -> None:
        """What was open last is listed first and opened by enter; what is no longer there says so."""
        (here / "a.toml").write_text(SCENARIO)
        (here / "b.toml").write_text(SCENARIO.replace("web", "ci"))
        async with running(here / "a.toml") as ui:
            await ui.command(f"open {here / 'b.toml'}")
            await ui.press("o")
            listed = [str(option.prompt) for option in ui.app.screen.query_one(OptionList).options]
            assert listed == [str(here / "b.toml"), str(here / "a.toml"), "built-in quickstart"]
            await ui.press("down", "enter")
            assert names(ui) == ["web"]
            (here / "b.toml").unlink()
            await ui.press("o")
            gone = ui.app.screen.query_one(OptionList).options[1]
            assert (str(gone.prompt), gone.disabled) == (f"{here / 'b.toml'}  (no longer there)", True)

    async def test_the_built_in_one(self, here: Path) -> None:
        """Where nothing was open before, enter opens the built-in scenario; it is not remembered."""
        (here / "team.toml").write_text(SCENARIO)
        async with running(here / "team.toml") as ui:
            await ui.press("o", "down", "enter")
            assert len(names(ui)) > 1
            assert recent.known() == [str(here / "team.toml")]

    async def test_leaving(self) -> None:
        """Escape opens nothing."""
        async with running() as ui:
            before = ui.app.desk
            await ui.press("o", "escape")
            assert ui.app.desk is before

    async def test_faults(self, here: Path) -> None:
        """Every fault of a faulty file is listed with its line; nothing is opened, and what was open stays."""
        (here / "bad.toml").write_text("[capacity]\ncpu = -1\n[[tenants]]\nname = 3\n")
        async with running(size=SMALLEST) as ui:
            before = ui.app.desk
            await choose(ui, "bad.toml")
            assert isinstance(ui.app.screen, Telling)
            told = str(ui.app.screen.query_one("#told", Static).content)
            assert [line.partition(" ")[0] for line in told.split("\n")] == [f"bad.toml:{line}:" for line in (2, 3, 4)]
            await ui.press("enter")
            assert (ui.app.desk, ui.mode) == (before, "workbench")

    async def test_many_faults_scroll(self, here: Path) -> None:
        """More faults than the screen has lines are all there, and scrolled to."""
        rows = "".join(f'[[tenants]]\nname = "t{number}"\ndemand = {{ cpu = -{number} }}\n' for number in range(1, 60))
        (here / "bad.toml").write_text("[capacity]\ncpu = 1\n" + rows)
        async with running(size=SMALLEST) as ui:
            await choose(ui, "bad.toml")
            assert "59 faults" in ui.text
            await ui.press("end")
            assert "found -59" in ui.text
            assert "esc goes back" in ui.text

    async def test_no_such_file(self, here: Path) -> None:
        """A file that is not there is told, with the nearest name."""
        (here / "team.toml").write_text(SCENARIO)
        async with running() as ui:
            await choose(ui, "taem.toml")
            assert "no such file; did you mean 'team.toml'?" in ui.text

    async def test_unsaved_changes_are_asked_about(self, here: Path) -> None:
        """Where something was changed it is asked first; a file that cannot be read does not even ask."""
        (here / "team.toml").write_text(SCENARIO)
        (here / "bad.toml").write_text("x")
        async with running(here / "team.toml") as ui:
            session = ui.app.desk.session
            ui.app.desk.sitting.edit(session.with_demand(2), "doubled")
            await ui.command("open bad.toml")
            assert isinstance(ui.app.screen, Telling)
            await ui.press("escape")
            before = ui.app.desk
            await ui.command(f"open {ROOT / 'sample_configs' / 'two-teams.toml'}")
            assert isinstance(ui.app.screen, Asking)
            assert ui.app.desk is before
            await ui.press("d")
            assert ui.app.desk is not before

    async def test_giving_up(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """While a file is read a dialog says so; escape gives up, and what is read then is dropped."""
        held = threading.Event()

        def slow(*_: object) -> None:
            held.wait(30)

        monkeypatch.setattr(opening, "opened", slow)
        async with running() as ui:
            before = ui.app.desk
            await ui.press("o")
            ui.app.screen.query_one(Input).insert_text_at_cursor("slow.toml")
            await ui.pilot.press("enter")
            await ui.pilot.pause()
            assert isinstance(ui.app.screen, Waiting)
            assert "Reading slow.toml" in ui.text
            await ui.pilot.press("escape")
            held.set()
            await ui.settle()
            assert (ui.app.desk, ui.mode) == (before, "workbench")

    async def test_hostile_names(self, here: Path) -> None:
        """Names of files and in files are shown as letters, in lists, faults and titles."""
        evil = "[red]x[/] [@click=app.quit]y[/].toml"
        (here / evil.replace("/", "")).write_text(
            f"[capacity]\ncpu = 1\n[[tenants]]\nname = {quoted(HOSTILE_NAMES[4])}\nx = 1"
        )
        (here / "esc\x1b[2J.toml").write_text("")
        async with running(hostile_scenario(), SMALLEST) as ui:
            await ui.press("o")
            await ui.type("[")
            assert "[red]x[] [@click=app.quit]y[].toml" in ui.text
            await ui.press("enter")
            assert isinstance(ui.app.screen, Telling)
            await ui.press("escape")
            await choose(ui, "esc")
            assert "\x1b" not in ui.text


class TestImporting:
    """A snapshot or a trace becomes a scenario that is saved nowhere yet."""

    @pytest.mark.parametrize(
        ("name", "text", "tenants"), [("rows.csv", CSV, ["web", "ci"]), ("dump.json", json.dumps(PODS), ["shop"])]
    )
    async def test_told_from_what_is_in_it(self, here: Path, name: str, text: str, tenants: list[str]) -> None:
        """The format is told from the file; what was read is said, and nothing is written."""
        (here / name).write_text(text)
        async with running(size=SMALLEST) as ui:
            await choose(ui, name)
            assert names(ui) == tenants
            assert isinstance(ui.app.screen, Telling)
            assert f"{name} (imported)" in ui.text
            assert ui.app.desk.sitting.dirty, "no file has it yet"
            assert ui.app.desk.sitting.file is None
            assert os.listdir(here) == [name]
            await ui.press("enter")
            assert ui.mode == "workbench"

    async def test_a_trace(self, here: Path) -> None:
        """A log of jobs is replayed, wherever the scenario is saved."""
        (here / "log.swf").write_text((ROOT / "sample_configs" / "hpc-trace.swf").read_text())
        async with running() as ui:
            await choose(ui, "log.swf")
            assert ui.mode == "time"
            await ui.press("enter")
            (here / "other").mkdir()
            draft = ui.app.desk.sitting.errand(str(here / "other" / "log.toml"))
            assert draft.path.endswith("log.toml")

    async def test_a_file_that_does_not_tell(self, here: Path) -> None:
        """Where it could be anything it is asked; the answer is read as such, and its faults are told."""
        (here / "odd.txt").write_text("what\nis this\n")
        async with running(size=SMALLEST) as ui:
            before = ui.app.desk
            await choose(ui, "odd.txt")
            assert isinstance(ui.app.screen, Asking)
            await ui.press("c")
            assert isinstance(ui.app.screen, Telling)
            assert ui.app.desk is before

    async def test_a_scenario_by_another_name(self, here: Path) -> None:
        """A scenario need not be called `.toml`."""
        (here / "team.conf").write_text(SCENARIO)
        async with running() as ui:
            await choose(ui, "team.conf")
            assert names(ui) == ["web"]


class TestRecent:
    """The list of files."""

    def test_kept(self, here: Path) -> None:
        """Newest first, each once, absolute, twenty at most, in a file that is replaced whole."""
        for number in range(25):
            (here / f"{number}.toml").write_text("")
            recent.remember(f"{number}.toml")
        recent.remember("7.toml")
        assert recent.known()[:2] == [str(here / "7.toml"), str(here / "24.toml")]
        assert len(recent.known()) == len(set(recent.known())) == 20
        assert os.listdir(homes.state()) == ["recent"]

    @pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"a": 1}', "[" * 100_000, "\x00"])
    def test_damaged(self, text: str) -> None:
        """What cannot be read is no list, and is written anew."""
        recent.path().parent.mkdir(parents=True)
        recent.path().write_text(text)
        assert recent.known() == []

    def test_what_is_no_file(self, here: Path) -> None:
        """Standard input, what was imported, and the built-in scenario are not remembered."""
        for source in ("-", "x.csv (imported)", Session.open(None).source, "nul\0"):
            recent.remember(source)
        assert recent.known() == []


class TestCompletion:
    """Paths, as a shell completes them."""

    def test_listed(self, here: Path) -> None:
        """Directories first, with a slash; hidden ones after a dot; names that could drive a terminal never."""
        (here / "b").mkdir()
        for name in ("a", ".a", "esc\x1b"):
            (here / name).write_text("")
        assert list(completed("")) == ["b/", "a"]
        assert list(completed(".")) == [".a"]
        assert list(completed(f"{here}/a")) == [f"{here}/a"]
        assert list(completed("nowhere/x")) == list(completed("nul\0/")) == []

    def test_home(self, tmp_path: Path) -> None:
        """`~` is home, and stays as it was typed."""
        (tmp_path / "mine.toml").write_text(dumps(Session.open(None).scenario))
        assert "~/mine.toml" in list(completed("~/mi"))


class TestWarnings:
    """What a file says that was probably not meant so."""

    async def test_they_are_counted_and_shown(self) -> None:
        """Opening says how many there are, and `:warnings` what they are."""
        scenario = "[capacity]\nmemory = 8\n[[tenants]]\nname = 'a'\ndemand = { memory = 1 }\ntasks = 2\n"
        async with running(scenario) as ui:
            assert any(":warnings shows" in told for told in ui.told)
            await ui.command("warnings")
            assert "is 8 bytes" in ui.text

    async def test_without_any(self) -> None:
        """Nothing is said, and `:warnings` says that there are none."""
        async with running() as ui:
            assert ui.told == []
            await ui.command("warnings")
            assert "nothing to warn of" in ui.text
