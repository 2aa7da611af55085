"""Transcripts in pages: fences of kind `console` hold commands and what they printed; this runs them again.

A page is a sitting in one directory: a fence whose first line names a file (```` ```toml cluster.toml ````) writes that
file there, `sample_configs` is there, and each `console` fence is run in order. What a fence shows after its lines
`$ command` is what the command prints, errors included. Knows no page and decides nothing about what they say.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(?P<kind>[a-z]+)(?: (?P<name>[^\n`]+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@contextmanager
def sitting() -> Iterator[Path]:
    """A fresh directory that has the sample scenarios."""
    with tempfile.TemporaryDirectory() as made:
        here = Path(made)
        (here / "sample_configs").symlink_to(ROOT / "sample_configs")
        yield here


def write_file(fence: re.Match[str], here: Path) -> Path | None:
    """Write the file that a fence holds, if it names one."""
    if not fence["name"]:
        return None
    path = here / fence["name"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(fence["body"], encoding="utf-8")
    return path


def refreshed(page: str) -> str:
    """`page` with every transcript as it would be today.

    Raises:
        RuntimeError: A command failed; the page must show only what works, or print the exit code itself.
    """
    with sitting() as here:

        def again(fence: re.Match[str]) -> str:
            write_file(fence, here)
            if fence["kind"] != "console":
                return fence[0]
            return f"```console\n{_transcript(fence['body'], here)}```"

        return FENCE.sub(again, page)


def _transcript(body: str, here: Path) -> str:
    commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{_printed(command, here)}" for command in commands)


def _printed(command: str, here: Path) -> str:
    # The commands of the environment that runs this, whatever else is on the PATH; lines of 80, as in a pipe.
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "PYTHONPATH")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=here,
        env={**kept, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"$ {command}\nended with {done.returncode}:\n{done.stdout}")
    return done.stdout
