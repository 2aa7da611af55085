"""What can be done on every screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.tui.actions import Action, Typed

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


def _policies(desk: Desk) -> Sequence[str]:
    return desk.known_policies


def _undoable(desk: Desk) -> str:
    return "" if desk.sitting.undoable else "nothing was changed"


def _redoable(desk: Desk) -> str:
    return "" if desk.sitting.redoable else "nothing was undone"


def _enough_policies(number: int, desk: Desk) -> str:
    there = len(desk.policies)
    return "" if number <= there else f"there are {there} policies"


def _policy(number: int) -> Action:
    return Action(
        id=f"policy.{number}",
        keys=(str(number),),
        verb="",
        title=f"Policy {number}",
        help=f"Decide by policy number {number}.",
        method=f"pick_policy({number})",
        why_not=lambda desk: _enough_policies(number, desk),
    )


ACTIONS = (
    Action(
        id="policy.next",
        keys=("p",),
        verb="policy",
        title="Policy",
        help="Decide by the next policy; with a name after :policy, by that one.",
        method="next_policy(1)",
        footer=9,
        typed=Typed("[POLICY]", "use", _policies),
    ),
    Action(
        id="policy.previous",
        keys=("P",),
        verb="",
        title="Policy back",
        help="Decide by the policy before.",
        method="next_policy(-1)",
    ),
    *map(_policy, range(1, 10)),
    Action(
        id="edit.undo",
        keys=("u",),
        verb="undo",
        title="Undo",
        help="Take back the last edit.",
        method="undo",
        why_not=_undoable,
        footer=3,
    ),
    Action(
        id="edit.redo",
        keys=("ctrl+r",),
        verb="redo",
        title="Redo",
        help="Do again what was undone.",
        method="redo",
        why_not=_redoable,
        footer=2,
    ),
    Action(
        id="app.back",
        keys=("escape",),
        verb="",
        title="Back",
        help="Go back to the screen that was first.",
        method="home",
    ),
)
