"""Core: values, the heap, the engine."""
