"""What is left of a sitting that ended by accident, and whose it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from allocator import recovery
from allocator.recovery import Keeper, RecoveryError, digest, find
from allocator.scenario.saving import SaveError
from allocator.session import Session

SCENARIO = '[capacity]\ncpu = 9\n[[tenants]]\nname = "web"\ndemand = { cpu = 1 }\ntasks = 4\n'


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory of the test's own."""
    path = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(path))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file."""
    path = tmp_path / "team.toml"
    path.write_text(SCENARIO)
    return path


def keep(keeper: Keeper, file: Path, factor: int, number: int | None = None) -> None:
    """Keep the scenario with so many times the demand."""
    scenario = Session.open(str(file)).with_demand(Fraction(factor)).scenario
    keeper.keep(number or factor, scenario, f"demand x {factor}", "now", digest(str(file)))


def files() -> list[Path]:
    """What is in the directory of recovery files, temporary files too."""
    return sorted(recovery.directory().iterdir()) if recovery.directory().exists() else []


EDITING = """
import os, signal, sys
from fractions import Fraction
from allocator.recovery import Keeper
from allocator.session import Session
path, stop = sys.argv[1:]
session, keeper = Session.open(path), Keeper(path)
for number in (2, 3):
    if stop == "during" and number == 3:
        os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    keeper.keep(number, session.with_demand(Fraction(number)).scenario, f"demand x {number}", "now", "")
print("kept", flush=True)
if stop == "after":
    os.kill(os.getpid(), signal.SIGKILL)
