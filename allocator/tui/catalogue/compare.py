"""What can be done where policies stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.tui.actions import EVERYWHERE, Action, Typed
from allocator.tui.catalogue.places import COMPARE

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


def _columns(desk: Desk) -> Sequence[str]:
    return desk.picks.labels(desk.session.scenario)


def _here(
    id: str, keys: tuple[str, ...], title: str, help: str, method: str, footer: int = 0, typed: Typed | None = None
) -> Action:
    return Action(
        id=f"compare.{id}",
        keys=keys,
        verb="" if id in ("left", "right", "panel-back") else id,
        title=title,
        help=help,
        method=method,
        screens=(COMPARE,),
        footer=footer,
        typed=typed,
    )


ACTIONS = (
    Action(
        id="go.compare",
        keys=("c",),
        verb="compare",
        title="Compare",
        help="Policies side by side: who gains and who loses under each.",
        method="go('compare')",
        screens=(EVERYWHERE,),
        footer=6,
    ),
    _here("left", ("left", "h"), "Policy left", "Choose the policy to the left.", "column(-1)"),
    _here("right", ("right", "l"), "Policy right", "Choose the policy to the right.", "column(1)"),
    _here(
        "baseline",
        ("b",),
        "Baseline",
        "Judge against the chosen column; with a name after :baseline, against that, such as now.",
        "baseline",
        20,
        Typed("[NAME]", "against", _columns),
    ),
    _here("now", ("B",), "Against now", "Judge against what runs now, or was recorded.", "against_now", 12),
    _here("losers", ("f",), "Losers", "Show only the tenants that lose under the chosen policy, or all.", "losers", 19),
    _here("choose", ("enter",), "Open", "Decide by the chosen policy, and see what it does.", "open_policy", 18),
    _here("add-policy", ("a", "plus"), "Add", "Add a policy, chosen from a list.", "add", 17),
    _here("take-out", ("minus", "delete"), "Take out", "Compare without the chosen policy.", "take_out", 16),
    _here("to-left", ("less_than_sign",), "Move left", "Put the chosen policy one place to the left.", "move(-1)", 14),
    _here("to-right", ("greater_than_sign",), "Move right", "Put it one place to the right.", "move(1)", 13),
    _here("keep", ("K",), "Keep", "Have the scenario compare these policies, in this order.", "keep", 11),
    _here("stop", ("X",), "Stop", "Stop comparing; once more goes on.", "stop"),
    _here(
        "filter",
        ("/",),
        "Filter",
        "Show only the tenants whose name holds every word; esc shows all again.",
        "filter",
        15,
        Typed("[WORDS]", "filter_by"),
    ),
    _here("sort", ("S",), "Sort", "Sort tenants: by name, by the chosen policy, by loss, as declared.", "sort", 10),
    _here("all", ("escape",), "All", "Show all tenants again; where all are shown, go back.", "clear"),
    _here("panel", ("tab",), "Panel", "The next panel: tenants, figures, the chosen tenant.", "panel(1)", 9),
    _here("panel-back", ("shift+tab",), "Panel back", "The panel before.", "panel(-1)"),
)
