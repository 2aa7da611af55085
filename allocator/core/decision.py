"""One decision of the engine, as data: what the TUI steps, `--explain` tells and tests check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from allocator.core.policy import Key
from allocator.core.resources import Quantities


class Outcome(Enum):
    """What came of a tenant, a work or one decision about it."""

    GRANTED = "granted"
    PARTIAL = "partial"
    REFUSED = "refused"
    INFEASIBLE = "infeasible"
    """One task exceeds the pool or its limit; divisible work: it needs a resource that there is none of."""
    IDLE = "idle"
    """Wanted nothing."""


class Kind(Enum):
    """How a decision came about."""

    POP = "pop"
    """The heap named the tenant."""
    FILL = "fill"
    """A rising level reached the tenant's want, or stopped for it; the key is that level."""
    ROUND = "round"
    """Filling stopped between two whole units; this tenant was given its next one."""
    SHARE = "share"
    """The tenant's entitlement, each resource by itself."""


class Round(Enum):
    """Guarantees come first, in a round of their own."""

    GUARANTEE = "guarantee"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who was served or refused, under which key, and what was left."""

    step: int
    """1 is the first."""
    kind: Kind
    round: Round
    tenant: str
    work: str
    key: Key
    key_words: str
    """The key in words, for people."""
    asked: int | None
    """Whole tasks asked for in this decision; None for divisible or unlimited work."""
    tasks: int
    """Whole tasks granted."""
    granted: Quantities
    """Amounts granted by this decision; empty where nothing was."""
    left: Quantities
    """What remains of each resource, a level that is still rising counted as used; of a fill, at the end of its
    stage."""
    outcome: Outcome
    short_of: tuple[str, ...]
    """The resources whose remainder is below one more task (divisible: one more unit); empty where a limit stopped
    it."""
