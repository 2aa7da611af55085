"""What the time screen shows: films of runs, a moment of them in words and rows, and its widgets. Knows no screen."""
