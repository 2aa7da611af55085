"""Looking into decoded objects whose shape nobody promised. Nothing here raises: what is not there is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_NOTHING: Mapping[str, object] = {}


def mapping(value: object, *path: str) -> Mapping[str, object]:
    """The map at `path` inside `value`, or an empty one."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else _NOTHING


def mappings(value: object) -> Iterator[Mapping[str, object]]:
    """The maps among the items of a list."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text(value: object) -> str:
    """`value` as text that can be written to a file; empty when it is neither text nor a number.

    YAML turns a name of digits into a number; JSON can spell half of a surrogate pair, which no file can hold.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30 else ""


def whole(value: object, default: int) -> int:
    """`value` as a whole number, or `default` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return default
    return value if abs(value) < 2**62 else default
