"""The heading of the time screen: the clock, whether it runs, how fast, whose run; the title gives way first."""

from __future__ import annotations

from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import clip, columns_of
from allocator.tui.time.moment import Film
from allocator.tui.time.player import Player
from allocator.views.wording import name_of

_GAP = "  "
_LEAST = 10
"""Columns that a title needs to say anything."""


_SHORT_MS = 60_000


def clock(now_ms: int, end_ms: int) -> str:
    """The time in whole seconds; to the millisecond where a run is over within a minute."""
    return units.clock(now_ms if end_ms < _SHORT_MS else now_ms // 1000 * 1000)


def state(player: Player, runs: bool) -> str:
    """What the clock does, in capitals."""
    if player.film is None:
        return "RUNNING" if runs else "NO RUN"
    if player.stale:
        return "RUNNING ANEW" if runs else "OUT OF DATE"
    if player.playing:
        return "PLAYING"
    if player.now_ms < player.end_ms:
        return "PAUSED"
    return "AT THE HORIZON" if player.film.replay.run.ended == "horizon" else "AT THE END"


def _called(film: Film) -> str:
    """Whose run it is, and where it was cancelled."""
    cut = f" (cancelled at {clock(film.end_ms, film.end_ms)})" if film.partial else ""
    return name_of(film.replay.label) + cut


def heading(player: Player, running: str, title: str, width: int, *, runs: bool, dirty: bool) -> str:
    """One line.

    Args:
        player: What is shown.
        running: How far what is simulated is; empty where nothing is.
        title: Of the scenario.
        width: Columns.
        runs: Whether anything is.
        dirty: Whether something is not saved.
    """
    first = [clock(player.now_ms, player.end_ms), state(player, runs)]
    speed = [f"{units.duration(player.speed_ms)} a second"] if player.film else []
    shown = [film for film in (player.film, player.other) if film]
    whose = [" versus ".join(map(_called, shown))] if shown else []
    whose += [running] if running and shown else []
    whose += ["[modified]"] * dirty
    text = _GAP.join([*first, *speed, *whose])
    if columns_of(text) > width:
        text = _GAP.join([*first, *whose])
    left = width - columns_of(text) - len(_GAP)
    return clip(text, width) if left < _LEAST else f"{text}{_GAP}{clip(sanitize(title), left)}".rstrip()
