"""Quick loops for common cases, in plain Python that a compiler takes as it is: the same runs as the general loop's."""

from allocator.simulation.kernels.running import run

__all__ = ["run"]
