"""What changes the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.tui.actions import Action, Typed
from allocator.tui.catalogue.places import TIME, WORKBENCH

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


def _has_tenants(desk: Desk) -> str:
    scenario = desk.session.scenario
    if scenario.tenants:
        return ""
    where = "its tenants come from its trace" if scenario.trace else "there are no tenants"
    return f"{where}; add one first"


def _fields(desk: Desk) -> Sequence[str]:
    resources = [name.replace(" ", "-") for name in desk.session.scenario.resources]
    kinds = ("demand", "guarantee", "limit")
    amounts = [f"{kind}-{name}" for kind in kinds for name in resources]
    return ["weight", "priority", "tasks", "divisible", "held", *amounts]


def _named(desk: Desk) -> str:
    typed = ":" in desk.policy.name
    return "a file cannot name a policy of a module: give its options with --set" if typed else ""


ACTIONS: tuple[Action, ...] = (
    Action(
        id="edit.tenant",
        keys=("e",),
        verb="edit",
        title="Edit",
        help="Edit the chosen tenant: weight, priority, what it wants, holds, is owed at least and granted at most.",
        method="edit_tenant",
        screens=(WORKBENCH, TIME),
        why_not=_has_tenants,
        footer=10,
    ),
    Action(
        id="edit.set",
        keys=(),
        verb="set",
        title="Set a field",
        help="Set one field of the chosen tenant, such as :set weight 2; without a value, to its default.",
        method="edit_tenant",
        screens=(WORKBENCH, TIME),
        why_not=_has_tenants,
        typed=Typed("FIELD", "set_field", _fields),
    ),
    Action(
        id="edit.add",
        keys=("a",),
        verb="add",
        title="Add",
        help="Add a tenant, after all others.",
        method="add_tenant",
        screens=(WORKBENCH,),
        footer=4,
    ),
    Action(
        id="edit.duplicate",
        keys=("D",),
        verb="duplicate",
        title="Duplicate",
        help="Add a tenant that is like the chosen one, right after it.",
        method="duplicate_tenant",
        screens=(WORKBENCH,),
        why_not=_has_tenants,
    ),
    Action(
        id="edit.remove",
        keys=("X",),
        verb="remove",
        title="Remove",
        help="Remove the chosen tenant; undo brings it back.",
        method="remove_tenant",
        screens=(WORKBENCH,),
        why_not=_has_tenants,
    ),
    Action(
        id="edit.capacity",
        keys=("C",),
        verb="capacity",
        title="Capacity",
        help="Edit what there is to share: the amounts of the pool, or the nodes and how many there are of each kind.",
        method="edit_capacity",
        screens=(WORKBENCH, TIME),
        footer=3,
    ),
    Action(
        id="edit.options",
        keys=("O",),
        verb="options",
        title="Options",
        help="Edit the options of the policy that decides; they become the scenario's.",
        method="edit_options",
        screens=(WORKBENCH, TIME),
        why_not=_named,
        footer=3,
    ),
)
