"""Save, save as, and leave: nothing that was changed is lost without being asked for.

A save looks and makes the text in the background, asks where something would be lost, and writes in the background.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from allocator.core.text import sanitize
from allocator.filing import ChangedError, Draft, Loss, place, write
from allocator.sitting import STDIN, Moment, Sitting
from allocator.tui.doing.recovering import LARGE, Recovering
from allocator.tui.face import Face
from allocator.tui.screens.asking import Asking, Choice
from allocator.tui.screens.saving_as import SavingAs

Then = Callable[[], None]

_TITLES = {
    Loss.LAYOUT: "Overwrite the file that was opened?",
    Loss.CHANGES: "The file was changed by somebody else",
    Loss.FILE: "There is a file already: overwrite it?",
}
_LINES = {
    Loss.LAYOUT: "Its comments and its layout are not kept: it is written anew from the scenario.",
    Loss.CHANGES: "It is not what was opened or saved here; what changed there is not in what you see.",
    Loss.FILE: "Another file has that name.",
}


class Saving:
    """The file of the sitting.

    Args:
        face: The app.
        recovering: What looks after the recovery file.
    """

    def __init__(self, face: Face, recovering: Recovering) -> None:
        self._face = face
        self._recovering = recovering
        self._then: Then | None = None
        """What to do once the save that runs is done."""
        self._asking = False

    # --- save --------------------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Save to the file that was opened; where there is none, ask for one."""
        self._save(None)

    def action_save_as(self) -> None:
        """Ask where to save."""
        self._ask_path(None)

    def action_save_to(self, path: str) -> None:
        """Save to a path that was typed."""
        self._start(place(path), None)

    def action_save_and_quit(self) -> None:
        """Save what was changed, and leave."""
        sitting = self._face.desk.sitting
        if sitting.dirty:
            self._save(self._leave)
        else:
            self.then_leave(self._leave)

    def _save(self, then: Then | None) -> None:
        file = self._face.desk.sitting.file
        if file is None:
            self._ask_path(then)
        else:
            self._start(file, then)

    def _ask_path(self, then: Then | None) -> None:
        sitting = self._face.desk.sitting
        self._open(SavingAs(sitting.file or suggested(sitting)), lambda path: self._start(path, then))

    def _start(self, path: str, then: Then | None) -> None:
        if self._busy:
            self._face.tell("still saving; try again when that is done")
            return
        desk = self._face.desk
        moment, errand = desk.sitting.moment, desk.sitting.errand(path)
        self._then = then
        if len(errand.scenario.tenants) >= LARGE:
            self._face.tell(f"saving {path} ...")
        self._face.computing.start(
            "save", lambda _: errand.draft(), lambda draft: self._drafted(desk.sitting, moment, draft), self._failed
        )

    def _drafted(self, sitting: Sitting, moment: Moment, draft: Draft) -> None:
        if draft.loss is Loss.NOTHING:
            self._write(sitting, moment, draft)
            return
        then, self._then = self._then, None
        title, lines = _TITLES[draft.loss], [sanitize(draft.path), "", _LINES[draft.loss]]
        lines += [_WRITTEN_OUT] if draft.writes_out else []
        lines += [f"The old file stays as {sanitize(os.path.basename(draft.backup))}, beside it."]
        choices = [Choice("o", "overwrite", "Overwrite"), Choice("a", "as", "Save as: under another name")]
        choices += [Choice("l", "leave", "Leave it; nothing is written")]
        choices = choices if draft.loss is Loss.LAYOUT else [choices[1], choices[0], choices[2]]

        def answered(answer: str) -> None:
            if answer == "as":
                self._ask_path(then)
            elif answer == "overwrite":
                self._then = then
                self._write(sitting, moment, draft)

        self._open(Asking(title, lines, choices), answered)

    def _write(self, sitting: Sitting, moment: Moment, draft: Draft) -> None:
        def work(_: object) -> str | None:
            try:
                return write(draft)
            except ChangedError:
                return None

        def done(kept: str | None) -> None:
            then, self._then = self._then, None
            if kept is None:  # changed between the look and the write: look again
                self._start(draft.path, then)
                return
            sitting.saved(moment, draft)
            self._recovering.saved()
            self._face.tell("; ".join([f"saved {draft.path}", *_notes(kept, moment, draft)]))
            self._face.show_desk()
            if then is not None:
                # Something may have been edited while it was written.
                self.then_leave(then)

        self._face.computing.start("save", work, done, self._failed, writes=True)

    def _failed(self, words: str) -> None:
        self._then = None
        self._face.tell(words, fault=True)

    @property
    def _busy(self) -> bool:
        return self._face.computing.busy("save")

    # --- leave -------------------------------------------------------------------------------------------------------

    def action_quit(self) -> None:
        """Leave the app."""
        self.then_leave(self._leave)

    def action_quit_now(self) -> None:
        """Leave the app without what is not saved."""
        if self._busy:
            self.then_leave(self._leave)
        else:
            self._leave()

    def then_leave(self, then: Then) -> None:
        """Do what leaves the scenario behind, once nothing is lost by it that should not be.

        Args:
            then: Called at once where all is saved, after the save, or when the user gives the changes up; else never.
        """
        if self._asking:
            self._face.tell("answer this first")
        elif self._busy:
            self._then = then
            self._face.tell("saving; that is done first")
        elif not self._face.desk.sitting.dirty:
            then()
        else:
            self._ask_what_to_do(then)

    def _ask_what_to_do(self, then: Then) -> None:
        sitting = self._face.desk.sitting
        lines = [f"{sanitize(sitting.file)} does not have them." if sitting.file else "No file has them yet."]
        lines += [f"Last edit: {sanitize(sitting.undoable)}"] if sitting.undoable else []
        choices = [
            Choice("s", "save", "Save, then go on"),
            Choice("d", "discard", "Discard the changes"),
            Choice("c", "stay", "Cancel: stay here"),
        ]

        def answered(answer: str) -> None:
            if answer == "save":
                self._save(then)
            elif answer == "discard":
                then()

        self._open(Asking("Save the changes?", lines, choices), answered)

    def _leave(self) -> None:
        self._recovering.close()
        self._face.leave()

    def _open(self, dialog: Asking | SavingAs, then: Callable[[str], None]) -> None:
        def closed(answer: str | None) -> None:
            self._asking = False
            if answer is not None:
                then(answer)

        self._asking = True
        self._face.open(dialog, closed)


_WRITTEN_OUT = "tenants_from is written out as [[tenants]]; the CSV file stays as it is."


def _notes(kept: str, moment: Moment, draft: Draft) -> Sequence[str]:
    notes = [f"the old file is {os.path.basename(kept)}"] if kept else []
    if draft.writes_out and not kept:
        notes.append("tenants_from is written out as [[tenants]]")
    if moment.session.pace or moment.session.scaled:
        notes.append("what-ifs over time are not part of the file")
    return notes


def suggested(sitting: Sitting) -> str:
    """A name for the file of a sitting that has none."""
    source = sitting.session.source
    return "scenario.toml" if source == STDIN else Path(source).with_suffix(".toml").name
