"""What is left of a sitting that ended by accident: its scenario as it was after the last edit, and finding it again.

A recovery file lies in the user's state directory, not beside the scenario. Its first line is a comment that says what
it is; all of it is a scenario file. The process that writes it holds a lock on it: a file without one is of a process
that is gone, whatever has its number now.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from allocator import homes, registry
from allocator.core.errors import AllocatorError
from allocator.core.model import Scenario
from allocator.scenario.loading import loads
from allocator.scenario.moving import moved
from allocator.scenario.reading import read_text
from allocator.scenario.saving import dumps, make_directory, save

_FORMAT = 1


class RecoveryError(AllocatorError):
    """A recovery file that cannot be used; it is kept."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a recovery file says of itself."""

    source: str
    """The absolute path of the scenario file, or the word for one that has none."""
    when: str
    """Of the last edit in it, as people write it."""
    pid: int
    based_on: str
    """The digest of the scenario file that was edited; empty where there was none."""
    done: str
    """The last edit, in words."""

    def line(self) -> str:
        """As the first line of the file, a comment in ASCII."""
        return "# " + json.dumps({"fairheap-recovery": _FORMAT, **asdict(self)}) + "\n"


def digest(source: str, known: Callable[[str], bool] = lambda _: True) -> str:
    """What tells the content of the file at `source` from any other; empty where there is none that is `known`."""
    try:
        text = read_text(source, regular=True)
    except AllocatorError:
        return ""
    return sha256(text.encode()).hexdigest() if known(text) else ""


def named(source: str) -> str:
    """`source` by a name that is the same from every directory."""
    return source if source == "-" else os.path.abspath(source)


def directory() -> Path:
    """Where recovery files are."""
    return homes.state() / "recovery"


class Keeper:
    """Keeps the recovery file of one sitting. Its methods may be called from any thread, and wait for each other.

    Args:
        source: The scenario file, or what stands for it.
    """

    def __init__(self, source: str) -> None:
        self._source = named(source)
        key = sha256(self._source.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        # Processes in containers that share a home may have the same number.
        self._name = f"{key}-{os.getpid()}-{os.urandom(3).hex()}.toml"
        self._lock = threading.Lock()
        self._held: int | None = None
        self._number = 0

    def keep(self, number: int, scenario: Scenario, done: str, when: str, based_on: str) -> None:
        """Make the recovery file say `scenario`, unless something newer was kept or dropped meanwhile.

        Args:
            number: Of the edit; a newer one is larger.
            scenario: As it is after the edit.
            done: What was edited, in words.
            when: The time, in words.
            based_on: The `digest` of the file that was edited.

        Raises:
            SaveError: It cannot be written.
        """
        text = dumps(moved(scenario, os.path.dirname(self._source)))
        label = Label(self._source, when, os.getpid(), based_on, done)
        with self._lock:
            if number <= self._number:
                return
            path = directory() / self._name
            make_directory(path.parent, mode=0o700)
            old, self._held = self._held, None
            try:
                save(label.line() + text, path, private=True, hold=self._hold)
            finally:
                if self._held is None:
                    self._held = old
                elif old is not None:
                    os.close(old)
            self._number = number

    def drop(self, number: int) -> None:
        """Take the recovery file away: what was edited up to `number` is saved, or not wanted."""
        with self._lock:
            self._number = max(self._number, number)
            if self._held is not None:
                with contextlib.suppress(OSError):
                    os.unlink(directory() / self._name)
                os.close(self._held)
                self._held = None

    def _hold(self, descriptor: int) -> None:
        """Lock the file before it has its name: at no moment does it look as if nobody wrote it."""
        self._held = os.dup(descriptor)
        with contextlib.suppress(OSError):  # a file system without locks: there the number of the process must do
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Found:
    """A recovery file whose process is gone. While this is held, no other process is offered it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        self.path = path
        self.when_ns = os.fstat(descriptor).st_mtime_ns
        """When it was written."""

    def __del__(self) -> None:
        """Where an answer came too late for anybody to be asked, it is left for another time."""
        self.release()

    def read(self) -> tuple[Label, Scenario]:
        """What it says; the files that the scenario names are looked for from where it was.

        Raises:
            RecoveryError: It cannot be read.
        """
        try:
            text = read_text(self.path, regular=True)
            label = _label(text.partition("\n")[0])
            home = Path(label.source).parent if label.source != "-" else Path()
            return label, loads(text, file=str(self.path), directory=home, policy_faults=registry.faults).scenario
        except AllocatorError as error:
            raise RecoveryError(f"{self.path}: what was not saved cannot be read, and is kept: {error}") from None

    def discard(self) -> None:
        """Take it away."""
        with contextlib.suppress(OSError):
            os.unlink(self.path)
        self.release()

    def release(self) -> None:
        """Leave it for another time."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def find(source: str) -> list[Found]:
    """The recovery files of `source` whose processes are gone, the newest first."""
    key = sha256(named(source).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    try:
        found = [one for path in directory().glob(f"{key}-*-*.toml") if (one := _claimed(path)) is not None]
    except OSError:
        return []
    return sorted(found, key=lambda one: -one.when_ns)


def _claimed(path: Path) -> Found | None:
    """The file with our lock on it; None where a process that lives holds it, or took it away."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if _is_held(path, descriptor) or not os.path.samestat(os.fstat(descriptor), os.stat(path)):
            # Or its process has just written a newer one in its place.
            os.close(descriptor)
            return None
    except (OSError, ValueError):
        os.close(descriptor)
        return None
    return Found(path, descriptor)


def _is_held(path: Path, descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return _lives(int(path.name.split("-")[1]))
    return False


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _label(line: str) -> Label:
    try:
        words: dict[str, Any] = json.loads(line.removeprefix("# "))
        if words.pop("fairheap-recovery") != _FORMAT:
            raise ValueError
        label = Label(**words)
        if not all(isinstance(text, str) for text in (label.source, label.when, label.based_on, label.done)):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RecoveryError("the first line is not that of a recovery file") from None
    return label
