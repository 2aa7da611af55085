"""The rows of the page about generated workloads, from the catalogue that the checks and the schema are made from."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.core.draws import PRESETS
from allocator.core.durations import write_duration
from allocator.core.kinds import Family, Parameter

KIND = ("kind", "what it is", "source")
PARAMETER = ("kind", "parameter", "value", "default", "meaning")
PRESET = ("preset", "what it shows", "needs")


def kinds(family: Family) -> Iterator[tuple[str, str, str]]:
    """A row for each kind of draw."""
    yield from ((f"`{kind.name}`", kind.summary, kind.source) for kind in family.kinds.values())


def parameters(family: Family) -> Iterator[tuple[str, str, str, str, str]]:
    """A row for each parameter of each kind."""
    for kind in family.kinds.values():
        for one in kind.parameters:
            yield f"`{kind.name}`", f"`{one.name}`", one.accepted, _default(one), one.meaning


def _default(one: Parameter) -> str:
    if one.required:
        return "required, unless `load` is given" if one.gap else "required"
    return "" if one.default is None else f"`{_toml(one.default, one)}`"


def _toml(value: object, one: Parameter) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item, one) for item in value)}]"
    if one.form.startswith("duration") and isinstance(value, int):
        return f'"{write_duration(value)}"'
    return f'"{value}"' if isinstance(value, str) else str(value)


def presets() -> Iterator[tuple[str, str, str]]:
    """A row for each named workload."""
    for preset in PRESETS.values():
        tenants = f"{preset.tenants} tenants" if preset.tenants > 1 else ""
        resources = f"{preset.resources} resources" if preset.resources > 1 else ""
        yield f"`{preset.name}`", preset.summary, " and ".join(filter(None, (tenants, resources)))
