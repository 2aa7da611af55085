"""Runs of the same jobs side by side for people: who waits less and more, then the metrics, policies across.

Form only: what is compared, and who waits less, is `comparison`'s. Names pass through `sanitize` on the way.
"""

from __future__ import annotations

from allocator.comparison.over_time import ReplayComparison, TimedMetric, TimedVerdict, WaitChange, mean_waits
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import Column, Table, escape_markdown, wrap
from allocator.views import figures, replay_words
from allocator.views.comparison_words import distinct_names
from allocator.views.policy_grid import Grid
from allocator.views.replay_view import exact
from allocator.views.replications_view import replication_lines, replication_tables

LEGEND = (
    "The best of a row is marked +, the worst -; nothing is marked where all are equal.",
    "Waits tenant by tenant: mean of all its jobs, those that still wait included.",
)
_WORDS = ("wait less", "wait more", "same", "shut out", "let in")
_NEUTRAL = ("still running",)
"""Figures of which neither more nor less is better."""


def text(comparison: ReplayComparison, width: int, *, show_all: bool = False, top: int = 5) -> list[str]:
    """Lines of at most `width` terminal columns (60 or more).

    Args:
        comparison: What to show.
        width: Of the terminal.
        show_all: Every tenant under every policy, too.
        top: How many who wait less, and who wait more, are named.
    """
    lines = [line for line in wrap(sanitize(comparison.scenario.title), width) if line]
    for line in _head(comparison):
        lines += wrap(line, width)
    lines += _verdict_table(comparison).text(width)[1:]
    focus = comparison.focus
    if focus is not None and _changed(focus):
        lines += ["", *_change_lines(focus, width, top)]
    if show_all:
        lines += ["", *waits(comparison).text(width)]
    lines += ["", *metrics(comparison).text(width)]
    if comparison.replications is not None:
        lines += ["", *replication_lines(comparison.replications, width)]
    for note in _legend(comparison):
        lines += wrap(note, width)
    return lines


def _legend(comparison: ReplayComparison) -> list[str]:
    """What the marks and the waits mean, where there is anything to set side by side."""
    return [*LEGEND] if comparison.verdicts else []


def _head(comparison: ReplayComparison) -> list[str]:
    baseline = comparison.baseline
    names = distinct_names(comparison.scenario.capacity)
    loads = ", ".join(f"{names[name]} {units.percent(load)}" for name, load in replay_words.offered(baseline).items())
    span = comparison.scenario.simulation.duration_ms
    until = f", for {units.duration(span)}" if span is not None else ""
    lines = [replay_words.headline(baseline) + until + (f"; offered: {loads}" if loads else "")]
    lines += _partial(comparison)
    lines += replay_words.saturation(baseline.measures)
    if comparison.calibration is not None:
        found = comparison.calibration
        was, now = (
            f"median wait {units.duration(median)}, p95 {units.duration(tail)}"
            for median, tail in (found.recorded_ms, found.simulated_ms)
        )
        lines.append(f"Calibration: recorded {was}; the nearest is {found.nearest}: {now}.")
    return [sanitize(line) for line in lines]


def _partial(comparison: ReplayComparison) -> list[str]:
    """What an interrupt left out."""
    lines = []
    if comparison.skipped:
        cut = [one for one in comparison.replays if one.run.ended == "interrupted"]
        only = f"the run of {cut[0].label} ends after {units.duration(cut[0].run.stopped_ms)}; " if cut else ""
        rest = [label for label in comparison.skipped if not cut or label != cut[0].label]
        without = f"left out: {', '.join(rest)}" if rest else "nothing else was run"
        lines.append(f"PARTIAL: interrupted; {only}{without}.")
    if comparison.missing:
        lines.append(f"PARTIAL: interrupted; {units.count(comparison.missing, 'replication')} left out.")
    return lines


def _verdict_table(comparison: ReplayComparison) -> Table:
    shown = _shown(comparison)
    table = Table([Column("", shrinks=True, least=20), *(Column("", "right") for _ in shown)])
    for verdict in comparison.verdicts:
        counts = _counts(verdict)
        cells = [f"{counts[word]:,} {word}" for word in shown]
        table.add(f"{verdict.label} against {comparison.baseline.label}:", *cells)
    return table


def _shown(comparison: ReplayComparison) -> list[str]:
    """The words of the verdicts; who is shut out or let in only where somebody is."""
    every = [_counts(verdict) for verdict in comparison.verdicts]
    return [word for word in _WORDS if word in _WORDS[:3] or any(counts[word] for counts in every)]


def facts(comparison: ReplayComparison) -> list[str]:
    """What is compared and how it went, a line each."""
    return _head(comparison)


def verdict_words(comparison: ReplayComparison, verdict: TimedVerdict) -> str:
    """`2 wait less, 1 wait more, 3 same`; who is shut out or let in where any verdict has somebody."""
    counts = _counts(verdict)
    return ", ".join(f"{counts[word]:,} {word}" for word in _shown(comparison))


