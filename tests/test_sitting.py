"""A sitting: the way back, what is on disk, and saving it so that nothing is lost, whenever it is killed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from allocator import filing
from allocator.filing import ChangedError, Loss, place, unfit, write
from allocator.scenario.saving import SaveError, dumps, save
from allocator.session import Session
from allocator.sitting import Sitting

SCENARIO = '# by hand\n[capacity]\ncpu = 9\n[[tenants]]\nname = "web"\ndemand = { cpu = 1 }\ntasks = 4\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file with a comment."""
    path = tmp_path / "team.toml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def sitting(file: Path) -> Sitting:
    """Of that file, with the demand doubled."""
    made = Sitting(Session.open(str(file)))
    double(made)
    return made


def double(sitting: Sitting) -> None:
    """An edit."""
    sitting.edit(sitting.session.with_demand(Fraction(2)), "demand x 2")


def put(sitting: Sitting, path: Path | str | None = None) -> str:
    """Save without asking; where the old file is kept."""
    moment, draft = sitting.moment, sitting.errand(str(path or sitting.file)).draft()
    kept = write(draft)
    sitting.saved(moment, draft)
    return kept


class TestHistory:
    """Back and forth without limit."""

    def test_undo_and_redo(self, sitting: Sitting) -> None:
        """Each takes or does one edit again, and says in words which."""
        double(sitting)
        seen = [sitting.session]
        assert sitting.undo() == sitting.undo() == "demand x 2"
        assert (sitting.undo(), sitting.undoable) == ("", "")
        assert sitting.redo() == sitting.redo() == "demand x 2"
        assert (sitting.redo(), sitting.redoable) == ("", "")
        assert sitting.session is seen[0]

    def test_an_edit_drops_what_could_be_redone(self, sitting: Sitting) -> None:
        """After it there is nothing to redo."""
        sitting.undo()
        double(sitting)
        assert sitting.redoable == ""

    def test_dirty(self, sitting: Sitting) -> None:
        """It is what is not on disk, also where what is on disk can only be undone or is dropped."""
        assert sitting.dirty
        put(sitting)
        assert not sitting.dirty
        sitting.undo()
        assert sitting.dirty
        double(sitting)
        assert sitting.dirty
        sitting.undo()
        assert sitting.dirty

    def test_what_ifs_over_time_are_no_change(self, tmp_path: Path) -> None:
        """They are not part of a file: there is nothing to save."""
        path = tmp_path / "jobs.toml"
        path.write_text(
            '[capacity]\ncpu=1\n[[tenants]]\nname="a"\n[[jobs]]\ntenant="a"\nruntime="1h"\ndemand={cpu=1}\n'
        )
        sitting = Sitting(Session.open(str(path)))
        double(sitting)
        assert sitting.session.pace
        assert not sitting.dirty


class TestWhere:
    """What is saved to."""

    def test_file(self, sitting: Sitting, file: Path) -> None:
        """The file that was opened."""
        assert sitting.file == str(file)

    def test_none(self, file: Path) -> None:
        """There is none for what is built in, came through a pipe or was imported."""
        opened = Session.open(str(file))
        for session in (Session.open(None), replace(opened, source="-"), Session(opened.scenario, "dump.json")):
            assert Sitting(session).file is None

    def test_place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """`~` is the home; a name without an ending gets one, a directory stays one."""
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / "d").mkdir()
        assert place("~/x") == f"{tmp_path}/x.toml"
        assert place(" x.scenario ") == "x.scenario"
        assert place("~/d") == f"{tmp_path}/d"
        assert place("") == ""

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("no/x.toml", "there is no directory"),
            ("d", "it is a directory"),
            ("pipe", "it is no regular file"),
            ("a\0b", "NUL"),
            ("x" * 300, "file name too long"),
            ("new.toml", ""),
        ],
    )
    def test_unfit(self, tmp_path: Path, sitting: Sitting, name: str, words: str) -> None:
        """A place where no scenario file can be is told by looking, and refused by a save."""
        (tmp_path / "d").mkdir()
        os.mkfifo(tmp_path / "pipe")
        path = str(tmp_path / name)
        assert words in unfit(path)
        assert bool(words) == bool(unfit(path))
        if words:
            with pytest.raises(SaveError, match=words):
                sitting.errand(path).draft()


