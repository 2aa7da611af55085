"""What can be done on the workbench."""

from __future__ import annotations

from allocator.tui.actions import EVERYWHERE, Action
from allocator.tui.catalogue.places import one_shot

ACTIONS = (
    Action(
        id="go.workbench",
        keys=("w",),
        verb="workbench",
        title="Workbench",
        help="Who gets what under one policy, and why.",
        method="go('workbench')",
        screens=(EVERYWHERE,),
        why_not=one_shot,
    ),
)
