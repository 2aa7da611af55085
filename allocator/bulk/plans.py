"""Which algorithm covers which rows under which policy, by what the policy declares; the algorithms are elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from allocator.bulk.entitled import Entitlements, hand_out_entitlements, hand_out_slices
from allocator.bulk.exact import Bools, Floats, Ints, common_shift, largest
from allocator.bulk.filling import dominant_shares, fill
from allocator.bulk.maxmin import applies as max_min_applies
from allocator.bulk.ordered import Asked, serve
from allocator.bulk.popping import pop_tasks
from allocator.bulk.ranking import order_of
from allocator.bulk.rows import Rows
from allocator.bulk.tasks import Tasks, of_rows, serve_tasks
from allocator.core.model import OnMisfit
from allocator.core.policy import Entitling, Filling, KeyChange, Policy, Ranks, filling

Fast = Callable[[], Ints]


@runtime_checkable
class Dividing(Protocol):
    """A policy whose key is what the tenant holds of a resource by something, the largest over resources."""

    key_divides_by: Literal["capacity", "entitlement"]
    """Capacity times weight, or the tenant's entitlement (nothing entitled: infinite); one division."""
    counts_next: bool
    """Whether what it holds counts the next task."""


@runtime_checkable
class EntitlingColumns(Protocol):
    """A policy that says what `entitle` says, in columns."""

    def entitle_columns(self, entitlements: Entitlements) -> Ints:
        """(tenants, resources): what each is entitled to."""


def plan(rows: Rows, policy: Policy, on_misfit: OnMisfit) -> Fast | None:
    """What to call for the grants (rows, resources) of a fast algorithm; None where none covers these rows."""
    stops = on_misfit == "stop"
    kind = filling(policy)
    if kind is Filling.NONE:
        covered = policy.key_change is KeyChange.STATIC and policy.ranks is Ranks.WORK
        return (lambda: _ordered(rows, policy, stops)) if covered and not isinstance(policy, Entitling) else None
    if rows.wide or not max_min_applies(rows.weight):
        return None
    if kind is Filling.DOMINANT_SHARE:
        return _plan_level(rows, policy, stops)
    if not isinstance(policy, EntitlingColumns):
        return None
    if kind is Filling.SLICE:
        return lambda: _slices(rows, policy)
    if rows.divisible.all() or (isinstance(policy, Dividing) and policy.key_divides_by == "entitlement"):
        return lambda: _entitlements(rows, policy, stops)
    return None


def _nothing(rows: Rows) -> Ints:
    return np.zeros((len(rows), len(rows.capacity)), np.int64, order="F")


def _ordered(rows: Rows, policy: Policy, stops: bool) -> Ints:
    granted = _nothing(rows)
    asked = Asked(rows.demand, rows.tasks, rows.wanted, rows.divisible, rows.unlimited)
    if stops:
        order = order_of(rows, policy, np.flatnonzero(rows.wants))
        refused = rows.infeasible[order]
        if refused.any():
            # Its turn ends the round; nothing of it is granted, also where a crumb would fit.
            order = order[: int(refused.argmax())]
    else:
        order = order_of(rows, policy, np.flatnonzero(rows.wants & ~rows.infeasible))
    serve(asked, order, rows.capacity.tolist(), granted, stops=stops)
    return granted


def _slices(rows: Rows, policy: EntitlingColumns) -> Ints:
    granted = _nothing(rows)
    hand_out_slices(rows, policy.entitle_columns(Entitlements(rows)), granted)
    return granted


def _entitlements(rows: Rows, policy: EntitlingColumns, stops: bool) -> Ints:
    granted = _nothing(rows)
    entitlement = policy.entitle_columns(Entitlements(rows))

    def serve_whole_tasks(free: list[int]) -> None:
        _whole_tasks(
            rows, entitlement, free, granted, counts_next=bool(getattr(policy, "counts_next", True)), stops=stops
        )

    hand_out_entitlements(rows, entitlement, granted, serve_whole_tasks)
    return granted


