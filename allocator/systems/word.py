"""What is known of another system: its words and policies beside ours. Knows none of them; the siblings do."""

from __future__ import annotations

from dataclasses import dataclass

NONE = "no equal here"
"""`Word.ours` where Fairheap has nothing that does the same."""


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
