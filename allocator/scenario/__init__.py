"""Scenario files: TOML text to `allocator.core.model.Scenario` and back. Never runs a policy, never imports one."""
