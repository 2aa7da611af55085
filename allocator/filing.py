"""Saving a scenario to a place: what is there until then, what that would lose, and doing it so that nothing is lost.

A save has two halves, so that a person can be asked between them: `Errand.draft` looks and makes the text, `write`
writes it, if what is there is still what was looked at. Both are slow for a large scenario. Asks nobody.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import count

from allocator.core.model import Scenario
from allocator.scenario.moving import moved
from allocator.scenario.reading import LARGEST_FILE, fingerprint
from allocator.scenario.saving import SaveError, dumps, save

_TENANTS_FROM = re.compile(r"""^\s*["']?tenants_from["']?\s*=""", re.MULTILINE)


def place(typed: str) -> str:
    """The path that was typed: `~` is a home, and a name without an ending gets `.toml`."""
    path = os.path.expanduser(typed.strip())
    name = os.path.basename(path)
    return f"{path}.toml" if name.strip(".") and not os.path.splitext(name)[1] and not os.path.isdir(path) else path


def unfit(path: str) -> str:
    """Why a scenario cannot be saved at `path`, as far as can be seen by looking; empty where it can."""
    home = os.path.dirname(path) or os.curdir
    try:
        if not path:
            return "no path"
        if not os.path.isdir(home):
            return f"there is no directory {home}"
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return ""
    except ValueError:
        return "the name has a NUL byte or a lone surrogate in it"
    except OSError as error:
        return _why(error)
    if stat.S_ISDIR(mode):
        return "it is a directory"
    return "" if stat.S_ISREG(mode) else "it is no regular file"


class ChangedError(SaveError):
    """What is there is not what was looked at any more; nothing was written."""


class Loss(Enum):
    """What a save would take away, unless the old file is kept."""

    NOTHING = "nothing"
    """There is no file, or what is there was written the same way."""
    LAYOUT = "layout"
    """Comments and layout of the file that was opened."""
    CHANGES = "changes"
    """What somebody else wrote there since it was opened or saved."""
    FILE = "file"
    """Another file."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A scenario as the text of its file to be, and what stands in its place."""

    path: str
    text: str
    found: int | None
    """The fingerprint of what is there; None for nothing."""
    loss: Loss
    writes_out: bool = False
    """Whether tenants stood in a CSV file, and are written into the scenario from now on."""

    @property
    def backup(self) -> str:
        """Where the old file will be kept, if nobody is faster."""
        target = os.path.realpath(self.path)
        return next(name for name in _backups(target) if not os.path.lexists(name) or _same(name, target))


@dataclass(frozen=True, slots=True)
class Errand:
    """A scenario that is to be saved to a place."""

    scenario: Scenario
    path: str
    known: int | None = None
    """The fingerprint of what the sitting read from there or wrote there; None where it is another file."""
    before: Scenario | None = None
    """What was read from there or written there."""
    wrote: bool = False
    """Whether that was written by this sitting."""
    origin: str | None = None
    """The file that the sitting is of."""

    def draft(self) -> Draft:
        """Look at the place, and make the text.

        Raises:
            SaveError: No directory, no regular file, or more than a scenario file may hold.
        """
        there = _read(self.path)
        home = os.path.dirname(self.path)
        try:
            text = dumps(moved(self.scenario, home))
        except ValueError as error:
            raise SaveError(f"{self.path}: not written: {error}") from None
        if len(text.encode()) > LARGEST_FILE:
            limit = f"{LARGEST_FILE // 2**20} MiB"
            raise SaveError(f"{self.path}: not written: it would be larger than {limit}, and could not be opened again")
        if there is None:
            return Draft(self.path, text, None, Loss.NOTHING, _lists_elsewhere(self.origin))
        found = fingerprint(there)
        if self.known is None:
            loss = Loss.FILE
        elif found != self.known:
            loss = Loss.CHANGES
        elif self.wrote or (self.before is not None and there == dumps(moved(self.before, home))):
            loss = Loss.NOTHING
        else:
            loss = Loss.LAYOUT
        return Draft(self.path, text, found, loss, _lists_elsewhere(self.origin))


def write(draft: Draft) -> str:
    """Make the draft the file; returns where the old one is kept, empty where nothing had to be.

    Raises:
        ChangedError: What is there is not what the draft found.
        SaveError: It cannot be written; what was there still is.
    """
    there = _read(draft.path)
    if (None if there is None else fingerprint(there)) != draft.found:
        raise ChangedError(f"{draft.path}: not written: the file has just been changed by somebody else")
    kept, made = "", False
    if draft.loss is not Loss.NOTHING and there is not None:
        kept, made = _keep(os.path.realpath(draft.path), draft.path)
    try:
        save(draft.text, draft.path)
    except SaveError:
        if made:
            with contextlib.suppress(OSError):
                os.unlink(kept)
        raise
    return kept


def _read(path: str) -> str | None:
    """What the file at `path` holds; None where there is none but could be."""
    if why := unfit(path):
        raise SaveError(f"{path}: cannot be written: {why}")
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SaveError(f"{path}: cannot be read before it is overwritten: {_why(error)}") from None
    return data.decode("utf-8-sig", "surrogateescape")


def _why(error: OSError) -> str:
    return "no permission" if isinstance(error, PermissionError) else (error.strerror or "unknown reason").lower()


def _lists_elsewhere(path: str | None) -> bool:
    """Whether the scenario file at `path` names a file of tenants; such a key stands above all tables."""
    try:
        text = _read(path) if path else None
    except SaveError:
        return False
    return bool(text and _TENANTS_FROM.search(text[: text.find("\n[")]))


def _backups(target: str) -> Iterator[str]:
    yield f"{target}.bak"
    for number in count(2):
        yield f"{target}.bak.{number}"


def _keep(target: str, path: str) -> tuple[str, bool]:
    """Give the file at `target` a second name, and say whether that is new; a copy that is there already will do."""
    for name in _backups(target):
        try:
            _second(target, name)
            return name, True
        except FileExistsError:
            if _same(name, target):
                return name, False
        except OSError as error:
            raise SaveError(f"{path}: not written: the old file cannot be kept as {name}: {_why(error)}") from None
    raise AssertionError


def _second(target: str, name: str) -> None:
    try:
        os.link(target, name)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links: a copy, under a name that nobody has.
        with open(name, "xb") as copy:
            try:
                with open(target, "rb") as old:
                    shutil.copyfileobj(old, copy)
                copy.flush()
                os.fsync(copy.fileno())
                shutil.copymode(target, name)
            except BaseException:
                os.unlink(name)
                raise


def _same(name: str, target: str) -> bool:
    try:
        return os.path.isfile(name) and not os.path.islink(name) and filecmp.cmp(name, target, shallow=False)
    except OSError:
        return False
