"""The panel of the time screen that says why a job, or the jobs of a tenant, wait at the moment."""

from __future__ import annotations

from textual.widgets import Static

from allocator.core.text import sanitize
from allocator.explanation.over_time import JobExplanation, TenantExplanation
from allocator.reports import units
from allocator.tui.computing import Ticket
from allocator.tui.screens.time_face import TimeFace
from allocator.tui.time.why import at_once, job_lines, tenant_lines

_KIND = "why"


class Why:
    """Who asks, and shows the newest answer.

    Args:
        screen: Whose panel it is.
    """

    def __init__(self, screen: TimeFace) -> None:
        self._screen = screen
        self._job: JobExplanation | None = None
        self._tenant: TenantExplanation | None = None
        self._told = ""

    def forget(self) -> None:
        """Another run is shown."""
        self._job, self._tenant, self._told = None, None, ""
        self._screen.fairheap.computing.cancel(_KIND)

    def show(self) -> None:
        """The newest answer, at the time of the clock."""
        screen = self._screen
        player, job = screen.player, screen.job
        film, now = player.film, player.now_ms
        text = screen.query_one("#why-text", Static)
        width = max(30, screen.query_one("#why-scroll").size.width - 2)
        lines: list[str] = []
        if self._told:
            lines.append(self._told)
        if film is None or job is None:
            lines.append("no job is here at this time")
        elif self._tenant is not None:
            lines += tenant_lines(self._tenant, now, width)
        elif self._job is not None and self._job.story.job == job:
            lines += job_lines(self._job, now, width)
        else:
            lines += [*at_once(film, job, now), "i tells why it waits, I why all of its tenant do"]
        words, before = "\n".join(lines), str(text.content)
        if words != before:
            text.update(words, layout=words.count("\n") != before.count("\n"))

    def ask_job(self) -> None:
        """Why the chosen job waits: the run is made again, and watched."""
        screen = self._screen
        film, job = screen.player.film, screen.job
        if film is None or job is None or film.replay.policy is None:
            return
        session, policy, name = screen.desk.session, film.replay.policy, film.work.name(job)
        self._tenant = None
        if self._job is not None and self._job.story.job == job:
            screen.open("why")
            self.show()
            return

        def work(ticket: Ticket) -> JobExplanation:
            return session.explain_job(name, policy, lambda *told: self._tell(ticket, "watching", *told))

        def done(found: JobExplanation) -> None:
            self._job, self._tenant, self._told = found, None, ""
            self.show()

        self._ask(f"{sanitize(name)}: asking; X stops", work, done)

    def ask_tenant(self) -> None:
        """Why the jobs of the chosen job's tenant wait."""
        screen = self._screen
        film, job = screen.player.film, screen.job
        if film is None or job is None or film.replay.policy is None:
            return
        session, policy = screen.desk.session, film.replay.policy
        name = film.work.tenants[int(film.work.tenant[job])]

        def work(ticket: Ticket) -> TenantExplanation:
            return session.explain_replay(name, policy, lambda what: lambda *told: self._tell(ticket, what, *told))

        def done(found: TenantExplanation) -> None:
            self._job, self._tenant, self._told = None, found, ""
            self.show()

        self._ask(f"{sanitize(name)}: asking; X stops", work, done)

    def _ask(self, said: str, work: object, done: object) -> None:
        assert callable(work)
        assert callable(done)
        self._told = said
        self._screen.open("why")
        self._screen.fairheap.computing.start(_KIND, work, done, self._failed, self._heard)
        self.show()

    def stop(self) -> bool:
        """Ask no more; False where nothing was asked."""
        computing = self._screen.fairheap.computing
        asked = computing.busy(_KIND)
        computing.cancel(_KIND)
        self._say("")
        return asked

    def _tell(self, ticket: Ticket, what: str, jobs: int, every: int, now_ms: int) -> None:
        part, clock = jobs / max(1, every), units.clock(now_ms // 1000 * 1000)
        ticket.tell(
            lambda: (
                f"{sanitize(what)}: {units.percent(part)}, {jobs:,} of {units.count(every, 'job')}, {clock}; X stops"
            )
        )

    def _heard(self, words: str) -> None:
        if self._told:  # not stopped since
            self._say(words)

    def _say(self, words: str) -> None:
        self._told = words
        self.show()

    def _failed(self, error: str) -> None:
        self._told = ""
        self._screen.fairheap.tell(error, fault=True)
        self.show()
