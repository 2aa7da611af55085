"""What is measured of a run, computed from its columns alone and vectorised; the loop keeps no statistics."""

from allocator.simulation.metrics.measures import (
    JAIN_OF,
    JobCounts,
    Measures,
    PoolMeasures,
    Spread,
    TenantMeasures,
    Timing,
)
from allocator.simulation.metrics.measuring import measure

__all__ = ["JAIN_OF", "JobCounts", "Measures", "PoolMeasures", "Spread", "TenantMeasures", "Timing", "measure"]
