"""A scenario in another directory: the files that it names are found from there too. Touches none of them."""

from __future__ import annotations

import os
from dataclasses import replace

from allocator.core.model import Scenario

PATH_OPTIONS = ("shares",)
"""Options of `[trace]` that are files."""


def moved(scenario: Scenario, directory: str) -> Scenario:
    """`scenario` as a file in `directory` has to say it; itself where that is where it is from.

    Args:
        scenario: Paths in it are relative to the directory it was read from.
        directory: Of the new file; empty for the current one.
    """
    trace = scenario.trace
    home = os.path.realpath(directory or os.curdir)
    if trace is None or os.path.realpath(trace.directory or os.curdir) == home:
        return scenario

    def of(path: str) -> str:
        if not path or os.path.isabs(path):
            return path
        # Real directories: `..` after a symbolic link goes elsewhere than its name says. A link to the file itself
        # stays: other files are looked for beside it.
        place, name = os.path.split(os.path.join(trace.directory, path))
        return os.path.relpath(os.path.join(os.path.realpath(place or os.curdir), name), home)

    options = {key: of(text) if key in PATH_OPTIONS else text for key, text in trace.options.items()}
    there = replace(trace, path=of(trace.path), nodes_from=of(trace.nodes_from), options=options, directory=directory)
    return replace(scenario, trace=there)
