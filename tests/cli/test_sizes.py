"""Any number of resources and tenants on any width, and what a small run must not import."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction

import pytest

from allocator.reports.table import columns_of
from tests.cli.running import QUICKSTART, ROOT, Shell, tenants


def many_resources(count: int) -> str:
    """Three tenants that want some of each of `count` resources."""
    names = [f'"vendor-{index}.example.com/device"' for index in range(count)]
    text = "[capacity]\n" + "".join(f"{name} = 7\n" for name in names)
    for tenant in range(3):
        demand = ", ".join(f"{name} = {tenant + 1}" for name in names)
        text += f'[[tenants]]\nname = "team-{tenant}"\ndemand = {{ {demand} }}\ntasks = 5\n'
    return text


class TestResources:
    """No resource, one, or a dozen."""

    @pytest.mark.parametrize("count", [0, 1, 3, 12])
    @pytest.mark.parametrize("width", [60, 80, 120, 200])
    def test_fits(self, fairheap: Shell, monkeypatch: pytest.MonkeyPatch, count: int, width: int) -> None:
        """Every mode keeps to the width, and names every resource."""
        config = fairheap.scenario(many_resources(count))
        monkeypatch.setenv("COLUMNS", str(width))
        for mode in (["--simulate"], ["--compare", "--wide"], ["--explain", "team-1"]):
            ended = fairheap(config, *mode)
            assert ended.code == 0
            assert max(columns_of(line) for line in ended.lines) <= width
        shown = fairheap(config, "--simulate").out
        assert all(f"vendor-{index}.example.com/device" in shown for index in range(count))

    def test_wider_terminals_show_more_at_once(self, fairheap: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        """A row a tenant where there is room, a row a resource at 80, a name above its rows at 60."""
        heights = []
        for width in (60, 80, 160):
            monkeypatch.setenv("COLUMNS", str(width))
            heights.append(len(fairheap(QUICKSTART, "--simulate").lines))
        assert heights[0] > heights[1] > heights[2]

    def test_silly_widths(self, fairheap: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        """Below 60 columns lines are 60 wide; what is no number is no width."""
        plain = fairheap(QUICKSTART, "--simulate").out
        monkeypatch.setenv("COLUMNS", "60")
        narrow = fairheap(QUICKSTART, "--simulate").out
        for silly, expected in {"1": narrow, "0": plain, "-5": plain, "wide": plain, "": plain}.items():
            monkeypatch.setenv("COLUMNS", silly)
            assert fairheap(QUICKSTART, "--simulate").out == expected


class TestTenants:
    """None, or ten thousand."""

    def test_none(self, fairheap: Shell) -> None:
        """Every mode has something to say about nobody."""
        config = fairheap.scenario("[capacity]\ncpu = 3\n")
        simulated = fairheap(config, "--simulate")
        assert simulated.code == 0
        assert "0 tenants" in simulated.out
        assert "Nothing is wanted." in simulated.out
        assert fairheap(config, "--compare").code == 0
        assert fairheap(config, "--explain", "web").err == "no tenant 'web'; there are: none\n"
        for form in ("json", "csv", "markdown"):
            assert fairheap(config, "--simulate", "--format", form).code == 0

    def test_ten_thousand(self, fairheap: Shell) -> None:
        """The ends of the list and a count; every one of them in csv."""
        config = fairheap.scenario(tenants(10_000, "cpu = 4000"))
        shown = fairheap(config, "--simulate", "--policy", "fifo")
        assert len(shown.lines) < 60
        assert "10,000 tenants" in shown.out
        assert "..." in shown.lines
        assert "Zero grants: t4000, t4001, t4002, t4003, t4004 and 5,995 more." in " ".join(shown.lines)
        exported = fairheap(config, "--simulate", "--policy", "fifo", "--format", "csv")
        assert len(exported.lines) == 10_001


class TestContention:
    """Whether there is anything to choose comes first."""

    def test_short_resources_are_marked(self, fairheap: Shell) -> None:
        """Wanted against capacity, each resource, before anybody's grant."""
        lines = fairheap(QUICKSTART, "--simulate").lines
        marked = [index for index, line in enumerate(lines) if line.endswith("SHORT")]
        assert [lines[index].split()[0] for index in marked] == ["cpu", "memory"]
        assert max(marked) < next(index for index, line in enumerate(lines) if line.startswith("tenant"))

    def test_headroom_is_true(self, fairheap: Shell) -> None:
        """At the multiple that is named somebody goes short, a hundredth below nobody does."""
        config = fairheap.scenario("""
[capacity]
cpu = 100
memory = "100Gi"
[[tenants]]
name = "whole"
demand = { cpu = 3, memory = "1Gi" }
tasks = 10
[[tenants]]
name = "divisible"
demand = { cpu = 7 }
""")
        shown = " ".join(fairheap(config, "--simulate").lines)
        found = re.search(r"Everything fits: no policy has to choose. At (\d+\.\d\d) times this demand", shown)
        assert found is not None
        at = Fraction(found[1])
        for policy in ("drf", "fifo", "largest-first"):
            words = [config, "--simulate", "--policy", policy, "--format", "json", "--scale-demand"]

            def outcomes(factor: Fraction, words: list[str] = words) -> set[str]:
                return {tenant["outcome"] for tenant in fairheap(*words, str(factor)).json["tenants"]}

            assert outcomes(at) != {"granted"}
            assert outcomes(at - Fraction(1, 100)) == {"granted"}


HEAVY = ("textual", "rich", "numpy", "yaml", "ijson", "scipy")


def imported(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has imported after `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules, file=sys.stderr)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


class TestImports:
    """A small run starts in a blink, since it imports no more than it needs."""

    def test_simulate(self) -> None:
        """One small scenario needs no numpy, no importer's libraries and no terminal UI."""
        found = imported(f"from allocator.cli.main import run; assert run([{QUICKSTART!r}, '--simulate']) == 0")
        assert "pydantic" in found
        assert not found & set(HEAVY)

    def test_face(self) -> None:
        """What a plugin imports is core values and contracts."""
        assert not imported("import allocator") & {*HEAVY, "pydantic", "argparse"}

    def test_help(self) -> None:
        """Help reads no scenario."""
        assert not imported("from allocator.cli import arguments; arguments.main_parser().format_help()") & set(HEAVY)
