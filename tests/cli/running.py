"""How the tests of the command line run it: in this process where they can, as a program where they must."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from allocator.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_configs"
QUICKSTART = str(SAMPLES / "quickstart.toml")


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.out.splitlines()

    @property
    def json(self) -> Any:
        """Stdout as JSON; NaN and infinities are no JSON."""
        return json.loads(self.out, parse_constant=lambda constant: pytest.fail(f"{constant} in JSON"))


@dataclass(frozen=True)
class Shell:
    """Runs command lines in this process, in a directory of the test's own, 80 columns wide unless told."""

    capsys: pytest.CaptureFixture[str]
    directory: Path

    def __call__(self, *words: str) -> Ended:
        """How the command line `words` ended."""
        self.capsys.readouterr()
        code = run(words)
        out, err = self.capsys.readouterr()
        return Ended(code, out, err)

    def scenario(self, text: str, name: str = "scenario.toml") -> str:
        """The path of a scenario file that holds `text`."""
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return str(path)


def program(
    words: Sequence[str], *, given: str | bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Ended:
    """How `python -m allocator` ends as a program of its own, fed `given` on stdin."""
    done = subprocess.run(
        [sys.executable, "-m", "allocator", *words],
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        cwd=cwd,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def tenants(count: int, capacity: str, each: str = "demand = { cpu = 1 }") -> str:
    """A scenario of many tenants that all want the same."""
    return f"[capacity]\n{capacity}\n" + "".join(f'[[tenants]]\nname = "t{i}"\n{each}\n' for i in range(count))
