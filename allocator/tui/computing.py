"""Work in the background: one thread for each kind of question, the newest question wins, stale answers are dropped.

Workers never touch a widget: what they made is handed over in the app's own thread. They are threads of ours, and not
of a pool, so that who leaves does not wait until an answer is worked out that nobody will see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from time import monotonic
from typing import Any, Generic, TypeVar

from textual.app import App

from allocator.core.errors import AllocatorError
from allocator.core.text import sanitize

Value = TypeVar("Value")
REPAINTS_A_SECOND = 15


class Stale(Exception):
    """Nobody waits for the answer any more."""


class Ticket:
    """One question: whether it is still the newest of its kind, and what is told of its progress."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.stale = False
        """Whether a newer question was asked, or this one was cancelled; read by the worker."""
        self._say = say
        self._said = 0.0

    def check(self) -> None:
        """Go on only while somebody waits.

        Raises:
            Stale: Nobody does.
        """
        if self.stale:
            raise Stale

    def tell(self, words: Callable[[], str]) -> None:
        """Say how far it is, at most 15 times a second; `words` is asked only where it is said.

        Raises:
            Stale: Nobody waits for the answer any more.
        """
        self.check()
        now = monotonic()
        if now - self._said >= 1 / REPAINTS_A_SECOND:
            self._said = now
            self._say(words())


@dataclass
class _Question(Generic[Value]):
    work: Callable[[Ticket], Value]
    done: Callable[[Value], None]
    failed: Callable[[str], None]
    ticket: Ticket
    writes: bool


@dataclass
class _Kind:
    running: _Question[Any] | None = None
    waiting: _Question[Any] | None = None
    thread: Thread | None = None


class Computing:
    """The questions of an app.

    Args:
        app: Whose thread answers are handed over in.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._kinds: dict[str, _Kind] = {}

    def start(
        self,
        kind: str,
        work: Callable[[Ticket], Value],
        done: Callable[[Value], None],
        failed: Callable[[str], None] | None = None,
        told: Callable[[str], None] | None = None,
        *,
        writes: bool = False,
    ) -> None:
        """Ask; an older question of that kind is stale from now on.

        Args:
            kind: One question of a kind runs at a time.
            work: Run in a thread; looks at its ticket now and then, where it can.
            done: Given what `work` made, in the app's thread, unless a newer question was asked.
            failed: Given the words of an `AllocatorError`; shows them where left out.
            told: Given what `work` tells of its progress, in the app's thread.
            writes: Whether `work` writes a file: at the end of the app that is waited for.
        """

        def say(words: str) -> None:
            if told is not None:
                self._app.call_later(told, words)

        question = _Question(work, done, failed or self._show, Ticket(say), writes)
        here = self._kinds.setdefault(kind, _Kind())
        if here.running is not None:
            here.running.ticket.stale = True
            here.waiting = question
        else:
            self._run(kind, question)

    def cancel(self, kind: str) -> None:
        """Nobody waits for an answer of that kind any more."""
        here = self._kinds.get(kind)
        if here is not None and here.running is not None:
            here.running.ticket.stale = True
            here.waiting = None

    def busy(self, kind: str) -> bool:
        """Whether an answer of that kind is awaited."""
        here = self._kinds.get(kind)
        running = here.running if here else None
        return running is not None and not (running.ticket.stale and here and here.waiting is None)

    @property
    def idle(self) -> bool:
        """Whether nothing runs."""
        return all(kind.running is None for kind in self._kinds.values())

    def close(self) -> None:
        """The app has ended: nobody waits for answers any more, but what is being written is written."""
        for kind in self._kinds.values():
            if kind.running is not None:
                kind.running.ticket.stale = True
                if kind.running.writes and kind.thread is not None:
                    kind.thread.join()

    def _run(self, kind: str, question: _Question[Any]) -> None:
        here = self._kinds[kind]
        here.running = question
        here.thread = Thread(target=self._work, args=(kind, question), name=kind, daemon=True)
        here.thread.start()

    def _work(self, kind: str, question: _Question[Any]) -> None:
        value, error = None, None
        try:
            value = question.work(question.ticket)
        except Stale:
            question.ticket.stale = True
        except Exception as failure:
            error = failure
        self._app.call_later(self._finish, kind, question, value, error)

    def _finish(self, kind: str, question: _Question[Any], value: object, error: Exception | None) -> None:
        here = self._kinds[kind]
        here.running = None
        if here.waiting is not None:
            waiting, here.waiting = here.waiting, None
            self._run(kind, waiting)
        if error is not None and not isinstance(error, AllocatorError):
            raise error  # a fault of ours, for the app to end by, whoever waits
        if question.ticket.stale:
            return
        if error is not None:
            question.failed(str(error))
        else:
            question.done(value)

    def _show(self, error: str) -> None:
        self._app.notify(sanitize(error), severity="error", markup=False)
