"""Quotas as limits, guarantees or weights; weights out of files and labels; what is said about them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from allocator.core.errors import SnapshotError
from allocator.formats.kubernetes import KubernetesOptions
from tests.formats.kubernetes.cluster import GI, Importer, namespace, node, pod, quota, tenant

HARD = {"requests.cpu": "4", "requests.memory": "8Gi"}


class TestQuotas:
    """What `spec.hard` becomes."""

    def test_a_limit_by_default(self, importer: Importer) -> None:
        """requests.* of every resource that there is; storage claims, counts and limits.* are none of it."""
        hard = {**HARD, "pods": "10", "requests.storage": "1Ti", "limits.cpu": "8", "services": "5", "secrets": "9"}
        result = importer.of(node(), pod("a"), quota("web", hard))
        assert tenant(result, "web").limit == {"cpu": 4000, "memory": 8 * GI, "pods": 10_000}
        assert any("quotas of limits.* are not modelled" in warning for warning in result.warnings)

    def test_the_least_of_several(self, importer: Importer) -> None:
        """Two quotas of a namespace both bind; cpu and requests.cpu are the same."""
        result = importer.of(node(), pod("a"), quota("web", {"cpu": "3"}, "x"), quota("web", HARD, "y"))
        assert tenant(result, "web").limit == {"cpu": 3000, "memory": 8 * GI}

    @pytest.mark.parametrize("scope", [{"scopes": ["BestEffort"]}, {"scopeSelector": {"matchExpressions": []}}])
    def test_scoped_ones_are_reported(self, importer: Importer, scope: dict[str, Any]) -> None:
        """A quota of some pods only is no limit of the tenant."""
        result = importer.of(node(), pod("a"), quota("web", HARD, **scope))
        assert tenant(result, "web").limit == {}
        assert any("scopes are not modelled (1 of them, in web)" in warning for warning in result.warnings)

    def test_as_guarantee_weight_or_nothing(self, importer: Importer) -> None:
        """The weight is the quota's dominant share of the pool, in percent."""
        objects = (node(), pod("a"), quota("web", HARD), pod("b", "db"))
        assert tenant(importer.of(*objects, quota="guarantee"), "web").guarantee == {"cpu": 4000, "memory": 8 * GI}
        assert tenant(importer.of(*objects, quota="guarantee"), "web").limit == {}
        weighed = importer.of(*objects, quota="weight")
        assert (tenant(weighed, "web").weight, tenant(weighed, "web").limit) == (Fraction(50), {})
        assert any("no weight found, so 1 each (weights are percent" in warning for warning in weighed.warnings)
        ignored = tenant(importer.of(*objects, quota="ignore"), "web")
        assert (ignored.limit, ignored.guarantee, ignored.weight) == ({}, {}, Fraction(1))

    def test_weights_and_limits_together(self, importer: Importer) -> None:
        """--weights quota leaves the quota a limit as well."""
        one = tenant(importer.of(node(), pod("a"), quota("web", HARD), weights="quota"), "web")
        assert (one.weight, one.limit["cpu"]) == (Fraction(50), 4000)

    @pytest.mark.parametrize(
        ("pods", "said"),
        [
            (3, ""),
            (4, "web uses 100 % of its quota of cpu (4 of 4)"),
            (5, "web holds more than its quota of cpu (5 of 4)"),
        ],
    )
    def test_nearly_used_up(self, importer: Importer, pods: int, said: str) -> None:
        """Where 95 % is used, pods are refused at the door, where no dump sees them."""
        result = importer.of(node(), *[pod(str(index)) for index in range(pods)], quota("web", {"requests.cpu": "4"}))
        assert any(said in warning for warning in result.warnings if "its quota" in warning) is bool(said)

    def test_waiting_pods_use_a_quota_and_hold_nothing(self, importer: Importer) -> None:
        """A quota counts pods from their creation on."""
        pods = [pod("a"), pod("b", on=None), pod("c", phase="Succeeded")]
        result = importer.of(node(), *pods, quota("web", {"requests.cpu": "2"}))
        assert "web uses 100 % of its quota of cpu (2 of 2): pods refused for it are in no dump" in result.warnings
        result = importer.of(node(), *pods, quota("web", {"requests.cpu": "1"}))
        assert any("web uses 200 % of its quota of cpu" in warning for warning in result.warnings)

    def test_an_absurd_quota_is_left_out(self, importer: Importer) -> None:
        """What people write for no limit is none."""
        result = importer.of(
            node(), pod("a"), quota("web", {"requests.cpu": "9999999999999P", "requests.memory": "1Gi"})
        )
        assert tenant(result, "web").limit == {"memory": GI}
        assert any("web: quota left out: requests.cpu" in warning for warning in result.warnings)


