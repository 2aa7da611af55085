"""What the compare screen shows: boards of tenants down and policies across, and their table. Knows no screen."""
