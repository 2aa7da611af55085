"""Values, contracts, the heap and the one-shot engine. Imports the standard library and nothing of ours from above."""
