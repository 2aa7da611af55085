"""Why a tenant got what it got, and the least change that would satisfy it; two tenants set against each other.

Values only: `views` turns them into lines for people. Every change it names was found by running the engine.
"""

from __future__ import annotations

from allocator.explanation.asking import explain, versus
from allocator.explanation.facts import Axis, Cause, Change, Explanation, Payer, Stop, Taker
from allocator.explanation.rivalry import Side, Versus, Why

__all__ = [
    "Axis",
    "Cause",
    "Change",
    "Explanation",
    "Payer",
    "Side",
    "Stop",
    "Taker",
    "Versus",
    "Why",
    "explain",
    "versus",
]
