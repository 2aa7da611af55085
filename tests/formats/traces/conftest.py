"""The reader that the tests of this directory share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.traces.files import Reader


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Reads text through a file."""
    return Reader(tmp_path)
