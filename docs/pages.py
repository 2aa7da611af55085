"""The reference pages that are made from the program itself: commands, scenario keys, policies, samples, other systems.

Each function gives one whole page of Markdown. What is said here comes from the parsers, the JSON Schema, the facts of
the policies, the samples and `allocator.systems`; a sentence that is in none of them belongs in another page.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import drawn
import keys

import allocator
from allocator import registry
from allocator.cli import arguments
from allocator.core.draws import FAMILIES
from allocator.core.policy import Option, filling, needs_time
from allocator.scenario.schema import json_schema
from allocator.systems import SYSTEMS, Word
from allocator.views.policies_view import facts_of

MADE = "<!-- Made by docs/generate.py; edit what it is made from. -->"


def cell(text: object) -> str:
    """Text that is safe in a cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *([cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: object) -> str:
    """Text as code, or nothing."""
    return f"`{text}`" if text != "" else ""


def page(title: str, *parts: str) -> str:
    """A page of parts with a blank line between them."""
    return "\n\n".join([MADE, f"# {title}", *(part for part in parts if part)]) + "\n"


# --- commands ----------------------------------------------------------------------------------------------------


def parsers() -> Iterator[argparse.ArgumentParser]:
    """Every command's parser, sub-commands after their command."""
    made: list[Callable[[], argparse.ArgumentParser]] = [
        value for name, value in vars(arguments).items() if name.endswith("_parser")
    ]
    for make in made:
        parser = make()
        yield parser
        for action in actions(parser):
            if isinstance(action.choices, dict):
                yield from action.choices.values()


def actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """What a parser accepts, in order. argparse has no public list of it; this attribute is as old as the module."""
    return [action for action in parser._actions if action.dest != "help"]


def cli() -> str:
    """`reference/cli.md`."""
    sections = []
    for parser in parsers():
        sections += [
            f"## {parser.prog}",
            parser.description or "",
            table(["argument", "meaning"], ((code(_spelling(one)), _help(one)) for one in actions(parser))),
            f"```text\n{parser.epilog.rstrip()}\n```" if parser.epilog else "",
        ]
    return page("Commands", "The same as `--help` of each.", *sections, EXIT_CODES)


EXIT_CODES = """\
## Exit codes

| code | meaning |
| --- | --- |
| 0 | done; that somebody was refused is data, not a failure |
| 1 | failed while running |
| 2 | wrong usage, or a faulty file |
| 130 | interrupted |

Data goes to standard output, words to standard error."""


def _help(action: argparse.Action) -> str:
    return action.help or ("one of the commands below" if isinstance(action.choices, dict) else "")


def _spelling(action: argparse.Action) -> str:
    if isinstance(action.choices, dict):
        return " | ".join(action.choices)
    value = action.metavar or ("{" + ",".join(action.choices) + "}" if action.choices else action.dest.upper())
    if not action.option_strings:
        return f"[{value}]" if action.nargs == "?" else f"{value} ..." if action.nargs == "+" else str(value)
    return ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {value}")


# --- scenario keys -----------------------------------------------------------------------------------------------

PLACES = {
    "NodeTable": "[[nodes]]",
    "PolicyTable": "[policy]",
    "TenantTable": "[[tenants]]",
    "WorkTable": "[[tenants.work]]",
    "SimulationTable": "[simulation]",
    "JobTable": "[[jobs]]",
    "WorkloadTable": "[[workloads]]",
    "ShapeTable": "[[workloads.shapes]]",
    "TraceTable": "[trace]",
    "EventTable": "[[events]]",
}


def scenario() -> str:
    """`reference/scenario.md`."""
    schema = json_schema()
    sections = ["## The file", schema["description"], _keys(schema)]
    for name, definition in sorted(schema["definitions"].items(), key=lambda one: list(PLACES).index(one[0])):
        sections += [f"## `{PLACES[name]}`", definition["description"], _keys(definition)]
    return page(
        "Scenario files",
        "TOML. An unknown key is a fault with the nearest known name; `fairheap check` tells every fault of a file at "
        "once. `fairheap schema` prints the JSON Schema that this page is made from, for editors.",
        *sections,
    )


def _keys(definition: Mapping[str, Any]) -> str:
    required = definition.get("required", ())
    rows = []
    for key, field in definition["properties"].items():
        default = "required" if key in required else code(_toml(field["default"])) if "default" in field else ""
        example = code(_toml(field["examples"][0])) if "examples" in field else ""
        rows.append((code(key), _kind(field), default, example, field.get("description", "")))
    return table(["key", "kind", "default", "example", "meaning"], rows)


def _kind(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return "table"
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_kind(one) for one in field["anyOf"]))
    if "const" in field:
        return f"`{_toml(field['const'])}`"
    if "enum" in field:
        return " or ".join(f"`{_toml(one)}`" for one in field["enum"])
    if field.get("type") == "array":
        inner = _kind(field["items"])
        return "tables" if inner == "table" else f"list of {inner}"
    if field.get("type") == "object":
        amounts = "description" in field.get("additionalProperties", {}) if field.get("additionalProperties") else False
        return "amounts by resource" if amounts else "table"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return names[field["type"]]


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{_toml_key(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return str(value)


def _toml_key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() else f'"{key}"'


# --- generated workloads -----------------------------------------------------------------------------------------


def workloads() -> str:
    """`reference/workloads.md`."""
    sections = []
    for family in FAMILIES:
        sections += [
            f"## `{family.key}`",
            table(drawn.KIND, drawn.kinds(family)),
            table(drawn.PARAMETER, drawn.parameters(family)),
        ]
    return page(
        "Generated workloads",
        'What a `[[workloads]]` table may draw from, such as `runtime = { kind = "lognormal", mean = "10m", cv = 2 }`. '
        "The keys of the table itself are in [scenario files](scenario.md#workloads); how to make one is in "
        "[generate a workload](../how-to/workloads.md).",
        "## `preset`",
        table(drawn.PRESET, drawn.presets()),
        *sections,
    )


# --- policies ----------------------------------------------------------------------------------------------------


def policies() -> str:
    """`reference/policies.md`."""
    names = registry.built_in()
    overview = table(
        ["policy", "who is served first"], ((f"[{name}](#{name})", facts_of(name).summary) for name in names)
    )
    return page(
        "Policies",
        "What `fairheap policies NAME` tells. In a definition, a smaller key goes first; ties fall to the order of "
        "declaration. What the words mean: [glossary](../glossary.md). How the loop works: "
        "[how the heap works](../explanation/how-the-heap-works.md).",
        overview,
        *(part for name in names for part in _policy(name)),
    )


def _policy(name: str) -> list[str]:
    cls: Any = registry.find(name)
    facts = facts_of(name)
    rows = [
        ("definition", facts.definition),
        ("ranks", "jobs, over time" if needs_time(cls) else cls.ranks.value),
        ("keys change", cls.key_change.value),
        *([] if needs_time(cls) else [("divisible work", filling(cls).value)]),
        ("source", facts.source),
        *facts.properties.items(),
    ]
    taken = registry.taken(cls)
    return [
        f"## {name}",
        facts.summary,
        table(["", ""], rows),
        table(["option", "values", "default", "meaning"], map(_option, taken)) if taken else "",
    ]


def _option(option: Option) -> tuple[str, str, str, str]:
    values = [code(choice) for choice in option.choices]
    values += ["a resource's name"] if option.resources else []
    values += ["a duration"] if option.durations else []
    meaning = f"Over time: {option.help}" if option.over_time else option.help
    return code(option.name), ", ".join(values), code(option.default), meaning


# --- samples -----------------------------------------------------------------------------------------------------

SAMPLES = Path(__file__).resolve().parent.parent / "sample_configs"


def samples() -> str:
    """`reference/samples.md`."""
    rows = []
    for path in sorted(SAMPLES.glob("*.toml")):
        scenario = allocator.load(path)
        compared = ", ".join(dict.fromkeys(use.name for use in scenario.policy.compare)) or "all built-in"
        link = f"[{path.name}](../../sample_configs/{path.name})"
        rows.append((link, scenario.title, scenario.policy.use.name, compared))
    return page(
        "Sample scenarios",
        "Each is small, teaches one thing, and says in its comments what to try. `quickstart.toml` is built in: it "
        "runs when no file is named. `hpc-trace.swf` is the job log that `hpc-trace.toml` replays; no real machine and "
        "no real people are in it.",
        table(["file", "what it shows", "policy", "compared"], rows),
    )


# --- other systems -----------------------------------------------------------------------------------------------


def other_systems() -> str:
    """`reference/other-systems.md`."""
    sections = []
    for typed, system in SYSTEMS.items():
        sections += [
            f"## {system.name}",
            f"On the command line: `fairheap policies {typed}`.",
            _words("their word", system.words),
            _words("their policy", system.policies),
            f"Source: {system.source}.",
        ]
    return page(
        "Other systems' words",
        "Equal names hide different things. Here is what each system calls what, our nearest, and what a user of "
        "theirs would get wrong by taking the two for the same. Only what their documentation or source says; versions "
        "differ.",
        *sections,
    )


def _words(theirs: str, words: Sequence[Word]) -> str:
    return table([theirs, "here", "what differs"], ((one.theirs, one.ours, one.differs) for one in words))


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/cli.md": cli,
    "docs/reference/keys.md": lambda: page("Keys", *keys.parts(table)),
    "docs/reference/scenario.md": scenario,
    "docs/reference/workloads.md": workloads,
    "docs/reference/policies.md": policies,
    "docs/reference/samples.md": samples,
    "docs/reference/other-systems.md": other_systems,
}
"""Each made page, by its path from the root, and what makes it."""
