"""One suite for every installed policy."""
