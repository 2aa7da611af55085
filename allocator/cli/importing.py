"""`fairheap import FORMAT PATH... -o FILE`: a snapshot becomes a scenario; the summary of that goes to stderr."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from allocator.cli.parser import Parser
from allocator.cli.terminal import Progress, emit, say
from allocator.formats.imported import Imported

KUBERNETES_HELP = """\
examples:
  kubectl get nodes,pods,resourcequotas -A -o json | fairheap import kubernetes - -o prod.toml
  kubectl get nodes,pods,namespaces,replicasets,statefulsets,jobs,resourcequotas -A -o json > dump.json
  fairheap import kubernetes dump.json --tenant label:team --quota guarantee -o prod.toml
  fairheap prod.toml --compare
"""


def parser() -> Parser:
    """The parser of `fairheap import`, one sub-command a format."""
    top = Parser(
        prog="fairheap import",
        description="A snapshot of a cluster, or a list of tenants, becomes a scenario. The summary goes to stderr.",
        allow_abbrev=False,
    )
    formats = top.add_subparsers(metavar="FORMAT", required=True)
    kubernetes = formats.add_parser(
        "kubernetes",
        help="what kubectl get ... -o json (or yaml) prints",
        description="What kubectl get nodes,pods,... -A -o json (or yaml) prints becomes a scenario.",
        epilog=KUBERNETES_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _common(kubernetes)
    kubernetes.add_argument(
        "--tenant",
        default="namespace",
        metavar="WHAT",
        help="namespace (default), or label:KEY of the pod, else of its namespace",
    )
    kubernetes.add_argument(
        "--system",
        action="append",
        metavar="GLOB",
        help="namespaces that are part of the cluster, subtracted from its nodes (default: kube-* and openshift-*); "
        "may be repeated; an empty one is none",
    )
    kubernetes.add_argument(
        "--quota",
        choices=("limit", "guarantee", "weight", "ignore"),
        default="limit",
        help="what a ResourceQuota becomes (default: limit)",
    )
    kubernetes.add_argument(
        "--weights", metavar="WHERE", help="where weights come from: a file of tenant,weight lines, label:KEY, or quota"
    )
    kubernetes.add_argument("--anonymise", action="store_true", help="replace the names of tenants and nodes")
    kubernetes.set_defaults(command=_kubernetes)
    rows = formats.add_parser(
        "csv",
        help="a row a tenant: name, weight, priority, tasks, and a column a resource",
        description="Rows of tenants become a scenario: columns name, weight, priority, tasks, divisible, held, work, "
        "and one a resource.",
        allow_abbrev=False,
    )
    _common(rows)
    rows.add_argument(
        "--capacity",
        action="append",
        default=[],
        metavar="RESOURCE=AMOUNT",
        help="what there is, such as cpu=64 or memory=256Gi; may be repeated; else a comment line in the file says it: "
        "# capacity: cpu=64, memory=256Gi",
    )
    rows.set_defaults(command=_csv)
    return top


def _common(format_parser: argparse.ArgumentParser) -> None:
    format_parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="files, or - for standard input; together one cluster"
    )
    format_parser.add_argument(
        "--output", "-o", metavar="FILE", help="write the scenario there (default: standard output)"
    )


def _kubernetes(words: argparse.Namespace) -> int:
    from allocator.formats.kubernetes import KubernetesOptions, read_kubernetes

    given = {} if words.system is None else {"system": tuple(pattern for pattern in words.system if pattern)}
    options = KubernetesOptions(
        tenant=words.tenant, quota=words.quota, weights=words.weights, anonymise=words.anonymise, **given
    )
    progress = Progress("read")
    imported = read_kubernetes(words.paths, options, lambda read: progress(f"{read / 1e6:,.0f} MB"))
    progress.clear()
    return _write(imported, words)


def _csv(words: argparse.Namespace) -> int:
    from allocator.formats.tenant_rows import read_csv

    progress = Progress("read")
    imported = read_csv(words.paths, _capacity(words.capacity), lambda read: progress(f"{read / 1e6:,.0f} MB"))
    progress.clear()
    return _write(imported, words)


def _capacity(given: list[str]) -> Mapping[str, str] | None:
    from allocator.core.errors import QuantityError

    capacity: dict[str, str] = {}
    for one in given:
        name, separator, amount = one.rpartition("=")
        if not separator or not name:
            raise QuantityError(f"--capacity: found '{one}', expected RESOURCE=AMOUNT such as cpu=64")
        capacity[name] = amount
    return capacity or None


def _write(imported: Imported, words: argparse.Namespace) -> int:
    from allocator.scenario.saving import dumps

    for line in imported.summary:
        say(line)
    for line in imported.warnings:
        say(f"warning: {line}")
    header = [*imported.summary, *imported.notes]
    emit(dumps(imported.scenario, header=header).removesuffix("\n").split("\n"), words.output)
    if words.output not in (None, "-"):
        say(f"wrote {words.output}; next: fairheap {words.output} --compare")
    return 0
