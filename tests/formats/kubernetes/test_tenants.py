"""Who holds and wants what: held, pending, gated and hidden tasks, their names, order and ranks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.formats.kubernetes.cluster import (
    Importer,
    controller,
    counts,
    namespace,
    node,
    only_work,
    pod,
    quota,
    tenant,
)

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


class TestStates:
    """What each state of a pod counts as."""

    @pytest.mark.parametrize(
        ("one", "expected"),
        [
            (pod("a"), (1, 1)),
            (pod("a", phase="Pending"), (1, 1)),
            (pod("a", phase="Unknown"), (1, 1)),
            (pod("a", metadata={"deletionTimestamp": "2025-01-02T00:00:00Z"}), (1, 1)),
            (pod("a", on=None), (0, 1)),
        ],
        ids=["running", "pulling its image", "unknown", "terminating", "pending"],
    )
    def test_held_and_wanted(self, importer: Importer, one: dict[str, Any], expected: tuple[int, int]) -> None:
        """A pod with a node is held, one without waits."""
        assert counts(importer.of(node(), one))["web"] == expected

    @pytest.mark.parametrize(
        ("one", "said"),
        [
            (pod("b", phase="Succeeded"), "1 finished"),
            (pod("b", phase="Failed"), "1 finished"),
            (pod("b", on=None, spec={"schedulingGates": [{"name": "kueue.x-k8s.io/admission"}]}), "1 scheduling-gated"),
            (pod("b", on=None, metadata={"deletionTimestamp": "2025-01-02T00:00:00Z"}), "1 deleted before"),
        ],
        ids=["succeeded", "failed", "gated", "deleted while waiting"],
    )
    def test_not_counted_but_said(self, importer: Importer, one: dict[str, Any], said: str) -> None:
        """What holds nothing and is not asked for yet is in no tenant, and in the summary."""
        result = importer.of(node(), pod("a"), one)
        assert counts(result) == {"web": (1, 1)}
        assert any(said in line for line in result.summary)

    def test_pods_without_requests_take_one_of_pods(self, importer: Importer) -> None:
        """They fill nothing but the kubelet's number of pods, and are counted."""
        result = importer.of(node(), pod("a", cpu=None))
        assert only_work(result).demand == {"pods": 1000}
        assert only_work(result).name == "no-request"
        assert any("pods without any request: 1" in line for line in result.summary)
        assert any("no pod of any tenant has a request" in warning for warning in result.warnings)


class TestHidden:
    """Replicas that a controller wants and has no pod for."""

    @pytest.mark.parametrize("kind", ["ReplicaSet", "StatefulSet", "ReplicationController"])
    def test_replicas_beyond_the_pods(self, importer: Importer, kind: str) -> None:
        """Five replicas, one held, one pending: three are hidden and wanted."""
        pods = [
            pod("a", owner=(kind, "r")),
            pod("b", on=None, owner=(kind, "r")),
            pod("c", owner=("ReplicaSet", "other")),
        ]
        result = importer.of(node(), controller(kind, "r", replicas=5), *pods)
        assert counts(result)["web"] == (2, 6)
        assert any("3 without a pod yet" in line for line in result.summary)

    def test_matched_by_name_where_there_is_no_uid(self, importer: Importer) -> None:
        """A dump stripped of uids still matches by kind and name."""
        bare = controller("ReplicaSet", "r", replicas=2)
        del bare["metadata"]["uid"]
        assert counts(importer.of(node(), bare, pod("a", owner=("ReplicaSet", "r"))))["web"] == (1, 2)

    def test_matched_by_uid_where_there_is_no_name(self, importer: Importer) -> None:
        """A reference stripped of its name still matches by uid."""
        owner = {"ownerReferences": [{"kind": "ReplicaSet", "uid": "uid-r"}]}
        replicas = controller("ReplicaSet", "r", replicas=2)
        assert counts(importer.of(node(), replicas, pod("a", metadata=owner)))["web"] == (1, 2)

    def test_a_finished_pod_is_not_there(self, importer: Importer) -> None:
        """An evicted pod is Failed, and its replica is wanted again."""
        pods = [pod("a", owner=("ReplicaSet", "r")), pod("b", owner=("ReplicaSet", "r"), phase="Failed")]
        assert counts(importer.of(node(), controller("ReplicaSet", "r", replicas=2), *pods))["web"] == (1, 2)

    def test_none_where_all_are_there(self, importer: Importer) -> None:
        """More pods than replicas, as in a rollout, hide nothing."""
        pods = [pod(str(index), owner=("ReplicaSet", "r")) for index in range(3)]
        assert counts(importer.of(node(), controller("ReplicaSet", "r", replicas=2), *pods))["web"] == (3, 3)

    @pytest.mark.parametrize(
        ("spec", "status", "active"),
        [
            ({"parallelism": 4, "completions": 4}, {}, 4),
            ({"parallelism": 4, "completions": 4}, {"succeeded": 1}, 3),
            ({"parallelism": 4, "completions": 10}, {"succeeded": 1}, 4),
            ({"parallelism": 4}, {}, 4),
            ({"parallelism": 4}, {"succeeded": 1}, 0),
            ({}, {}, 1),
            ({"parallelism": 4, "completions": 4}, {"conditions": [{"type": "Failed", "status": "True"}]}, 0),
        ],
        ids=["fresh", "one done", "many to go", "work queue", "work queue ending", "defaults", "failed"],
    )
    def test_jobs(self, importer: Importer, spec: dict[str, Any], status: dict[str, Any], active: int) -> None:
        """A job wants what the job controller would run now."""
        job = controller("Job", "j", **spec)
        job["status"] = status
        wanted = counts(importer.of(node(), pod("a"), job))["web"][1]
        assert wanted == 1 + active

    def test_a_suspended_job_wants_nothing(self, importer: Importer) -> None:
        """It is reported instead."""
        result = importer.of(node(), pod("a"), controller("Job", "j", parallelism=3, completions=3, suspend=True))
        assert counts(result)["web"] == (1, 1)
        assert "suspended jobs, which want nothing now: 1" in result.summary

    def test_a_deployment_is_not_counted_beside_its_replica_set(self, importer: Importer) -> None:
        """Its replicas would count twice; what is not read is in the summary."""
        deployment = controller("ReplicaSet", "d", replicas=7) | {"kind": "Deployment"}
        result = importer.of(node(), pod("a"), deployment, controller("ReplicaSet", "r", replicas=2))
        assert counts(result)["web"] == (1, 3)
        assert any("passed over: 1 Deployment" in line for line in result.summary)

    def test_a_job_of_another_api_group_is_no_job(self, importer: Importer) -> None:
        """Volcano's Job has a kind of the same name."""
        job = controller("Job", "j", parallelism=9) | {"apiVersion": "batch.volcano.sh/v1alpha1"}
        result = importer.of(node(), pod("a"), job)
        assert counts(result)["web"] == (1, 1)
        assert any("1 Job.batch.volcano.sh" in line for line in result.summary)

    def test_system_namespaces_hide_nothing(self, importer: Importer) -> None:
        """What the platform lacks is no tenant's want."""
        assert counts(importer.of(node(), pod("a"), controller("ReplicaSet", "r", "kube-system", replicas=3))) == {
            "web": (1, 1)
        }


