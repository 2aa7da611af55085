"""Amounts in messages and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.resources import parse_quantity
from allocator.formats.amounts import about, exact, in_order, listed


@given(st.sampled_from(["cpu", "memory", "nvidia.com/gpu"]), st.integers(0, 2**62))
def test_exact_reads_back(resource: str, amount: int) -> None:
    """Nothing is lost, so that names made of it tell requests apart."""
    assert parse_quantity(resource, exact(resource, amount)) == amount


@pytest.mark.parametrize(
    ("resource", "amount", "text"),
    [
        ("cpu", 0, "0"),
        ("cpu", 5, "0.01"),
        ("cpu", 2486, "2.49"),
        ("cpu", 12_340, "12.3"),
        ("cpu", 123_456, "123"),
        ("memory", 11_972_640_000, "11.2Gi"),
        ("memory", 1023, "1023"),
        ("memory", 1 << 20, "1Mi"),
        ("memory", (1 << 40) - 1, "1024Gi"),
    ],
)
def test_about_three_digits(resource: str, amount: int, text: str) -> None:
    """What people read in a summary."""
    assert about(resource, amount) == text


def test_listed_in_the_order_that_people_expect() -> None:
    """cpu and memory first, what only constrains last, nothing of what is 0."""
    assert listed({"pods": 3000, "gpu": 1000, "memory": 1 << 30, "cpu": 0}) == "memory 1Gi, gpu 1, pods 3"
    assert in_order(["pods", "a", "memory", "cpu"]) == ("cpu", "memory", "a", "pods")
