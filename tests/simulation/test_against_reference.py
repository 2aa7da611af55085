"""The simulator and a slow, obvious reference find the same, for every policy, queue and placement.

`FAIRHEAP_SWEEP=100 python -m pytest tests/simulation/test_against_reference.py` runs a hundred times as many scenarios.
"""

from __future__ import annotations

import pytest

from allocator.core.timeline import Queue
from tests.simulation.comparing import SWEEP, Variant, called, differences, variants
from tests.simulation.others import OTHERS
from tests.simulation.strategies import PLACEMENTS, QUEUES, case

VARIANTS = [*variants(), *((name, {}) for name in OTHERS)]


@pytest.mark.parametrize("queue", QUEUES)
@pytest.mark.parametrize("variant", VARIANTS, ids=called)
class TestEveryPolicyUnderEveryQueue:
    """Random small scenarios; each policy and queue has its own. Policies of other people are among them."""

    def test_it_agrees_with_everything_in_play(self, variant: Variant, queue: Queue) -> None:
        """Start, end, node and outcome of every job are those of the reference, under every placement."""
        first = 1000 * VARIANTS.index(variant) + 100 * QUEUES.index(queue)
        for number in range(7 * SWEEP):
            here = case(first + number + 10**6 * (number // 100), plain=False)
            found = differences(here.under(queue, PLACEMENTS[number % len(PLACEMENTS)]), variant)
            assert not found, "\n".join(found)

    def test_it_agrees_where_the_fast_paths_run(self, variant: Variant, queue: Queue) -> None:
        """Jobs of one task in a pool, without events: the same again."""
        first = 1000 * VARIANTS.index(variant) + 100 * QUEUES.index(queue) + 50
        for number in range(3 * SWEEP):
            here = case(first + number + 10**6 * (number // 50), plain=True, most_jobs=30)
            found = differences(here.under(queue, "pool" if number % 3 else "least-loaded"), variant)
            assert not found, "\n".join(found)
