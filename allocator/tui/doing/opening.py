"""Open another file: a scenario, or a snapshot or trace that becomes one. What was open stays until it is read."""

from __future__ import annotations

import os
from collections.abc import Sequence

from allocator.core.errors import AllocatorError
from allocator.core.text import sanitize
from allocator.session import Session
from allocator.tui import collecting, recent
from allocator.tui.computing import Ticket
from allocator.tui.desk import Desk
from allocator.tui.face import Face
from allocator.tui.screens.asking import Asking, Choice
from allocator.tui.screens.opening import BUILT_IN, Opening
from allocator.tui.screens.telling import Telling, Waiting

Opened = tuple[Desk, Sequence[str]]
"""What is shown of a file, and what there is to say of how it was read."""
KIND = "open-file"


class Files:
    """The file that is open."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def action_open(self) -> None:
        """Which file, then open it."""
        self._face.open(Opening(recent.known()), self._chosen)

    def action_open_file(self, path: str) -> None:
        """Open the file at a path."""
        self._chosen(path)

    def action_warnings(self) -> None:
        """What the file says that was probably not meant so."""
        warnings = self._face.desk.session.warnings
        self._face.open(Telling(_counted(len(warnings)), list(map(str, warnings))))

    def warn(self) -> None:
        """Say that there is something to warn of, where there is."""
        if many := len(self._face.desk.session.warnings):
            self._face.tell(f"{_counted(many)}; :warnings shows {'it' if many == 1 else 'them'}")

    def _chosen(self, path: str | None) -> None:
        if path is not None:
            self._read(path)

    def _read(self, typed: str, format: str = "") -> None:
        path = os.path.expanduser(typed)
        name = os.path.basename(path) or "the built-in quickstart"
        waiting = Waiting(f"Reading {name}")

        def work(ticket: Ticket) -> Opened | None:
            collecting.suit_reading()
            try:
                return opened(path, format, ticket)
            finally:
                collecting.suit(len(self._face.desk.session.scenario.tenants))

        def done(answer: Opened | None) -> None:
            waiting.dismiss(None)
            if answer is None:
                self._ask(path, name)
            else:
                # Only now: a file that cannot be read costs nobody their changes.
                self._face.then_leave(lambda: self._show(*answer))

        def failed(words: str) -> None:
            waiting.dismiss(None)
            lines = words.split("\n")
            faults = f": {len(lines)} faults" if len(lines) > 1 else ""
            self._face.open(Telling(f"{name} is not opened{faults}", lines))

        def left(gave_up: bool | None) -> None:
            if gave_up:
                self._face.computing.cancel(KIND)

        self._face.open(waiting, left)
        self._face.computing.start(KIND, work, done, failed, waiting.tell)

    def _show(self, desk: Desk, said: Sequence[str]) -> None:
        self._face.put(desk)
        if said:
            self._face.open(Telling(f"Imported as an unsaved scenario: {desk.session.source}", said))
        else:
            self._face.tell(f"opened {desk.session.source}")

    def _ask(self, path: str, name: str) -> None:
        from allocator.formats.importing import FORMATS

        letters = _letters(list(FORMATS))
        choices = [Choice(letters[format], format, f"{format}: {what}") for format, what in FORMATS.items()]

        def chosen(format: str | None) -> None:
            if format is not None:
                self._read(path, format)

        self._face.open(Asking(f"What is {sanitize(name)}?", ["The file does not tell its format."], choices), chosen)


def opened(path: str, format: str, ticket: Ticket) -> Opened | None:
    """What is shown of a file, and what there is to say of it; None where it does not tell what it is.

    Args:
        path: A file, or `BUILT_IN`.
        format: One of `FORMATS`; empty is told from the file.
        ticket: Told how much is read.

    Raises:
        AllocatorError: Every fault of the file.
    """
    if path == BUILT_IN:
        return Desk(Session.open(None)), ()
    if not format and (path.endswith(".toml") or not os.path.isfile(path)):
        return Desk(Session.open(path)), ()
    from allocator.formats.importing import import_file, recognised  # numpy, which a scenario of one pool never needs

    format = format or recognised(path)
    if not format:
        return _scenario(path)
    imported = import_file(path, format, lambda read: ticket.tell(lambda: f"{read / 1e6:,.0f} MB"))
    ticket.check()
    said = (*imported.summary, *(f"warning: {line}" for line in imported.warnings))
    return Desk(Session(imported.scenario, f"{os.path.basename(path)} (imported)")), said


def _scenario(path: str) -> Opened | None:
    """A scenario by another name than `*.toml`."""
    try:
        return Desk(Session.open(path)), ()
    except AllocatorError:
        return None


def _counted(warnings: int) -> str:
    return "1 warning" if warnings == 1 else f"{warnings:,} warnings"


def _letters(words: list[str]) -> dict[str, str]:
    """Of each word a letter of its own."""
    letters: dict[str, str] = {}
    for word in words:
        letters[word] = next(letter for letter in word if letter not in letters.values())
    return letters
