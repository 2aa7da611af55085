"""Taking along what is on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.tui.actions import Action, Typed
from allocator.tui.catalogue.places import COMPARE, STEP, TIME, WORKBENCH

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk

FORMATS = ("table", "csv", "json", "markdown", "svg")


def _formats(_: Desk) -> Sequence[str]:
    return FORMATS


ACTIONS: tuple[Action, ...] = (
    Action(
        id="view.export",
        keys=("x",),
        verb="export",
        title="Export",
        help="Write what is shown to a file: a table, csv, json, markdown, or a picture (svg).",
        method="export",
        footer=5,
        typed=Typed("[FORMAT [FILE]]", "export_to", _formats),
    ),
    Action(
        id="view.copy",
        keys=("y",),
        verb="copy",
        title="Copy",
        help="Copy what is said of what is chosen: a tenant, a decision, a job, and why.",
        method="copy",
        screens=(WORKBENCH, STEP, COMPARE, TIME),
        footer=4,
    ),
)
