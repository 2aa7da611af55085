"""When Python looks for garbage while a large scenario is open: never among everything at once, which stops the UI.

A full search among the objects of 100,000 tenants takes half a second, and no thread runs meanwhile. What becomes
garbage here is freed by its reference count; only the young are searched, which takes no time that anybody notices.
"""

from __future__ import annotations

import gc

LARGE = 5_000
"""Tenants, from which on the whole is never searched."""
_NEVER = 1 << 30


def suit(tenants: int) -> None:
    """Suit a scenario of so many tenants."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER if tenants >= LARGE else 10)
