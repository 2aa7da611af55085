"""The importer that the tests of this directory share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.kubernetes.cluster import Importer


@pytest.fixture
def importer(tmp_path: Path) -> Importer:
    """Imports bytes through a file."""
    return Importer(tmp_path)
