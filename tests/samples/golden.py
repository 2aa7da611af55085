"""What the samples print, as it is kept in `golden/`; one place makes it for the test and for `regenerate.py`."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from unittest import mock

from allocator.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "sample_configs").glob("*.toml"))
GOLDEN = Path(__file__).parent / "golden"

OUTPUTS = {
    "simulate.txt": ["--simulate"],
    "simulate.json": ["--simulate", "--format", "json"],
    "compare.txt": ["--compare"],
}
"""File name after the sample's, and the words that print it."""


def printed(*words: str) -> str:
    """What the command line prints to stdout into a pipe, 80 columns wide; it ends with 0 and has nothing to say."""
    out, err = io.StringIO(), io.StringIO()
    without_columns = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with (
        mock.patch.dict(os.environ, without_columns, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(words)
    assert (code, err.getvalue()) == (0, "")
    return out.getvalue()


def outputs(sample: Path) -> dict[Path, str]:
    """Each golden file of a sample, and what it should hold."""
    return {GOLDEN / f"{sample.stem}.{name}": printed(str(sample), *words) for name, words in OUTPUTS.items()}
