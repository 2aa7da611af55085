"""What makes everything else findable: help, the line of commands, the palette, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.tui import themes
from allocator.tui.actions import Action, Typed

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


def _themes(_: Desk) -> Sequence[str]:
    return themes.NAMES


def _warned(desk: Desk) -> str:
    return "" if desk.session.warnings else "there is nothing to warn of"


ACTIONS: tuple[Action, ...] = (
    Action(
        id="app.help",
        keys=("?", "f1"),
        verb="help",
        title="Help",
        help="Every key there is, searched as you type; enter does what is chosen.",
        method="help",
        footer=100,
    ),
    Action(
        id="app.command",
        keys=("colon",),
        verb="",
        title="Commands",
        help="Type what to do by name; tab completes it.",
        method="command_line",
        footer=1,
    ),
    Action(
        id="app.palette",
        keys=("ctrl+p",),
        verb="",
        title="Palette",
        help="Find what can be done here now by a few of its letters.",
        method="palette",
    ),
    Action(
        id="app.open",
        keys=("o",),
        verb="open",
        title="Open",
        help="Open a scenario, or import a snapshot or a trace.",
        method="open",
        footer=1,
        typed=Typed("[FILE]", "open_file", path=True),
    ),
    Action(
        id="app.warnings",
        keys=(),
        verb="warnings",
        title="Warnings",
        help="What the file says that was probably not meant so.",
        method="warnings",
        why_not=_warned,
    ),
    Action(
        id="app.theme",
        keys=(),
        verb="theme",
        title="Theme",
        help="Other colours: the next theme, or with a name after :theme that one.",
        method="next_theme",
        typed=Typed("[NAME]", "use_theme", _themes),
    ),
)
