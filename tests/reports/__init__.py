"""Numbers, words and tables for people and programs."""
