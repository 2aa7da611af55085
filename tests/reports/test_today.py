"""What runs today is told as such, since no policy granted it."""

from __future__ import annotations

from fractions import Fraction

from allocator import Scenario, Tenant, Work
from allocator.allocation import today


def test_today_blames_nobody() -> None:
    """A tenant that runs fewer tasks than it wants runs them today; no policy is named."""
    work = Work({"cpu": 1000}, tasks=8, divisible=False, held=Fraction(3))
    (result,) = today(Scenario({"cpu": 9000}, (Tenant("A", (work,)),))).tenants
    assert result.reason == "runs 3 of 8 tasks today"
