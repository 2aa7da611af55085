"""One reader a kind of file: what other systems write becomes a scenario. Never prints, never decides a policy."""
