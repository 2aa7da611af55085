"""The fast path against the engine's loop: the same grants to the unit, under every policy, on anything."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.bulk import allocate
from allocator.bulk.plans import plan
from allocator.core.model import OnMisfit
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from tests.bulk.oracle import Case, engine_grants
from tests.bulk.strategies import POLICIES, cases, many

ON_MISFIT: tuple[OnMisfit, ...] = ("skip", "stop")


def assert_equal(case: Case, name: str, on_misfit: OnMisfit) -> None:
    """Both paths grant the same."""
    policy = POLICIES[name]
    np.testing.assert_array_equal(allocate(case.rows(), policy, on_misfit), engine_grants(case, policy, on_misfit))


@pytest.mark.parametrize("on_misfit", ON_MISFIT)
@pytest.mark.parametrize("name", POLICIES)
class TestSmall:
    """Small inputs of every kind."""

    @given(case=cases(largest=4))
    @settings(max_examples=80, deadline=None)
    def test_few_units(self, name: str, on_misfit: OnMisfit, case: Case) -> None:
        """With amounts of a few units, where every rounding shows, the grants are the engine's."""
        assert_equal(case, name, on_misfit)

    @given(case=cases(largest=10**6))
    @settings(max_examples=40, deadline=None)
    def test_any_amount(self, name: str, on_misfit: OnMisfit, case: Case) -> None:
        """With amounts that share no divisor, the grants are the engine's."""
        assert_equal(case, name, on_misfit)


@pytest.mark.parametrize("name", POLICIES)
@given(case=cases(largest=2**58, most_rows=4))
@settings(max_examples=60, deadline=None)
def test_amounts_beyond_what_a_float_holds(name: str, case: Case) -> None:
    """Near 2^62 in total, where float64 counts in steps of 256, the grants are still the engine's."""
    assert_equal(dataclasses.replace(case, tasks=[min(2, abs(tasks)) for tasks in case.tasks]), name, "skip")


@pytest.mark.parametrize("on_misfit", ON_MISFIT)
@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize(("divisible", "tasks"), [(True, 1), (False, 1), (False, 4)])
@pytest.mark.parametrize("seed", [1])
def test_two_thousand_rows(name: str, on_misfit: OnMisfit, divisible: bool, tasks: int, seed: int) -> None:
    """2,000 rows with few shapes, ties and near ties are granted what the engine grants, without the engine."""
    case = many(seed, 2000, divisible=divisible, tasks=tasks)
    assert plan(case.rows(), POLICIES[name], on_misfit) is not None
    assert_equal(case, name, on_misfit)


@pytest.mark.parametrize("name", ["drf, key after", "drf, key current", "fair-share"])
@pytest.mark.parametrize("scale", [(1, 1, 1), (7, 10**9 + 7, 13), (1, 2**45 + 1, 3)])
def test_tasks_of_every_scale(name: str, scale: tuple[int, ...]) -> None:
    """The closed form counts as the heap does, for tiny numbers and for those that need more than 53 bits."""
    case = many(3, 1000, divisible=False, tasks=8, scale=scale)
    assert_equal(case, name, "skip")


@pytest.mark.parametrize("name", ["smallest-demand-first", "largest-first", "fifo"])
@pytest.mark.parametrize("seed", range(3))
def test_a_row_that_just_misses_again_and_again(name: str, seed: int) -> None:
    """Rows that alternately fit and just miss make the block shrink and the loop walk; the grants stay the engine's."""
    rows = 3000
    demand = [[1] if row % 2 else [10_000 - row] for row in range(rows)]
    case = Case(
        demand=demand,
        capacity=[9_000 + seed],
        tenant=list(range(rows)),
        tasks=[1] * rows,
        divisible=[False] * rows,
        weight=[1] * rows,
    )
    assert_equal(case, name, "skip")


@given(st.integers(0, 10**6), st.integers(1, 60), st.integers(1, 10**4))
@settings(max_examples=60, deadline=None)
def test_equal_tenants_get_equal_parts(capacity: int, rows: int, want: int) -> None:
    """Under a level, tenants that want the same differ by no more than a unit, the first ones being given it."""
    case = Case([[want]] * rows, [capacity], list(range(rows)), [1] * rows, [True] * rows, [1] * rows)
    for policy in (DominantResourceFairness(), FairShare()):
        granted = allocate(case.rows(), policy)[:, 0].tolist()
        assert granted == sorted(granted, reverse=True)
        assert granted[0] - granted[-1] <= 1
        assert sum(granted) == min(capacity, want * rows)


@pytest.mark.parametrize("name", POLICIES)
def test_a_tenant_that_is_entitled_to_nothing(name: str) -> None:
    """Two rows of whole tasks that need only what there is none of stop nobody, and divide by no zero."""
    case = Case([[0, 3], [0, 3], [2, 0], [2, 0]], [5, 0], [0, 0, 1, 1], [1] * 4, [False] * 4, [1, 1])
    assert_equal(case, name, "skip")
