"""Names from outside: nothing that drives a terminal or reorders a line survives, and the nearest name is found."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.text import did_you_mean, sanitize

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_no_control_survives(text: str) -> None:
    """Of any text no control, bidi control, line separator, surrogate or invisible format character is left."""
    for letter in sanitize(text):
        assert unicodedata.category(letter) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(letter) not in BIDI
    assert len(sanitize(text)) == len(text)


@pytest.mark.parametrize(
    "point",
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        0x200E,
        0x200F,
        0x061C,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x2028,
        0x2029,
        0x200B,
        0x200D,
        0xFEFF,
        0xAD,
        0xE0041,
    ],
)
def test_each_unsafe_character_is_replaced(point: int) -> None:
    """Each of C0, DEL, C1, the bidi controls, the separators and the invisible ones becomes U+FFFD."""
    assert sanitize(f"a{chr(point)}b") == "a\ufffdb"


@pytest.mark.parametrize("text", ["team-a", "équipe", "チーム", "команда", "a b", "[bold]x[/]", "مجموعة", "🚀"])
def test_what_people_write_stays(text: str) -> None:
    """Letters of every script, emoji and markup-looking text stay as they are."""
    assert sanitize(text) == text


@given(st.text(max_size=30))
def test_sanitize_twice_is_sanitize_once(text: str) -> None:
    """Safe text is left alone."""
    assert sanitize(sanitize(text)) == sanitize(text)


def test_the_nearest_name() -> None:
    """A slip is answered with the nearest known name, nonsense with nothing."""
    assert did_you_mean("drff", ["fifo", "drf"]) == "; did you mean 'drf'?"
    assert did_you_mean("DRF", ["fifo", "drf"]) == "; did you mean 'drf'?"
    assert did_you_mean("dfr", ["drf", "edf"]) == "; did you mean 'drf'?"
    assert did_you_mean("zzzz", ["fifo", "drf"]) == ""
    assert did_you_mean("x" * 100_000, ["fifo", "drf"]) == ""
