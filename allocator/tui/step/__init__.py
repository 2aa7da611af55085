"""What the step screen shows: a place in a heap trace, as a tree, rows and sentences. Knows no screen."""
