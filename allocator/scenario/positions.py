"""Which line of a TOML text a key stands on.

tomllib gives values without positions, hence this small scanner. It owns positions only: it never judges, never
raises and never loops, whatever the text is, and its time is linear in the text. On text that is no TOML the
positions are best guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]
"""Keys and indices from the root: `("tenants", 1, "weight")`."""

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_STEP = re.compile(r'\[(\d{1,9})\]|"((?:[^"\\]|\\.)*)"|([^."\[\]]+)', re.DOTALL | re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
_DEEPEST = 100
"""Deeper paths are not followed: no fault of ours lies there, and following them would not be linear."""

# One token a match. The last branch takes any character, so every match moves on.
_TOKEN = re.compile(
    r"""(?P<newline>\n)
    | (?P<blank>[ \t\r]+ | \#[^\n]*)
    | (?P<quote>\"\"\" | ''' | ["'])
    | (?P<mark>[\[\]{},=.])
    | (?P<word>[^\s\#"'\[\]{},=.]+)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ENDS = {
    '"""': re.compile(r'\\.|"{3,5}', re.DOTALL),
    "'''": re.compile(r"'{3,5}"),
    '"': re.compile(r'\\[^\n]|["\n]'),
    "'": re.compile(r"['\n]"),
}


def show(path: Path) -> str:
    """`path` as messages have it: `tenants[1].demand."nvidia.com/gpu"`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step if _BARE.fullmatch(step) else '"' + step.replace("\\", "\\\\").replace('"', '\\"') + '"'
            text += f".{key}" if text else key
    return text


def read(place: str) -> Path:
    """The path that `show` made `place` of."""
    path: list[str | int] = []
    for index, quoted, plain in _STEP.findall(place):
        if index:
            path.append(int(index))
        else:
            path.append(plain or re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL))
    return tuple(path)


def find_lines(text: str, paths: Iterable[Path]) -> dict[Path, int | None]:
    """The line of each of `paths` in `text`, 1 first; of the nearest table around it where the text lacks it.

    None where not even its first key is in the text. One pass, however many paths.
    """
    asked = list(paths)
    wanted = {path[:length] for path in asked for length in range(1, len(path) + 1)}
    found = _Scan(wanted).run(text)
    return {path: next((found[path[:n]] for n in range(len(path), 0, -1) if path[:n] in found), None) for path in asked}


def find_unclosed(text: str) -> int | None:
    """The line on which the first text in quotes opens that its line, or the file, does not close."""
    for token in _tokens(text):
        if token.kind == "string":
            quote = _opening(token.text)
            if len(token.text) < 2 * len(quote) or not token.text.endswith(quote):
                return token.line
    return None


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    """The tokens of `text`, blanks and comments left out; a string is one token, quotes and all."""
    position, line = 0, 1
    while match := _TOKEN.match(text, position):
        kind, start = match.lastgroup or "other", position
        position = match.end()
        if kind == "quote":
            position = _string_end(text, position, match.group())
            kind = "string"
        if kind != "blank":
            yield _Token(kind, text[start:position], line)
        line += text.count("\n", start, position)


def _string_end(text: str, position: int, quote: str) -> int:
    """Where the string that `quote` opened before `position` ends: its quote, the end of its line or of the text."""
    while match := _ENDS[quote].search(text, position):
        if match.group() == "\n":
            return match.start()
        position = match.end()
        if not match.group().startswith("\\"):
            return position
    return len(text)


def _opening(string: str) -> str:
    return string[:3] if string.startswith(('"""', "'''")) else string[:1]


def _key(token: _Token) -> str:
    """The key that a word or string token spells."""
    if token.kind == "word":
        return token.text
    quote = _opening(token.text)
    body = token.text[len(quote) :].removesuffix(quote)
    return _ESCAPE.sub(_escaped, body) if quote[0] == '"' else body


def _escaped(match: re.Match[str]) -> str:
    short, long, named = match.groups()
    if named:
        return _NAMED.get(named, named)
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


class _Frame:
    """A table, inline table or array that is open while the scanner stands inside it."""

    __slots__ = ("index", "keys", "kind", "line", "path", "value")

    def __init__(self, kind: str, path: Path | None) -> None:
        self.kind = kind
        self.path = path
        """None inside what lies too deep to follow."""
        self.index = 0
        """Of the item, in an array."""
        self.keys: list[str] = []
        """The parts of the key that is being read."""
        self.line = 1
        """Of the first of them."""
        self.value: Path | None = None
        """The path of the value that is being read, once the `=` is past."""


class _Scan:
    """One pass over a text; notes the line of each wanted path that it meets."""

    def __init__(self, wanted: set[Path]) -> None:
        self._wanted = wanted
        self._found: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}
        """Arrays of tables, by path: the index of the last table."""
        self._header = 0
        """How many brackets opened the header that is being read; 0 outside of one."""
        self._top = _Frame("table", ())
        self._frames = [self._top]

    def run(self, text: str) -> dict[Path, int]:
        for token in _tokens(text):
            frame = self._frames[-1]
            if token.kind == "newline":
                if frame is self._top:
                    self._next_key(frame)
                    self._header = 0
            elif frame.kind == "array":
                self._in_array(frame, token)
            elif frame is self._top and self._header:
                self._in_header(frame, token)
            else:
                self._in_table(frame, token)
        return self._found

    def _in_array(self, frame: _Frame, token: _Token) -> None:
        if token.text == "]":
            self._frames.pop()
        elif token.text == ",":
            frame.index += 1
        else:
            item = self._below(frame.path, (frame.index,))
            self._note(item, token.line)
            self._open(token, item)

    def _in_header(self, frame: _Frame, token: _Token) -> None:
        if token.text == "[" and not frame.keys:
            self._header = 2
        elif token.kind in ("word", "string"):
            frame.keys.append(_key(token))
        elif token.text == "]":
            frame.path = self._table(frame.keys, token.line)
            self._header = 0
            frame.keys = []

    def _in_table(self, frame: _Frame, token: _Token) -> None:
        if token.text == "}" and frame is not self._top:
            self._frames.pop()
        elif token.text == "," and frame is not self._top:
            self._next_key(frame)
        elif token.text == "=" and frame.value is None:
            frame.value = self._below(frame.path, tuple(frame.keys)) or ()
            self._note(frame.value, frame.line)
        elif frame.value is not None:
            self._open(token, frame.value)
        elif token.text == "[" and frame is self._top and not frame.keys:
            self._header = 1
        elif token.kind in ("word", "string"):
            frame.line = frame.line if frame.keys else token.line
            frame.keys.append(_key(token))

    def _next_key(self, frame: _Frame) -> None:
        frame.keys = []
        frame.value = None

    def _open(self, token: _Token, path: Path | None) -> None:
        """Step into the array or inline table that `token` opens at `path`, if it does."""
        if token.text in ("[", "{"):
            self._frames.append(_Frame("array" if token.text == "[" else "inline", path or None))

    def _table(self, keys: list[str], line: int) -> Path | None:
        """The path of the table that a header names; the last one of each array of tables on the way."""
        if len(keys) > _DEEPEST:
            return None
        path: Path = ()
        for number, key in enumerate(keys, start=1):
            path += (key,)
            self._note(path, line)
            if self._header == 2 and number == len(keys):
                self._tables[path] = self._tables.get(path, -1) + 1
            if path in self._tables:
                path += (self._tables[path],)
        self._note(path, line)
        return path

    def _below(self, path: Path | None, steps: Path) -> Path | None:
        return None if path is None or len(path) + len(steps) > _DEEPEST else path + steps

    def _note(self, path: Path | None, line: int) -> None:
        """Note the line of `path`, and of the tables that a dotted key makes on the way, unless they have one."""
        for length in range(1, len(path or ()) + 1):
            part = (path or ())[:length]
            if part in self._wanted:
                self._found.setdefault(part, line)
