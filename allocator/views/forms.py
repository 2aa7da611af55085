"""One answer in one of the four forms that `--format` names; the others are not computed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any


def formatted(
    form: str,
    *,
    table: Callable[[], Iterable[str]],
    data: Callable[[], dict[str, Any]],
    csv: Callable[[], str],
    markdown: Callable[[], Iterable[str]],
) -> Iterable[str]:
    """The lines of the form asked for."""
    if form == "json":
        return json_lines(data())
    if form == "csv":
        return csv().removesuffix("\n").split("\n")
    return markdown() if form == "markdown" else table()


def json_lines(data: dict[str, Any]) -> Iterator[str]:
    """`data` as JSON, line by line."""
    # Escaped beyond ASCII: a name from a cluster cannot drive the terminal that shows the JSON.
    encoder = json.JSONEncoder(indent=2, ensure_ascii=True, allow_nan=False)
    pending = ""
    for chunk in encoder.iterencode(data):
        pending += chunk
        if "\n" in chunk:
            *lines, pending = pending.split("\n")
            yield from lines
    yield pending