def _plan_level(rows: Rows, policy: Policy, stops: bool) -> Fast | None:
    feasible = rows.wants & ~rows.infeasible
    by_capacity = isinstance(policy, Dividing) and policy.key_divides_by == "capacity"
    if not (feasible & rows.divisible).any():
        whole_only = by_capacity and not (stops and (rows.wants & rows.divisible).any())
        counts_next = bool(getattr(policy, "counts_next", True))
        return (lambda: _only_whole_tasks(rows, counts_next, stops)) if whole_only else None
    if (feasible & ~rows.divisible).any() or not rows.one_each(rows.wants):
        return None
    if stops and (rows.wants & rows.infeasible).any():
        return None
    dominant = dominant_shares(rows)
    aside = feasible & (dominant == 0.0)
    if aside.any() and (stops or not by_capacity):
        return None
    return lambda: _levelled(rows, dominant, aside, feasible)


def _levelled(rows: Rows, dominant: Floats, aside: Bools, feasible: Bools) -> Ints:
    granted = _nothing(rows)
    free = rows.capacity.tolist()
    if aside.any():
        # No level can hold them back: their key is 0, so they are popped before anything rises.
        asked = Asked(rows.demand, rows.tasks, rows.wanted, rows.divisible, rows.unlimited)
        serve(asked, _by_tenant(rows, aside), free, granted)
    fill(rows, _by_tenant(rows, feasible), dominant, free, granted)
    return granted


def _only_whole_tasks(rows: Rows, counts_next: bool, stops: bool) -> Ints:
    granted = _nothing(rows)
    _whole_tasks(rows, None, rows.capacity.tolist(), granted, counts_next=counts_next, stops=stops)
    return granted


def _by_tenant(rows: Rows, chosen: Bools) -> Ints:
    picked = np.flatnonzero(chosen)
    return picked if rows.plain else picked[np.argsort(rows.tenant[picked], kind="stable")]


def _whole_tasks(
    rows: Rows, entitlement: Ints | None, free: list[int], granted: Ints, *, counts_next: bool, stops: bool
) -> None:
    """Serve whole tasks by their key, which divides by the entitlement, or by capacity x weight where there is none."""
    chosen = rows.wants & ~rows.divisible
    alone = rows.one_each(chosen)
    if alone and not stops:
        # Its turn would refuse an infeasible row and change nothing; before other rows of a tenant it holds them up.
        chosen &= ~rows.infeasible
    if not chosen.any():
        return
    order = _by_tenant(rows, chosen)
    tasks = _tasks(rows, order, entitlement, counts_next) if alone else None
    if tasks is not None:
        counts = serve_tasks(tasks, free, stops=stops)
        for resource, column in enumerate(tasks.demand.T):
            granted[order, resource] = column * counts
        return
    if entitlement is None:
        weights = rows.weight_list()
        divisors = [[int(rows.capacity[column]) * weight for weight in weights] for column in rows.shared]
    else:
        divisors = [entitlement[:, column].tolist() for column in rows.shared]
    pop_tasks(rows, chosen, divisors, free, granted, counts_next=counts_next, stops=stops)


def _tasks(rows: Rows, order: Ints, entitlement: Ints | None, counts_next: bool) -> Tasks | None:
    """The rows as tasks with a closed form; None where their numbers are too large for it."""
    if largest(rows.capacity) >= 2**61:
        return None
    every = len(order) == len(rows) and rows.plain
    demand = rows.demand if every else np.asfortranarray(rows.demand[order])
    owner = rows.tenant[order]
    most = np.where(rows.unlimited[order], 2**62, rows.tasks[order])
    for need, amount in zip(demand.T, rows.capacity.tolist(), strict=True):
        # One more than the pool holds, so that the misfit comes up where it stops the round.
        np.minimum(most, amount // np.maximum(need, 1) + 1, out=most, where=need > 0)
    factor = np.ones(len(order), np.int64) if entitlement is not None else rows.weight[owner]
    quotients = []
    for column in rows.shared:
        need = demand[:, column]
        if entitlement is not None:
            quotients.append((need, entitlement[owner, column]))
            continue
        amount = int(rows.capacity[column])
        # Bytes in whole mebibytes and the like: smaller numbers of the same quotient count faster.
        shift = common_shift(need, amount)
        quotients.append((need >> shift, np.full(len(order), amount >> shift)))
    return of_rows(demand, most, quotients, factor, counts_next)
