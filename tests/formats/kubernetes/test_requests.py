"""Kubernetes' effective request of a pod, case by case as its documentation and its own tests have them."""

from __future__ import annotations

from typing import Any

import pytest

from allocator.core.errors import QuantityError
from allocator.formats.kubernetes.requests import effective_request


def asks(cpu: str | None = None, *, limit: str | None = None, **more: Any) -> dict[str, Any]:
    """A container with a request, a limit, or both."""
    resources = {"requests": {"cpu": cpu} if cpu else {}, "limits": {"cpu": limit} if limit else {}}
    return {"resources": resources, **more}


def sidecar(cpu: str) -> dict[str, Any]:
    """A restartable init container."""
    return asks(cpu, restartPolicy="Always")


class TestContainers:
    """What runs together adds up, what runs before it only counts where it is larger."""

    @pytest.mark.parametrize(
        ("init", "main", "millicores"),
        [
            ([], [asks("1"), asks("500m")], 1500),
            ([asks("2"), asks("3")], [asks("1")], 3000),
            ([asks("1")], [asks("2"), asks("2")], 4000),
            ([sidecar("1")], [asks("2")], 3000),
            ([sidecar("1"), asks("5")], [asks("2")], 6000),  # the init container runs beside the sidecar before it
            ([asks("5"), sidecar("1")], [asks("2")], 5000),  # ... but not beside one started later
            ([sidecar("1"), asks("1"), sidecar("2"), asks("2")], [asks("1")], 5000),
            ([], [asks()], 0),
        ],
    )
    def test_init_containers_and_sidecars(self, init: list[Any], main: list[Any], millicores: int) -> None:
        """max(containers + sidecars, each init container + the sidecars before it)."""
        assert effective_request({"initContainers": init, "containers": main}).get("cpu", 0) == millicores

    def test_a_limit_without_a_request_is_the_request(self) -> None:
        """As the API server's defaults have it; a request beside a limit stands."""
        spec = {"containers": [asks(limit="2"), asks("1", limit="4")]}
        assert effective_request(spec) == {"cpu": 3000}

    def test_extended_resources_come_along(self) -> None:
        """A GPU, which is given as a limit, is in the request; an amount of 0 is not."""
        resources = {"limits": {"nvidia.com/gpu": 2, "amd.com/gpu": "0"}, "requests": {"memory": "1Gi"}}
        assert effective_request({"containers": [{"resources": resources}]}) == {
            "memory": 1 << 30,
            "nvidia.com/gpu": 2000,
        }

    def test_demand_is_rounded_up(self) -> None:
        """A tenth of a millicore is a millicore, a part of a byte a byte."""
        resources = {"requests": {"cpu": "100u", "memory": "100m"}}
        assert effective_request({"containers": [{"resources": resources}]}) == {"cpu": 1, "memory": 1}


class TestPodLevel:
    """What the pod itself asks and costs."""

    def test_overhead_comes_on_top(self) -> None:
        """The runtime class's overhead adds to whichever of the two sums counts."""
        spec = {"initContainers": [asks("3")], "containers": [asks("1")], "overhead": {"cpu": "250m"}}
        assert effective_request(spec) == {"cpu": 3250}

    def test_a_request_of_the_pod_replaces_its_containers(self) -> None:
        """Resource by resource, sidecars and init containers included."""
        pod = {"requests": {"cpu": "2"}}
        spec = {"initContainers": [asks("9")], "containers": [asks("1")], "resources": pod, "overhead": {"cpu": "1"}}
        assert effective_request(spec) == {"cpu": 3000}

    def test_a_limit_of_the_pod_counts_where_nothing_else_asks(self) -> None:
        """The API server makes it the request only where no container has one."""
        pod = {"limits": {"cpu": "4", "memory": "1Gi"}}
        assert effective_request({"containers": [asks("1")], "resources": pod}) == {"cpu": 1000, "memory": 1 << 30}


@pytest.mark.parametrize("value", ["many", "-1", [1], {"a": 1}, True, "1e30", "9" * 200])
def test_what_is_no_quantity_is_named(value: object) -> None:
    """The message says which resource."""
    with pytest.raises(QuantityError, match=r"^cpu: found"):
        effective_request({"containers": [{"resources": {"requests": {"cpu": value}}}]})


@pytest.mark.parametrize("spec", [{}, {"containers": None}, {"containers": [3, None, "x"]}, {"containers": {"a": 1}}])
def test_no_containers_ask_nothing(spec: dict[str, Any]) -> None:
    """A shape that no API server writes is empty, not a crash."""
    assert effective_request(spec) == {}
