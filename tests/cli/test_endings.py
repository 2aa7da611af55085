"""How the program ends: its exit code, what goes to which stream, and never a traceback for something a user did."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import QUICKSTART, ROOT, Shell, program, tenants

MISTAKES: dict[str, tuple[list[str], str]] = {
    "no such file": (["nosuch.toml", "--simulate"], "nosuch.toml: no such file"),
    "a directory": ([".", "--simulate"], "directory"),
    "an empty name": (["", "--simulate"], ""),
    "a NUL in the name": (["a\0b", "--simulate"], ""),
    "binary": (["binary.toml", "--simulate"], "binary.toml:1: found byte 0x"),
    "no TOML": (["notoml.toml", "--simulate"], "notoml.toml:2:"),
    "an unknown tenant": (["--explain", "serch"], "did you mean 'search'?"),
    "no tenant": (["--explain", ""], "no tenant ''"),
    "another unknown tenant": (["--explain", "web", "--versus", "serch"], "did you mean 'search'?"),
    "an unknown tenant's steps": (["--explain", "serch", "--steps"], "did you mean 'search'?"),
    "an unknown policy": (["--simulate", "--policy", "fair-shre"], "did you mean 'fair-share'?"),
    "an unknown policy to compare": (["--compare", "--policy", "ffio"], "did you mean 'fifo'?"),
    "an unknown baseline": (["--compare", "--against", "ffio"], "fifo"),
    "an unknown option": (["--simulate", "--set", "kee=after"], "did you mean 'key'?"),
    "an unknown value": (["--simulate", "--set", "key=aftr"], "expected after or current; did you mean 'after'?"),
    "an option of another policy": (["--simulate", "--policy", "fifo", "--set", "key=after"], "accepted: on_misfit"),
    "an option that none has": (["--compare", "--set", "kee=after"], "'kee'"),
    "an option without value": (["--simulate", "--set", "key"], "expected OPTION=VALUE"),
    "scaled unknown tenant": (["--simulate", "--scale-demand", "serch=2"], "did you mean 'search'?"),
    "scaled unknown resource": (["--simulate", "--scale-capacity", "memroy=2"], "did you mean 'memory'?"),
    "an unknown word": (["--simulate", "--polcy=drf"], "did you mean '--policy'?"),
    "an abbreviated word": (["--sim"], "--simulate"),
    "two modes": (["--simulate", "--compare"], "not allowed with"),
    "an unknown format": (["--simulate", "--format", "xml"], "'json'"),
    "no number": (["--compare", "--top", "many"], "whole number"),
    "no such module": (["--simulate", "--policy", "no_such:Class"], "No module named 'no_such'"),
    "no such class": (["--simulate", "--policy", "json:Nothing"], "Nothing"),
    "no class": (["--simulate", "--policy", "json:dumps"], "expected a class"),
    "no policy": (["--simulate", "--policy", "json:JSONDecoder"], "key(self, claim, capacity)"),
    "half a module": (["--simulate", "--policy", ":"], "':'"),
    "an unknown format to import": (["import", "kubernets", "x"], "kubernetes"),
    "an import of nothing": (["import", "kubernetes"], "PATH"),
    "an import of no dump": (["import", "kubernetes", "notoml.toml"], "notoml.toml"),
    "an import of no rows": (["import", "csv", "notoml.toml"], "notoml.toml"),
    "no such name": (["policies", "slrum"], "did you mean 'slurm'?"),
    "check of nothing": (["check"], "CONFIG"),
    "check of no file": (["check", "nosuch.toml"], "no such file"),
}


@pytest.fixture
def mess(fairheap: Shell) -> Shell:
    """A directory with files that are no scenarios."""
    (fairheap.directory / "binary.toml").write_bytes(b"\x93\x00\xff" * 100)
    fairheap.scenario("title = 'a'\n[capacity\n", "notoml.toml")
    return fairheap


class TestMistakes:
    """What a user did wrong is told in words, on stderr, with exit code 2 and nothing on stdout."""

    @pytest.mark.parametrize("mistake", MISTAKES)
    def test_is_told(self, mess: Shell, mistake: str) -> None:
        """The words say what was found, and the nearest or accepted ones."""
        words, told = MISTAKES[mistake]
        ended = mess(*words)
        assert (ended.code, ended.out) == (2, "")
        assert told in ended.err
        assert ended.err.strip()
        assert "Traceback" not in ended.err

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_unreadable_file(self, fairheap: Shell) -> None:
        """A file without permission is told as such."""
        path = Path(fairheap.scenario("[capacity]\n"))
        path.chmod(0)
        assert "permission" in fairheap(str(path), "--simulate").err.lower()

    def test_a_scenario_with_many_faults_tells_them_all(self, fairheap: Shell) -> None:
        """Faults of the policy table come with the others, each with its line."""
        config = fairheap.scenario('[capacity]\ncpu = "x"\n[policy]\nuse = "drff"\n[policy.options.drf]\nkey = "z"\n')
        ended = fairheap(config, "--simulate")
        assert ended.code == 2
        assert [line.split(": ")[0] for line in ended.err.splitlines()] == [f"{config}:{line}" for line in (2, 4, 6)]

    def test_control_characters_of_the_command_line(self, mess: Shell) -> None:
        """What a user pastes cannot drive the terminal that tells him so."""
        for words in (["--simulate", "--policy", "\x1b[31mred"], ["\x1b[2J.toml", "--simulate"], ["--\x1b]0;x\x07"]):
            ended = mess(*words)
            assert ended.code == 2
            assert "\x1b" not in ended.err


class TestStreams:
    """Data goes to stdout, words to stderr."""

    def test_a_refusal_is_data(self, fairheap: Shell) -> None:
        """Somebody who gets nothing, or can never run, is a result like any other."""
        config = fairheap.scenario(
            tenants(3, "cpu = 1") + '[[tenants]]\nname = "no"\ndemand = { cpu = 2 }\ntasks = 1\n'
        )
        ended = fairheap(config, "--simulate", "--policy", "fifo")
        assert (ended.code, ended.err) == (0, "")
        assert "refused" in ended.out
        assert "infeasible" in ended.out

    def test_warnings_are_words(self, fairheap: Shell) -> None:
        """A warning goes to stderr, one line each, and the JSON on stdout stays JSON."""
        config = fairheap.scenario('[capacity]\ncpu = 1\n[[tenants]]\nname = "a"\ndemand = { cpuu = 1 }\n')
        ended = fairheap(config, "--simulate", "--format", "json")
        assert ended.code == 0
        assert ended.err.startswith(f"warning: {config}:5: tenants[0].demand.cpuu")
        assert ended.json["tenants"][0]["outcome"] == "infeasible"

    def test_standard_input(self) -> None:
        """`-` reads a scenario from stdin, in every mode, and names it so in faults."""
        text = Path(QUICKSTART).read_text()
        piped = program(["-", "--simulate"], given=text)
        assert (piped.code, piped.err) == (0, "")
        assert piped.out == program([QUICKSTART, "--simulate"]).out
        faulty = program(["-", "--simulate"], given="[capacity]\ncpu = -1\n")
        assert faulty.code == 2
        assert ":2: capacity.cpu" in faulty.err

    def test_closed_pipe_ends_quietly(self) -> None:
        """`| head -1` takes a line and nobody complains."""
        writer = subprocess.Popen(
            [sys.executable, "-m", "allocator", "-", "--simulate", "--format", "json"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stderr is not None
        writer.stdin.write(tenants(500, "cpu = 100").encode())
        writer.stdin.close()
        assert writer.stdout.readline() == b"{\n"
        writer.stdout.close()
        said = writer.stderr.read()
        writer.stderr.close()
        assert (writer.wait(60), said) == (0, b"")

    def test_full_device_fails_with_words(self) -> None:
        """A device without room is a failure, told in a line."""
        if not Path("/dev/full").exists():
            pytest.skip("there is no /dev/full here")
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "allocator", QUICKSTART, "--simulate"],
                cwd=ROOT,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "No space left" in done.stderr

    @pytest.mark.parametrize("env", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"NO_COLOR": "1"}])
    def test_poor_terminals(self, env: dict[str, str]) -> None:
        """Names beyond ASCII do not end the program where the encoding lacks them; no escape sequence is printed."""
        text = '[capacity]\ncpu = 1\n[[tenants]]\nname = "中文 é"\ndemand = { cpu = 2 }\n'
        for words in (["--simulate"], ["--compare"], ["--explain", "中文 é"], ["--explain", "中文"]):
            ended = program(["-", *words], given=text, env=env)
            assert ended.code in (0, 2)
            assert "Traceback" not in ended.err
            assert "\x1b" not in ended.out + ended.err
            assert ended.out or ended.err


def interrupted(arguments: list[str], text: str, cwd: Path) -> tuple[int, str, str]:
    """How a run ends that is interrupted in the middle of its work."""
    running = subprocess.Popen(
        [sys.executable, "-m", "allocator", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdin is not None
    # More than a pipe holds: once it is written, the program is reading; not closed: it waits for the rest.
    running.stdin.write(text + "# and more\n" * 100_000)
    running.stdin.flush()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    return running.returncode, out, err


class TestInterruption:
    """Ctrl-C ends with 130, a word and no half file."""

    def test_ctrl_c(self, tmp_path: Path) -> None:
        """A run that is interrupted says so and leaves no file."""
        code, out, err = interrupted(["-", "--simulate", "-o", "out.txt"], "[capacity]\n", tmp_path)
        assert (code, out, err) == (130, "", "interrupted\n")
        assert list(tmp_path.iterdir()) == []


class TestOutputFile:
    """`--output` writes whole or not at all."""

    def test_what_cannot_be_written_is_told(self, fairheap: Shell) -> None:
        """A directory, a missing one, a file in place of one: exit code 1, and what stood there stands."""
        (fairheap.directory / "there").mkdir()
        (fairheap.directory / "file").write_text("kept")
        for place in ("there", "nowhere/out.txt", "file/out.txt"):
            ended = fairheap("--simulate", "-o", place)
            assert (ended.code, ended.out) == (1, "")
            assert ended.err.startswith(f"{place}: cannot be written")
        assert (fairheap.directory / "file").read_text() == "kept"
        assert {path.name for path in fairheap.directory.iterdir()} == {"there", "file"}

    def test_protected_file_stays(self, fairheap: Shell) -> None:
        """A file that its owner may not write is not renamed over."""
        if os.geteuid() == 0:
            pytest.skip("root writes everything")
        kept = fairheap.directory / "kept"
        kept.write_text("kept")
        kept.chmod(0o444)
        assert fairheap("--simulate", "-o", "kept").code == 1
        assert kept.read_text() == "kept"

    def test_old_file_is_replaced_at_once(self, fairheap: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        """Until everything is written beside it the old content stands; then the new is renamed onto it."""
        target = fairheap.directory / "out.txt"
        target.write_text("old")
        target.chmod(0o640)
        seen = []
        replace = os.replace

        def watched(source: object, destination: object) -> None:
            seen.append((target.read_text(), Path(str(source)).read_text()))
            replace(str(source), str(destination))

        monkeypatch.setattr(os, "replace", watched)
        shown = fairheap("--simulate").out
        assert fairheap("--simulate", "-o", "out.txt").code == 0
        assert seen == [("old", shown)]
        assert target.read_text() == shown
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_failure_before_the_end_leaves_the_old_file(self, fairheap: Shell) -> None:
        """A mistake is found before anything is written."""
        target = fairheap.directory / "out.txt"
        target.write_text("old")
        assert fairheap("--explain", "nobody", "-o", "out.txt").code == 2
        assert target.read_text() == "old"
        assert len(list(fairheap.directory.iterdir())) == 1

    def test_dash_is_standard_output(self, fairheap: Shell) -> None:
        """`-o -` prints."""
        assert fairheap("--simulate", "-o", "-").out == fairheap("--simulate").out
