"""Which quotas are used up, or could not be modelled. Measures pods as the quota controller does, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.formats.amounts import about
from allocator.formats.kubernetes.building import Built
from allocator.formats.kubernetes.dump import Dump
from allocator.formats.kubernetes.options import KubernetesOptions
from allocator.formats.kubernetes.requests import Request
from allocator.formats.kubernetes.reserved import demand_of

_NEARLY = 95  # percent of a quota at which pods are likely refused before anyone can see them pending


def quota_warnings(built: Built, options: KubernetesOptions) -> Iterable[str]:
    """Quotas that are nearly or more than used, and those that the scenario does not carry."""
    if options.quota == "ignore" and options.weights != "quota":
        return
    quotas, names = built.quotas, built.names
    held, used = _usage(built.dump, quotas.hard)
    for namespace, hard in quotas.hard.items():
        for resource, most in hard.items():
            has = held[namespace].get(resource, 0)
            created = used[namespace].get(resource, 0)
            of = f"its quota of {resource} ({about(resource, created)} of {about(resource, most)})"
            if has > most:
                yield f"{names.namespace(namespace)} holds more than {of}"
            elif created * 100 >= most * _NEARLY and created:
                percent = f"{created * 100 // most} %" if most else "more than all"
                yield f"{names.namespace(namespace)} uses {percent} of {of}: pods refused for it are in no dump"
    for counts, what in ((quotas.scoped, "with scopes"), (quotas.limits_only, "of limits.*")):
        if counts:
            where = _few(names.namespace(one) for one in counts)
            yield f"quotas {what} are not modelled ({sum(counts.values())} of them, in {where})"
    for namespace, problem in quotas.unreadable[:20]:
        yield f"{names.namespace(namespace)}: quota left out: {problem}"
    if built.tenant_quotas.partial:
        yield (
            "quotas not applied, since not every namespace of the tenant has them: "
            f"{_few(names.tenant(one) for one in built.tenant_quotas.partial)}"
        )
    if built.tenant_quotas.split:
        yield (
            "quotas not applied, since several tenants share the namespace: "
            f"{_few(names.namespace(one) for one in built.tenant_quotas.split)}"
        )


def _usage(dump: Dump, hard: dict[str, Request]) -> tuple[dict[str, Request], dict[str, Request]]:
    """What pods hold, and what they were created with, in each namespace with a quota. Finished pods count nowhere."""
    held: dict[str, Request] = {namespace: {} for namespace in hard}
    used: dict[str, Request] = {namespace: {} for namespace in hard}
    for pod in dump.pods:
        if pod.finished or pod.namespace not in hard:
            continue
        for totals in (used, held) if pod.node else (used,):
            total = totals[pod.namespace]
            for name, amount in demand_of(pod).items():
                total[name] = total.get(name, 0) + amount
    return held, used


def _few(words: Iterable[str]) -> str:
    all_ = tuple(words)
    return ", ".join(all_[:8]) + (f" and {len(all_) - 8} more" if len(all_) > 8 else "")
