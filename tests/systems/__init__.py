"""Tests of `allocator.systems`."""