class TestWork:
    """A tenant's work: one for each distinct request and priority."""

    def test_pods_of_one_request_are_one_work(self, importer: Importer) -> None:
        """Three pods, two requests: two works whose names say what a task asks."""
        result = importer.of(
            node(), pod("a", cpu="500m", memory="1Gi"), pod("b", cpu="0.5", memory="1024Mi", on=None), pod("c", cpu="2")
        )
        works = {work.name: (int(work.held or 0), work.tasks, work.divisible) for work in tenant(result, "web").work}
        assert works == {"500m-cpu-1Gi-memory": (1, 2, False), "2-cpu": (1, 1, False)}

    def test_names_are_unique_where_only_priorities_differ(self, importer: Importer) -> None:
        """The priority is then in the name, and the rank in the work."""
        result = importer.of(node(), pod("a", spec={"priority": 10}), pod("b", spec={"priority": -5}))
        assert [(w.name, tenant(result, "web").rank(w)) for w in tenant(result, "web").work] == [
            ("1-cpu-priority-10", 1),
            ("1-cpu-priority--5", 2),
        ]

    def test_the_oldest_work_first(self, importer: Importer) -> None:
        """Inside a tenant work is served in the order in which its first pods came."""
        born = {"creationTimestamp": "2024-06-01T00:00:00Z"}
        result = importer.of(node(), pod("a", cpu="1"), pod("b", cpu="2", metadata=born), pod("c", cpu="3"))
        assert [work.name for work in tenant(result, "web").work] == ["2-cpu", "1-cpu", "3-cpu"]

    def test_ranks_over_all_tenants(self, importer: Importer) -> None:
        """The highest priority in use is rank 1; each tenant has its best, and the mapping is printed."""
        result = importer.of(
            node(),
            pod("a", "batch", spec={"priority": -10}),
            pod("b", "web", spec={"priority": 1000}),
            pod("c", "web"),
        )
        assert {one.name: one.priority for one in result.scenario.tenants} == {"batch": 3, "web": 1}
        assert any("1 = 1000, 2 = 0, 3 = -10" in line for line in result.summary)

    def test_a_class_stands_for_its_priority(self, importer: Importer) -> None:
        """Templates name a class only; one that the dump does not explain is reported."""
        important = {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": {"name": "gold"},
            "value": 7,
        }
        replicas = controller("ReplicaSet", "r", replicas=1)
        replicas["spec"]["template"]["spec"]["priorityClassName"] = "gold"
        unknown = controller("ReplicaSet", "u", replicas=1)
        unknown["spec"]["template"]["spec"]["priorityClassName"] = "silver"
        result = importer.of(node(), pod("a"), important, replicas, unknown)
        assert any("1 = 7, 2 = 0" in line for line in result.summary)
        assert any("silver" in warning for warning in result.warnings)


