"""What `Rows.of` takes and what it refuses, with words that say where."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.bulk import Rows, allocate
from allocator.core.errors import QuantityError
from policies.fifo import Fifo


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"demand": [1, 2]}, r"demand: found shape \(2,\), expected \(rows, 2\)"),
        ({"demand": [[1, 2, 3]]}, r"demand: found shape \(1, 3\), expected \(rows, 2\)"),
        ({"demand": [[1, -2]]}, "demand: found -2, expected no less than 0"),
        ({"demand": [[1.0, float("nan")]]}, "demand: found NaN or infinity"),
        ({"demand": [[1, 1.5]]}, "demand: found a fraction"),
        ({"demand": [[1, 2**63]]}, r"demand: found \d+, expected at most 2\^62"),
        ({"demand": [[1, 2**200]]}, r"demand: found \d+, expected at most 2\^62"),
        ({"demand": [["a", "b"]]}, "demand: found .* values, expected whole numbers"),
        ({"demand": [[2**61, 0], [2**61, 0], [1, 0]]}, "demand: found .* of resource 0 wanted in all"),
        ({"capacity": [[1, 2]]}, r"capacity: found shape \(1, 2\)"),
        ({"capacity": [-1, 2]}, "capacity: found -1"),
        ({"tasks": [1, 2, 3]}, r"tasks: found shape \(3,\), expected \(2,\)"),
        ({"tasks": [-2, 1]}, "tasks: found -2, expected no less than -1"),
        ({"tasks": [2**61, 2**61]}, "demand: found .* wanted in all"),
        ({"tenant": [0, -1]}, "tenant: found -1"),
        ({"tenant": [0, 5], "weight": [1, 2]}, "tenant: found index 5, expected below 2"),
        ({"weight": [1]}, "tenant: found index 1, expected below 1"),
        ({"weight": [1, 0]}, "weight: found 0, expected a number above 0"),
        ({"weight": [1.0, -0.5]}, "weight: found -0.5"),
        ({"weight": [1.0, float("nan")]}, "weight: found nan"),
        ({"weight": ["a", "b"]}, "weight: found 'a'"),
        ({"weight": [[1, 2]]}, r"weight: found shape \(1, 2\)"),
        ({"divisible": [1, 0]}, "divisible: found int64 values, expected true or false"),
        ({"resources": ["cpu"]}, "resources: found 1 names, expected 2"),
    ],
)
def test_refusals(arguments: dict[str, Any], message: str) -> None:
    """A wrong shape, sign or size is told with its place, what was found and what is accepted."""
    given_ = {"demand": [[1, 2], [3, 4]], "capacity": [10, 10]} | arguments
    with pytest.raises(QuantityError, match=message):
        Rows.of(**given_)
    assert issubclass(QuantityError, ValueError)


def test_nothing_at_all() -> None:
    """No row, and no resource, are inputs like any other."""
    assert allocate(Rows.of(np.empty((0, 2)), [1, 2]), Fifo()).shape == (0, 2)
    assert allocate(Rows.of(np.empty((3, 0)), []), Fifo()).shape == (3, 0)


def test_inputs_stay_as_they_are() -> None:
    """The caller's arrays are never written to."""
    demand, capacity = np.array([[5, 1], [5, 1]]), np.array([7, 1])
    allocate(Rows.of(demand, capacity), Fifo())
    assert demand.tolist() == [[5, 1], [5, 1]]
    assert capacity.tolist() == [7, 1]


class TestWeights:
    """Weights are exact: over one denominator, as they are written."""

    def test_a_tenth(self) -> None:
        """0.1 is a tenth, not the float nearest to it."""
        rows = Rows.of([[1], [1]], [1], weight=[0.1, 0.3])
        assert (rows.weight_list(), rows.weight_unit) == ([1, 3], 10)

    def test_equal_to_one(self) -> None:
        """Weights that are all 1 are no weights."""
        assert Rows.of([[1], [1]], [1], weight=[1.0, 1]).weights is None

    def test_too_fine_for_a_column(self) -> None:
        """Weights that no float64 holds together are kept as Python's integers."""
        rows = Rows.of([[1], [1]], [1], weight=[Fraction(1, 10**18), Fraction(10**9)])
        assert rows.wide
        assert rows.weight_list() == [1, 10**27]

    @given(st.lists(st.decimals("0.000001", 1000, places=6), min_size=1, max_size=8))
    def test_decimals_are_read_as_written(self, written: list[Any]) -> None:
        """Each weight over the unit is the decimal that was typed."""
        rows = Rows.of([[1]] * len(written), [1], weight=[float(value) for value in written])
        assert [Fraction(weight, rows.weight_unit) for weight in rows.weight_list()] == list(map(Fraction, written))
