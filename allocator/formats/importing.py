"""Any file of another system -> a scenario: which format it is, and its reader with what is usual."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from allocator.core.errors import Fault, SnapshotError
from allocator.core.timeline import TraceUse
from allocator.formats import traces
from allocator.formats.imported import Imported
from allocator.formats.kubernetes import KubernetesOptions, read_kubernetes
from allocator.formats.slurm.blocks import is_blocks
from allocator.formats.slurm.snapshot import SlurmOptions, scenario_of
from allocator.formats.slurm.state import read_state
from allocator.formats.sources import Progress, opened
from allocator.formats.tenant_rows import read_csv
from allocator.formats.trace_import import beside, import_trace

FORMATS: Mapping[str, str] = {
    "kubernetes": "what kubectl get ... -o json (or yaml) prints",
    "csv": "a row a tenant",
    "slurm": "what squeue, scontrol show, sshare and sacct print",
    "swf": "a log in the Standard Workload Format",
    "openb": "pods of Alibaba's GPU traces of 2023",
    "philly": "Microsoft's Philly trace",
}
"""Every format, and what it is."""
_KUBERNETES = re.compile(r'"apiVersion"\s*:|^\s*(?:- )?apiVersion\s*:', re.MULTILINE)
_SLURM_OBJECTS = re.compile(r'"(?:slurm|jobs|nodes|associations|shares)"\s*:', re.IGNORECASE)


def recognised(path: str) -> str:
    """The format of a file, told from its name and how it begins; empty where neither says.

    Raises:
        SnapshotError: It cannot be read.
    """
    with opened(path) as source:
        head = source.head()
    if path.lower().removesuffix(".gz").endswith(".swf"):
        return "swf"
    if _KUBERNETES.search(head):
        return "kubernetes"
    if head.lstrip()[:1] in ("{", "["):
        return "slurm" if _SLURM_OBJECTS.search(head) else ""
    if is_blocks(head.lstrip()):
        return "slurm"
    lines = (line.strip() for line in head.split("\n"))
    header = next((line for line in lines if line and not line.startswith("#")), "")
    return traces.by_content(head) or ("csv" if "name" in re.split(r"\s*[,;\t]\s*", header.lower()) else "")


def import_file(path: str, format: str, progress: Progress | None = None) -> Imported:
    """The scenario in a file of that format, read as is usual.

    Raises:
        SnapshotError: Every fault of the file.
    """
    readers: Mapping[str, Callable[[], Imported]] = {
        "kubernetes": lambda: read_kubernetes([path], KubernetesOptions(), progress),
        "csv": lambda: read_csv([path], None, progress),
        "slurm": lambda: import_slurm([path], SlurmOptions(), progress=progress),
    }
    reader = readers.get(format)
    return reader() if reader else import_trace(TraceUse(path=path, format=format))


def import_slurm(
    paths: Sequence[str],
    options: SlurmOptions,
    *,
    now: bool = False,
    output: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """What runs and waits now, or where a file is of sacct a replay of what ran.

    Args:
        paths: Files, together one cluster.
        options: What a tenant is, and what tables without a header hold.
        now: Take what runs and waits from files of sacct too.
        output: Where the scenario will be written.
        progress: Called with the bytes read so far.

    Raises:
        SnapshotError: A damaged file, two of one kind for a replay, or names replaced in one.
    """
    state = read_state(paths, options.tenant, options.fields, progress)
    if now or not state.accounting:
        return scenario_of(state, options, paths[0])
    if options.anonymise:
        message = "a replay reads the names from its file; anonymise that, or take --now"
        raise SnapshotError([Fault("--anonymise", "", message)])
    record, shares = beside(state.accounting), beside(state.share_files)
    use = TraceUse(
        path=record,
        format="slurm",
        tenant=options.tenant,
        nodes_from=beside(state.node_files),
        fields=tuple(state.orders.get(record, ())),
        options={"shares": shares} if shares else {},
    )
    return import_trace(use, output)
