"""Generated workloads: `generate` makes the jobs that a `Generator` describes, the same for every policy."""

from allocator.simulation.generating.making import generate as generate
