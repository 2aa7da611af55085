"""Saving, leaving and coming back: what was changed is never lost by accident."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Static

from allocator import filing, recovery
from allocator.scenario.saving import SaveError, dumps
from allocator.session import Session
from allocator.tui.desk import Desk
from allocator.tui.screens.asking import Asking
from allocator.tui.screens.saving_as import SavingAs
from allocator.tui.widgets.field import Field
from tests.tui import harness
from tests.tui.harness import HOSTILE_NAMES, Driving, hostile_scenario
from tests.tui.terminal import Terminal

SCENARIO = """# what the team agreed on
[capacity]
cpu = 9
[[tenants]]
name = "web"
demand = { cpu = 1 }   # one core
tasks = 4
"""
JOBS = """[capacity]
cpu = 4
[[tenants]]
name = "web"
[[jobs]]
tenant = "web"
runtime = "1h"
demand = { cpu = 1 }
"""
SMALLEST = (60, 18)
running = partial(harness.running, size=(80, 24))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file with comments."""
    path = tmp_path / "team.toml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, which is the current one."""
    path = tmp_path / "here"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


async def edit(ui: Driving, factor: int = 2) -> None:
    """Multiply all that is wanted, as an edit does."""
    desk = ui.app.desk
    desk.sitting.edit(desk.session.with_demand(Fraction(factor)), f"demand x {factor}")
    ui.app.ask()
    await ui.settle()


async def write_path(ui: Driving, path: str | Path) -> None:
    """Type a path where one is asked for."""
    ui.app.screen.query_one(Field).value = str(path)
    await ui.press("enter")


def saved(path: Path) -> Session:
    """What is in the file."""
    return Session.open(str(path))


def tasks(path: Path) -> int | None:
    """How many tasks the tenant in the file wants."""
    return saved(path).scenario.tenants[0].work[0].tasks


def recoveries() -> list[Path]:
    """The recovery files there are."""
    return sorted(recovery.directory().glob("*.toml"))


