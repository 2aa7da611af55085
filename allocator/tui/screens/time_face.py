"""What the helpers of the time screen may know of it: they are made by the screen, and must not import it."""

from __future__ import annotations

from abc import abstractmethod

from textual.widgets import Static

from allocator.core.text import sanitize
from allocator.reports import units
from allocator.tui.exports import Export, of_replay
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.time.jobs import JobRows
from allocator.tui.time.player import Player


class TimeFace(DeskScreen):
    """The time screen, as its helpers see it."""

    player: Player
    job: int | None
    """The one that is chosen."""

    def exported(self) -> Export | None:
        """The run that is shown."""
        film = self.player.film
        return None if film is None else of_replay(film.replay)

    def copied(self) -> list[str]:
        """The chosen job, and what is said of its waiting."""
        film, moment, job = self.player.film, self.player.moment, self.job
        row = None if film is None or moment is None or job is None else JobRows(film, moment).row_of(job)
        if film is None or moment is None or row is None:
            return []
        cells = [text for text, _ in JobRows(film, moment).row(row) if text]
        said = str(self.query_one("#why-text", Static).content)
        return [", ".join(cells), f"at {units.clock(self.player.now_ms)} under {sanitize(film.replay.label)}", said]

    @property
    def tenant(self) -> str | None:
        """The name of who is looked at: the tenant that was picked, or else whose job is chosen."""
        film, at = self.player.film, self.player.tenant
        if film is None:
            return None
        if at is None and self.job is not None:
            at = int(film.work.tenant[self.job])
        return None if at is None else film.work.tenants[at]

    @abstractmethod
    def forget_why(self) -> None:
        """What was told of waiting is out of date."""

    @abstractmethod
    def draw(self) -> None:
        """Draw everything anew."""

    @abstractmethod
    def tell(self) -> None:
        """Draw the line that says how far runs are."""

    @abstractmethod
    def moved(self) -> None:
        """The clock stands elsewhere."""

    @abstractmethod
    def open(self, panel: str) -> None:
        """Show a panel."""
