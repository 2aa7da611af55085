"""Files by the first letters of their path, as a shell completes them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from allocator.core.text import sanitize

MOST = 20_000
"""Entries of a directory that are looked at: somebody waits."""


def completed(begun: str, directory: str = "") -> Iterator[str]:
    """Each path that begins so, directories first and with a slash at their end; none where nothing can be listed.

    Names that could drive the terminal are left out: they cannot be shown as they are. Hidden ones need their dot.

    Args:
        begun: As it was typed; `~` is home.
        directory: What it is relative to; the working directory where left out.
    """
    head, slash, start = begun.rpartition("/")
    place = os.path.join(directory or os.curdir, os.path.expanduser(head + slash))
    try:
        with os.scandir(place) as entries:
            found = [(not entry.is_dir(), entry.name) for entry in islice(entries, MOST)]
    except (OSError, ValueError):
        return
    for plain, name in sorted(found):
        if name.startswith(start) and (not name.startswith(".") or start) and sanitize(name) == name:
            yield f"{head}{slash}{name}{'' if plain else '/'}"
