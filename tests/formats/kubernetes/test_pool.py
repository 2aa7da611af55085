"""Which nodes can be shared, and what the cluster keeps of them for itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.formats.kubernetes.cluster import GI, Importer, counts, listed, namespace, node, pod

MASTER = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
TOLERATES_ALL = {"tolerations": [{"operator": "Exists"}]}


class TestNodesLeftOut:
    """Cordoned, not ready, and control-plane nodes are no capacity, and are named with the reason."""

    @pytest.mark.parametrize(
        ("out", "why"),
        [
            (node("out", spec={"unschedulable": True}), "cordoned"),
            (node("out", ready="False"), "not ready, Ready is False"),
            (node("out", ready="Unknown"), "not ready, Ready is Unknown"),
            (node("out", ready=None), "not ready, no Ready condition"),
            (node("out", taints=[MASTER]), "control plane, taint node-role.kubernetes.io/control-plane:NoSchedule"),
            (node("out", taints=[{"key": "node-role.kubernetes.io/master", "effect": "NoExecute"}]), "control plane"),
        ],
        ids=["cordoned", "not ready", "unknown", "no condition", "control plane", "master"],
    )
    def test_named_with_the_reason(self, importer: Importer, out: dict[str, Any], why: str) -> None:
        """The pool has the other node alone."""
        result = importer.of(node(), out, pod("a"))
        assert [one.name for one in result.scenario.nodes] == ["n1"]
        assert any(f"out ({why}" in line for line in result.summary)
        assert any(note.startswith(f"  out: {why}") for note in result.notes)

    def test_pods_on_them_are_reported_and_not_held(self, importer: Importer) -> None:
        """What runs on a cordoned node is neither held nor wanted in this pool."""
        result = importer.of(node(), node("n2", spec={"unschedulable": True}), pod("a"), pod("b", on="n2"))
        assert counts(result) == {"web": (1, 1)}
        assert any("1 pod on nodes that are left out" in warning for warning in result.warnings)

    def test_pods_on_nodes_that_are_not_there_are_reported(self, importer: Importer) -> None:
        """Nodes and pods of two clusters do not mix."""
        result = importer.of(node(), pod("a"), pod("b", on="elsewhere"))
        assert counts(result) == {"web": (1, 1)}
        assert any("1 pod on 1 node that the dump does not have" in warning for warning in result.warnings)

    def test_no_node_left_is_refused(self, importer: Importer) -> None:
        """A pool of nothing would call everything infeasible; the reason is better."""
        assert "none of which can be shared: n1 (cordoned)" in importer.refusal(
            listed(node(spec={"unschedulable": True}), pod("a"))
        )


class TestTaints:
    """Only the control plane's taints keep a node out."""

    def test_a_control_plane_that_workloads_run_on_stays(self, importer: Importer) -> None:
        """A pod of a tenant is there, so the node is shared; the user is told."""
        result = importer.of(
            node(), node("cp", taints=[MASTER]), pod("a"), pod("b"), pod("c", on="cp", spec=TOLERATES_ALL)
        )
        assert len(result.scenario.nodes) == 2
        assert any("control-plane nodes kept" in warning and "cp" in warning for warning in result.warnings)

    def test_a_control_plane_that_most_tolerate_stays(self, importer: Importer) -> None:
        """Half of the workloads could be placed there."""
        objects = (node(), node("cp", taints=[MASTER]), pod("a", spec=TOLERATES_ALL), pod("b"))
        assert len(importer.of(*objects).scenario.nodes) == 2
        assert len(importer.of(*objects, pod("c")).scenario.nodes) == 1

    def test_one_tolerant_pod_among_many_does_not_open_it(self, importer: Importer) -> None:
        """An operator that tolerates everything is no reason to share the control plane out."""
        pods = [pod(f"p{index}") for index in range(9)]
        result = importer.of(node(), node("cp", taints=[MASTER]), *pods, pod("operator", spec=TOLERATES_ALL))
        assert len(result.scenario.nodes) == 1

    @pytest.mark.parametrize(
        ("toleration", "kept"),
        [
            ({"key": MASTER["key"], "operator": "Exists"}, 2),
            ({"key": MASTER["key"], "operator": "Exists", "effect": "NoSchedule"}, 2),
            ({"key": MASTER["key"], "operator": "Exists", "effect": "NoExecute"}, 1),
            ({"key": MASTER["key"], "operator": "Equal", "value": ""}, 2),
            ({"key": MASTER["key"], "operator": "Equal", "value": "true"}, 1),
            ({"key": "gpu", "operator": "Exists"}, 1),
        ],
    )
    def test_toleration_rules(self, importer: Importer, toleration: dict[str, str], kept: int) -> None:
        """Key, operator, value and effect match as Kubernetes matches them."""
        result = importer.of(node(), node("cp", taints=[MASTER]), pod("a", spec={"tolerations": [toleration]}))
        assert len(result.scenario.nodes) == kept

    def test_other_taints_keep_the_node_and_are_counted(self, importer: Importer) -> None:
        """GPU nodes are tainted everywhere; without them there would be no GPU to share."""
        gpu = node(
            "gpu", taints=[{"key": "nvidia.com/gpu", "effect": "NoSchedule"}], allocatable={"nvidia.com/gpu": "8"}
        )
        result = importer.of(node(), gpu, pod("a"))
        assert result.scenario.capacity["nvidia.com/gpu"] == 8000
        assert any("1 node with taints kept" in warning for warning in result.warnings)

    def test_a_soft_taint_is_none(self, importer: Importer) -> None:
        """PreferNoSchedule keeps nobody away."""
        soft = {"key": MASTER["key"], "effect": "PreferNoSchedule"}
        result = importer.of(node(taints=[soft]), pod("a"))
        assert len(result.scenario.nodes) == 1
        assert not any("taint" in warning for warning in result.warnings)


