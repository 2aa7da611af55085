"""A `.machines` file beside a workload log -> nodes: what Alea (and its MetaCentrum logs) describe clusters with.

A line a cluster: id, name, nodes, processors a node, speed, kilobytes of memory a node.
"""

from __future__ import annotations

from allocator.core.model import Node
from allocator.formats.lines import Faults, batches
from allocator.formats.sources import TextSource

MOST_NODES = 1_000_000


def read_machines(source: TextSource) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """The nodes of a `.machines` file, in the pool of their cluster, and what of it is not modelled.

    Raises:
        SnapshotError: A line that describes no cluster, or more nodes than anybody has.
    """
    faults = Faults(source)
    nodes: list[Node] = []
    speeds = set()
    for first, lines in batches(source):
        for number, line in enumerate(lines, first):
            parts = line.split()
            if not parts or parts[0].startswith((";", "#")):
                continue
            try:
                name, (count, processors, speed, memory) = parts[1], map(float, parts[2:6])
                capacity = {"cpu": int(processors) * 1000, "memory": int(memory) * 1024}
                plain = 0 < count < MOST_NODES and 0 < processors < 1e9 and 0 < memory < 1e12
            except (ValueError, IndexError, OverflowError):
                plain = False
            if not plain or len(nodes) + count > MOST_NODES:
                faults.add(number, "expected id, name, nodes, processors a node, speed, KB of memory a node")
                continue
            speeds.add(speed)
            nodes += [Node(f"{name}-{index}", capacity, pool=name) for index in range(1, int(count) + 1)]
    faults.check()
    slower = len(speeds) > 1
    told = ("not modelled: clusters of different speed; run times are what they were",) if slower else ()
    return tuple(nodes), told
