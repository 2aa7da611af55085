"""Whatever a file holds, loading it gives a scenario or faults, and never anything else."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from allocator.core.errors import ScenarioError
from allocator.scenario.loading import load, loads
from allocator.scenario.reading import decode
from allocator.scenario.saving import dumps
from allocator.scenario.starter import starter
from allocator.scenario.tenants_csv import read_tenants
from allocator.scenario.time_schema import OF_KIND, EventTable, JobTable, SimulationTable, TraceTable
from allocator.scenario.workload_tables import WorkloadTable
from tests.scenario.parts import starter_over_time
from tests.scenario.strategies import scenarios

SAMPLES = [
    starter(),
    starter_over_time(),
    "title='x'\n[[nodes]]\nname='w'\ncount=3\ncapacity={cpu=4, memory='16Gi'}\n[policy]\nuse={use='drf', as='x'}\n"
    "compare=['a', {use='b', options={key='c'}}]\nshare_of=['cpu']\n[policy.options.drf]\nkey=[1, {a=1.5}]\n"
    "[[tenants]]\nname='a'\nweight='1/3'\ndemand={cpu=1}\ntasks='unlimited'\nheld=2\nguarantee={cpu=1}\nlimit={cpu=2}\n",
]
PIECES = [
    "=",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "[[",
    "]]",
    '"',
    "'",
    '"""',
    "#",
    "\n",
    "\\",
    "0",
    "-1",
    "1.5",
    "nan",
    "inf",
    "1e999999999",
    "9999999999999999999999",
    "true",
    "1979-05-27",
    "'x'",
    "cpu",
    "memory",
    "name",
    "tasks",
    "work",
    "demand",
    "weight",
    "held",
    "priority",
    "capacity",
    "nodes",
    "count",
    "tenants",
    "policy",
    "use",
    "compare",
    "options",
    "unlimited",
    "tenants_from",
    "[[jobs]]",
    "[[events]]",
    "[[workloads]]",
    "[trace]",
    "[simulation]",
    "after",
    "count",
    "kind",
    "'5m'",
    "'1e9d'",
    "\x00",
    "\x7f",
    "�",
    "é",
    "🦀",
]


def outcome(text: str) -> None:
    """Load `text`, and check what comes of it."""
    try:
        loaded = loads(text)
    except ScenarioError as error:
        check_faults(error, text.count("\n") + 1)
        return
    # As text, since an option may be nan, which equals nothing.
    written = dumps(loaded.scenario)
    assert dumps(loads(written).scenario) == written


def check_faults(error: ScenarioError, lines: int) -> None:
    """Hold faults against what all of them must be: in our words, on a line that there is."""
    assert error.faults
    for fault in error.faults:
        assert fault.message
        assert fault.line is None or 1 <= fault.line <= lines
        assert "Input should" not in fault.message
        assert "Decimal(" not in fault.message


@settings(deadline=None)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_random_bytes(data: bytes) -> None:
    """Bytes of any kind are decoded and loaded, or are a fault."""
    try:
        text = decode(data, "f")
    except ScenarioError:
        return
    outcome(text)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(SAMPLES) | scenarios().map(dumps), st.randoms(use_true_random=False), st.integers(1, 4))
def test_mutated_scenarios(text: str, chance: random.Random, changes: int) -> None:
    """A good file with pieces cut out, doubled or put in where they do not belong."""
    for _ in range(changes):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice([0, 1, 3, 10, 40]))
        piece = chance.choice([*PIECES, text[start:end] * 2, ""])
        text = text[:start] + piece + text[end:]
    outcome(text)


def inline_table(items: list[str]) -> str:
    """The text of an inline table with these values."""
    return f"{{{', '.join(f'k{number} = {item}' for number, item in enumerate(items))}}}"


