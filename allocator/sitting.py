"""A sitting with one scenario: the session as it is now, the way back to how it was, and which of it is on disk.

Every edit is a session of its own, kept whole: undo and redo are steps in that list. Draws nothing, asks nobody,
touches no file: `filing` writes what an errand of here says.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from allocator.filing import Draft, Errand
from allocator.scenario.reading import fingerprint
from allocator.session import Session, quickstart

STDIN = "-"


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The session at one time, and what was done to come there. Two of them are never equal."""

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
        self._saved = None if session.fingerprint is None else self._moments[0]
        """What is on disk; it may have been dropped with what could be redone. None for what was imported."""
        self._wrote = False
        self.known = session.fingerprint
        """Of what was read from the file, or written to it, last."""
        unnamed = session.fingerprint is None or session.source in (STDIN, str(quickstart()))
        self.file: str | None = None if unnamed else session.source
        """What is saved to; None for what was built in, came through a pipe, or was imported."""

    @property
    def session(self) -> Session:
        """As it is now."""
        return self.moment.session

    @property
    def moment(self) -> Moment:
        """Where in the history that is."""
        return self._moments[self._at]

    @property
    def source(self) -> str:
        """What the scenario is called: its file, or where it was opened from."""
        return self.file or self.session.source

    @property
    def dirty(self) -> bool:
        """Whether what is shown is not what is on disk. What-ifs over time are not part of a file."""
        return self._saved is None or self.session.scenario is not self._saved.session.scenario

    @property
    def undoable(self) -> str:
        """What undo would take back, in words; empty where there is nothing."""
        return self.moment.done if self._at else ""

    @property
    def redoable(self) -> str:
        """What redo would do again, in words; empty where there is nothing."""
        return self._moments[self._at + 1].done if self._at + 1 < len(self._moments) else ""

    def edit(self, session: Session, done: str) -> None:
        """Go on with `session`; what could be redone is dropped."""
        del self._moments[self._at + 1 :]
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

    # --- on disk -----------------------------------------------------------------------------------------------------

    def errand(self, path: str) -> Errand:
        """What is shown, to be saved at `path`."""
        scenario = self.session.scenario
        if self.file is None or self._saved is None or not _one(path, self.file):
            return Errand(scenario, path, origin=self.file)
        before = self._saved.session.scenario
        return Errand(scenario, self.file, self.known, before, self._wrote, origin=self.file)

    def saved(self, moment: Moment, draft: Draft) -> None:
        """`moment` is on disk now, as the draft says; from now on the sitting is of that file."""
        self._saved, self._wrote = moment, True
        self.file, self.known = draft.path, fingerprint(draft.text)

    def is_known(self, text: str) -> bool:
        """Whether `text` is what was read from the file, or written to it, last."""
        return fingerprint(text) == self.known


def _one(path: str, other: str) -> bool:
    """Whether both are names of one file, or would be."""
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):
        return os.path.abspath(path) == os.path.abspath(other)
