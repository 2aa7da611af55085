"""What the importing user is told: counts, causes for doubt, and the header of the written file. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from allocator.core.text import did_you_mean
from allocator.formats.amounts import about, listed
from allocator.formats.kubernetes.building import Built
from allocator.formats.kubernetes.fates import RESERVED, Fate
from allocator.formats.kubernetes.options import KubernetesOptions
from allocator.formats.kubernetes.refusals import COMMAND
from allocator.formats.kubernetes.usage import quota_warnings

_MOST_NAMES = 8
_SINGULAR = {
    "nodes": "node", "pods": "pod", "resource quotas": "resource quota", "namespaces": "namespace",
    "controllers": "controller", "priority classes": "priority class",
}  # fmt: skip


def summary(built: Built, options: KubernetesOptions) -> tuple[str, ...]:
    """What was read, kept, reserved and passed over, and why; a line each."""
    lines = [f"read: {_read(built, options)}", f"nodes: {_nodes(built)}"]
    pods, total = built.pods, built.reserved.total
    by_fate = ", ".join(f"{pods.count(fate)} {fate.value}" for fate in RESERVED if pods.count(fate))
    if count := pods.count(*RESERVED):
        lines.append(f"reserved: {listed(total)}; {count_of(count, 'pod')} ({by_fate})")
    else:
        lines.append("reserved: nothing; no pod of the system, a DaemonSet or a static one is on these nodes")
    lines.append(f"to share: {listed(built.scenario.capacity)}")
    held, pending, hidden = _totals(built)
    lines.append(
        f"tenants: {len(built.scenario.tenants)}; tasks wanted: {held + pending + hidden}"
        f" ({held} held, {pending} pending, {hidden} without a pod yet)"
    )
    passed = [
        f"{pods.count(fate)} {fate.value}"
        for fate in (Fate.FINISHED, Fate.GATED, Fate.LEAVING, Fate.SYSTEM_ELSEWHERE, Fate.LEFT_OUT, Fate.LOST)
        if pods.count(fate)
    ]
    if passed:
        lines.append(f"pods not counted: {', '.join(passed)}")
    if built.claims.suspended:
        lines.append(f"suspended jobs, which want nothing now: {built.claims.suspended}")
    if bare := _without_request(built):
        lines.append(f"pods without any request: {bare} (each takes one of `pods` and nothing else)")
    lines += _quota_lines(built, options)
    if len(built.ranks) > 1:
        lines.append(f"priorities: {_mapping(built.ranks)}")
    return tuple(lines)


def warnings(built: Built, options: KubernetesOptions) -> tuple[str, ...]:
    """What may make the scenario say something else than the user believes; a line each."""
    found: list[str] = []
    dump, pods, names = built.dump, built.pods, built.names
    namespaces = {pod.namespace for pod in dump.pods}
    if not dump.pods:
        found.append(f"no pods in the dump: nobody holds or wants anything; `{COMMAND}` gives both")
    elif not built.scenario.tenants:
        found.append("no pod is left that a tenant holds or waits for: the scenario has no tenants")
    if len(namespaces) == 1:
        found.append(f"all pods are in one namespace ({names.namespace(namespaces.pop())}): was -A forgotten?")
    if lost := pods.pods[Fate.LOST]:
        where = len({pod.node for pod in lost})
        found.append(
            f"{count_of(len(lost), 'pod')} on {count_of(where, 'node')} that the dump does not have: not counted"
        )
    if out := pods.count(Fate.LEFT_OUT):
        found.append(f"{count_of(out, 'pod')} on nodes that are left out: neither held nor wanted here")
    if gated := pods.count(Fate.GATED):
        found.append(f"{count_of(gated, 'pod')} scheduling-gated: not asked for yet, so not in what is wanted")
    if pods.pool.tolerated:
        found.append(
            f"control-plane nodes kept, since workloads tolerate them: {_few(map(names.node, pods.pool.tolerated))}"
        )
    if pods.pool.tainted:
        found.append(
            f"{count_of(len(pods.pool.tainted), 'node')} with taints kept; who tolerates them is not modelled:"
            f" {_few(map(names.node, pods.pool.tainted))}"
        )
    for node, resources in built.reserved.beyond.items():
        found.append(f"{names.node(node)}: more reserved than there is of {', '.join(resources)}; floored at 0")
    found += _held_beyond(built)
    if built.scenario.tenants and not any(
        part.request for one in built.claims.claimants for part in one.parts.values()
    ):
        found.append("no pod of any tenant has a request: there is nothing to compare but the number of pods")
    if built.claims.unknown_classes:
        classes = built.claims.unknown_classes
        shown = f": {_few(classes)}" if not options.anonymise else ""
        found.append(
            f"{count_of(len(classes), 'priority class', 'priority classes')} not in the dump, taken as 0{shown}"
        )
    found += quota_warnings(built, options)
    found += _weight_warnings(built, options)
    return tuple(found)


def notes(built: Built) -> tuple[str, ...]:
    """Lines for the header of the scenario, below the summary: what was taken off each node, and each node left out."""
    names = built.names
    lines = ["capacity: allocatable of each node, less what is reserved for the cluster's own pods:"]
    lines += [f"  {names.node(node)}: {listed(taken)}" for node, taken in built.reserved.by_node.items()]
    if not built.reserved.by_node:
        lines.append("  nothing")
    if built.pods.pool.left_out:
        lines.append("nodes left out:")
        lines += [f"  {names.node(node)}: {why}" for node, why in built.pods.pool.left_out.items()]
    return tuple(lines)


def _read(built: Built, options: KubernetesOptions) -> str:
    dump = built.dump
    kept = {what: count for what, count in dump.counts().items() if count and what not in dump.passed_over}
    read = [f"{count} {_SINGULAR[what] if count == 1 else what}" for what, count in kept.items()]
    over = ", ".join(f"{count} {kind}" for kind, count in dump.passed_over.most_common(6))
    if options.anonymise and over:
        over = f"{dump.passed_over.total()} of other kinds"  # the name of a custom kind can be a company's
    rest = f"; passed over: {over}" if over else ""
    twice = f"; {dump.repeated} there twice" if dump.repeated else ""
    return ", ".join(read) + rest + twice


def _nodes(built: Built) -> str:
    pool = built.pods.pool
    if not pool.left_out:
        return f"{len(pool.kept)} kept"
    named = [f"{built.names.node(node)} ({why})" for node, why in pool.left_out.items()]
    return f"{len(pool.kept)} kept, {len(pool.left_out)} left out: {_few(named)}"


def _totals(built: Built) -> tuple[int, int, int]:
    counts = [one.count() for one in built.claims.claimants]
    return sum(c[0] for c in counts), sum(c[1] for c in counts), sum(c[2] for c in counts)


def _without_request(built: Built) -> int:
    parts = (part for one in built.claims.claimants for part in one.parts.values())
    return sum(part.held + part.pending for part in parts if not part.request)


def _quota_lines(built: Built, options: KubernetesOptions) -> Iterable[str]:
    dump = built.dump
    if not dump.controllers:
        yield "no ReplicaSets, StatefulSets or Jobs in the dump: replicas that have no pod cannot be seen"
    if not dump.quotas:
        yield "no ResourceQuotas in the dump: nobody is limited"
    elif options.quota == "ignore" or (options.quota == "weight" and not options.quota_is_weight):
        use = "taken as weights only" if options.quota_is_weight else "not applied, as asked"
        yield f"quotas: {len(dump.quotas)} {use}"
    else:
        yield f"quotas: applied as {options.quota} to {count_of(len(built.tenant_quotas.by_tenant), 'tenant')}"


def _held_beyond(built: Built) -> Iterable[str]:
    held: dict[str, int] = {}
    for tenant in built.scenario.tenants:
        for work in tenant.work:
            for name, amount in work.demand.items():
                held[name] = held.get(name, 0) + amount * int(work.held or 0)
    for name, amount in held.items():
        there = built.scenario.capacity.get(name, 0)
        if amount > there:
            yield f"{name}: {about(name, amount)} held, more than the {about(name, there)} there is to share"


def _weight_warnings(built: Built, options: KubernetesOptions) -> Iterable[str]:
    weights = built.weights
    for tenant, problem in weights.problems:
        yield f"{built.names.tenant(tenant)}: {problem}"
    if weights.unknown:
        known = [one.name for one in built.claims.claimants]
        near = [f"{name}{did_you_mean(name, known)}" for name in weights.unknown[:_MOST_NAMES]]
        shown = f": {_few(near + weights.unknown[_MOST_NAMES:])}" if not options.anonymise else ""
        yield f"{count_of(len(weights.unknown), 'weight')} of no tenant in the dump{shown}"
    asked = options.weights is not None or options.quota_is_weight
    without = [one.name for one in built.claims.claimants if one.name not in weights.by_tenant]
    if asked and without:
        unit = " (weights are percent of the capacity)" if options.quota_is_weight else ""
        yield f"no weight found, so 1 each{unit}: {_few(map(built.names.tenant, without))}"


def _mapping(ranks: Mapping[int, int]) -> str:
    pairs = [f"{rank} = {priority}" for priority, rank in ranks.items()]
    return f"rank = Kubernetes' priority, rank 1 first: {_few(pairs)}"


def _few(words: Iterable[str]) -> str:
    all_: Sequence[str] = tuple(words)
    more = f" and {len(all_) - _MOST_NAMES} more" if len(all_) > _MOST_NAMES else ""
    return ", ".join(all_[:_MOST_NAMES]) + more


def count_of(count: int, word: str, plural: str = "") -> str:
    """`1 pod`, `2 pods`."""
    return f"{count} {word}" if count == 1 else f"{count} {plural or word + 's'}"
