"""The order in which a policy with `STATIC` keys serves rows: its key columns, or else its key, row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from allocator.bulk.exact import Bools, Floats, Ints, divide
from allocator.bulk.ordered import Order
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
    """Equal entries by index. The default sort is faster than the stable one; few entries are equal."""
    order = np.argsort(column)
    ranked = column[order]
    tied = ranked[1:] == ranked[:-1]
    count = int(np.count_nonzero(tied))
    if not count:
        return order
    if count > len(order) // 8:
        return np.argsort(column, kind="stable")
    member = np.zeros(len(order), np.bool_)
    member[1:] = tied
    member[:-1] |= tied
    places = np.flatnonzero(member)
    # The tied places are in order of their entries already: only the indices inside each run are not.
    run = np.cumsum(~np.concatenate(([False], tied)))[places]
    mine = order[places]
    order[places] = mine[np.lexsort((mine, run))]
    return order


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
        if measure in ("sum", "product"):
            return self._of_all(columns, measure, weighing)
        if measure != "dominant":
            columns = [columns[self.resources.index(measure)]] if measure in self.resources else []
        # The largest of rounded quotients is the rounded largest quotient: rounding keeps the order.
        size = np.zeros(len(self.rows))
        for wanted, most in columns:
            np.maximum(size, self._weighed(wanted, most, weighing), out=size)
        return size

    def _weighed(self, wanted: Ints, most: int, weighing: Literal["divide", "multiply"]) -> Floats:
        if self.rows.weights is None:
            return divide(wanted, 1, most)
        if self.rows.wide:
            return self._exactly(wanted.tolist(), most, weighing)
        weight = self.rows.weight[self.rows.tenant]
        if weighing == "divide":
            return divide(wanted, self.rows.weight_unit, most, weight)
        return divide(wanted, weight, most, self.rows.weight_unit)

    def _of_all(self, columns: list[tuple[Ints, int]], measure: str, weighing: Literal["divide", "multiply"]) -> Floats:
        """Sum or product of the shares: the numerators pass 2^53 at once, so Python's integers hold them."""
        wanted = [column.tolist() for column, _ in columns]
        totals = [most for _, most in columns]
        if measure == "product":
            below = math.prod(totals)
            above = [math.prod(row) for row in zip(*wanted, strict=True)] if columns else [1] * len(self.rows)
        else:
            below = math.lcm(*totals)
            steps = [below // most for most in totals]
            above = [sum(map(int.__mul__, row, steps)) for row in zip(*wanted, strict=True)]
            above = above if columns else [0] * len(self.rows)
        return self._exactly(above, below, weighing)

    def _exactly(self, above: list[int], below: int, weighing: Literal["divide", "multiply"]) -> Floats:
        unit, of_tenant = self.rows.weight_unit, self.rows.weight_list()
        weights = [of_tenant[owner] for owner in self.rows.tenant.tolist()]
        if weighing == "divide":
            found = ((amount * unit) / (below * weight) for amount, weight in zip(above, weights, strict=True))
        else:
            found = ((amount * weight) / (below * unit) for amount, weight in zip(above, weights, strict=True))
        return np.fromiter(found, np.float64, len(above))
