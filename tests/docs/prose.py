"""The pages that people read, for the tests of this directory."""

from __future__ import annotations

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
AT_THE_TOP = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "SECURITY.md")


def pages() -> list[Path]:
    """Every page, the made ones included."""
    return [*(ROOT / name for name in AT_THE_TOP), *sorted(DOCS.rglob("*.md"))]


def name_of(path: Path) -> str:
    """A page as a test's name shows it."""
    return str(path.relative_to(ROOT))


@cache
def everything() -> str:
    """All that the README and docs say."""
    return "\n".join(path.read_text(encoding="utf-8") for path in pages())