class TestQuotasOfLabels:
    """Quotas bind namespaces, tenants may have several, or share one."""

    def test_summed_where_every_namespace_has_one(self, importer: Importer) -> None:
        """Two namespaces of one team may use both quotas together."""
        labels = [namespace("a", team="blue"), namespace("b", team="blue")]
        result = importer.of(
            node(),
            *labels,
            pod("x", "a"),
            pod("y", "b"),
            quota("a", HARD),
            quota("b", {"cpu": "1"}),
            tenant="label:team",
        )
        assert tenant(result, "blue").limit == {"cpu": 5000}
        assert any("not every namespace of the tenant has them: blue" in warning for warning in result.warnings)

    def test_not_applied_where_tenants_share_the_namespace(self, importer: Importer) -> None:
        """Whose half of the quota would it be?"""
        pods = [pod(team, "a", metadata={"labels": {"team": team}}) for team in ("red", "blue")]
        result = importer.of(node(), *pods, quota("a", HARD), tenant="label:team")
        assert all(not one.limit for one in result.scenario.tenants)
        assert any("several tenants share the namespace: a" in warning for warning in result.warnings)


class TestWeights:
    """Where weights come from, beside quotas."""

    @pytest.mark.parametrize(
        "text",
        [
            "tenant,weight\nweb,2.5\ndb,1\n",
            "# ours\nweb 2.5\n\ndb 1\n",
            '"web","2.5"\ndb\t1\n',
            "\ufeffweb,2.5\r\ndb,1",
        ],
    )
    def test_a_file(self, importer: Importer, tmp_path: Path, text: str) -> None:
        """Commas or spaces, with or without a header."""
        path = tmp_path / "weights"
        path.write_text(text, encoding="utf-8", newline="")
        result = importer.of(node(), pod("a"), pod("b", "db"), weights=str(path))
        assert {one.name: one.weight for one in result.scenario.tenants} == {"web": Fraction(5, 2), "db": 1}

    def test_unknown_tenants_are_reported(self, importer: Importer, tmp_path: Path) -> None:
        """A name of nobody is likely a slip, and the nearest is named."""
        path = tmp_path / "weights"
        path.write_text("wed 2\n")
        result = importer.of(node(), pod("a"), weights=str(path))
        assert any(
            "1 weight of no tenant in the dump: wed; did you mean 'web'?" in warning for warning in result.warnings
        )
        assert any("no weight found, so 1 each: web" in warning for warning in result.warnings)

    def test_every_fault_with_its_line(self, importer: Importer, tmp_path: Path) -> None:
        """Zero, a word and a tenant twice: three faults at once."""
        path = tmp_path / "weights"
        path.write_text("web 1\na 0\nb many\nweb 2\n")
        with pytest.raises(SnapshotError) as caught:
            importer.of(node(), pod("a"), weights=str(path))
        assert [fault.line for fault in caught.value.faults] == [2, 3, 4]

    def test_a_label(self, importer: Importer) -> None:
        """Of the namespace, or else of the pods; one that is no number is reported."""
        result = importer.of(
            node(),
            namespace("web", share="3"),
            namespace("odd", share="lots"),
            pod("a"),
            pod("b", "db", metadata={"labels": {"share": "0.5"}}),
            pod("c", "odd"),
            weights="label:share",
        )
        assert {one.name: one.weight for one in result.scenario.tenants} == {"web": 3, "db": Fraction(1, 2), "odd": 1}
        assert any("odd: the label share is no number above 0" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"tenant": "namespaces"},
            "--tenant: found 'namespaces', expected namespace or label:KEY; did you mean 'namespace'?",
        ),
        ({"tenant": "label:"}, "--tenant: found 'label:'"),
        ({"quota": "limits"}, "--quota: found 'limits', expected one of limit, guarantee, weight, ignore; did you"),
        ({"weights": ""}, "--weights: found ''"),
    ],
)
def test_options_are_checked(options: dict[str, str], said: str) -> None:
    """A value that an option does not take is refused by the option's name."""
    with pytest.raises(SnapshotError) as caught:
        KubernetesOptions(**options)  # type: ignore[arg-type]
    assert str(caught.value).startswith(said)
