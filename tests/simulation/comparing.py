"""The real simulator beside the reference: what differs, in words."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

from allocator import registry
from allocator.core.model import PolicyUse
from allocator.core.policy import Policy, options
from allocator.simulation.run import Outcome, Run
from allocator.simulation.simulator import simulate
from allocator.simulation.workload import NONE
from tests.simulation import reference
from tests.simulation.others import OTHERS
from tests.simulation.strategies import Case

SWEEP = int(os.environ.get("FAIRHEAP_SWEEP", "1"))
"""How many times as many random scenarios as usual are run."""

Variant = tuple[str, dict[str, str]]


def variants() -> list[Variant]:
    """Every installed policy, under its defaults and under each choice of its options; some with a half-life."""
    found: list[Variant] = []
    for name in registry.names():
        found.append((name, {}))
        for option in options(registry.find(name)):
            more = (("cpu",) if option.resources else ()) + (("3ms", "20ms") if option.durations else ())
            found += [(name, {option.name: choice}) for choice in (*option.choices, *more) if choice != option.default]
    return found


def called(variant: Variant) -> str:
    """What a test report calls it."""
    name, chosen = variant
    return ", ".join([name, *(f"{option}={choice}" for option, choice in chosen.items())])


def prepared(variant: Variant, case: Case) -> Policy:
    """The policy as a scenario would make it."""
    name, chosen = variant
    if name in OTHERS:
        return OTHERS[name]()
    scenario = case.scenario
    return registry.prepare(PolicyUse(name, options=chosen), scenario.policy, list(scenario.capacity)).policy


def differences(case: Case, variant: Variant) -> list[str]:
    """What the real simulator, with and without its fast paths, finds otherwise than the reference."""
    truth = reference.simulate(case.scenario, case.work, prepared(variant, case))
    if truth.near_tie:
        return []
    found: list[str] = []
    for kernels in (False, True):
        run = simulate(case.scenario, case.work, prepared(variant, case), kernels=kernels, check=not kernels)
        settings = case.scenario.simulation
        where = f"{called(variant)}, {settings.queue}, {settings.placement}, seed {case.seed}, kernels={kernels}"
        found += [f"{where}: {line}" for line in compared(run, truth)]
    return found


def compared(run: Run, truth: reference.Result) -> Iterator[str]:
    """Where a run and the reference differ."""
    for name in ("start", "last_start", "end", "node", "outcome"):
        mine, its = getattr(truth, name), getattr(run, name).tolist()
        for job, (one, other) in enumerate(zip(mine, its, strict=True)):
            if one != other:
                words = (Outcome(one).word, Outcome(other).word) if name == "outcome" else (one, other)
                yield f"job {job}: {name} is {words[0]} in the reference, {words[1]} in the run"
    if run.stopped_ms != truth.stopped_ms:
        yield f"stopped at {truth.stopped_ms} in the reference, at {run.stopped_ms} in the run"
    if list(run.events) != truth.events:
        yield f"events {truth.events} in the reference, {list(run.events)} in the run"
    pieces = run.pieces
    columns = (pieces.job, pieces.node, pieces.tasks, pieces.start, pieces.end, pieces.lost)
    theirs = Counter(zip(*(column.tolist() for column in columns), strict=True))
    mine = Counter(
        (one.job.row, node, tasks, one.start, truth.stopped_ms if one.end == NONE else one.end, int(one.lost))
        for one in truth.attempts
        for node, tasks in Counter(one.where).items()
    )
    if mine != theirs:
        yield f"attempts {sorted(mine - theirs)} in the reference, {sorted(theirs - mine)} in the run"
