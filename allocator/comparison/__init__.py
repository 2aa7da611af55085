"""Several policies on one scenario: who gains, who loses and why, and how each measures up. Values only."""

from __future__ import annotations

from allocator.comparison.change import Change, Direction
from allocator.comparison.comparing import Comparison, Metric, Verdict, compare

__all__ = ["Change", "Comparison", "Direction", "Metric", "Verdict", "compare"]
