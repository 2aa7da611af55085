"""A file with the nodes of a cluster, of whatever kind -> nodes: the reader is told from the text."""

from __future__ import annotations

from allocator.core.model import Node
from allocator.formats.machines import read_machines
from allocator.formats.openb import is_nodes, read_openb_nodes
from allocator.formats.slurm.blocks import is_blocks
from allocator.formats.slurm.nodes import read_nodes
from allocator.formats.sources import TextSource, refusal


def read_node_file(source: TextSource) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The nodes of a `.machines` file, a node CSV, or of `scontrol show node` or `sinfo`, and what is not modelled.

    Raises:
        SnapshotError: A damaged file, or none of these.
    """
    head = source.head()
    line = next((line.strip() for line in head.split("\n") if line.strip()), "")
    if is_nodes(line):
        return read_openb_nodes(source), ()
    if line[:1] in ("{", "[") or is_blocks(head) or not line.split()[:1] or not line.split()[0].lstrip("#;").isdigit():
        if not line:
            raise refusal(source.name, "the file is empty; expected nodes")
        nodes = read_nodes(source)
        return tuple(node.plain() for node in nodes), ()
    return read_machines(source)