VALUES: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(["0", "-1", "1.5", "nan", "'x'", "''", "true", "1979-05-27", "'2Gi'", "1e99", "'unlimited'"]),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(inner, max_size=2).map(inline_table)
    ),
    max_leaves=3,
)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(
        [
            "title",
            "capacity",
            "capacity.cpu",
            "capacity.memory",
            "nodes",
            "tenants",
            "tenants_from",
            "policy",
            "policy.use",
            "policy.compare",
            "policy.on_misfit",
            "policy.share_of",
            "policy.options",
            "policy.options.drf",
        ]
    ),
    st.sampled_from(
        [
            "name",
            "weight",
            "priority",
            "demand",
            "demand.cpu",
            "tasks",
            "divisible",
            "held",
            "work",
            "guarantee",
            "guarantee.cpu",
            "limit",
            "limit.cpu",
            "other",
        ]
    ),
    VALUES,
    VALUES,
)
def test_any_value_anywhere(key: str, of_tenant: str, first: str, second: str) -> None:
    """Every key with a value of every kind."""
    outcome(f"{key} = {first}\n[[tenants]]\n{of_tenant} = {second}\n")
    outcome(f"{key} = {first}\n[[nodes]]\nname = {second}\ncount = {first}\ncapacity = {second}\n")
    outcome(f"[capacity]\n[[tenants]]\nname = 'a'\n[[tenants.work]]\n{of_tenant} = {second}\n")


def keys_of(table: type[BaseModel]) -> list[tuple[str, str]]:
    """Each key of a table, with the head of the table."""
    heads = {JobTable: "[[jobs]]", EventTable: "[[events]]", WorkloadTable: "[[workloads]]", TraceTable: "[trace]"}
    return [(heads.get(table, "[simulation]"), field.alias or key) for key, field in table.model_fields.items()]


TABLES: list[type[BaseModel]] = [SimulationTable, JobTable, EventTable, WorkloadTable, TraceTable]
KINDS = st.sampled_from(["poisson", "lognormal", "lublin", "weibull", "zipf", *OF_KIND]).map(
    lambda kind: f"{{ kind = '{kind}', mean = '5m', cv = 1e99, node = 0 }}"
)
TIMES = st.sampled_from(["'5m'", "'0s'", "'99999999999d'", "'0.0001ms'", "'-1s'", "'drain'", "99999999999999999999"])


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([key for table in TABLES for key in keys_of(table)]), VALUES | KINDS | TIMES, VALUES | TIMES)
def test_any_value_anywhere_in_time(where: tuple[str, str], value: str, other: str) -> None:
    """Every key of every table about time with a value of every kind, in a good table and in an empty one."""
    head, key = where
    good = {
        "[[jobs]]": {"tenant": "'a'", "runtime": "'1m'", "demand": "{}", "count": "3", "name": "'x'"},
        "[[events]]": {"at": "'1m'", "kind": "'weight'", "tenant": "'a'", "value": "2"},
        "[[workloads]]": {"arrivals": "'lublin'", "runtime": "'1m'", "demand": "{}", "jobs": "9"},
        "[trace]": {"path": "'x'"},
        "[simulation]": {},
    }[head]
    top = "[capacity]\ncpu = 1\n[[tenants]]\nname = 'a'\n"
    for keys in ({**good, key: value}, {**good, key: value, "kind": other}, {key: value}):
        outcome(f"{top}{head}\n" + "".join(f"{name} = {one}\n" for name, one in keys.items()))


CELLS = st.sampled_from(
    ["name", "weight", "tasks", "held", "cpu", "memory", "a", "1", "-1", "0.5", "x", '"', "", "\x00", "=1"]
)


@settings(deadline=None)
@given(st.text() | st.lists(st.lists(CELLS | st.text(max_size=5), max_size=6).map(",".join)).map("\n".join))
def test_random_csv(text: str) -> None:
    """Rows of any kind are tenants or faults, with lines of the file."""
    lines = text.splitlines(keepends=True)
    result = read_tenants(["name,weight,tasks,held,cpu\n", *lines], "t.csv")
    for fault in [*result.faults, *read_tenants(lines, "t.csv").faults]:
        assert fault.line is not None
        assert fault.line <= len(lines) + 1
    assert [len(tenant.work) for tenant in result.tenants] == [len(lines) for lines in result.lines]


def test_absurd_files_end_soon() -> None:
    """Files that are built to take long or to take much memory are refused like any other."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a.toml"
        for text in (
            "[" * 1_000_000,
            "a = {" * 200_000,
            "a." * 1_000_000,
            'a = "' + "\\" * 1_000_000,
            f"x = 0x{'f' * 1_000_000}",
            f"[capacity]\ncpu = {'1' * 4000}",
            "[capacity]\ncpu = 1e-999999999999",
            "[[nodes]]\ncount = 1000000000\ncapacity = {}\n" * 1000,
        ):
            path.write_text(text)
            with pytest.raises(ScenarioError):
                load(path)
