"""Tests of `allocator.scenario`."""
