"""What the compare screen shows: which policies, and boards of tenants down, policies across. Knows no screen."""
