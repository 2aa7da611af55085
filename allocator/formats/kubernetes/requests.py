"""What a pod asks of the scheduler: Kubernetes' own rule. Reads `resources`, never an environment, image or command.

Source: `PodRequests` and `AggregateContainerRequests` in k8s.io/component-helpers/resource/helpers.go (Kubernetes
1.33); kubernetes.io/docs/concepts, "Init Containers" and "Sidecar Containers" (resource sharing within containers),
"Pod Overhead", "Resource Management for Pods and Containers" (pod-level resources, 1.32).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from allocator.core.errors import QuantityError
from allocator.core.resources import parse_quantity
from allocator.formats.kubernetes.shapes import mapping, mappings, text

Request = dict[str, int]
"""Resource name to amount in smallest units; nothing is 0."""


def effective_request(spec: Mapping[str, object]) -> Request:
    """What one pod of this `spec` takes from its node while it runs, in smallest units, rounded up.

    Containers and sidecars (init containers with `restartPolicy: Always`) run together, so they add up; each other
    init container runs alone beside the sidecars started before it, so the largest counts. A request of the pod itself
    replaces what its containers ask together of that resource. The overhead of the runtime class comes on top. A limit
    without a request is the request.

    Raises:
        QuantityError: An amount that is no quantity; the message names the resource.
    """
    total: Request = {}
    for container in mappings(spec.get("containers")):
        _add(total, asked(container))
    sidecars: Request = {}
    starting: Request = {}
    for container in mappings(spec.get("initContainers")):
        request = asked(container)
        if container.get("restartPolicy") == "Always":
            _add(total, request)
            _add(sidecars, request)
            request = dict(sidecars)
        else:
            _add(request, sidecars)
        _raise_to(starting, request)
    _raise_to(total, starting)
    _pod_level(total, mapping(spec.get("resources")))
    _add(total, amounts(mapping(spec.get("overhead"))))
    return {name: amount for name, amount in total.items() if amount}


def asked(container: Mapping[str, object]) -> Request:
    """What one container asks: its requests, and its limits where it has no request."""
    resources = mapping(container.get("resources"))
    return amounts(mapping(resources.get("limits"))) | amounts(mapping(resources.get("requests")))


def amounts(listed: Mapping[str, object]) -> Request:
    """A Kubernetes ResourceList in smallest units, rounded up."""
    found = {}
    for given, value in listed.items():
        name = text(given)
        if value is None or not name:
            continue
        try:
            found[name] = (
                _quantity(name, value) if isinstance(value, str | int | float) else parse_quantity(name, value)
            )
        except QuantityError as error:
            raise QuantityError(f"{name}: {error}") from None
    return found


@lru_cache(maxsize=1 << 14, typed=True)  # a cluster writes the same few hundred quantities over and over
def _quantity(resource: str, value: str | int | float) -> int:
    return parse_quantity(resource, value, rounding="up")


def _pod_level(total: Request, resources: Mapping[str, object]) -> None:
    requests = amounts(mapping(resources.get("requests")))
    for name, amount in amounts(mapping(resources.get("limits"))).items():
        # The API server makes a limit of the pod its request only where no container asks for the resource.
        if name not in requests and not total.get(name):
            requests[name] = amount
    total.update(requests)


def _add(total: Request, more: Mapping[str, int]) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


def _raise_to(total: Request, least: Mapping[str, int]) -> None:
    for name, amount in least.items():
        total[name] = max(total.get(name, 0), amount)


def summed(requests: Iterable[Mapping[str, int]]) -> Request:
    """All of `requests` together."""
    total: Request = {}
    for request in requests:
        _add(total, request)
    return total
