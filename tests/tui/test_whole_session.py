"""A whole session on a real terminal, as a person has it: open, switch, step, edit, undo, save, quit; and a kill."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

from tests.cli.running import QUICKSTART
from tests.tui.terminal import Terminal


def weight_of_web(path: Path) -> int:
    """What the file says of the first tenant."""
    tenant = tomllib.loads(path.read_text())["tenants"][0]
    assert tenant["name"] == "web"
    return int(tenant.get("weight", 1))


def edit_weight(terminal: Terminal, old: str, new: str) -> None:
    """Give the chosen tenant another weight, and wait for the answer."""
    terminal.press("e")
    terminal.until("enter keeps")
    terminal.press("\t")
    terminal.calm()
    terminal.press("\x7f" * len(old) + new)
    terminal.until(lambda text: f"* weight                  {new}" in text)
    terminal.press("\r")
    terminal.until("[modified]")


class TestWholeSession:
    """The program itself, on a terminal of its own."""

    def test_open_to_quit(self, tmp_path: Path) -> None:
        """Every step of it shows what it should, and the file on disk is what was saved."""
        path = tmp_path / "cluster.toml"
        shutil.copy(QUICKSTART, path)
        was = path.read_bytes()
        with Terminal(["cluster.toml"], cwd=tmp_path) as terminal:
            terminal.until("Quickstart: six teams on one cluster  policy drf")
            terminal.press("p")
            terminal.until("policy fair-share")
            terminal.press("1")
            terminal.until("policy drf")

            terminal.press("n")
            terminal.until("STEP")
            terminal.press("n")
            terminal.until("1 of ")
            terminal.press("n")
            terminal.until("2 of ")
            terminal.resize(80, 24)
            terminal.until("? Help")
            terminal.resize(120, 40)
            terminal.press("w")
            terminal.until("tenants")

            edit_weight(terminal, "2", "5")
            terminal.press("u")
            terminal.until(lambda text: "[modified]" not in text)
            terminal.press("\x12")  # ctrl+r
            terminal.until("[modified]")
            assert path.read_bytes() == was

            terminal.press("q")
            terminal.until("Save the changes?")
            terminal.press("\x1b")
            terminal.until(lambda text: "Save the changes?" not in text)
            terminal.press("s")
            terminal.until("comments and its layout are not kept")
            terminal.press("o")
            terminal.until(lambda text: "[modified]" not in text)
            terminal.press("q")
            assert terminal.wait() == 0
            assert b"\x1b[?1049l" in terminal.sent
        assert weight_of_web(path) == 5
        assert (tmp_path / "cluster.toml.bak").read_bytes() == was

    def test_a_kill(self, tmp_path: Path) -> None:
        """After a kill the file is as it was, and the next start offers what was not saved."""
        path = tmp_path / "cluster.toml"
        shutil.copy(QUICKSTART, path)
        was = path.read_bytes()
        env = {"XDG_STATE_HOME": str(tmp_path / "state")}
        with Terminal(["cluster.toml"], cwd=tmp_path, env=env) as terminal:
            terminal.until("policy drf")
            edit_weight(terminal, "2", "7")
            terminal.until(lambda _: any((tmp_path / "state" / "fairheap" / "recovery").glob("*.toml")))
            terminal.kill()
            terminal.wait()
        assert path.read_bytes() == was
        with Terminal(["cluster.toml"], cwd=tmp_path, env=env) as terminal:
            terminal.until("ecover")
            terminal.press("r")
            terminal.until("[modified]")
            terminal.press("s")
            terminal.until("comments and its layout are not kept")
            terminal.press("o")
            terminal.until(lambda text: "[modified]" not in text)
            terminal.press("q")
            assert terminal.wait() == 0
        assert weight_of_web(path) == 7
