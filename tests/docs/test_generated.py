"""Pages that are made, and transcripts in pages that are written, are what the program says today."""

from __future__ import annotations

from pathlib import Path

import pytest
from generate import with_transcripts
from pages import PAGES
from transcripts import refreshed

from tests.docs.prose import ROOT, name_of

AGAIN = "is stale: run `python docs/generate.py`"


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_what_would_be_made(name: str) -> None:
    """A reference page is, to the byte, what the program would make it."""
    assert (ROOT / name).read_text(encoding="utf-8") == PAGES[name](), f"{name} {AGAIN}"


@pytest.mark.parametrize("path", [*with_transcripts()], ids=name_of)
def test_a_transcript_is_what_its_commands_print(path: Path) -> None:
    """What stands under `$ command` in a page is what that command prints, errors included."""
    text = path.read_text(encoding="utf-8")
    assert refreshed(text) == text, f"{name_of(path)} {AGAIN}"


def test_the_readme_has_transcripts_of_each_main_job() -> None:
    """The README shows real output of --simulate, --compare and --explain."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("fairheap --simulate", "fairheap --compare", "fairheap --explain training"):
        assert f"```console\n$ {command}\n" in readme
