"""How the terminal UI begins and ends, on a real terminal: what is sent to it, and what is left behind."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from allocator.tui.glyphs import ASCII, UNICODE, glyphs
from allocator.tui.themes import suiting
from tests.cli.running import ROOT, program
from tests.tui.harness import running
from tests.tui.terminal import PATIENCE, Terminal

TWO_TEAMS = str(ROOT / "sample_configs" / "two-teams.toml")


class TestTerminals:
    """Where there is no terminal, one line says so."""

    @pytest.mark.parametrize("words", [[], [TWO_TEAMS], [TWO_TEAMS, "--policy", "fifo"]])
    def test_without_a_terminal(self, words: list[str]) -> None:
        """It names `--simulate`, ends with 2, and prints no data."""
        ended = program(words)
        assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
        assert "no terminal" in ended.err
        assert "--simulate" in ended.err

    def test_dumb(self, tmp_path: Path) -> None:
        """A dumb terminal gets the same line and not one control character."""
        with Terminal([], cwd=ROOT, env={"TERM": "dumb"}) as terminal:
            assert terminal.wait() == 2
            assert "TERM is dumb; --simulate" in terminal.text
            assert b"\x1b" not in terminal.sent

    def test_standard_input(self, tmp_path: Path) -> None:
        """`-` reads the scenario from a pipe, and keys from the terminal."""
        with Terminal(f"cat {TWO_TEAMS} | {sys.executable} -m allocator -", cwd=ROOT) as terminal:
            terminal.until("Two teams, two bottlenecks")
            terminal.press("q")
            assert terminal.wait() == 0


class TestColours:
    """What `NO_COLOR` and locales change is seen in the bytes."""

    def test_no_color_sends_none(self) -> None:
        """With `NO_COLOR` no colour is sent at all, and the cursor row is still told apart."""
        with Terminal([TWO_TEAMS], cwd=ROOT, env={"NO_COLOR": "1", "COLORTERM": "truecolor"}) as terminal:
            terminal.until("Jain")
            terminal.press("q")
            assert terminal.wait() == 0
            assert colours(bytes(terminal.sent)) == set()
            assert re.search(rb"\x1b\[7[;m]", bytes(terminal.sent))

    def test_colours_are_sent_otherwise(self) -> None:
        """Without it, or where it is empty, there are colours: the test above can fail."""
        with Terminal([TWO_TEAMS], cwd=ROOT, env={"NO_COLOR": "", "COLORTERM": "truecolor"}) as terminal:
            terminal.until("Jain")
            assert colours(bytes(terminal.sent))

    def test_ascii_locale(self) -> None:
        """Where the locale has no Unicode, every byte that is drawn is ASCII."""
        with Terminal([TWO_TEAMS], cwd=ROOT, env={"LC_ALL": "C"}) as terminal:
            terminal.until("Jain")
            assert "\\u" not in terminal.text
            assert terminal.text.isascii()

    def test_which_locales(self) -> None:
        """The first variable that is set decides; where none is, the encoding of the terminal."""
        assert glyphs("utf-8", {}) == glyphs("UTF8", {"LC_ALL": "", "LANG": "de_DE.UTF-8"}) == UNICODE
        assert glyphs("utf-8", {"LANG": "C"}) == glyphs("utf-8", {"LC_ALL": "POSIX", "LANG": "C.UTF-8"}) == ASCII
        assert glyphs("iso-8859-1", {}) == glyphs(None, {}) == ASCII


class TestThemes:
    """Which colours it begins with."""

    def test_by_the_environment(self) -> None:
        """The theme that is asked for, else the light one where the terminal says that it is light."""
        assert suiting({"FAIRHEAP_THEME": "fairheap-contrast", "COLORFGBG": "0;15"}) == "fairheap-contrast"
        assert suiting({"COLORFGBG": "0;15"}) == suiting({"COLORFGBG": "0;default;15"}) == "fairheap-light"
        assert suiting({"COLORFGBG": "15;0"}) == suiting({}) == "fairheap-dark"

    def test_an_unknown_theme(self) -> None:
        """A theme that there is not is told with the nearest, before anything is shown."""
        with Terminal([], cwd=ROOT, env={"FAIRHEAP_THEME": "fairheap-lihgt"}) as terminal:
            assert terminal.wait() == 2
            assert "no theme 'fairheap-lihgt'; did you mean 'fairheap-light'?" in terminal.text


class TestPausing:
    """ctrl+z, and fg."""

    def test_back_again(self) -> None:
        """The shell is given its screen back, and after it every line of ours is drawn again."""
        with Terminal([TWO_TEAMS], cwd=ROOT) as terminal:
            terminal.until("Stopped by cpu")
            terminal.calm()
            shown = terminal.text
            terminal.press("\x1a")
            terminal.until(lambda _: b"\x1b[?1049l" in terminal.sent)
            terminal.blank()
            terminal.kill(signal.SIGCONT)
            terminal.until("Stopped by cpu")
            terminal.calm()
            assert terminal.text == shown

    async def test_without_a_shell(self) -> None:
        """Where there is none to go back to, that is said."""
        async with running() as ui:
            await ui.press("ctrl+z")
            assert ui.told == ["there is no shell to go back to here"]


class TestEndings:
    """However it ends, the terminal is as it was."""

    def test_a_faulty_file(self, tmp_path: Path) -> None:
        """Every fault is told after the screen is given back, with 2."""
        (tmp_path / "bad.toml").write_text("[capacity]\ncpu = -1\n[[tenants]]\nname = 3\n")
        with Terminal(["bad.toml"], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}) as terminal:
            assert terminal.wait() == 2
            assert "bad.toml:2: capacity.cpu" in terminal.text
            assert "bad.toml:4: tenants[0].name" in terminal.text
            assert "Traceback" not in terminal.text

    def test_a_fault_of_ours(self, tmp_path: Path) -> None:
        """No traceback is shown: it is in a report, whose place is told."""
        broken = (
            f"{sys.executable} -c 'import sys; from allocator.tui.running import run; sys.exit(run(lambda: 1 / 0))'"
        )
        with Terminal(broken, cwd=ROOT, env={"XDG_STATE_HOME": str(tmp_path)}) as terminal:
            assert terminal.wait() == 1
            assert "a fault of ours ended the terminal UI (ZeroDivisionError" in terminal.text
            assert "Traceback" not in terminal.text
        (report,) = (tmp_path / "fairheap").glob("crash-*.txt")
        assert "Traceback" in report.read_text()

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_signals(self, number: signal.Signals) -> None:
        """A signal to end gives the screen back, and is told in the exit code."""
        with Terminal([TWO_TEAMS], cwd=ROOT) as terminal:
            terminal.until("Jain")
            terminal.kill(number)
            assert terminal.wait() == 128 + number
            assert b"\x1b[?1049l" in terminal.sent

    def test_the_terminal_goes(self) -> None:
        """Without a terminal, and told by no signal, it ends all the same."""
        ours, its = pty.openpty()
        command = [sys.executable, "-m", "allocator", TWO_TEAMS]
        env = {**os.environ, "TERM": "xterm-256color"}
        with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=env, start_new_session=True) as program:
            os.close(its)
            seen = b""
            while b"Jain" not in seen:
                seen += os.read(ours, 65536)
            os.close(ours)
            assert program.wait(PATIENCE) == 128 + signal.SIGHUP


def colours(sent: bytes) -> set[bytes]:
    """The codes of colours among the styles that were sent."""
    codes: set[bytes] = set()
    for style in re.findall(rb"\x1b\[([0-9;]*)m", sent):
        parts = style.split(b";")
        codes |= {part for part in parts if re.fullmatch(rb"3[0-8]|4[0-8]|9[0-7]|10[0-7]", part)}
    return codes


def test_what_one_allocation_needs() -> None:
    """Before the first answer of one allocation nothing is loaded that only runs over time and imports need."""
    code = "import sys, allocator.tui.parts; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
