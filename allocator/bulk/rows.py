"""Rows of work as columns: what `allocate_arrays` takes, checked once. It decides nothing about who is served.

Every quantity is a whole number of its resource's smallest unit. Columns are stored one after the other (Fortran
order), because every pass reads one resource at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from allocator.bulk.exact import Bools, Ints, total
from allocator.bulk.weights import exact_weights
from allocator.core.errors import QuantityError
from allocator.core.resources import LARGEST

UNLIMITED = -1
"""In the column `tasks`: without limit."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Work by row: who wants how many tasks of what. Row order is the order of declaration."""

    demand: Ints
    """(rows, resources): what one task needs."""
    capacity: Ints
    """(resources,)"""
    tenant: Ints
    """(rows,): whose work it is."""
    tasks: Ints
    """(rows,): how many are wanted; `UNLIMITED` is without limit."""
    divisible: Bools
    """(rows,): whether any fraction may be granted."""
    weights: Ints | tuple[int, ...] | None
    """Of each tenant, over `weight_unit`: a column, Python's integers where that is inexact, None where all are 1."""
    weight_unit: int
    priority: Ints
    """(rows,): lower first."""
    tenants: int
    """How many there are, those without a row included."""
    resources: tuple[str, ...] = ()
    """Names of the columns, for a measure that names one; "0", "1", ... where nobody says."""
    shared: tuple[int, ...] = ()
    """The columns that shares are measured in; those that there is any of, unless the scenario says less."""
    wanted: Ints = field(init=False)
    """(rows, resources): all tasks together; of unlimited work, what one task needs."""

    def __post_init__(self) -> None:
        """Compute `wanted`; the demand itself, not a copy, where every row wants one task."""
        one = bool(((self.tasks == 1) | (self.tasks == UNLIMITED)).all())
        counts = np.where(self.tasks == UNLIMITED, 1, self.tasks)
        wanted = self.demand if one else np.asfortranarray(self.demand * counts[:, None])
        object.__setattr__(self, "wanted", wanted)

    @classmethod
    def of(
        cls,
        demand: npt.ArrayLike,
        capacity: npt.ArrayLike,
        *,
        tenant: npt.ArrayLike | None = None,
        tasks: npt.ArrayLike | None = None,
        weight: Sequence[Any] | npt.ArrayLike | None = None,
        priority: npt.ArrayLike | None = None,
        divisible: npt.ArrayLike | None = True,
        resources: Sequence[str] | None = None,
    ) -> Rows:
        """Rows from what a notebook has; every argument is checked.

        Args:
            demand: (rows, resources), what one task needs, whole numbers of smallest units.
            capacity: (resources,).
            tenant: (rows,), the index of each row's tenant; left out, each row is a tenant by itself.
            tasks: (rows,) or one number for all, how many are wanted; -1 is without limit; left out, one.
            weight: (tenants,), above 0: ints, floats (0.1 is a tenth, as it is written) or Fractions; left out, equal.
            priority: (rows,), lower first; left out, 100 each.
            divisible: Whether any fraction may be granted, for all or (rows,).
            resources: Names of the columns of `demand`.

        Raises:
            QuantityError: A wrong shape, a number that is no whole number or negative, or wants that together pass
                2^62 of a resource.
        """
        pool = _whole("capacity", capacity)
        if pool.ndim != 1:
            raise QuantityError(f"capacity: found shape {pool.shape}, expected (resources,)")
        needs = _whole("demand", demand)
        if needs.ndim != 2 or needs.shape[1] != len(pool):
            raise QuantityError(f"demand: found shape {needs.shape}, expected (rows, {len(pool)}), as capacity has")
        count = len(needs)
        owner = np.arange(count) if tenant is None else _whole("tenant", tenant, count)
        wanted = np.ones(count, np.int64) if tasks is None else _whole("tasks", tasks, count, least=UNLIMITED)
        weights, unit = (None, 1) if weight is None else exact_weights(weight)
        highest = int(owner.max()) if count else -1
        tenants = highest + 1 if weight is None else len(np.asarray(weight))
        if highest >= tenants:
            raise QuantityError(f"tenant: found index {highest}, expected below {tenants}, as weight has")
        names = tuple(map(str, range(len(pool)))) if resources is None else tuple(resources)
        if len(names) != len(pool):
            raise QuantityError(f"resources: found {len(names)} names, expected {len(pool)}, as capacity has")
        needs = np.asfortranarray(needs)
        _check_totals(names, needs, wanted)
        ranks = np.full(count, 100) if priority is None else _whole("priority", priority, count, least=None)
        return cls(
            demand=needs,
            capacity=pool,
            tenant=owner,
            tasks=wanted,
            divisible=_bools("divisible", divisible, count),
            weights=weights,
            weight_unit=unit,
            priority=ranks,
            tenants=tenants,
            resources=names,
            shared=tuple(np.flatnonzero(pool).tolist()),
        )

    def __len__(self) -> int:
        return len(self.demand)

    @cached_property
    def unlimited(self) -> Bools:
        """(rows,): whether it wants without limit; work that needs nothing does not."""
        endless: Bools = self.tasks == UNLIMITED
        return endless

    @cached_property
    def wants(self) -> Bools:
        """(rows,): whether it wants anything at all."""
        needs: Bools = np.zeros(len(self), np.bool_)
        for column in self.demand.T:
            needs |= column > 0
        needs &= self.tasks != 0
        return needs

    @cached_property
    def infeasible(self) -> Bools:
        """(rows,): one task exceeds the pool; divisible: it needs a resource that there is none of."""
        never: Bools = np.zeros(len(self), np.bool_)
        for column, most in zip(self.demand.T, self.capacity.tolist(), strict=True):
            if most == 0:
                never |= column > 0
            else:
                never |= (column > most) & ~self.divisible
        return never

    @cached_property
    def plain(self) -> bool:
        """Whether row i is all that tenant i has."""
        return self.tenants == len(self) and bool((self.tenant == np.arange(len(self))).all())

    def one_each(self, chosen: Bools) -> bool:
        """Whether no tenant has two of the chosen rows."""
        return self.plain or not chosen.any() or int(np.bincount(self.tenant[chosen]).max()) <= 1

    @cached_property
    def weight(self) -> Ints:
        """(tenants,): the weights over `weight_unit`; only where they are not `wide`."""
        return np.ones(self.tenants, np.int64) if self.weights is None else np.asarray(self.weights, np.int64)

    def weight_of_rows(self) -> Ints:
        """(rows,): the weight of each row's tenant; only where they are not `wide`."""
        return self.weight if self.plain else self.weight[self.tenant]

    @property
    def wide(self) -> bool:
        """Whether the weights together pass what a float64 holds exactly; then Python's integers do the work."""
        return isinstance(self.weights, tuple)

    def weight_list(self) -> list[int]:
        """The weight of each tenant over `weight_unit`, as Python's integers."""
        return list(self.weights) if isinstance(self.weights, tuple) else self.weight.tolist()


