"""Nodes out of `scontrol show node`, `sinfo` and their JSON: what each has, which partitions it is in, its state.

A node is in several partitions at a time, but has one label: the names of all of them, in order. What may run in one
partition may run on every label that has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from allocator.core.model import Node
from allocator.formats.kubernetes.shapes import text
from allocator.formats.slurm.blocks import blocks, is_blocks
from allocator.formats.slurm.json_jobs import is_job, objects
from allocator.formats.slurm.tables import Table
from allocator.formats.slurm.values import amounts, gres, hosts, number, tres
from allocator.formats.sources import TextSource, refusal

_MB = 1 << 20
_OUT = (
    "DOWN",
    "DRAINED",
    "FAIL",
    "FAILED",
    "MAINT",
    "NOT_RESPONDING",
    "INVAL",
    "INVALID",
    "FUTURE",
    "UNKNOWN",
    "ERROR",
)
_BUSY = ("ALLOC", "MIX", "COMP", "DRNG", "DRAINING")


@dataclass(frozen=True, slots=True)
class SlurmNode:
    """A node as Slurm knows it."""

    name: str
    capacity: Mapping[str, int]
    partitions: tuple[str, ...]
    states: tuple[str, ...]
    """Words such as IDLE, DRAIN, NOT_RESPONDING."""

    @property
    def out(self) -> str:
        """Why nothing can run there now, or the empty string; a draining node with work on it still has its part."""
        drained = "DRAIN" in self.states and not any(word.startswith(_BUSY) for word in self.states)
        return next((word.lower() for word in self.states if word in _OUT), "drained" if drained else "")

    def plain(self) -> Node:
        """The node of a scenario."""
        return Node(self.name, self.capacity, pool=",".join(self.partitions))


def read_nodes(source: TextSource) -> list[SlurmNode]:
    """The nodes of one file, in its order; a node in several rows once, with the partitions of all of them.

    Raises:
        SnapshotError: A damaged file, or one without nodes and what they have.
    """
    head = source.head()
    if head.lstrip()[:1] in ("{", "["):
        found = [of_json(item) for _, _, item in objects(source) if is_node(item)]
    elif is_blocks(head):
        found = [node for _, kind, block in blocks(source) if kind == "NodeName" for node in of_block(block)]
    else:
        found = of_table(Table(source))
    if not found:
        message = "no node found; scontrol show node lists them, or sinfo -N -o '%N|%P|%c|%m|%G|%T'"
        raise refusal(source.name, message)
    return merged(found)


def merged(nodes: list[SlurmNode]) -> list[SlurmNode]:
    """Each node once, with the partitions of all that bear its name."""
    found: dict[str, SlurmNode] = {}
    for node in nodes:
        first = found.get(node.name, node)
        partitions = tuple(dict.fromkeys((*first.partitions, *node.partitions)))
        found[node.name] = SlurmNode(node.name, first.capacity, partitions, first.states)
    return list(found.values())


def is_node(item: Mapping[str, object]) -> bool:
    """Whether an object of Slurm's JSON is a node."""
    return "name" in item and not is_job(item) and ("real_memory" in item or "gres_used" in item)


def of_json(item: Mapping[str, object]) -> SlurmNode:
    """A node of `scontrol show node --json` or `sinfo --json`."""
    cpus = number(item.get("effective_cpus")) or number(item.get("cpus")) or 0
    memory = max((number(item.get("real_memory")) or 0) - (number(item.get("specialized_memory")) or 0), 0)
    capacity = _capacity(text(item.get("tres")), cpus, memory, text(item.get("gres")))
    states = [*_words(item.get("state")), *_words(item.get("state_flags"))]
    return SlurmNode(text(item.get("name")), capacity, tuple(_words(item.get("partitions"), str)), tuple(states))


def of_block(block: Mapping[str, str]) -> list[SlurmNode]:
    """The node of a record of `scontrol show node`, or the nodes where several are alike."""
    cpus, memory = block.get("CPUEfctv", block.get("CPUTot", "")), block.get("RealMemory", "")
    capacity = _capacity(
        block.get("CfgTRES", ""),
        int(cpus) if cpus.isdigit() else 0,
        int(memory) if memory.isdigit() else 0,
        block.get("Gres", ""),
    )
    partitions = tuple(part for part in block.get("Partitions", "").split(",") if part)
    return [
        SlurmNode(name, capacity, partitions, _states(block.get("State", ""))) for name in _hosts(block["NodeName"])
    ]


def of_table(table: Table) -> list[SlurmNode]:
    """The nodes of `sinfo` with columns for what they have."""
    found: list[SlurmNode] = []
    for _, row in table:
        names, cpus = table.place("hostnames", "nodehost", "nodelist"), table.place("ncpus")
        if names is None or cpus is None:
            break
        memory, generic = table.place("memory"), table.place("gres")
        partition, state = table.place("partition", "partitionname"), table.place("state", "statelong")
        amount = re.match(r"\d{1,12}", row[memory].strip()) if memory is not None else None
        many = re.match(r"\d{1,9}", row[cpus].strip())
        capacity = _capacity(
            "",
            int(many[0]) if many else 0,
            int(amount[0]) if amount else 0,
            row[generic].strip() if generic is not None else "",
        )
        of = row[partition].strip().rstrip("*") if partition is not None else ""
        states = _states(row[state]) if state is not None else ()
        found += [SlurmNode(name, capacity, (of,) if of else (), states) for name in _hosts(row[names].strip())]
    return found


def _hosts(names: str) -> list[str]:
    try:
        return list(hosts(names))
    except ValueError:
        return [names]


def _capacity(configured: str, cpus: int, megabytes: int, generic: str) -> dict[str, int]:
    """What a node has, by its configured TRES, else by what its other fields say."""
    try:
        found = dict(tres(configured))
    except ValueError:
        found = {}
    found.pop("node", None)
    other = {"cpu": cpus, "mem": megabytes * _MB, **{f"gres/{kind}": count for kind, count in gres(generic).items()}}
    return {**amounts({name: count for name, count in other.items() if count}), **found}


def _words(value: object, case: type[str] | None = None) -> list[str]:
    """The words of a list, or of a text that divides them with + or commas."""
    found = [text(one) for one in value] if isinstance(value, list) else re.split(r"[+,]", text(value))
    return [one if case else one.upper() for one in found if one]


def _states(state: str) -> tuple[str, ...]:
    """The words of `IDLE+DRAIN` or `drained*`; marks of power saving and of reservations are left out."""
    return tuple(one.rstrip("*~#!%$@^-").upper() for one in re.split(r"[+\s]", state.strip()) if one)
