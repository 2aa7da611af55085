"""What the workbench shows: an allocation as rows, bars and sentences. Knows no screen."""
