"""The files that were open last, newest first, kept from one sitting to the next."""

from __future__ import annotations

import json
import os
from pathlib import Path

from allocator import homes
from allocator.scenario.saving import SaveError, make_directory, save
from allocator.session import quickstart

MOST = 20


def path() -> Path:
    """Where they are kept."""
    return homes.state() / "recent"


def known() -> list[str]:
    """Their absolute paths; none where nothing was kept, or what was kept cannot be read."""
    try:
        kept = json.loads(path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return [one for one in kept if isinstance(one, str)][:MOST] if isinstance(kept, list) else []


def remember(source: str) -> None:
    """Put a file first; what is no file, or is built in, is not kept.

    Raises:
        SaveError: The list cannot be written.
    """
    file = os.path.abspath(source)
    if not os.path.isfile(file) or file == str(quickstart()):
        return
    kept = [file, *(one for one in known() if one != file)]
    try:
        make_directory(path().parent)
    except SaveError:
        return
    save(json.dumps(kept[:MOST], indent=1) + "\n", path())
