"""What is imported before a scenario is there: a first frame waits for nothing that it does not show."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.running import ROOT


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("allocator.tui.app", ["numpy", "pydantic", "allocator.session", "allocator.tui.parts"]),
        ("allocator.tui.parts", ["numpy", "allocator.tui.screens.timeline"]),
    ],
)
def test_importing_is_light(module: str, heavy: list[str]) -> None:
    """The app imports no engine for its first frame, and no screen but that of time imports arrays."""
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
