"""The nodes of a moment in words: how full each is, whether it is up, and who runs there; made for what is seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import columns_of, padded, wrap
from allocator.simulation.workload import Column
from allocator.tui.time.curves import Values
from allocator.tui.time.moment import Film, Moment
from allocator.views.wording import name_of, named_list, resource_of

_FULL = 0.995
_COUNTED = 2_000
"""Jobs of one node that are counted by tenant; a line has no room for more."""
_NAMED = 3
"""Tenants that a line names."""
_LISTED = 4
"""Lines from which on each job has one of its own."""
_HAPPENED = {"node-down": "down", "drain": "draining"}


class Nodes:
    """What a map of the nodes shows.

    Args:
        film: The run.
        moment: The time.
    """

    def __init__(self, film: Film, moment: Moment) -> None:
        self._film, self._moment, self._work = film, moment, film.work
        self._names = film.replay.node_names
        self.heat: Values = moment.heat
        """From 0 to 1 each; NaN where it is down."""
        self._states = {
            event.node: _HAPPENED.get(event.kind, "")
            for event in film.events
            if event.node and event.kind != "capacity" and event.at_ms <= moment.at_ms
        }

    def __len__(self) -> int:
        return len(self.heat)

    def name(self, node: int) -> str:
        """What it is called."""
        return name_of(self._names[node]) or "the pool"

    def said(self, node: int) -> str:
        """Who runs there, the tenants with most jobs first; that it is down, or takes no more."""
        state = self._state(node)
        jobs = self._moment.jobs_on(node)
        found = Counter(self._work.tenant[jobs[:_COUNTED]].tolist()).most_common()
        who = [f"{name_of(self._work.tenants[tenant])} {count:,}" for tenant, count in found[:_NAMED]]
        who += [f"{len(found) - _NAMED:,} more"] * (len(found) > _NAMED)
        said = f"{units.count(len(jobs), 'job')}{': ' if who else ''}{', '.join(who)}"
        return state if state == "down" else f"{state}; {said}" if state else said

    def _state(self, node: int) -> str:
        return "down" if np.isnan(self.heat[node]) else self._states.get(self._names[node], "").replace("down", "")

    @property
    def title(self) -> str:
        """All of them in a line."""
        down, full, idle = (int(found.sum()) for found in (np.isnan(self.heat), self.heat >= _FULL, self.heat == 0))
        parts = [units.count(len(self), "node") if any(self._names) else "nodes: all is one pool"]
        parts += [f"{many:,} {state}" for many, state in ((down, "down"), (full, "full"), (idle, "idle")) if many]
        return ", ".join(parts)

    def words(self, first: int, share: int, width: int, height: int) -> list[str]:
        """The chosen node, or the nodes that one letter stands for: how full, and what runs there.

        Args:
            first: The first of them.
            share: How many.
            width: Columns of a line.
            height: Lines at most.
        """
        chosen = range(first, min(first + share, len(self)))
        if not chosen or height < 1:
            return []
        moment = self._moment
        jobs = moment.on_node[moment.first_on_node[chosen.start] : moment.first_on_node[chosen.stop]]
        called = self.name(first) + (f" to {self.name(chosen[-1])}" if len(chosen) > 1 else "")
        lines = wrap(f"{called}: {self._full(chosen)}, {units.count(len(jobs), 'job')}", width)[:height]
        room = height - len(lines)
        if room >= _LISTED:
            rows = jobs if len(jobs) <= room else jobs[: room - 1]
            lines += self._rows(rows, width)
            lines += [f"  and {len(jobs) - len(rows):,} more"] * (len(rows) < len(jobs))
        elif room and len(jobs):
            listed = ", ".join(name_of(self._work.name(int(job))) for job in jobs[: width * room // 2])
            lines += wrap(listed, width)[:room]
        return lines

    def _full(self, chosen: Sequence[int]) -> str:
        heat = self.heat[chosen[0] : chosen[-1] + 1]
        down = int(np.isnan(heat).sum())
        if down == len(heat):
            return "down" if down == 1 else "all down"
        parts = self._moment.parts[chosen[0] : chosen[-1] + 1]
        used = [
            f"{units.percent(float(np.nanmean(part)))} {resource_of(name)}"
            for name, part in zip(self._work.resources, parts.T, strict=True)
            if not np.isnan(part).all()
        ]
        state = self._state(chosen[0]) if len(chosen) == 1 else f"{down:,} down" * bool(down)
        return f"{state}{', ' * bool(state)}{', '.join(used)} used"

    def _rows(self, jobs: Column, width: int) -> list[str]:
        moment, work = self._moment, self._work
        since = dict.fromkeys(jobs.tolist(), moment.at_ms)
        found = np.flatnonzero(np.isin(moment.running, jobs))
        since.update(zip(moment.running[found].tolist(), moment.running_since[found].tolist(), strict=True))
        names = {job: name_of(sanitize(work.name(job))) for job in since}
        wide = min(max(map(columns_of, names.values()), default=0), width // 3)
        who = {job: name_of(work.tenants[int(work.tenant[job])]) for job in since}
        owners = min(max(map(columns_of, who.values()), default=0), width // 4)
        lines = []
        for job, began in since.items():
            tasks, demand = int(work.tasks[job]), work.demand[job].tolist()
            needs = named_list(dict(zip(work.resources, demand, strict=True)))
            needs = f"{tasks} x {needs}" if tasks > 1 else needs
            last = units.duration(moment.at_ms - began)
            lines.append(f"  {padded(names[job], wide)} {padded(who[job], owners)} {padded(last, 7, 'right')}  {needs}")
        return lines
