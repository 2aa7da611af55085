"""`fairheap config [init|keys]`: which files of a person's own there are, and the keys of the terminal UI.

The only command besides the terminal UI itself that needs Textual: the list of keys is made of its catalogue.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from allocator import homes
from allocator.cli.parser import Parser
from allocator.cli.terminal import emit, say, width
from allocator.core.errors import AllocatorError
from allocator.reports.table import Column, Table
from allocator.scenario.saving import SaveError, make_directory, save

FORMATS = ("table", "json", "markdown")


class ConfigError(AllocatorError, ValueError):
    """A file of settings that is there already, or can be nowhere."""


def parser() -> Parser:
    """The parser of `fairheap config`."""
    made = Parser(
        prog="fairheap config",
        description="The files of your own that are read and written, and the keys of the terminal UI.",
        allow_abbrev=False,
    )
    made.set_defaults(command=paths)
    commands = made.add_subparsers(metavar="COMMAND")
    commands.add_parser(
        "init",
        help="write a keymap file with every key, commented out; never overwrites one",
        description="Write a keymap file with every key, commented out. Never overwrites one.",
        allow_abbrev=False,
    ).set_defaults(command=init)
    listing = commands.add_parser(
        "keys",
        help="every key of the terminal UI, your own among them",
        description="Every key of the terminal UI, your own among them.",
        allow_abbrev=False,
    )
    listing.add_argument("--format", choices=FORMATS, default="table", help="table (default), json or markdown")
    listing.set_defaults(command=keys)
    return made


def paths(_: argparse.Namespace) -> int:
    """Print which files there are."""
    from allocator.tui import keyfile, recent

    table = Table([Column("what"), Column("path"), Column("is there")])
    for what, path in {
        "keys of your own": keyfile.path(),
        "files that were open last": recent.path(),
        "what was not saved, and reports of faults": homes.state(),
    }.items():
        table.add(what, str(path), "yes" if _there(path) else "no")
    emit(table.text(), None)
    return 0


def init(_: argparse.Namespace) -> int:
    """Write a keymap file.

    Raises:
        ConfigError: There is one, or no directory for it can be made.
        SaveError: It cannot be written.
    """
    from allocator.tui import keyfile

    path = keyfile.path()
    if os.path.lexists(path):
        raise ConfigError(f"{path}: there is one already, and it stays as it is")
    try:
        make_directory(path.parent)
    except SaveError as error:
        raise ConfigError(str(error)) from None
    save(keyfile.template(), path)
    say(f"wrote {path}")
    return 0


def keys(words: argparse.Namespace) -> int:
    """Print every key.

    Raises:
        ScenarioError: Every fault of the file with the keys of the user's own.
    """
    from allocator.tui import keyfile
    from allocator.tui.actions import EVERYWHERE
    from allocator.tui.catalogue import ACTIONS
    from allocator.tui.keymap import keys_of, written

    own = keyfile.load()
    table = Table([Column(title) for title in ("id", "keys", "command", "where", "help")])
    for action in ACTIONS.all:
        shown = [written(key) for key in keys_of(action, own)]
        where = ["everywhere" if screen == EVERYWHERE else screen for screen in action.screens]
        table.add(action.id, " ".join(shown), action.usage, " ".join(where), action.help)
    if words.format == "json":
        titles = [column.title for column in table.columns]
        rows = [dict(zip(titles, row, strict=True)) for row in table.rows]
        split = [{**row, "keys": row["keys"].split(), "where": row["where"].split()} for row in rows]
        emit([json.dumps(split, indent=2)], None)
    else:
        emit(
            table.markdown() if words.format == "markdown" else table.fitted(width(), ["help", "where", "command"]),
            None,
        )
    return 0


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True
