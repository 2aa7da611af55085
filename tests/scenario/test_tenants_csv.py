"""Tenants from CSV files, alone and beside those of a scenario."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.core.errors import ScenarioError
from allocator.core.model import Tenant, Work
from allocator.scenario.loading import Loaded, load
from allocator.scenario.tenants_csv import read_tenants


def tenants(text: str) -> list[Tenant]:
    """The tenants of a CSV text without faults."""
    result = read_tenants(text.splitlines(keepends=True), "t.csv")
    assert result.faults == []
    return result.tenants


class TestMeaning:
    """What rows say."""

    def test_every_column(self) -> None:
        """Each column is read, and every other is a resource."""
        text = (
            "name,weight,priority,tasks,divisible,held,work,cpu,memory,nvidia.com/gpu\na,0.1,7,5,yes,2.5,w,500m,1Gi,2\n"
        )
        work = Work({"cpu": 500, "memory": 2**30, "nvidia.com/gpu": 2000}, "w", 5, True, Fraction(5, 2))
        assert tenants(text) == [Tenant("a", (work,), Fraction(1, 10), 7)]

    def test_empty_cells_are_defaults(self) -> None:
        """An empty or missing cell is the default, and an empty amount is none at all."""
        text = "name,weight,priority,tasks,divisible,held,cpu,memory\na,,,,,,1,\nb\n\n"
        assert tenants(text) == [Tenant("a", (Work({"cpu": 1000}),)), Tenant("b", (Work({}),))]

    def test_rows_of_one_name(self) -> None:
        """Rows of one name, wherever they stand, are its work; another priority is that work's own."""
        text = "name,weight,priority,tasks,cpu\na,2,10,1,1\nb,,,unlimited,1\na,,10,2,2\na,2,20,3,3\n"
        first, second = tenants(text)
        assert first == Tenant(
            "a",
            (
                Work({"cpu": 1000}, "work-1", 1, False),
                Work({"cpu": 2000}, "work-2", 2, False),
                Work({"cpu": 3000}, "work-3", 3, False, priority=20),
            ),
            Fraction(2),
            10,
        )
        assert second == Tenant("b", (Work({"cpu": 1000}, "", None, False),))

    def test_names_are_any_text(self) -> None:
        """A name may hold commas, quotes and line breaks, and lines are counted with them."""
        result = read_tenants('name,cpu\n"a,\n""b""",1\nc,x\n'.splitlines(keepends=True), "t.csv")
        assert result.tenants[0].name == 'a,\n"b"'
        assert [fault.line for fault in result.faults] == [4]

    def test_bare_memory_is_warned_about_once(self) -> None:
        """Small bare numbers of bytes are told once for all rows."""
        result = read_tenants(["name,memory\n", "a,16\n", "b,0\n", "c,8\n", "d,16Gi\n"], "t.csv")
        (warning,) = result.warnings
        assert str(warning) == ('t.csv:2: memory: memory = 16 is 16 bytes; "16Gi" is gibibytes (and 1 more such place)')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "t.csv:1: empty, expected a first line with name, weight"),
        ("\n\n", "empty, expected a first line"),
        ("nam,cpu\n", "and name is one of them; did you mean 'nam'?"),
        ("name;cpu\n", "columns are parted by ',', not by ';'"),
        ("name,cpu,cpu\n", "t.csv:1: cpu: this column is here for the second time"),
        ("name,,cpu\n", "t.csv:1: column 2 has no name"),
        ("name,cpu\na,1,2\n", "t.csv:2: found 3 cells, expected 2"),
        ("name,cpu\n,1\n", "t.csv:2: name: missing"),
        ("name,cpu\na,-1\n", "t.csv:2: cpu: found '-1', expected no less than 0"),
        ("name,weight\na,0\n", "t.csv:2: weight: found '0', expected a number above 0"),
        ("name,weight\na,2\na,3\n", "t.csv:3: weight: found 3, expected 2 as on line 2, or nothing"),
        ("name,priority\na,1.5\n", "t.csv:2: priority: found '1.5', expected a whole number"),
        ("name,tasks\na,many\n", "t.csv:2: tasks: found 'many'"),
        ("name,tasks,held\na,2,3\n", "t.csv:2: held: found 3, expected no more than tasks, 2"),
        ("name,divisible\na,maybe\n", "t.csv:2: divisible: found 'maybe', expected true or false"),
        ("name,work\na,x\na,x\n", "t.csv:3: work: work 'x' is declared already on line 2"),
        ('name\n"a\n', "this is not CSV: the file ends inside a cell in quotes"),
        ('name\n"a"b\n', "this is not CSV: a cell in quotes goes on after its closing quote"),
        (f'name\n{"a" * 200_000}\n', "a cell of more than 100,000 letters"),
    ],
)  # fmt: skip
def test_faults(text: str, expected: str) -> None:
    """Each fault has the line of the row and the column."""
    (fault,) = read_tenants(text.splitlines(keepends=True), "t.csv").faults
    assert expected in str(fault)


