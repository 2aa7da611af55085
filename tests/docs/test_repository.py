"""The repository keeps its word: the commands that are run are those that are written, and changes are told."""

from __future__ import annotations

import os
import re

from allocator.version import __version__
from tests.docs.prose import DOCS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The one-line commands of the README that make an environment."""
    return re.findall(r"^```sh\n(python3 -m venv .*)\n```$", README, re.MULTILINE)


def test_the_readme_has_two_commands_of_one_line() -> None:
    """The first runs the main job on the built-in scenario, the second the tests; both make an environment."""
    first, second = commands()
    assert first.endswith("fairheap --simulate")
    assert second.endswith("-m pytest")
    assert first.count(" && ") == second.count(" && ") == 2


def test_ci_runs_the_commands_of_the_readme() -> None:
    """What `.ci/run` takes out of the README are its two commands, and the one for the tests comes last."""
    patterns = re.findall(r"grep -m 1 -- '(.*)' README.md", RUN)
    lines = README.splitlines()
    assert [next(line for line in lines if re.search(pattern, line)) for pattern in patterns] == commands()
    assert RUN.rstrip().splitlines()[-1] == 'eval "$tests" </dev/null'


def test_ci_checks_style_types_floors_and_the_wheel() -> None:
    """Before the tests come ruff, mypy, the import contracts, and the built wheel in an environment of its own."""
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    for word in ('ruff" check', 'ruff" format --check', 'mypy"', 'lint-imports"', "pip wheel", "--version"):
        assert word in RUN
    assert "set -euo pipefail" in RUN


def test_the_readme_warns_of_the_names_on_pypi() -> None:
    """Whoever has another `allocator` or `policies` installed is told that they cannot share an environment."""
    said = re.sub(r"\s+", " ", README)
    assert "`allocator` and `policies`" in said
    assert "cannot share an environment" in said


def test_the_changelog_keeps_its_form() -> None:
    """Keep a Changelog: an unreleased section, then versions, newest first, with its kinds of change."""
    said = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", said, re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert __version__ in versions
    kinds = re.findall(r"^### (.+)$", said, re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_decision_has_goals_non_goals_and_alternatives() -> None:
    """A decision says what it is, what it is for and not for, why, and what else was considered."""
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:3] for path in decisions] == [f"{number:03}" for number in range(1, len(decisions) + 1)]
    for path in decisions:
        said = path.read_text(encoding="utf-8")
        assert said.startswith(f"# {path.name[:3]}: ")
        for part in ("Decision", "Goals", "Non-goals", "Why", "Alternatives"):
            assert f"**{part}.**" in said, f"{path.name} lacks {part}"
