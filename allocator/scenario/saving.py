"""Writes a scenario to its file so that, whatever happens, the old one or the new one is there whole.

The text is made by `dumps`, offered here too because saving is what it is for.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from allocator.core.errors import AllocatorError
from allocator.scenario.writing import dumps as dumps

_TEMPORARY = re.compile(r"\.fairheap-[0-9a-f]{16}\.tmp")
_STALE_S = 24 * 3600
"""No save takes a day: a temporary file older than that is of one that was killed."""


class SaveError(AllocatorError, OSError):
    """A file that could not be written; what stood there before still does."""


def make_directory(path: Path, mode: int = 0o777) -> None:
    """There is a directory at `path`; those above it are made as well.

    Raises:
        SaveError: It cannot be made; says why.
    """
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"{path}: cannot be made: {(error.strerror or 'unknown reason').lower()}") from None


def save(
    text: str, path: str | os.PathLike[str], *, private: bool = False, hold: Callable[[int], None] | None = None
) -> None:
    """Make `text` the content of the file at `path`, in UTF-8.

    A symbolic link stays and its target is written; an existing file keeps its mode; a device or a pipe is written
    to as it is.

    Args:
        text: The whole of it.
        path: Where.
        private: Whether a new file is for its owner alone.
        hold: Given the descriptor of the new file before it has its name; it is closed afterwards.

    Raises:
        SaveError: The place cannot be written; says why. No temporary file stays behind.
    """
    name = os.fspath(path)
    try:
        target = Path(os.path.realpath(name))
        mode = _mode(target)
        if mode is not None and not stat.S_ISREG(mode):
            _write_into(target, text)
        elif mode is not None and not os.access(target, os.W_OK):
            # Renaming over it would work, and would undo what its owner protected.
            raise PermissionError
        else:
            _replace(target, text, mode, 0o600 if private else 0o666, hold)
    except ValueError:
        raise SaveError(f"{name}: cannot be written: the name has a NUL byte or a lone surrogate in it") from None
    except OSError as error:
        raise SaveError(f"{name}: cannot be written: {_why(error, name)}") from None


def _mode(target: Path) -> int | None:
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None


def _write_into(target: Path, text: str) -> None:
    with open(target, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def _replace(target: Path, text: str, mode: int | None, new: int, hold: Callable[[int], None] | None) -> None:
    # A name that was never there before: one by the number of the process would be in the way of a later process of
    # that number, where this one is killed.
    temporary = target.parent / f".fairheap-{os.urandom(8).hex()}.tmp"
    # O_EXCL: never through a link that somebody else put there.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, new)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            if mode is not None:
                os.chmod(temporary, stat.S_IMODE(mode))
            os.fsync(file.fileno())
            if hold is not None:
                hold(file.fileno())
            os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_directory(target.parent)
    _sweep(target)


def _sweep(target: Path) -> None:
    """Take away the temporary files that saves of ours left beside it when they were killed, a day ago or more."""
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        latest = target.stat().st_mtime - _STALE_S
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name):
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and found.st_mtime < latest:
                    os.unlink(entry.path)


def _sync_directory(directory: Path) -> None:
    """Make the new name last through a loss of power, where the system lets a directory be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _why(error: OSError, name: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no directory {os.path.dirname(name) or '.'}"
    if isinstance(error, IsADirectoryError):
        return "it is a directory"
    if isinstance(error, PermissionError):
        return "no permission"
    return (error.strerror or "unknown reason").lower()
