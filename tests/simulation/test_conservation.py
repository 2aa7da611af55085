"""No run makes or loses room, time or order: an independent checker finds nothing wrong, and does find what is."""

from __future__ import annotations

import pytest

from allocator import max_min
from allocator.core.timeline import Queue
from allocator.simulation.simulator import simulate
from tests.simulation import reference
from tests.simulation.checker import faults
from tests.simulation.comparing import SWEEP, Variant, called, prepared, variants
from tests.simulation.reference.columns import as_run
from tests.simulation.strategies import PLACEMENTS, QUEUES, Case, case

STATIC = {
    "fifo": lambda case, job: 0,
    "priority": lambda case, job: int(case.work.priority[job]),
    "sjf": lambda case, job: int(
        (case.work.runtime if case.scenario.simulation.estimates == "exact" else case.work.estimate)[job]
    ),
}
"""The order of the jobs under policies that never change their mind, told anew."""


def ranks(case: Case, variant: Variant) -> list[object] | None:
    """The place of each job in that order, None under a policy that has none."""
    name, chosen = variant
    if name not in STATIC or chosen:
        return None
    jobs = sorted(range(len(case.work)), key=lambda job: (STATIC[name](case, job), job))
    return [jobs.index(job) for job in range(len(case.work))]


def slices(case: Case, variant: Variant) -> list[dict[str, int]] | None:
    """What each tenant may use at most under `proportional`, where guarantees and events leave that simple."""
    scenario = case.scenario
    if variant[0] != "proportional":
        return []
    if any(event.kind == "weight" for event in scenario.events) or any(one.guarantee for one in scenario.tenants):
        return None
    weights = [int(tenant.weight * scenario.weight_unit) for tenant in scenario.tenants]
    parts = {
        name: max_min(total, [None] * len(weights), weights, [0] * len(weights))
        for name, total in scenario.capacity.items()
        if total
    }
    return [{name: part[index] for name, part in parts.items()} for index in range(len(weights))]


@pytest.mark.parametrize("queue", QUEUES)
@pytest.mark.parametrize("variant", variants(), ids=called)
def test_nothing_is_wrong_with_any_run(variant: Variant, queue: Queue) -> None:
    """Room, limits, gangs, dependencies, lengths, lost work and order hold in every run, larger ones included."""
    for number in range(7 * SWEEP):
        here = case(f"{called(variant)} {queue} {number}", most_jobs=40).under(queue, PLACEMENTS[number % 7])
        run = simulate(here.scenario, here.work, prepared(variant, here))
        found = faults(here.scenario, run, rank=ranks(here, variant), slices=slices(here, variant))
        assert found == [], (number, here.scenario.simulation)


class TestTheReferenceItself:
    """What others are held against."""

    @pytest.mark.parametrize("queue", QUEUES)
    def test_nothing_is_wrong_with_it(self, queue: Queue) -> None:
        """The checker finds nothing wrong with the reference either."""
        for number in range(40 * SWEEP):
            here = case(f"reference {number}").under(queue, PLACEMENTS[number % 7])
            for name in ("fifo", "sjf", "drf", "proportional"):
                variant: Variant = (name, {})
                result = reference.simulate(here.scenario, here.work, prepared(variant, here))
                run = as_run(here.scenario, here.work, result)
                found = faults(here.scenario, run, rank=ranks(here, variant), slices=slices(here, variant))
                assert found == [], (number, name)
