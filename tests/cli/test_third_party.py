"""A policy of somebody else's distribution is found and works; a broken one is told in a line that names it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from allocator import registry
from tests.cli.running import QUICKSTART, Ended, Shell, program

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "by-name-policy"
version = "1.0"
[project.entry-points."fairheap.policies"]
by-name = "by_name:ByName"
[tool.hatch.build.targets.wheel]
only-include = ["by_name.py"]
"""

POLICY = '''
"""Who comes first in the alphabet is served first."""

from allocator import Facts, KeyChange, Option, Ranks


class ByName:
    """Serve tenants by name."""

    ranks = Ranks.WORK
    key_change = KeyChange.STATIC
    options = (Option("order", "a-z", ("a-z", "z-a"), "from which end of the alphabet"),)
    facts = Facts(summary="The first in the alphabet goes first.", definition="key = name", source="the alphabet")

    def __init__(self, order="a-z"):
        self._backwards = order == "z-a"

    def key(self, claim, capacity):
        letters = [ord(letter) for letter in claim.tenant]
        return tuple(-letter for letter in letters) if self._backwards else tuple(letters)
'''

THREE = "[capacity]\ncpu = 2\n" + "".join(
    f'[[tenants]]\nname = "{name}"\ndemand = {{ cpu = 1 }}\ntasks = 1\n' for name in ("bob", "carol", "anne")
)


def outcomes(ended: Ended) -> dict[str, str]:
    """What came of each tenant."""
    return {tenant["name"]: tenant["outcome"] for tenant in ended.json["tenants"]}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the distribution installed in it, without network."""
    pytest.importorskip("hatchling")
    source, target = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("site")
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "by_name.py").write_text(POLICY)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--no-index", "--target", str(target), str(source)], check=True, capture_output=True)
    return target


class TestInstalled:
    """A distribution of its own, built by hatchling and installed by pip, as anybody would."""

    def run(self, installed: Path, *words: str) -> Ended:
        """A command line of an interpreter that has the distribution."""
        ended = program(words, given=THREE, env={"PYTHONPATH": str(installed)}, cwd=Path(__file__).resolve().parents[2])
        assert "Traceback" not in ended.err
        return ended

    def test_simulate(self, installed: Path) -> None:
        """`--policy NAME` runs it, its options included."""
        words = ["-", "--simulate", "--format", "json", "--policy", "by-name"]
        assert outcomes(self.run(installed, *words)) == {"bob": "granted", "carol": "refused", "anne": "granted"}
        turned = self.run(installed, *words, "--set", "order=z-a")
        assert outcomes(turned) == {"bob": "granted", "carol": "granted", "anne": "refused"}
        assert turned.json["policy"] == {"name": "by-name", "label": "by-name", "options": {"order": "z-a"}}

    def test_it_is_listed_beside_the_built_in_ones(self, installed: Path) -> None:
        """`fairheap policies` shows it, with the distribution that it came from, and tells its facts."""
        listed = self.run(installed, "policies")
        assert "by-name" in listed.out
        assert "by-name-policy" in listed.out
        told = self.run(installed, "policies", "by-name")
        assert "The first in the alphabet goes first." in told.out
        assert "order = a-z | z-a" in told.out

    def test_a_comparison_takes_it_when_asked(self, installed: Path) -> None:
        """By default only the built-in policies are compared."""
        assert "by-name" not in self.run(installed, "-", "--compare").out
        assert (
            "by-name against fifo"
            in self.run(installed, "-", "--compare", "--policy", "fifo", "--policy", "by-name").out
        )


BROKEN = {
    "raises": ("raise RuntimeError('no licence')", "cannot be imported: no licence"),
    "misses a module": ("import no_such_module", "cannot be imported: No module named 'no_such_module'"),
    "exits": ("import sys; sys.exit(3)", "cannot be imported"),
    "has no such class": ("Other = int", "cannot be imported"),
    "has a syntax error": ("def (", "cannot be imported"),
    "is no class": ("Broken = 3", "is 3, expected a class"),
    "is a function": ("def Broken(): pass", "expected a class"),
    "has no key": ("class Broken: pass", "has no method key(self, claim, capacity)"),
    "has another key": ("class Broken:\n    def key(self): pass", "has key(self), expected key(self, claim, capacity)"),
    "does not say what it ranks": ("class Broken:\n    def key(self, claim, capacity): pass", "has ranks = None"),
    "lies about options": (
        "from allocator import *\nclass Broken:\n    ranks = Ranks.WORK\n    key_change = KeyChange.STATIC\n"
        "    options = ['x']\n    def key(self, claim, capacity): pass",
        "has 'x' among its options",
    ),
    "has options that are no list": (
        "from allocator import *\nclass Broken:\n    ranks = Ranks.WORK\n    key_change = KeyChange.STATIC\n"
        "    options = 3\n    def key(self, claim, capacity): pass",
        "options",
    ),
    "cannot be made": (
        "from allocator import *\nclass Broken:\n    ranks = Ranks.WORK\n    key_change = KeyChange.STATIC\n"
        "    def __init__(self, needed): pass\n    def key(self, claim, capacity): pass",
        "does not take its options",
    ),
    "exits when made": (
        "import sys\nfrom allocator import *\n"
        "class Broken:\n    ranks = Ranks.WORK\n    key_change = KeyChange.STATIC\n"
        "    def __init__(self): sys.exit(3)\n    def key(self, claim, capacity): pass",
        "does not take its options",
    ),
    "fails in its key": (
        "from allocator import *\nclass Broken:\n    ranks = Ranks.WORK\n    key_change = KeyChange.STATIC\n"
        "    def key(self, claim, capacity): raise KeyError('gold')",
        "failed",
    ),
    "has keys that do not compare": (
        "from allocator import *\nclass Broken:\n    ranks = Ranks.WORK\n    key_change = KeyChange.STATIC\n"
        "    def key(self, claim, capacity): return object()",
        "failed",
    ),
}


@dataclass(frozen=True)
class Site:
    """Fake distributions: a module and the metadata that claims an entry point, as an installer leaves them."""

    directory: Path

    def install(self, distribution: str, policy: str, module: str, code: str) -> None:
        """Put a distribution where this interpreter finds it."""
        (self.directory / f"{module}.py").write_text(code)
        info = self.directory / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[fairheap.policies]\n{policy} = {module}:Broken\n")


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A directory on the path, forgotten by the registry afterwards."""
    directory = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(directory)
    registry.installed.cache_clear()
    registry.find.cache_clear()
    yield Site(directory)
    registry.installed.cache_clear()
    registry.find.cache_clear()
    for name in [name for name in sys.modules if name.startswith("broken_")]:
        del sys.modules[name]


