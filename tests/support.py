"""What tests share: a terse way to write scenarios, to run a policy to its end, and random scenarios for properties.

Amounts are whole numbers of the smallest unit, as the engine has them; resource names are only names here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import strategies as st

from allocator import Claim, Decision, Policy, Quantities
from allocator.core.engine import Engine
from allocator.core.ledger import TenantAccount, WorkAccount
from allocator.core.model import OnMisfit, PolicySettings, Scenario, Tenant, Work
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from policies.fifo import Fifo
from policies.largest_first import LargestFirst
from policies.priority import Priority
from policies.proportional import Proportional
from policies.smallest_demand_first import SmallestDemandFirst

SHARED = Path(__file__).resolve().parents[2] / "shared"

POLICIES: dict[str, Policy] = {
    "fifo": Fifo(),
    "priority": Priority(),
    "smallest-demand-first": SmallestDemandFirst(),
    "smallest-demand-first, sum": SmallestDemandFirst(measure="sum"),
    "largest-first": LargestFirst(),
    "largest-first, product": LargestFirst(measure="product"),
    "proportional": Proportional(),
    "fair-share": FairShare(),
    "drf": DominantResourceFairness(),
    "drf, current key": DominantResourceFairness(key="current"),
}
"""Every built-in policy, and the options that change an order, under a name for the test report."""

EFFICIENT = [name for name in POLICIES if name not in {"proportional", "fair-share"}]
"""The policies that leave nothing free which somebody could use."""

HEAPS = [name for name in POLICIES if name != "proportional"]
"""The policies that pop a heap for whole tasks."""


def shared(*parts: str) -> Path:
    """The path of a file handed out beside the repository; the test that asks is skipped where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


def whole(demand: Quantities, tasks: int | None = None, *, name: str = "", priority: int | None = None) -> Work:
    """Work in whole tasks, without limit unless `tasks` says how many."""
    return Work(demand, name=name, tasks=tasks, divisible=False, priority=priority)


def fluid(demand: Quantities, tasks: int | None = 1, *, name: str = "", priority: int | None = None) -> Work:
    """Divisible work, wanted once unless `tasks` says otherwise; None is without limit."""
    return Work(demand, name=name, tasks=tasks, divisible=True, priority=priority)


def tenant(
    name: str,
    *works: Work,
    weight: Fraction | int | str = 1,
    priority: int = 100,
    guarantee: Quantities | None = None,
    limit: Quantities | None = None,
) -> Tenant:
    """A tenant with its work in order of declaration."""
    return Tenant(name, works, Fraction(weight), priority, guarantee or {}, limit or {})


def scenario(capacity: Quantities, *tenants: Tenant, share_of: tuple[str, ...] | None = None) -> Scenario:
    """A pool and who shares it."""
    return Scenario(capacity, tenants, policy=PolicySettings(share_of=share_of))


@dataclass
class Run:
    """A policy run to its end."""

    scenario: Scenario
    engine: Engine
    decisions: list[Decision]

    @property
    def left(self) -> dict[str, int]:
        """What nobody was granted."""
        return dict(self.engine.ledger.free)

    @property
    def order(self) -> str:
        """Who was served by each decision that granted something, in order."""
        return "".join(decision.tenant for decision in self.decisions if decision.granted)

    @property
    def tasks(self) -> dict[str, int]:
        """Whole tasks granted to each tenant."""
        return {account.tenant.name: sum(w.granted_tasks for w in account.works) for account in self.accounts}

    @property
    def grants(self) -> dict[str, dict[str, int]]:
        """What each tenant was granted, zeros left out."""
        return {account.tenant.name: {n: a for n, a in account.usage.items() if a} for account in self.accounts}

    @property
    def accounts(self) -> list[TenantAccount]:
        """The engine's account of each tenant, in order of declaration."""
        return self.engine.ledger.tenants

    @property
    def works(self) -> list[WorkAccount]:
        """The engine's account of each work, in order of declaration."""
        return self.engine.ledger.works

    def of(self, resource: str) -> dict[str, int]:
        """What each tenant was granted of one resource."""
        return {account.tenant.name: account.usage.get(resource, 0) for account in self.accounts}

    def work_tasks(self) -> dict[str, int]:
        """Whole tasks granted to each work, by `tenant/work`."""
        return {f"{w.owner.tenant.name}/{w.work.name}": w.granted_tasks for w in self.works}

    def outcomes(self) -> dict[str, str]:
        """The outcome of the last decision about each tenant."""
        return {decision.tenant: decision.outcome.value for decision in self.decisions}


def run(what: Scenario, policy: Policy | str, on_misfit: OnMisfit = "skip") -> Run:
    """Run a policy, by itself or by its name in `POLICIES`, to the end, every key checked after every pop."""
    engine = Engine(what, POLICIES[policy] if isinstance(policy, str) else policy, on_misfit, check=True)
    return Run(what, engine, list(engine.decisions()))


def share(capacity: Quantities, *tenants: Tenant, policy: Policy | str = "drf", on_misfit: OnMisfit = "skip") -> Run:
    """`run` for a scenario that is only a pool and its tenants."""
    return run(scenario(capacity, *tenants), policy, on_misfit)