sys.stdin.read()
"""


def editing(file: Path, stop: str) -> subprocess.Popen[str]:
    """Another process that has kept two edits."""
    words = [sys.executable, "-c", EDITING, str(file), stop]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


class TestKilled:
    """kill -9."""

    @pytest.mark.parametrize(("stop", "tasks"), [("after", 12), ("during", 8)])
    def test_at_most_the_last_edit_is_lost(self, file: Path, stop: str, tasks: int) -> None:
        """Killed after an edit was kept, that is found; killed while it is kept, the one before it is."""
        with editing(file, stop) as process:
            assert process.wait() == -signal.SIGKILL
        [found] = find(str(file))
        label, scenario = found.read()
        assert scenario.tenants[0].work[0].tasks == tasks
        assert (label.source, label.pid, label.done) == (str(file), process.pid, f"demand x {tasks // 4}")
        found.discard()
        assert not find(str(file))

    def test_only_what_nobody_holds_is_found(self, file: Path) -> None:
        """While its process lives nobody is offered it, whatever the number of the process; then everybody is."""
        with editing(file, "never") as process:
            assert process.stdout is not None
            process.stdout.readline()
            assert not find(str(file))
            process.kill()
            process.wait()
            assert len(find(str(file))) == 1


class TestKeep:
    """The file that is kept."""

    def test_file(self, file: Path, state: Path) -> None:
        """It is one file, for its owner alone, in the state directory, and a scenario file itself."""
        keeper = Keeper(str(file))
        keep(keeper, file, 2)
        keep(keeper, file, 3)
        [path] = files()
        assert path.parent == state / "fairheap" / "recovery"
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert Session.open(str(path)).scenario.tenants[0].work[0].tasks == 12
        keeper.drop(4)
        assert not files()

    def test_the_newest_wins(self, file: Path) -> None:
        """What is older than what was kept or dropped is not written any more."""
        keeper = Keeper(str(file))
        keep(keeper, file, 3)
        keep(keeper, file, 2)
        assert Session.open(str(files()[0])).scenario.tenants[0].work[0].tasks == 12
        keeper.drop(5)
        keep(keeper, file, 4)
        assert not files()
        keep(keeper, file, 2, 6)
        assert len(files()) == 1

    def test_two_of_one_process(self, file: Path) -> None:
        """Two keepers of one file have a file each, and neither is offered the other's."""
        one, other = Keeper(str(file)), Keeper(str(file))
        keep(one, file, 2)
        keep(other, file, 3)
        assert len(files()) == 2
        assert not find(str(file))
        one.drop(9)
        assert Session.open(str(files()[0])).scenario.tenants[0].work[0].tasks == 12
        other.drop(9)

    def test_of_another_scenario(self, file: Path, tmp_path: Path) -> None:
        """A file is offered to its own scenario, from whichever directory, and to no other."""
        with editing(file, "after") as process:
            process.wait()
        assert not find(str(tmp_path / "other.toml"))
        [found] = find(os.path.relpath(file))
        found.release()

    def test_no_place(self, file: Path, state: Path) -> None:
        """Where there is no place for it, that is said as a fault."""
        state.write_text("in the way")
        with pytest.raises(SaveError, match="cannot be made: not a directory"):
            keep(Keeper(str(file)), file, 2)
        assert find(str(file)) == []

    def test_no_locks(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a file system without locks the number of the process tells whether it lives."""

        def refuse(*_: object) -> None:
            raise OSError(95, "no locks")

        monkeypatch.setattr(recovery.fcntl, "flock", refuse)
        keeper = Keeper(str(file))
        keep(keeper, file, 2)
        assert not find(str(file))
        with editing(file, "after") as process:
            process.wait()
        assert len(find(str(file))) == 1
        keeper.drop(9)


class TestFind:
    """What is found again."""

    @pytest.fixture
    def left(self, file: Path) -> Path:
        """What a killed process left."""
        with editing(file, "after") as process:
            process.wait()
        return files()[0]

    def test_one_is_offered_once(self, file: Path, left: Path) -> None:
        """Who is asked about it holds it: nobody else is asked meanwhile."""
        [found] = find(str(file))
        assert not find(str(file))
        found.release()
        assert len(find(str(file))) == 1

    def test_the_newest_first(self, file: Path, left: Path) -> None:
        """Of several the newest comes first."""
        with editing(file, "after") as process:
            process.wait()
        os.utime(left, (0, 0))
        assert [one.path for one in find(str(file))][1] == left

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "# {}\n" + SCENARIO,
            "# nonsense\n",
            '# {"fairheap-recovery": 2}\n',
            "# [1]\n",
            "# " + "[" * 5000,
            "\0\xff",
        ],
    )
    def test_what_is_none(self, file: Path, left: Path, text: str) -> None:
        """What is no recovery file is a fault that names it, and stays."""
        left.write_text(text)
        [found] = find(str(file))
        with pytest.raises(RecoveryError, match=f"{left.name}: what was not saved cannot be read, and is kept"):
            found.read()
        assert left.exists()

    def test_label_cannot_break_out(self, file: Path) -> None:
        """Words with line ends or markup come back as they were, in one line."""
        words = 'weight\n"]\r [red]\u2028\x1b[2J'
        keeper = Keeper(str(file))
        keeper.keep(1, Session.open(str(file)).scenario, words, "now", "")
        first = files()[0].read_text().split("\n")[0]
        assert first.isascii()
        keeper._held = os.close(keeper._held) if keeper._held is not None else None
        assert find(str(file))[0].read()[0].done == words

    def test_files_that_it_names(self, tmp_path: Path) -> None:
        """The trace of what was not saved is found from where the scenario is."""
        home = tmp_path / "home"
        home.mkdir()
        (home / "jobs.swf").write_text("1 0 -1 60 1 -1 -1 1 60 -1 1 1 1 1 1 -1 -1 -1\n")
        file = home / "traced.toml"
        file.write_text('[capacity]\ncpu = 4\n[trace]\npath = "jobs.swf"\nformat = "swf"\n')
        session, keeper = Session.open(str(file)), Keeper(str(file))
        keeper.keep(1, session.scenario, "x", "now", "")
        keeper._held = os.close(keeper._held) if keeper._held is not None else None
        scenario = find(str(file))[0].read()[1]
        assert scenario == session.scenario
        assert len(replace(session, scenario=scenario).staged.workload) == 1

    def test_digest(self, file: Path) -> None:
        """It tells contents apart; there is none of a file that cannot be read or that is not the known one."""
        first = digest(str(file))
        assert digest(str(file)) == first
        assert digest(str(file), lambda _: False) == digest(str(file.parent)) == ""
        file.write_text("")
        assert digest(str(file)) not in ("", first)
