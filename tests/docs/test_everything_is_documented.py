"""Nothing can be typed, imported or read that the documentation does not name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pages import actions, parsers

import allocator
from allocator import registry
from allocator.core.policy import options
from allocator.session import Session
from allocator.systems import SYSTEMS
from tests.docs.prose import DOCS, ROOT, everything, name_of, pages

WORDS = (
    *("tenant", "work", "resource", "capacity", "node", "demand", "wanted", "held", "grant", "satisfaction", "share"),
    *("dominant share", "entitled", "fair share", "borrowed", "weight", "priority", "guarantee", "limit", "policy"),
    *("decision", "scenario", "job", "event"),
)


def page(name: str) -> str:
    """The text of one page."""
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("parser", [*parsers()], ids=lambda parser: parser.prog)
def test_every_command_and_option_is_named_and_explained(parser: Any) -> None:
    """Each command has a description and a section, each option a help text and a place in the reference."""
    said = page("reference/cli.md")
    assert parser.description
    assert f"## {parser.prog}\n" in said
    for action in actions(parser):
        assert all(option in said for option in action.option_strings)
        assert action.help or action.choices


@pytest.mark.parametrize("name", registry.built_in())
def test_every_policy_has_its_page_and_says_its_source(name: str) -> None:
    """Each built-in policy has a section with definition, source and options, and is explained elsewhere too."""
    cls: Any = registry.find(name)
    said = page("reference/policies.md")
    assert f"\n## {name}\n" in said
    assert cls.facts.definition
    assert cls.facts.source
    assert cls.facts.properties
    assert all(f"| `{option.name}` |" in said for option in options(cls))
    assert f"`{name}`" in page("explanation/how-the-heap-works.md")


@pytest.mark.parametrize("path", sorted((ROOT / "sample_configs").glob("*")), ids=lambda path: path.name)
def test_every_sample_is_named(path: Path) -> None:
    """Each file in sample_configs is in the documentation."""
    assert path.name in everything()


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_has_its_section(name: str) -> None:
    """Each system whose words are known is in the reference, with the word to type."""
    said = page("reference/other-systems.md")
    assert f"## {SYSTEMS[name].name}\n" in said
    assert f"`fairheap policies {name}`" in said


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_field_is_in_the_glossary(word: str) -> None:
    """Each word that the program uses for a thing has one line in the glossary."""
    assert len(re.findall(rf"^\|.*\*\*{word}\*\*.*\|", page("glossary.md"), re.MULTILINE)) == 1


def test_every_public_name_is_in_the_python_page() -> None:
    """What `allocator` offers, its page names."""
    said = page("reference/python.md")
    assert [name for name in allocator.__all__ if f"`{name}`" not in said] == []


def test_every_field_of_the_json_is_explained() -> None:
    """Each field that --simulate and --compare print as JSON stands in its page."""
    session = Session.open(None)
    data = [session.allocate(session.prepare(None, {})).to_dict(), session.compare(["drf"], {}).to_dict()]
    named_by_data = {*session.scenario.resources, "key"}  # `key` is an option of drf
    said = page("reference/json.md")
    assert [key for key in dict.fromkeys(_keys(data)) if f"`{key}`" not in said and key not in named_by_data] == []


def _keys(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _keys(value)
    elif isinstance(data, list):
        for value in data:
            yield from _keys(value)


def test_every_page_is_reached_from_the_index() -> None:
    """No page of the documentation is an orphan."""
    linked = {DOCS / target for target in re.findall(r"\]\(([^)#:]+\.md)", page("index.md"))}
    linked.add(DOCS / "index.md")
    assert [name_of(path) for path in pages() if DOCS in path.parents and path not in linked] == []