def claim(
    name: str = "t",
    *,
    demand: Quantities | None = None,
    tasks: int | None = 1,
    usage: Quantities | None = None,
    order: int = 0,
    weight: Fraction | int | str = 1,
    weight_unit: int | None = None,
    priority: int = 100,
    entitlement: Quantities | None = None,
    resources: tuple[str, ...] = ("cpu", "mem"),
    submit_ms: int = 0,
    estimate_ms: int | None = None,
    deadline_ms: int | None = None,
) -> Claim:
    """A claim as the engine would show it to a policy, every resource named, zeros included; a job has an estimate."""
    exact = Fraction(weight)
    over = weight_unit or exact.denominator
    zeros = dict.fromkeys(resources, 0)
    need = {**zeros, **(demand or {})}
    return Claim(
        tenant=name,
        work="",
        order=order,
        weight=int(exact * over),
        weight_unit=over,
        priority=priority,
        demand=need,
        tasks=tasks,
        wanted=None if tasks is None else {name: amount * tasks for name, amount in need.items()},
        usage={**zeros, **(usage or {})},
        entitlement=entitlement,
        submit_ms=submit_ms,
        estimate_ms=estimate_ms,
        deadline_ms=deadline_ms,
    )


def exact_next_unit(work: WorkAccount) -> dict[str, int]:
    """What divisible work needs for one more unit of the resource it wants least of, the others in exact proportion."""
    least = min(work.whole, key=lambda name: work.whole[name])
    has = work.granted.get(least, 0) + 1
    goals = {name: has * amount // work.whole[least] for name, amount in work.whole.items()}
    if not work.unlimited:
        goals = {name: min(goal, work.whole[name]) for name, goal in goals.items()}
    steps = {name: goal - work.granted.get(name, 0) for name, goal in goals.items()}
    return {name: step for name, step in steps.items() if step > 0}


def could_take_more(result: Run) -> list[str]:
    """Each work that still wants and whose next task (divisible: next unit) fits the pool and its tenant's limit."""
    found = []
    free = result.engine.ledger.free
    for work in result.works:
        limit = work.owner.tenant.limit
        if work.infeasible or not work.need or not work.wants:
            continue
        step = exact_next_unit(work) if work.divisible else dict(work.need)
        if step and all(
            amount <= free[name] and (name not in limit or work.owner.usage[name] + amount <= limit[name])
            for name, amount in step.items()
        ):
            found.append(f"{work.owner.tenant.name}/{work.order}")
    return found


# --- random scenarios ------------------------------------------------------------------------------------------

RESOURCES = ("cpu", "mem", "gpu")
NAMES = "ABCDE"


# Strategies are made once: hypothesis spends more on making and checking one than on drawing from it.
_DEMAND = st.integers(0, 9)
_TASKS = st.integers(0, 8)
_TASKS_OR_NOT = st.none() | _TASKS
_RANK = st.integers(0, 3)
_RANK_OR_NOT = st.none() | _RANK
_WEIGHT = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(7, 10)])
_amount = cache(lambda most: st.integers(0, most))
_amount_or_not = cache(lambda most: st.one_of(st.none(), st.none(), st.integers(0, most)))
_kind = cache(lambda kinds: st.sampled_from(kinds))


def scenarios(
    *,
    kinds: str = "wWdD",
    several: bool = True,
    weights: bool = True,
    limits: bool = True,
    guarantees: bool = True,
    share_of: bool = False,
    resources: int = 3,
    most: int = 60,
) -> st.SearchStrategy[Scenario]:
    """A small pool and up to five tenants, with whatever the arguments allow; zeros are common everywhere.

    Args:
        kinds: Of work: w whole, d divisible, W and D the same but perhaps without limit.
        several: Whether a tenant may have up to three works, or has one.
        weights: Whether they differ.
        limits: Whether some tenants have them.
        guarantees: Whether some tenants have them, none above its limit.
        share_of: Whether shares may be measured in the first resource only.
        resources: The most there are.
        most: The largest capacity, limit or guarantee.
    """
    return _scenarios(kinds, several, weights, limits, guarantees, share_of, resources, most)


@st.composite
def _scenarios(
    draw: st.DrawFn,
    kinds: str,
    several: bool,
    weights: bool,
    limits: bool,
    guarantees: bool,
    share_of: bool,
    resources: int,
    most: int,
) -> Scenario:
    names = RESOURCES[: 1 + draw(_amount(resources - 1))]
    tenants = []
    for name in NAMES[: draw(_amount(5))]:
        mine = tuple(_work(draw, kinds, names) for _ in range(1 + draw(_amount(2)) if several else 1))
        tops = _some(draw, names, most) if limits else {}
        owed = _some(draw, names, most) if guarantees else {}
        owed = {resource: min(amount, tops.get(resource, amount)) for resource, amount in owed.items()}
        weight = draw(_WEIGHT) if weights else Fraction(1)
        tenants.append(Tenant(name, mine, weight, draw(_RANK), owed, tops))
    capacity = {name: draw(_amount(most)) for name in names}
    shares = names[:1] if share_of and draw(st.booleans()) else None
    return Scenario(capacity, tuple(tenants), policy=PolicySettings(share_of=shares))


def _work(draw: st.DrawFn, kinds: str, names: tuple[str, ...]) -> Work:
    kind = draw(_kind(kinds))
    demand = {name: draw(_DEMAND) for name in names}
    tasks = draw(_TASKS_OR_NOT if kind in "WD" else _TASKS)
    return Work(demand, tasks=tasks, divisible=kind in "dD", priority=draw(_RANK_OR_NOT))


def _some(draw: st.DrawFn, names: tuple[str, ...], most: int) -> dict[str, int]:
    """Amounts of some of the resources."""
    amounts = {name: draw(_amount_or_not(most)) for name in names}
    return {name: amount for name, amount in amounts.items() if amount is not None}
