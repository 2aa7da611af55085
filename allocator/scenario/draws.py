"""What a workload draws from, between TOML and the core: one value such as `{ kind = "poisson", mean = "30s" }`.

Owns the JSON Schema, the faults and the writing of such a value, all made from the catalogue in `core.draws`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from allocator.core.durations import write_duration
from allocator.core.errors import QuantityError
from allocator.core.generators import Draw
from allocator.core.kinds import Family, Kind, Parameter
from allocator.core.text import did_you_mean
from allocator.scenario import values
from allocator.scenario.faults import Collector
from allocator.scenario.fields import DURATION
from allocator.scenario.positions import Path


def schema(family: Family) -> dict[str, Any]:
    """The JSON Schema of a key whose value is drawn: a plain value, or one table a kind."""
    plain = family.kinds.get(family.plain)
    short = {"enum": _bare(family)} if plain is None else parameter_schema(plain.parameters[0])
    return {"anyOf": [short, *(_kind_schema(kind) for kind in family.kinds.values())]}


def _bare(family: Family) -> list[str]:
    """The kinds that are said by their name alone."""
    return [name for name, kind in family.kinds.items() if not any(one.required for one in kind.parameters)]


def _kind_schema(kind: Kind) -> dict[str, Any]:
    properties = {one.name: {**parameter_schema(one), "description": one.meaning} for one in kind.parameters}
    return {
        "type": "object",
        "description": kind.summary,
        "additionalProperties": False,
        "required": ["kind", *(one.name for one in kind.parameters if one.required and not one.gap)],
        "properties": {"kind": {"const": kind.name}, **properties},
    }


def parameter_schema(one: Parameter) -> dict[str, Any]:
    """The JSON Schema of one parameter."""
    if one.form == "choice":
        return {"enum": list(one.choices)}
    if one.form.startswith("duration"):
        item = dict(DURATION)
    else:
        low = "exclusiveMinimum" if one.above else "minimum"
        item = {"type": "integer" if one.form.startswith("whole") else "number", low: one.least, "maximum": one.most}
    if not one.listed:
        return item
    length = {"minItems": one.length or 1} | ({"maxItems": one.length} if one.length else {})
    return {"type": "array", "items": item, **length}


class DrawReader:
    """Reads draws, and parameters by themselves; a fault is told, and None is what was read."""

    def __init__(self, collect: Collector) -> None:
        self._collect = collect

    def draw(self, raw: object, place: Path, family: Family, *, scaled: bool = False) -> Draw | None:
        """The draw that `raw` says.

        Args:
            raw: What stands under the key: a table with a `kind`, or a plain value.
            place: Of the key.
            family: What may be drawn there.
            scaled: Whether times between arrivals are scaled anyway, and may be left out.
        """
        if isinstance(raw, dict):
            return self._table(raw, place, family, scaled)
        if family.plain:
            value = self.parameter(raw, place, family.kinds[family.plain].parameters[0], ", or a table with a kind")
            return None if value is None else Draw(family.plain, {"value": value})
        if isinstance(raw, str):
            return self._table({"kind": raw}, place, family, scaled)
        bare = f'"{_bare(family)[0]}"'
        self._collect.fault(place, f"found {values.found(raw)}, expected {bare}, or a table with a kind")
        return None

    def _table(self, raw: dict[str, Any], place: Path, family: Family, scaled: bool) -> Draw | None:
        name = raw.get("kind")
        kind = family.kinds.get(name) if isinstance(name, str) else None
        if kind is None:
            near = did_you_mean(name, family.kinds) if isinstance(name, str) else ""
            what = f"found {values.found(name)}" if "kind" in raw else "missing"
            where = (*place, "kind") if "kind" in raw else place
            self._collect.fault(where, f"{what}, expected {family.noun}: one of {', '.join(family.kinds)}{near}")
            return None
        made: dict[str, object] = {}
        for key, value in raw.items():
            one = kind.parameter(key)
            if one is not None:
                made[key] = self.parameter(value, (*place, key), one)
            elif key != "kind":
                self._collect.fault((*place, key), kind.unknown(key))
        missing = [one for one in kind.parameters if one.required and one.name not in raw and not (one.gap and scaled)]
        for one in missing:
            self._collect.fault(place, f"missing {one.name}; {kind.name} needs it: {one.meaning}")
        if missing or None in made.values():
            return None
        draw = Draw(kind.name, made)
        wrong = kind.agrees(kind.filled(made)) if kind.agrees else None
        if wrong is None:
            return draw
        key, expected = wrong
        self._collect.fault((*place, key), f"found {values.found(raw.get(key))}, expected {expected}")
        return None

    def parameter(self, raw: object, place: Path, one: Parameter, more: str = "") -> Any:
        """The value of one parameter: durations in milliseconds, lists as tuples; None where it is faulty.

        Args:
            raw: What stands there.
            place: Of it.
            one: The parameter.
            more: What else is accepted there.
        """
        try:
            value = _list(raw, one) if one.listed else _read(raw, one)
        except QuantityError as error:
            self._collect.fault(place, f"{error}{more}")
            return None
        if value is not None and one.takes(value):
            return value
        self._collect.fault(place, f"found {_shown(raw)}, expected {one.accepted}{more}")
        return None


def _list(raw: object, one: Parameter) -> tuple[object, ...] | None:
    return tuple(_read(item, one) for item in raw) if isinstance(raw, list) else None


def _read(raw: object, one: Parameter) -> object:
    if one.form.startswith("duration"):
        return values.duration(raw)
    return float(raw) if isinstance(raw, Decimal) else raw


def _shown(raw: object) -> str:
    if not isinstance(raw, list):
        return values.found(raw)
    shown = ", ".join(values.found(item) for item in raw[:7])
    return f"[{shown}{', ...' if len(raw) > 7 else ''}]"


def write(draw: Draw, family: Family) -> object:
    """What TOML has for `draw`: the shortest that reads back as it."""
    kind = family.kinds[draw.kind]
    made: dict[str, object] = {}
    for name, value in draw.parameters.items():
        one = kind.parameter(name)
        made[name] = _written(value, one) if one is not None else value
    if draw.kind == family.plain:
        return made["value"]
    if not made and not family.plain:
        return draw.kind
    return {"kind": draw.kind, **made}


def _written(value: Any, one: Parameter) -> object:
    if one.form == "durations":
        return [write_duration(item) for item in value]
    if one.form == "duration":
        return write_duration(value)
    return list(value) if one.listed else value
