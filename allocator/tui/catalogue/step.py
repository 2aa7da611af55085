"""What can be done while the heap is stepped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.tui.actions import Action, Typed
from allocator.tui.catalogue.places import STEP, WORKBENCH, one_shot

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


def _tenants(desk: Desk) -> Sequence[str]:
    return [tenant.name for tenant in desk.session.scenario.tenants]


def _step(
    id: str, key: str, verb: str, title: str, help: str, method: str, footer: int = 0, typed: Typed | None = None
) -> Action:
    return Action(
        id=f"step.{id}",
        keys=(key,),
        verb=verb,
        title=title,
        help=help,
        method=method,
        screens=(STEP,),
        footer=footer,
        typed=typed,
    )


ACTIONS = (
    Action(
        id="go.step",
        keys=("n",),
        verb="step",
        title="Step",
        help="Step through the decisions one by one, and see the heap at each.",
        method="go('step')",
        screens=(WORKBENCH,),
        why_not=one_shot,
        footer=7,
    ),
    _step("next", "n", "next", "Next", "One pop, or one other decision, forward.", "step(1)", 20),
    _step("back", "N", "previous", "Back", "One decision back.", "step(-1)", 19),
    _step("play", "space", "play", "Play", "Play on its own, or pause.", "play", 18),
    _step("next-of", "]", "", "Its next", "The next decision about the tenant that is followed.", "leap(1)", 16),
    _step("previous-of", "[", "", "Its last", "The decision before about the tenant that is followed.", "leap(-1)", 15),
    _step(
        "follow",
        "f",
        "follow",
        "Follow",
        "Follow the tenant of this decision; with a name after :follow, that one.",
        "follow",
        14,
        Typed("[TENANT]", "follow_named", _tenants),
    ),
    _step("faster", ">", "faster", "Faster", "Play faster.", "faster(1)", 12),
    _step("slower", "<", "slower", "Slower", "Play slower.", "faster(-1)", 11),
    _step(
        "start",
        "0",
        "goto",
        "Start",
        "To the start; with a number after :goto, to that step.",
        "go_to('0')",
        10,
        Typed("[STEP]", "go_to"),
    ),
    _step("end", "$", "", "End", "To the end.", "go_to('')", 9),
)
