"""The vectorised metrics against an oracle that looks at each millisecond."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.core.model import Scenario
from allocator.simulation.metrics import measure
from allocator.simulation.metrics.activity import activity
from allocator.simulation.metrics.measures import Measures
from allocator.simulation.metrics.population import waiting
from allocator.simulation.metrics.series import dominant_shares, queued, running, used
from allocator.simulation.metrics.stranded import stranded
from allocator.simulation.metrics.windows import jain_over_windows
from allocator.simulation.run import Run
from tests.simulation.metrics.oracle import Oracle
from tests.simulation.metrics.runs import runs

Case = tuple[Scenario, Run]


def near(value: Fraction | None) -> object:
    """`value` within rounding."""
    return None if value is None else pytest.approx(float(value), rel=1e-9, abs=1e-12)


@settings(max_examples=60)
@given(runs())
def test_use_is_what_each_millisecond_shows(case: Case) -> None:
    """Utilisation and lost work are sums over milliseconds."""
    oracle, measured = Oracle(*case), measure(*case)
    for index, name in enumerate(case[1].workload.resources):
        assert measured.utilisation[name] == near(oracle.utilisation(index))
        assert measured.lost_work[name] == oracle.lost_work(index)


@settings(max_examples=60)
@given(runs())
def test_tenants_are_what_each_millisecond_shows(case: Case) -> None:
    """Dominant shares, active time and starvation of each tenant are what milliseconds add up to."""
    oracle, measured = Oracle(*case), measure(*case)
    for index, tenant in enumerate(measured.tenants):
        shares = [oracle.share(index, ms) for ms in oracle.span]
        there = sum(oracle.active(index, ms) for ms in oracle.span)
        total = sum(shares, Fraction(0))
        assert tenant.dominant_share_max == near(max(shares, default=Fraction(0)))
        assert tenant.dominant_share_mean == near(total / len(shares) if shares else None)
        assert tenant.share_while_active == near(total / there if there else None)
        assert tenant.active_ms == there
        assert tenant.starved_ms == oracle.starved(index)


@settings(max_examples=60)
@given(runs(), st.integers(1, 12))
def test_jain_is_the_mean_over_windows(case: Case, length: int) -> None:
    """Jain over windows of any length, and of the whole run."""
    oracle, (scenario, run) = Oracle(*case), case
    weights = [tenant.weight for tenant in scenario.tenants]
    every = activity(scenario, run, waiting(scenario, run))
    assert jain_over_windows(every, weights, length, run.stopped_ms) == near(oracle.jain(length))
    whole: Measures = measure(scenario, run)
    assert whole.jain_index == near(oracle.jain(max(1, run.stopped_ms)))


@settings(max_examples=60)
@given(runs())
def test_stranded_is_what_no_waiting_task_fits_into(case: Case) -> None:
    """Stranded capacity by its definition, node by node."""
    scenario, run = case
    labels = [node.pool for node in scenario.nodes]
    found = stranded(run, waiting(scenario, run), labels)
    for index, name in enumerate(run.workload.resources):
        assert found[name] == near(Oracle(*case).stranded(index))


@settings(max_examples=60)
@given(runs())
def test_curves_show_each_millisecond(case: Case) -> None:
    """Running and waiting jobs, use and dominant shares hold from each time of a curve to the next."""
    oracle, (scenario, run) = Oracle(*case), case
    curves = {
        "running": (running(run), lambda ms: sum(oracle.runs(job, ms) for job in oracle.jobs)),
        "queued": (queued(scenario, run), lambda ms: sum(oracle.waits(job, ms) for job in oracle.jobs)),
        "mine": (running(run, 1), lambda ms: sum(oracle.runs(job, ms) for job in oracle.of(1))),
        "used": (used(run, 0), lambda ms: oracle.used(ms, 0)),
    }
    for tenant, curve in enumerate(dominant_shares(scenario, run)):
        curves[f"share {tenant}"] = (curve, lambda ms, tenant=tenant: float(oracle.share(tenant, ms)))
    for what, ((times, values), seen) in curves.items():
        assert times[0] == 0, what
        assert times[-1] == run.stopped_ms, what
        assert (times[1:] > times[:-1]).all(), what
        for begin, end, value in zip(times.tolist(), times[1:].tolist(), values.tolist(), strict=False):
            assert all(seen(ms) == pytest.approx(value) for ms in range(begin, end)), what
