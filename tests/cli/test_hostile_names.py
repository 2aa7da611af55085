"""Names come from clusters: whatever is in them, nothing drives the terminal, a spreadsheet or a markdown page."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from allocator.core.text import sanitize
from allocator.reports.table import columns_of
from tests.cli.running import Shell

NAMES = [
    "new\nline",
    "carriage\rreturn",
    "\ttab",
    "esc\x1b[31mred\x1b]0;title\x07",
    "c1\x9b2J",
    "del\x7f",
    "rtl\u202eoverride",
    "separator\u2028line",
    "zero\u200bwidth",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "| pipe | `code` <b>bold</b> [link](x) *star*",
    "中文字符" * 5,
    "x" * 300,
    "🚀 rocket 👩‍👩‍👧",
    "combining e\u0301\u0301\u0301",
    "'quote\" and \\ backslash",
    "{{braces}} %s ${x}",
]
MODES = [["--simulate"], ["--simulate", "--steps"], ["--compare", "--all", "--wide"], ["--explain", NAMES[3]]]
MODES += [["--explain", NAMES[3], "--versus", NAMES[0]], ["--explain", NAMES[0], "--steps"]]
WIDTHS = (60, 80, 120, 200)

each_mode = pytest.mark.parametrize("mode", MODES, ids=lambda mode: " ".join(map(sanitize, mode))[:40])


def basic_string(text: str) -> str:
    """`text` as TOML writes it, everything doubtful escaped."""
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in text) + '"'


@pytest.fixture
def config(fairheap: Shell) -> str:
    """A scenario in which every name is hostile: tenants, work, a resource, a node and the title."""
    text = f"title = {basic_string(''.join(NAMES[:6]))}\n[[nodes]]\nname = {basic_string(NAMES[3])}\n"
    text += f"capacity = {{ cpu = 20, {basic_string(NAMES[3])} = 5 }}\n"
    for number, name in enumerate(NAMES):
        text += f"[[tenants]]\nname = {basic_string(name)}\n[[tenants.work]]\nname = {basic_string(name)}\n"
        text += f"demand = {{ cpu = {number % 3 + 1}, {basic_string(NAMES[3])} = 1 }}\ntasks = 3\nheld = {number % 2}\n"
    return fairheap.scenario(text)


def told(mode: list[str], form: str) -> list[str]:
    """`mode` as words for one form: json and csv tell everything, and refuse to be asked for it."""
    return [word for word in mode if form not in ("json", "csv") or word not in ("--all", "--wide")] + [
        "--format",
        form,
    ]


def safe(text: str) -> bool:
    """Whether nothing in `text` drives a terminal; line ends are ours."""
    return all(sanitize(line) == line for line in text.split("\n"))


@each_mode
@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_no_control_character_is_printed(fairheap: Shell, config: str, mode: list[str], form: str) -> None:
    """Neither to stdout nor to stderr."""
    ended = fairheap(config, *told(mode, form))
    assert ended.code == 0
    assert ended.out
    assert safe(ended.out)
    assert safe(ended.err)
    if form == "json":
        assert ended.out.isascii()


@each_mode
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider(
    fairheap: Shell, config: str, mode: list[str], width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the names, tables keep to the width of the terminal."""
    monkeypatch.setenv("COLUMNS", str(width))
    assert max(columns_of(line) for line in fairheap(config, *mode).lines) <= width


def test_faults_and_checks_are_safe(fairheap: Shell, config: str) -> None:
    """Faults name what they found without showing it to the terminal."""
    faulty = Path(config).read_text().replace("tasks = 3", "tasks = -3")
    ended = fairheap("check", fairheap.scenario(faulty, "faulty.toml"))
    assert ended.code == 2
    assert safe(ended.err)
    assert safe(fairheap("check", config).out)


def test_json_has_the_raw_names(fairheap: Shell, config: str) -> None:
    """Data stays as it is: only what people see is made safe."""
    result = fairheap(config, "--simulate", "--format", "json").json
    assert [tenant["name"] for tenant in result["tenants"]] == NAMES


@each_mode
def test_csv_runs_no_formula(fairheap: Shell, config: str, mode: list[str]) -> None:
    """Every row has as many cells as the heading, and none begins like a formula unless it is a number."""
    heading, *rows = csv.reader(io.StringIO(fairheap(config, *told(mode, "csv")).out))
    assert rows
    assert len(set(heading)) == len(heading)
    for row in rows:
        assert len(row) == len(heading)
        for cell in row:
            assert not re.match(r"[=@\t\r]", cell)
            if cell[:1] in ("+", "-"):
                assert re.fullmatch(r"[+-]?[0-9.e+-]*", cell), cell


@each_mode
def test_markdown_is_a_pipe_table(fairheap: Shell, config: str, mode: list[str]) -> None:
    """Each table has a rule below its heading and the same number of cells in every row; no markup comes from data."""
    lines = fairheap(config, *mode, "--format", "markdown").lines
    assert any(line.startswith("|") for line in lines)
    cells = 0
    for before, line in zip(["", *lines], lines, strict=False):
        if not line.startswith("|"):
            assert "<b>" not in line
            continue
        assert line.endswith("|")
        row = re.split(r"(?<!\\)\|", line)[1:-1]
        if not before.startswith("|"):
            cells = len(row)
        assert len(row) == cells
        assert not re.search(r"(?<!\\)(<b>|\[link\]|`code`)", line)


def test_lone_surrogates_in_csv_tenants(fairheap: Shell) -> None:
    """Bytes that are no text in a file of tenants are a fault, told in words."""
    (fairheap.directory / "tenants.csv").write_bytes(b"name,tasks,cpu\n\xed\xa0\x80,1,1\n")
    config = fairheap.scenario('tenants_from = "tenants.csv"\n[capacity]\ncpu = 1\n')
    ended = fairheap(config, "--simulate")
    assert (ended.code, ended.out) == (2, "")
    assert "tenants.csv" in ended.err
