"""Which lines the charts show: of one policy several, of two policies the same thing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allocator.reports.table import clip
from allocator.tui.time.chart import MOST, Line
from allocator.tui.time.curves import Steps
from allocator.tui.time.moment import MOST_LINES, Film
from allocator.tui.time.player import Player
from allocator.views.wording import name_of, resource_of


@dataclass(frozen=True)
class Panel:
    """What one chart shows."""

    title: str
    lines: tuple[Line, ...]
    most: float | None = None
    rest: int = 0
    """How many more there are that have no line."""


def panels(player: Player) -> tuple[Panel, Panel, Panel, Panel]:
    """Utilisation, queue length, dominant shares, and running jobs."""
    films = [film for film in (player.film, player.other) if film is not None]
    return _used(player, films), _queued(player, films), _shares(player, films), _running(player, films)


def _used(player: Player, films: list[Film]) -> Panel:
    names = list(films[0].used) if films else []
    if not names:
        return Panel("% used", ())
    if len(films) == 1:
        lines = tuple(Line(resource_of(name), films[0].used[name]) for name in names[:MOST])
        return Panel("% used", lines, 1.0, max(0, len(names) - MOST))
    name = names[player.resource % len(names)]
    lines = tuple(Line(_label(film), film.used[name]) for film in films if name in film.used)
    return Panel(f"{resource_of(name)} % used", lines, 1.0)


def _queued(player: Player, films: list[Film]) -> Panel:
    return _of_tenants("jobs waiting", player, films, lambda film, tenant: film.queued(tenant))


def _running(player: Player, films: list[Film]) -> Panel:
    lines = tuple(_lines(films, player.tenant, lambda film, tenant: film.running(tenant)))
    if len(films) == 1 and lines:
        lines = (Line("all" if player.tenant is None else lines[0].name, lines[0].steps),)
    return Panel(f"jobs running{_whose(player)}", lines)


def _shares(player: Player, films: list[Film]) -> Panel:
    def share(film: Film, tenant: int | None) -> Steps | None:
        return None if tenant is None else film.share(tenant)

    return _of_tenants("dominant share %", player, films, share)


def _of_tenants(title: str, player: Player, films: list[Film], curve: object) -> Panel:
    """Of one policy a line for each tenant that waits most, of two the same tenant twice."""
    assert callable(curve)
    if len(films) == 1 and player.tenant is None:
        film = films[0]
        every: list[int | None] = [None, *film.tenants[:MOST_LINES]]
        found = ((tenant, curve(film, tenant)) for tenant in every)
        lines = [
            Line("all" if tenant is None else _short(film, tenant), steps)
            for tenant, steps in found
            if steps is not None
        ]
        return Panel(title, tuple(lines), None, max(0, len(film.tenants) - MOST_LINES))
    tenant, who = player.tenant, _whose(player)
    if tenant is None and films and films[0].tenants and curve(films[0], None) is None:
        tenant = films[0].tenants[0]
        who = f" of {_short(films[0], tenant)}"
    return Panel(f"{title}{who}", tuple(_lines(films, tenant, curve)))


def _lines(films: list[Film], tenant: int | None, curve: object) -> Iterator[Line]:
    assert callable(curve)
    for film in films:
        steps = curve(film, tenant)
        if steps is not None:
            yield Line(_label(film), steps)


def _label(film: Film) -> str:
    return name_of(film.replay.label)


def _short(film: Film, tenant: int) -> str:
    return clip(name_of(film.work.tenants[tenant]), 12)


def _whose(player: Player) -> str:
    return "" if player.tenant is None or player.film is None else f" of {_short(player.film, player.tenant)}"


def jobs_in_words(count: float) -> str:
    """How many jobs, in at most five letters: `9,999`, `120k`."""
    return f"{int(count):,}" if count < 10_000 else f"{count / 1000:.0f}k"