class TestBroken:
    """A plugin may fail in any way; the user is told which one it was, in one line."""

    @pytest.mark.parametrize("how", BROKEN)
    def test_is_told(self, fairheap: Shell, site: Site, how: str) -> None:
        """The line names the policy and its distribution; there is no traceback, and no data."""
        code, told = BROKEN[how]
        site.install("acme-policies", "broken", f"broken_{list(BROKEN).index(how)}", code)
        ended = fairheap(fairheap.scenario(THREE), "--simulate", "--policy", "broken")
        assert ended.out == ""
        assert ended.code in (1, 2)
        assert len(ended.err.splitlines()) == 1
        assert "policy 'broken'" in ended.err
        assert "acme-policies" in ended.err
        assert told in ended.err

    def test_two_claims(self, fairheap: Shell, site: Site) -> None:
        """Two distributions with one name: neither is taken, both are named."""
        site.install("acme-policies", "broken", "broken_a", "")
        site.install("other-policies", "broken", "broken_b", "")
        ended = fairheap("--simulate", "--policy", "broken")
        assert ended.code == 2
        assert ended.err == ("policy 'broken' is claimed by acme-policies and other-policies: uninstall one of them\n")

    def test_nobody_takes_over_a_built_in_name(self, fairheap: Shell, site: Site) -> None:
        """A distribution that claims `drf` cannot slip in under it."""
        site.install("acme-policies", "drf", "broken_c", "")
        ended = fairheap("--simulate", "--policy", "drf")
        assert ended.code == 2
        assert "acme-policies" in ended.err

    def test_others_still_work(self, fairheap: Shell, site: Site) -> None:
        """A broken plugin is no obstacle to who does not ask for it; the list tells what is wrong with it."""
        site.install("acme-policies", "broken", "broken_d", "raise RuntimeError('no licence')")
        assert fairheap("--simulate").code == 0
        assert fairheap("--compare").code == 0
        listed = fairheap("policies")
        assert listed.code == 0
        assert "no licence" in listed.out
        assert "drf" in listed.out


class TestModule:
    """`module:Class`, for an experiment."""

    def test_from_the_command_line(self, fairheap: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        """A class in the directory of the user runs under that name, options and all."""
        fairheap.scenario(POLICY, "broken_mine.py")
        monkeypatch.syspath_prepend(fairheap.directory)
        words = [fairheap.scenario(THREE), "--simulate", "--format", "json", "--policy", "broken_mine:ByName"]
        assert outcomes(fairheap(*words)) == {"bob": "granted", "carol": "refused", "anne": "granted"}
        assert outcomes(fairheap(*words, "--set", "order=z-a"))["anne"] == "refused"

    def test_the_working_directory_is_searched(self, tmp_path: Path) -> None:
        """As an installed command too, which Python does not give the working directory by itself."""
        (tmp_path / "mine.py").write_text(POLICY)
        code = (
            "import sys; sys.path = [p for p in sys.path if p]; from allocator.__main__ import main; sys.exit(main())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "-", "--simulate", "--policy", "mine:ByName"],
            input=THREE,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(Path(QUICKSTART).parents[1])},
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.parametrize("table", ['use = "broken_evil:Evil"', 'compare = ["drf", "broken_evil:Evil"]'])
    def test_never_from_a_scenario(self, fairheap: Shell, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
        """Opening a file runs no code: a module in a scenario is refused, and is not imported."""
        fairheap.scenario("open('ran', 'w').close()\nclass Evil: pass\n", "broken_evil.py")
        monkeypatch.syspath_prepend(fairheap.directory)
        config = fairheap.scenario(THREE + f"[policy]\n{table}\n")
        for words in (["--simulate"], ["--compare"], ["--explain", "bob"]):
            ended = fairheap(config, *words)
            assert (ended.code, ended.out) == (2, "")
            assert "broken_evil:Evil" in ended.err
        assert fairheap("check", config).code == 2
        assert not (fairheap.directory / "ran").exists()
        assert "broken_evil" not in sys.modules
