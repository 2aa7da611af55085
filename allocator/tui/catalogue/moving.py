"""How one moves in a table, and among nodes; keys alone, they mean nothing on the `:` line."""

from __future__ import annotations

from allocator.tui.actions import Action
from allocator.tui.catalogue.places import TABLE


def _move(id: str, keys: tuple[str, ...], help: str, method: str) -> Action:
    return Action(
        id=f"move.{id}",
        keys=keys,
        verb="",
        title=id.replace("-", " ").capitalize(),
        help=help,
        method=method,
        screens=(TABLE,),
        direct=True,
    )


ACTIONS = (
    _move("up", ("k", "up"), "One row up.", "move(-1)"),
    _move("down", ("j", "down"), "One row down.", "move(1)"),
    _move("left", ("h", "left"), "To the left, where a table is wider than the screen; a node back.", "sideways(-1)"),
    _move("right", ("l", "right"), "To the right, where a table is wider than the screen; a node on.", "sideways(1)"),
    _move("page-up", ("pageup",), "A screen up.", "page(-1)"),
    _move("page-down", ("pagedown",), "A screen down.", "page(1)"),
    _move("first", ("g", "home"), "To the first row.", "jump(0)"),
    _move("last", ("G", "end"), "To the last row.", "jump(-1)"),
    _move("choose", ("enter",), "Open the chosen row, where there is more of it; of a node, its jobs.", "choose"),
)
