"""`fairheap import FORMAT PATH... -o FILE`: a snapshot or trace becomes a scenario; what is told goes to stderr."""

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

SLURM_HELP = """\
what is there now:
  squeue --json > jobs.json; scontrol show node --json > nodes.json; sshare -P -a > shares.txt
  fairheap import slurm jobs.json nodes.json shares.txt -o now.toml
what ran, to be replayed:
  sacct -P -a -S 2024-03-01 -E 2024-04-01 > march.txt \\
    -o JobID,Account,User,Partition,Submit,Eligible,Start,Elapsed,State,NNodes,AllocTRES,Timelimit
  scontrol show node > nodes.txt
  fairheap import slurm march.txt nodes.txt shares.txt -o march.toml
"""
SWF_HELP = """\
examples:
  fairheap import swf KTH-SP2-1996-2.swf.gz -o kth.toml
  fairheap kth.toml --compare
logs: https://www.cs.huji.ac.il/labs/parallel/workload/
"""


def parser() -> Parser:
    """The parser of `fairheap import`, one sub-command a format."""
    top = Parser(
        prog="fairheap import",
        description="A snapshot of a cluster, a list of tenants, or a trace of jobs becomes a scenario. The summary "
        "goes to stderr.",
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
    _slurm_parser(formats)
    _trace_parsers(formats)
    return top


def _slurm_parser(formats: argparse._SubParsersAction[Parser]) -> None:
    slurm = formats.add_parser(
        "slurm",
        help="what squeue, sinfo, scontrol show, sshare and sacct print, as text or JSON",
        description="What Slurm's commands print becomes a scenario: what runs and waits now on its nodes, or, where a "
        "file is of sacct, a replay of what ran. Which file is which is told from what is in it.",
        epilog=SLURM_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _common(slurm)
    slurm.add_argument(
        "--tenant", default="", metavar="WHAT", help="account (default), user, partition, qos, or another field"
    )
    slurm.add_argument(
        "--fields",
        action="append",
        default=[],
        metavar="A,B,...",
        help="the fields of a table without a header, in order; may be repeated, each table takes the one that fits",
    )
    slurm.add_argument("--now", action="store_true", help="take what runs and waits, from files of sacct too")
    slurm.add_argument(
        "--anonymise", action="store_true", help="replace the names of tenants, nodes and partitions (not in a replay)"
    )
    slurm.set_defaults(command=_slurm)


def _trace_parsers(formats: argparse._SubParsersAction[Parser]) -> None:
    swf = _trace_parser(
        formats,
        "swf",
        "a log in the Standard Workload Format, .gz too, to be replayed",
        "user (default), group, app, queue or partition",
        SWF_HELP,
    )
    swf.add_argument(
        "--memory",
        choices=("processor", "node", "ignore"),
        help="what column 10 is: KB a processor (the standard), bytes a node (MetaCentrum), or nothing; default: told "
        "from the file",
    )
    swf.add_argument(
        "--cancelled",
        choices=("ran", "drop"),
        help="jobs that were cancelled while they ran: replay them (default), or leave them out",
    )
    _trace_parser(
        formats, "openb", "pods of Alibaba's GPU traces of 2023 as CSV, to be replayed", "qos (default), phase or none"
    )
    _trace_parser(formats, "philly", "Microsoft's Philly trace as CSV, to be replayed", "vc (default) or none")


def _trace_parser(
    formats: argparse._SubParsersAction[Parser], name: str, what: str, tenants: str, epilog: str = ""
) -> argparse.ArgumentParser:
    made = formats.add_parser(
        name,
        help=what,
        description=f"The scenario that replays {what.removesuffix(', to be replayed')}. The file stays where it is: "
        "the scenario names it.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("path", metavar="PATH", help="the file with the jobs")
    made.add_argument("--output", "-o", metavar="FILE", help="write the scenario there (default: standard output)")
    made.add_argument("--tenant", default="", metavar="WHAT", help=tenants)
    made.add_argument(
        "--nodes",
        default="",
        metavar="FILE",
        help="the nodes: a .machines file, a CSV, what scontrol show node or sinfo prints; default: a file of nodes "
        "beside PATH, the log's header, else the most that was in use at once",
    )
    made.set_defaults(command=_trace, format=name, memory=None, cancelled=None)
    return made


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


def _slurm(words: argparse.Namespace) -> int:
    from allocator.formats.importing import import_slurm
    from allocator.formats.slurm.snapshot import SlurmOptions

    orders = tuple(tuple(part.strip() for part in one.split(",")) for one in words.fields)
    options = SlurmOptions(words.tenant, orders, words.anonymise)
    progress = Progress("read")
    imported = import_slurm(
        words.paths,
        options,
        now=words.now,
        output=words.output,
        progress=lambda read: progress(f"{read / 1e6:,.0f} MB"),
    )
    progress.clear()
    return _write(imported, words)


def _trace(words: argparse.Namespace) -> int:
    from allocator.core.timeline import TraceUse
    from allocator.formats.trace_import import import_trace

    given = {"memory": words.memory, "cancelled": words.cancelled}
    use = TraceUse(
        path=words.path,
        format=words.format,
        tenant=words.tenant,
        nodes_from=words.nodes,
        options={name: value for name, value in given.items() if value},
    )
    return _write(import_trace(use, words.output), words)


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
