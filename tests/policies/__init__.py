"""The built-in policies, each against its definition."""
