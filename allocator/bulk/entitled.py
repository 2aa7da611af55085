"""Slices and entitlements: every tenant is granted each resource by itself, up to what the policy entitles it to.

The order inside a tenant is that of the engine, (priority, declaration); all tenants are served side by side, their
first rows, then their second rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from allocator.bulk.exact import Bools, Ints, largest, total
from allocator.bulk.maxmin import max_min
from allocator.bulk.ordered import Order
from allocator.bulk.rows import Rows
from allocator.core.resources import LARGEST


class Entitlements:
    """What a policy's `entitle_columns` works with: the wants and weights of all tenants, and max-min over them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def max_min(self, *, up_to_wants: bool) -> Ints:
        """(tenants, resources): the weighted max-min share of each resource by itself, in whole units.

        Args:
            up_to_wants: Whether nobody gets more than it wants; otherwise wants play no part.
        """
        rows = self._rows
        shares = np.zeros((rows.tenants, len(rows.capacity)), np.int64, order="F")
        for resource, amount in enumerate(rows.capacity.tolist()):
            if not amount:
                continue
            if up_to_wants:
                wants = wants_of_tenants(rows, resource, ~rows.infeasible & rows.wants)
            else:
                wants = np.full(rows.tenants, amount)
            shares[:, resource] = max_min(amount, wants, rows.weight)
        return shares


def wants_of_tenants(rows: Rows, resource: int, chosen: Bools) -> Ints:
    """(tenants,): what the chosen rows want of a resource; 2^62 is without limit."""
    column = np.where(chosen, rows.wanted[:, resource], 0)
    wants = by_tenant(rows, column)
    endless = chosen & rows.unlimited & (column > 0)
    if endless.any():
        wants[rows.tenant[endless]] = LARGEST
    return wants


def by_tenant(rows: Rows, column: Ints) -> Ints:
    """(tenants,): the exact sums of a column over each tenant's rows."""
    if rows.plain:
        return column
    sums = np.zeros(rows.tenants, np.int64)
    np.add.at(sums, rows.tenant, column)
    return sums


def turns(rows: Rows, chosen: Bools) -> Iterator[Order]:
    """The chosen rows in turns: the first of every tenant by (priority, declaration), then the second ones."""
    if rows.plain:
        yield np.flatnonzero(chosen)
        return
    picked = np.flatnonzero(chosen)
    order = picked[np.lexsort((picked, rows.priority[picked], rows.tenant[picked]))]
    owner = rows.tenant[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = owner[1:] != owner[:-1]
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    by_turn = np.argsort(place, kind="stable")
    for start, end in _runs(place[by_turn]):
        yield order[by_turn[start:end]]


def _runs(values: Ints) -> Iterator[tuple[int, int]]:
    edges = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    return ((start, end) for start, end in itertools.pairwise(edges) if end > start)


def hand_out_slices(rows: Rows, slices: Ints, granted: Ints) -> None:
    """Serve each tenant inside its slice: whole tasks as they fit in it, divisible work each resource by itself."""
    left = slices.copy(order="F")
    for turn in turns(rows, rows.wants & ~rows.infeasible):
        whole, divisible = turn[~rows.divisible[turn]], turn[rows.divisible[turn]]
        grant_each(rows, divisible, left, granted)
        if len(whole):
            owner = rows.tenant[whole]
            count = np.where(rows.unlimited[whole], LARGEST, rows.tasks[whole])
            for resource, column in enumerate(rows.demand.T):
                need = column[whole]
                np.minimum(count, left[owner, resource] // np.maximum(need, 1), out=count, where=need > 0)
            for resource, column in enumerate(rows.demand.T):
                amounts = column[whole] * count
                granted[whole, resource] += amounts
                left[owner, resource] -= amounts


def grant_each(rows: Rows, turn: Order, left: Ints, granted: Ints) -> None:
    """Grant divisible rows, at most one a tenant, what is `left` of what they want, each resource by itself."""
    if not len(turn):
        return
    every = len(turn) == len(rows) and rows.plain
    owner = slice(None) if every else rows.tenant[turn]
    chosen = slice(None) if every else turn
    endless = rows.unlimited[turn] if rows.unlimited.any() else None
    for resource in range(len(rows.capacity)):
        want = rows.wanted[chosen, resource] - granted[chosen, resource]
        if endless is not None:
            want = np.where(endless & (rows.demand[chosen, resource] > 0), LARGEST, want)
        amounts = np.minimum(want, left[owner, resource])
        granted[chosen, resource] += amounts
        left[owner, resource] -= amounts


def hand_out_entitlements(
    rows: Rows,
    entitlement: Ints,
    granted: Ints,
    serve_whole_tasks: Callable[[list[int]], None],
) -> None:
    """Divisible tenants first, exactly their entitlement; then whole tasks of the rest; then fill with what remains.

    Args:
        rows: All work.
        entitlement: (tenants, resources).
        granted: (rows, resources); changed.
        serve_whole_tasks: Serves the whole-task rows from the free amounts it is given, which it changes.
    """
    chosen = rows.wants & rows.divisible & ~rows.infeasible
    if not rows.divisible.all():
        mixed = np.zeros(rows.tenants, np.bool_)
        mixed[rows.tenant[~rows.divisible]] = True
        reserved = chosen & ~mixed[rows.tenant]
    else:
        reserved = chosen
    if reserved.any():
        left = entitlement.copy(order="F")
        for turn in turns(rows, reserved):
            grant_each(rows, turn, left, granted)
    free = [amount - total(column) for amount, column in zip(rows.capacity.tolist(), granted.T, strict=True)]
    if not rows.divisible.all():
        serve_whole_tasks(free)
    if chosen.any() and any(free):
        _fill(rows, chosen, free, granted)


def _fill(rows: Rows, chosen: Bools, free: list[int], granted: Ints) -> None:
    """Share what is free, each resource by itself, max-min among the tenants with divisible work."""
    wanting = np.zeros(rows.tenants, np.bool_)
    wanting[rows.tenant[chosen]] = True
    tenants = np.flatnonzero(wanting)
    goals = np.zeros((rows.tenants, len(free)), np.int64, order="F")
    for resource, amount in enumerate(free):
        if not amount:
            continue
        usage = by_tenant(rows, granted[:, resource])
        open_want = np.where(chosen, rows.wanted[:, resource] - granted[:, resource], 0)
        tops = usage + by_tenant(rows, open_want)
        endless = chosen & rows.unlimited & (rows.demand[:, resource] > 0)
        tops[rows.tenant[endless]] = LARGEST
        held = usage[tenants]
        if largest(tops[tenants] - held) > 0:
            share = max_min(amount + total(held), tops[tenants], rows.weight[tenants], held)
            goals[tenants, resource] = share - held
    if goals.any():
        for turn in turns(rows, chosen):
            grant_each(rows, turn, goals, granted)
