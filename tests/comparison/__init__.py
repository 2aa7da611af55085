"""Specifications of `allocator.comparison`."""
