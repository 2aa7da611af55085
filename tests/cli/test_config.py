"""`fairheap config`: which files are a person's own, a keymap to start from, and the keys there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.tui.catalogue import ACTIONS
from tests.cli.running import Shell, program


@pytest.fixture(autouse=True)
def keymap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the keymap of the test is."""
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path / "config" / "fairheap" / "keymap.toml"


def test_paths(fairheap: Shell, keymap: Path) -> None:
    """Each file that is read or written is named, with whether it is there; nothing is made."""
    ended = fairheap("config")
    assert ended.code == 0
    assert any(str(keymap) in line and line.endswith("no") for line in ended.lines)
    assert any("recent" in line for line in ended.lines)
    assert not keymap.parent.exists()


def test_init(fairheap: Shell, keymap: Path) -> None:
    """It writes a keymap with every key, which changes nothing; a second time it refuses, and the file stays."""
    ended = fairheap("config", "init")
    assert (ended.code, ended.out) == (0, "")
    text = keymap.read_text()
    assert all(f'"{action.id}"' in text for action in ACTIONS.all if action.keys)
    keymap.write_text("[keys]\n")
    ended = fairheap("config", "init")
    assert ended.code == 2
    assert str(keymap) in ended.err
    assert keymap.read_text() == "[keys]\n"
    assert any(str(keymap) in line and line.endswith("yes") for line in fairheap("config").lines)


def test_nowhere_to_write(fairheap: Shell, keymap: Path) -> None:
    """Where no directory for it can be made, that is said in one line."""
    keymap.parent.parent.write_text("a file where the directory would be")
    ended = fairheap("config", "init")
    assert ended.code == 2
    assert ended.err.count("\n") == 1
    assert f"{keymap.parent}: cannot be made: " in ended.err


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_keys(fairheap: Shell, keymap: Path, form: str) -> None:
    """Every action is listed with its keys, those of the user's own instead of what comes along."""
    keymap.parent.mkdir(parents=True)
    keymap.write_text('[keys]\n"edit.undo" = "f7"\n')
    ended = fairheap("config", "keys", "--format", form)
    assert ended.code == 0
    if form == "json":
        listed = {row["id"]: row["keys"] for row in ended.json}
        assert set(listed) == {action.id for action in ACTIONS.all}
        assert listed["edit.undo"] == ["f7"]
    else:
        assert all(action.id in ended.out for action in ACTIONS.all)
        assert "f7" in ended.out


def test_faults(fairheap: Shell, keymap: Path) -> None:
    """A faulty keymap ends with 2, every fault on a line."""
    keymap.parent.mkdir(parents=True)
    keymap.write_text('[keys]\n"edit.undoo" = "z"\n"app.help" = "nokey"\n')
    ended = fairheap("config", "keys")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 2)


def test_unwritable(fairheap: Shell, keymap: Path) -> None:
    """Where no file can be written, one line says so."""
    keymap.parent.parent.mkdir(parents=True)
    keymap.parent.write_text("a file where the directory should be")
    ended = fairheap("config", "init")
    assert ended.code in (1, 2)
    assert len(ended.err.splitlines()) == 1


def test_unknown(fairheap: Shell) -> None:
    """A word that is no command is told with those that are."""
    ended = fairheap("config", "kyes")
    assert ended.code == 2
    assert "keys" in ended.err


def test_other_commands_do_without() -> None:
    """Only this command brings Textual along."""
    scenario = "[capacity]\ncpu = 1\n[[tenants]]\nname = 'a'\ndemand = { cpu = 1 }\n"
    ended = program(["check", "-"], given=scenario, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert ended.code == 0
    assert "textual" not in ended.err
