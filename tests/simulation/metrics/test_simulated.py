"""The metrics of runs that the simulator made, against the oracle: with events, gangs, dependencies and failures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from allocator.simulation.metrics import measure
from allocator.simulation.simulator import simulate
from policies.fifo import Fifo
from tests.simulation.metrics.oracle import Oracle
from tests.simulation.strategies import case


def near(value: Fraction | None) -> object:
    """`value` within rounding."""
    return None if value is None else pytest.approx(float(value), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(25))
def test_simulated_runs(seed: int) -> None:
    """Use, lost work, stranded capacity, fairness, shares and starvation of a small random run."""
    small = case(seed, plain=False)
    run = simulate(small.scenario, small.work, Fifo())
    measured, oracle = measure(small.scenario, run), Oracle(small.scenario, run)
    assert run.stopped_ms >= run.pieces.end.max(initial=0)
    for index, name in enumerate(run.workload.resources):
        assert measured.utilisation[name] == near(oracle.utilisation(index))
        assert measured.lost_work[name] == oracle.lost_work(index)
        assert measured.stranded[name] == near(oracle.stranded(index))
    assert measured.jain_index == near(oracle.jain(max(1, run.stopped_ms)))
    for index, tenant in enumerate(measured.tenants):
        assert tenant.starved_ms == oracle.starved(index)
        assert tenant.active_ms == sum(oracle.active(index, ms) for ms in oracle.span)
    jobs = measured.overall.jobs
    assert jobs.arrived == jobs.completed + jobs.waiting + jobs.running + jobs.killed + jobs.impossible
    assert jobs.arrived == len(oracle.jobs)
