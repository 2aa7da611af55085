"""Lines of pieces, each with the name of what it says; turned into what a Static draws, never read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

Line = list[tuple[str, str]]
"""Text, and one of the names below or the empty string."""
_STYLES = {
    "": "",
    "strong": "bold",
    "dim": "dim",
    "good": "$success",
    "bad": "$error",
    "mark": "$accent",
    "bar": "$primary",
}


def said(lines: Iterable[str], name: str) -> list[Line]:
    """Lines that are of one piece each."""
    return [[(line, name)] for line in lines]


def drawn(lines: Sequence[Line]) -> Content:
    """The same to be drawn."""
    return Content("\n").join(
        Content.assemble(*((text, _STYLES[name]) if name else text for text, name in line)) for line in lines
    )


def text_of(lines: Sequence[Line]) -> list[str]:
    """The same without what is said by style."""
    return ["".join(text for text, _ in line) for line in lines]
