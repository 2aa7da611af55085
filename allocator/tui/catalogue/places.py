"""Where an action can be done, by name, and the reasons that several actions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


WORKBENCH, STEP, COMPARE, TIME = "workbench", "step", "compare", "time"
TABLE = "table"
"""Wherever a table has the keys."""


def timed(desk: Desk) -> str:
    """Only for a scenario with jobs."""
    return "" if desk.session.scenario.timed else "this scenario has no jobs: there is nothing to run over time"


def one_shot(desk: Desk) -> str:
    """Only for a scenario without jobs."""
    return "this scenario has jobs: it is run over time" if desk.session.scenario.timed else ""
