"""What there is once a file is open: the screens, and what is done on all of them.

It is most of the program, so it is imported while the first frame is already shown.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from allocator.tui.catalogue.places import COMPARE, STEP, TIME, WORKBENCH
from allocator.tui.doing.editing import Editing
from allocator.tui.doing.exporting import Exporting
from allocator.tui.doing.finding import Finding
from allocator.tui.doing.history import History
from allocator.tui.doing.opening import Files
from allocator.tui.doing.policies import Policies
from allocator.tui.doing.recovering import Recovering
from allocator.tui.doing.saving import Saving
from allocator.tui.face import Face
from allocator.tui.screens.comparing import CompareScreen
from allocator.tui.screens.stepping import StepScreen
from allocator.tui.screens.workbench import WorkbenchScreen


def _time() -> Screen[None]:
    from allocator.tui.screens.timeline import TimeScreen  # numpy, which one allocation never needs

    return TimeScreen()


SCREENS: dict[str, Callable[[], Screen[None]]] = {
    WORKBENCH: WorkbenchScreen,
    STEP: StepScreen,
    COMPARE: CompareScreen,
    TIME: _time,
}
"""By their names in the catalogue."""


class Parts:
    """What is done on every screen, an object for each matter."""

    def __init__(self, face: Face) -> None:
        self.recovering = Recovering(face)
        """The recovery file of what is open."""
        self.saving = Saving(face, self.recovering)
        self.files = Files(face)
        self.doing = (
            Policies(face),
            History(face),
            Editing(face, self.recovering),
            Exporting(face),
            Finding(face),
            self.files,
            self.saving,
        )
        """Where methods of actions are looked up."""
