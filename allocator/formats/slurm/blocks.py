"""What `scontrol show` prints -> its records: lines of KEY=value, a new record where its first key comes again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from allocator.formats.lines import batches
from allocator.formats.sources import TextSource

KINDS = ("NodeName", "JobId", "PartitionName")
"""The keys that records begin with."""
_PAIR = re.compile(r"(?:^|\s)([A-Za-z][\w/:.]*)=(\S*)")
_MOST_KEYS = 500


def blocks(source: TextSource) -> Iterator[tuple[int, str, Mapping[str, str]]]:
    """Each record: its line, the key it begins with, and its values, without what follows a space.

    Raises:
        SnapshotError: The source cannot be read to its end.
    """
    kind, begins = "", 0
    values: dict[str, str] = {}
    for first, lines in batches(source):
        for number, line in enumerate(lines, first):
            for key, value in _PAIR.findall(line):
                if key in KINDS and (key == kind or not kind or key not in values):
                    if kind:
                        yield begins, kind, values
                    kind, begins, values = key, number, {}
                if len(values) < _MOST_KEYS:
                    values.setdefault(key, value)
    if kind:
        yield begins, kind, values


def is_blocks(head: str) -> bool:
    """Whether a text is what `scontrol show` prints."""
    return head.lstrip().startswith(tuple(f"{kind}=" for kind in KINDS))
