"""Numbers that other systems and papers publish."""
