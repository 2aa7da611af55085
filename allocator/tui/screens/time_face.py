"""What the helpers of the time screen may know of it: they are made by the screen, and must not import it."""

from __future__ import annotations

from abc import abstractmethod

from allocator.tui.moment_player import Player
from allocator.tui.screens.desk_screen import DeskScreen


class TimeFace(DeskScreen):
    """The time screen, as its helpers see it."""

    player: Player
    job: int | None
    """The one that is chosen."""

    @abstractmethod
    def forget_why(self) -> None:
        """What was told of waiting is out of date."""

    @abstractmethod
    def draw(self) -> None:
        """Draw everything anew."""

    @abstractmethod
    def tell(self) -> None:
        """Draw the line that says how far runs are."""

    @abstractmethod
    def moved(self) -> None:
        """The clock stands elsewhere."""

    @abstractmethod
    def open(self, panel: str) -> None:
        """Show a panel."""
