"""A scenario file to a `Scenario`, or to every fault of it at once.

Owns the order of the steps: text, TOML, shape, values, what must agree. Each step leaves out what it found faulty and
the next ones still look at the rest. Runs no policy and no code that a file names.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from allocator.core.errors import Fault, ScenarioError
from allocator.core.model import PolicySettings, Scenario, Tenant
from allocator.core.scaling import pooled
from allocator.core.timeline import TraceUse
from allocator.scenario import checks, time_checks, workload_tables
from allocator.scenario.building import Builder
from allocator.scenario.faults import Collector
from allocator.scenario.positions import read
from allocator.scenario.reading import fingerprint, read_text, unreadable
from allocator.scenario.settings import SettingsReader
from allocator.scenario.shape import check_shape
from allocator.scenario.syntax import parse
from allocator.scenario.tables import TableReader
from allocator.scenario.tenants_csv import read_tenants
from allocator.scenario.time_building import TimeBuilder

PolicyFaults = Callable[[PolicySettings, Sequence[str] | None, bool], Iterable[tuple[str, str]]]
"""Checks settings against the policies that are installed, given the resources of the capacity (None where a trace is
still to say what there is) and whether there are jobs; yields a place such as `policy.compare[1].options.key` and a
message for each fault."""

_NEEDED = "expected [capacity] with what there is to share, such as cpu = 9, or [[nodes]]"


@dataclass(frozen=True)
class Loaded:
    """A scenario, and what its writer probably did not mean."""

    scenario: Scenario
    warnings: tuple[Fault, ...] = ()
    fingerprint: int | None = None
    """Of the text that was read (`reading.fingerprint`)."""


def load(source: str | os.PathLike[str], *, policy_faults: PolicyFaults | None = None) -> Loaded:
    """The scenario in the file at `source`; "-" is standard input.

    Args:
        source: A path of at most 64 MiB of TOML. The files that it names are relative to its directory.
        policy_faults: Checks the `[policy]` table; without it, policies and options are taken as they are.

    Raises:
        ScenarioError: It cannot be read or used; every fault, by line.
    """
    name = os.fspath(source)
    text = read_text(name)
    if name == "-":
        loaded = loads(text, file="standard input", policy_faults=policy_faults)
    else:
        loaded = loads(text, file=name, directory=Path(name).parent, policy_faults=policy_faults)
    return replace(loaded, fingerprint=fingerprint(text))


def loads(
    text: str, *, file: str = "<text>", directory: Path | None = None, policy_faults: PolicyFaults | None = None
) -> Loaded:
    """The scenario that `text` describes.

    Args:
        text: TOML.
        file: What faults call it.
        directory: What the files that it names are relative to. Without it they are relative to the current one, and
            whether there is a trace is only seen when it is read.
        policy_faults: As for `load`.

    Raises:
        ScenarioError: Every fault, by line.
    """
    tables = parse(text, file)
    try:
        return _Loading(tables, Collector(file), directory).run(text, policy_faults)
    except RecursionError:
        raise ScenarioError([Fault(file, "", "found tables nested hundreds deep, expected a scenario")]) from None


class _Loading:
    """One file on its way to a scenario."""

    def __init__(self, tables: dict[str, Any], collect: Collector, directory: Path | None) -> None:
        self._tables = tables
        self._collect = collect
        self._directory = directory or Path()
        self._has_place = directory is not None
        self._bad = check_shape(tables, collect)
        self._reader = TableReader(tables, self._bad, collect)
        self._builder = Builder(self._reader)
        self._time = TimeBuilder(self._reader)
        self._csv_faults: list[Fault] = []
        self._csv_warnings: list[Fault] = []
        self._all_tenants = not any(
            path[:1] == ("tenants",) and (len(path) <= 2 or path[2] == "name") for path in self._bad
        )
        """Whether the names of all that the file declares could be read."""

    def run(self, text: str, policy_faults: PolicyFaults | None) -> Loaded:
        nodes = tuple(self._builder.nodes())
        pool = self._builder.capacity()
        capacity = pooled(nodes) if nodes else pool
        self._check_pool()
        tenants = self._tenants()
        checks.check_unique(tenants, self._collect)
        checks.check_totals(capacity, "nodes" if nodes else "capacity", tenants, self._collect)
        checks.check_limits(tenants, self._collect)
        resources = self._resources()
        policy = self._policy(resources, policy_faults)
        title = self._tables.get("title", "")
        scenario = Scenario(capacity, tuple(tenant for tenant, _ in tenants), nodes, policy, title)
        scenario = self._with_time(scenario, tenants, resources)
        checks.warn_of_promises(capacity, tenants, self._collect)
        faults = self._collect.faults(text) + self._csv_faults
        if faults:
            raise ScenarioError(sorted(faults, key=lambda fault: (fault.file != self._collect.file, fault.line or 0)))
        return Loaded(scenario, tuple(self._collect.warnings(text) + self._csv_warnings))

    def _with_time(self, scenario: Scenario, tenants: checks.Origins, resources: Sequence[str]) -> Scenario:
        """`scenario` with all that happens in it, which is held against all that stands in it."""
        settings = self._time.settings()
        jobs, of_jobs = self._time.jobs()
        events, of_events = self._time.events()
        trace = self._time.trace(self._directory)
        if trace is not None and self._has_place:
            self._check_files(trace)
        names = dict.fromkeys(tenant.name for tenant in scenario.tenants)
        generators = workload_tables.build(
            self._reader,
            tenants=list(names) if self._all_tenants else None,
            resources=resources,
            horizon=settings.duration_ms,
        )
        timed = replace(
            scenario,
            simulation=settings,
            jobs=tuple(jobs),
            generators=generators,
            trace=trace,
            events=tuple(events),
        )
        if self._all_tenants:
            time_checks.check_tenants(jobs, of_jobs, names, self._collect)
        time_checks.check_totals(jobs, of_jobs, self._collect)
        time_checks.check_events(timed, of_events, self._collect)
        known = {"tenant": self._all_tenants and "trace" not in self._tables, "node": self._all_nodes()}
        for number, key, message in time_checks.unknown_names(timed):
            if known[key]:
                self._collect.fault(("events", of_events[number], key), message)
        self._warn(timed, tenants, resources, of_jobs, of_events)
        return timed

    def _check_files(self, trace: TraceUse) -> None:
        """There are the files that `trace` names; what they hold is seen when they are read."""
        for key, name in (("path", trace.path), ("nodes_from", trace.nodes_from)):
            why = unreadable(str(self._directory / name)) if name else ""
            if why:
                self._collect.fault(("trace", key), f'found "{name}": {why}')

    def _warn(
        self,
        scenario: Scenario,
        tenants: checks.Origins,
        resources: Sequence[str],
        of_jobs: Sequence[int],
        of_events: Sequence[int],
    ) -> None:
        jobs = list(zip(scenario.jobs, of_jobs, strict=True))
        events = list(zip(scenario.events, of_events, strict=True))
        if scenario.simulation.duration_ms is not None:
            time_checks.warn_of_late(scenario.simulation.duration_ms, jobs, events, self._collect)
        time_checks.warn_of_idle_words(scenario, tenants, self._tables, self._collect)
        if resources or "capacity" in self._tables:
            named = [*checks.resources_of(tenants), *time_checks.resources_of(jobs, events)]
            checks.warn_of_unknown(resources, named, self._collect)
        if self._all_nodes():
            labels = [node.pool for node in scenario.nodes]
            placed = [*checks.pools_of(tenants), *time_checks.pools_of(jobs, scenario.generators)]
            checks.warn_of_pools(labels, placed, self._collect)

    def _all_nodes(self) -> bool:
        """Whether the nodes are what the file says, and all of that could be read."""
        own = "nodes" in self._tables or "capacity" in self._tables or "trace" not in self._tables
        return own and not any(path[:1] == ("nodes",) for path in self._bad)

    def _check_pool(self) -> None:
        if "capacity" in self._tables and "nodes" in self._tables:
            self._collect.fault(("nodes",), "found both [capacity] and [[nodes]], expected one: the pool is their sum")
        elif not self._tables:
            self._collect.fault((), f"empty; {_NEEDED}")
        elif "capacity" not in self._tables and not self._tables.get("nodes") and "trace" not in self._tables:
            self._collect.fault((), f"missing capacity; {_NEEDED}")

    def _resources(self) -> tuple[str, ...]:
        """The names of all that there is, whether or not the amounts could be read."""
        tables = [self._tables.get("capacity")]
        nodes = self._tables.get("nodes")
        if isinstance(nodes, list):
            tables += [node.get("capacity") for node in nodes if isinstance(node, dict)]
        return tuple(dict.fromkeys(name for table in tables if isinstance(table, dict) for name in table))

    def _policy(self, resources: Sequence[str], policy_faults: PolicyFaults | None) -> PolicySettings:
        table: dict[str, Any] = {} if ("policy",) in self._bad else self._tables.get("policy", {})
        reader = SettingsReader(table, self._bad, self._collect)
        policy = reader.read(resources)
        if policy_faults is not None:
            timed = not {"jobs", "workloads", "trace"}.isdisjoint(self._tables)
            known = resources or not timed or "trace" not in self._tables
            for place, message in policy_faults(policy, resources if known else None, timed):
                self._collect.fault(reader.path(read(place)), message)
        return policy

    def _tenants(self) -> list[tuple[Tenant, checks.Origin]]:
        made, indices = self._builder.tenants()
        own = [
            (tenant, checks.Origin(index, single="work" not in self._tables["tenants"][index]))
            for tenant, index in zip(made, indices, strict=True)
        ]
        return own + self._tenants_of_file()

    def _tenants_of_file(self) -> list[tuple[Tenant, checks.Origin]]:
        name = self._tables.get("tenants_from")
        if name is None or ("tenants_from",) in self._bad:
            self._all_tenants &= name is None
            return []
        path = str(self._directory / name)
        try:
            text = read_text(path, regular=True)
        except ScenarioError as error:
            self._all_tenants = False
            for fault in error.faults:
                if fault.line is None:  # about the file as a whole: the name that the scenario gives is to blame
                    self._collect.fault(("tenants_from",), f'found "{name}": {fault.message}')
                else:
                    self._csv_faults.append(fault)
            return []
        result = read_tenants(io.StringIO(text, newline=""), path)
        self._csv_faults += result.faults
        self._all_tenants &= not result.faults
        self._csv_warnings += result.warnings
        return [
            (tenant, checks.Origin(file=path, lines=lines))
            for tenant, lines in zip(result.tenants, result.lines, strict=True)
        ]