def _counts(verdict: TimedVerdict) -> dict[str, int]:
    numbers = (len(verdict.less), len(verdict.more), verdict.same, len(verdict.barred), verdict.admitted)
    return dict(zip(_WORDS, numbers, strict=True))


def _changed(verdict: TimedVerdict) -> bool:
    return bool(verdict.less or verdict.more or verdict.barred)


def _change_lines(verdict: TimedVerdict, width: int, top: int) -> list[str]:
    before, after = sanitize(verdict.before.label), sanitize(verdict.after.label)
    lines = wrap(f"{after} against {before}, mean wait tenant by tenant:", width)
    table = _change_table(verdict, top)
    return lines + table.text(width)


def _change_table(verdict: TimedVerdict, top: int) -> Table:
    table = Table(
        [
            Column("", shrinks=True),
            Column(verdict.before.label, "right"),
            Column(verdict.after.label, "right"),
            Column("", "right"),
        ]
    )
    for title, changes in (("SHUT OUT", verdict.barred), ("WAIT MORE", verdict.more), ("WAIT LESS", verdict.less)):
        if not changes:
            continue
        table.add(f"{title} ({len(changes):,})", "", "", "")
        for change in changes[:top]:
            table.add(f"  {change.name}", *_cells(change))
        if len(changes) > top:
            table.add(f"  and {len(changes) - top:,} more", "", "", "")
    return table


def _cells(change: WaitChange) -> tuple[str, str, str]:
    if change.never_after > change.never_before:
        return f"{change.never_before:,} never run", f"{change.never_after:,} never run", ""
    moved = ("+" if change.size > 0 else "") + units.duration(change.size)
    return units.duration(change.before_ms), units.duration(change.after_ms), moved


def waits(comparison: ReplayComparison) -> Grid:
    """Every tenant's mean wait under every policy."""
    grid = Grid("tenant", [one.label for one in comparison.replays])
    columns = [mean_waits(one.run) for one in comparison.replays]
    for index, name in enumerate(comparison.baseline.run.workload.tenants):
        grid.add(name, [units.duration(column[index]) for column in columns])
    return grid


def metrics(comparison: ReplayComparison) -> Grid:
    """A row for each figure that says anything: useful utilisation and the like only where they differ."""
    names = distinct_names(comparison.scenario.resources)
    grid = Grid("", [one.label for one in comparison.replays])
    above: tuple[str, list[str]] | None = None
    for metric in comparison.metrics:
        cells = marked(metric)
        repeats = above == (metric.resource, cells)
        above = (metric.resource, cells)
        if repeats or not any(metric.values):
            continue
        grid.add(f"{names[metric.resource]} {metric.name}" if metric.resource else metric.name, cells)
    return grid


def marked(metric: TimedMetric) -> list[str]:
    """The figures with `+` at the best and `-` at the worst; what looks equal is marked alike."""
    ranked = [] if metric.name in _NEUTRAL else [value for value in metric.values if value is not None]
    return figures.marked(metric.kind, metric.values, ranked, metric.better)


def csv(comparison: ReplayComparison) -> str:
    """A row for each policy and figure, and one for each policy and tenant with its mean wait; exact, times in ms."""
    table = Table([Column(title) for title in ("policy", "tenant", "metric", "resource", "value")])
    for index, one in enumerate(comparison.replays):
        for metric in comparison.metrics:
            table.add(one.label, "", metric.name, metric.resource, exact(metric.values[index]))
        for name, value in zip(one.run.workload.tenants, mean_waits(one.run), strict=True):
            table.add(one.label, name, "mean wait so far", "", exact(value))
    return table.csv()


def markdown(comparison: ReplayComparison, *, show_all: bool = False, top: int = 5) -> list[str]:
    """The same for a ticket or a wiki, each part a pipe table."""
    title = comparison.scenario.title or "Comparison"
    lines = [f"## {escape_markdown(title)}", "", *(escape_markdown(line) + "  " for line in _head(comparison))]
    if comparison.verdicts:
        words = _shown(comparison)
        table = Table([Column(f"against {comparison.baseline.label}"), *(Column(word, "right") for word in words)])
        for verdict in comparison.verdicts:
            table.add(verdict.label, *(f"{_counts(verdict)[word]:,}" for word in words))
        lines += ["", *table.markdown()]
    focus = comparison.focus
    if focus is not None and _changed(focus):
        lines += ["", f"### {escape_markdown(focus.label)} against {escape_markdown(focus.before.label)}", ""]
        lines += _change_table(focus, top).markdown()
    if show_all:
        lines += ["", "### Mean wait", "", *waits(comparison).table().markdown()]
    lines += ["", "### Metrics", "", *metrics(comparison).table().markdown(), ""]
    if comparison.replications is not None:
        lines += ["### Replications", "", *replication_tables(comparison.replications), ""]
    return lines + [escape_markdown(note) + "  " for note in _legend(comparison)]
