"""The boards of the compare screen: made in the background with progress, stopped on demand, kept while they fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from allocator.core.errors import UnknownPolicyError
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.results import Allocation
from allocator.session import Session
from allocator.tui import collecting
from allocator.tui.compare.board import Board
from allocator.tui.compare.grant_board import GrantBoard
from allocator.tui.computing import Ticket
from allocator.tui.face import Face
from allocator.tui.glyphs import Glyphs
from allocator.tui.picks import Picks, Use

if TYPE_CHECKING:  # numpy, which one allocation never needs
    from allocator.replays import Replay

_KIND = "compare"


class Comparisons:
    """Who makes boards.

    Args:
        face: The app.
        changed: Called when there is a newer board, or more to tell.
    """

    def __init__(self, face: Face, changed: Callable[[], None]) -> None:
        self._face, self._changed = face, changed
        self.board: Board | None = None
        """The newest; of an older question while the next is computed."""
        self.words = ""
        """How far it is, or why there is none; empty where all is told."""
        self._session: Session | None = None
        self._made: object = None
        """What the board answers."""
        self._asked: object = None
        self._known: tuple[list[Allocation], list[Replay]] = ([], [])
        self._good: tuple[list[Use], str | None] | None = None
        """Picks that could be compared."""
        self._stopping = False

    @property
    def busy(self) -> bool:
        """Whether a board is being made."""
        return self._face.computing.busy(_KIND)

    @property
    def uses(self) -> list[Use]:
        """What the policies of the board are, in its order; the picks may have gone on since."""
        return self._good[0] if self._good else []

    def want(self, picks: Picks, *, again: bool = False) -> None:
        """Have the board of these picks made, unless it is there, or was asked for already."""
        session = self._face.desk.session
        if session is not self._session:
            self._session, self._known, self.board, self._made = session, ([], []), None, None
            self._good = None
        asked = (session, tuple(id(use) if not isinstance(use, str) else use for use in picks.uses), picks.baseline)
        if asked == self._made:
            self._face.computing.cancel(_KIND)
            self.words, self._asked = "", asked
            return
        if asked == self._asked and not again:
            return
        self._asked, self._stopping, self.words = asked, False, "comparing; X stops"
        uses, against, glyphs = list(picks.uses), picks.baseline, self._face.glyphs
        timed = session.scenario.timed

        def work(ticket: Ticket) -> Board:
            make = self._waits if timed else self._grants
            try:
                return make(session, uses, against, glyphs, ticket)
            except UnknownPolicyError:
                if against is None:
                    raise
                return make(session, uses, None, glyphs, ticket)  # the baseline is not among them any more

        def done(board: Board) -> None:
            self.board, self.words = board, board.cut
            self._made = None if board.cut else asked
            self._good = (uses, against)
            self._changed()

        def failed(words: str) -> None:
            if self._good is not None:  # what cannot be compared does not stay among the picks
                picks.uses, picks.baseline = list(self._good[0]), self._good[1]
                self._asked = self._made
            self._tell(sanitize(words))

        self._face.computing.start(_KIND, work, done, failed, self._tell)

    def stop(self) -> bool:
        """Stop what is being computed; whether anything was."""
        if not self.busy:
            return False
        if self._session is not None and self._session.scenario.timed:
            self._stopping = True
        else:
            self._face.computing.cancel(_KIND)
            self._tell("stopped; X goes on")
        return True

    def keep(self, session: Session) -> None:
        """The scenario was changed in nothing that is compared: what is known stays known."""
        self._session = session

    def _tell(self, words: str) -> None:
        self.words = words
        self._changed()

    def _grants(self, session: Session, uses: list[Use], against: str | None, glyphs: Glyphs, ticket: Ticket) -> Board:
        def progress(done: int, total: int, label: str) -> None:
            ticket.tell(lambda: f"{sanitize(label)} ({done + 1} of {total}); X stops")

        known = self._known[0]
        comparison = session.compare(uses, {}, against, progress, known)
        made = [one for one in comparison.allocations if not any(one is it for it in known)]
        for one in made:
            collecting.hold(one.tenants)
        known += made
        ticket.check()
        ticket.tell(lambda: "who gains and who loses; X stops")
        return GrantBoard(comparison, glyphs)

    def _waits(self, session: Session, uses: list[Use], against: str | None, glyphs: Glyphs, ticket: Ticket) -> Board:
        from allocator.tui.compare.wait_board import WaitBoard  # numpy, which one allocation never needs

        policies = session.compared(uses, {})
        labels = [one.label for one in policies]

        def progress(label: str) -> Callable[[int, int, int], None]:
            which = f" ({labels.index(label) + 1} of {len(labels)})" if label in labels else ""

            def told(jobs: int, every: int, now_ms: int) -> None:
                ticket.check()
                if self._stopping:
                    raise KeyboardInterrupt  # the simulator then closes its books: what is known is a run
                at = units.clock(now_ms // 1000 * 1000)
                ticket.tell(lambda: f"{sanitize(label)}{which}: {jobs:,} of {units.count(every, 'job')}, {at}; X stops")

            return told

        known = self._known[1]
        comparison = session.compare_replays(policies, against, progress, known=known)
        whole = [one for one in comparison.replays if one.policy and one.run.ended != "interrupted"]
        known += [one for one in whole if not any(one is it for it in known)]
        return WaitBoard(comparison, glyphs)
