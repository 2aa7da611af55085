"""Code in the pages runs, and files in the pages are what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from transcripts import FENCE, sitting, write_file

from tests.docs.prose import DOCS, ROOT, name_of, pages

FAULTY = {"slip.toml"}
"""Scenarios that are shown for their faults."""


def fences(path: Path, kind: str) -> list[re.Match[str]]:
    """The fences of one kind in a page."""
    return [fence for fence in FENCE.finditer(path.read_text(encoding="utf-8")) if fence["kind"] == kind]


def run(*words: str, here: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python with `words` in the directory `here`."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.run(
        [sys.executable, *words], cwd=here, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("path", [path for path in pages() if fences(path, "python")], ids=name_of)
def test_python_in_a_page_runs(path: Path) -> None:
    """Each Python fence runs by itself, where the files of the page and the samples are."""
    with sitting() as here:
        for fence in fences(path, "python"):
            file = write_file(fence, here) or here / "snippet.py"
            file.write_text(fence["body"], encoding="utf-8")
            done = run(str(file), here=here)
            assert done.returncode == 0, f"{fence['body']}\n{done.stderr}"


@pytest.mark.parametrize("path", [path for path in pages() if fences(path, "toml")], ids=name_of)
def test_a_scenario_in_a_page_has_no_faults(path: Path) -> None:
    """Each scenario that a page shows can be loaded, but for the one that is shown for its faults."""
    with sitting() as here:
        for fence in fences(path, "toml"):
            file = write_file(fence, here)
            if file is None or file.name == "pyproject.toml":
                continue
            done = run("-m", "allocator", "check", file.name, here=here)
            assert done.returncode == (2 if file.name in FAULTY else 0), done.stderr


@pytest.mark.parametrize("path", [ROOT / "README.md", DOCS / "how-to" / "own-policy.md"], ids=name_of)
def test_a_policy_takes_ten_lines(path: Path) -> None:
    """The first policy that a page shows is ten lines of code at most, and the registry takes it."""
    shown = fences(path, "python")[0]
    assert len([line for line in shown["body"].splitlines() if line.strip()]) <= 10
    with sitting() as here:
        write_file(shown, here)
        done = run("-m", "allocator", "--simulate", "--policy", "fewest_tasks:FewestTasks", here=here)
        assert done.returncode == 0, done.stderr


def test_the_distribution_in_the_how_to_is_found_by_its_entry_point() -> None:
    """Installed as its pyproject.toml says, the policy of the how-to is listed with its distribution, and works."""
    path = DOCS / "how-to" / "own-policy.md"
    project = next(fence for fence in fences(path, "toml") if fence["name"] == "pyproject.toml")
    said = tomllib.loads(project["body"])
    (entry,) = said["project"]["entry-points"]["fairheap.policies"].items()
    with sitting() as here:
        write_file(fences(path, "python")[0], here)
        # What an installer leaves behind: enough for entry points, and no network.
        left = here / "fairheap_fewest_tasks-0.1.dist-info"
        left.mkdir()
        (left / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {said['project']['name']}\nVersion: 0.1\n")
        (left / "entry_points.txt").write_text(f"[fairheap.policies]\n{entry[0]} = {entry[1]}\n")
        listed = run("-m", "allocator", "policies", here=here, PYTHONPATH=str(here))
        assert "fewest-tasks" in listed.stdout
        assert "fairheap-fewest-tasks" in listed.stdout
        done = run("-m", "allocator", "--simulate", "--policy", "fewest-tasks", here=here, PYTHONPATH=str(here))
        assert done.returncode == 0, done.stderr