class TestSave:
    """`s`."""

    async def test_first_overwrite_asks_and_keeps_the_old_file(self, file: Path) -> None:
        """Before the first overwrite one is told that comments go and where the old file stays; then it does."""
        async with running(file) as ui:
            await edit(ui)
            assert "[modified]" in ui.text
            await ui.press("s")
            assert isinstance(ui.app.screen, Asking)
            assert "comments" in ui.text
            assert "team.toml.bak" in ui.text
            assert file.read_text() == SCENARIO
            await ui.press("o")
            assert tasks(file) == 8
            assert Path(f"{file}.bak").read_text() == SCENARIO
            assert "[modified]" not in ui.text
            assert ui.told[-1] == f"saved {file}; the old file is team.toml.bak"

    async def test_later_saves_do_not_ask(self, file: Path) -> None:
        """In the same sitting a second save asks nothing and keeps no second old file."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("s", "o")
            await edit(ui)
            await ui.press("s")
            assert tasks(file) == 16
            assert sorted(path.name for path in file.parent.glob("team*")) == ["team.toml", "team.toml.bak"]

    async def test_nothing_to_lose(self, file: Path) -> None:
        """A file that is written as we write it is overwritten unasked, and no old one is kept."""
        file.write_text(dumps(saved(file).scenario))
        async with running(file) as ui:
            await edit(ui)
            await ui.press("s")
            assert tasks(file) == 8
            assert not Path(f"{file}.bak").exists()

    async def test_nothing_changed(self, file: Path) -> None:
        """Without a change there is nothing to save, which is said, and the footer does not offer it."""
        async with running(file, size=(160, 50)) as ui:
            assert "s Save" not in ui.lines[-1]
            await ui.press("s")
            assert ui.told == ["Save: nothing was changed"]
            await edit(ui)
            assert "s Save" in ui.lines[-1]

    @pytest.mark.parametrize("key", ["escape", "l"])
    async def test_leaving_the_question_writes_nothing(self, file: Path, key: str) -> None:
        """Escape, or leave, writes nothing, and the changes are still there."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("s", key)
            assert file.read_text() == SCENARIO
            assert ui.app.desk.sitting.dirty

    async def test_undo_after_a_save_is_a_change(self, file: Path) -> None:
        """What is on disk is what was saved: undo after it is modified, redo is not."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("s", "o", "u")
            assert "[modified]" in ui.text
            await ui.press("ctrl+r")
            assert "[modified]" not in ui.text

    async def test_edit_while_it_is_written(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An edit that comes in while the file is written is not taken for saved."""
        held, original = threading.Event(), filing.save
        monkeypatch.setattr(filing, "save", lambda *words: (held.wait(30), original(*words)))
        async with running(file) as ui:
            await edit(ui)
            await ui.pilot.press("s")
            while not isinstance(ui.app.screen, Asking):
                await ui.pilot.pause()
            await ui.pilot.press("o")
            await ui.pilot.pause()
            desk = ui.app.desk
            desk.sitting.edit(desk.session.with_demand(Fraction(2)), "later")
            held.set()
            await ui.settle()
            assert tasks(file) == 8
            assert desk.sitting.dirty
            desk.sitting.undo()
            assert not desk.sitting.dirty

    async def test_changed_on_disk(self, file: Path) -> None:
        """What somebody else wrote meanwhile is not overwritten unasked, and is kept as the old file."""
        async with running(file) as ui:
            await edit(ui)
            file.write_text(theirs := SCENARIO.replace("web", "mail"))
            await ui.press("s")
            assert "changed by somebody else" in ui.text
            await ui.press("escape")
            assert file.read_text() == theirs
            await ui.press("s", "o")
            assert tasks(file) == 8
            assert Path(f"{file}.bak").read_text() == theirs

    async def test_changed_on_disk_after_a_save(self, file: Path) -> None:
        """The same after a first save, with the names of old files counted on."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("s", "o")
            await edit(ui)
            file.write_text(SCENARIO.replace("web", "mail"))
            await ui.press("s")
            assert "team.toml.bak.2" in ui.text
            await ui.press("o")
            assert Path(f"{file}.bak").read_text() == SCENARIO
            assert "mail" in Path(f"{file}.bak.2").read_text()

    async def test_changed_while_the_question_stands(self, file: Path) -> None:
        """A change between the question and the answer is asked about anew."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("s")
            file.write_text(SCENARIO.replace("web", "mail"))
            await ui.press("o")
            assert "changed by somebody else" in ui.text
            assert "mail" in file.read_text()

    async def test_no_room(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where it cannot be written one line says why; the file and the changes are as they were."""

        def full(*_: object) -> None:
            raise SaveError(f"{file}: cannot be written: no space left on device")

        async with running(file) as ui:
            await edit(ui)
            with monkeypatch.context() as patch:
                patch.setattr(filing, "save", full)
                await ui.press("s", "o")
            assert ui.told[-1] == f"{file}: cannot be written: no space left on device"
            assert ui.app.desk.sitting.dirty
            assert file.read_text() == SCENARIO
            assert not Path(f"{file}.bak").exists()
            await ui.press("s", "o")
            assert tasks(file) == 8

    async def test_what_ifs_over_time(self, tmp_path: Path) -> None:
        """What-ifs over time are no part of the file, and that is said instead of saving or asking."""
        path = tmp_path / "jobs.toml"
        path.write_text(JOBS)
        async with running(path) as ui:
            await edit(ui)
            await ui.press("s")
            assert ui.told == ["Save: what-ifs over time are not part of the file; else nothing was changed"]
            session = ui.app.desk.session
            ui.app.desk.sitting.edit(replace(session, scenario=replace(session.scenario, title="x")), "title")
            await ui.press("s", "o")
            assert ui.told[-1].endswith("what-ifs over time are not part of the file")
            assert saved(path).scenario.title == "x"


class TestSaveAs:
    """`A`, and `s` where there is no file."""

    async def test_built_in(self, here: Path) -> None:
        """The built-in scenario is saved under a name that is asked for, and the sitting is of that file from then."""
        async with running() as ui:
            await edit(ui)
            await ui.press("s")
            assert isinstance(ui.app.screen, SavingAs)
            assert ui.app.screen.query_one(Field).value == "quickstart.toml"
            await ui.press("enter")
            assert saved(here / "quickstart.toml").scenario == ui.app.desk.session.scenario
            assert ui.app.desk.sitting.source == "quickstart.toml"
            await edit(ui)
            await ui.press("s")
            assert saved(here / "quickstart.toml").scenario == ui.app.desk.session.scenario
            assert not ui.app.desk.sitting.dirty

    async def test_unchanged(self, here: Path) -> None:
        """Save as is there without a change too."""
        async with running() as ui:
            await ui.press("A", "enter")
            assert (here / "quickstart.toml").exists()

    async def test_name(self, file: Path, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """`~` is the home, `.toml` is added, and what will be there is said while one types."""
        monkeypatch.setenv("HOME", str(here))
        async with running(file) as ui:
            await ui.press("A")
            ui.app.screen.query_one(Field).value = "~/other"
            await ui.settle()
            assert "other.toml" in ui.text
            await ui.press("enter")
            assert tasks(here / "other.toml") == 4
            assert file.read_text() == SCENARIO

    @pytest.mark.parametrize(
        ("path", "words"), [("no/such/x.toml", "there is no directory no/such"), (".", "it is a directory")]
    )
    async def test_places_where_no_file_can_be(self, here: Path, path: str, words: str) -> None:
        """No directory, or a directory: said, and the dialog stays."""
        async with running() as ui:
            await ui.press("A")
            await write_path(ui, path)
            assert isinstance(ui.app.screen, SavingAs)
            assert words in ui.text
            assert not list(here.iterdir())

    async def test_there_is_a_file(self, file: Path, here: Path) -> None:
        """Over another file it asks, and keeps that one."""
        (here / "x.toml").write_text("theirs")
        async with running(file) as ui:
            await ui.press("A")
            await write_path(ui, "x")
            assert "There is a file already" in ui.text
            await ui.press("o")
            assert tasks(here / "x.toml") == 4
            assert (here / "x.toml.bak").read_text() == "theirs"

    async def test_tenants_of_a_file(self, tmp_path: Path, here: Path) -> None:
        """Tenants that stood in a CSV file are written out, and that is said."""
        (tmp_path / "t.csv").write_text("name,cpu\nweb,1\n")
        path = tmp_path / "s.toml"
        path.write_text('tenants_from = "t.csv"\n[capacity]\ncpu = 2\n')
        async with running(path) as ui:
            await ui.press("A")
            await write_path(ui, "out")
            assert "tenants_from is written out as [[tenants]]" in ui.told[-1]
            assert [tenant.name for tenant in saved(here / "out.toml").scenario.tenants] == ["web"]
        async with running(path) as ui:
            await edit(ui)
            await ui.press("s")
            assert "tenants_from" in ui.text

    async def test_an_imported_dump_is_never_overwritten(self, tmp_path: Path, here: Path) -> None:
        """What was imported has no scenario file: its save asks for one."""
        dump = tmp_path / "dump.json"
        dump.write_text("{}")
        async with running(Session(Session.open(None).scenario, str(dump))) as ui:
            await edit(ui)
            await ui.press("s", "enter")
            assert dump.read_text() == "{}"
            assert (here / "dump.toml").exists()


class TestLeave:
    """`q`, ctrl+q, ctrl+c."""

    @pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
    async def test_clean(self, file: Path, key: str) -> None:
        """Without a change one leaves at once."""
        async with running(file) as ui:
            await ui.press(key)
            assert not ui.app.is_running

    @pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
    async def test_modified(self, file: Path, key: str) -> None:
        """With one it is asked; escape stays."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press(key)
            assert "demand x 2" in ui.text
            await ui.press("escape")
            assert ui.app.is_running
            assert ui.app.desk.sitting.dirty

    async def test_save_then_leave(self, file: Path) -> None:
        """Save leads through the question about the old file, and out."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("q", "s", "o")
            assert not ui.app.is_running
        assert tasks(file) == 8
        assert not recoveries()

    async def test_a_save_that_was_left_does_not_leave(self, file: Path) -> None:
        """Whoever leaves the question about the old file stays, with the changes."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("q", "s", "escape")
            assert ui.app.is_running
            await edit(ui)
            await ui.press("s", "o")
            assert ui.app.is_running

    async def test_discard(self, file: Path) -> None:
        """Discard leaves; neither the file nor a recovery file has the changes."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("q", "d")
            assert not ui.app.is_running
        assert file.read_text() == SCENARIO
        assert not recoveries()

    async def test_asked_twice(self, file: Path) -> None:
        """Ctrl+q in the question does not leave past it."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("q", "ctrl+q", "ctrl+q", "escape")
            assert ui.app.is_running
            assert not isinstance(ui.app.screen, Asking)

    async def test_waits_for_a_save(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who leaves while a save runs, leaves when it is done."""
        file.write_text(dumps(saved(file).scenario))
        held, original = threading.Event(), filing.save
        monkeypatch.setattr(filing, "save", lambda *words: (held.wait(30), original(*words)))
        async with running(file) as ui:
            await edit(ui)
            await ui.pilot.press("s", "q")
            await ui.pilot.pause()
            assert ui.app.is_running
            held.set()
            await ui.settle()
            assert not ui.app.is_running
        assert tasks(file) == 8

    async def test_verbs(self, file: Path) -> None:
        """`:w` saves, `:wq` saves and leaves, `:q!` leaves without."""
        async with running(file) as ui:
            await edit(ui)
            await ui.command("w")
            await ui.press("o")
            assert tasks(file) == 8
            await edit(ui)
            await ui.command("wq")
            assert not ui.app.is_running
        assert tasks(file) == 16
        async with running(file) as ui:
            await edit(ui)
            await ui.command("q!")
            assert not ui.app.is_running
        assert tasks(file) == 16
        assert not recoveries()

    async def test_before_another_file(self, file: Path) -> None:
        """What leaves the scenario behind is done at once when all is saved, else only once that is answered."""
        done: list[str] = []
        async with running(file) as ui:
            ui.app.then_leave(lambda: done.append("clean"))
            await edit(ui)
            for key in ("escape", "d"):
                ui.app.then_leave(lambda key=key: done.append(key))
                await ui.settle()
                await ui.press(key)
            assert done == ["clean", "d"]


class TestRecovery:
    """A sitting that ends by accident."""

    @pytest.fixture
    def left(self, file: Path) -> Path:
        """The recovery file of a sitting that was killed after the demand was doubled."""
        keeper = recovery.Keeper(str(file))
        session = saved(file).with_demand(Fraction(2))
        keeper.keep(1, session.scenario, "demand x 2", "yesterday", recovery.digest(str(file)))
        keeper._held = os.close(keeper._held) if keeper._held is not None else None
        [path] = recoveries()
        return path

    async def test_every_edit_is_kept(self, file: Path) -> None:
        """After an edit, an undo and a redo the recovery file is as the screen; with nothing to keep there is none."""
        async with running(file) as ui:
            assert not recoveries()
            await edit(ui)
            assert tasks(recoveries()[0]) == 8
            assert recoveries()[0].stat().st_mode & 0o777 == 0o600
            await edit(ui)
            assert tasks(recoveries()[0]) == 16
            await ui.press("u")
            assert tasks(recoveries()[0]) == 8
            await ui.press("u")
            assert not recoveries()
            await ui.press("ctrl+r")
            assert tasks(recoveries()[0]) == 8
            await ui.press("s", "o")
            assert not recoveries()

    async def test_recover(self, file: Path, left: Path) -> None:
        """Recovered, it is a change like another: undo gives the file, and it is kept until it is saved."""
        async with running(file) as ui:
            assert "Changes that were not saved" in ui.text
            assert "demand x 2" in ui.text
            assert "changed since" not in ui.text
            await ui.press("r")
            assert "[modified]" in ui.text
            assert ui.app.desk.session.scenario.tenants[0].work[0].tasks == 8
            assert not left.exists()
            assert tasks(recoveries()[0]) == 8
            await ui.press("u")
            assert ui.app.desk.session.scenario == saved(file).scenario

    async def test_discard(self, file: Path, left: Path) -> None:
        """Discarded, it is gone."""
        async with running(file) as ui:
            await ui.press("d")
            assert not recoveries()
            assert not ui.app.desk.sitting.dirty

    @pytest.mark.parametrize("key", ["l", "escape"])
    async def test_later(self, file: Path, left: Path, key: str) -> None:
        """Put off, it stays through other edits and is offered again."""
        async with running(file) as ui:
            await ui.press(key)
            await edit(ui, 3)
            assert left in recoveries()
            await ui.press("q", "d")
        assert recoveries() == [left]
        async with running(file) as ui:
            assert "Changes that were not saved" in ui.text

    async def test_the_file_was_changed_since(self, file: Path, left: Path) -> None:
        """Where the file is another than was edited, that is said."""
        file.write_text(SCENARIO.replace("web", "mail"))
        async with running(file) as ui:
            assert "changed since" in ui.text

    async def test_already_saved(self, file: Path, left: Path) -> None:
        """What is in the file already is not offered."""
        file.write_text(dumps(saved(left).scenario))
        async with running(file) as ui:
            assert not isinstance(ui.app.screen, Asking)
            assert not recoveries()

    async def test_another_file_before_it_is_asked(self, file: Path, left: Path) -> None:
        """Where another file is opened before the question comes, it is left for the next time."""
        async with running() as ui:
            ui.app.put(Desk(Session.open(str(file))))
            ui.app.put(Desk(Session.open(None)))
            await ui.settle()
            assert not isinstance(ui.app.screen, Asking)
            [found] = recovery.find(str(file))
            found.release()

    async def test_damaged(self, file: Path, left: Path) -> None:
        """One that cannot be read is said, and kept."""
        left.write_text(left.read_text()[:-30])
        async with running(file) as ui:
            assert "cannot be read, and is kept" in ui.told[0]
            assert not isinstance(ui.app.screen, Asking)
        assert left.exists()

    async def test_of_one_that_lives(self, file: Path) -> None:
        """Two on one file do not take each other's."""
        async with running(file) as ui:
            await edit(ui)
            async with running(file) as other:
                assert not isinstance(other.app.screen, Asking)
                await edit(other, 3)
                assert len(recoveries()) == 2
                await other.press("q", "d")
            assert tasks(recoveries()[0]) == 8

    async def test_nowhere_to_keep_it(self, file: Path, tmp_path: Path) -> None:
        """Where nothing can be kept, that is said once, and all else works."""
        (tmp_path / "state").write_text("in the way")
        async with running(file) as ui:
            await edit(ui)
            await edit(ui)
            assert [words for words in ui.told if "not kept" in words] == [ui.told[0]]
            await ui.press("s", "o")
            assert tasks(file) == 16

    async def test_ended_by_a_signal(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A signal ends it without asking, and leaves a recovery file even of what was not written yet."""
        async with running(file) as ui:
            desk = ui.app.desk
            desk.sitting.edit(desk.session.with_demand(Fraction(2)), "demand x 2")
            ui.app.end_by(15)
            await ui.settle()
        assert tasks(recoveries()[0]) == 8
        assert file.read_text() == SCENARIO

    async def test_after_save_as(self, file: Path, here: Path) -> None:
        """After save as, what is kept is kept for the new file."""
        async with running(file) as ui:
            await edit(ui)
            await ui.press("A")
            await write_path(ui, "new")
            assert not recoveries()
            await edit(ui)
            assert str(here / "new.toml") in recoveries()[0].read_text()


def test_killed(file: Path, tmp_path: Path) -> None:
    """After kill -9 on a real terminal the next start offers all but at most the last edit, and can save it."""
    home = {"XDG_STATE_HOME": str(tmp_path / "s"), "XDG_CONFIG_HOME": str(tmp_path / "c")}
    with Terminal([str(file)], env=home) as terminal:
        terminal.until("web")
        for number in (2, 3, 4):
            terminal.press("D")
            terminal.until(f"web-{number}")
        terminal.kill()
        assert terminal.wait() == -signal.SIGKILL
    assert file.read_text() == SCENARIO
    with Terminal([str(file)], env=home) as terminal:
        terminal.until("Discard it")
        terminal.press("r")
        terminal.until(lambda text: "[modified]" in text and "s Save" in text and "Discard" not in text)
        terminal.until("web-3")
        terminal.press("s")
        terminal.until("o  Overwrite")
        terminal.press("o")
        terminal.until(lambda text: "[modified]" not in text and "saved" in text)
        terminal.press("q")
        assert terminal.wait() == 0
    assert "web-3" in [tenant.name for tenant in saved(file).scenario.tenants]


class TestLooks:
    """The dialogs fit, and show names as they are."""

    @pytest.mark.parametrize("size", [SMALLEST, (80, 24), (120, 40)])
    async def test_all_choices_are_seen(self, file: Path, size: tuple[int, int]) -> None:
        """Every choice of every question is on the screen."""
        async with running(file, size=size) as ui:
            await edit(ui)
            await ui.press("q")
            for words in ("Save the changes?", "s  Save", "d  Discard", "c  Cancel", "esc"):
                assert words in ui.text
            await ui.press("s")
            for words in ("o  Overwrite", "a  Save as", "l  Leave", "team.toml.bak", "esc"):
                assert words in ui.text
            await ui.press("a")
            assert "is there already" in str(ui.app.screen.query_one("#found", Static).content)

    @pytest.mark.parametrize("size", [SMALLEST, (120, 40)])
    async def test_hostile_names(self, tmp_path: Path, size: tuple[int, int]) -> None:
        """Names that drive a terminal or look like markup are shown harmless in every dialog."""
        path = tmp_path / "[red]x[\x1b]2J.toml"
        path.write_text(hostile_scenario())
        async with running(path, size=size) as ui:
            ui.app.desk.sitting.edit(ui.app.desk.session.with_demand(Fraction(2)), HOSTILE_NAMES[4])
            ui.app.ask()
            await ui.settle()
            for key in ("q", "s", "a"):
                await ui.press(key)
                assert "\x1b" not in ui.text
                assert key == "a" or "[red]x[\ufffd]2J" in "".join(ui.text.split())
            await write_path(ui, str(tmp_path / "ok"))
            assert (tmp_path / "ok.toml").exists()
