"""What is left of a fault of ours: a report in a file with the traceback, and for the user a few lines that name it."""

from __future__ import annotations

import os
import platform
import traceback
from datetime import datetime
from importlib.metadata import version

from allocator import homes
from allocator.core.text import sanitize
from allocator.version import __version__


def report(error: BaseException) -> str:
    """Write what happened to a file of its own; what to tell the user, with its place."""
    what = sanitize(f"{type(error).__name__}: {error}")[:300]
    text = "".join(traceback.format_exception(error))
    head = f"fairheap {__version__}, textual {version('textual')}, Python {platform.python_version()}"
    folder = homes.state()
    path = folder / f"crash-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"{head}\n{platform.platform()}, terminal {os.environ.get('TERM', '')}\n\n{text}",
            encoding="utf-8",
            errors="replace",
        )
    except OSError as failure:
        where = f"No report could be written ({failure.strerror}): {path}"
    else:
        where = f"The report is in {path}; it holds no scenario, but may hold names out of it."
    return (
        f"fairheap: a fault of ours ended the terminal UI ({what}).\n{sanitize(where)}\n"
        "What was not saved is offered at the next start."
    )
