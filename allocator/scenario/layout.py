"""TOML laid out for people: one key a line, small tables on that line, an empty line between sections.

tomli_w spells every key and value; this module only puts them in line, since tomli_w gives each small table,
`{ cpu = 1 }`, a section of its own. Knows nothing of scenarios.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import tomli_w


def section(head: str, pairs: Iterable[tuple[str, object]], before: list[str]) -> list[str]:
    """The lines of one table: an empty one unless it is the first, its head, its keys."""
    lines = [""] if before else []
    return lines + ([head] if head else []) + [pair(key, value) for key, value in pairs]


def pair(key: str, value: object) -> str:
    """One key and its value."""
    return f"{spelled(key)} = {inline(value)}"


def spelled(key: str) -> str:
    """A key, in quotes where it needs them."""
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def inline(value: object) -> str:
    """`value` on one line."""
    if isinstance(value, Mapping):
        pairs = ", ".join(pair(key, item) for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(inline(item) for item in value)}]"
    return tomli_w.dumps({"_": value}).removeprefix("_ = ").removesuffix("\n")
