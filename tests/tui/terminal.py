"""A real terminal for tests: the program runs on a pseudo-terminal, and pyte keeps what its screen shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

PATIENCE = 60
"""Seconds after which a test that waits in vain is ended; no verdict depends on it."""


class Terminal:
    """A program on a terminal of its own.

    Args:
        words: Of the command line, after `fairheap`; or a whole line for a shell.
        size: Columns and rows.
        cwd: Where it runs.
        env: What goes before this process's environment; None takes a name out.
    """

    def __init__(
        self,
        words: Sequence[str] | str,
        size: tuple[int, int] = (120, 40),
        cwd: Path | None = None,
        env: Mapping[str, str | None] | None = None,
    ) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = bytearray()
        """Every byte that the program has written."""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the child
            changed = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})}
            kept = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
            os.chdir(cwd or os.getcwd())
            fairheap = [sys.executable, "-m", "allocator"]
            command = ["sh", "-c", words] if isinstance(words, str) else [*fairheap, *words]
            os.execvpe(command[0], command, kept)
        self.code: int | None = None
        """How it ended; None while it runs."""
        self.resize(*size)

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size."""
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        os.kill(self.pid, signal.SIGWINCH)

    def blank(self) -> None:
        """Wipe the screen behind the program's back, as a shell that was in front has."""
        self._screen.reset()

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def calm(self) -> None:
        """Wait until nothing more is drawn for a moment."""
        while select.select([self._fd], [], [], 0.2)[0]:
            self._read()

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, what: str | Callable[[str], bool]) -> str:
        """Wait until the screen shows `what`; returns the screen.

        Raises:
            AssertionError: It never did; with the screen.
        """
        shown = what if callable(what) else lambda text: what in text
        ended = time.monotonic() + PATIENCE
        while not shown(self.text):
            assert time.monotonic() < ended, f"never shown: {what}\n{self.text}"
            assert self._read() or shown(self.text), f"ended before it showed: {what}\n{self.text}"
        return self.text

    def wait(self) -> int:
        """Wait until the program has ended; its exit code, negative for a signal."""
        while self._read():
            pass
        return self.code if self.code is not None else self._reap()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def _read(self) -> bool:
        """Take in what was written; whether the program may write more."""
        ready, _, _ = select.select([self._fd], [], [], 0.2)
        if not ready:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            data = b""
        if not data:
            self._reap()
            return False
        self.sent += data
        self._stream.feed(data)
        return True

    def _reap(self) -> int:
        if self.code is None:
            _, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.code is None:
            self.kill()
            self._reap()
        os.close(self._fd)
