"""What `kubectl get -o json` or `-o yaml` says of a cluster -> a scenario: who holds and wants what, on what nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from allocator.formats.imported import Imported
from allocator.formats.kubernetes.building import build
from allocator.formats.kubernetes.dump import read_dump
from allocator.formats.kubernetes.options import KubernetesOptions
from allocator.formats.kubernetes.records import LabelKeys
from allocator.formats.kubernetes.telling import notes, summary, warnings

__all__ = ["KubernetesOptions", "read_kubernetes"]


def read_kubernetes(
    sources: Sequence[str], options: KubernetesOptions, progress: Callable[[int], None] | None = None
) -> Imported:
    """The scenario of a cluster, out of dumps that `kubectl get ... -A -o json` (or yaml) wrote.

    Args:
        sources: Paths, or `-` for standard input; together they are one cluster. JSON or YAML, gzip and UTF-16 too.
        options: What a tenant is, what quotas and weights become.
        progress: Called with the bytes read so far.

    Raises:
        SnapshotError: What was read is no dump of a cluster, or is faulty; it says what was found, and where.
    """
    dump = read_dump(sources, LabelKeys(options.tenant_label, options.weight_label), progress)
    built = build(dump, options)
    return Imported(built.scenario, summary(built, options), warnings(built, options), notes(built))
