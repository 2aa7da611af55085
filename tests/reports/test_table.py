"""A table keeps its columns straight and its width, and its cells are data, never commands."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.text import sanitize
from allocator.reports.table import Column, Table, clip, columns_of, escape_markdown, guarded, padded, wrap

words = st.text(st.sampled_from("ab 中🚀e\u0301\x1b\n|=-,\"'"), max_size=30)


class TestWidths:
    """Text is measured in terminal columns."""

    @pytest.mark.parametrize(("text", "columns"), [("", 0), ("abc", 3), ("中文", 4), ("e\u0301", 1), ("🚀", 2)])
    def test_columns_of(self, text: str, columns: int) -> None:
        """Wide letters take two, combining ones none."""
        assert columns_of(text) == columns

    @given(words, st.integers(0, 20))
    def test_clip(self, text: str, width: int) -> None:
        """Never wider; untouched where it fits; its last letter `~` where something was cut."""
        text = sanitize(text)
        cut = clip(text, width)
        assert columns_of(cut) <= width
        assert (cut == text) == (columns_of(text) <= width)
        if cut != text and width:
            assert cut.endswith("~")

    @given(words, st.integers(1, 20))
    def test_padded(self, text: str, width: int) -> None:
        """Exactly as wide as it should be."""
        assert columns_of(padded(sanitize(text), width)) == width
        assert columns_of(padded(sanitize(text), width, "right")) == width

    @given(words, st.integers(20, 40))
    def test_wrap(self, text: str, width: int) -> None:
        """No line is wider, and no word is lost but what would not fit a line by itself."""
        text = sanitize(text)
        lines = wrap(text, width)
        assert all(columns_of(line) <= width for line in lines)
        assert " ".join(lines).split() == [clip(word, width) for word in text.split()]

    def test_wrap_indents(self) -> None:
        """Every line begins with the indent, which counts."""
        lines = wrap("one two three four five six", 24, indent="    ")
        assert lines == ["    one two three four", "    five six"]
        assert wrap("as long as it likes", None, indent=" ") == [" as long as it likes"]


class TestText:
    """Aligned lines."""

    def test_alignment_notes_and_heads(self) -> None:
        """Numbers stand right, notes below their row, heads above it; no line ends in blanks."""
        table = Table([Column("name"), Column("size", "right")])
        table.add("a", "1")
        table.add("long name", "22", note="because")
        table.heads[1] = ["second:"]
        assert table.text() == ["name       size", "a             1", "second:", "long name    22", "  because"]
        assert table.text(indent="> ")[1] == "> a             1"

    def test_only_what_may_shrink_is_cut(self) -> None:
        """The widest column that may shrink gives way first, to its least width."""
        table = Table([Column("name", shrinks=True, least=6), Column("size", "right")])
        table.add("a-very-long-name", "1234567890")
        assert table.width() == 28
        assert table.text(20) == ["name            size", "a-very-~  1234567890"]
        assert table.text(10)[1] == "a-ver~  1234567890"

    @given(st.lists(st.tuples(words, words), max_size=5))
    def test_columns_stay_straight(self, rows: list[tuple[str, str]]) -> None:
        """Whatever the cells hold, each row is one line, safe, and its last column ends where the heading's does."""
        table = Table([Column("left"), Column("right", "right")])
        for left, right in rows:
            table.add(left, f"{right}.")
        lines = table.text()
        assert len(lines) == len(rows) + 1
        assert len({columns_of(line) for line in lines}) == 1
        assert all(sanitize(line) == line for line in lines)


class TestCsv:
    """Comma-separated, for programs and spreadsheets."""

    @pytest.mark.parametrize("cell", ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "=cmd|' /C calc'!A0", "-1+1", "+", "-"])
    def test_formulas_are_guarded(self, cell: str) -> None:
        """What a spreadsheet would run becomes text."""
        assert guarded(cell) == "'" + sanitize(cell)

    @pytest.mark.parametrize("cell", ["-1.5", "+3", "1e9", "plain", "", "a=b", "'quoted"])
    def test_the_rest_is_left_alone(self, cell: str) -> None:
        """Numbers stay numbers, text stays text."""
        assert guarded(cell) == cell

    @given(st.lists(st.tuples(words, words), min_size=1, max_size=5))
    def test_reads_back(self, rows: list[tuple[str, str]]) -> None:
        """Any csv reader gets the guarded cells back, a line a row."""
        table = Table([Column("a"), Column("b")])
        for row in rows:
            table.add(*row)
        text = table.csv()
        assert text.count("\n") == len(rows) + 1
        assert list(csv.reader(io.StringIO(text)))[1:] == [[guarded(cell) for cell in row] for row in rows]


class TestMarkdown:
    """A pipe table."""

    def test_form(self) -> None:
        """A heading, a rule with the alignments, a row each; pipes and markup in cells are escaped."""
        table = Table([Column("name"), Column("size", "right")])
        table.add("a|b", "*1*")
        assert table.markdown() == ["| name | size |", "| :-- | --: |", r"| a\|b | \*1\* |"]

    def test_escapes(self) -> None:
        """Nothing that data says is markup; control characters are replaced."""
        assert escape_markdown("<b>`x`[y](z)\n") == "\\<b\\>\\`x\\`\\[y\\](z)\ufffd"
