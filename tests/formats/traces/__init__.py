"""Tests of the readers of recorded jobs and of the state of a Slurm cluster."""
