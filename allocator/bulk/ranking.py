"""The order in which a policy with `STATIC` keys serves rows: its key columns, or else its key, row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from allocator.bulk.exact import Bools, Floats, Ints
from allocator.bulk.ordered import Order
from allocator.bulk.quotients import divide, product_of_shares, sum_of_shares
from allocator.bulk.rows import Rows
from allocator.core.policy import Claim, Columnar, Policy


def order_of(rows: Rows, policy: Policy, chosen: Order) -> Order:
    """The chosen rows (ascending), smallest key first, equal keys in order of declaration."""
    if not isinstance(policy, Columnar):
        return _by_key(rows, policy, chosen)
    capacity = rows.capacity[list(rows.shared)]
    columns = [np.asarray(column) for column in policy.columns(ranking(rows), capacity)]
    if len(chosen) < len(rows):
        columns = [column[chosen] for column in columns]
    # A column that is the same everywhere decides nothing; most columns of flags are.
    columns = [column for column in columns if len(column) and (column[1:] != column[:-1]).any()]
    if not columns:
        return chosen
    order = _stable_order(columns[0]) if len(columns) == 1 else np.lexsort(tuple(reversed(columns)))
    return order if len(chosen) == len(rows) else chosen[order]


def _stable_order(column: Any) -> Order:
    """Equal entries by index: the default sort, faster than the stable one, and then each run of equals."""
    order = np.argsort(column)
    ranked = column[order]
    fresh = ranked[1:] != ranked[:-1]
    if fresh.all():
        return order
    # Runs are numbered upwards, so one sort of run x n + index leaves every run where it is and sorts inside it.
    base = np.zeros(len(order), np.int64)
    np.cumsum(fresh, out=base[1:])
    base *= len(order)
    inside = base + order
    inside.sort()
    inside -= base
    return inside


def _by_key(rows: Rows, policy: Policy, chosen: Order) -> Order:
    names, shared = rows.resources, {rows.resources[c]: int(rows.capacity[c]) for c in rows.shared}
    nothing = dict.fromkeys(names, 0)
    weights = rows.weight_list()
    columns = (rows.tenant, rows.priority, rows.demand, rows.tasks, rows.wanted, rows.unlimited)
    keys: list[tuple[Any, int]] = []
    for row, owner, priority, need, tasks, wanted, unlimited in zip(
        chosen.tolist(), *(column[chosen].tolist() for column in columns), strict=True
    ):
        claim = Claim(
            tenant=str(owner),
            work="",
            order=row,
            weight=weights[owner],
            weight_unit=rows.weight_unit,
            priority=priority,
            demand=dict(zip(names, need, strict=True)),
            tasks=None if unlimited else tasks,
            wanted=None if unlimited else dict(zip(names, wanted, strict=True)),
            usage=nothing,
        )
        keys.append((policy.key(claim, shared), row))
    keys.sort()
    return np.array([row for _, row in keys], np.intp)


def ranking(rows: Rows) -> Ranking:
    """What a policy's `columns` sees of the rows."""
    if rows.shared == tuple(range(len(rows.capacity))):
        return Ranking(rows, rows.demand, rows.wanted, rows.resources)
    columns = list(rows.shared)
    demand, wanted = (np.asfortranarray(table[:, columns]) for table in (rows.demand, rows.wanted))
    return Ranking(rows, demand, wanted, tuple(rows.resources[column] for column in columns))


@dataclass(frozen=True, eq=False)
class Ranking:
    """Rows as a policy ranks them: only the resources that shares are measured in, in the order of its `capacity`."""

    rows: Rows
    demand: Ints
    """(rows, resources): what one task needs."""
    wanted: Ints
    """(rows, resources): all tasks together; of unlimited work, what one task needs."""
    resources: tuple[str, ...]

    @property
    def unlimited(self) -> Bools:
        """(rows,): whether it wants without limit."""
        return self.rows.unlimited

    @property
    def priority(self) -> Ints:
        """(rows,): lower first."""
        return self.rows.priority

    @property
    def weight(self) -> Floats:
        """(rows,): the tenant's weight, rounded to a float; `size` takes it exactly."""
        unit = self.rows.weight_unit
        return np.array([weight / unit for weight in self.rows.weight_list()], np.float64)[self.rows.tenant]

    def size(self, capacity: Ints, measure: str, weighing: Literal["divide", "multiply"]) -> Floats:
        """(rows,): how large each want is, weighed; the true number rounded once, so equal sizes are equal floats.

        Args:
            capacity: (resources,), as `columns` was given it.
            measure: `dominant`, `sum`, `product`, or the name of a resource (0 where there is none of it).
            weighing: Whether the weight divides or multiplies the size.
        """
        columns = list(zip(self.wanted.T, capacity.tolist(), strict=True))
        if measure not in ("dominant", "sum", "product"):
            columns = [columns[self.resources.index(measure)]] if measure in self.resources else []
        if self.rows.wide:
            return self._exactly(columns, measure, weighing)
        weight = 1 if self.rows.weights is None else self.rows.weight_of_rows()
        unit = self.rows.weight_unit
        above, below = (unit, weight) if weighing == "divide" else (weight, unit)
        if measure == "product":
            return np.broadcast_to(product_of_shares(columns, above, below), len(self.rows))
        if measure == "sum":
            return np.broadcast_to(sum_of_shares(columns, above, below), len(self.rows))
        # The largest of rounded quotients is the rounded largest quotient: rounding keeps the order.
        size = np.zeros(len(self.rows))
        for wanted, most in columns:
            np.maximum(size, divide(wanted, above, most, below), out=size)
        return size

    def _exactly(
        self, columns: list[tuple[Ints, int]], measure: str, weighing: Literal["divide", "multiply"]
    ) -> Floats:
        """By Python's integers, row by row: for weights that no column can hold."""
        totals = [most for _, most in columns]
        wanted = np.column_stack([column for column, _ in columns]).tolist() if columns else [[]] * len(self.rows)
        unit, weights = self.rows.weight_unit, self.rows.weight_list()
        sizes = np.zeros(len(self.rows))
        for row, (amounts, owner) in enumerate(zip(wanted, self.rows.tenant.tolist(), strict=True)):
            shares = [Fraction(amount, most) for amount, most in zip(amounts, totals, strict=True)]
            if measure == "product":
                size = math.prod(shares, start=Fraction(1))
            else:
                size = sum(shares, Fraction(0)) if measure == "sum" else max(shares, default=Fraction(0))
            weight = Fraction(weights[owner], unit)
            size = size / weight if weighing == "divide" else size * weight
            # One division of whole numbers: rounded once.
            try:
                sizes[row] = size.numerator / size.denominator
            except OverflowError:
                sizes[row] = math.inf
        return sizes
