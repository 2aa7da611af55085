"""A slow, obvious simulator: what the real one is held against.

Written from the definition of time alone, without the code of the real one. It keeps plain objects, and at every
step looks at every job, node and tenant again; it knows no heap, no index, no column and no cleverness.
"""

from tests.simulation.reference.loop import Result, simulate

__all__ = ["Result", "simulate"]
