"""Other systems' words and policies, our nearest, and what differs. Shown by `fairheap policies SYSTEM`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One word or policy of another system."""

    theirs: str
    ours: str
    differs: str
    """What a user of theirs would get wrong by taking them for the same; empty where nothing differs."""


@dataclass(frozen=True, slots=True)
class System:
    """One other system."""

    name: str
    words: tuple[Word, ...]
    policies: tuple[Word, ...]
    source: str


SYSTEMS: Mapping[str, System] = {}
