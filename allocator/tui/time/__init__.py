"""What the time screen shows: films of runs, and a moment of them in words, rows and curves. Knows no screen."""
