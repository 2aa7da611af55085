"""ResourceQuotas -> the most (or least) of each resource per namespace and tenant. Never guesses what a scope means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from allocator.core.errors import QuantityError
from allocator.core.resources import parse_quantity
from allocator.formats.kubernetes.records import Quota
from allocator.formats.kubernetes.requests import Request
from allocator.formats.kubernetes.tenants import Claimant

_PLAIN = ("cpu", "memory", "ephemeral-storage", "pods")


@dataclass
class Quotas:
    """What the quotas of a dump say of resources that pods request."""

    hard: dict[str, Request] = field(default_factory=dict)
    """Namespace to the least of its quotas, resource by resource."""
    scoped: dict[str, int] = field(default_factory=dict)
    """Namespace to how many of its quotas have scopes, which are not modelled."""
    limits_only: dict[str, int] = field(default_factory=dict)
    """Namespace to how many of its quotas bound limits.*, which are not modelled."""
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """Namespace, and what could not be read."""


def read_quotas(quotas: Iterable[Quota], resources: Sequence[str]) -> Quotas:
    """The quotas that bound requests of `resources`; those of services or storage classes say nothing here."""
    found = Quotas()
    for quota in quotas:
        if quota.scoped:
            found.scoped[quota.namespace] = found.scoped.get(quota.namespace, 0) + 1
            continue
        if any(name.startswith("limits.") for name, _ in quota.hard):
            found.limits_only[quota.namespace] = found.limits_only.get(quota.namespace, 0) + 1
        for name, value in quota.hard:
            resource = _requested(name)
            if resource not in resources:
                continue
            try:
                amount = parse_quantity(resource, value, rounding="down")
            except QuantityError as error:
                found.unreadable.append((quota.namespace, f"{name}: {error}"))
                continue
            hard = found.hard.setdefault(quota.namespace, {})
            hard[resource] = min(amount, hard.get(resource, amount))
    return found


def _requested(name: str) -> str:
    """The resource whose requests a key of `spec.hard` bounds, or the empty string.

    `requests.storage` bounds volume claims; `storage` is no resource of any node, so it falls away with other unknowns.
    """
    if name.startswith("requests."):
        return name.removeprefix("requests.")
    if name == "count/pods":
        return "pods"
    return name if name in _PLAIN or name.startswith("hugepages-") else ""


@dataclass(frozen=True)
class TenantQuotas:
    """Quotas by tenant, and where they could not be told."""

    by_tenant: Mapping[str, Request]
    partial: tuple[str, ...]
    """Tenants some of whose namespaces have no quota of a resource that others have: it is not applied."""
    split: tuple[str, ...]
    """Namespaces with a quota whose pods belong to several tenants: it is not applied."""


def quotas_by_tenant(quotas: Quotas, claimants: Sequence[Claimant]) -> TenantQuotas:
    """What the namespaces of each tenant may use together.

    Quotas are summed where every namespace of the tenant has one of that resource and belongs to it alone; a sum that
    left a namespace out would bind what nothing binds in the cluster.
    """
    owners: dict[str, int] = {}
    for one in claimants:
        for namespace in one.namespaces:
            owners[namespace] = owners.get(namespace, 0) + 1
    by_tenant: dict[str, Request] = {}
    partial = []
    for one in claimants:
        hard = [quotas.hard.get(namespace, {}) if owners[namespace] == 1 else {} for namespace in one.namespaces]
        named = list(dict.fromkeys(resource for some in hard for resource in some))
        total = {name: sum(some[name] for some in hard) for name in named if all(name in some for some in hard)}
        if total:
            by_tenant[one.name] = total
        if len(total) < len(named):
            partial.append(one.name)
    split = tuple(name for name, count in owners.items() if count > 1 and quotas.hard.get(name))
    return TenantQuotas(by_tenant, tuple(partial), split)
