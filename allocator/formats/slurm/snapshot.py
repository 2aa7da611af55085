"""What Slurm has now -> a scenario: accounts that hold and want tasks, on nodes in partitions. Says nothing to anyone.

A job is a task for each of its nodes; what runs is held. The priorities that Slurm computed are left out: they are the
outcome of the policy that is to be compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocator.core.model import Node, Scenario, Tenant, Work
from allocator.core.resources import LARGEST
from allocator.core.scaling import pooled
from allocator.formats.amounts import about, in_order, listed
from allocator.formats.imported import Imported
from allocator.formats.kubernetes.names import Names, work_name
from allocator.formats.recorded import counted
from allocator.formats.slurm.shares import shares_of
from allocator.formats.slurm.state import State, read_state
from allocator.formats.sources import refusal

COMMAND = "squeue --json > jobs.json; scontrol show node --json > nodes.json; sshare -P -a > shares.txt"
_LATER = ("JobHeld", "Dependency", "BeginTime")
"""Reasons of jobs that could not start now whatever the policy."""


@dataclass(frozen=True)
class SlurmOptions:
    """How a state becomes a scenario."""

    tenant: str = ""
    """What names tenants: account (default), user, partition, qos."""
    fields: tuple[tuple[str, ...], ...] = ()
    """Orders of the fields of tables without a header."""
    anonymise: bool = False
    """Whether names of tenants, nodes and partitions are replaced."""


@dataclass
class _Part:
    """Tasks of one tenant that are alike."""

    demand: dict[str, int]
    partition: str
    running: int = 0
    waiting: int = 0


def read_slurm_state(
    sources: Sequence[str], options: SlurmOptions, progress: Callable[[int], None] | None = None
) -> Imported:
    """The scenario of a cluster, out of what `squeue`, `sinfo`, `scontrol show` and `sshare` wrote.

    Args:
        sources: Paths, or `-` for standard input; together they are one cluster. Text or JSON.
        options: What a tenant is.
        progress: Called with the bytes read so far.

    Raises:
        SnapshotError: A damaged file, one that is nothing of Slurm's, or no nodes in any of them.
    """
    return scenario_of(read_state(sources, options.tenant, options.fields, progress), options, sources[0])


def scenario_of(state: State, options: SlurmOptions, file: str) -> Imported:
    """The scenario that `state` is.

    Raises:
        SnapshotError: No node can be used, or amounts add up to more than 2^62.
    """
    out = Counter(node.out for node in state.nodes if node.out)
    kept = [node.plain() for node in state.nodes if not node.out and any(node.capacity.values())]
    if not kept:
        found = f"{counted(len(state.nodes), 'node')}, none of which can be used" if state.nodes else "no node"
        raise refusal(file, f"found {found}; try: {COMMAND}")
    there = {name for node in kept for name, amount in node.capacity.items() if amount}
    missing: Counter[str] = Counter()
    names = Names(anonymise=options.anonymise, tenants_are_namespaces=True)
    later: Counter[str] = Counter()
    tenants: dict[str, dict[object, _Part]] = {}
    for job in state.jobs.values():
        if job.waits and (reason := next((one for one in _LATER if job.reason.startswith(one)), "")):
            later[reason] += job.copies
            continue
        tasks, needs = job.per_task()
        demand = {name: needs[name] for name in in_order(needs) if needs[name] and name in there}
        missing.update(name for name, amount in needs.items() if amount and name not in there)
        parts = tenants.setdefault(job.tenant, {})
        part = parts.setdefault((tuple(demand.items()), job.partition), _Part(demand, job.partition))
        part.running += tasks * job.copies * job.runs
        part.waiting += tasks * job.copies * job.waits
    resources = in_order(there)
    nodes = tuple(
        Node(names.node(node.name), {n: node.capacity[n] for n in resources if n in node.capacity}, _pool(node, names))
        for node in kept
    )
    word = options.tenant or "account"
    shared = state.shares.shares or state.shares.users
    shares = shares_of(state.shares, word, file) if shared and word in ("account", "user") else None
    weights = {one.name: one.weight for one in shares.tenants} if shares else {}
    scenario = Scenario(
        capacity=pooled(nodes),
        tenants=tuple(
            Tenant(names.tenant(name), _work(list(parts.values()), kept, names), weights.get(name, Fraction(1)))
            for name, parts in tenants.items()
        ),
        nodes=nodes,
        title=f"Slurm: {counted(len(tenants), 'tenant')} on {counted(len(nodes), 'node')}",
    )
    _refuse_absurd(scenario, file)
    summary, warnings = _told(state, scenario, out, later, weighted=bool(shares))
    lost = [
        f"left out what {counted(count, 'job')} asked of {name}: no node has any" for name, count in missing.items()
    ]
    return Imported(scenario, summary, (*warnings, *lost))


def _pool(node: Node, names: Names) -> str:
    return ",".join(names.pool(part) for part in node.pool.split(",")) if node.pool else ""


def _work(parts: list[_Part], nodes: Sequence[Node], names: Names) -> tuple[Work, ...]:
    labels = dict.fromkeys(node.pool for node in nodes)
    alike = Counter(work_name(part.demand) for part in parts)
    work = []
    for part in parts:
        name = work_name(part.demand)
        if alike[name] > 1:
            name = f"{name}-{'+'.join(names.pool(one) for one in part.partition.split(',')) or 'any'}"
        own = set(part.partition.split(","))
        allowed = [label for label in labels if own & set(label.split(","))]
        pools = tuple(",".join(names.pool(one) for one in label.split(",")) for label in allowed)
        work.append(
            Work(
                part.demand,
                name=name,
                tasks=part.running + part.waiting,
                divisible=False,
                held=Fraction(part.running),
                pools=pools if len(allowed) < len(labels) else (),
            )
        )
    return tuple(work)


def _told(
    state: State, scenario: Scenario, out: Counter[str], later: Counter[str], *, weighted: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The summary, and the warnings."""
    running = [job for job in state.jobs.values() if job.runs]
    tasks = sum(work.tasks or 0 for tenant in scenario.tenants for work in tenant.work)
    held = sum(int(work.held or 0) for tenant in scenario.tenants for work in tenant.work)
    gone = f"; left out: {', '.join(f'{count} {why}' for why, count in out.items())}" if out else ""
    summary = [
        f"read: {counted(len(state.jobs) + state.ended, 'job')}, {counted(len(state.nodes), 'node')}"
        + "".join(f", {count:,} {what}" for what, count in state.passed.items()),
        f"nodes: {len(scenario.nodes)} used{gone}",
        f"to share: {listed(scenario.capacity)}",
        f"tenants: {len(scenario.tenants)}; tasks wanted: {tasks} ({held} held by {counted(len(running), 'job')}, "
        f"{tasks - held} pending); a job is a task for each of its nodes",
    ]
    if state.ended:
        summary.append(f"jobs not counted: {state.ended} ended")
    if later:
        waits = ", ".join(f"{count} {reason}" for reason, count in later.items())
        summary.append(f"jobs that could not start now, not counted: {waits}")
    warnings = ["not modelled: fair tree and multifactor priority, past use, QOS and limits, preemption, features"]
    if not weighted:
        warnings.append("no shares: every tenant has weight 1; sshare -P -a > shares.txt says them")
    if state.malformed:
        warnings.append(f"{counted(state.malformed, 'row')} of tables could not be read")
    if not state.jobs:
        warnings.append("no job runs or waits: nobody holds or wants anything")
    for name, amount in scenario.capacity.items():
        wanted = [work for tenant in scenario.tenants for work in tenant.work if work.demand.get(name)]
        use = sum(int(work.held or 0) * work.demand[name] for work in wanted)
        if use > amount:
            warnings.append(f"more is held than the nodes have: {listed({name: use})} of {about(name, amount)}")
    return tuple(summary), tuple(warnings)


def _refuse_absurd(scenario: Scenario, file: str) -> None:
    totals: Counter[str] = Counter(scenario.capacity)
    for tenant in scenario.tenants:
        totals.update(tenant.wanted or {})
    for name, amount in totals.items():
        if amount > LARGEST:
            raise refusal(file, f"the amounts of {name} together are above 2^62 of the smallest unit")
