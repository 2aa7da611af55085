"""Make the reference pages and run the transcripts again: `python docs/generate.py`, or `--check` to only compare.

A test runs the comparison, so a page cannot say what the program no longer does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pages import PAGES
from transcripts import FENCE, ROOT, refreshed


def written_pages() -> Iterator[Path]:
    """Every page that people write: the README and all of docs but what is made."""
    yield ROOT / "README.md"
    made = {ROOT / name for name in PAGES}
    yield from (path for path in sorted((ROOT / "docs").rglob("*.md")) if path not in made)


def with_transcripts() -> Iterator[Path]:
    """Those of them that hold a transcript."""
    for path in written_pages():
        if any(fence["kind"] == "console" for fence in FENCE.finditer(path.read_text(encoding="utf-8"))):
            yield path


def stale() -> Iterator[tuple[Path, str]]:
    """Each page that is not what it should be, and what it should be."""
    for name, make in PAGES.items():
        path, text = ROOT / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            yield path, text
    for path in with_transcripts():
        text = refreshed(path.read_text(encoding="utf-8"))
        if text != path.read_text(encoding="utf-8"):
            yield path, text


def main(argv: list[str]) -> int:
    """Write what is stale, or with `--check` only name it; 1 if something was stale then."""
    found = list(stale())
    for path, text in found:
        print(path.relative_to(ROOT))
        if "--check" not in argv:
            path.write_text(text, encoding="utf-8")
    return 1 if found and "--check" in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
