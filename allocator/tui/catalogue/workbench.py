"""What can be done on the workbench."""

from __future__ import annotations

from allocator.tui.actions import EVERYWHERE, Action, Typed
from allocator.tui.catalogue.places import WORKBENCH, one_shot

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
    Action(
        id="table.filter",
        keys=("/",),
        verb="filter",
        title="Filter",
        help="Show only the tenants whose name or outcome holds every word; esc shows all again.",
        method="filter",
        screens=(WORKBENCH,),
        footer=7,
        typed=Typed("[WORDS]", "filter_by"),
    ),
    Action(
        id="table.sort",
        keys=("S",),
        verb="sort",
        title="Sort",
        help="Sort by the next column, up then down; after the last, as declared.",
        method="sort",
        screens=(WORKBENCH,),
        footer=6,
    ),
    Action(
        id="workbench.clear",
        keys=("escape",),
        verb="",
        title="Show all",
        help="Show all tenants again, and put the keys back on the table.",
        method="clear",
        screens=(WORKBENCH,),
    ),
    Action(
        id="workbench.next-panel",
        keys=("tab",),
        verb="",
        title="Panel",
        help="Open the next panel: tenants, pool, why.",
        method="panel(1)",
        screens=(WORKBENCH,),
        footer=5,
    ),
    Action(
        id="workbench.previous-panel",
        keys=("shift+tab",),
        verb="",
        title="Panel back",
        help="Open the panel before.",
        method="panel(-1)",
        screens=(WORKBENCH,),
    ),
)
