"""What a tenant's entitled slice alone would run of its own work: the reference for sharing incentive.

Owns that one question. It runs no policy: a slice is private, so nobody else's wants matter.
"""

from __future__ import annotations

from fractions import Fraction

from allocator.comparison.change import Direction, Tasks, judged, usable_tasks
from allocator.core.decision import Outcome
from allocator.core.model import Tenant, Work
from allocator.core.resources import Quantities
from allocator.results import TenantResult


def slice_tasks(tenant: Tenant, entitled: Quantities) -> list[Tasks]:
    """The tasks of each work, in order of declaration, that `entitled` alone would run.

    Work is served by (priority, declaration), each as far as it is wanted and as the slice and the tenant's limit
    hold; whole tasks, or the fraction of divisible work that whole units make up. O(works x resources).

    Args:
        tenant: Whose work.
        entitled: Its slice, in smallest units.
    """
    left = {name: min(amount, tenant.limit.get(name, amount)) for name, amount in entitled.items()}
    tasks: list[Tasks] = [0] * len(tenant.work)
    for index in sorted(range(len(tenant.work)), key=lambda index: tenant.rank(tenant.work[index])):
        work = tenant.work[index]
        need = {name: amount for name, amount in work.demand.items() if amount}
        if not need:
            continue
        tasks[index] = _part(work, need, left) if work.divisible else _whole(work, need, left)
        for name, amount in need.items():
            left[name] = left.get(name, 0) - int(amount * tasks[index])
    return tasks


def _whole(work: Work, need: Quantities, left: Quantities) -> int:
    fit = min(left.get(name, 0) // amount for name, amount in need.items())
    return fit if work.tasks is None else min(fit, work.tasks)


def _part(work: Work, need: Quantities, left: Quantities) -> Fraction:
    fit = min(Fraction(left.get(name, 0), amount) for name, amount in need.items())
    if work.tasks is not None:
        fit = min(fit, Fraction(work.tasks))
    # A grant is whole units of every resource; the slice is held to the same, or rounding would look like a loss.
    return min(Fraction(int(fit * amount), amount) for amount in need.values())


def is_below(result: TenantResult, alone: list[Tasks], capacity: Quantities) -> bool:
    """Whether its slice alone, which runs `alone`, would have run more of its work than `result` grants it."""
    if result.outcome in (Outcome.GRANTED, Outcome.IDLE):
        return False
    return judged(result.tenant.work, usable_tasks(result), alone, capacity) is Direction.GAIN