class TestLoss:
    """What a save would lose, and where it is kept."""

    def test_layout(self, sitting: Sitting, file: Path) -> None:
        """The first overwrite loses comments; the old file is kept, and later saves lose nothing."""
        assert sitting.errand(str(file)).draft().loss is Loss.LAYOUT
        assert put(sitting) == f"{file}.bak"
        assert Path(f"{file}.bak").read_text() == SCENARIO
        double(sitting)
        assert sitting.errand(str(file)).draft().loss is Loss.NOTHING
        assert put(sitting) == ""

    def test_ours(self, file: Path) -> None:
        """A file that we would write so ourselves has nothing to lose."""
        file.write_text(dumps(Session.open(str(file)).scenario))
        sitting = Sitting(Session.open(str(file)))
        double(sitting)
        assert put(sitting) == ""
        assert [path.name for path in file.parent.iterdir()] == [file.name]

    def test_byte_order_mark(self, file: Path) -> None:
        """A file with a byte order mark is not taken for changed."""
        file.write_bytes(b"\xef\xbb\xbf" + SCENARIO.encode())
        sitting = Sitting(Session.open(str(file)))
        double(sitting)
        assert sitting.errand(str(file)).draft().loss is Loss.LAYOUT

    def test_touched(self, sitting: Sitting, file: Path) -> None:
        """The same content with another time or inode is no change."""
        file.unlink()
        file.write_text(SCENARIO)
        assert sitting.errand(str(file)).draft().loss is Loss.LAYOUT

    def test_same_size(self, sitting: Sitting, file: Path) -> None:
        """Other content of the same size and time is one."""
        stat = file.stat()
        file.write_text(SCENARIO.replace("web", "dev"))
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert sitting.errand(str(file)).draft().loss is Loss.CHANGES

    def test_not_text_any_more(self, sitting: Sitting, file: Path) -> None:
        """Bytes that are no text are kept like all else."""
        file.write_bytes(b"\xff\xfe\x00")
        assert sitting.errand(str(file)).draft().loss is Loss.CHANGES
        assert Path(put(sitting)).read_bytes() == b"\xff\xfe\x00"

    def test_another_file(self, sitting: Sitting, tmp_path: Path) -> None:
        """So is another file; the sitting is of it afterwards."""
        (tmp_path / "x.toml").write_text("theirs")
        assert sitting.errand(str(tmp_path / "x.toml")).draft().loss is Loss.FILE
        assert Path(put(sitting, tmp_path / "x.toml")).read_text() == "theirs"
        assert sitting.file == str(tmp_path / "x.toml")
        assert not sitting.dirty

    def test_the_same_file_by_another_name(self, sitting: Sitting, file: Path, tmp_path: Path) -> None:
        """Its own file by a link is its own file, and the link stays."""
        (tmp_path / "link.toml").symlink_to(file)
        assert sitting.errand(str(tmp_path / "link.toml")).draft().loss is Loss.LAYOUT

    def test_gone(self, sitting: Sitting, file: Path) -> None:
        """A file that was taken away is made anew."""
        file.unlink()
        assert put(sitting) == ""
        assert file.exists()

    def test_old_files_are_never_overwritten(self, sitting: Sitting, file: Path) -> None:
        """Each gets the next free name; the same content is not kept twice."""
        Path(f"{file}.bak").write_text("an older one")
        os.symlink("nowhere", f"{file}.bak.2")
        assert sitting.errand(str(file)).draft().backup == f"{file}.bak.3"
        assert put(sitting) == f"{file}.bak.3"
        file.write_text(SCENARIO)
        again = Sitting(Session.open(str(file)))
        double(again)
        assert put(again) == f"{file}.bak.3"
        assert Path(f"{file}.bak").read_text() == "an older one"
        assert not Path(f"{file}.bak.4").exists()

    def test_no_links(self, sitting: Sitting, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where a file can have one name only, the old one is copied, mode and all."""

        def refuse(*_: object) -> None:
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(os, "link", refuse)
        file.chmod(0o640)
        kept = Path(put(sitting))
        assert kept.read_text() == SCENARIO
        assert kept.stat().st_mode & 0o777 == file.stat().st_mode & 0o777 == 0o640

    def test_changed_after_the_look(self, sitting: Sitting, file: Path) -> None:
        """What is there must be what was looked at; else nothing is written."""
        draft = sitting.errand(str(file)).draft()
        file.write_text("theirs")
        with pytest.raises(ChangedError):
            write(draft)
        assert file.read_text() == "theirs"

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
    def test_cannot_be_written(
        self, sitting: Sitting, file: Path, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        """A full disk or a read-only one: one clear line, and all is as it was."""

        def refuse(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", refuse)
            with pytest.raises(SaveError, match=r"team\.toml: cannot be written: [^\n]+$"):
                put(sitting)
        assert sitting.dirty
        assert [path.name for path in file.parent.iterdir()] == [file.name]
        assert file.read_text() == SCENARIO
        put(sitting)

    def test_protected(self, sitting: Sitting, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that its owner has protected is not replaced."""
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(SaveError, match="no permission"):
            put(sitting)
        assert file.read_text() == SCENARIO

    def test_too_large(self, sitting: Sitting, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What could not be opened again is not written."""
        monkeypatch.setattr(filing, "LARGEST_FILE", 50)
        with pytest.raises(SaveError, match="could not be opened again"):
            put(sitting)

    def test_edit_meanwhile(self, sitting: Sitting, file: Path) -> None:
        """What was edited while it was written is not saved."""
        moment, draft = sitting.moment, sitting.errand(str(file)).draft()
        double(sitting)
        write(draft)
        sitting.saved(moment, draft)
        assert sitting.dirty
        sitting.undo()
        assert not sitting.dirty


class TestElsewhere:
    """A scenario in another directory finds the files that it names."""

    @pytest.fixture
    def traced(self, tmp_path: Path) -> Path:
        """A scenario with a trace and its nodes beside it."""
        home = tmp_path / "from"
        home.mkdir()
        (home / "jobs.swf").write_text("1 0 -1 60 1 -1 -1 1 60 -1 1 1 1 1 1 -1 -1 -1\n")
        (home / "nodes").write_text("NodeName=n1 CPUTot=4 RealMemory=8000 State=IDLE Partitions=main\n")
        path = home / "traced.toml"
        path.write_text('[trace]\npath = "jobs.swf"\nformat = "swf"\nnodes_from = "nodes"\n')
        return path

    def test_trace(self, traced: Path, tmp_path: Path) -> None:
        """Relative paths are made relative to the new place, for later saves too."""
        (tmp_path / "a" / "b").mkdir(parents=True)
        target = tmp_path / "a" / "b" / "x.toml"
        sitting = Sitting(Session.open(str(traced)))
        put(sitting, target)
        assert 'path = "../../from/jobs.swf"' in target.read_text()
        assert 'nodes_from = "../../from/nodes"' in target.read_text()
        session = sitting.session
        sitting.edit(replace(session, scenario=replace(session.scenario, title="t")), "title")
        put(sitting)
        assert 'path = "../../from/jobs.swf"' in target.read_text()
        assert len(Session.open(str(target)).staged.workload) == 1

    def test_through_a_link(self, traced: Path, tmp_path: Path) -> None:
        """`..` is that of the real directory, where the new one is a link."""
        (tmp_path / "deep" / "er").mkdir(parents=True)
        (tmp_path / "short").symlink_to(tmp_path / "deep" / "er")
        put(Sitting(Session.open(str(traced))), tmp_path / "short" / "x.toml")
        assert len(Session.open(str(tmp_path / "short" / "x.toml")).staged.workload) == 1

    def test_at_home(self, traced: Path) -> None:
        """In its own directory, however that is called, nothing changes."""
        put(Sitting(Session.open(str(traced))), traced.parent / ".." / "from" / "x.toml")
        assert 'path = "jobs.swf"' in (traced.parent / "x.toml").read_text()

    def test_absolute(self, traced: Path, tmp_path: Path) -> None:
        """An absolute path stays one."""
        traced.write_text(traced.read_text().replace("jobs.swf", str(traced.parent / "jobs.swf")))
        put(Sitting(Session.open(str(traced))), tmp_path / "x.toml")
        assert f'path = "{traced.parent}/jobs.swf"' in (tmp_path / "x.toml").read_text()

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ('tenants_from = "t.csv"\n[capacity]\ncpu = 1\n', True),
            ("title = \"tenants_from = 'x'\"\n[capacity]\ncpu = 1\n", False),
            ('[capacity]\ncpu = 1\n[[tenants]]\nname = "tenants_from = x"\nwork = []\n', False),
        ],
    )
    def test_tenants_of_a_file(self, tmp_path: Path, line: str, expected: bool) -> None:
        """That tenants come from a CSV file is known before they are written out, so that it can be said."""
        (tmp_path / "t.csv").write_text("name,cpu\nweb,1\n")
        path = tmp_path / "s.toml"
        path.write_text(line)
        sitting = Sitting(Session.open(str(path)))
        assert sitting.errand(str(path)).draft().writes_out is expected
        assert sitting.errand(str(tmp_path / "other.toml")).draft().writes_out is expected


KILLED = """
import os, signal, sys
from fractions import Fraction
from allocator.filing import write
from allocator.session import Session
from allocator.sitting import Sitting
path, module, name, when = sys.argv[1:]
def killed(*words, **more):
    if when == "after":
        original(*words, **more)
    os.kill(os.getpid(), signal.SIGKILL)
sitting = Sitting(Session.open(path))
sitting.edit(sitting.session.with_demand(Fraction(2)), "x")
draft = sitting.errand(path).draft()
original = getattr(os, name)
setattr(os, name, killed)
write(draft)
"""


class TestKilled:
    """kill -9 in the middle of a save."""

    @pytest.mark.parametrize(
        ("call", "when", "saved"),
        [
            ("link", "before", False),
            ("link", "after", False),
            ("fsync", "before", False),
            ("replace", "before", False),
            ("replace", "after", True),
        ],
    )
    def test_a_whole_file_is_there(self, file: Path, call: str, when: str, saved: bool) -> None:
        """The old file or the new one is whole, what was there is kept, and the next save works."""
        ended = subprocess.run([sys.executable, "-c", KILLED, str(file), "os", call, when], check=False)
        assert ended.returncode == -signal.SIGKILL
        assert Session.open(str(file)).scenario.tenants[0].work[0].tasks == (8 if saved else 4)
        assert saved or file.read_text() == SCENARIO
        sitting = Sitting(Session.open(str(file)))
        double(sitting)
        put(sitting)
        assert Path(f"{file}.bak").read_text() == SCENARIO
        assert not Path(f"{file}.bak.2").exists()

    def test_what_it_left_goes_after_a_day(self, file: Path) -> None:
        """A temporary file of ours is swept up a day later; a young one, a link, or another's name never."""
        names = [f".fairheap-{digit * 16}.tmp" for digit in "abc"] + [".fairheap-x.tmp", ".fairheap-12.tmp"]
        old, young, link, *others = (file.parent / name for name in names)
        old.touch()
        young.touch()
        link.symlink_to(file)
        for path in others:
            path.touch()
        for path in (old, link, *others):
            os.utime(path, (time.time() - 100_000,) * 2, follow_symlinks=False)
        save("x", file)
        assert not old.exists()
        assert all(os.path.lexists(path) for path in (young, link, *others))
