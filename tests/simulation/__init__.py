"""Time: the loop against a slow reference, an independent checker, and queueing theory."""