class TestFromAScenario:
    """`tenants_from` in a scenario file."""

    def load(self, directory: Path, table: str, toml: str = "", name: str = "t.csv") -> Loaded:
        """A scenario in `directory` whose tenants come from `table`, and from `toml`."""
        (directory / "t.csv").write_text(table)
        (directory / "s.toml").write_text(f"tenants_from = '{name}'\n[capacity]\ncpu = 1\n{toml}")
        return load(directory / "s.toml")

    def faults(self, directory: Path, table: str, toml: str = "", name: str = "t.csv") -> list[str]:
        """What is wrong with it, with paths relative to `directory`."""
        with pytest.raises(ScenarioError) as caught:
            self.load(directory, table, toml, name)
        return [str(fault).replace(f"{directory}{os.sep}", "") for fault in caught.value.faults]

    def test_after_the_tenants_of_the_file(self, tmp_path: Path) -> None:
        """Tenants of the file come first, and an absolute path is as good."""
        toml = "[[tenants]]\nname='own'\nwork=[]\n"
        for name in ("t.csv", str(tmp_path / "t.csv")):
            scenario = self.load(tmp_path, "name,cpu\nz,1\na,1\n", toml, name).scenario
            assert [tenant.name for tenant in scenario.tenants] == ["own", "z", "a"]

    def test_faults_of_both_files(self, tmp_path: Path) -> None:
        """Faults of the scenario come first, then those of the CSV file with its own name and lines."""
        toml = "[[tenants]]\nname='a'\nwork=[]\nweight=0\n"
        assert self.faults(tmp_path, "name,cpu,weight\nb,x,\na,1,\nb,1,x\n", toml) == [
            "s.toml:7: tenants[0].weight: found 0, expected a number above 0 (tenant 'a')",
            "t.csv:2: cpu: found 'x', expected a number with an optional suffix such as 500m, 1.5, 2Gi, 16GB or 1e3",
            "t.csv:3: name: tenant 'a' is declared already at tenants[0]",
            "t.csv:4: weight: found 'x', expected a number above 0",
        ]

    def test_totals_over_rows(self, tmp_path: Path) -> None:
        """A total that grows too large is told at the row that does it."""
        (fault,) = self.faults(tmp_path, "name,tasks,cpu\na,4000000000000000,1\nb,4000000000000000,1\n")
        assert fault.startswith("t.csv:3: cpu: with this, more than 2^62 of the smallest unit of cpu is wanted")

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("tt.csv", "s.toml:1: tenants_from: found \"tt.csv\": no such file; did you mean 't.csv'?"),
            (".", "a directory, expected a file"),
            ("/dev/zero", "not a file"),
        ],
    )
    def test_file_that_cannot_be_read(self, tmp_path: Path, name: str, words: str) -> None:
        """A file that is missing or no file is a fault of the line that names it."""
        (fault,) = self.faults(tmp_path, "name\n", name=name)
        assert words in fault

    def test_a_misspelt_column_is_an_unknown_resource(self, tmp_path: Path) -> None:
        """A column that is no resource of the capacity is warned about, with the column that was meant."""
        (warning,) = self.load(tmp_path, "name,wieght,cpu\na,2,1\n").warnings
        assert (warning.line, warning.place) == (2, "wieght")
        assert warning.message.endswith("did you mean 'weight'?")

    def test_many_rows(self, tmp_path: Path) -> None:
        """Ten thousand rows are ten thousand tenants."""
        table = "name,tasks,cpu\n" + "".join(f"t{number},{number % 9},{number % 7}00m\n" for number in range(10_000))
        assert len(self.load(tmp_path, table).scenario.tenants) == 10_000
