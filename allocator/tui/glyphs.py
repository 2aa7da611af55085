"""What is drawn with: Unicode where the terminal has it, ASCII elsewhere. Colour alone never says anything."""

from __future__ import annotations

from dataclasses import dataclass

from textual.scrollbar import ScrollBarRender


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set; every glyph is one column wide."""

    unicode: bool
    full: str
    empty: str
    up: str
    down: str
    cursor: str
    ascending: str
    descending: str
    cut: str
    """Stands for what was cut off."""
    changed: str


UNICODE = Glyphs(True, "█", "░", "▲", "▼", "▸", "▲", "▼", "…", "●")
ASCII = Glyphs(False, "#", ".", "+", "-", ">", "^", "v", "~", "*")


def glyphs(encoding: str | None) -> Glyphs:
    """The set for a terminal with that encoding."""
    return UNICODE if (encoding or "").lower().replace("-", "").startswith("utf") else ASCII


class AsciiBar(ScrollBarRender):
    """A scrollbar of whole cells: the ends of Textual's own are drawn with blocks."""

    VERTICAL_BARS = HORIZONTAL_BARS = [" "] * 8
