"""TOML text to plain tables, and tomllib's refusals to words that an on-call engineer understands.

Numbers with a point come out as `Decimal`, as written. Knows nothing of scenarios.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, InvalidOperation
from typing import Any

from allocator.core.errors import Fault, ScenarioError
from allocator.scenario.positions import find_unclosed

_DEEPEST = 64
_PART_AT_A_TIME = 1 << 19
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+"""
# tomllib takes time in the square of the parts of a key; no scenario has more than a handful.
_DOTTED = re.compile(rf"(?:^[ \t]*+\[{{0,2}}+|[{{,])[ \t]*+(?:{_PART}){{{_DEEPEST}}}", re.MULTILINE)
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\s*$")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONG_NUMBER = re.compile(r"[0-9](?:_?[0-9]){4000}")
_UNQUOTED = re.compile(r"=\s*([0-9][0-9.]*[A-Za-z]+)\s*(?:[,}\]#]|$)")
_NO_QUOTE = "the text in quotes has no closing quote"
_WORDS = {
    "Expected '=' after a key": "expected '=' after the key",
    "Expected newline or end of document": "expected the end of the line after the value",
    "Expected ']]'": "expected ']]' to close the name of the table",
    "Expected ']'": "expected ']' to close the name of the table",
    "Invalid initial character for a key part": "expected a key; a key with other than A-Z a-z 0-9 _ - needs quotes",
    "Invalid statement": "expected a key, a [table] or a # comment",
    "Invalid value": "expected a value: a number, true, false, text in quotes, a [list] or a { table }",
    "Unclosed array": "expected ',' or ']' in the list",
    "Unclosed inline table": "expected ',' or '}' in the table; a table in { } stands on one line",
    "Unescaped '\\'": "a backslash in text in double quotes is written \\\\; text in single quotes takes it as it is",
    "Unterminated string": _NO_QUOTE,
    "Expected ": _NO_QUOTE,
    "Illegal character": "a line break or control character inside text in quotes; is the closing quote missing?",
    "Found invalid character": "a control character inside a comment",
    "Cannot overwrite a value": "this key is here for the second time",
    "Duplicate inline table key": "this key is here for the second time",
    "Cannot declare": "this table is opened for the second time; join the two",
    "Cannot mutate": "this name has a value already and cannot become a table",
    "Cannot redefine": "this name has a value already and cannot become a table",
    "Invalid date": "no such date or time",
    "Invalid hex": "expected hexadecimal digits after \\u or \\U",
    "Escaped character": "no such character",
}


def parse(text: str, file: str) -> dict[str, Any]:
    """The tables of `text`.

    Raises:
        ScenarioError: `text` is no TOML, or nests absurdly; one fault, with its line.
    """
    if "\0" in text:
        raise _error(file, "found a NUL byte, expected text; this is a binary file", _line(text, text.index("\0")))
    if lone := _search(_SURROGATE, text):
        raise _error(file, "found half of a surrogate pair, expected Unicode text", _line(text, lone.start()))
    if deep := _search(_DOTTED, text):
        message = f"found a key of more than {_DEEPEST} parts, expected a scenario"
        raise _error(file, message, _line(text, deep.end()))
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise _translated(error, text, file) from None
    except RecursionError:
        raise _error(file, "found lists or tables nested hundreds deep, expected a scenario", None) from None
    except ValueError:
        # What is left is Python's own guard against integers of thousands of digits.
        long = _LONG_NUMBER.search(text)
        line = _line(text, long.start()) if long else None
        raise _error(file, "found a number of thousands of digits, expected at most 2^62", line) from None


def _search(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match within a line; other threads run between the parts of a long text."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin + _PART_AT_A_TIME) + 1 or len(text)
        if found := pattern.search(text, begin, end):
            return found
        begin = end
    return None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        # An exponent that even Decimal cannot hold.
        return Decimal("Infinity")


def _translated(error: ValueError, text: str, file: str) -> ScenarioError:
    at = _AT.search(str(error))
    said = next((words for start, words in _WORDS.items() if str(error).startswith(start)), "this is not TOML")
    lines = text.replace("\r\n", "\n").split("\n")
    if said == _NO_QUOTE and (unclosed := find_unclosed(text)):
        return _error(file, said, unclosed)
    if at is None or at.group(1) is None:
        return _error(file, f"the file ends too early: {said}", max(1, len("\n".join(lines).rstrip().split("\n"))))
    number, column = int(at.group(1)), int(at.group(2))
    line = lines[number - 1] if number <= len(lines) else ""
    rest = line[column - 1 :].strip()
    message = f"column {column}: {said}"
    if rest:
        message += f"; found {rest[:40]}{'...' if len(rest) > 40 else ''}"
    if unquoted := _UNQUOTED.search(line[:1000]):
        message += f'; a number with a suffix needs quotes: "{unquoted.group(1)[:40]}"'
    return _error(file, message, number)


def _error(file: str, message: str, line: int | None) -> ScenarioError:
    return ScenarioError([Fault(file, "", message, line)])


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
