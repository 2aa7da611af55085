"""Undo and redo."""

from __future__ import annotations

from allocator.tui.face import Face


class History:
    """The way back, and forth again."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def action_undo(self) -> None:
        """Take back the last edit."""
        self._face.tell(f"undone: {self._face.desk.sitting.undo()}")
        self._face.ask()

    def action_redo(self) -> None:
        """Do again what was undone."""
        self._face.tell(f"done again: {self._face.desk.sitting.redo()}")
        self._face.ask()
