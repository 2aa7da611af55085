"""What kind of terminal this is, and the two ways out: data to stdout (or a file), words to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable

from allocator.core.text import sanitize
from allocator.reports.table import clip

NARROWEST, WIDTH_OF_A_PIPE = 60, 80


def width() -> int:
    """How wide lines may be: the terminal's width, `COLUMNS`, or 80 where stdout is no terminal."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns):
        return max(NARROWEST, int(columns))
    if not sys.stdout.isatty():
        return WIDTH_OF_A_PIPE
    return max(NARROWEST, shutil.get_terminal_size().columns)


def unicode() -> bool:
    """Whether block glyphs may be used: on a terminal whose encoding has them. Pipes and files get ASCII."""
    return sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")


def say(message: str) -> None:
    """Print words to stderr; names from data cannot drive the terminal."""
    for line in message.split("\n"):
        print(sanitize(line), file=sys.stderr)


def emit(lines: Iterable[str], output: str | None) -> None:
    """Print lines of data to stdout, or write them to the file `output`, whole or not at all."""
    if output is None or output == "-":
        for line in lines:
            sys.stdout.write(f"{line}\n")
        return
    from allocator.scenario.saving import save

    save("".join(f"{line}\n" for line in lines), output)


class Progress:
    """A counter on stderr that rewrites its line; silent where stderr is no terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shows = sys.stderr.isatty()

    def __call__(self, done: str) -> None:
        """Show how far it is."""
        if self._shows:
            # A line that wraps could not be taken away again.
            line = clip(sanitize(f"{self._what} {done}".strip()), shutil.get_terminal_size().columns - 1)
            sys.stderr.write(f"\r\x1b[2K{line}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._shows:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
