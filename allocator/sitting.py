"""A sitting with one scenario: the session as it is now, and the way back to how it was.

Every edit is a session of its own, kept whole: undo and redo are steps in that list. Draws nothing, asks nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from allocator.session import Session


@dataclass(frozen=True, slots=True)
class Moment:
    """The session at one time, and what was done to come there."""

    session: Session
    done: str
    """In words, such as `web: weight 1 -> 2`; empty for how it was opened."""


class Sitting:
    """A history of sessions, a place in it, and which of them is on disk.

    Args:
        session: As it was opened.
    """

    def __init__(self, session: Session) -> None:
        self._moments = [Moment(session, "")]
        self._at = 0
        self._saved: int | None = 0
        """Which moment is on disk; None where that was dropped with what could be redone."""

    @property
    def session(self) -> Session:
        """As it is now."""
        return self._moments[self._at].session

    @property
    def dirty(self) -> bool:
        """Whether what is shown is not what is on disk."""
        return self._saved != self._at

    @property
    def undoable(self) -> str:
        """What undo would take back, in words; empty where there is nothing."""
        return self._moments[self._at].done if self._at else ""

    @property
    def redoable(self) -> str:
        """What redo would do again, in words; empty where there is nothing."""
        return self._moments[self._at + 1].done if self._at + 1 < len(self._moments) else ""

    def edit(self, session: Session, done: str) -> None:
        """Go on with `session`; what could be redone is dropped."""
        del self._moments[self._at + 1 :]
        if self._saved is not None and self._saved > self._at:
            self._saved = None
        self._moments.append(Moment(session, done))
        self._at += 1

    def undo(self) -> str:
        """Take back one edit; what it was in words, empty where there was none."""
        done = self.undoable
        self._at -= bool(done)
        return done

    def redo(self) -> str:
        """Do again what was undone; what it was in words, empty where there was nothing."""
        done = self.redoable
        self._at += bool(done)
        return done

    def saved(self) -> None:
        """What is shown is on disk now."""
        self._saved = self._at
