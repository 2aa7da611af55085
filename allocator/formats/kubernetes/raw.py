"""What the JSON and the YAML reader both yield, and the bounds that both keep."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_OBJECT = 16 << 20
"""Characters of one object. etcd takes 1.5 MiB; a larger one is no object of Kubernetes."""
DEEPEST = 400
"""Levels of one YAML object. Objects of Kubernetes have some thirty; JSON has the interpreter's own bound."""
TOO_DEEP = "an object nested too deeply to be one of Kubernetes"


@dataclass(frozen=True, slots=True)
class Raw:
    """One object as it stands in a file, unchecked."""

    value: object
    list_kind: str = ""
    """The kind of the list that it stands in, where the list says so before its items."""
    place: str = ""
    """`items[3]`; empty for an object of its own."""
    line: int | None = None
    """Where it begins."""
