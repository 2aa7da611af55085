"""The decisions one by one, streamed."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from allocator import Decision, Kind, Outcome, Round, Scenario
from allocator.allocation import chosen, decisions
from allocator.core.text import sanitize
from allocator.reports.table import columns_of
from allocator.views import steps_view as view
from tests.explanation.asked import BUILT_IN
from tests.support import fluid, scenario, scenarios, tenant, whole


def steps(pool: Scenario, policy: str) -> Iterator[Decision]:
    """The decisions under a policy by its name."""
    return decisions(pool, chosen(pool, policy))


def endless() -> Iterator[Decision]:
    """Decisions without end."""
    for step in itertools.count(1):
        yield Decision(
            step, Kind.POP, Round.SHARE, "t", "", 0.0, "share 0", 1, 1, {"cpu": 1}, {"cpu": 0}, Outcome.GRANTED, ()
        )


@pytest.mark.parametrize("form", [view.text, view.csv, view.json_lines, view.markdown])
def test_streams(form: object) -> None:
    """Of endless decisions the first lines come without the last."""
    assert callable(form)
    assert len(list(itertools.islice(form(endless()), 50))) == 50


@pytest.mark.parametrize("policy", BUILT_IN)
@given(pool=scenarios())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_decision_within_the_width(policy: str, pool: Scenario) -> None:
    """Each decision begins a line with its number, and no line is wider than 80 columns."""
    lines = list(view.text(steps(pool, policy), 80))
    numbers = [line[:6].strip() for line in lines[1:] if line[:6].strip().isdigit()]
    assert numbers == [str(decision.step) for decision in steps(pool, policy)]
    assert max(map(columns_of, lines)) <= 80


def test_a_narrow_line_gives_up_what_was_taken_first() -> None:
    """Where key and remainder fit on one line, what was taken gives way; in a wide one all three stand."""
    pool = scenario({"cpu": 4000}, tenant("a", whole({"cpu": 1000}, 1)))
    narrow, wide = (list(view.text(steps(pool, "drf"), width))[1] for width in (62, 80))
    assert narrow.endswith("granted    share 0.25 of cpu; left 3 cpu")
    assert wide.endswith("granted    share 0.25 of cpu; took 1 cpu; left 3 cpu")


def test_the_guarantee_round_is_told_apart() -> None:
    """Decisions of the guarantee round stand under a heading of their own, the others under the next."""
    pool = scenario({"cpu": 4000}, tenant("a", whole({"cpu": 1000}, 2), guarantee={"cpu": 1000}))
    lines = list(view.text(steps(pool, "drf"), 80))
    assert [line for line in lines if line.endswith(":")] == ["guarantees first:", "then everybody:"]


def test_a_tenant_followed() -> None:
    """Its own decisions stand alone, the others between them are counted and summed."""
    pool = scenario({"cpu": 4000}, tenant("a", whole({"cpu": 1000}, 3)), tenant("b", whole({"cpu": 1000}, 3)))
    lines = list(view.text(steps(pool, "fifo"), 80, tenant="b"))
    assert len(lines) == 3
    assert "1 decision of others took 3 cpu; left 1 cpu" in lines[1]
    assert "partial" in lines[2]
    assert [json.loads(line)["tenant"] for line in view.json_lines(steps(pool, "fifo"), tenant="b")] == ["b"]


def test_levels_are_told_by_weight() -> None:
    """A level is a share / weight whatever the common denominator of the weights is."""
    pool = scenario(
        {"cpu": 10**9}, tenant("a", fluid({"cpu": 10**9}), weight="0.5"), tenant("b", fluid({"cpu": 10**9}))
    )
    (first, *_) = view.json_lines(steps(pool, "drf"), weight_unit=2)
    assert json.loads(first)["level"] == pytest.approx(2 / 3)


def test_hostile_names() -> None:
    """A name that drives a terminal is replaced in every form, and a formula is guarded in csv."""
    pool = scenario({"cpu": 4}, tenant("=1+1\x1b[2J\u202e", whole({"cpu": 1}, 9, name="\n|")))
    for form in (view.text, view.csv, view.markdown, view.json_lines):
        for line in form(steps(pool, "drf")):
            assert line == sanitize(line)
    row = next(csv.DictReader(view.csv(steps(pool, "drf"))))
    assert row["tenant"].startswith("'=")
