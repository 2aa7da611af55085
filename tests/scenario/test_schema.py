"""The JSON Schema of a scenario file, held against good and bad files."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from allocator.core.model import Scenario
from allocator.scenario.saving import dumps
from allocator.scenario.schema import json_schema
from allocator.scenario.starter import starter
from tests.scenario.parts import starter_over_time
from tests.scenario.strategies import scenarios


def test_starter_fits_the_schema() -> None:
    """The starter is valid under the schema, with and without its time part, and the schema under its own draft."""
    jsonschema.Draft7Validator.check_schema(json_schema())
    jsonschema.validate(tomllib.loads(starter()), json_schema())
    jsonschema.validate(tomllib.loads(starter_over_time()), json_schema())


VALIDATOR = jsonschema.Draft7Validator(json_schema())


@settings(deadline=None, max_examples=50)
@given(scenarios())
def test_what_is_written_fits(scenario: Scenario) -> None:
    """No editor underlines a scenario that we wrote."""
    VALIDATOR.validate(tomllib.loads(dumps(scenario)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[capacity]\ncpu = -1",
        "[capacity]\n[[nodes]]\ncapacity = {}",
        "[capacity]\n[[tenants]]\ndemand = {}",
        "[capacity]\n[[tenants]]\nname = 'a'",
        "[capacity]\n[[tenants]]\nname = 'a'\nwieght = 1\ndemand = {}",
        "[capacity]\n[[tenants]]\nname = 'a'\nweight = 0\ndemand = {}",
        "[capacity]\n[[tenants]]\nname = 'a'\ntasks = 'many'\ndemand = {}",
        "[capacity]\n[policy]\non_misfit = 'wait'",
        "[capacity]\n[policy]\ncompare = [{ as = 'x' }]",
        "[capacity]\n[trace]\npath = 'x'\n[[nodes]]\ncapacity = {}",
        "[capacity]\n[trace]\npath = 'x'\nload = 1\nscale = 2",
        "[capacity]\n[simulation]\nduration = 8",
        "[capacity]\n[simulation]\nduration = '8 hours'",
        "[capacity]\n[simulation]\nqueue = 'fifo'",
        "[capacity]\n[[jobs]]\ntenant = 'a'\ndemand = {}",
        "[capacity]\n[[jobs]]\ntenant = 'a'\nruntime = 5\ndemand = {}",
        "[capacity]\n[[jobs]]\ntenant = 'a'\nruntime = 0\ndemand = {}\ntasks = 0",
        "[capacity]\n[[events]]\nat = '1h'\nkind = 'drain'",
        "[capacity]\n[[events]]\nat = '1h'\nkind = 'note'\ntext = 'x'\nnode = 'y'",
        "[capacity]\n[[workloads]]\narrivals = { kind = 'poisson', rate = 3 }",
    ],
)
def test_faulty_files_do_not_fit(text: str) -> None:
    """An editor that holds a faulty file against the schema has something to underline."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), json_schema())


def test_everything_is_described() -> None:
    """Every key has a description, and the schema refers to nothing outside of itself."""
    schema = json_schema()
    tables: list[dict[str, Any]] = [schema, *schema["definitions"].values()]
    for table in tables:
        assert table["additionalProperties"] is False
        for name, field in table["properties"].items():
            assert field.get("description"), name
    text = json.dumps(schema)
    assert text.count('"$ref"') == text.count('"$ref": "#/definitions/')
    assert "null" not in text


# Beside the interpreter as well: an environment that is not activated has it there.
TAPLO = shutil.which("taplo") or shutil.which("taplo", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(TAPLO is None, reason="taplo is not installed")
class TestTaplo:
    """Taplo, which Even Better TOML runs, with the schema."""

    def lint(self, tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
        """What taplo says of `text`."""
        (tmp_path / "schema.json").write_text(json.dumps(json_schema()))
        (tmp_path / "a.toml").write_text(text)
        command = [str(TAPLO), "lint", "--schema", (tmp_path / "schema.json").as_uri(), "a.toml"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    def test_good(self, tmp_path: Path) -> None:
        """It finds nothing in the starter."""
        assert self.lint(tmp_path, starter()).returncode == 0
        assert self.lint(tmp_path, starter_over_time()).returncode == 0

    def test_bad(self, tmp_path: Path) -> None:
        """It names an unknown key."""
        result = self.lint(tmp_path, starter().replace("weight =", "wieght ="))
        assert result.returncode != 0
        assert "wieght" in result.stderr
        assert self.lint(tmp_path, starter_over_time().replace("runtime =", "run_time =")).returncode != 0
