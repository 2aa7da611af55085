"""Whether there is anything to share out at all: what is wanted of each resource against what there is.

Asked before any policy runs. Where everything fits, it finds how much more could be wanted before somebody goes short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from allocator.core.errors import QuantityError
from allocator.core.ledger import Ledger
from allocator.core.model import Scenario
from allocator.core.scaling import scale_demand

_FINEST = Fraction(1, 100)
_FURTHEST = 1_000


@dataclass(frozen=True, slots=True)
class Pressure:
    """One resource: what is wanted of it, what there is. Amounts are in smallest units."""

    resource: str
    wanted: int
    """Of all work that can ever run; without what is wanted without limit."""
    unlimited: bool
    """Whether some of it is wanted without limit."""
    capacity: int

    @property
    def short(self) -> bool:
        """Whether more is wanted than there is."""
        return self.unlimited or self.wanted > self.capacity

    @property
    def ratio(self) -> float | None:
        """Wanted / capacity; None where there is none, or the want is without limit."""
        return None if self.unlimited or not self.capacity else self.wanted / self.capacity


@dataclass(frozen=True, slots=True)
class Headroom:
    """The least multiple of today's demand, in hundredths, at which somebody goes short; and who, of what."""

    multiple: Fraction
    tenants: tuple[str, ...]
    """Those whose own limit is exceeded; empty where the pool runs out."""
    resources: tuple[str, ...]


def pressures(scenario: Scenario) -> tuple[Pressure, ...]:
    """Every resource of `scenario`: wanted against capacity, wants after limits and without what can never run."""
    ledger = _opened(scenario)
    wanted = dict.fromkeys(ledger.resources, 0)
    unlimited = dict.fromkeys(ledger.resources, False)
    for work in ledger.works:
        if work.infeasible:
            continue
        for name, amount in work.need:
            if work.unlimited or (not work.divisible and work.tasks is None):
                unlimited[name] = True
            elif work.divisible:
                wanted[name] += work.whole.get(name, 0)
            else:
                wanted[name] += amount * (work.tasks or 0)
    ledger.close()
    return tuple(Pressure(name, wanted[name], unlimited[name], ledger.capacity[name]) for name in ledger.resources)


def everything_fits(scenario: Scenario) -> bool:
    """Whether every tenant can have all it wants at once."""
    return not any(pressure.short for pressure in pressures(scenario)) and not _over_limit(scenario)


def never_runs(scenario: Scenario) -> bool:
    """Whether some work cannot run however much of the pool is free: it is in no sum here."""
    ledger = _opened(scenario)
    never = any(work.infeasible for work in ledger.works)
    ledger.close()
    return never


def _opened(scenario: Scenario) -> Ledger:
    ledger = Ledger(scenario)
    ledger.open_round(ledger.limits)
    return ledger


def _over_limit(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Tenants that want more than their own limit, and of what; None where there are none."""
    tenants: dict[str, None] = {}
    resources: dict[str, None] = {}
    for tenant in scenario.tenants:
        wanted = tenant.wanted
        for name, limit in tenant.limit.items():
            if wanted is not None and wanted.get(name, 0) > limit:
                tenants[tenant.name] = None
                resources[name] = None
    return (tuple(tenants), tuple(resources)) if tenants else None


def _nearer(scenario: Scenario, fits: Callable[[int], bool], low: int, high: int) -> tuple[int, int]:
    """A narrower pair around the multiple that is looked for, so that few have to be tried.

    No rounding makes a want smaller, so the pool cannot hold more than capacity / wanted times it; and rounding up adds
    less than a task of each work, so without that the pool surely holds it.
    """
    task = dict.fromkeys(scenario.resources, 0)
    for tenant in scenario.tenants:
        for work in tenant.work:
            for name, amount in work.demand.items():
                task[name] += 1 if work.divisible else amount
    finest = int(1 / _FINEST)
    wanted = [pressure for pressure in pressures(scenario) if pressure.wanted]
    high = min([high, *(pressure.capacity * finest // pressure.wanted + 1 for pressure in wanted)])
    sure = [max(0, one.capacity - task[one.resource]) * finest // one.wanted for one in wanted]
    bold = min(min(sure, default=low), high - 1)
    # A tenant's own limit may be met before: then it is not so sure.
    return (bold, high) if bold > low and fits(bold) else (low, max(high, low + 1))


def headroom(scenario: Scenario) -> Headroom | None:
    """The least multiple of all demand at which somebody goes short; None where a thousand times as much still fits.

    Wants grow as `--scale-demand` makes them grow: whole tasks in number, rounded up. Found by trying, to a hundredth.
    The multiple is 1 where the pool holds everything and somebody's own limit does not.
    """

    def fits(steps: int) -> bool:
        try:
            return everything_fits(scale_demand(scenario, steps * _FINEST))
        except QuantityError:
            return False

    low, high = int(1 / _FINEST), int(_FURTHEST / _FINEST)
    if not fits(low):
        high = low
    elif fits(high):
        return None
    else:
        low, high = _nearer(scenario, fits, low, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    try:
        grown = scale_demand(scenario, high * _FINEST)
    except QuantityError:
        # More than any quantity can be is more than any pool; what was nearest to full just before runs out first.
        before = pressures(scale_demand(scenario, low * _FINEST))
        return Headroom(high * _FINEST, (), (max(before, key=lambda pressure: pressure.ratio or 0).resource,))
    tenants, resources = _over_limit(grown) or ((), ())
    short = tuple(pressure.resource for pressure in pressures(grown) if pressure.short)
    return Headroom(high * _FINEST, () if short else tenants, short or resources)
