"""Looks after the recovery file: kept after every edit, taken away when all is saved, offered at the next start."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from allocator.core.errors import AllocatorError
from allocator.core.model import Scenario
from allocator.core.text import sanitize
from allocator.recovery import Found, Keeper, Label, RecoveryError, digest, find
from allocator.session import Session
from allocator.sitting import Moment, Sitting
from allocator.tui.face import Face
from allocator.tui.screens.asking import Asking, Choice

LARGE = 5_000
"""Tenants from which on an edit waits a moment for the next before it is written, since that takes a second or more."""
PAUSE_S = 0.4

Offer = tuple[Found, Label, Scenario]


class Recovering:
    """The recovery file of the sitting that is open."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._sitting: Sitting | None = None
        self._keeper: Keeper | None = None
        self._number = 0
        self._kept: Moment | None = None
        """What was last given to be written; None where nothing is there."""
        self._adopted: Found | None = None
        """What was recovered from; taken away once its content is kept again."""
        self._told = False
        self._based: tuple[str, int | None, str] | None = None

    def watch(self) -> None:
        """The sitting may have changed, or be another: have its recovery file follow."""
        sitting = self._face.desk.sitting
        if sitting is not self._sitting:
            self._begin(sitting)
            self._told = False
            self._look_for_others(sitting)
        if sitting.dirty and sitting.moment is not self._kept:
            self._keep(sitting)
        elif not sitting.dirty and self._kept is not None:
            self._take_away()

    def saved(self) -> None:
        """The sitting was saved, perhaps to another file, and perhaps edited meanwhile."""
        self._begin(self._face.desk.sitting)
        self.watch()

    def _begin(self, sitting: Sitting) -> None:
        self.close()
        self._sitting, self._keeper = sitting, Keeper(sitting.source)

    def keep_now(self) -> None:
        """Keep what is not saved, at once: the app is about to end, unasked."""
        sitting, keeper = self._sitting, self._keeper
        if sitting is None or keeper is None or not sitting.dirty:
            return
        self._number += 1
        with suppress(AllocatorError):
            self._write(keeper, sitting, sitting.moment, self._number, self._adopted)

    def close(self) -> None:
        """What is not saved is not wanted."""
        if self._keeper is not None:
            self._number += 1
            self._keeper.drop(self._number)
        self._adopt(None)
        self._kept = None

    # --- keep --------------------------------------------------------------------------------------------------------

    def _keep(self, sitting: Sitting) -> None:
        keeper, moment, adopted = self._keeper, sitting.moment, self._adopted
        assert keeper is not None
        self._number += 1
        self._kept, number = moment, self._number
        pause = PAUSE_S if len(moment.session.scenario.tenants) >= LARGE else 0.0

        def work(_: object) -> None:
            time.sleep(pause)
            self._write(keeper, sitting, moment, number, adopted)

        self._face.computing.start("recovery", work, lambda _: None, self._failed, writes=True)

    def _write(self, keeper: Keeper, sitting: Sitting, moment: Moment, number: int, adopted: Found | None) -> None:
        when = datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        keeper.keep(number, moment.session.scenario, moment.done, when, self._base(sitting))
        if adopted is not None:
            adopted.discard()

    def _base(self, sitting: Sitting) -> str:
        """The digest of the file that is edited; found out once for each."""
        if sitting.file is None:
            return ""
        based = self._based
        if based is None or based[:2] != (sitting.file, sitting.known):
            self._based = based = sitting.file, sitting.known, digest(sitting.file, sitting.is_known)
        return based[2]

    def _failed(self, words: str) -> None:
        if not self._told:
            self._told = True
            self._face.tell(f"changes are not kept for the case of a crash: {words}")

    def _take_away(self) -> None:
        keeper, number = self._keeper, self._number + 1
        assert keeper is not None
        self._number, self._kept = number, None
        self._adopt(None)
        self._face.computing.start("recovery", lambda _: keeper.drop(number), lambda _: None, writes=True)

    def _adopt(self, found: Found | None) -> None:
        if self._adopted is not None:
            self._adopted.discard()
        self._adopted = found

    # --- offer -------------------------------------------------------------------------------------------------------

    def _look_for_others(self, sitting: Sitting) -> None:
        source, scenario = sitting.source, sitting.session.scenario

        def work(_: object) -> tuple[list[Offer], list[str], str]:
            offers, faults = [], []
            for found in find(source):
                try:
                    label, unsaved = found.read()
                except RecoveryError as error:
                    faults.append(str(error))
                    found.release()
                    continue
                if unsaved == scenario:
                    found.discard()  # it was saved, and the end came before it could be taken away
                else:
                    offers.append((found, label, unsaved))
            return offers, faults, digest(source) if sitting.file else ""

        def done(answer: tuple[list[Offer], list[str], str]) -> None:
            offers, faults, now = answer
            for words in faults:
                self._face.tell(words, fault=True)
            if sitting is self._face.desk.sitting:
                self._offer(sitting, offers, now)

        self._face.computing.start("recoveries", work, done)

    def _offer(self, sitting: Sitting, offers: Sequence[Offer], now: str) -> None:
        if not offers:
            return
        (found, label, unsaved), *others = offers
        lines = [
            f"Of {sanitize(label.source)}",
            f"from {sanitize(label.when)}, by process {label.pid}, which ended without saving.",
        ]
        lines += [f"Last edit: {sanitize(label.done)}"] if label.done else []
        if label.based_on != now:
            lines += ["", "The file on disk was changed since: what changed there is not in what is recovered."]
        lines += [f"{len(others)} older one(s) like it are asked about next."] if others else []
        choices = [
            Choice("r", "recover", "Recover: open it as changed; undo gives the file as it is"),
            Choice("l", "later", "Decide later: keep it for the next start"),
            Choice("d", "discard", "Discard it"),
        ]

        def closed(answer: str | None) -> None:
            if answer == "discard":
                found.discard()
                self._offer(sitting, others, now)
                return
            for one, _, _ in others:
                one.release()
            if answer == "recover":
                self._recover(sitting, found, label, unsaved)
            else:
                found.release()

        self._face.open(Asking("Changes that were not saved", lines, choices), closed)

    def _recover(self, sitting: Sitting, found: Found, label: Label, unsaved: Scenario) -> None:
        self._adopt(found)
        session: Session = replace(sitting.session, scenario=unsaved)
        sitting.edit(session, f"recovered, {label.done}" if label.done else "recovered")
        self._face.ask()
