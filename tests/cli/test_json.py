"""The JSON that scripts rely on: every key, in its order, and no number that JSON does not have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.running import Shell
from tests.samples.golden import UNTIMED

RESULT = ["fairheap", "mode", "title", "policy", "units", "capacity", "tenants", "unallocated", "metrics"]
SHARED = ["tasks_wanted", "tasks_held", "tasks_granted", "wanted", "granted", "usable"]
VERDICT = ["outcome", "short_of", "reason"]
TENANT = [
    *["name", "weight", "priority", *SHARED, "entitled", "fair_share", "borrowed"],
    *["satisfaction", "dominant_resource", "dominant_share", *VERDICT, "work"],
]
WORK = ["name", "priority", *SHARED, "satisfaction", *VERDICT]
METRICS = ["utilisation", "jain_index", "jain_of", "min_max_ratio", "zero_grants"]

EVERY_KIND = """
title = "Every kind of tenant"
[capacity]
cpu = 9
memory = "18Gi"
"nvidia.com/gpu" = 0
[[tenants]]
name = "whole"
weight = 0.5
demand = { cpu = 1, memory = "4Gi" }
tasks = 5
held = 3
[[tenants]]
name = "divisible"
weight = "1/3"
demand = { cpu = "2500m" }
[[tenants]]
name = "unlimited"
demand = { cpu = 1 }
tasks = "unlimited"
[[tenants]]
name = "idle"
demand = { cpu = 1 }
tasks = 0
[[tenants]]
name = "impossible"
demand = { "nvidia.com/gpu" = 1 }
tasks = 1
[[tenants]]
name = "several"
[[tenants.work]]
name = "front"
demand = { cpu = 1 }
tasks = 2
[[tenants.work]]
demand = { memory = "1Gi" }
priority = 3
"""


def check(result: Any) -> None:
    """One allocation has the shape of the contract; on nodes it says besides what they hold."""
    assert [key for key in result if key != "nodes"] == RESULT
    if "nodes" in result:
        check_nodes(result)
    assert result["mode"] == "allocate"
    assert list(result["policy"]) == ["name", "label", "options"]
    resources = list(result["units"])
    assert set(result["units"].values()) <= {"milli", "bytes"}
    for field in ("capacity", "unallocated"):
        assert list(result[field]) == resources
        assert all(type(amount) is int for amount in result[field].values())
    assert list(result["metrics"]) == METRICS
    assert list(result["metrics"]["utilisation"]) == resources
    for tenant in result["tenants"]:
        assert list(tenant) == TENANT
        check_amounts(tenant, [*SHARED[4:], "entitled", "fair_share", "borrowed"], resources)
        assert len(tenant["work"]) != 1
        for work in tenant["work"]:
            assert list(work) == WORK
            check_amounts(work, SHARED[4:], resources)
    for name in resources:
        granted = sum(tenant["granted"][name] for tenant in result["tenants"])
        assert granted + result["unallocated"][name] == result["capacity"][name]


def check_nodes(result: Any) -> None:
    """Tasks by tenant and by pool add to the same; nothing is placed that was not promised."""
    nodes = result["nodes"]
    assert list(nodes) == ["count", "placement", "promised", "placed", "stranded", "tenants", "pools"]
    if nodes["placed"] is None:
        return
    assert [tenant["name"] for tenant in nodes["tenants"]] == [tenant["name"] for tenant in result["tenants"]]
    for tenant in nodes["tenants"]:
        assert list(tenant) == ["name", "promised", "placed", "work"]
        assert 0 <= tenant["placed"] <= tenant["promised"]
        assert len(tenant["work"]) != 1
    for pool in nodes["pools"]:
        assert list(pool) == ["pool", "count", "placed", "capacity", "left", "stranded"]
        assert list(pool["capacity"]) == list(pool["left"]) == list(result["units"])
    assert sum(pool["count"] for pool in nodes["pools"]) == nodes["count"]
    placed = sum(tenant["placed"] for tenant in nodes["tenants"])
    assert nodes["placed"] == placed == sum(pool["placed"] for pool in nodes["pools"])
    assert nodes["promised"] == sum(tenant["promised"] for tenant in nodes["tenants"])


def check_amounts(part: Any, fields: list[str], resources: list[str]) -> None:
    """Amounts are whole numbers of every resource; wanted and satisfaction are null together."""
    for field in fields:
        assert list(part[field]) == resources
        assert all(type(amount) is int for amount in part[field].values())
    assert (part["tasks_wanted"] is None) <= (part["wanted"] is None)
    if part["wanted"] is None:
        assert part["satisfaction"] is None
    else:
        assert list(part["wanted"]) == resources
    assert part["outcome"] in ("granted", "partial", "refused", "infeasible", "idle")


@pytest.mark.parametrize("sample", UNTIMED, ids=lambda sample: sample.stem)
def test_samples(fairheap: Shell, sample: Any) -> None:
    """One allocation, and one for each policy of a comparison."""
    check(fairheap(str(sample), "--simulate", "--format", "json").json)
    compared = fairheap(str(sample), "--compare", "--format", "json").json
    assert list(compared)[:4] == ["fairheap", "mode", "title", "results"]
    assert compared["mode"] == "compare"
    for result in compared["results"]:
        check(result)


class TestEveryKind:
    """A tenant of every kind in one scenario."""

    @pytest.fixture
    def result(self, fairheap: Shell) -> Any:
        """Its allocation."""
        return fairheap(fairheap.scenario(EVERY_KIND), "--simulate", "--format", "json").json

    @pytest.fixture
    def tenants(self, result: Any) -> Any:
        """Its tenants by name."""
        return {tenant["name"]: tenant for tenant in result["tenants"]}

    def test_shape(self, result: Any) -> None:
        """Every key in its order; units of each resource."""
        check(result)
        assert result["title"] == "Every kind of tenant"
        assert result["units"] == {"cpu": "milli", "memory": "bytes", "nvidia.com/gpu": "milli"}
        assert result["capacity"] == {"cpu": 9000, "memory": 18 * 2**30, "nvidia.com/gpu": 0}

    def test_what_is_undefined_is_null(self, result: Any, tenants: Any) -> None:
        """No want without limit, no utilisation of nothing, no satisfaction of who wants nothing."""
        unlimited = tenants["unlimited"]
        assert (unlimited["tasks_wanted"], unlimited["wanted"], unlimited["satisfaction"]) == (None, None, None)
        assert tenants["idle"]["satisfaction"] is None
        assert tenants["idle"]["dominant_resource"] is None
        assert tenants["divisible"]["tasks_held"] is None
        assert tenants["whole"]["tasks_held"] == 3
        assert result["metrics"]["utilisation"]["nvidia.com/gpu"] is None

    def test_outcomes(self, result: Any, tenants: Any) -> None:
        """Infeasible is not refused; both idle and infeasible are left out of the zero grants."""
        assert tenants["idle"]["outcome"] == "idle"
        assert tenants["impossible"]["outcome"] == "infeasible"
        assert tenants["impossible"]["short_of"] == ["nvidia.com/gpu"]
        assert result["metrics"]["zero_grants"] == []

    def test_weights_are_numbers(self, tenants: Any) -> None:
        """Whole where they are whole."""
        assert tenants["whole"]["weight"] == 0.5
        assert tenants["divisible"]["weight"] == pytest.approx(1 / 3)
        assert type(tenants["idle"]["weight"]) is int

    def test_work_of_who_has_several(self, tenants: Any) -> None:
        """Each work with its own priority, in order of declaration; a single work is not repeated."""
        assert [(work["name"], work["priority"]) for work in tenants["several"]["work"]] == [
            ("front", 100),
            ("work-2", 3),
        ]
        assert tenants["whole"]["work"] == []

    def test_entitled_is_capacity_by_weight(self, result: Any, tenants: Any) -> None:
        """The slices add to at most the capacity, and are in proportion to the weights."""
        assert sum(tenant["entitled"]["memory"] for tenant in result["tenants"]) <= result["capacity"]["memory"]
        assert tenants["idle"]["entitled"]["cpu"] == pytest.approx(2 * tenants["whole"]["entitled"]["cpu"], abs=2)


def test_usable_is_less_where_resources_are_granted_each_by_itself(fairheap: Shell) -> None:
    """Under fair-share a divisible grant may be out of proportion; what it can use is told."""
    config = fairheap.scenario("""
[capacity]
cpu = 4
memory = "4Gi"
[[tenants]]
name = "a"
demand = { cpu = 4, memory = "1Gi" }
[[tenants]]
name = "b"
demand = { cpu = 4, memory = "4Gi" }
""")
    result = fairheap(config, "--simulate", "--policy", "fair-share", "--format", "json").json
    check(result)
    second = result["tenants"][1]
    assert second["granted"] == {"cpu": 2000, "memory": 3 * 2**30}
    assert second["usable"] == {"cpu": 2000, "memory": 2 * 2**30}
    assert second["tasks_granted"] == second["satisfaction"] == 0.5


def test_no_tenants(fairheap: Shell) -> None:
    """Nothing is shared, and all of it is left."""
    result = fairheap(fairheap.scenario("[capacity]\ncpu = 3\n"), "--simulate", "--format", "json").json
    check(result)
    assert result["tenants"] == []
    assert result["unallocated"] == {"cpu": 3000}
    assert result["metrics"]["jain_index"] is None


def test_same_input_same_bytes(fairheap: Shell) -> None:
    """Twice the same command prints the same."""
    words = ["--compare", "--format", "json"]
    assert fairheap(*words) == fairheap(*words)
