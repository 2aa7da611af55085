"""What screens may ask of the app, so that they need not know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from textual.screen import ModalScreen

from allocator.tui.computing import Computing
from allocator.tui.desk import Desk
from allocator.tui.glyphs import Glyphs
from allocator.tui.keymap import Keymap

Answer = TypeVar("Answer")


class Face(Protocol):
    """The app as screens see it."""

    glyphs: Glyphs
    """What is drawn with."""
    keymap: Keymap
    """The keys of the user's own."""
    computing: Computing
    """Work in the background."""

    @property
    def desk(self) -> Desk:
        """What is shown."""

    def ask(self) -> None:
        """Compute in the background what the chosen policy does with the scenario as it is now."""

    def show_desk(self) -> None:
        """Have the screens draw what is on the desk, when something there has changed."""

    async def action_do(self, id: str) -> None:
        """Do an action of the catalogue, or say why it cannot be done now."""

    def tell(self, words: str, *, fault: bool = False) -> None:
        """Say something in passing; it is sanitised."""

    def open(self, dialog: ModalScreen[Answer], then: Callable[[Answer | None], None] | None = None) -> None:
        """Put a dialog in front; `then` is given its answer, None where it was left."""
