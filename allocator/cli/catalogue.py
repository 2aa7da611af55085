"""The commands that allocate nothing: `policies`, `check`, `schema`, `init`."""

from __future__ import annotations

import argparse
import json
import os

from allocator import registry
from allocator.cli.terminal import emit, say, width
from allocator.core.errors import AllocatorError, UnknownPolicyError
from allocator.core.text import did_you_mean
from allocator.reports import units


def policies(words: argparse.Namespace) -> int:
    """What is installed, one policy, or another system's words."""
    from allocator.systems import SYSTEMS
    from allocator.views import policies_view as view

    if words.name is None:
        emit(view.listing(width()), None)
    elif words.name.lower() in SYSTEMS:
        emit(view.system(SYSTEMS[words.name.lower()], width()), None)
    elif words.name in registry.names():
        emit(view.policy(words.name, width()), None)
    else:
        known = [*registry.names(), *SYSTEMS]
        near = did_you_mean(words.name, known) or ";"
        raise UnknownPolicyError(f"no policy or system '{words.name}'{near} there are: {', '.join(known)}")
    return 0


def check(words: argparse.Namespace) -> int:
    """All faults of a scenario; one line of praise where there are none."""
    from allocator.session import Session

    session = Session.open(words.config)
    for warning in session.warnings:
        say(f"warning: {warning}")
    scenario = session.scenario
    facts = [units.count(len(scenario.tenants), "tenant"), units.count(len(scenario.resources), "resource")]
    if scenario.nodes:
        facts.append(units.count(len(scenario.nodes), "node"))
    if session.warnings:
        facts.append(units.count(len(session.warnings), "warning"))
    emit([f"{words.config}: no faults ({', '.join(facts)})"], None)
    return 0


def schema(words: argparse.Namespace) -> int:
    """The JSON Schema of scenario files."""
    from allocator.scenario.schema import json_schema

    emit(json.dumps(json_schema(), indent=2).split("\n"), words.output)
    return 0


class ExistsError(AllocatorError, FileExistsError):
    """A file that is there already, and is not overwritten."""


def init(words: argparse.Namespace) -> int:
    """Write the starter scenario, never over a file."""
    from allocator.scenario.saving import save
    from allocator.scenario.starter import starter

    if words.file == "-":
        emit(starter().removesuffix("\n").split("\n"), None)
        return 0
    if os.path.lexists(words.file):
        raise ExistsError(f"{words.file}: is there already; name another file, or - to print")
    save(starter(), words.file)
    say(f"wrote {words.file}; next: fairheap {words.file} --simulate")
    return 0
