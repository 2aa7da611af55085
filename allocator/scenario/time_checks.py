"""What jobs and events must agree with: tenants and nodes that exist, totals that fit, a horizon that comes after them.

Looks at values of the core and tells where in the file they came from; changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from allocator.core.durations import write_duration
from allocator.core.generators import Generator
from allocator.core.model import Scenario
from allocator.core.resources import LARGEST
from allocator.core.timeline import Event, Job
from allocator.scenario.checks import Origins
from allocator.scenario.faults import Collector, Spot
from allocator.scenario.names import Names
from allocator.scenario.positions import Path
from allocator.scenario.values import FINEST, found


def check_tenants(jobs: Sequence[Job], index: Sequence[int], tenants: Iterable[str], collect: Collector) -> None:
    """Each job is of a tenant that is declared.

    Args:
        jobs: Counts expanded.
        index: Of each, its table in the file.
        tenants: The names of all.
        collect: Is told of each fault.
    """
    known = Names(tenants, "none, expected [[tenants]]")
    # The jobs of one table are of one tenant.
    for number, name in {number: job.tenant for job, number in zip(jobs, index, strict=True)}.items():
        if name and name not in known:
            collect.fault(("jobs", number, "tenant"), f"no tenant {found(name)}{known.hint(name)}")


def check_totals(jobs: Sequence[Job], index: Sequence[int], collect: Collector) -> None:
    """No total of what jobs need, or of how long they run, passes 2^62 of the smallest unit."""
    wanted: dict[str, int] = {}
    runtime = 0
    over: set[str] = set()
    for job, number in zip(jobs, index, strict=True):
        for resource, amount in job.demand.items():
            wanted[resource] = wanted.get(resource, 0) + amount * job.tasks
            if wanted[resource] > LARGEST and resource not in over:
                over.add(resource)
                message = f"with this, more than 2^62 of the smallest unit of {resource} is wanted in total"
                collect.fault(("jobs", number, "demand", resource), f"{message}, expected less")
        if runtime <= LARGEST < runtime + job.runtime_ms:
            message = "with this, jobs run for more than 2^62 milliseconds in total, expected less"
            collect.fault(("jobs", number, "runtime"), message)
        runtime += job.runtime_ms


def check_events(scenario: Scenario, index: Sequence[int], collect: Collector) -> None:
    """Capacity never passes 2^62 of the smallest unit, and weights keep one common denominator in reach.

    Args:
        scenario: With its events.
        index: Of each event, its table in the file.
        collect: Is told of each fault.
    """
    total = dict(scenario.capacity)
    denominator = scenario.weight_unit
    for event, number in zip(scenario.events, index, strict=True):
        for resource, amount in event.capacity.items():
            total[resource] = total.get(resource, 0) + amount
            if total[resource] > LARGEST:
                message = f"with this, {resource} may be more than 2^62 of its smallest unit in total, expected less"
                collect.fault(("events", number, "capacity", resource), message)
        if isinstance(event.value, Fraction) and denominator <= FINEST:
            denominator = math.lcm(denominator, event.value.denominator)
            if denominator > FINEST:
                message = f"found {event.value}; with this, the weights have no common denominator up to 1e18"
                collect.fault(("events", number, "value"), f"{message}; round them")


def unknown_names(scenario: Scenario) -> Iterator[tuple[int, str, str]]:
    """Of each event that names who or what does not exist: its number, the key it does so with, and what is wrong.

    A trace brings tenants and perhaps nodes along: they are known only when it has been read.
    """
    nodes = Names((node.name for node in scenario.nodes), "none, expected [[nodes]]")
    tenants = Names((tenant.name for tenant in scenario.tenants), "none, expected [[tenants]]")
    for number, event in enumerate(scenario.events):
        for key, name, known in (("tenant", event.tenant, tenants), ("node", event.node, nodes)):
            if name and name not in known:
                yield number, key, f"no {key} {found(name)}{known.hint(name)}"


def warn_of_late(
    end_ms: int, jobs: Iterable[tuple[Job, int]], events: Iterable[tuple[Event, int]], collect: Collector
) -> None:
    """Warn of what would happen when the run has stopped.

    Args:
        end_ms: When it stops.
        jobs: Each with its table in the file.
        events: Likewise.
        collect: Is told.
    """
    stops = f"the run stops at {write_duration(end_ms)}"
    for number in dict.fromkeys(number for job, number in jobs if job.submit_ms >= end_ms):
        collect.warn(("jobs", number, "submit"), f"a job that never arrives: {stops}", "late job")
    for event, number in events:
        if event.at_ms >= end_ms:
            collect.warn(("events", number, "at"), f"an event that never happens: {stops}", "late event")


def warn_of_idle_words(scenario: Scenario, tenants: Origins, given: Mapping[str, object], collect: Collector) -> None:
    """Warn of what is said and has no effect: work in a run over time, events and settings where nothing is run."""
    if scenario.timed:
        for tenant, origin in tenants:
            # A row of a CSV file is work without any demand, where it only says a weight.
            if any(work.demand for work in tenant.work):
                message = "is not run over time: what has no submit time and no run time does not arrive"
                where = origin.at() if origin.file else origin.at("demand" if origin.single else "work")
                collect.warn(where, message, "idle work")
        return
    settings = given.get("simulation")
    idle: list[Path] = [("simulation",)] if settings is not None else []
    if scenario.nodes and isinstance(settings, Mapping):
        # One allocation is placed on nodes too.
        idle = [("simulation", key) for key in settings if key not in ("placement", "seed")]
    for path in [*idle, *([("events",)] if "events" in given else [])]:
        collect.warn(path, "has no effect: there are no [[jobs]], [[workloads]] or [trace] to run over time")


def pools_of(jobs: Iterable[tuple[Job, int]], generators: Sequence[Generator]) -> Iterator[tuple[Path | Spot, str]]:
    """Each label that the jobs of a table, or generated ones, name, with its place."""
    for number, job in {number: job for job, number in jobs}.items():
        for name in job.pools:
            yield ("jobs", number, "pools"), name
    for number, generator in enumerate(generators):
        for name in generator.pools:
            yield ("workloads", number, "pools"), name


def resources_of(
    jobs: Iterable[tuple[Job, int]], events: Iterable[tuple[Event, int]]
) -> Iterator[tuple[Path | Spot, str, str]]:
    """Each resource that the jobs of a table, or an event, name, with its place and what it is there."""
    for number, job in {number: job for job, number in jobs}.items():
        for resource in job.demand:
            yield ("jobs", number, "demand", resource), resource, "demand"
    for event, number in events:
        for resource in event.capacity:
            yield ("events", number, "capacity", resource), resource, "capacity"
