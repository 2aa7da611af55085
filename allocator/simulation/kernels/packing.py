"""Amounts of several resources as one integer: a field for each, and above it a guard bit that catches a borrow.

`need` fits in `free` where `((free | guards) - need) & guards == guards`: no field had to borrow. Taking and giving
back are one subtraction and one addition. Exact: each resource is divided by the greatest common divisor of what is
asked of it, and what there is of it rounded down, which is as much as anybody can use. Knows no job and no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from allocator.simulation.workload import Column

MOST_FIELDS = 10
"""Masks are kept for every set of fields: 2^10 of them at most."""
SMALL_BITS = 62
"""Up to here a packed vector is a machine word to numpy and to a compiler; beyond it, Python's integers go on."""


@dataclass(frozen=True)
class Packing:
    """Where each resource stands. A resource that nobody asks for has no field."""

    columns: tuple[int, ...]
    """Of each field: which resource it is."""
    units: tuple[int, ...]
    """Of each field: what one stands for."""
    shifts: tuple[int, ...]
    widths: tuple[int, ...]
    """Bits, without the guard."""
    guards: int
    """All guard bits."""

    @classmethod
    def of(cls, demand: Column, most: list[int]) -> Packing | None:
        """Fields for `demand` (jobs, resources), none above `most`; None where there would be too many.

        Args:
            demand: What each job needs in all.
            most: Of each resource the largest capacity of a node, not less than any job needs.
        """
        found = np.gcd.reduce(demand, axis=0).tolist() if len(demand) else [0] * len(most)
        columns = tuple(column for column, unit in enumerate(found) if unit)
        if len(columns) > MOST_FIELDS:
            return None
        units = tuple(found[column] for column in columns)
        # One more than there is must fit in a field too: all ones is what fits nowhere.
        widths = tuple((most[column] // unit + 1).bit_length() for column, unit in zip(columns, units, strict=True))
        shifts = tuple(sum(widths[:field]) + field for field in range(len(widths)))
        guards = sum(1 << shift + width for shift, width in zip(shifts, widths, strict=True))
        return cls(columns, units, shifts, widths, guards)

    @property
    def nothing(self) -> int:
        """All ones in every field: more than there ever is."""
        return self.masks()[self.guards]

    def masks(self) -> dict[int, int]:
        """For every set of guard bits, the bits of the fields below them."""
        found = {0: 0}
        for shift, width in zip(self.shifts, self.widths, strict=True):
            guard, ones = 1 << shift + width, (1 << width) - 1 << shift
            found.update({guards | guard: bits | ones for guards, bits in list(found.items())})
        return found

    def pack(self, amounts: list[int]) -> int:
        """One vector, each resource rounded down to whole units."""
        return sum(
            amounts[column] // unit << shift
            for column, unit, shift in zip(self.columns, self.units, self.shifts, strict=True)
        )

    def pack_all(self, demand: Column) -> list[int]:
        """One vector a row of `demand` (jobs, resources)."""
        small = self.guards.bit_length() <= SMALL_BITS
        packed: Any = np.zeros(len(demand), np.int64 if small else object)
        for column, unit, shift in zip(self.columns, self.units, self.shifts, strict=True):
            field = demand[:, column] // unit
            packed += (field if small else field.astype(object)) << shift
        found: list[int] = packed.tolist()
        return found
