"""Whatever a file can say of a workload is drawn, or refused in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator.core.draws import MOST_TASKS
from allocator.core.durations import LARGEST_MS
from allocator.core.errors import WorkloadError
from allocator.core.generators import Generator
from allocator.simulation.generating import generate
from tests.scenario.time_strategies import generators
from tests.simulation.generating.drawn import pool


@settings(max_examples=60, deadline=None)
@given(generators(("a", "b"), "x"), st.integers(1, 30), st.booleans())
def test_any_generator(generator: Generator, jobs: int, loaded: bool) -> None:
    """Columns have one entry a job and values that a run can take."""
    said = replace(generator, jobs=jobs + 1, load=generator.load if loaded else None)
    try:
        made = generate(said, 0, pool("a", "b", capacity={"cpu": 9_000, "memory": 1 << 34}))
    except WorkloadError:
        return
    assert len(made) <= jobs + 1
    assert (np.diff(made.submit) >= 0).all()
    for name, least, most in (
        ("submit", said.from_ms, LARGEST_MS),
        ("runtime", 0, LARGEST_MS),
        ("estimate", 0, LARGEST_MS),
        ("tasks", 1, MOST_TASKS),
        ("tenant", 0, 1),
        ("demand", 0, 1 << 62),
    ):
        column = getattr(made, name)
        assert len(column) == len(made), name
        assert ((column >= least) & (column <= most)).all(), name
