"""Saving, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.tui.actions import Action, Typed

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


def _savable(desk: Desk) -> str:
    sitting = desk.sitting
    if sitting.dirty or sitting.file is None:
        return ""
    nothing = "nothing was changed"
    what_if = sitting.session.pace or sitting.session.scaled
    return f"what-ifs over time are not part of the file; else {nothing}" if what_if else nothing


ACTIONS: tuple[Action, ...] = (
    Action(
        id="file.save",
        keys=("s",),
        verb="save",
        also=("w", "write"),
        title="Save",
        help="Write the scenario to its file; where that loses anything, it asks first and keeps the old file.",
        method="save",
        why_not=_savable,
        footer=6,
    ),
    Action(
        id="file.save-as",
        keys=("A",),
        verb="saveas",
        title="Save as",
        help="Write the scenario to another file, which is the one that is saved to from then on.",
        method="save_as",
        typed=Typed("[PATH]", "save_to", path=True),
    ),
    Action(
        id="app.quit",
        keys=("q",),
        verb="q",
        also=("quit",),
        title="Quit",
        help="Leave; with changes that are not saved, it asks what to do with them.",
        method="quit",
        footer=8,
    ),
    Action(
        id="app.save-and-quit",
        keys=(),
        verb="wq",
        title="Save, quit",
        help="Save what was changed, then leave.",
        method="save_and_quit",
    ),
    Action(
        id="app.quit-now",
        keys=(),
        verb="q!",
        title="Quit now",
        help="Leave at once, without what was changed and not saved.",
        method="quit_now",
    ),
)
