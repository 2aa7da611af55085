"""Files that Slurm's commands wrote -> what there is now: nodes, jobs that run or wait, shares. Decides nothing.

What a file holds is told from the file: JSON by its objects, `scontrol show` by its first key, tables by their columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from allocator.formats.slurm.blocks import blocks, is_blocks
from allocator.formats.slurm.json_jobs import TENANTS, is_job, objects, record
from allocator.formats.slurm.nodes import SlurmNode, is_node, merged, of_block, of_json, of_table
from allocator.formats.slurm.records import Record
from allocator.formats.slurm.rows import parser, tenant_field
from allocator.formats.slurm.shares import Tree, add_object, add_table, is_share
from allocator.formats.slurm.tables import Table, columns, divided, word
from allocator.formats.slurm.values import gres, length, moment, requested_memory, tasks_of_array, tres
from allocator.formats.sources import Progress, TextSource, opened, refusal, running_total

_SHARES = ("rawshares", "share", "fairshare")
_KEYS = ("jobid", "jobidraw", "nodelist", "hostnames", "nodehost", *_SHARES)


@dataclass
class State:
    """What was found, of all files together."""

    tenant: str
    """The field that names tenants; empty is account, else user."""
    nodes: list[SlurmNode] = field(default_factory=list)
    jobs: dict[str, Record] = field(default_factory=dict)
    """Those that run or wait, by their number; the last file that has one counts."""
    ended: int = 0
    shares: Tree = field(default_factory=Tree)
    passed: Counter[str] = field(default_factory=Counter)
    """What is there beside, such as partitions and users."""
    malformed: int = 0
    accounting: list[str] = field(default_factory=list)
    """Files that say what ran, rather than what is there now."""
    orders: dict[str, Sequence[str]] = field(default_factory=dict)
    """Of tables without a header, the order of fields that fits."""
    node_files: list[str] = field(default_factory=list)
    share_files: list[str] = field(default_factory=list)

    def add(self, job: Record) -> None:
        """Take a job in that is there now; of one that ended only the count is kept."""
        if "." in job.id:
            self.passed["job steps"] += 1
        elif job.runs or job.waits:
            self.jobs[job.id] = job
        else:
            self.ended += 1


def read_state(
    sources: Sequence[str], tenant: str = "", fields: Sequence[Sequence[str]] = (), progress: Progress | None = None
) -> State:
    """What the files say together.

    Args:
        sources: Paths, or `-` for standard input.
        tenant: What names tenants: account (default), user, partition, qos or another field of the files.
        fields: Orders of the fields of tables without a header; the one with as many fields as a table has columns.
        progress: Called with the bytes read so far.

    Raises:
        SnapshotError: A damaged file, or one that is nothing of Slurm's.
    """
    state = State(tenant)
    tell = running_total(progress)
    for name in sources:
        with opened(name, tell) as source:
            jobs, nodes = state.ended + len(state.jobs), len(state.nodes)
            shares = len(state.shares.shares) + len(state.shares.users)
            head = source.head().lstrip()
            if head[:1] in ("{", "["):
                _json(source, state)
            elif is_blocks(head):
                _blocks(source, state)
            else:
                _table(source, state, fields)
            if len(state.nodes) > nodes:
                state.node_files.append(name)
            elif len(state.shares.shares) + len(state.shares.users) > shares:
                state.share_files.append(name)
            elif state.ended + len(state.jobs) == jobs and not state.passed:
                raise refusal(name, "nothing of Slurm's found; expected squeue, sinfo, scontrol show, sacct or sshare")
    state.nodes = merged(state.nodes)
    return state


def _json(source: TextSource, state: State) -> None:
    word = state.tenant.lower() or "account"
    if word not in TENANTS:
        raise refusal(source.name, f"tenant is {state.tenant}, expected one of {', '.join(TENANTS)}")
    past = False
    for kind, _, item in objects(source):
        if is_job(item):
            past = past or isinstance(item.get("time"), dict)
            state.add(record(item, word))
        elif is_node(item):
            state.nodes.append(of_json(item))
        elif is_share(item):
            add_object(state.shares, item)
        elif kind:
            state.passed[kind] += 1
    if past:
        state.accounting.append(source.name)


def _blocks(source: TextSource, state: State) -> None:
    for line, kind, block in blocks(source):
        if kind == "NodeName":
            state.nodes += of_block(block)
        elif kind == "JobId":
            try:
                state.add(_job(block, state.tenant.lower() or "account"))
            except ValueError as error:
                raise refusal(source.name, f"a job with {error} in it, which is no time or amount", line=line) from None
        else:
            state.passed["partitions"] += 1


def _job(block: Mapping[str, str], word: str) -> Record:
    """A job of `scontrol show job`.

    Raises:
        ValueError: A time or an amount that is none.
    """
    user = block.get("UserId", "").partition("(")[0]
    keys = {"account": "Account", "partition": "Partition", "qos": "QOS", "cluster": "Cluster"}
    tenant = user if word == "user" else block.get(keys.get(word, word), "")
    found = {**tres(block.get("ReqTRES", block.get("TRES", ""))), **tres(block.get("AllocTRES", ""))}
    first = block.get("NumNodes", "").partition("-")[0]
    nodes = int(first) if first.isdigit() else found.get("node", 1)
    cpus = block.get("NumCPUs", "").partition("-")[0]
    if "cpu" not in found and cpus.isdigit():
        found["cpu"] = int(cpus) * 1000
    if "memory" not in found:
        unit = f"{block['MinMemoryNode']}n" if "MinMemoryNode" in block else f"{block.get('MinMemoryCPU', '')}c"
        found["memory"] = requested_memory(unit, found.get("cpu", 1000) // 1000, nodes)
    for kind, count in gres(block.get("TresPerNode", "")).items():
        found.setdefault(kind, count * 1000 * nodes)
    array = block.get("ArrayTaskId", "")
    return Record(
        id=block.get("JobId", ""),
        tenant=tenant if tenant not in ("", "(null)") else f"no-{word}",
        state=block.get("JobState", ""),
        partition=block.get("Partition", ""),
        submit=moment(block.get("SubmitTime", "")),
        start=moment(block.get("StartTime", "").strip('"')),
        limit=length(block.get("TimeLimit", "")),
        nodes=nodes,
        amounts=found,
        reason=block.get("Reason", ""),
        copies=tasks_of_array(array) if "-" in array or "," in array else 1,
    )


def _table(source: TextSource, state: State, fields: Sequence[Sequence[str]]) -> None:
    line = next((line for line in source.head().split("\n") if line.strip()), "")
    names = columns(line)
    order: Sequence[str] = ()
    if names.isdisjoint(_KEYS):
        order = next((one for one in fields if len(one) == len(divided(line))), ())
        names = {word(name) for name in order}
    if names.isdisjoint(_KEYS):
        message = f"found {line.strip()[:60]!r}, no header that is known; say what its fields are: --fields A,B,..."
        raise refusal(source.name, message, line=1)
    if order:
        state.orders[source.name] = order
    table = Table(source, order)
    if not names.isdisjoint(_SHARES):
        add_table(state.shares, table)
    elif not names.isdisjoint(("jobid", "jobidraw")):
        _queue(table, state)
    else:
        state.nodes += of_table(table)


def _queue(table: Table, state: State) -> None:
    parse = None
    for line, row in table:
        parse = parse or parser(table, tenant_field(table, state.tenant))
        try:
            state.add(parse(row))
        except (ValueError, OverflowError):
            table.bad(line)
    if table.malformed > table.rows / 2:
        raise refusal(table.source.name, "most rows cannot be read", line=table.first_malformed)
    state.malformed += table.malformed
    if table.accounting:
        state.accounting.append(table.source.name)
