"""What tenants, nodes and work are called in the scenario: as in the cluster, or by number. One name stays one name."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.formats.amounts import exact, in_order
from allocator.formats.kubernetes.options import NO_TENANT


class Names:
    """Names as people will see them: `tenant-1`, `node-1` where names must not leave the house.

    Numbers are given in the order of asking, so that who asks in order of declaration numbers in that order.
    """

    def __init__(self, *, anonymise: bool, tenants_are_namespaces: bool) -> None:
        self._anonymise = anonymise
        self._same = tenants_are_namespaces
        self._given: dict[str, dict[str, str]] = {}

    def tenant(self, name: str) -> str:
        """The name of a tenant."""
        return name if name == NO_TENANT else self._name("tenant", name)

    def namespace(self, name: str) -> str:
        """The name of a namespace, which is its tenant's where namespaces are the tenants."""
        return self.tenant(name) if self._same else self._name("namespace", name)

    def node(self, name: str) -> str:
        """The name of a node."""
        return self._name("node", name)

    def pool(self, name: str) -> str:
        """The name of a node pool; empty stays empty."""
        return self._name("pool", name) if name else ""

    def _name(self, word: str, name: str) -> str:
        if not self._anonymise:
            return name
        given = self._given.setdefault(word, {})
        return given.setdefault(name, f"{word}-{len(given) + 1}")


def work_name(request: Mapping[str, int]) -> str:
    """A name that says what one task asks, such as `500m-cpu-1Gi-memory`: exact, so that it tells requests apart."""
    return "-".join(f"{exact(name, request[name])}-{name}" for name in in_order(request)) or "no-request"
