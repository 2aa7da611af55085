"""JSON text -> the objects in it, one at a time. Never holds more than one object and a chunk of text.

The standard library's decoder is run at the start of each object of a list, with more text whenever it runs out of
it: on our dumps 1.7 times the speed of ijson with its C backend, and it can say the line of a fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

from allocator.core.errors import SnapshotError
from allocator.formats.kubernetes.raw import LARGEST_OBJECT, TOO_DEEP, Raw
from allocator.formats.sources import CHUNK, TextSource, refusal

_SPACE = re.compile(r"[ \t\n\r]*")
_MARGIN = 1024  # an error this far from the end of the text at hand is no lack of text


def json_objects(source: TextSource, lists: Collection[str] = ("items",)) -> Iterator[Raw]:
    """Each item of each list, and each object that is no list, in the order of the file.

    Documents may follow each other without anything between them. A list is an array, or an object with an array
    whose name is among `lists`. Linear in the text; memory for one object.

    Raises:
        SnapshotError: The text is not JSON, ends too early, or holds an object that is too large or too deep.
    """
    text = _Text(source)
    while char := text.peek():
        if char == "{":
            yield from _object(text, lists)
        elif char == "[":
            yield from _elements(text, "", "")
        else:
            raise text.fault(f"found {text.near()}, expected a JSON object{text.hint()}")


def _object(text: _Text, lists: Collection[str]) -> Iterator[Raw]:
    line = text.line()
    start = text.consumed
    whole: dict[str, object] = {}
    is_list = False
    text.take("{")
    while text.peek() != "}":
        if text.peek() != '"':
            raise text.fault(f"found {text.near()}, expected a name in double quotes")
        name = str(text.value())
        if text.peek() != ":":
            raise text.fault(f"found {text.near()}, expected a colon after {name[:40]!r}")
        text.take(":")
        if name in lists and text.peek() == "[":
            is_list = True
            kind = whole.get("kind")
            before = text.consumed
            yield from _elements(text, name, kind if isinstance(kind, str) else "")
            start += text.consumed - before
        else:
            whole[name] = text.value()
            if name in lists and whole[name] is None:
                is_list = True  # how Go writes an empty list
        if text.consumed - start > LARGEST_OBJECT:
            raise text.fault(_too_large())
        text.separator("}")
    text.take("}")
    if not is_list:
        yield Raw(whole, line=line)


def _elements(text: _Text, place: str, list_kind: str) -> Iterator[Raw]:
    text.take("[")
    index = 0
    while text.peek() != "]":
        line = text.line()
        value = text.value()
        yield Raw(value, list_kind, f"{place}[{index}]", line)
        index += 1
        text.separator("]")
    text.take("]")


class _Text:
    """A window on the text: what is before it is forgotten, what is after it not yet read."""

    def __init__(self, source: TextSource) -> None:
        self._source = source
        self._text = ""
        self._at = 0
        self._forgotten = 0
        self._line = 1
        self._counted = 0  # where in the window lines were counted up to
        self._ended = False
        self._decode = json.JSONDecoder(strict=False).raw_decode

    @property
    def consumed(self) -> int:
        """Characters passed over so far."""
        return self._forgotten + self._at

    def line(self) -> int:
        """The line of the next character; 1 is the first."""
        if self._at > self._counted:
            self._line += self._text.count("\n", self._counted, self._at)
            self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is no space, or the empty string at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._fill(CHUNK)

    def take(self, char: str) -> None:
        """Pass over `char`, which `peek` has shown."""
        self._at += len(char)

    def separator(self, closing: str) -> None:
        """Pass over a comma, or stop before `closing`."""
        char = self.peek()
        if char == ",":
            self.take(",")
            if self.peek() == closing:
                raise self.fault(f"found {self.near()} after a comma")
        elif char != closing:
            raise self.fault(f"found {self.near()}, expected a comma or {closing!r}")

    def value(self) -> object:
        """The JSON value that begins here, as Python has it."""
        if not self.peek():
            raise self.fault("expected a value")
        while True:
            waiting = len(self._text) - self._at
            failure: ValueError | None = None
            try:
                value, end = self._decode(self._text, self._at)
            except RecursionError:
                raise self.fault(TOO_DEEP) from None
            except ValueError as error:
                failure = error
                self._check(error)
            else:
                # A number that touches the end of the window may go on after it.
                if end < len(self._text) or self._ended or self._text[end - 1] in '}]"':
                    if end - self._at > LARGEST_OBJECT:
                        raise self.fault(_too_large())
                    self._at = end
                    return value
            if self._ended:
                raise self._broken(failure)
            if waiting > LARGEST_OBJECT:
                raise self.fault(_too_large())
            self._fill(max(CHUNK, waiting))  # doubling keeps the retries linear in all

    def _check(self, error: ValueError) -> None:
        """Raise when `error` cannot come of text that is still to be read."""
        if not isinstance(error, json.JSONDecodeError):
            raise self.fault("a number with too many digits")
        if not error.msg.startswith("Unterminated") and error.pos < len(self._text) - _MARGIN:
            raise self._broken(error)

    def _broken(self, error: ValueError | None) -> SnapshotError:
        if not isinstance(error, json.JSONDecodeError):
            return self.fault("the file ends in the middle of a value")
        if error.msg.startswith("Unterminated") or error.pos >= len(self._text.rstrip()):
            begins = self.line()
            self._at = len(self._text)
            return self.fault(f"the file ends in the middle of an object that begins on line {begins}: it is truncated")
        self._at = error.pos
        return self.fault(f"not JSON: found {self.near()}: {error.msg[:1].lower()}{error.msg[1:]}")

    def fault(self, message: str) -> SnapshotError:
        """The error of the next character."""
        if not self._text[self._at :].strip() and self._ended and "truncated" not in message:
            message = f"the file ends too early: it is truncated ({message})"
        return refusal(self._source.name, f"{message} (character {self.consumed + 1})", line=self.line())

    def near(self) -> str:
        """The next few characters, quoted."""
        self.peek()
        ahead = self._text[self._at : self._at + 30].split("\n")[0]
        return repr(ahead) if ahead else "the end of the file"

    def hint(self) -> str:
        """What to do about text between documents, where that is known."""
        if self._text.startswith("====", self._at):
            return "; `kubectl cluster-info dump` puts logs between its documents: use its --output-directory"
        return ""

    def _fill(self, size: int) -> None:
        self.line()
        more = self._source.read(size)
        self._ended = not more
        self._forgotten += self._at
        self._text = self._text[self._at :] + more
        self._at = self._counted = 0


def _too_large() -> str:
    return f"an object of more than {LARGEST_OBJECT >> 20} MiB: Kubernetes stores none of that size"
