"""What is installed, one policy's facts, and other systems' words, for people."""

from __future__ import annotations

import pytest

from allocator import registry
from allocator.core.policy import needs_time
from allocator.reports.table import columns_of
from allocator.systems import SYSTEMS
from allocator.views import policies_view

WIDTHS = (60, 80, 120, 200)


@pytest.mark.parametrize("width", WIDTHS)
def test_listing(width: int) -> None:
    """Every policy with who it serves first, and the systems; no line is wider."""
    lines = policies_view.listing(width)
    assert all(columns_of(line) <= width for line in lines)
    text = " ".join(" ".join(lines).split())
    for name in registry.built_in():
        assert name in text
        assert policies_view.facts_of(name).summary in text
    assert all(system in text for system in SYSTEMS)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", registry.built_in())
def test_policy(name: str, width: int) -> None:
    """Definition, source, properties and every option with its values and default."""
    lines = policies_view.policy(name, width)
    assert all(columns_of(line) <= width for line in lines)
    text = " ".join(" ".join(lines).split())
    facts = policies_view.facts_of(name)
    for part in (facts.definition, facts.source, *facts.properties):
        assert " ".join(part.split()) in text
    assert ("on_misfit = skip | stop (default: skip)" in text) == (not needs_time(registry.find(name)))
    for option in getattr(registry.find(name), "options", ()):
        assert f"{option.name} = " in text
        assert f"(default: {option.default})" in text
        assert f"over time: {option.help}" in text if option.over_time else option.help in text


def test_what_ranks_jobs_says_so() -> None:
    """A policy for runs over time says what it ranks, and nothing of divisible work or misfits."""
    lines = policies_view.policy("edf", 200)
    assert "ranks              jobs, over time; keys change: static" in lines
    assert not any(line.startswith(("divisible", "options")) for line in lines)


def test_what_an_option_takes_beside_its_choices() -> None:
    """A resource, a duration."""
    lines = policies_view.policy("fair-share", 80)
    assert "  resource = busiest | RESOURCE (default: busiest)" in lines
    assert "  half_life = none | DURATION (default: none)" in lines


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SYSTEMS)
def test_system(name: str, width: int) -> None:
    """Their words, ours, and what differs; with the source."""
    system = SYSTEMS[name]
    lines = policies_view.system(system, width)
    assert all(columns_of(line) <= width for line in lines)
    text = " ".join(" ".join(lines).split())
    assert " ".join(system.source.split()) in text
    for word in (*system.words, *system.policies):
        assert word.differs in text
    table = policies_view.words(system.words)
    assert len(table.rows) == len(system.words)


def test_systems_that_users_come_from() -> None:
    """The five that the command line names are known."""
    assert {"slurm", "kubernetes", "kueue", "yarn", "volcano"} <= set(SYSTEMS)
