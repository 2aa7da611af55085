"""Explanations as lines for people: short, narrow, sanitised."""

from __future__ import annotations

import csv
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator import Scenario, parse_quantity
from allocator.core.model import Tenant
from allocator.core.text import sanitize
from allocator.explanation import versus
from allocator.reports.table import columns_of
from allocator.views import explanation_view as view
from allocator.views.wording import exact, weight_in_words
from tests.explanation.asked import BUILT_IN, ask
from tests.support import fluid, scenario, scenarios, tenant, whole

HOSTILE = "\x1b[31mred\u202e|`*<b>\n\u2028=cmd()" + "\u5bbd" * 60


@pytest.mark.parametrize("policy", BUILT_IN)
@given(pool=scenarios(share_of=True), width=st.sampled_from([60, 80, 132]))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_fits_a_ticket(policy: str, pool: Scenario, width: int) -> None:
    """Whoever is explained under whatever policy: at most fifteen lines, none wider than was asked."""
    for one in pool.tenants:
        lines = view.text(ask(pool, one.name, policy), width)
        assert len(lines) <= 15
        assert max(map(columns_of, lines)) <= width


@pytest.mark.parametrize("policy", BUILT_IN)
def test_hostile_names(policy: str) -> None:
    """Names that drive terminals, reorder lines or are sixty wide letters long change no line but their own cell."""
    names = [HOSTILE, HOSTILE + "2", "plain"]
    gpu = "evil\x1b.io/gpu\u202e" + "x" * 50
    pool = scenario(
        {"cpu": 4, gpu: 2},
        *(tenant(name, whole({"cpu": 1, gpu: 1}, 3, name=f"\x07{name}")) for name in names),
    )
    for name in names:
        explanation = ask(pool, name, policy)
        pages = [view.text(explanation), view.markdown(explanation), view.csv(explanation).splitlines()]
        rival = versus(pool, name, "plain")
        pages += [view.versus_text(rival), view.versus_markdown(rival), view.versus_csv(rival).splitlines()]
        for line in (line for page in pages for line in page):
            assert line == sanitize(line)
        assert len(pages[0]) <= 15
        assert max(map(columns_of, [*pages[0], *pages[3]])) <= 80


def test_sixty_tenants_filling() -> None:
    """Sixty that want too much freeze together, and one line says so."""
    pool = scenario({"cpu": 60_000}, *(tenant(f"t{number}", fluid({"cpu": 5_000})) for number in range(60)))
    lines = view.text(ask(pool, "t30", "drf"))
    assert any("common level" in line and "rose to 0.0167" in line for line in lines)
    assert any("59 others froze with it" in line for line in lines)


def test_many_resources_are_counted_not_dropped() -> None:
    """What does not fit is counted in the heading of the table, what stopped it stands first."""
    names = [f"r{number}" for number in range(9)]
    pool = scenario(
        dict.fromkeys(names, 4), tenant("a", whole(dict.fromkeys(names, 1), 9)), tenant("b", whole({"r7": 1}, 2))
    )
    lines = view.text(ask(pool, "a", "drf"))
    assert len(lines) <= 15
    assert "more" in lines[1]


def test_a_change_is_said_with_who_pays() -> None:
    """What a gains by priority, b pays, in one line."""
    pool = scenario(
        {"cpu": 4000},
        tenant("b", whole({"cpu": 1000}, 4), priority=1),
        tenant("a", whole({"cpu": 1000}, 2), priority=7),
    )
    lines = [" ".join(line.split()) for line in view.text(ask(pool, "a", "priority"))]
    assert "priority 7 -> 0 paid by b 2 cpu" in lines


def test_csv_has_a_row_for_every_change_and_payer() -> None:
    """The csv reads back, one kind a row."""
    pool = scenario({"cpu": 4}, tenant("b", whole({"cpu": 1}, 4)), tenant("a", whole({"cpu": 1}, 3), weight=3))
    explanation = ask(pool, "b", "drf")
    rows = list(csv.DictReader(view.csv(explanation).splitlines()))
    assert sum(row["kind"] == "change" for row in rows) == len(explanation.changes)
    assert sum(row["kind"] == "payer" for row in rows) == sum(len(change.payers) for change in explanation.changes)


@given(st.sampled_from(["cpu", "memory", "nvidia.com/gpu"]), st.integers(0, 2**50))
def test_exact_amounts_read_back(resource: str, amount: int) -> None:
    """An exact amount is what a scenario file would be given, and reads back to the last unit."""
    assert parse_quantity(resource, exact(resource, amount)) == amount


@given(st.fractions(min_value=Fraction(1, 50), max_value=1000, max_denominator=60))
def test_weights_in_words_are_exact(weight: Fraction) -> None:
    """A weight is never rounded on its way to a person."""
    assert Fraction(weight_in_words(weight)) == weight


@pytest.mark.parametrize("policy", BUILT_IN)
@given(pool=scenarios())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_versus_is_as_narrow_as_asked(policy: str, pool: Scenario) -> None:
    """No line of a versus is wider than was asked."""
    if len(pool.tenants) < 2:
        return
    one, two = pool.tenants[:2]
    prepared = ask(pool, one.name, policy).policy
    assert max(map(columns_of, view.versus_text(versus(pool, one.name, two.name, prepared)))) <= 80


def test_margins_of_nothing() -> None:
    """A pool of nothing and a tenant without work still have an explanation."""
    empty = Scenario({}, (Tenant("a"),))
    assert view.text(ask(empty, "a", "drf"))[-1] == "It wanted nothing."
