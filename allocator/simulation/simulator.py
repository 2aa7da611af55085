"""The loop: from instant to instant; what ends, what happens, what arrives, then one pass over the queue.

Any policy, placement and queue, with everything a scenario can say of time. It keeps no statistics: a run is columns,
and whatever is told of it is computed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from allocator.core.model import Scenario
from allocator.core.policy import OverTime, Policy
from allocator.simulation.cluster import Cluster
from allocator.simulation.kernels import run as run_quickly
from allocator.simulation.loads import offered_load, work_submitted
from allocator.simulation.queues import Queue, queue_for
from allocator.simulation.run import Ended, Outcome, Run
from allocator.simulation.staging import cast, widened
from allocator.simulation.waits import Watch
from allocator.simulation.workload import NONE, Workload

Progress = Callable[[int, int, int], None]
"""Told now and then: how many jobs are done, of how many, and the time of the run in ms."""

BREATH = 8
"""Instants between two reports of progress: where many jobs wait for many nodes, each takes long."""


def simulate(
    scenario: Scenario,
    workload: Workload,
    policy: Policy,
    *,
    watch: Collection[int] = (),
    progress: Progress | None = None,
    kernels: bool = True,
    check: bool = False,
) -> Run:
    """Run the jobs of `workload` on the capacity of `scenario` under `policy`.

    Args:
        scenario: Nodes, tenants, events and settings; its own jobs, generators and trace are not looked at.
        workload: The jobs.
        policy: Who is next; where it ranks by something else over time, that takes its place.
        watch: Jobs of which is noted why they wait; then also under which key every job is served.
        progress: Told many times a second; who is told says what of it is heard.
        kernels: Whether a quicker loop may do it, where one can; what comes of it is the same.
        check: Recompute every key after every pass and assert that the policy told the truth about when keys change;
            O(waiting jobs) a pass, for tests.

    Returns:
        The run; on KeyboardInterrupt what is known so far, `ended` = "interrupted".

    Raises:
        BadPolicyError: A key without a place in an order, or entitlements that are none.
    """
    workload = widened(workload, scenario)
    if isinstance(policy, OverTime):
        policy = policy.over_time(_loads(scenario, workload))
    if kernels and not watch and not check:
        quick = run_quickly(scenario, workload, policy, Cluster.of(scenario, workload.resources), progress)
        if quick is not None:
            return quick
    return Simulator(scenario, workload, policy, watch, progress, check).run()


class Simulator:
    """One run: `run()`, once.

    Args:
        scenario: What there is.
        workload: The jobs.
        policy: Who is next, over time.
        watch: Jobs of which is noted why they wait.
        progress: Told now and then.
        check: Whether keys are asserted.
    """

    def __init__(
        self,
        scenario: Scenario,
        workload: Workload,
        policy: Policy,
        watch: Collection[int] = (),
        progress: Progress | None = None,
        check: bool = False,
    ) -> None:
        all_of_it = cast(scenario, workload, policy)
        self._agenda = all_of_it.agenda
        self._record = all_of_it.record
        self._stage = all_of_it.stage
        self._machines = all_of_it.machines
        self._intake = all_of_it.intake
        self._happenings = all_of_it.happenings
        self._ran_already = all_of_it.ran_already
        self._queue: Queue = queue_for(scenario.simulation.queue, self._stage)
        self._happenings.on_change = self._queue.forget
        self._watch = Watch(watch, workload, self._stage, self._queue, self._intake) if watch else None
        self._jobs = len(workload)
        self._horizon = scenario.simulation.duration_ms
        self._progress = progress
        self._instants = 0
        self._check = check

    def run(self) -> Run:
        """From the start to the end, or to where it is interrupted."""
        try:
            self._resume()
            while (now := self._agenda.next()) is not None:
                if self._horizon is not None and now >= self._horizon:
                    break
                self._stage.now = now
                self._handle(now)
            if self._horizon is not None:
                self._stage.now = self._horizon
                self._end_jobs()
        except KeyboardInterrupt:
            return self._close("interrupted", self._stage.now)
        if self._horizon is not None:
            return self._close("horizon", self._horizon)
        return self._close("drained", max(self._record.end, default=0))

    def _resume(self) -> None:
        """What ran already runs, where it fits, before anything else."""
        for job in self._ran_already:
            spot = self._stage.find(job)
            if spot is not None:
                self._stage.resume(job, spot)

    def _handle(self, now: int) -> None:
        """One instant; jobs that start and end in it make it happen again."""
        stage = self._stage
        if stage.decaying and stage.decaying.rebase(now):
            stage.order.rekey()
        self._end_jobs()
        for event in self._agenda.happening(now):
            self._happenings.happen(event)
        self._intake.arrive(self._agenda.arriving(now))
        if len(stage.order):
            self._queue.serve()
        stage.fresh, stage.stirred = [], False
        if self._watch:
            self._watch.look()
        if self._check:
            stage.order.check()
        self._instants += 1
        if self._progress and self._instants % BREATH == 0:
            self._progress(self._intake.over, self._jobs, now)

    def _end_jobs(self) -> None:
        """All jobs that end now do."""
        stage = self._stage
        freed: set[int] = set()
        for job in self._agenda.ending(stage.now):
            outcome = Outcome.KILLED if stage.times.killed[job] else Outcome.COMPLETED
            freed.update(node for node, _ in stage.end(job, outcome))
            self._intake.ended(job, outcome)
        if freed:
            stage.freed(sorted(freed))

    def _close(self, ended: Ended, stopped_ms: int) -> Run:
        running = [(job, one.spot) for job, one in self._stage.running.items() if self._record.end[job] == NONE]
        waits, served = (self._watch.waits(), self._watch.served) if self._watch else ((), ())
        return self._record.close(running, stopped_ms, ended, waits, served)


def _loads(scenario: Scenario, workload: Workload) -> dict[str, float]:
    """The offered load of each resource; where all jobs come at once, work by capacity, which ranks resources alike."""
    loads = offered_load(scenario, workload)
    work = work_submitted(scenario, workload)
    return {
        name: work.get(name, 0.0) / scenario.capacity[name] if load is None else load for name, load in loads.items()
    }
