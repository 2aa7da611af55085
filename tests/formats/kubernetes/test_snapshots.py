"""Real clusters: what the snapshots beside the repository are known to hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.core.errors import SnapshotError
from allocator.formats.imported import Imported
from allocator.formats.kubernetes import KubernetesOptions, read_kubernetes
from allocator.formats.kubernetes.dump import read_dump
from allocator.formats.kubernetes.records import LabelKeys
from allocator.formats.kubernetes.requests import summed
from allocator.scenario.loading import load
from allocator.scenario.writing import dumps
from tests.support import shared

GI = 1 << 30


def imported(*names: str, **options: object) -> Imported:
    """The import of files of one snapshot."""
    return read_kubernetes([str(shared("data", name)) for name in names], KubernetesOptions(**options))  # type: ignore[arg-type]


OPENSHIFT = [
    f"k8s-openshift-quota/{name}.json" for name in ("nodes", "pods", "resourcequotas", "namespaces", "limitranges")
]
SONOBUOY = [f"k8s-sonobuoy-3node/{name}.json" for name in ("nodes", "pods")]


class TestOpenshift:
    """An OpenShift 4.11 on one node: lists of the API, whose items carry no kind."""

    def test_active_pods_ask_what_was_measured(self) -> None:
        """84 of 96 pods are active and ask 2.486 cores and 11.15 GiB together."""
        dump = read_dump([str(shared("data", name)) for name in OPENSHIFT[:2]], LabelKeys())
        active = [pod for pod in dump.pods if not pod.finished]
        total = summed(pod.request for pod in active)
        assert (len(dump.pods), len(active)) == (96, 84)
        assert total["cpu"] == 2486
        assert round(total["memory"] / GI, 2) == 11.15
        assert sum(not pod.request for pod in active) == 4

    def test_everything_is_accounted_for(self) -> None:
        """What is reserved and what tenants hold add up to what the active pods ask."""
        result = imported(*OPENSHIFT)
        scenario = result.scenario
        held = summed(
            {name: amount * int(work.held or 0) for name, amount in work.demand.items()}
            for tenant in scenario.tenants
            for work in tenant.work
        )
        reserved_cpu = 7800 - scenario.capacity["cpu"]
        assert held["cpu"] + reserved_cpu == 2486
        assert held["pods"] + (250_000 - scenario.capacity["pods"]) == 84_000

    def test_tenants_are_the_namespaces_that_are_no_part_of_the_platform(self) -> None:
        """Pending pods that have a node are held, and pods of DaemonSets make no tenant."""
        result = imported(*OPENSHIFT)
        held = {tenant.name: sum(int(work.held or 0) for work in tenant.work) for tenant in result.scenario.tenants}
        assert held == {"cdi": 4, "kubevirt": 5, "my-project-0": 1, "my-project-1": 1, "my-project-2": 1}

    def test_scoped_quotas_are_reported(self) -> None:
        """The six quotas with scopes limit nobody, and the user hears of it."""
        result = imported(*OPENSHIFT)
        assert all(not tenant.limit for tenant in result.scenario.tenants)
        assert any("6 of them, in my-project-0" in warning for warning in result.warnings)

    def test_priorities_become_ranks(self) -> None:
        """Kubernetes' 1000000000 goes before 0; a work of another rank than its tenant's best says so."""
        result = imported(*OPENSHIFT)
        cdi = result.scenario.tenant("cdi")
        assert cdi is not None
        assert [(cdi.rank(work), work.tasks) for work in cdi.work] == [(1, 3), (2, 1)]

    def test_what_constrains_only_is_no_share(self) -> None:
        """Shares are of cpu, memory and devices; pods and ephemeral storage only bound; huge pages of 0 are gone."""
        scenario = imported(*OPENSHIFT).scenario
        assert {"pods", "ephemeral-storage"} <= scenario.capacity.keys()
        assert not {"pods", "ephemeral-storage"} & set(scenario.policy.share_of or ())
        assert not any(name.startswith("hugepages") for name in scenario.capacity)

    def test_pods_alone_have_no_capacity(self) -> None:
        """A dump without nodes is refused, saying what it has and how to get both."""
        with pytest.raises(SnapshotError, match=r"found 96 pods, but no node.*kubectl get nodes,pods"):
            imported("k8s-openshift-quota/pods.json")


class TestSonobuoy:
    """A kubeadm cluster of 2017: three nodes, one of them the tainted master."""

    def test_the_tainted_master_is_left_out_and_named(self) -> None:
        """Nothing of the tenants tolerates its taint, so its core is no capacity."""
        result = imported(*SONOBUOY)
        assert len(result.scenario.nodes) == 2
        assert any("ip-10-0-9-206" in line and "control plane" in line for line in result.summary)

    def test_what_the_system_runs_is_reserved_node_by_node(self) -> None:
        """The DNS pod and the DaemonSets take 510 and 250 of each node's 1000 millicores, as the notes say."""
        result = imported(*SONOBUOY)
        assert {node.name[:10]: node.capacity["cpu"] for node in result.scenario.nodes} == {
            "ip-10-0-26": 490,
            "ip-10-0-9-": 750,
        }
        assert any("cpu 0.51" in note for note in result.notes)

    def test_finished_pods_hold_nothing(self) -> None:
        """Of heptio-sonobuoy one pod runs without a request; the finished test job is not counted."""
        (tenant,) = imported(*SONOBUOY).scenario.tenants
        assert (tenant.name, [work.demand for work in tenant.work]) == ("heptio-sonobuoy", [{"pods": 1000}])


class TestMixedNodes:
    """Seven nodes of several clouds without pods."""

    def test_nodes_alone_are_a_pool_without_tenants(self) -> None:
        """24 cores, 83.9 GiB and one GPU; a warning says that nobody wants anything."""
        result = imported("k8s-nodes-mixed7/nodes.json")
        capacity = result.scenario.capacity
        assert (capacity["cpu"], capacity["nvidia.com/gpu"]) == (24_000, 1000)
        assert round(capacity["memory"] / GI, 1) == 83.9
        assert result.scenario.tenants == ()
        assert any("no pods in the dump" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    "files", [OPENSHIFT, SONOBUOY, ["k8s-nodes-mixed7/nodes.json"]], ids=lambda files: files[0][:12]
)
def test_a_written_snapshot_reads_back_as_it_was(files: list[str], tmp_path: Path) -> None:
    """Saved as a scenario and loaded again, a snapshot has the same pool, tenants and policy."""
    result = imported(*files)
    path = tmp_path / "snapshot.toml"
    path.write_text(dumps(result.scenario, header=result.notes), encoding="utf-8")
    scenario = load(path).scenario
    assert scenario.capacity == result.scenario.capacity
    assert scenario.tenants == result.scenario.tenants
    assert scenario.policy.share_of == result.scenario.policy.share_of
