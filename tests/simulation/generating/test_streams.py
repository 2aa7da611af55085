"""Whose chance is whose: the same seed gives the same bytes, and nothing else moves them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocator.core.generators import Shape
from allocator.simulation.generating import generate
from allocator.simulation.workload import Workload
from tests.simulation.generating.drawn import CPU, DAY, HOUR, MINUTE, draw, jobs, pool, stream

COLUMNS = ("submit", "runtime", "estimate", "tenant", "priority", "tasks", "demand", "deadline")

RICH: dict[str, Any] = {
    "arrivals": draw("diurnal", mean=MINUTE, week=(1, 1, 1, 1, 1, 0.5, 0.25)),
    "runtime": draw("lognormal", mean=10 * MINUTE, cv=2),
    "shapes": (Shape({"cpu": CPU}, 3), Shape({"cpu": 4 * CPU})),
    "tasks": draw("zipf", most=16),
    "estimate": draw("rounded", under=0.1),
    "skew": 1.0,
    "jobs": 2_000,
}


def digest(workload: Workload) -> str:
    """The first digits of the SHA-256 of every column, little-endian."""
    every = b"".join(getattr(workload, name).astype("<i8").tobytes() for name in COLUMNS)
    return hashlib.sha256(every).hexdigest()[:16]


class TestTheSameSeed:
    """It gives the same bytes."""

    @pytest.mark.parametrize(
        ("said", "golden"),
        [
            (RICH, "788471e6e61c1610"),
            (RICH | {"arrivals": draw("mmpp", burst=3_000, calm=MINUTE), "load": 0.9}, "cabb1dbbfd02f8e7"),
            (
                RICH | {"arrivals": draw("lublin"), "runtime": draw("lublin"), "tasks": draw("lublin")},
                "fe58a34e6534cb63",
            ),
            (
                RICH | {"arrivals": draw("gamma", mean=MINUTE, cv=2), "runtime": draw("gamma", mean=MINUTE, cv=3)},
                "edeca37efdc15b96",
            ),
            (
                RICH
                | {"arrivals": draw("weibull", mean=MINUTE, cv=2), "runtime": draw("weibull", mean=MINUTE, shape=0.6)},
                "5b87b1bbc6b9221c",
            ),
            (RICH | {"arrivals": draw("on-off", mean=1000, on=HOUR, off=HOUR, tail=1.5)}, "d306ae9382ea7536"),
        ],
    )
    def test_on_every_machine(self, said: dict[str, Any], golden: str) -> None:
        """The bytes are those written here once: no processor and no version of numpy has another opinion."""
        assert digest(jobs(pool("a", "b", "c"), **said)) == golden

    def test_another_seed(self) -> None:
        """Another seed gives other jobs."""
        first, second = (jobs(pool(seed=seed), **RICH) for seed in (1, 2))
        assert np.mean(first.runtime == second.runtime) < 0.01
        assert np.mean(first.submit == second.submit) < 0.01


class TestNothingElseMoves:
    """Streams are those of a seed, a generator and a purpose."""

    def test_another_tenant(self) -> None:
        """A tenant more moves no time and no job; of all tenants it takes its part of the jobs."""
        few, more = jobs(pool("a", "b"), **RICH), jobs(pool("a", "b", "c"), **RICH)
        for name in COLUMNS:
            if name != "tenant":
                assert (getattr(few, name) == getattr(more, name)).all(), name
        named = RICH | {"tenants": ("a", "b")}
        assert digest(jobs(pool("a", "b"), **named)) == digest(jobs(pool("a", "b", "c"), **named))

    def test_another_generator(self) -> None:
        """A generator after it moves nothing of one; each has its own chance."""
        one, other = stream(**RICH), stream(**RICH)
        alone, both = pool(generators=(one,)), pool(generators=(one, other))
        assert digest(generate(one, 0, alone)) == digest(generate(one, 0, both))
        assert digest(generate(one, 0, both)) != digest(generate(other, 1, both))

    @pytest.mark.parametrize("name", ["runtime", "submit", "tasks", "demand", "tenant"])
    def test_another_distribution(self, name: str) -> None:
        """What is said of one column moves no other."""
        other: dict[str, Any] = {
            "runtime": {"runtime": draw("bounded-pareto", alpha=1.1, low=1_000, high=DAY)},
            "submit": {"arrivals": draw("batch", mean=MINUTE)},
            "tasks": {"tasks": draw("geometric", mean=3)},
            "demand": {"shapes": (Shape({"cpu": 2 * CPU}, 1), Shape({"cpu": CPU}))},
            "tenant": {"skew": 0.0},
        }
        plain = RICH | {"estimate": None}
        before, after = (jobs(pool("a", "b", "c"), **said) for said in (plain, plain | other[name]))
        moved = {one for one in COLUMNS if (getattr(before, one) != getattr(after, one)).any()}
        assert moved - {"estimate"} == {name}

    def test_more_jobs(self) -> None:
        """The first of many jobs are those of few."""
        few, many = jobs(**RICH), jobs(**RICH | {"jobs": 5_000})
        for name in COLUMNS:
            assert (getattr(few, name) == getattr(many, name)[: len(few)]).all(), name

    def test_an_end(self) -> None:
        """An earlier end only leaves out what comes later."""
        long, short = (jobs(pool(horizon=days * DAY), **RICH | {"jobs": None}) for days in (4, 2))
        assert (short.submit == long.submit[long.submit < 2 * DAY]).all()
        assert (short.runtime == long.runtime[: len(short)]).all()


def test_names() -> None:
    """Jobs are called by the name, the preset or the tenant, and no two generators call theirs alike."""
    plain, named = stream(tenants=("a",), jobs=2), stream(name="nightly", jobs=2)
    preset = replace(stream(jobs=2), preset="fragment", tenants=("a",))
    scenario = pool("a", "b", generators=(plain, named, preset, plain, stream(jobs=2)))
    made = [generate(one, index, scenario).name(1) for index, one in enumerate(scenario.generators)]
    assert made == ["a-2", "nightly-2", "fragment-2", "a.2-2", "workload-2"]
