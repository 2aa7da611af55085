"""What can be done with a run over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from allocator.tui.actions import EVERYWHERE, Action, Typed
from allocator.tui.catalogue.places import TIME, timed

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk


def _policies(desk: Desk) -> Sequence[str]:
    return [*desk.known_policies, *["recorded"] * (desk.session.scenario.trace is not None)]


def _here(
    id: str, keys: tuple[str, ...], title: str, help: str, method: str, footer: int = 0, typed: Typed | None = None
) -> Action:
    verb = id.replace(".", "-")
    return Action(f"time.{id}", keys, verb, title, help, method, (TIME,), timed, footer, typed)


ACTIONS = (
    Action(
        id="go.time",
        keys=("t",),
        verb="time",
        title="Time",
        help="The jobs run over time, and played.",
        method="go('time')",
        screens=(EVERYWHERE,),
        why_not=timed,
    ),
    _here("play", ("space",), "Play", "Play, or stand still.", "play", 20),
    _here("back", ("less_than_sign", "comma"), "Back", "A hundredth of what is shown back.", "step(-1)"),
    _here("forward", ("greater_than_sign", "full_stop"), "Step", "A hundredth of what is shown on.", "step(1)", 12),
    _here("previous", ("left_square_bracket",), "Event back", "To the event or arrival before.", "event(-1, True)"),
    _here("next", ("right_square_bracket",), "Event", "To the next event or arrival.", "event(1, True)", 14),
    _here("before", ("left_curly_bracket",), "Change back", "To the event before; no arrivals.", "event(-1, False)"),
    _here("after", ("right_curly_bracket",), "Change", "To the next event, such as a failure.", "event(1, False)", 4),
    _here("start", ("0",), "Start", "To the start of the run.", "seek(0)"),
    _here("end", ("dollar_sign",), "End", "To the end of the run.", "seek(-1)"),
    _here("faster", ("plus", "equals_sign"), "Faster", "Play faster.", "faster(1)", 11),
    _here("slower", ("minus",), "Slower", "Play slower.", "faster(-1)"),
    _here("zoom", ("z",), "Zoom", "Charts show half as much time, around the clock.", "zoom(True)", 10),
    _here("unzoom", ("Z",), "Zoom out", "Charts show twice as much time.", "zoom(False)"),
    _here(
        "versus",
        ("v",),
        "Versus",
        "A second policy on the same clock, then what was recorded, if a trace says; then none.",
        "versus(1)",
        15,
        Typed("[POLICY]", "versus_named", _policies),
    ),
    _here("versus-back", ("V",), "Versus back", "The second policy before.", "versus(-1)"),
    _here("tenant", ("m",), "Tenant", "Look at the next tenant; after the last, at all.", "tenant(1)", 13),
    _here("tenant-back", ("M",), "Tenant back", "Look at the tenant before.", "tenant(-1)"),
    _here("resource", ("r",), "Resource", "Look at the next resource, where two policies run.", "resource"),
    _here("why", ("i",), "Why", "Why the chosen job waits.", "why", 16),
    _here("why-tenant", ("I",), "Why all", "Why the jobs of its tenant wait.", "why_tenant"),
    _here(
        "filter",
        ("/",),
        "Filter",
        "Show only the jobs whose name, tenant or state (waits, runs) holds every word; esc shows all again.",
        "filter",
        8,
        Typed("[WORDS]", "filter_by"),
    ),
    _here(
        "sort",
        ("S",),
        "Sort",
        "Sort jobs by the next column, up, down; after the last, who waits first.",
        "sort",
        3,
    ),
    _here("all", ("escape",), "All", "Show all jobs again.", "clear"),
    _here("cancel", ("X",), "Cancel", "Stop asking why; or the run: what is known by then is shown.", "cancel"),
    _here("panel", ("tab",), "Panel", "The next panel.", "panel(1)", 9),
    _here("panel-back", ("shift+tab",), "Panel back", "The panel before.", "panel(-1)"),
)
