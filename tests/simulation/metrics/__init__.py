"""Metrics against a slow oracle, published numbers and properties."""
