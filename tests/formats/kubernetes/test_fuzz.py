"""Hostile files: an import or a refusal, never another exception."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.core.errors import SnapshotError
from allocator.core.resources import LARGEST
from allocator.formats.kubernetes import KubernetesOptions, read_kubernetes
from allocator.scenario.loading import loads
from allocator.scenario.writing import dumps
from tests.formats.kubernetes.cluster import controller, listed, namespace, node, pod, quota

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CLUSTER = [
    node(taints=[{"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}]),
    node("n2", allocatable={"nvidia.com/gpu": "4"}),
    namespace("web", team="blue", share="2"),
    pod("a", owner=("ReplicaSet", "r"), memory="1Gi", spec={"tolerations": [{"operator": "Exists"}], "priority": 5}),
    pod("b", on=None, spec={"schedulingGates": [{"name": "x"}]}),
    pod("c", "kube-system", on="n2", phase="Pending"),
    quota("web", {"requests.cpu": "4", "pods": "3"}),
    controller("ReplicaSet", "r", replicas=3),
    controller("Job", "j", parallelism=3, completions=5),
    {"kind": "PriorityClass", "metadata": {"name": "gold"}, "value": 9, "globalDefault": True},
]
OPTIONS = [
    KubernetesOptions(),
    KubernetesOptions(tenant="label:team", quota="guarantee", weights="label:share", anonymise=True),
    KubernetesOptions(quota="weight", system=()),
]
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["1", "500m", "2Gi", "-1", "1e99", "NaN", "True", "\ud800", "\x1b[2J", "9" * 30, 2**63, -(2**70)])
)  # fmt: skip
KEYS = st.text(max_size=5) | st.sampled_from(
    [
        "",
        "\ud800",
        "kind",
        "items",
        "metadata",
        "spec",
        "status",
        "name",
        "containers",
        "resources",
        "requests",
        "limits",
        "cpu",
    ]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def imports_or_refuses(data: bytes, options: KubernetesOptions) -> bool:
    """Import `data`; whether it was taken. What is taken can be written, and has no absurd number."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "dump")
        path.write_bytes(data)
        try:
            result = read_kubernetes([str(path)], options)
        except SnapshotError:
            return False
    assert all(0 <= amount <= LARGEST for amount in result.scenario.capacity.values())
    for tenant in result.scenario.tenants:
        assert all(0 <= amount <= LARGEST for amount in (tenant.wanted or {}).values())
        assert all(0 <= int(work.held or 0) <= (work.tasks or 0) for work in tenant.work)
    again = loads(dumps(result.scenario, header=result.notes)).scenario
    assert (again.capacity, again.tenants) == (result.scenario.capacity, result.scenario.tenants)
    "\n".join((*result.summary, *result.warnings)).encode()
    return True


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside `value`."""
    found = [path] if path else []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += places(inner, (*path, key))
    return found


PLACES = places(CLUSTER)


@FUZZ
@given(data=st.binary(max_size=400), options=st.sampled_from(OPTIONS))
def test_any_bytes(data: bytes, options: KubernetesOptions) -> None:
    """Noise is refused."""
    imports_or_refuses(data, options)


@FUZZ
@given(text=st.text(alphabet="{}[]:,\"' \n-ab1&*!|>%#\\.", max_size=80), options=st.sampled_from(OPTIONS))
def test_any_text_of_json_and_yaml_letters(text: str, options: KubernetesOptions) -> None:
    """Whatever the brackets and quotes say, the readers hold."""
    imports_or_refuses(text.encode(), options)


@FUZZ
@given(
    mutations=st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4),
    options=st.sampled_from(OPTIONS),
    as_yaml=st.booleans(),
)
def test_any_value_in_any_place(
    mutations: list[tuple[tuple[Any, ...], Any]], options: KubernetesOptions, as_yaml: bool
) -> None:
    """An object whose fields are of any type is imported or refused."""
    cluster = json.loads(json.dumps(CLUSTER))
    for path, value in mutations:
        # An earlier mutation may have taken the place of a later one away.
        with contextlib.suppress(KeyError, IndexError, TypeError):
            inner = cluster
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
    text = yaml.dump(cluster) if as_yaml else json.dumps({"kind": "List", "items": cluster})
    imports_or_refuses(text.encode("utf-8", "replace"), options)


@FUZZ
@given(cut=st.integers(0, 4000), flips=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=6))
def test_a_damaged_dump(cut: int, flips: list[tuple[int, int]]) -> None:
    """Bytes flipped and the end cut off."""
    data = bytearray(listed(*CLUSTER))
    for at, byte in flips:
        data[at % len(data)] = byte
    imports_or_refuses(bytes(data[: len(data) - cut]), OPTIONS[0])


def test_the_undamaged_one_is_taken() -> None:
    """The fuzz begins from a dump that each option imports."""
    assert all(imports_or_refuses(listed(*CLUSTER), options) for options in OPTIONS)
