"""`fairheap [CONFIG]`: the terminal UI, where there is a terminal that can show it; else one line that says so.

Textual is imported only here, and only once it is sure to be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from allocator.cli.usage import UsageError, check_interactive, check_time
from allocator.cli.what_if import steps
from allocator.scenario.reading import must_be_readable

if TYPE_CHECKING:
    from allocator.tui.desk import Desk

STDIN = "-"


def run(words: argparse.Namespace) -> int:
    """Show the scenario that the command line names until the user leaves; returns the exit code.

    Raises:
        UsageError: Words that only a printed answer can have, or no terminal.
        ScenarioError: Every fault of the file.
    """
    check_interactive(words)
    why = unfit(words.config)
    if why:
        raise UsageError(f"the terminal UI cannot be shown: {why}; --simulate prints the allocation, --help tells more")
    piped, reading = None, ""
    if words.config not in (None, STDIN):
        must_be_readable(words.config)
        reading = f"{words.config} ({os.path.getsize(words.config) / 1e6:,.1f} MB)"
    if words.config == STDIN:
        from allocator.session import Session

        piped = Session.open(STDIN)
        _keys_from_the_terminal()
    from allocator.tui.running import run as show

    def desk() -> Desk:
        from allocator.session import Session
        from allocator.tui.desk import Desk

        opened = piped or Session.open(words.config)
        check_time(words, timed=opened.scenario.timed, chance=opened.scenario.chance)
        return Desk(opened, words.policy[0] if words.policy else None, dict(words.set), steps(opened, words))

    return show(desk, reading)


def unfit(config: str | None) -> str:
    """Why the terminal UI cannot be shown here, in words; empty where it can."""
    if os.environ.get("TEXTUAL_DRIVER"):  # a browser is the terminal: `serving` started this
        return ""
    if os.environ.get("TERM", "") in ("dumb", "unknown"):
        return f"TERM is {os.environ['TERM']}"
    streams = {"standard output": sys.__stdout__, "standard error": sys.__stderr__}
    if config != STDIN:
        streams["standard input"] = sys.__stdin__
    for name, stream in streams.items():
        if stream is None or stream.closed or not stream.isatty():
            return f"{name} is no terminal"
    return ""


def _keys_from_the_terminal() -> None:
    """Standard input was the scenario; from now on it is the keyboard."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise UsageError("the terminal UI cannot be shown: there is no /dev/tty to read keys from") from None
    os.dup2(terminal, 0)
    os.close(terminal)
