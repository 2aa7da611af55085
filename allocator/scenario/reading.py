"""Bytes of a file to text, with every way in which that fails told as a fault. Never reads more than `LARGEST_FILE`."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from allocator.core.errors import Fault, ScenarioError
from allocator.core.text import did_you_mean

LARGEST_FILE = 64 * 2**20
"""Bytes; a scenario larger than this is some other file."""


def read_text(source: str | os.PathLike[str], *, regular: bool = False) -> str:
    """The text of the file at `source`; of standard input for "-", unless `regular`.

    Args:
        source: A path. A device or a pipe is read up to the limit, unless `regular`.
        regular: Only a regular file will do, since another's text named it: a pipe might never end.

    Raises:
        ScenarioError: Missing, unreadable, too large or not UTF-8; one fault.
    """
    name = os.fspath(source)
    try:
        data = sys.stdin.buffer.read(LARGEST_FILE + 1) if name == "-" and not regular else _bytes(name, regular)
    except ValueError:
        raise _error(name, "no such file: the name has a NUL byte in it") from None
    except OSError as error:
        raise _error(name, _why(error, name)) from None
    if data is None or len(data) > LARGEST_FILE:
        raise _error(name, f"larger than {LARGEST_FILE // 2**20} MiB, which no scenario is")
    return decode(data, name)


def fingerprint(text: str) -> int:
    """Equal for equal texts, and as good as never for others, within one run of Python."""
    return hash(text)


def unreadable(name: str) -> str:
    """Why there is no file to be read at `name`, in words; empty where there is one. Opens nothing."""
    try:
        if stat.S_ISDIR(os.stat(name).st_mode):
            return "a directory, expected a file"
        return "" if os.access(name, os.R_OK) else "no permission to read it"
    except ValueError:
        return "no such file: the name has a NUL byte in it"
    except OSError as error:
        return _why(error, name)


def must_be_readable(name: str) -> None:
    """Nothing, where there is a file to be read at `name`. Opens nothing.

    Raises:
        ScenarioError: There is none; says why.
    """
    if why := unreadable(name):
        raise _error(name, why)


def decode(data: bytes, file: str) -> str:
    """`data` as UTF-8 text, without a byte order mark.

    Raises:
        ScenarioError: Not UTF-8; the fault has the line.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _error(file, "found UTF-16 text, expected UTF-8; save it as UTF-8", 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # error.object lacks the mark that the codec took off, so positions are counted in it and not in `data`.
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start]
        raise _error(file, f"found byte 0x{byte:02x}, expected UTF-8 text", line) from None


def _bytes(name: str, regular: bool) -> bytes | None:
    """What the file holds, to one byte past the limit; None where its size alone is past it."""
    mode = os.stat(name)
    if regular and not stat.S_ISREG(mode.st_mode) and not stat.S_ISDIR(mode.st_mode):
        raise OSError(0, "not a file")
    if stat.S_ISREG(mode.st_mode) and mode.st_size > LARGEST_FILE:
        return None
    with open(name, "rb") as file:
        return file.read(LARGEST_FILE + 1)


def _why(error: OSError, name: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"no such file{_neighbour(name)}"
    if isinstance(error, IsADirectoryError):
        return "a directory, expected a file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"cannot be read: {(error.strerror or 'unknown reason').lower()}"


def _neighbour(name: str) -> str:
    path = Path(name)
    try:
        return did_you_mean(path.name, sorted(os.listdir(path.parent))[:10_000])
    except OSError:
        return ""


def _error(file: str, message: str, line: int | None = None) -> ScenarioError:
    shown = "standard input" if file == "-" else file
    return ScenarioError([Fault(shown, "", message, line)])
