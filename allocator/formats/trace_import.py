"""A file of recorded jobs -> a scenario that replays it: the file stays where it is, the scenario names it.

The settings are those that come nearest to what was recorded; whoever has the scenario changes them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from allocator.core.model import Scenario, Tenant
from allocator.core.timeline import SimulationSettings, TraceUse
from allocator.formats.imported import Imported
from allocator.formats.recorded import counted
from allocator.formats.sources import STDIN, refusal
from allocator.formats.traces import read_trace

MOST_TENANTS = 50
"""More are not written into the scenario: the trace brings them along."""
_BACKFILLED = ("swf", "slurm")
"""Formats of systems that plan with estimates."""


def import_trace(use: TraceUse, output: str | None = None) -> Imported:
    """The scenario that replays a file of recorded jobs.

    Args:
        use: The file and how it is meant, paths as whoever asks has them; `format` is not empty.
        output: Where the scenario will be written: its paths are relative to that.

    Raises:
        SnapshotError: The file cannot be read, or is no such record.
    """
    if use.path == STDIN:
        raise refusal(STDIN, "a trace is replayed from its file, which the scenario names: give its path")
    trace = read_trace(use)
    jobs = trace.workload
    home = os.path.dirname(output) if output not in (None, STDIN) else ""
    kept = replace(
        use,
        path=_relative(use.path, home),
        nodes_from=_relative(use.nodes_from, home),
        options={key: _relative(text, home) if key == "shares" else text for key, text in use.options.items()},
    )
    over = int((jobs.runtime > jobs.estimate).sum())
    known = {tenant.name: tenant for tenant in trace.tenants}
    tenants = [known.get(name, Tenant(name)) for name in jobs.tenants]
    scenario = Scenario(
        capacity={} if trace.nodes else trace.capacity,
        tenants=tuple(tenants) if len(tenants) <= MOST_TENANTS else trace.tenants,
        trace=kept,
        simulation=SimulationSettings(
            queue="easy" if use.format in _BACKFILLED else "skip", at_limit="extend" if over else "kill"
        ),
        title=f"{os.path.basename(use.path)}: {counted(len(jobs), 'job')} of {counted(len(tenants), 'tenant')}",
    )
    notes = [f"{counted(over, 'job')} ran past the estimate, hence at_limit = extend"] if over else []
    warnings = ["the capacity is a guess: put what there was into [capacity]"] if trace.guessed else []
    return Imported(scenario, trace.told, tuple(warnings), tuple(notes))


def _relative(path: str, home: str) -> str:
    return os.path.relpath(path, home or os.curdir) if path else path


def beside(found: Sequence[str]) -> str:
    """The one file of its kind, or the empty string.

    Raises:
        SnapshotError: There are several.
    """
    if len(found) > 1:
        raise refusal(found[1], f"{found[0]} is a file of the same kind: a trace takes one")
    return found[0] if found else ""