def _whole(place: str, values: npt.ArrayLike, count: int | None = None, least: int | None = 0) -> Ints:
    """`values` as int64, (count,) where a count is given; one number stands for all."""
    found = np.asarray(values)
    if found.size == 0 and found.dtype == np.float64:
        found = found.astype(np.int64)
    if found.dtype.kind == "f":
        if not np.isfinite(found).all():
            raise QuantityError(f"{place}: found NaN or infinity, expected whole numbers")
        if (found != np.floor(found)).any():
            raise QuantityError(f"{place}: found a fraction, expected whole numbers of the smallest unit")
    elif found.dtype.kind not in "iu" and not (found.dtype.kind == "O" and _all_ints(found)):
        raise QuantityError(f"{place}: found {found.dtype} values, expected whole numbers")
    lowest, highest = (int(found.min()), int(found.max())) if found.size else (0, 0)
    if highest > LARGEST:
        raise QuantityError(f"{place}: found {highest}, expected at most 2^62")
    if lowest < (-LARGEST if least is None else least):
        accepted = "at least -2^62" if least is None else f"no less than {least}"
        raise QuantityError(f"{place}: found {lowest}, expected {accepted}")
    whole = found.astype(np.int64, copy=False)
    return whole if count is None else _per_row(place, whole, count)


def _all_ints(found: npt.NDArray[Any]) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) for value in found.flat)


def _bools(place: str, values: npt.ArrayLike | None, count: int) -> Bools:
    found = np.asarray(values)
    if found.dtype != np.bool_:
        raise QuantityError(f"{place}: found {found.dtype} values, expected true or false")
    return _per_row(place, found, count)


def _per_row(place: str, values: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    if values.ndim == 0:
        return np.full(count, values)
    if values.shape != (count,):
        raise QuantityError(f"{place}: found shape {values.shape}, expected ({count},), an entry a row")
    return values


def _check_totals(names: Sequence[str], demand: Ints, tasks: Ints) -> None:
    """All wants of a resource together stay within 2^62, so that no sum of any part of them can overflow."""
    counts = np.where(tasks == UNLIMITED, 1, tasks)
    many = bool((counts != 1).any())
    for name, column in zip(names, demand.T, strict=True):
        # A float sum is off by far less than the factor 2 that int64 leaves above 2^62.
        rough = (
            float(np.multiply(column, counts, dtype=np.float64).sum()) if many else float(column.sum(dtype=np.float64))
        )
        if rough < LARGEST * 0.99:
            continue
        whole = sum(map(int.__mul__, column.tolist(), counts.tolist())) if many else total(column)
        if whole > LARGEST:
            raise QuantityError(f"demand: found {whole} of resource {name} wanted in all, expected at most 2^62")
