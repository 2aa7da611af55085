"""How a report is laid out: for a terminal, a pipe or a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """What the place where a report ends up can show."""

    width: int = 80
    """Terminal columns; no line is wider."""
    unicode: bool = False
    """Whether bars may be of block glyphs rather than ASCII."""
    everyone: bool = False
    """Whether all tenants are shown, however many there are."""
