"""What the samples print, as it is kept in `golden/`; one place makes it for the test and for `regenerate.py`."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from unittest import mock

from allocator.cli.main import run
from allocator.scenario import loading

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "sample_configs").glob("*.toml"))
TIMED = [sample for sample in SAMPLES if loading.load(str(sample)).scenario.timed]
"""Those with jobs."""
UNTIMED = [sample for sample in SAMPLES if sample not in TIMED]
GOLDEN = Path(__file__).parent / "golden"

OUTPUTS = {
    "simulate.txt": ["--simulate"],
    "simulate.json": ["--simulate", "--format", "json"],
    "compare.txt": ["--compare"],
}
"""File name after the sample's, and the words that print it."""


TOLD = {
    "hpc-trace": "read 240 jobs of 6 users, submitted over 1.4 days\ncapacity: cpu 64 as one pool, from the header\n"
}
"""What the samples say besides, on stderr: those that read a trace."""


def printed(*words: str) -> str:
    """What the command line prints to stdout into a pipe, 80 columns wide; it ends with 0."""
    out, err = io.StringIO(), io.StringIO()
    without_columns = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with (
        mock.patch.dict(os.environ, without_columns, clear=True),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run(words)
    told = next((TOLD[Path(word).stem] for word in words if Path(word).stem in TOLD and words[0] != "check"), "")
    assert (code, err.getvalue()) == (0, told)
    return out.getvalue()


def outputs(sample: Path) -> dict[Path, str]:
    """Each golden file of a sample, and what it should hold."""
    return {GOLDEN / f"{sample.stem}.{name}": printed(str(sample), *words) for name, words in OUTPUTS.items()}
