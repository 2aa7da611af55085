"""An independent check of a run: says what is wrong with it, from the columns of the run and its scenario alone.

Looks at every instant at which anything started or ended; what holds then holds between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from allocator.core.model import Scenario
from allocator.simulation.run import Outcome, Run
from allocator.simulation.workload import NONE
from tests.simulation.known import Known

Slices = Sequence[Mapping[str, int]]


def faults(
    scenario: Scenario, run: Run, *, rank: Sequence[object] | None = None, slices: Slices | None = ()
) -> list[str]:
    """All that is wrong with `run`, nothing where it is sound.

    Args:
        scenario: What was run.
        run: What came of it.
        rank: The order of the jobs under a policy that never changes its mind; without it, order is not checked.
        slices: Of each tenant the most it may use besides its limit, under a policy of slices; None where that is not
            known, and then nothing is said of who could have started.
    """
    return list(Checker(scenario, run, rank, slices).faults())


class Checker(Known):
    """Examines a run."""

    def __init__(self, scenario: Scenario, run: Run, rank: Sequence[object] | None, slices: Slices | None = ()) -> None:
        super().__init__(scenario, run)
        self.rank = rank
        self.slices = slices
        self.quiet = not any(event.kind != "note" for event in scenario.events)

    def faults(self) -> Iterator[str]:
        """One line each."""
        yield from self.columns()
        yield from self.attempts_of_jobs()
        yield from self.room()
        yield from self.limits()
        yield from self.capacity()
        if self.scenario.simulation.queue == "skip" and self.slices is not None:
            yield from self.idle_room()
        if self.rank is not None and self.quiet and not any(t.guarantee or t.limit for t in self.scenario.tenants):
            if self.scenario.simulation.queue == "strict":
                yield from self.overtaking()
            if self.scenario.simulation.queue == "easy" and self.scenario.simulation.at_limit == "kill":
                yield from self.broken_promises()

    # --- what must hold -------------------------------------------------------------------------------------------

    def columns(self) -> Iterator[str]:
        """Times and outcomes say the same; nothing happens before it may or after the end."""
        run, stop = self.run, self.run.stopped_ms
        for job in range(len(self.work)):
            start, end, outcome = self.start[job], self.end[job], Outcome(self.outcome[job])
            last, node = int(run.last_start[job]), int(run.node[job])
            if (start == NONE) != (node == NONE) or (start == NONE) != (last == NONE) or last < start:
                yield f"job {job}: first start {start}, last start {last}, node {node}"
            if (end != NONE) != (outcome in (Outcome.COMPLETED, Outcome.KILLED)):
                yield f"job {job}: {outcome.word} with end {end}"
            if outcome in (Outcome.RUNNING, Outcome.COMPLETED) and start == NONE:
                yield f"job {job}: {outcome.word} but never started"
            if outcome is Outcome.IMPOSSIBLE and start != NONE and not self.ran_already[job]:
                yield f"job {job}: impossible, but started at {start}"
            dead = [job for job in self.work.after(job) if self.outcome[job] in (Outcome.KILLED, Outcome.IMPOSSIBLE)]
            if dead and outcome is Outcome.WAITING and self.work.submit[job] < stop:
                yield f"job {job}: waits for {dead}, which can never complete"
            if last != NONE and end != NONE and end < last:
                yield f"job {job}: ends at {end}, before it starts at {last}"
            if start != NONE and not self.ran_already[job] and (self.ready(job) == NONE or start < self.ready(job)):
                yield f"job {job}: starts at {start}, before it may ({self.ready(job)})"
            if max(last, end) > stop or (run.ended == "horizon" and last >= stop):
                yield f"job {job}: starts at {last}, ends at {end}, after the run stopped at {stop}"

    def attempts_of_jobs(self) -> Iterator[str]:
        """All tasks of a gang, together, for as long as it takes; what came to nothing is told as lost."""
        settings = self.scenario.simulation
        kills, exact = settings.at_limit == "kill", settings.estimates == "exact"
        failures = {(event.at_ms, event.node) for event in self.scenario.events if event.kind == "node-down"}
        for one in self.attempts:
            job = one.job
            runtime, estimate = int(self.work.runtime[job]), int(self.work.estimate[job])
            limit = min(runtime, estimate) if kills and not exact else runtime
            failed = any((one.end, name) in failures for site in one.tasks for name in self.sites[site].names)
            if sum(one.tasks.values()) != self.work.tasks[job]:
                yield f"job {job}: {sum(one.tasks.values())} tasks of {self.work.tasks[job]} start at {one.start}"
            if not set(one.tasks) <= set(self.allowed(job)):
                yield f"job {job}: runs outside its pools"
            is_last = one.start == self.run.last_start[job] and one.end in (self.end[job], self.run.stopped_ms)
            outcome = Outcome(self.outcome[job]) if is_last else Outcome.WAITING
            if one.lost and not (failed or (one.end - one.start == limit < runtime and outcome is Outcome.KILLED)):
                yield f"job {job}: lost at {one.end} without a failure or a limit"
            if not one.lost and outcome not in (Outcome.COMPLETED, Outcome.RUNNING):
                yield f"job {job}: an attempt from {one.start} to {one.end} that was not lost, but {outcome.word}"
            if outcome is Outcome.COMPLETED and not one.lost and one.end - one.start != runtime:
                yield f"job {job}: completed after {one.end - one.start} of {runtime}"
            if one.end - one.start > limit:
                yield f"job {job}: ran {one.end - one.start}, longer than {limit}"
        for job in range(len(self.work)):
            mine = [one for one in self.attempts if one.job == job]
            if (self.start[job] == NONE) != (not mine) or (mine and mine[0].start != self.start[job]):
                yield f"job {job}: attempts {mine} do not tell of its start at {self.start[job]}"
            if any(two.start < one.end for one, two in pairwise(mine)):
                yield f"job {job}: runs twice at once"
            good = sum(not one.lost for one in mine)
            if good != (self.outcome[job] in (Outcome.COMPLETED, Outcome.RUNNING)):
                yield f"job {job}: {good} good attempts, but {Outcome(self.outcome[job]).word}"

    def room(self) -> Iterator[str]:
        """Wherever a task starts, the site takes tasks, and has what all that runs on it needs; no one outlives it."""
        for one in self.attempts:
            if self.ran_already[one.job] and one.start == 0:
                continue
            used = self.used(one.start)
            if one.start == one.end:
                # What starts later in the same instant may be where it was.
                used = self.used(one.start, [other for other in self.attempts if other.start == one.start])
                self.add(used, one, 1)
            for site in one.tasks:
                amounts, takes = self.sites[site].at(one.start)
                over = [use for use, amount in zip(used[site], amounts, strict=True) if use > amount]
                if over or not takes:
                    yield f"job {one.job}: at {one.start} site {site} has {amounts}, used {used[site]}, takes {takes}"
        if self.scenario.simulation.placement != "pool":
            for event in self.scenario.events:
                if event.kind == "node-down" and (event.at_ms < self.run.stopped_ms or self.run.ended == "drained"):
                    for one in self.attempts:
                        here = any(event.node in self.sites[site].names for site in one.tasks)
                        if here and one.start < event.at_ms < one.end:
                            yield f"job {one.job}: outlives node {event.node}, down at {event.at_ms}"

    def tenant_use(self, tenant: int, time: int) -> list[int]:
        """What a tenant uses after an instant."""
        mine = [one for one in self.attempts if self.work.tenant[one.job] == tenant and one.lasts(time)]
        return [sum(self.demand[o.job][r] * sum(o.tasks.values()) for o in mine) for r in range(len(self.demand[0]))]

    def over(self, tenant: int, use: list[int]) -> bool:
        """Whether so much use is over the limit or the slice of a tenant."""
        caps: list[Mapping[str, int]] = [self.scenario.must_have(self.work.tenants[tenant]).limit]
        caps += [self.slices[tenant]] if self.slices else []
        return any(
            used > cap[name] for cap in caps for name, used in zip(self.work.resources, use, strict=True) if name in cap
        )

    def limits(self) -> Iterator[str]:
        """Whenever a job starts, its tenant is below its limit."""
        for one in self.attempts:
            if self.ran_already[one.job] and one.start == 0:
                continue
            tenant = int(self.work.tenant[one.job])
            used = self.tenant_use(tenant, one.start)
            if self.over(tenant, used):
                yield f"job {one.job}: at {one.start} its tenant uses {used}, over its limit or slice"

    def capacity(self) -> Iterator[str]:
        """The steps of capacity are those of the scenario; a node that drains may count either way."""
        run = self.run
        if not len(run.capacity_at) or any(event.kind == "drain" for event in self.scenario.events):
            return
        for at in sorted({*run.capacity_at.tolist(), *(e.at_ms for e in self.scenario.events)}):
            if at >= run.stopped_ms:
                continue
            step = run.capacity[sum(run.capacity_at.tolist()[i] <= at for i in range(len(run.capacity_at))) - 1]
            mine = [site.at(at)[0] for site in self.sites]
            if step.tolist() != mine:
                yield f"at {at} the run says {step.tolist()} is up, the scenario {mine}"

    # --- order ----------------------------------------------------------------------------------------------------

    def several_passes(self, time: int) -> bool:
        """Whether jobs of no length made an instant one of several passes."""
        return any(one.start == one.end == time for one in self.attempts)

    def idle_room(self) -> Iterator[str]:
        """Whatever waits on when all may pass, does not fit, or its tenant's limit holds it, or it is absent."""
        absent = any(event.kind in ("tenant-join", "tenant-leave") for event in self.scenario.events)
        if absent or self.run.ended == "interrupted":
            return
        for time in self.instants:
            used = self.used(time)
            for job in range(len(self.work)):
                if not self.waits(job, time) or not self.fits(job, time, used):
                    continue
                tenant = int(self.work.tenant[job])
                mine = self.tenant_use(tenant, time)
                total = [amount * int(self.work.tasks[job]) for amount in self.demand[job]]
                if not self.over(tenant, [use + more for use, more in zip(mine, total, strict=True)]):
                    yield f"job {job}: waits on at {time} though it fits"

    def overtaking(self) -> Iterator[str]:
        """No job starts while one before it in the order waits on."""
        assert self.rank is not None
        for one in self.attempts:
            for job in range(len(self.work)):
                before = (self.rank[job], job) < (self.rank[one.job], one.job)  # type: ignore[operator]
                if before and not (self.ran_already[one.job] and one.start == 0) and self.waits(job, one.start):
                    if self.ready(job) == one.start and self.several_passes(one.start):
                        continue
                    yield f"job {one.job}: starts at {one.start} while job {job} waits before it"

    def broken_promises(self) -> Iterator[str]:
        """No job that once stood first, not fitting, starts later than the estimates promised it then.

        Only for orders in which nobody comes in before who stands first: the rank is the row.
        """
        assert self.rank is not None
        if list(self.rank) != list(range(len(self.work))) or any(
            self.work.runtime[job] == 0 for job in range(len(self.work))
        ):
            return
        promised: dict[int, int] = {}
        for time in self.instants:
            waiting = [job for job in range(len(self.work)) if self.waits(job, time)]
            if waiting and waiting[0] not in promised:
                promise = self.promise(waiting[0], time)
                if promise is not None:
                    promised[waiting[0]] = promise
        for job, promise in promised.items():
            came_before = any(
                self.work.after(other) and other < job and self.ready(other) != NONE for other in range(len(self.work))
            )
            late = self.start[job] > promise if self.start[job] != NONE else promise < self.run.stopped_ms
            if late and not came_before:
                yield f"job {job}: starts at {self.start[job]}, promised {promise}"

    def promise(self, head: int, time: int) -> int | None:
        """When the head fits by the estimates of what ran before it and what the strict order started."""
        settled = [
            one
            for one in self.attempts
            if one.lasts(time) and (one.start < time or one.job < head or self.ran_already[one.job])
        ]
        exact = self.scenario.simulation.estimates == "exact"
        estimate = (self.work.runtime if exact else self.work.estimate).tolist()
        ends = {id(one): max(one.start + estimate[one.job], time + 1) for one in settled}
        for shadow in sorted(set(ends.values())):
            used = [[0] * len(self.work.resources) for _ in self.sites]
            for one in settled:
                if ends[id(one)] > shadow:
                    self.add(used, one, 1)
            if self.fits(head, time, used):
                return shadow
        return None