class TestTenants:
    """Who shares, and who comes first."""

    def test_the_oldest_waiting_pod_first(self, importer: Importer) -> None:
        """Then whoever waits for nothing, by name."""
        result = importer.of(
            node(),
            pod("a", "idle-b"),
            pod("a", "idle-a"),
            pod("a", "late", on=None, metadata={"creationTimestamp": "2025-03-01T00:00:00Z"}),
            pod("a", "early", on=None, metadata={"creationTimestamp": "2025-02-01T00:00:00Z"}),
            pod("b", "late", metadata={"creationTimestamp": "2020-01-01T00:00:00Z"}),
        )
        assert list(counts(result)) == ["early", "late", "idle-a", "idle-b"]

    def test_by_label(self, importer: Importer) -> None:
        """The pod's label, else its namespace's, else (none)."""
        result = importer.of(
            node(),
            namespace("n1", team="blue"),
            pod("a", "n1"),
            pod("b", "n1", metadata={"labels": {"team": "red"}}),
            pod("c", "n2"),
            tenant="label:team",
        )
        assert counts(result) == {"(none)": (1, 1), "blue": (1, 1), "red": (1, 1)}

    def test_one_namespace_is_doubted(self, importer: Importer) -> None:
        """kubectl without -A gives one namespace; two are fine."""
        assert any("was -A forgotten?" in warning for warning in importer.of(node(), pod("a")).warnings)
        assert not any("-A" in warning for warning in importer.of(node(), pod("a"), pod("a", "db")).warnings)

    def test_anonymous_names_are_consistent_and_nothing_else_is_left(self, importer: Importer) -> None:
        """Tenants, nodes and pools are numbers; no line that is written or said has a name of the cluster."""
        secret = node("secret-node", labels={"karpenter.sh/nodepool": "secret-pool"})
        out = node("secret-master", spec={"unschedulable": True})
        agent = pod("secret-agent", "secret-team", owner=("DaemonSet", "secret-agent"), on="secret-node")
        result = importer.of(secret, out, agent, pod("secret-pod", "secret-team", on="secret-node"), anonymise=True)
        said = repr(result)
        assert "secret" not in said
        assert [one.name for one in result.scenario.tenants] == ["tenant-1"]
        assert [(one.name, one.pool) for one in result.scenario.nodes] == [("node-1", "pool-1")]
        assert any("node-2 (cordoned)" in line for line in result.summary)

    def test_nothing_that_is_said_has_a_name(self, importer: Importer, tmp_path: Path) -> None:
        """Warnings about quotas, weights, classes, lost nodes and unknown kinds are anonymous too."""
        weights = tmp_path / "weights"
        weights.write_text("secret-other 2\n")
        replicas = controller("ReplicaSet", "secret-rs", "secret-a", replicas=3)
        replicas["spec"]["template"]["spec"]["priorityClassName"] = "secret-class"
        gpu = {"key": "gpu", "effect": "NoSchedule"}
        objects = (
            node("secret-1", taints=[gpu]), node("secret-2", taints=[{"key": CONTROL_PLANE, "effect": "NoSchedule"}]),
            pod("secret-p", "secret-a", on="secret-1"), pod("secret-q", "secret-a", on="secret-gone"),
            pod("secret-r", "kube-system", on="secret-1", cpu="99"),
            pod("secret-s", "secret-b", on="secret-2", metadata={"labels": {"team": "secret-team", "share": "x"}}),
            pod("secret-t", "secret-b", on="secret-1", metadata={"labels": {"team": "secret-else"}}),
            quota("secret-a", {"cpu": "1"}, "secret-q"), quota("secret-b", {"cpu": "1", "pods": "y"}, "secret-q"),
            quota("secret-a", {"cpu": "1"}, "secret-scoped", scopes=["BestEffort"]), replicas,
            {"kind": "SecretWidget", "apiVersion": "secret.corp/v1", "metadata": {"name": "secret"}},
        )  # fmt: skip
        for options in ({}, {"tenant": "label:team"}, {"weights": str(weights)}, {"weights": "label:share"}):
            assert "secret" not in repr(importer.of(*objects, anonymise=True, **options)).lower(), options
        labelled = importer.of(*objects, anonymise=True, tenant="label:team")
        assert [one.name for one in labelled.scenario.tenants] == ["(none)", "tenant-1", "tenant-2"]

    def test_environment_and_images_are_never_copied(self, importer: Importer) -> None:
        """A password in a container is in nothing that comes out."""
        container = {"image": "hunter2", "command": ["hunter2"], "env": [{"name": "P", "value": "hunter2"}]}
        result = importer.of(
            node(), pod("a", spec={"containers": [container]}, metadata={"annotations": {"x": "hunter2"}})
        )
        assert "hunter2" not in repr(result)
