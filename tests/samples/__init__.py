"""The sample scenarios: clean, golden, and teaching what they say."""
