"""One run over time for people: what became of the jobs, how long each tenant waited, how well the nodes were used.

Form only; every number was measured before. Names pass through `sanitize` on the way.
"""

from __future__ import annotations

from dataclasses import replace

from allocator.core.text import sanitize
from allocator.replays import Replay
from allocator.reports.table import Column, Table, escape_markdown, wrap
from allocator.views import replay_events, replay_tables, replay_words
from allocator.views.job_rows import job_table
from allocator.views.style import Style as Style

_SPARED = ("", "wait", "tenant", "useful", "lost work", "stranded", "submit")
"""Columns that a narrow terminal is spared, the first first: the bar, and what others say too."""


def text(replay: Replay, style: Style) -> list[str]:
    """The whole report, no line wider than `style.width`."""
    width = style.width
    lines = [line for line in wrap(sanitize(replay.scenario.title), width) if line]
    for line in _head(replay):
        lines += wrap(line, width)
    if replay.measures.overall.wait_ms.count:
        lines += ["", *replay_tables.overall(replay).text(width)]
    shown, note = replay_tables.ends(replay, style)
    if shown:
        table = replay_tables.tenants(shown, width)
        lines += ["", *(wrap(note, width) if note else []), *table.text(width)]
        lines += wrap(replay_tables.legend(table), width)
    tables = [job_table(replay), replay_tables.resources(replay, unicode=style.unicode), replay_tables.pools(replay)]
    for each in tables:
        lines += ["", *each.fitted(width, _SPARED)] if each is not None else []
    for line in replay_words.footnotes(replay):
        lines += wrap(line, width)
    events = replay_events.table(replay.run, style)
    return lines + (["", *events.text(width), *replay_events.hidden(replay.run, style)] if events else [])


def _head(replay: Replay) -> list[str]:
    headline = replay_words.headline(replay, under=replay_words.policy(replay))
    return [headline, replay_words.ending(replay.measures), *replay_words.saturation(replay.measures)]


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
            *(exact(getattr(timing.wait_ms, title)) for title in spreads),
            *(exact(getattr(timing.bounded_slowdown, title)) for title in spreads),
            exact(one.dominant_share_mean),
            str(one.starved_ms),
            str(timing.deadline_misses),
        )
    return table.csv()


def exact(value: float | None) -> str:
    """A number as csv has it: every digit, empty where it is undefined."""
    return "" if value is None else repr(value)


def markdown(replay: Replay, style: Style) -> list[str]:
    """The report for a ticket or a wiki, each table a pipe table; times and amounts as people read them."""
    style = replace(style, unicode=False)
    title = escape_markdown(replay.scenario.title) or "Run"
    lines = [
        f"## {title}: {escape_markdown(replay.label)}",
        "",
        *(f"{escape_markdown(one)}  " for one in _head(replay)),
    ]
    if replay.measures.overall.wait_ms.count:
        lines += ["", *replay_tables.overall(replay).markdown()]
    shown, note = replay_tables.ends(replay, style)
    if shown:
        lines += ["", *([escape_markdown(note), ""] if note else []), *replay_tables.tenants(shown).markdown()]
    tables = [job_table(replay), replay_tables.resources(replay), replay_tables.pools(replay)]
    for each in [*tables, replay_events.table(replay.run, style)]:
        lines += ["", *each.markdown()] if each is not None else []
    return [*lines, "", *(f"{escape_markdown(line)}  " for line in replay_words.footnotes(replay))]
