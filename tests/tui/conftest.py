"""Every test of the terminal UI has its own home, so that none reads or writes what is a person's; none pauses."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.tui.doing import recovering
from allocator.tui.screens import editing, workbench_why


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FAIRHEAP_ASCII", raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


@pytest.fixture(autouse=True)
def _pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    # What comes after a pause comes at once, so that who waits until all is still has seen it come.
    monkeypatch.setattr(workbench_why, "PAUSE", 0.001)
    monkeypatch.setattr(editing, "PAUSE", 0.001)
    monkeypatch.setattr(recovering, "PAUSE_S", 0.0)