class TestReserved:
    """The cluster's own pods come off their node before anyone shares."""

    @pytest.mark.parametrize(
        "own",
        [
            pod("d", owner=("DaemonSet", "agent"), memory="2Gi"),
            pod("s", memory="2Gi", metadata={"annotations": {"kubernetes.io/config.mirror": "abc"}}),
            pod("s", owner=("Node", "n1"), memory="2Gi"),
            pod("k", "kube-system", memory="2Gi"),
            pod("o", "openshift-dns", memory="2Gi"),
        ],
        ids=["DaemonSet", "mirror", "owned by a node", "kube", "openshift"],
    )
    def test_subtracted_from_its_node(self, importer: Importer, own: dict[str, Any]) -> None:
        """A core, two GiB and one of the pods are gone from its node alone."""
        result = importer.of(node(), node("n2"), own, pod("a"))
        left = {one.name: one.capacity for one in result.scenario.nodes}
        assert left["n1"] == {"cpu": 7000, "memory": 30 * GI, "pods": 99_000}
        assert left["n2"] == {"cpu": 8000, "memory": 32 * GI, "pods": 100_000}
        assert "  n1: cpu 1, memory 2Gi, pods 1" in result.notes
        assert counts(result) == {"web": (1, 1)}

    def test_a_pending_one_is_counted_and_left_out(self, importer: Importer) -> None:
        """It is on no node that it could be taken from."""
        result = importer.of(node(), pod("k", "kube-system", on=None), pod("a"))
        assert result.scenario.capacity["cpu"] == 8000
        assert "pods not counted: 1 of the system that are on no kept node" in result.summary

    def test_never_below_nothing(self, importer: Importer) -> None:
        """More reserved than allocatable leaves 0, with a warning."""
        result = importer.of(node(), pod("k", "kube-system", cpu="9"), pod("a"))
        assert result.scenario.capacity["cpu"] == 0
        assert any("n1: more reserved than there is of cpu" in warning for warning in result.warnings)

    def test_the_patterns_are_the_users(self, importer: Importer) -> None:
        """With other patterns kube-system is a tenant like any other, and infra is not."""
        objects = (node(), pod("k", "kube-system"), pod("i", "infra-1"), pod("a"))
        assert counts(importer.of(*objects, system=("infra-?",))) == {"kube-system": (1, 1), "web": (1, 1)}


class TestResources:
    """What there is, as the scenario has it."""

    def test_capacity_is_rounded_down(self, importer: Importer) -> None:
        """A part of a millicore cannot be given to anyone."""
        assert importer.of(node(allocatable={"cpu": "7999900u"}), pod("a")).scenario.capacity["cpu"] == 7999

    def test_shares_leave_out_what_only_constrains(self, importer: Importer) -> None:
        """Huge pages, ephemeral storage and pods bound what fits; GPUs are shared."""
        more = {"hugepages-2Mi": "1Gi", "ephemeral-storage": "10Gi", "nvidia.com/gpu": "1"}
        scenario = importer.of(node(allocatable=more), pod("a")).scenario
        assert tuple(scenario.capacity) == (
            "cpu",
            "memory",
            "nvidia.com/gpu",
            "ephemeral-storage",
            "hugepages-2Mi",
            "pods",
        )
        assert scenario.policy.share_of == ("cpu", "memory", "nvidia.com/gpu")

    def test_nothing_of_what_nobody_asks_for_is_left_out(self, importer: Importer) -> None:
        """A resource that no node has any of is a column of zeros, unless somebody waits for it."""
        more = {"hugepages-2Mi": "0", "nvidia.com/gpu": "0"}
        gpu = pod("g", on=None, spec={"containers": [{"resources": {"limits": {"nvidia.com/gpu": "1"}}}]})
        assert set(importer.of(node(allocatable=more), gpu).scenario.capacity) == {
            "cpu",
            "memory",
            "nvidia.com/gpu",
            "pods",
        }

    def test_a_node_pool_is_the_label(self, importer: Importer) -> None:
        """The label of the cloud or the autoscaler names it."""
        labels = {"karpenter.sh/nodepool": "gpu", "node.kubernetes.io/instance-type": "p4d"}
        assert importer.of(node(labels=labels), pod("a")).scenario.nodes[0].pool == "gpu"

    def test_namespaces_alone_make_no_tenant(self, importer: Importer) -> None:
        """An empty namespace holds and wants nothing."""
        assert counts(importer.of(node(), namespace("empty"), pod("a"))) == {"web": (1, 1)}
