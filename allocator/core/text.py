"""Text from outside: `sanitize` for every screen and table, `did_you_mean` for every message.

Raw text stays raw in data; it passes through `sanitize` on its way to a person, and nowhere else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

# C0, DEL and C1 can drive a terminal; bidi controls and isolates can reorder a line; line and paragraph
# separators, the soft hyphen and the zero-width set can hide or split a name; surrogates and tags cannot be printed.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def sanitize(text: str) -> str:
    """`text` with each control, bidi, invisible or separator character replaced by U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def escape(text: str) -> str:
    """`text` with the same characters, line ends left out, as the `\\uXXXX` that TOML and JSON strings read back."""
    return _UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else _code(ord(found[0])), text)


def _code(point: int) -> str:
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'drf'?` for the nearest of `known`, or the empty string where none is near."""
    names = {name.lower(): name for name in known}
    typed = word.lower()[:100]
    near = difflib.get_close_matches(typed, names, n=3, cutoff=0.6)
    # Letters that were swapped are still all there: nearer than another word of the same likeness.
    near.sort(key=lambda name: sorted(name) != sorted(typed))
    return f"; did you mean '{names[near[0]]}'?" if near else ""
