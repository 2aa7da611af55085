"""Links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.prose import name_of, pages

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def without_code(text: str) -> str:
    """A page without what is fenced or in backticks: brackets there are no links."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", pages(), ids=name_of)
def test_every_link_inside_the_repository_resolves(path: Path) -> None:
    """A relative link names a file that is there, and a heading that it has."""
    broken = []
    for link in LINK.findall(without_code(path.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        target, _, anchor = link.partition("#")
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", pages(), ids=name_of)
def test_no_fence_hides_in_a_list(path: Path) -> None:
    """Fences stand at the margin: an indented one would be run by nobody."""
    assert not re.search(r"^ +```", path.read_text(encoding="utf-8"), re.MULTILINE)
