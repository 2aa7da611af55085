"""Small records written to files, and the trace that is read off them."""

from __future__ import annotations

from pathlib import Path

from allocator.core.resources import Quantities
from allocator.core.timeline import TraceUse
from allocator.formats.traces import Trace, read_trace


class Reader:
    """Reads text through a file of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, name: str, text: str | bytes) -> str:
        """A file with that content; its name again."""
        data = text.encode() if isinstance(text, str) else text
        (self.directory / name).write_bytes(data)
        return name

    def __call__(
        self, text: str | bytes, name: str = "jobs", capacity: Quantities | None = None, **use: object
    ) -> Trace:
        """The trace that `text` is."""
        self.write(name, text)
        return read_trace(TraceUse(name, str(self.directory), **use), capacity)  # type: ignore[arg-type]


def swf(*rows: str, header: str = "") -> str:
    """Lines of the Standard Workload Format; each row is padded with -1 to 18 columns."""
    lines = [" ".join([*row.split(), *["-1"] * (18 - len(row.split()))]) for row in rows]
    return "".join(f"{line}\n" for line in [*header.splitlines(), *lines])


def demands(trace: Trace) -> list[dict[str, int]]:
    """What one task of each job needs, zeros left out."""
    rows = trace.workload.demand.tolist()
    return [
        {name: amount for name, amount in zip(trace.workload.resources, row, strict=True) if amount} for row in rows
    ]


def who(trace: Trace) -> list[str]:
    """The tenant of each job."""
    return [trace.workload.tenants[index] for index in trace.workload.tenant.tolist()]
