"""Fairheap's engine and its faces; this module is the public face, what a plugin or a notebook imports.

Only core values and contracts are imported here; the functions import what they need when they are called, so that
a policy's `import allocator` costs next to nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from allocator.core.decision import Decision, Kind, Outcome, Round
from allocator.core.durations import parse_duration, write_duration
from allocator.core.errors import (
    AllocatorError,
    BadPolicyError,
    Fault,
    FaultyFileError,
    OptionError,
    PolicyError,
    QuantityError,
    ScenarioError,
    SnapshotError,
    UnknownPolicyError,
    UnknownTenantError,
)
from allocator.core.fairness import entitled, fair_shares, jain_index
from allocator.core.maxmin import max_min
from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant, Work
from allocator.core.policy import (
    Claim,
    Columnar,
    Entitling,
    Explaining,
    Facts,
    Filling,
    Key,
    KeyChange,
    Option,
    OverTime,
    Policy,
    Ranks,
    TenantView,
)
from allocator.core.resources import Quantities, parse_quantity
from allocator.version import __version__

if TYPE_CHECKING:  # values from floors above, named in the functions below and imported when they run
    import numpy as np

    from allocator.replays import Replay
    from allocator.results import Allocation

__all__ = [
    "AllocatorError",
    "BadPolicyError",
    "Claim",
    "Columnar",
    "Decision",
    "Entitling",
    "Explaining",
    "Facts",
    "Fault",
    "FaultyFileError",
    "Filling",
    "Key",
    "KeyChange",
    "Kind",
    "Node",
    "Option",
    "OptionError",
    "Outcome",
    "OverTime",
    "Policy",
    "PolicyError",
    "PolicySettings",
    "PolicyUse",
    "Quantities",
    "QuantityError",
    "Ranks",
    "Round",
    "Scenario",
    "ScenarioError",
    "SnapshotError",
    "Tenant",
    "TenantView",
    "UnknownPolicyError",
    "UnknownTenantError",
    "Work",
    "__version__",
    "allocate",
    "allocate_arrays",
    "decisions",
    "entitled",
    "fair_shares",
    "jain_index",
    "load",
    "max_min",
    "parse_duration",
    "parse_quantity",
    "simulate",
    "write_duration",
]


def load(path: str | os.PathLike[str]) -> Scenario:
    """The scenario in the TOML file at `path`; `-` is standard input.

    Raises:
        ScenarioError: With every fault of the file, each with its line.
    """
    from allocator.session import Session

    return Session.open(os.fspath(path)).scenario


def allocate(scenario: Scenario, policy: str | Policy | None = None, **options: str) -> Allocation:
    """Who gets what of `scenario` under `policy`; without one, under the policy that the scenario names.

    Args:
        scenario: From `load`, or made of values.
        policy: The name of an installed policy, `module:Class`, or a policy of your own.
        options: Options of the policy, and `on_misfit`, "skip" or "stop".

    Returns:
        Per tenant its grant, outcome and reason, and the metrics; `to_dict()` is what `--format json` prints.

    Raises:
        PolicyError: No such policy, or options it does not take.
    """
    from allocator import allocation

    return allocation.allocate(scenario, allocation.chosen(scenario, policy, options))


def decisions(scenario: Scenario, policy: str | Policy | None = None, **options: str) -> Iterator[Decision]:
    """The heap at work: the same allocation, one pop at a time. Arguments as `allocate`."""
    from allocator import allocation

    return allocation.decisions(scenario, allocation.chosen(scenario, policy, options))


def simulate(scenario: Scenario, policy: str | Policy | None = None, **options: str) -> Replay:
    """The jobs of `scenario` run over time under `policy`; without one, under the policy that the scenario names.

    Args:
        scenario: With jobs, workloads or a trace (`scenario.timed`).
        policy: The name of an installed policy, `module:Class`, or a policy of your own.
        options: Options of the policy.

    Returns:
        The run as columns (`run.start`, `run.end`, ... in ms, an entry a job), its `measures`; `to_dict()` is what
        `--format json` prints, `job_rows()` what `--jobs-out` writes.

    Raises:
        PolicyError: No such policy, or options it does not take.
        SnapshotError: The trace cannot be read.
        ValueError: The scenario has no jobs.
    """
    from allocator import allocation, replay

    if not scenario.timed:
        raise ValueError("the scenario has no jobs to run over time; allocate() decides once")
    return replay.replay(replay.stage(scenario), allocation.chosen(scenario, policy, options))


def allocate_arrays(
    demand: Any,
    capacity: Any,
    *,
    policy: str | Policy = "drf",
    tenant: Any = None,
    tasks: Any = None,
    weight: Sequence[Any] | Any = None,
    priority: Any = None,
    divisible: Any = True,
    **options: str,
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Grants for a million rows of work, without an object for each.

    Args:
        demand: int64 (work, resources), what one task needs, in smallest units.
        capacity: int64 (resources,).
        policy: The name of an installed policy, or a policy of your own.
        tenant: int (work,), the index of each row's tenant; a row a tenant where left out.
        tasks: int (work,), how many are wanted, -1 without limit; once where left out.
        weight: (tenants,), larger gets more; 1 where left out.
        priority: int (work,), lower first; 100 where left out.
        divisible: bool, or bool (work,): whether fractions of the want may be granted.
        options: Options of the policy, and `on_misfit`, "skip" or "stop".

    Returns:
        int64 (work, resources), what each row was granted.

    Raises:
        PolicyError: No such policy, or options it does not take.
        ValueError: Shapes that do not fit each other, negative numbers, or totals over 2^62.
    """
    from allocator import allocation, bulk

    rows = bulk.Rows.of(
        demand, capacity, tenant=tenant, tasks=tasks, weight=weight, priority=priority, divisible=divisible
    )
    chosen = allocation.chosen(Scenario(capacity={}), policy, options)
    return bulk.allocate(rows, chosen.policy, chosen.on_misfit)
