"""Scenarios written as TOML, and files that are never half written."""

from __future__ import annotations

import os
import stat
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from allocator.core.errors import AllocatorError
from allocator.core.model import Node, Scenario, Tenant, Work
from allocator.scenario.loading import loads
from allocator.scenario.saving import SaveError, dumps, save
from tests.scenario.strategies import scenarios


@settings(max_examples=200, deadline=None)
@given(scenarios())
def test_what_is_written_loads_as_it_was(scenario: Scenario) -> None:
    """Every scenario comes back equal, in the same order, whatever its names are."""
    again = loads(dumps(scenario)).scenario
    assert again == scenario
    assert list(again.capacity) == list(scenario.capacity)
    assert [list(work.demand) for tenant in again.tenants for work in tenant.work] == [
        list(work.demand) for tenant in scenario.tenants for work in tenant.work
    ]


class TestText:
    """What a person finds in the file."""

    def test_people_s_units(self) -> None:
        """Amounts have the suffix that a person would give them."""
        capacity = {
            "cpu": 9000,
            "memory": 18 * 2**30,
            "storage": 16 * 10**9,
            "gpu": 500,
            "ephemeral-storage": 2**20 + 1,
        }
        text = dumps(Scenario(capacity))
        assert '"18Gi"' in text
        assert '"16G"' in text
        assert '"500m"' in text
        assert "cpu = 9\n" in text
        assert "ephemeral-storage = 1048577\n" in text

    def test_few_bytes_raise_no_warning(self) -> None:
        """A few bytes are written as text, so that loading them does not ask whether gibibytes were meant."""
        assert loads(dumps(Scenario({"memory": 16}))).warnings == ()

    def test_equal_nodes_collapse(self) -> None:
        """worker-1 to worker-3 become one [[nodes]] with a count, and one that differs does not."""
        nodes = tuple(Node(f"worker-{number}", {"cpu": 4000}) for number in (1, 2, 3))
        odd = Node("worker-4", {"cpu": 8000})
        text = dumps(Scenario({"cpu": 20000}, nodes=(*nodes, odd)))
        assert text.count("[[nodes]]") == 2
        assert "count = 3" in text
        assert 'name = "worker-4"' in text

    def test_nodes_must_add_up(self) -> None:
        """A capacity that is not the sum of the nodes cannot be written, since it would not come back."""
        with pytest.raises(ValueError, match="sum of its nodes"):
            dumps(Scenario({"cpu": 1}, nodes=(Node("a", {"cpu": 2}),)))

    def test_header_cannot_break_out(self) -> None:
        """A line break in a header line does not end the comment."""
        text = dumps(Scenario({"cpu": 1000}), header=["from x\n[policy]\nuse = 'evil'", ""])
        assert text.startswith("# from x\ufffd[policy]")
        assert loads(text).scenario.policy.use.name == "drf"

    def test_surrogates_become_replacement_characters(self) -> None:
        """A lone surrogate, which no file can hold, does not stop a scenario from being written."""
        text = dumps(Scenario({"cpu": 1000}, (Tenant("a\ud800"),)))
        assert loads(text).scenario.tenants[0].name.startswith("a\ufffd")

    def test_thirds_stay_exact(self) -> None:
        """A weight that no decimal can say is written as a fraction."""
        text = dumps(Scenario({}, (Tenant("a", (Work({}),), Fraction(1, 3)), Tenant("b", (), Fraction(1, 8)))))
        assert 'weight = "1/3"' in text
        assert "weight = 0.125" in text


class TestSave:
    """The file itself."""

    def test_new_file(self, tmp_path: Path) -> None:
        """A new file holds the text, gets the mode that any new file gets, and nothing else is left."""
        old = os.umask(0o027)
        try:
            save("a = 'ü'\n", tmp_path / "new.toml")
        finally:
            os.umask(old)
        assert (tmp_path / "new.toml").read_bytes() == "a = 'ü'\n".encode()
        assert stat.S_IMODE((tmp_path / "new.toml").stat().st_mode) == 0o640
        assert os.listdir(tmp_path) == ["new.toml"]

    def test_keeps_the_mode(self, tmp_path: Path) -> None:
        """A file that only its owner may read stays so."""
        path = tmp_path / "a.toml"
        path.write_text("old")
        path.chmod(0o600)
        save("new", path)
        assert path.read_text() == "new"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_follows_a_link(self, tmp_path: Path) -> None:
        """A symbolic link stays one, and its target is written."""
        (tmp_path / "there").mkdir()
        target = tmp_path / "there" / "a.toml"
        target.write_text("old")
        link = tmp_path / "link.toml"
        link.symlink_to(target)
        save("new", link)
        assert link.is_symlink()
        assert target.read_text() == "new"

    def test_failure_keeps_the_old_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the last step fails, the old file is whole and the temporary one is gone."""
        path = tmp_path / "a.toml"
        path.write_text("old")

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(SaveError, match="no space left"):
            save("new", path)
        assert path.read_text() == "old"
        assert os.listdir(tmp_path) == ["a.toml"]

    @pytest.mark.parametrize(
        ("name", "words"),
        [("", "directory"), ("no/such/a.toml", "no directory"), ("a\0b", "NUL"), ("x" * 300, "too long")],
    )
    def test_places_that_cannot_be_written(self, tmp_path: Path, name: str, words: str) -> None:
        """A directory, a missing one and an impossible name are told in words."""
        with pytest.raises(SaveError, match=words) as caught:
            save("text", f"{tmp_path}/{name}")
        assert isinstance(caught.value, AllocatorError)
        assert os.listdir(tmp_path) == []

    def test_device(self) -> None:
        """A device is written to and not replaced by a file."""
        save("text", "/dev/null")
        assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
