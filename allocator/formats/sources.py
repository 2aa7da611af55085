"""Files and standard input as text, a chunk at a time: gzip and UTF-16 undone. Never holds a whole file."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from allocator.core.errors import Fault, SnapshotError

STDIN = "-"
CHUNK = 1 << 18
"""Bytes asked for at a time: large enough that Python's part of the work does not show."""

Progress = Callable[[int], None]
"""Called with the bytes read so far, of all sources together."""


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Counted:
    """A binary stream that gives back what was peeked at, and tells how much was read."""

    def __init__(self, raw: _Readable, tell: Progress) -> None:
        self._raw = raw
        self._tell = tell
        self._head = b""

    def peek(self, size: int) -> bytes:
        while len(self._head) < size and (more := self._raw.read(size - len(self._head))):
            self._head += more
        return self._head

    def read(self, size: int = -1, /) -> bytes:
        data, self._head = self._head, b""
        if 0 <= size < len(data):
            data, self._head = data[:size], data[size:]
        elif size < 0 or len(data) < size:
            data += self._raw.read(-1 if size < 0 else size - len(data)) or b""
        self._tell(len(data))
        return data


class TextSource:
    """One source as text: `read` gives the next part, empty at the end.

    Bytes that are no text come out as U+FFFD: what reads the text says where it stops being what it should be.
    """

    def __init__(self, name: str, raw: _Readable, tell: Progress = lambda _: None) -> None:
        """`tell` is called with the number of bytes of each read."""
        self.name = name
        counted = _Counted(raw, tell)
        self._bytes: _Readable = counted
        if counted.peek(2) == b"\x1f\x8b":
            # GzipFile asks its file for nothing but `read`.
            unzipped = gzip.GzipFile(fileobj=counted, mode="rb")  # type: ignore[call-overload]
            counted = _Counted(unzipped, lambda _: None)
            self._bytes = counted
        try:
            start = counted.peek(4)
        except (OSError, EOFError, zlib.error) as error:
            raise self._unreadable(error) from error
        self._decoder = codecs.getincrementaldecoder(_encoding(start))(errors="replace")
        self._head: str | None = None

    def head(self) -> str:
        """The first part of the text, which `read` will give again; empty when there is no text at all."""
        if self._head is None:
            self._head = self._next(CHUNK)
        return self._head

    def read(self, size: int = CHUNK) -> str:
        """The next part of the text, of about `size` bytes; empty at the end.

        Raises:
            SnapshotError: The source cannot be read, or is a damaged gzip file.
        """
        if self._head is not None:
            text, self._head = self._head, None
            if text:
                return text
        return self._next(size)

    def _next(self, size: int) -> str:
        while True:
            try:
                data = self._bytes.read(max(size, 1))
            except (OSError, EOFError, zlib.error) as error:
                raise self._unreadable(error) from error
            text = self._decoder.decode(data, final=not data)
            if text or not data:
                return text

    def _unreadable(self, error: Exception) -> SnapshotError:
        if isinstance(error, EOFError):
            return refusal(self.name, "the gzip file ends too early: the copy is not complete")
        if isinstance(error, (gzip.BadGzipFile, zlib.error)):
            return refusal(self.name, f"the gzip file is damaged: {error}")
        return refusal(self.name, f"cannot be read: {getattr(error, 'strerror', None) or error}")


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"  # what PowerShell's > writes
    if len(start) == 4 and start[1] == 0 and start[0] and start[3] == 0:
        return "utf-16-le"
    if len(start) == 4 and start[0] == 0 and start[1] and start[2] == 0:
        return "utf-16-be"
    return "utf-8-sig"


def refusal(file: str, message: str, *, line: int | None = None, place: str = "") -> SnapshotError:
    """The error of a source with one fault."""
    return SnapshotError([Fault(shown(file), place, message, line)])


def shown(source: str) -> str:
    """What messages call a source: its path, or `standard input`."""
    return "standard input" if source == STDIN else source


def running_total(progress: Progress | None) -> Progress:
    """What to tell of each read, so that `progress` hears the total of all sources."""
    total = 0

    def tell(read: int) -> None:
        nonlocal total
        total += read
        if progress is not None:
            progress(total)

    return tell


@contextlib.contextmanager
def opened(source: str, tell: Progress = lambda _: None) -> Iterator[TextSource]:
    """`source`, a path or `-` for standard input, as text.

    Raises:
        SnapshotError: There is no such file, or it may not be read.
    """
    if source == STDIN:
        yield TextSource(source, sys.stdin.buffer, tell)
        return
    try:
        raw: BinaryIO = open(source, "rb")  # noqa: SIM115 - closed below; only the opening is guarded here
    except (OSError, ValueError) as error:
        raise refusal(source, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    with raw:
        yield TextSource(source, raw, tell)
