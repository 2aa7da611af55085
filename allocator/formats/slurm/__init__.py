"""What Slurm's commands print, as text and as JSON: accounting, queue, nodes and shares."""
