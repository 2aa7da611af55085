"""What is drawn with: Unicode where the terminal has it, ASCII elsewhere. Colour alone never says anything."""

from __future__ import annotations

from collections.abc import Mapping
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


def glyphs(encoding: str | None, environ: Mapping[str, str]) -> Glyphs:
    """The set for a terminal with that encoding, in the locale of that environment.

    Python takes the locale C for UTF-8, so that its name says more than the encoding; where there is none, as in most
    containers, the encoding decides.
    """
    locale = next((said for name in ("LC_ALL", "LC_CTYPE", "LANG") if (said := environ.get(name))), "")
    has_it = (encoding or "").lower().replace("-", "").startswith("utf")
    return UNICODE if has_it and locale not in ("C", "POSIX") else ASCII


class AsciiBar(ScrollBarRender):
    """A scrollbar of whole cells: the ends of Textual's own are drawn with blocks."""

    VERTICAL_BARS = HORIZONTAL_BARS = [" "] * 8
