"""A CSV of tenants and a capacity."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.core.errors import SnapshotError
from allocator.formats.tenant_rows import read_csv

ROWS = "name,weight,tasks,held,cpu,memory\nweb,2,4,1,500m,1Gi\nweb,,2,,1,2Gi\ndb,1,1,1,2,8Gi\n"


def written(directory: Path, text: str, name: str = "tenants.csv") -> str:
    """The path of a file with `text`."""
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return str(path)


class TestCapacity:
    """A CSV says nothing of the capacity by itself."""

    def test_given_beside_it(self, tmp_path: Path) -> None:
        """As the option has it: amounts as people write them."""
        scenario = read_csv([written(tmp_path, ROWS)], {"cpu": "4", "memory": "16Gi"}).scenario
        assert scenario.capacity == {"cpu": 4000, "memory": 16 << 30}
        assert [(one.name, one.weight, len(one.work)) for one in scenario.tenants] == [
            ("web", Fraction(2), 2),
            ("db", Fraction(1), 1),
        ]

    def test_in_a_comment_before_the_header(self, tmp_path: Path) -> None:
        """Comment lines may say it; the option goes before them."""
        path = written(tmp_path, "# ours\n# capacity: cpu=4, memory=16Gi\n" + ROWS)
        assert read_csv([path]).scenario.capacity == {"cpu": 4000, "memory": 16 << 30}
        assert read_csv([path], {"cpu": "1"}).scenario.capacity == {"cpu": 1000}

    def test_none_is_refused(self, tmp_path: Path) -> None:
        """Saying how to give it."""
        with pytest.raises(SnapshotError, match="--capacity cpu=9"):
            read_csv([written(tmp_path, ROWS)])

    def test_a_resource_that_is_asked_and_not_there(self, tmp_path: Path) -> None:
        """Work that needs it could never run: a warning."""
        assert read_csv([written(tmp_path, ROWS)], {"cpu": "4"}).warnings == (
            "memory is asked for, but not in the capacity",
        )


class TestFaults:
    """Every fault at once, by its line in the file as it is."""

    def test_lines_count_comments(self, tmp_path: Path) -> None:
        """A bad capacity, a bad weight and a bad amount are three faults."""
        path = written(tmp_path, "# capacity: cpu=lots\nname,weight,cpu\nweb,0,1\ndb,1,much\n")
        with pytest.raises(SnapshotError) as caught:
            read_csv([path])
        assert [fault.line for fault in caught.value.faults] == [1, 3, 4]

    def test_a_tenant_in_two_files(self, tmp_path: Path) -> None:
        """Its rows stand in one."""
        paths = [written(tmp_path, ROWS, "a.csv"), written(tmp_path, "name,cpu\nweb,1\n", "b.csv")]
        with pytest.raises(SnapshotError, match=r"b\.csv: web: this tenant is in .*a\.csv already"):
            read_csv(paths, {"cpu": "4"})


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="name,cpu\"'\n\r 019-.#=:é\0", max_size=80))
def test_any_text_is_an_import_or_a_refusal(text: str) -> None:
    """Never another exception."""
    with tempfile.TemporaryDirectory() as directory:
        path = written(Path(directory), "name,cpu\n" + text)
        try:
            result = read_csv([path], {"cpu": "1"})
        except SnapshotError:
            return
        assert result.scenario.capacity == {"cpu": 1000}
