"""A dump -> a scenario: where nodes, claims, quotas, weights and ranks come together. Says nothing to anyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from allocator.core.model import Node, PolicySettings, Scenario, Tenant, Work
from allocator.core.resources import LARGEST
from allocator.formats.amounts import constrains_only, in_order
from allocator.formats.kubernetes.dump import Dump
from allocator.formats.kubernetes.fates import Sorted, sort_pods, system_namespaces
from allocator.formats.kubernetes.names import Names, work_name
from allocator.formats.kubernetes.options import KubernetesOptions
from allocator.formats.kubernetes.quotas import Quotas, TenantQuotas, quotas_by_tenant, read_quotas
from allocator.formats.kubernetes.requests import Request, summed
from allocator.formats.kubernetes.reserved import POD, Reserved, reserve
from allocator.formats.kubernetes.tenants import Claimant, Claims, gather, ranks
from allocator.formats.kubernetes.weights import Weights, weights_from_file, weights_from_label, weights_from_quotas
from allocator.formats.sources import refusal


@dataclass(frozen=True)
class Built:
    """A scenario, and everything that it was made of, for whoever tells the user."""

    scenario: Scenario
    dump: Dump
    pods: Sorted
    reserved: Reserved
    claims: Claims
    quotas: Quotas
    tenant_quotas: TenantQuotas
    weights: Weights
    ranks: Mapping[int, int]
    names: Names


def build(dump: Dump, options: KubernetesOptions) -> Built:
    """The scenario that `dump` is, by the user's `options`.

    Raises:
        SnapshotError: No node can be shared, the file of weights is faulty, or amounts add up to more than 2^62.
    """
    is_system = system_namespaces(options.system)
    pods = sort_pods(dump, is_system)
    if not pods.pool.kept:
        reasons = ", ".join(f"{name} ({why})" for name, why in list(pods.pool.left_out.items())[:5])
        raise refusal("the dump", f"found {len(dump.nodes)} nodes, none of which can be shared: {reasons}")
    reserved = reserve(pods)
    claims = gather(dump, pods, options.tenant_label, is_system)
    names = Names(anonymise=options.anonymise, tenants_are_namespaces=not options.tenant_label)
    for one in claims.claimants:
        names.tenant(one.name)  # numbers follow the order of declaration
    demanded = {name for one in claims.claimants for part in one.parts.values() for name in part.request}
    resources = _resources(pods, demanded)
    nodes = tuple(
        Node(
            name=names.node(node.name),
            capacity={name: reserved.left[node.name][name] for name in resources if name in node.allocatable},
            pool=names.pool(node.pool),
        )
        for node in pods.pool.kept
    )
    capacity = dict.fromkeys(resources, 0) | summed(node.capacity for node in nodes)
    shared = tuple(name for name in resources if not constrains_only(name))
    quotas = read_quotas(dump.quotas, resources)
    tenant_quotas = quotas_by_tenant(quotas, claims.claimants)
    weights = _weights(dump, options, claims, tenant_quotas, capacity, shared)
    ranked = ranks(claims.claimants)
    scenario = Scenario(
        capacity=capacity,
        tenants=tuple(
            _tenant(one, names, ranked, weights, tenant_quotas.by_tenant.get(one.name, {}), options.quota, resources)
            for one in claims.claimants
        ),
        nodes=nodes,
        policy=PolicySettings(share_of=shared or None),
        title=f"Kubernetes: {_counted(len(claims.claimants), 'tenant')} on {_counted(len(nodes), 'node')}",
    )
    _refuse_absurd(scenario)
    return Built(scenario, dump, pods, reserved, claims, quotas, tenant_quotas, weights, ranked, names)


def _resources(pods: Sorted, demanded: Iterable[str]) -> tuple[str, ...]:
    """The resources of the pool: cpu and memory first, those that only constrain last.

    What no node has any of and nobody asks for (huge pages, mostly) would be columns of zeros; volumes that can be
    attached are counted by no request.
    """
    asked = set(demanded)
    there: dict[str, bool] = {}
    for node in pods.pool.kept:
        for name, amount in node.allocatable.items():
            there[name] = there.get(name, False) or amount > 0
    names = [name for name, any_ in there.items() if any_ or name in asked]
    names = [name for name in names if not name.startswith("attachable-volumes-")]
    return in_order(names)


def _tenant(
    one: Claimant,
    names: Names,
    ranked: Mapping[int, int],
    weights: Weights,
    quota: Request,
    quota_use: str,
    resources: tuple[str, ...],
) -> Tenant:
    best = min(ranked[part.priority] for part in one.parts.values())
    parts = sorted(
        one.parts.values(), key=lambda part: (ranked[part.priority], part.oldest, sorted(part.request.items()))
    )
    alike = Counter(work_name(part.request) for part in parts)
    work = []
    for part in parts:
        name = work_name(part.request)
        if alike[name] > 1:
            name = f"{name}-priority-{part.priority}"
        demand = {resource: part.request[resource] for resource in in_order(part.request)}
        if "pods" in resources:
            demand["pods"] = POD
        rank = ranked[part.priority]
        work.append(
            Work(
                demand=demand,
                name=name,
                tasks=part.wanted,
                divisible=False,
                held=Fraction(part.held),
                priority=None if rank == best else rank,
            )
        )
    bound = {name: quota[name] for name in resources if name in quota}
    return Tenant(
        name=names.tenant(one.name),
        work=tuple(work),
        weight=weights.by_tenant.get(one.name, Fraction(1)),
        priority=best,
        guarantee=bound if quota_use == "guarantee" else {},
        limit=bound if quota_use == "limit" else {},
    )


def _weights(
    dump: Dump,
    options: KubernetesOptions,
    claims: Claims,
    quotas: TenantQuotas,
    capacity: Mapping[str, int],
    shared: tuple[str, ...],
) -> Weights:
    if options.weight_label:
        return weights_from_label(claims.claimants, dump, options.weight_label)
    if options.weight_file:
        return weights_from_file(options.weight_file, claims.claimants)
    if options.quota_is_weight:
        return weights_from_quotas(quotas.by_tenant, capacity, shared)
    return Weights()


def _refuse_absurd(scenario: Scenario) -> None:
    wanted = summed(tenant.wanted or {} for tenant in scenario.tenants)
    for what, totals in (("capacity", scenario.capacity), ("requests", wanted)):
        for name, amount in totals.items():
            if amount > LARGEST:
                raise refusal("the dump", f"the {what} of {name} together are above 2^62 of the smallest unit")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
