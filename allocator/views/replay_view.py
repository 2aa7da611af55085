"""One run over time for people: what became of the jobs, how long each tenant waited, how well the nodes were used.

Form only; every number was measured before. Names pass through `sanitize` on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from allocator.core.text import sanitize
from allocator.replays import Replay
from allocator.reports import units
from allocator.reports.table import Column, Table, escape_markdown, wrap
from allocator.simulation.metrics import JAIN_OF, JobCounts, Measures, Spread, TenantMeasures
from allocator.views import replay_events
from allocator.views.comparison_words import distinct_names
from allocator.views.job_rows import job_table
from allocator.views.style import Style as Style

MOST, ENDS = 40, 10
"""Above so many tenants, only those that waited longest and shortest are shown."""

Cells = Callable[[TenantMeasures], Sequence[str]]


def text(replay: Replay, style: Style) -> list[str]:
    """The whole report, no line wider than `style.width`."""
    lines = [*heading(replay, style), ""]
    lines += [*_overall_lines(replay.measures, style), ""]
    if replay.measures.tenants:
        lines += [*_tenant_lines(replay, style), ""]
    if (jobs := job_table(replay)) is not None:
        lines += [*jobs.text(style.width), ""]
    lines += _resource_table(replay, style).text(style.width)
    if replay.measures.pools:
        lines += ["", *_pool_table(replay).text(style.width)]
    for line in verdicts(replay):
        lines += wrap(line, style.width)
    if told := replay_events.lines(replay.run, style):
        lines += ["", *told]
    return lines


def heading(replay: Replay, style: Style) -> list[str]:
    """The title, what was run, how, and how it ended."""
    scenario, measures = replay.scenario, replay.measures
    title = [line for line in wrap(sanitize(scenario.title), style.width) if line]
    return [*title, *wrap(headline(replay), style.width), *wrap(ending(measures), style.width)]


def headline(replay: Replay) -> str:
    """How many jobs of whom on what, and under which rules."""
    scenario, jobs = replay.scenario, replay.measures.overall.jobs
    where = f" on {units.count(len(scenario.nodes), 'node')}" if scenario.nodes else ""
    facts = [f"{units.count(jobs.arrived, 'job')} of {units.count(len(replay.measures.tenants), 'tenant')}{where}"]
    facts.append(f"queue {scenario.simulation.queue}")
    if scenario.nodes:
        facts.append(f"placement {scenario.simulation.placement}")
    if scenario.chance:
        facts.append(f"seed {scenario.simulation.seed}")
    return ", ".join(facts)


def ending(measures: Measures) -> str:
    """How the run ended, in words."""
    span = units.duration(measures.span_ms)
    if measures.ended == "interrupted":
        return f"PARTIAL: interrupted after {span} of the run; everything below is up to then."
    if measures.ended == "horizon":
        return f"Stopped at its horizon of {span}."
    jobs = measures.overall.jobs
    if jobs.waiting:
        return f"Nothing more can happen after {span}: {units.count(jobs.waiting, 'job')} can never start."
    return f"All done after {span}."


def _overall_lines(measures: Measures, style: Style) -> list[str]:
    overall = measures.overall
    lines = wrap(counts_in_words(overall.jobs), style.width)
    table = Table(
        [Column("all jobs"), *(Column(title, "right") for title in ("mean", "median", "p95", "p99", "longest"))]
    )
    table.add("wait", *spread_cells(overall.wait_ms, units.duration))
    table.add("bounded slowdown", *spread_cells(overall.bounded_slowdown, slowdown))
    return [*lines, *table.text(style.width)]


def counts_in_words(jobs: JobCounts) -> str:
    """`12 completed, 1 killed, 3 waiting`; what is 0 is left out."""
    parts = [
        f"{number:,} {word}"
        for word, number in (
            ("completed", jobs.completed),
            ("killed", jobs.killed),
            ("running", jobs.running),
            ("waiting", jobs.waiting),
            ("impossible", jobs.impossible),
        )
        if number
    ]
    return f"{units.count(jobs.arrived, 'job')}: {', '.join(parts) or 'none'}."


def spread_cells(spread: Spread, shown: Callable[[float | None], str]) -> list[str]:
    """Mean, median, p95, p99 and the largest."""
    return [shown(value) for value in (spread.mean, spread.p50, spread.p95, spread.p99, spread.max)]


def slowdown(value: float | None) -> str:
    """A bounded slowdown: three digits."""
    return "-" if value is None else units.three_digits(value)


def _tenant_lines(replay: Replay, style: Style) -> list[str]:
    policy = replay.policy
    options = ", ".join(f"{name} = {value}" for name, value in policy.described()["options"].items()) if policy else ""
    lines = wrap(sanitize(f"Policy {replay.label}" + (f" ({options})" if options else "")), style.width)
    shown = ends(replay.measures.tenants, style)
    if None in shown:
        total = f"{len(replay.measures.tenants):,} tenants; --all shows them all."
        lines += wrap(f"The {ENDS} that waited longest and the {ENDS} that waited shortest of {total}", style.width)
    for layout in _LAYOUTS:
        table = tenant_table(shown, layout)
        if table.width() <= style.width:
            break
    return [*lines, *table.text(style.width), *wrap(LEGEND, style.width)]


LEGEND = (
    "Wait: of jobs that started; longest: those still waiting too. Share: mean dominant share. "
    "Starved: longest time with a job waiting and none running."
)
"""What the columns of the tenants mean."""

_COLUMNS: dict[str, Callable[[TenantMeasures], str]] = {
    "weight": lambda one: f"{float(one.weight):.3g}",
    "jobs": lambda one: f"{one.timing.jobs.arrived:,}",
    "done": lambda one: f"{one.timing.jobs.completed:,}",
    "running": lambda one: f"{one.timing.jobs.running:,}",
    "waiting": lambda one: f"{one.timing.jobs.waiting:,}",
    "killed": lambda one: f"{one.timing.jobs.killed:,}",
    "mean wait": lambda one: units.duration(one.timing.wait_ms.mean),
    "median": lambda one: units.duration(one.timing.wait_ms.p50),
    "p95": lambda one: units.duration(one.timing.wait_ms.p95),
    "longest": lambda one: units.duration(one.timing.longest_wait_ms),
    "slowdown p95": lambda one: slowdown(one.timing.bounded_slowdown.p95),
    "share": lambda one: units.percent(one.dominant_share_mean),
    "starved": lambda one: units.duration(one.starved_ms),
}
_MIDDLE = ("jobs", "done", "waiting", "mean wait", "median", "p95", "longest", "share", "starved")
_LAYOUTS: tuple[Sequence[str], ...] = (
    tuple(_COLUMNS),
    tuple(name for name in _COLUMNS if name not in ("weight", "running", "killed")),
    _MIDDLE,
    tuple(name for name in _MIDDLE if name != "starved"),
    ("jobs", "done", "mean wait", "p95", "longest"),
)


def tenant_table(shown: Sequence[TenantMeasures | None], columns: Sequence[str] = tuple(_COLUMNS)) -> Table:
    """A row a tenant; None is a row of dots."""
    table = Table([Column("tenant", shrinks=True), *(Column(name, "right") for name in columns)])
    for one in shown:
        if one is None:
            table.add("...", *[""] * len(columns))
        else:
            table.add(one.name, *(_COLUMNS[name](one) for name in columns))
    return table


def ends(tenants: Sequence[TenantMeasures], style: Style) -> Sequence[TenantMeasures | None]:
    """All tenants in order of declaration; or those that waited longest and shortest, where there are too many."""
    if style.everyone or len(tenants) <= MOST:
        return tenants
    ranked = sorted(tenants, key=lambda one: -(one.timing.wait_ms.mean or 0.0))
    return [*ranked[:ENDS], None, *ranked[-ENDS:]]


def _resource_table(replay: Replay, style: Style) -> Table:
    measures, capacity = replay.measures, replay.scenario.capacity
    useful = measures.useful_utilisation != measures.utilisation
    stranded = any(measures.stranded.values())
    lost = any(measures.lost_work.values())
    titles = ["capacity", "offered", "utilisation", ""]
    titles += ["useful"] * useful + ["stranded"] * stranded + ["lost work"] * lost
    table = Table([Column("resource", shrinks=True), *(Column(title, "right") for title in titles)])
    names = distinct_names(capacity)
    for name, amount in capacity.items():
        used = measures.utilisation[name]
        cells = [
            units.amount(name, amount),
            units.percent(measures.offered_load[name]),
            units.percent(used),
            units.bar(used, 8, unicode=style.unicode),
        ]
        cells += [units.percent(measures.useful_utilisation[name])] * useful
        cells += [units.percent(measures.stranded[name])] * stranded
        cells += [work(name, measures.lost_work[name])] * lost
        table.add(names[name], *cells)
    return table


def work(resource: str, amount_ms: int) -> str:
    """Amount times time: `12 hours`, or `1.5Gi hours`, of a resource."""
    return f"{units.amount(resource, round(amount_ms / 3_600_000))} h" if amount_ms else "0"


def _pool_table(replay: Replay) -> Table:
    names = distinct_names(replay.scenario.capacity)
    table = Table(
        [
            Column("pool", shrinks=True),
            *(Column(title, "right") for title in ("nodes", "started", "mean wait", "p95")),
            *(Column(title, "right") for title in names.values()),
        ]
    )
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


def verdicts(replay: Replay) -> list[str]:
    """What else is to be known of the run, a sentence or two a line."""
    measures = replay.measures
    lines = []
    if measures.jain_index is None:
        lines.append("Jain index: undefined, fewer than two tenants had jobs.")
    else:
        windows = ", ".join(f"{name} {units.ratio(value)}" for name, value in measures.jain_windows.items())
        lines.append(f"Jain index {units.ratio(measures.jain_index)} (of {JAIN_OF}); within windows: {windows}.")
    overall = measures.overall
    if overall.with_deadline:
        lines.append(f"Deadlines: {overall.deadline_misses:,} of {overall.with_deadline:,} missed.")
    if overall.jobs.impossible:
        lines.append(f"{units.count(overall.jobs.impossible, 'job')} can never run here (not waited for).")
    if measures.saturated:
        short = units.names_in_words([units.short(sanitize(name)) for name in measures.saturated])
        lines.append(f"SATURATED: more {short} is offered than there is; waits grow with the length of the run.")
    return lines


def csv(replay: Replay) -> str:
    """A row for each tenant, exact: counts, times in ms."""
    heads = ("arrived", "started", "completed", "waiting", "running", "killed", "impossible")
    spreads = ("mean", "p50", "p95", "p99", "max")
    table = Table(
        [
            *(Column(title) for title in ("policy", "tenant", "weight")),
            *(Column(title, "right") for title in heads),
            *(Column(f"wait_ms_{title}", "right") for title in spreads),
            *(Column(f"bounded_slowdown_{title}", "right") for title in spreads),
            *(Column(title, "right") for title in ("dominant_share_mean", "starved_ms", "deadline_misses")),
        ]
    )
    for one in replay.measures.tenants:
        timing = one.timing
        table.add(
            replay.label,
            one.name,
            str(one.weight),
            *(str(getattr(timing.jobs, title)) for title in heads),
            *(_exact(getattr(timing.wait_ms, title)) for title in spreads),
            *(_exact(getattr(timing.bounded_slowdown, title)) for title in spreads),
            _exact(one.dominant_share_mean),
            str(one.starved_ms),
            str(timing.deadline_misses),
        )
    return table.csv()


def _exact(value: float | None) -> str:
    return "" if value is None else repr(value)


def markdown(replay: Replay, style: Style) -> list[str]:
    """The report as markdown, times and amounts as people read them."""
    title = escape_markdown(replay.scenario.title) or "Run"
    told = [headline(replay), ending(replay.measures), counts_in_words(replay.measures.overall.jobs)]
    lines = [f"## {title}: {escape_markdown(replay.label)}", "", *(escape_markdown(line) + "  " for line in told), ""]
    lines += [*tenant_table(ends(replay.measures.tenants, style)).markdown(), ""]
    lines += [*_resource_table(replay, replace(style, unicode=False)).markdown(), ""]
    return lines + [escape_markdown(line) + "  " for line in verdicts(replay)]
