"""No word is accepted and then ignored."""

from __future__ import annotations

import pytest

from allocator.cli.main import run


@pytest.mark.parametrize(
    "words",
    [
        ["--simulate", "--all", "--format", "json"],
        ["--compare", "--wide", "--format", "csv"],
        ["--compare", "--top", "3", "--format", "json"],
        ["--simulate", "--all", "--steps"],
    ],
)
def test_words_that_would_change_nothing(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What tells everything anyway refuses to be asked for everything, or for less."""
    assert run(words) == 2
    assert "changes nothing here" in capsys.readouterr().err
