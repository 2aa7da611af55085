"""What the user may choose about an import, checked. Reads no file."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.core.errors import Fault, SnapshotError
from allocator.core.text import did_you_mean

QUOTA_USES = ("limit", "guarantee", "weight", "ignore")
NO_TENANT = "(none)"
"""The tenant of what bears no label of the key that names tenants."""


@dataclass(frozen=True)
class KubernetesOptions:
    """How a dump becomes a scenario.

    Raises:
        SnapshotError: A value that the option does not take; its faults name the option in place of a file.
    """

    tenant: str = "namespace"
    """`namespace`, or `label:KEY`: the pod's label, or else its namespace's."""
    system: tuple[str, ...] = ("kube-*", "openshift-*")
    """Patterns of the namespaces whose pods are part of the cluster: subtracted from the nodes."""
    quota: str = "limit"
    """What a ResourceQuota becomes: `limit`, `guarantee`, `weight` or `ignore`."""
    weights: str | None = None
    """Where weights come from: `quota`, `label:KEY`, the path of a file, or None for 1 each."""
    anonymise: bool = False
    """Whether names of tenants, nodes and node pools are replaced."""

    def __post_init__(self) -> None:
        faults = []
        if self.tenant != "namespace" and not self.tenant_label:
            hint = did_you_mean(self.tenant, ["namespace"])
            faults.append(Fault("--tenant", "", f"found {self.tenant!r}, expected namespace or label:KEY{hint}"))
        if self.quota not in QUOTA_USES:
            hint = did_you_mean(self.quota, QUOTA_USES)
            faults.append(Fault("--quota", "", f"found {self.quota!r}, expected one of {', '.join(QUOTA_USES)}{hint}"))
        if self.weights is not None and (not self.weights or self.weights == "label:"):
            faults.append(Fault("--weights", "", f"found {self.weights!r}, expected quota, label:KEY or a file"))
        if faults:
            raise SnapshotError(faults)

    @property
    def tenant_label(self) -> str:
        """The key of the label that names tenants; empty where namespaces do."""
        return self.tenant.removeprefix("label:") if self.tenant.startswith("label:") else ""

    @property
    def weight_label(self) -> str:
        """The key of the label that holds weights; empty where none does."""
        found = self.weights or ""
        return found.removeprefix("label:") if found.startswith("label:") else ""

    @property
    def weight_file(self) -> str:
        """The file that holds weights; empty where none does."""
        return "" if self.weights in (None, "quota") or self.weight_label else self.weights or ""

    @property
    def quota_is_weight(self) -> bool:
        """Whether quotas give the weights."""
        return self.weights == "quota" or (self.quota == "weight" and self.weights is None)
