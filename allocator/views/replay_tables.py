"""The tables of a run over time: tenants, resources, pools. A column that would say nothing is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from allocator.replays import Replay
from allocator.reports import units
from allocator.reports.table import Column, Table
from allocator.simulation.metrics import Spread, TenantMeasures
from allocator.views.comparison_words import distinct_names
from allocator.views.replay_words import offered
from allocator.views.style import Style

MOST, ENDS = 40, 10
"""Above so many tenants, only those that waited longest and shortest are shown."""


def overall(replay: Replay) -> Table:
    """The waits of all jobs."""
    timing = replay.measures.overall
    table = Table([Column("all jobs"), *(Column(title, "right") for title in SPREAD)])
    table.add("wait", *spread_cells(timing.wait_ms, units.duration))
    table.add("bounded slowdown", *spread_cells(timing.bounded_slowdown, slowdown))
    return table


SPREAD = ("mean", "median", "p95", "p99", "longest")


def spread_cells(spread: Spread, shown: Callable[[float | None], str]) -> list[str]:
    """Mean, median, p95, p99 and the largest."""
    return [shown(value) for value in (spread.mean, spread.p50, spread.p95, spread.p99, spread.max)]


def slowdown(value: float | None) -> str:
    """A bounded slowdown: three digits."""
    return "-" if value is None else units.three_digits(value)


_COLUMNS: dict[str, Callable[[TenantMeasures], str]] = {
    "weight": lambda one: f"{float(one.weight):.3g}",
    "jobs": lambda one: f"{one.timing.jobs.arrived:,}",
    "done": lambda one: f"{one.timing.jobs.completed:,}",
    "killed": lambda one: f"{one.timing.jobs.killed:,}",
    "never": lambda one: f"{one.timing.jobs.impossible:,}",
    "running": lambda one: f"{one.timing.jobs.running:,}",
    "waiting": lambda one: f"{one.timing.jobs.waiting:,}",
    "mean wait": lambda one: units.duration(one.timing.wait_ms.mean),
    "median": lambda one: units.duration(one.timing.wait_ms.p50),
    "p95": lambda one: units.duration(one.timing.wait_ms.p95),
    "longest": lambda one: units.duration(one.timing.longest_wait_ms),
    "slowdown p95": lambda one: slowdown(one.timing.bounded_slowdown.p95),
    "share": lambda one: units.percent(one.dominant_share_mean),
    "starved": lambda one: units.duration(one.starved_ms),
}
_SILENT = {"weight": "1", "killed": "0", "never": "0", "running": "0", "waiting": "0", "starved": "0s"}
"""Columns that say nothing where every tenant has this."""
_GIVE_WAY = ("slowdown p95", "weight", "running", "killed", "starved", "median", "done", "share", "never")
"""Which columns go where the terminal is narrow, the first first."""
LEGEND = {
    "never": "Never: jobs that can never run, which no wait counts.",
    "mean wait": "Wait: of jobs that started; longest: those still waiting too.",
    "share": "Share: mean dominant share.",
    "starved": "Starved: longest time with a job waiting and none running.",
}
"""What the columns of the tenants mean."""


def tenants(shown: Sequence[TenantMeasures | None], width: int | None = None) -> Table:
    """A row a tenant, None a row of dots; as many columns as `width` holds, all of them where it is None."""
    rows = [one for one in shown if one is not None]
    columns = [
        name
        for name, cell in _COLUMNS.items()
        if name not in _SILENT or any(cell(one) != _SILENT[name] for one in rows)
    ]
    for name in ("", *_GIVE_WAY):
        columns = [one for one in columns if one != name]
        table = _tenants(shown, columns)
        if width is None or table.width() <= width:
            break
    return table


def _tenants(shown: Sequence[TenantMeasures | None], columns: Sequence[str]) -> Table:
    table = Table([Column("tenant", shrinks=True), *(Column(name, "right") for name in columns)])
    for one in shown:
        if one is None:
            table.add("...", *[""] * len(columns))
        else:
            table.add(one.name, *(_COLUMNS[name](one) for name in columns))
    return table


def legend(table: Table) -> str:
    """What the columns that `table` has mean."""
    return " ".join(LEGEND[column.title] for column in table.columns if column.title in LEGEND)


def ends(replay: Replay, style: Style) -> tuple[Sequence[TenantMeasures | None], str]:
    """The tenants to show, and a line that says who is not: without jobs, or neither longest nor shortest waiting.

    In order of declaration, or longest waiting first where not all are shown.
    """
    everyone = replay.measures.tenants
    asked = [one for one in everyone if one.timing.jobs.arrived]
    if style.everyone or len(everyone) == len(asked) <= MOST:
        return everyone, ""
    idle = (
        f"{units.count(len(everyone) - len(asked), 'tenant')} without jobs left out"
        if len(everyone) > len(asked)
        else ""
    )
    if len(asked) <= MOST:
        return asked, f"{idle}; --all shows all."
    ranked = sorted(asked, key=lambda one: -(one.timing.wait_ms.mean or 0.0))
    which = f"The {ENDS} that waited longest and the {ENDS} that waited shortest of {len(asked):,} tenants"
    return [*ranked[:ENDS], None, *ranked[-ENDS:]], f"{which}{idle and f', {idle}'}; --all shows all."


def resources(replay: Replay, *, unicode: bool = False) -> Table:
    """How well each resource was used."""
    measures, load = replay.measures, offered(replay)
    names = distinct_names(replay.scenario.capacity)
    useful = measures.useful_utilisation != measures.utilisation
    stranded = any(measures.stranded.values())
    lost = any(measures.lost_work.values())
    titles = ["capacity"] + ["offered"] * bool(load) + ["utilisation", ""]
    titles += ["useful"] * useful + ["stranded"] * stranded + ["lost work"] * lost
    table = Table([Column("resource", shrinks=True), *(Column(title, "right") for title in titles)])
    for name, amount in replay.scenario.capacity.items():
        used = measures.utilisation[name]
        cells = [units.amount(name, amount)] + [units.percent(load.get(name))] * bool(load)
        cells += [units.percent(used), units.bar(used, 8, unicode=unicode)]
        cells += [units.percent(measures.useful_utilisation[name])] * useful
        cells += [units.percent(measures.stranded[name])] * stranded
        cells += [hours(name, measures.lost_work[name])] * lost
        table.add(names[name], *cells)
    return table


def hours(resource: str, amount_ms: int) -> str:
    """Amount times time: `12 h`, or `1.5Gi h`, of a resource."""
    return f"{units.amount(resource, round(amount_ms / 3_600_000))} h" if amount_ms else "0"


def pools(replay: Replay) -> Table | None:
    """What became of the nodes of each label; None where there are no labels."""
    if not replay.measures.pools:
        return None
    names = distinct_names(replay.scenario.capacity)
    table = Table([Column("pool", shrinks=True), *(Column(title, "right") for title in _OF_POOLS)])
    table.columns += [Column(title, "right", shrinks=True) for title in names.values()]
    for pool in replay.measures.pools:
        table.add(
            pool.label or "(no label)",
            f"{pool.nodes:,}",
            f"{pool.started:,}",
            units.duration(pool.wait_ms.mean),
            units.duration(pool.wait_ms.p95),
            *(units.percent(pool.utilisation[name]) for name in names),
        )
    return table


_OF_POOLS = ("nodes", "started", "mean wait", "p95")
