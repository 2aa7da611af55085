"""How a draw is described: parameters with their bounds and meanings, kinds that have them, families of kinds.

Owns what a value may be, in words and as a test. Which kinds there are is `draws`'; how their text is read is the
scenario's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from allocator.core.durations import LARGEST_MS, write_duration
from allocator.core.errors import QuantityError
from allocator.core.generators import Draw
from allocator.core.text import did_you_mean

Form = Literal["duration", "number", "whole", "durations", "numbers", "wholes", "choice"]
"""What a value is: one, or a list of at least one."""


@dataclass(frozen=True)
class Parameter:
    """One number, list or word that a kind of draw takes."""

    name: str
    form: Form
    meaning: str
    default: object = None
    optional: bool = False
    """Whether it may be left out although it has no default; the meaning says what happens then."""
    least: float = 0
    most: float = 1e9
    above: bool = False
    """Whether the least itself is too little."""
    choices: tuple[str, ...] = ()
    length: int | None = None
    """Of a list that must have just so many."""
    gap: bool = False
    """Whether it is a time between arrivals: `load` scales it, and where that is said even a required one may miss."""

    @property
    def required(self) -> bool:
        """Whether a draw must have it."""
        return self.default is None and not self.optional

    @property
    def listed(self) -> bool:
        """Whether it is a list."""
        return self.form in ("durations", "numbers", "wholes")

    @property
    def accepted(self) -> str:
        """What it may be, in words: `a number above 1`."""
        if self.form == "choice":
            return "one of " + ", ".join(f'"{choice}"' for choice in self.choices)
        noun = {"duration": "duration", "number": "number", "whole": "whole number"}[self.form.rstrip("s")]
        bounds = self._bounds()
        if not self.listed:
            return f"a {noun}{bounds}"
        count = "" if self.length is None else f"{self.length} "
        return f"a list of {count}{noun}s{bounds}" + (" each" if bounds else "")

    def _bounds(self) -> str:
        if self.form.startswith("duration"):
            highest = f" up to {write_duration(int(self.most))}" if self.most < LARGEST_MS else ""
            return " above 0" if self.above else highest
        most = f"{self.most:,.16g}" if self.most < 1e9 else ""
        if self.above:
            return f" above {self.least:g}" + (f", at most {most}" if most else "")
        return f" from {self.least:g} to {most}" if most else f" of at least {self.least:g}"

    def takes(self, value: object) -> bool:
        """Whether `value` may stand here: durations in whole milliseconds, lists as lists or tuples."""
        if self.form == "choice":
            return value in self.choices
        if self.listed:
            if not isinstance(value, list | tuple) or not value or self.length not in (None, len(value)):
                return False
            return all(self._takes_one(one) for one in value)
        return self._takes_one(value)

    def _takes_one(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return False
        if self.form.rstrip("s") != "number" and not isinstance(value, int):
            return False
        most = LARGEST_MS if self.form.startswith("duration") else self.most
        return self.least <= value <= min(most, self.most) and not (self.above and value == self.least)


Agrees = Callable[[Mapping[str, Any]], tuple[str, str] | None]
"""Of parameters that are each fine: the one that does not go with the rest, and what is expected; None where all do."""


@dataclass(frozen=True)
class Kind:
    """One process of arrivals, or one distribution."""

    name: str
    summary: str
    parameters: tuple[Parameter, ...] = ()
    agrees: Agrees | None = None
    source: str = ""

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((one for one in self.parameters if one.name == name), None)

    def filled(self, parameters: Mapping[str, object]) -> dict[str, Any]:
        """`parameters` with those left out at their defaults; a required `gap` left out is a minute."""
        other = {one.name: 60_000 if one.gap and one.required else one.default for one in self.parameters}
        return {**other, **parameters}

    def unknown(self, name: str) -> str:
        """What to say of a parameter it does not have."""
        known = [one.name for one in self.parameters]
        listed = ", ".join(known) or "none"
        return f"unknown key, {self.name} takes {listed}{did_you_mean(name, known)}"


@dataclass(frozen=True)
class Family:
    """All that one key of a workload may be drawn from."""

    key: str
    """Of the workload: `arrivals`, `runtime`, `tasks`, `estimates`."""
    noun: str
    """What one of its kinds is called."""
    kinds: Mapping[str, Kind]
    plain: str = ""
    """The kind that a plain value, outside of a table, stands for, as its parameter `value`."""

    def kind(self, name: object) -> Kind:
        """The kind of that name.

        Raises:
            QuantityError: There is none; the message has the nearest.
        """
        found = self.kinds.get(name) if isinstance(name, str) else None
        if found is None:
            shown = repr(name) if len(repr(name)) <= 60 else f"{repr(name)[:57]}..."
            near = did_you_mean(name, self.kinds) if isinstance(name, str) else ""
            raise QuantityError(f"found {shown}, expected {self.noun}: one of {', '.join(self.kinds)}{near}")
        return found

    def complete(self, draw: Draw) -> dict[str, Any]:
        """Every parameter of `draw`, those left out as in `Kind.filled`.

        Raises:
            QuantityError: There is no such kind, or a parameter is unknown, missing or out of its bounds.
        """
        kind = self.kind(draw.kind)
        for name in draw.parameters:
            if kind.parameter(name) is None:
                raise QuantityError(f"{self.key}.{name}: {kind.unknown(name)}")
        made = kind.filled(draw.parameters)
        for one in kind.parameters:
            value = made[one.name]
            if value is None and one.required:
                raise QuantityError(f"{self.key}.{one.name}: missing, expected {one.accepted}")
            if value is not None and not one.takes(value):
                raise QuantityError(f"{self.key}.{one.name}: found {value!r}, expected {one.accepted}")
        wrong = kind.agrees(made) if kind.agrees else None
        if wrong is not None:
            raise QuantityError(f"{self.key}.{wrong[0]}: expected {wrong[1]}")
        return made
