"""The runs of the time screen: made in the background with progress, stopped on demand, kept by policy."""

from __future__ import annotations

from allocator.core.errors import PolicyError
from allocator.core.text import sanitize
from allocator.replays import RECORDED
from allocator.reports import units
from allocator.session import Session
from allocator.tui import collecting
from allocator.tui.computing import Stale, Ticket
from allocator.tui.screens.time_face import TimeFace
from allocator.tui.time.moment import Film

_FIRST, _SECOND = "run", "second run"
_KEPT = 6


class Runs:
    """Who makes films for a screen.

    Args:
        screen: Whose player they are put into.
    """

    def __init__(self, screen: TimeFace) -> None:
        self._screen = screen
        self._told: dict[str, str] = {}
        self._stopping = False
        self._wanted: object = None
        self._failed: object = None

    @property
    def words(self) -> str:
        """How far what runs is; empty where nothing does."""
        return "  ".join(self._told.values())

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return any(self._screen.fairheap.computing.busy(kind) for kind in (_FIRST, _SECOND))

    def want(self) -> None:
        """Show the run of the policy on the desk."""
        screen = self._screen
        policy, player = screen.desk.policy, screen.player
        wanted = (screen.desk.session, policy.label)
        if player.film is not None and not player.stale and player.film.replay.label == policy.label:
            return
        if self._wanted == wanted and (screen.fairheap.computing.busy(_FIRST) or self._failed == wanted):
            return
        self._wanted = wanted
        self._make(_FIRST, None, self._first)

    def _first(self, film: Film) -> None:
        screen = self._screen
        player, job = screen.player, screen.job
        again = player.other.replay if player.stale and player.other else None
        if job is not None and player.film is not None:
            screen.job = film.work.find(player.film.work.name(job))
        if again or (player.other and player.other.replay.label == film.replay.label):
            player.put_other(None)
        player.put(film)
        if again:
            self.other(again.policy.name if again.policy else RECORDED)
        if player.tenant is not None:
            self.prepare()
        screen.forget_why()
        screen.draw()

    def _second(self, film: Film) -> None:
        self._screen.player.put_other(film)
        self.prepare()
        self._screen.draw()

    def next_other(self, by: int) -> None:
        """The next policy as the second; after the last what was recorded, then none."""
        screen = self._screen
        player, names = screen.player, screen.desk.policies
        if player.film is None:
            return
        others: list[str | None] = [None, *(name for name in names if name != screen.desk.policy.name)]
        others += [RECORDED] * player.film.recorded
        replay = player.other.replay if player.other else None
        shown = None if replay is None else replay.policy.name if replay.policy else RECORDED
        at = others.index(shown) if shown in others else 0
        following = others[(at + by) % len(others)]
        if following is None:
            player.put_other(None)
            screen.draw()
        else:
            self.other(following)

    def other(self, name: str) -> None:
        """That policy as the second, or what was recorded."""
        self._make(_SECOND, name, self._second)

    def _make(self, kind: str, name: str | None, done: object) -> None:
        assert callable(done)
        screen = self._screen
        desk, player = screen.desk, screen.player
        session, first, kept = desk.session, desk.policy, dict(player.films)
        said = f"{sanitize(name or first.label)}: reading the jobs; X stops"
        self._told[kind], self._stopping = said, False

        def work(ticket: Ticket) -> Film:
            if name == RECORDED:
                return kept.get(RECORDED) or _recorded(session)
            policy = first if name is None else session.prepare(name, {})
            found = kept.get(policy.label)
            if found is not None:
                return found

            def progress(jobs: int, every: int, now_ms: int) -> None:
                if ticket.stale:
                    raise Stale
                if self._stopping:
                    raise KeyboardInterrupt  # the simulator then closes its books: what is known is a run
                ticket.tell(
                    lambda: (
                        f"{sanitize(policy.label)}: {units.percent(jobs / max(1, every))}, "
                        f"{jobs:,} of {units.count(every, 'job')}, "
                        f"{units.clock(now_ms // 1000 * 1000)}; X stops"
                    )
                )

            return Film(session.replay(policy, progress))

        def made(film: Film) -> None:
            self._told.pop(kind, None)
            collecting.suit(max(len(session.scenario.tenants), len(film.work)))
            if screen.player is player and screen.desk.session is session:
                done(film)
                for label in list(player.films)[:-_KEPT]:
                    del player.films[label]

        def failed(error: str) -> None:
            self._told.pop(kind, None)
            self._failed = self._wanted
            screen.fairheap.tell(error, fault=True)
            if screen.player.film is None:
                self._told[kind] = sanitize(error)
            screen.draw()

        def told(words: str) -> None:
            if kind in self._told:
                self._told[kind] = words
                screen.tell()

        screen.fairheap.computing.start(kind, work, made, failed, told)
        screen.tell()

    def stop(self) -> None:
        """End what runs now; the part of it that is known is shown."""
        if self.busy:
            self._stopping = True
        else:
            self._screen.notify("nothing runs")

    def prepare(self) -> None:
        """Have the curves of the tenant that is looked at made."""
        screen = self._screen
        player = screen.player
        films, tenant = [film for film in (player.film, player.other) if film], player.tenant
        wanted: list[int | None] = [tenant]
        if player.film is not None and player.film.tenants:
            wanted.append(player.film.tenants[0])

        def work(_: Ticket) -> None:
            for film in films:
                for one in wanted:
                    film.prepare(one)

        screen.fairheap.computing.start("curves", work, lambda _: screen.moved())


def _recorded(session: Session) -> Film:
    """What really happened.

    Raises:
        PolicyError: No trace says.
    """
    replay = session.recorded()
    if replay is None:
        raise PolicyError("no trace says when its jobs really started: there is nothing recorded to show")
    return Film(replay)
