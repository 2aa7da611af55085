"""What is no dump of a cluster: told by its first words or by the kind it says it has, and refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from allocator.formats.kubernetes.raw import Raw
from allocator.formats.kubernetes.shapes import text
from allocator.formats.sources import refusal

COMMAND = "kubectl get nodes,pods,resourcequotas,namespaces,replicasets,statefulsets,jobs -A -o json"
"""What writes a dump with everything that is read."""
_TABLE = re.compile(r"(NAMESPACE +|NAME +)[A-Z]")


def refuse_text(start: str, head: str, name: str) -> None:
    """Refuse what its first words give away, saying what it is."""
    line = head.count("\n", 0, len(head) - len(head.lstrip())) + 1
    first = start.split("\n")[0].strip()
    found = ""
    if not start:
        raise refusal(name, f"found nothing: the file is empty; expected what `{COMMAND}` prints")
    if start.startswith("<"):
        found = "HTML or XML (a log-in page?)"
    elif _TABLE.match(first):
        found = "the table that `kubectl get` prints for people: add -o json"
    elif first.startswith(
        ("Error from server", "error:", "Unable to connect", "No resources found", "The connection to")
    ):
        found = f"a message of kubectl: {first[:120]!r}"
    elif "\0" in start or start.startswith(("PK\x03\x04", "\x7fELF")):
        found = "a binary file"
    if found:
        raise refusal(name, f"found {found}; expected the JSON or YAML of Kubernetes objects", line=line)


def refuse_kind(kind: str, raw: Raw, source: str) -> None:
    """Refuse what kubectl and the API write that is not objects of a cluster."""
    value = raw.value if isinstance(raw.value, dict) else {}
    found = ""
    if kind == "Table":
        found = "a Table (what the API sends to be printed): ask for application/json without `as=Table`"
    elif kind == "Config" and "clusters" in value:
        found = "a kubeconfig: it says how to reach a cluster, not what is in it"
    elif kind == "Status" and "message" in value:
        found = f"an error of the API server: {text(value.get('message'))[:200]!r}"
    if found:
        raise refusal(source, f"found {found}; expected what `{COMMAND}` prints", line=raw.line, place=raw.place)


def refuse_without_nodes(counts: Mapping[str, int], sources: str) -> None:
    """Refuse a dump without nodes, saying what it has instead."""
    found = (
        ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "no object at all (an empty list)"
    )
    raise refusal(sources, f"found {found}, but no node, so there is no capacity to share; `{COMMAND}` gives both")
