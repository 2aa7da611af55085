"""One run of AccaSim 1.1.3, for `replay.py`: executed by the Python of an environment of its own.

    python accasim_run.py JOBS.json fifo|easy

Reads jobs and capacity, lets AccaSim run them on one node that has everything, and prints one line of JSON: CPU
seconds of the simulation alone, and the start of each job in seconds. All output files of AccaSim are off.
"""

# ruff: noqa: E402 - the shim comes before what needs it

from __future__ import annotations

import collections
import collections.abc
import json
import os
import sys
import tempfile
import time

collections.Mapping = collections.abc.Mapping  # AccaSim 1.1.3 was written before Python 3.10

from accasim.base.allocator_class import FirstFit
from accasim.base.event_class import AttributeType, Event, JobFactory
from accasim.base.resource_manager_class import ResourceManager, Resources
from accasim.base.scheduler_class import EASYBackfilling, FirstInFirstOut
from accasim.base.simulator_class import Simulator
from accasim.utils.reader_class import Reader

STARTS = {}


class Job(Event):
    """A job that stays known after its end."""

    def __init__(self, job_id, queued_time, duration, requested_nodes, requested_resources):
        # Its EASY divides by every amount that is asked for, so none may be 0.
        asked = {name: amount for name, amount in requested_resources.items() if amount}
        super().__init__(job_id, queued_time, duration, requested_nodes, asked)
        STARTS[job_id] = self


class Jobs(Reader):
    """The jobs as AccaSim takes them, without a file between."""

    def __init__(self, factory, jobs):
        super().__init__(factory)
        self.rows = iter(jobs)

    def _read(self, current_time=0):
        row = next(self.rows, None)
        if row is None:
            self.stop_submission()
            return None
        number, submit, run, estimate, demand = row
        return {
            "job_id": number,
            "queued_time": submit,
            "duration": run,
            "expected_duration": estimate,
            "requested_nodes": 1,
            "requested_resources": dict(demand),
            "user_id": 1,
            "queue": 1,
        }


def main():
    """Run and report."""
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    scheduler = {"fifo": FirstInFirstOut, "easy": EASYBackfilling}[sys.argv[2]]
    manager = ResourceManager(Resources(groups={"all": given["capacity"]}, resources={"all": 1}))
    factory = JobFactory(
        manager,
        Job,
        [AttributeType("expected_duration", int), AttributeType("user_id", int), AttributeType("queue", int)],
    )
    with tempfile.TemporaryDirectory() as directory:
        simulator = Simulator(
            os.path.join(directory, "jobs"),
            None,
            scheduler(FirstFit()),
            resource_manager=manager,
            reader=Jobs(factory, given["jobs"]),
            job_factory=factory,
            scheduling_output=False,
            statistics_output=False,
            show_statistics=False,
            RESULTS_FOLDER_PATH=directory,
            LOG_LEVEL="ERROR",
        )
        begin = time.process_time()
        simulator.start_simulation()
        seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "starts": [STARTS[row[0]].start_time for row in given["jobs"]]}))


if __name__ == "__main__":
    main()
