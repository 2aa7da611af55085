"""What the time screen holds: the films that are shown, the time of the clock, its speed, and who is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from allocator.tui.time.moment import Film, Moment

SPEEDS_MS = tuple(
    1_000 * seconds
    for seconds in (1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 259_200, 604_800)
)
"""How much of a run passes in a second, at most."""
_WHOLE_S = 60
"""Seconds in which a whole run plays at first."""
_STEPS = 100
"""Steps into which `<` and `>` cut the window."""
_CLOSEST = 1 << 10
"""How many times the window may be smaller than the run."""


@dataclass
class Player:
    """The state of one file over time; knows no widget."""

    film: Film | None = None
    other: Film | None = None
    """The second policy's."""
    moment: Moment | None = None
    now_ms: int = 0
    playing: bool = False
    speed_ms: int = SPEEDS_MS[0]
    """How much of the run passes in a second."""
    window: tuple[int, int] = (0, 1)
    """The part of the run that the charts show, ms."""
    tenant: int | None = None
    """The tenant that is looked at; None for all."""
    resource: int = 0
    """The resource that is looked at, where two policies are shown."""
    films: dict[str, Film] = field(default_factory=dict)
    """Those that were made, by the label of the policy."""
    stale: bool = False
    """Whether what is shown is of a scenario that was edited since."""
    _rest: float = 0.0

    @property
    def end_ms(self) -> int:
        """Where the longer of the runs stopped."""
        return max((film.end_ms for film in (self.film, self.other) if film), default=0)

    def put(self, film: Film) -> None:
        """Show another film; the first one sets the speed."""
        first = self.film is None
        whole = self.window == (0, max(1, self.end_ms))
        self.tenant = _same_tenant(self.film, self.tenant, film)
        self.film, self.stale = film, False
        self.films[film.replay.label] = film
        self._fit(whole or first)
        if first:
            wanted = film.end_ms / _WHOLE_S
            self.speed_ms = next((speed for speed in SPEEDS_MS if speed >= wanted), SPEEDS_MS[-1])

    def outdate(self) -> None:
        """The scenario was edited: what is shown stays until the run is made anew."""
        self.stale = True
        self.films.clear()

    def put_other(self, film: Film | None) -> None:
        """Show a second film on the same clock, or none."""
        whole = self.window == (0, max(1, self.end_ms))
        self.other = film
        if film is not None:
            self.films[film.replay.label] = film
        self._fit(whole)

    def _fit(self, whole: bool) -> None:
        if whole or self.window[1] > self.end_ms:
            self.window = (0, max(1, self.end_ms))
        self.seek(self.now_ms)

    def seek(self, to_ms: int) -> None:
        """Put the clock to a time of the run; the window follows."""
        self.now_ms, self._rest = max(0, min(int(to_ms), self.end_ms)), 0.0
        self._follow()

    def _follow(self) -> None:
        begin, end = self.window
        width = end - begin
        if not begin <= self.now_ms <= end:
            begin = max(0, min(self.now_ms - width // 4, max(1, self.end_ms) - width))
            self.window = (begin, begin + width)

    def step(self, by: int) -> None:
        """Some hundredths of the window on, or back."""
        self.seek(self.now_ms + by * max(1, (self.window[1] - self.window[0]) // _STEPS))

    def advance(self, seconds: float) -> None:
        """Let time pass; at the end the clock stands."""
        passed = seconds * self.speed_ms + self._rest
        self.now_ms = min(self.end_ms, self.now_ms + int(passed))
        self._rest = passed - int(passed)
        self._follow()
        if self.now_ms >= self.end_ms:
            self.playing = False

    def toggle(self) -> None:
        """Play, or stand still; at the end, play from the start."""
        self.playing = not self.playing
        if self.playing and self.now_ms >= self.end_ms:
            self.seek(0)

    def faster(self, by: int) -> None:
        """The next speed, or the one before."""
        at = SPEEDS_MS.index(self.speed_ms) + by
        self.speed_ms = SPEEDS_MS[max(0, min(at, len(SPEEDS_MS) - 1))]

    def zoom(self, closer: bool) -> None:
        """Half the window around the clock, or twice."""
        whole = max(1, self.end_ms)
        width = self.window[1] - self.window[0]
        width = max(1, whole // _CLOSEST, width // 2) if closer else min(whole, width * 2)
        begin = max(0, min(self.now_ms - width // 2, whole - width))
        self.window = (begin, begin + width)

    def next_tenant(self, by: int) -> None:
        """Look at the next tenant, those whose jobs wait most first; after the last, at all."""
        if self.film is None:
            return
        circle: list[int | None] = [None, *self.film.tenants]
        at = circle.index(self.tenant) if self.tenant in circle else 0
        self.tenant = circle[(at + by) % len(circle)]

    def next_resource(self) -> None:
        """Look at the next resource."""
        if self.film is not None and self.film.used:
            self.resource = (self.resource + 1) % len(self.film.used)


def _same_tenant(before: Film | None, tenant: int | None, film: Film) -> int | None:
    """Where the tenant is in another run, by its name or, where it was renamed, its place; None where it is not."""
    if before is None or tenant is None:
        return None
    names, name = film.work.tenants, before.work.tenants[tenant]
    if name in names:
        return names.index(name)
    return tenant if len(names) == len(before.work.tenants) else None
