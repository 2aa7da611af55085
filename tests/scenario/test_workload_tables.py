"""What is wrong with a `[[workloads]]` table, in the words that the reader gets, and what is right with one."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import jsonschema
import pytest

from allocator.core.draws import FAMILIES, PRESETS
from allocator.core.durations import write_duration
from allocator.core.generators import Draw, Generator, Shape
from allocator.core.kinds import Family, Kind, Parameter
from allocator.core.timeline import SimulationSettings
from allocator.scenario.loading import loads
from allocator.scenario.saving import dumps
from allocator.scenario.schema import json_schema
from allocator.simulation.building import build
from tests.scenario.parts import NODES, POOL, faults, warnings

USUAL = {
    "arrivals": "{ kind = 'poisson', mean = '30s' }",
    "runtime": "'5m'",
    "demand": "{ cpu = 1 }",
    "jobs": "5",
}


def table(**keys: str | None) -> str:
    """A workload with these keys beside the usual ones; None leaves one out."""
    said = {"from" if key == "from_" else key: value for key, value in {**USUAL, **keys}.items() if value is not None}
    return "[[workloads]]\n" + "".join(f"{key} = {value}\n" for key, value in said.items())


def generator(text: str) -> Generator:
    """The only one of a file of that table, and the pool of two tenants."""
    (found,) = loads(POOL + text).scenario.generators
    return found


class TestRight:
    """What a table means."""

    def test_usual(self) -> None:
        """The least there may be."""
        assert generator(table()) == Generator(
            (),
            arrivals=Draw("poisson", {"mean": 30_000}),
            runtime=Draw("constant", {"value": 300_000}),
            shapes=(Shape({"cpu": 1000}),),
            jobs=5,
        )

    def test_everything(self) -> None:
        """Every key, in the units of the core."""
        found = generator(
            table(
                demand=None,
                name="'x'",
                preset="'fragment'",
                tenants="['bob', 'ann']",
                shapes="[{ demand = { cpu = 1 }, share = 0.75 }, { demand = { cpu = '500m' } }]",
                tasks="4",
                estimates="{ kind = 'rounded', values = ['15m', '1h'] }",
                skew="0.5",
                load="0.9",
                from_="'8h'",
                until="'1d'",
                priority="7",
                deadline="'2h'",
            )
        )
        assert (found.name, found.preset, found.tenants) == ("x", "fragment", ("bob", "ann"))
        assert found.shapes == (Shape({"cpu": 1000}, 0.75), Shape({"cpu": 500}))
        assert (found.tasks, found.estimate) == (
            Draw("constant", {"value": 4}),
            Draw("rounded", {"values": (900_000, 3_600_000)}),
        )
        assert (found.skew, found.load, found.jobs, found.priority) == (0.5, 0.9, 5, 7)
        assert (found.from_ms, found.until_ms, found.deadline_ms) == (28_800_000, 86_400_000, 7_200_000)

    def test_names_alone(self) -> None:
        """A kind that needs nothing is said by its name."""
        found = generator(table(arrivals="'at-once'", estimates="'factor'", tasks="{ kind = 'power-of-two' }"))
        assert (found.arrivals, found.estimate, found.tasks) == (Draw("at-once"), Draw("factor"), Draw("power-of-two"))

    def test_labels(self) -> None:
        """Its jobs may be bound to the nodes of a label."""
        (found,) = loads(NODES + table(pools="['gpu']")).scenario.generators
        assert found.pools == ("gpu",)

    @pytest.mark.parametrize("name", PRESETS)
    def test_a_preset_is_enough(self, name: str) -> None:
        """With a preset nothing else is needed, and jobs come out of it."""
        text = POOL.replace("cpu = 9", "cpu = 9\nmemory = '18Gi'") + f"[[workloads]]\npreset = '{name}'\n"
        assert len(build(loads(text).scenario)) >= 50

    def test_a_gap_may_be_left_out_for_a_load(self) -> None:
        """Where times between arrivals are scaled anyway, they need not be said."""
        assert generator(table(arrivals="{ kind = 'poisson' }", load="0.9")).arrivals == Draw("poisson")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"arrivals": None}, "missing arrivals, such as arrivals = { kind = \"poisson\", mean = \"30s\" }"),
        ({"runtime": None}, "missing runtime, such as runtime = \"5m\""),
        ({"demand": None}, "missing demand, such as demand = { cpu = 1 }"),
        ({"jobs": None}, "would never end; expected jobs or until here, or a duration of the run"),
        ({"jobs": None, "until": "'1h'", "arrivals": "'at-once'"}, "missing jobs; at-once needs to know how many"),
        ({"jobs": None, "preset": "'fragment'", "arrivals": "'at-once'"}, "missing jobs; at-once needs to know"),
        ({"arrivals": "3"}, ".arrivals: found 3, expected \"at-once\", or a table with a kind"),
        ({"arrivals": "{ mean = '1s' }"}, ".arrivals: missing, expected a process of arrivals: one of poisson, every"),
        ({"arrivals": "'poison'"}, ".arrivals.kind: found 'poison', expected a process of arrivals"),
        ({"arrivals": "{ kind = 'poison' }"}, "did you mean 'poisson'?"),
        ({"arrivals": "{ kind = 'poisson' }"}, ".arrivals: missing mean; poisson needs it: mean time between two"),
        ({"arrivals": "{ kind = 'poisson', men = '1s', mean = '1s' }"}, ".men: unknown key, poisson takes mean; did"),
        ({"arrivals": "{ kind = 'poisson', mean = '0s' }"}, ".mean: found '0s', expected a duration above 0"),
        ({"arrivals": "{ kind = 'poisson', mean = 5 }"}, ".mean: found 5, expected a duration such as 90s"),
        ({"arrivals": "{ kind = 'gamma', mean = '1s', cv = 0 }"}, ".cv: found 0, expected a number from 0.01 to 100"),
        ({"arrivals": "{ kind = 'diurnal', mean = '1s', amplitude = 1.5 }"}, "expected a number from 0 to 1"),
        ({"arrivals": "{ kind = 'diurnal', mean = '1s', peak = '25h' }"}, "found '25h', expected a duration up to 1d"),
        ({"arrivals": "{ kind = 'diurnal', mean = '1s', week = [1, 2] }"}, "found [1, 2], expected a list of 7"),
        ({"arrivals": "{ kind = 'diurnal', mean = '1s', week = [0,0,0,0,0,0,0] }"}, ".week: found a list"),
        ({"arrivals": "{ kind = 'lublin', set = 'typless' }"}, ".set: found 'typless', expected one of \"typeless\""),
        ({"runtime": "'5'"}, ".runtime: found '5', expected a duration such as 90s, 15m, 1.5h or 7d, or a table"),
        ({"runtime": "true"}, ".runtime: found true, expected a duration"),
        ({"runtime": "{ kind = 'hyperexponential', mean = '1m', cv = 1 }"}, ".cv: found 1, expected a number above 1"),
        ({"runtime": "{ kind = 'uniform', low = '2m', high = '1m' }"}, ".high: found '1m', expected no less than low"),
        ({"runtime": "{ kind = 'mix', values = ['1m', 2] }"}, ".values: found 2, expected a duration"),
        ({"runtime": "{ kind = 'mix', values = [] }"}, ".values: found [], expected a list of durations"),
        ({"runtime": "{ kind = 'mix', values = ['1m'], shares = [1, 2] }"}, ".shares: found a list, expected as many"),
        ({"tasks": "0"}, ".tasks: found 0, expected a whole number from 1 to 1,000,000, or a table with a kind"),
        ({"tasks": "{ kind = 'geometric', mean = 'x' }"}, ".tasks.mean: found 'x', expected a number from 1"),
        ({"estimates": "{ kind = 'rounded', values = ['1h', '1m'] }"}, "found a list, expected durations in ascending"),
        ({"estimates": "{ kind = 'factor', under = -1 }"}, ".under: found -1, expected a number from 0 to 1"),
        ({"jobs": "0"}, ".jobs: found 0, expected a whole number from 1 to 10,000,000"),
        ({"jobs": "10_000_001"}, ".jobs: found 10000001, expected a whole number from 1 to 10,000,000"),
        ({"load": "0"}, ".load: found 0, expected a number above 0, at most 100"),
        ({"load": "1", "jobs": "1"}, ".load: found with jobs = 1, expected at least 2"),
        ({"load": "1", "arrivals": "'at-once'"}, ".load: found with arrivals at-once"),
        ({"skew": "-1"}, ".skew: found -1, expected a number from 0 to 20"),
        ({"tenant": "'cas'"}, ".tenant: no tenant 'cas'"),
        ({"tenants": "['ann', 'bbo']"}, ".tenants[1]: no tenant 'bbo'; did you mean 'bob'?"),
        ({"tenants": "['ann', 'ann']"}, ".tenants[1]: found 'ann' a second time"),
        ({"tenants": "[]"}, ".tenants: found a list, expected at least one item"),
        ({"tenant": "'ann'", "tenants": "['bob']"}, ".tenants: found with one tenant"),
        ({"tenant": "'ann'", "skew": "1"}, ".skew: found with one tenant"),
        ({"preset": "'texbook'"}, ".preset: found 'texbook', expected a named workload: one of textbook,"),
        ({"preset": "'noisy-neighbour'", "tenant": "'ann'"}, ".preset: noisy-neighbour needs at least 2 tenants"),
        ({"preset": "'textbook'", "demand": None}, ".preset: textbook needs a capacity of at least 2 resources"),
        ({"shapes": "[{ demand = { cpu = 1 } }]"}, ".shapes: found demand and shapes, expected one of them"),
        ({"demand": None, "shapes": "[{ share = 1 }]"}, ".shapes[0].demand: missing; a shape needs a demand"),
        ({"demand": None, "shapes": "[{ demand = {}, share = 0 }]"}, ".shapes[0].share: found 0, expected a number"),
        ({"demand": "{ cpu = 1e15 }", "tasks": "1_000_000"}, ".demand.cpu: found 1e+15, which 1,000,000 tasks take"),
        ({"from_": "'2h'", "until": "'1h'"}, ".from: found '2h', expected a time after from and"),
        ({"from_": "'-2h'"}, ".from: found '-2h', expected a duration"),
        ({"deadline": "5"}, ".deadline: found 5, expected a duration"),
        ({"priority": "1.5"}, ".priority: found 1.5, expected a whole number"),
        ({"arival": "1"}, ".arival: unknown key, expected one of name, preset, tenant"),
        ({"arrivals": "{ kind = 'every', gap = '1ms' }", "jobs": None, "until": "'9h'"}, "some 32,400,000 jobs until"),
    ],
)  # fmt: skip
def test_wrong(keys: dict[str, str | None], words: str) -> None:
    """One thing wrong is one fault, at its place."""
    (fault,) = faults(POOL + table(**keys))
    assert fault.startswith("workloads[0]")
    assert words in fault


def test_all_at_once() -> None:
    """Everything that is wrong with two tables is told."""
    text = table(jobs="0", runtime="{ kind = 'normal' }", tenant="'x'") + table(
        arrivals="{ kind = 'on-off' }", tasks="-1"
    )
    places = [fault.split(":")[0] for fault in faults(POOL + text)]
    assert places == [
        *("workloads[0].runtime.kind", "workloads[0].jobs", "workloads[0].tenant"),
        *(["workloads[1].arrivals"] * 3),
        "workloads[1].tasks",
    ]


def test_a_name_twice() -> None:
    """Two workloads do not share a name: their jobs could not be told apart."""
    assert faults(POOL + table(name="'x'") + table(name="'x'")) == [
        "workloads[1].name: a workload 'x' is declared already at workloads[0]"
    ]


def test_a_horizon_is_an_end() -> None:
    """With a duration of the run a stream needs no end of its own, but has to begin before."""
    run = "[simulation]\nduration = '1h'\n"
    assert loads(POOL + run + table(jobs=None)).scenario.simulation == SimulationSettings(3_600_000)
    assert "expected a time after from and until the end of the run" in faults(POOL + run + table(from_="'1h'"))[0]


def test_an_unknown_label() -> None:
    """A label that no node has is warned about."""
    (warning,) = warnings(NODES + table(pools="['gpux']"))
    assert warning.startswith("workloads[0].pools")
    assert "did you mean 'gpu'?" in warning


def test_an_unknown_resource() -> None:
    """What the capacity has none of is warned about, once."""
    (warning,) = warnings(POOL + table(demand="{ cpu = 1, gpu = 1 }") + table(demand="{ gpu = 1 }"))
    assert warning.startswith("workloads[0].demand.gpu: no 'gpu' in the capacity")


def values(one: Parameter) -> object:
    """A value that a parameter takes, as TOML has it."""
    if one.form == "choice":
        return one.choices[-1]
    single: Any = max(one.least, 2) if one.most >= 2 else 0.5
    if one.form.startswith("duration"):
        single = "2m"
    return [single] * (one.length or 1) if one.listed else single


SCHEMA = jsonschema.Draft7Validator(json_schema())
KINDS = [(family, kind) for family in FAMILIES for kind in family.kinds.values()]


@pytest.mark.parametrize(("family", "kind"), KINDS, ids=lambda one: getattr(one, "key", getattr(one, "name", "")))
class TestEveryKind:
    """Each kind of draw, made from the catalogue."""

    def text(self, family: Family, kind: Kind) -> str:
        """A table that says every parameter of a kind."""
        said = {"kind": kind.name, **{one.name: values(one) for one in kind.parameters}}
        return table(
            **{family.key: f"{{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in said.items())} }}"}
        )

    def test_loads_and_saves(self, family: Family, kind: Kind) -> None:
        """It loads, generates, and is written so that it loads to the same."""
        loaded = loads(POOL + self.text(family, kind)).scenario
        assert len(build(loaded)) == 5
        assert loads(dumps(loaded)).scenario == loaded

    def test_schema(self, family: Family, kind: Kind) -> None:
        """The schema takes it, and takes no key that it does not have."""
        good = tomllib.loads(POOL + self.text(family, kind))
        assert SCHEMA.is_valid(good)
        good["workloads"][0][family.key]["nonsense"] = 1
        assert not SCHEMA.is_valid(good)

    def test_described(self, family: Family, kind: Kind) -> None:
        """It and its parameters are said in words, and what is required has no default."""
        assert kind.summary
        assert all(one.meaning and one.accepted for one in kind.parameters)
        for one in kind.parameters:
            assert one.default is None or one.takes(one.default), one.name


def test_durations_are_written_as_people_do() -> None:
    """An hour is an hour again, not so many milliseconds."""
    text = dumps(loads(POOL + table(until="'26h'", estimates="{ kind = 'rounded', values = ['90m'] }")).scenario)
    assert 'values = ["90m"]' in text
    assert f'until = "{write_duration(26 * 3_600_000)}"' in text
