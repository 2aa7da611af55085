"""Time: jobs arrive, wait, run on nodes and end. A workload is columns, a run is columns; metrics are read off them."""
