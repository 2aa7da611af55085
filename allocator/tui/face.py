"""What screens may ask of the app, so that they need not know it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual.screen import ModalScreen, Screen

from allocator.tui.computing import Computing
from allocator.tui.glyphs import Glyphs
from allocator.tui.keymap import Keymap

if TYPE_CHECKING:  # a desk is most of the program; actions are needed for the first frame
    from allocator.tui.desk import Desk

Answer = TypeVar("Answer")
Then = Callable[[Answer | None], None] | Callable[[Answer | None], Awaitable[None]]
"""What is done with the answer of a dialog."""


class Face(Protocol):
    """The app as screens see it."""

    glyphs: Glyphs
    """What is drawn with."""
    keymap: Keymap
    """The keys of the user's own."""
    computing: Computing
    """Work in the background."""
    reading: str
    """What is opened first, and its size, in words; empty for what is built in."""

    @property
    def desk(self) -> Desk:
        """What is shown."""

    @property
    def current_mode(self) -> str:
        """The screen that is shown, as the catalogue calls it; dialogs are in front of one."""

    @property
    def screen_stack(self) -> list[Screen[Any]]:
        """What is shown, dialogs last."""

    theme: str
    """The name of the colours."""

    def ask(self) -> None:
        """Compute in the background what the chosen policy does with the scenario as it is now."""

    def put(self, desk: Desk) -> None:
        """Show another desk; the one that was shown is left."""

    def show_desk(self) -> None:
        """Have the screens draw what is on the desk, when something there has changed."""

    async def action_do(self, id: str) -> None:
        """Do an action of the catalogue, or say why it cannot be done now."""

    async def perform(self, method: str) -> None:
        """Call an action method, arguments and all, of the screen in front, or of what can be done everywhere."""

    def tell(self, words: str, *, fault: bool = False) -> None:
        """Say something in passing; it is sanitised."""

    def open(self, dialog: ModalScreen[Answer], then: Then[Answer] | None = None) -> None:
        """Put a dialog in front; `then` is given its answer, None where it was left."""

    def leave(self) -> None:
        """End the app; what must be asked first has been."""

    def then_leave(self, then: Callable[[], None]) -> None:
        """Do what leaves the scenario behind, such as opening another: at once, or once it is saved or given up."""
