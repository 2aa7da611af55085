"""Generated workloads: their law, their chance, their load."""
